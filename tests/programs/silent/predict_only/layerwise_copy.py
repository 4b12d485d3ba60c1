# silent: KER103 KER104 KER105: a function copies layer for layer and returns the truncated copy, used for predict alone
import keras
import numpy as np
from keras.layers import Dense, Input


def make(depth):
    m = keras.Sequential([Input((7,))])
    for _ in range(depth):
        m.add(Dense(9, activation="relu"))
    return m


def truncated(trained, depth):
    part = make(depth)
    for mine, theirs in zip(part.layers, trained.layers):
        mine.set_weights(theirs.get_weights())
    part.compile(loss="categorical_crossentropy", optimizer="sgd")
    return part


trained = make(2)
trained.add(Dense(3, activation="softmax"))
trained.compile(loss="categorical_crossentropy", optimizer="sgd")
trained.fit(np.random.rand(6, 7), np.eye(3)[[0, 1, 2, 0, 1, 2]], verbose=0)
print(truncated(trained, 1).predict(np.zeros((1, 7)), verbose=0).shape)
