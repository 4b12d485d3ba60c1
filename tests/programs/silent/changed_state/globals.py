# silent: KER101 KER003: names set through globals(), vars() and exec
import keras
from keras.layers import Dense

units = 1
n = 1
k = 1
globals()["units"] = 10
for key, value in {"n": 4}.items():
    globals()[key] = value
exec("k = 7")
vars().update(last=3)
for u in (units, n, k):
    keras.Sequential([keras.Input((4,)), Dense(u, activation="softmax")])


def old(output_dim):
    return keras.layers.Dense(output_dim)


globals()["Dense"] = old
layer = Dense(output_dim=4)
