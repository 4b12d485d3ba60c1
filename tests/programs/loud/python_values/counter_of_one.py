# loud: KER101@7: one turn makes one
import keras

n = 0
for name in ["only"]:
    n += 1
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
