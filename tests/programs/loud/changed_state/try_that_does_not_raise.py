# loud: KER101@8: the body does not raise, so the else is reached
import keras

try:
    n = int("1")
except ValueError:
    n = 5
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
