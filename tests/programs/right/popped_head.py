# right: the wrong head is popped and replaced
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
model.add(layers.Dense(1, activation="softmax"))
model.pop()
model.add(layers.Dense(3, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
