# loud: KER003@5 KER101@6: the rest of the file is read although libcst cannot parse line 4
import keras

(rate): float = 0.1
layer = keras.layers.Dense(3, init="uniform")
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
