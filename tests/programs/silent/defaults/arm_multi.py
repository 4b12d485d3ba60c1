# silent: KER101 KER102: nobody asks for the softmax arm with the default of one class
from keras import Input, Model, layers


def add_head(x, classes=1, several=False):
    if several:
        return layers.Dense(classes, activation="softmax")(x)
    return layers.Dense(classes, activation="sigmoid")(x)


image = Input((32,))
body = layers.Dense(16, activation="relu")(image)
yes_no = Model(image, add_head(body))
kinds = Model(image, add_head(body, classes=5, several=True))
yes_no.compile("adam", "binary_crossentropy")
kinds.compile("adam", "categorical_crossentropy")
