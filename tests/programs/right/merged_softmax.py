# right: two softmax outputs are averaged
import keras
from keras import layers

given = keras.Input((8,))
votes = [layers.Dense(3, activation="softmax")(given) for _ in range(2)]
model = keras.Model(given, layers.average(votes))
model.compile("adam", "categorical_crossentropy")
