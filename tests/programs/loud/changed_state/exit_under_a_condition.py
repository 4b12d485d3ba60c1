# loud: KER101@7: the exit is taken on --help only
import sys
import keras

if "--help" in sys.argv:
    sys.exit(0)
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
