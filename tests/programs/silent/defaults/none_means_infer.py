# silent: KER101 KER102 KER126: the default None is replaced before it is used
import keras


def classifier(x, y, n_classes=None, activation=None):
    if n_classes is None:
        n_classes = len(set(y))
    if activation is None:
        activation = "softmax" if n_classes > 1 else "sigmoid"
    loss = "sparse_categorical_crossentropy" if activation == "softmax" else "binary_crossentropy"
    model = keras.Sequential([keras.Input((len(x[0]),)), keras.layers.Dense(n_classes, activation=activation)])
    model.compile("adam", loss)
    return model


classifier([[1, 2]] * 3, [0, 1, 2])
classifier([[1, 2]] * 3, [0, 0, 1], n_classes=1)
