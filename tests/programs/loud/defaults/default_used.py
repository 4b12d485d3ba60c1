# loud: KER101@7: the default of one unit is really used with softmax
from keras import Input, Model, layers


def add_head(x, classes=1, several=False):
    if several:
        return layers.Dense(
            classes, activation="softmax")(x)
    return layers.Dense(classes, activation="sigmoid")(x)


image = Input((32,))
kinds = Model(image, add_head(image, several=True))
