# loud: KER301@5: the same through functional calls and a helper
from tensorflow.keras import Model, layers

def block(x, units):
    x = layers.Dense(units)(x)
    return layers.Dense(units)(x)

inp = layers.Input((32,))
model = Model(inp, layers.Dense(3, activation="softmax")(layers.ReLU()(block(inp, 8))))
model.compile("adam", "sparse_categorical_crossentropy")
