import keras


def net(units=1, multi=False):
    act = "softmax" if multi else "sigmoid"
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(units, activation=act)])
