# loud: KER101@5: the list is not filled by anything
import keras

words = []
m = keras.Sequential([keras.Input((20,)), keras.layers.Dense(len(words) + 1, activation="softmax")])
