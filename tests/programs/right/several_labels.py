# right: sigmoids for several labels at once
import keras
from keras import layers
from sklearn.datasets import make_multilabel_classification

x, y = make_multilabel_classification(n_samples=80, n_features=10, n_classes=4)
model = keras.Sequential([keras.Input((10,)), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["binary_accuracy"])
model.fit(x, y)
