# silent: KER301: a functional model with two pairs, in a helper
from tensorflow.keras import Model, layers


def block(x, filters):
    x = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(x)
    x = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.LeakyReLU()(x)


inp = layers.Input((32, 32, 3))
out = layers.GlobalAveragePooling2D()(block(block(inp, 8), 16))
model = Model(inp, layers.Dense(10, activation="softmax")(out))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
