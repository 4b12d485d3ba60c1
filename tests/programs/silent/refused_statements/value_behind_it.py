# silent: KER000 KER101: the statement that cannot be parsed gives units its value
import keras

units = 1
(units): int = 10
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, activation="softmax")])
