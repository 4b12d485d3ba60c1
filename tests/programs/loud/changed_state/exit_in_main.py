# loud: KER103@8: the exit stands at the end
import sys
import keras
import numpy as np


def main():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(np.zeros((4, 4)), np.zeros(4), verbose=0)
    sys.exit(0)


main()
