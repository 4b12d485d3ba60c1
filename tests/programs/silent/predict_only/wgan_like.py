# silent: KER103 KER105 KER104: two generators of a cycle, passed to a function that joins and trains
import keras
import numpy as np
from keras import Input, Model
from keras.layers import Activation, Conv1D, Dense, Flatten


def generator(name):
    inp = Input((6, 2))
    out = Activation("tanh")(Conv1D(2, 3, padding="same")(inp))
    g = Model(inp, out, name=name)
    g.compile(loss="binary_crossentropy", optimizer="adam")
    return g


def critic():
    inp = Input((6, 2))
    return Model(inp, Dense(1, activation="sigmoid")(Flatten()(inp)))


def cycle(ab, ba, d):
    d.trainable = False
    a = Input((6, 2))
    fake = ab(a)
    joined = Model(a, [d(fake), ba(fake)])
    joined.compile("adam", loss=["binary_crossentropy", "mae"])
    return joined


ab, ba, d = generator("ab"), generator("ba"), critic()
d.compile("adam", "binary_crossentropy")
both = cycle(ab, ba, d)
x = np.random.rand(4, 6, 2)
d.trainable = True
d.train_on_batch(np.concatenate([x, ab.predict(x, verbose=0)]), np.array([[1.0]] * 4 + [[0.0]] * 4))
both.train_on_batch(x, [np.ones((4, 1)), x])
