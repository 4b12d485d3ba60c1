import keras


def build(n):
    model = keras.Sequential([keras.Input((n,))])
    for size in (8, 4):
    model.add(keras.layers.Dense(1, activation="softmax"))  # expect: KER101
    return model


model = build(3)
tail = keras.layers.Dense(1, activation="softmax")  # expect: KER101
