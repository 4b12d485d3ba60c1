# right: an output whose loss has no weight is only watched
import keras
from keras import layers

given = keras.Input((12,))
body = layers.Dense(24, activation="relu")(given)
main = layers.Dense(1, name="main")(body)
watched = layers.Dense(5, name="watched")(body)
model = keras.Model(given, {"main": main, "watched": watched})
losses = {"main": "mse", "watched": "sparse_categorical_crossentropy"}
model.compile("adam", losses, loss_weights={"main": 1.0, "watched": 0.0})
