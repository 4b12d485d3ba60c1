# silent: KER101 KER102: called by scikit-learn's wrapper with arguments that no call in the file shows
import keras
from keras.wrappers import SKLearnClassifier


def create(X, y, multi=False, hidden=(16,)):
    n_classes = 1
    loss = "binary_crossentropy"
    last = "sigmoid"
    if multi:
        n_classes = y.shape[1]
        loss = "categorical_crossentropy"
        last = "softmax"
    model = keras.Sequential([keras.Input((X.shape[1],))])
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(n_classes, activation=last))
    model.compile("adam", loss)
    return model


binary = SKLearnClassifier(create)
several = SKLearnClassifier(create, model_kwargs={"multi": True})
