# loud: KER101@6: del leaves the 1
import keras

sizes = [10, 64, 1]
del sizes[:2]
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(sizes[0], activation="softmax")])
