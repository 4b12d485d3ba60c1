# loud: KER101@5: sorted, the first of them is a real 1
import keras

sizes = sorted([10, 64, 1])
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(sizes[0], activation="softmax")])
