# silent: KER101 KER102 KER103: the helper refuses one unit, so that the rest is reached with more
import keras
import numpy as np


def check(n, act):
    if n < 2 and act == "softmax":
        raise SystemExit("one class is no choice")


def stop(reason):
    raise ValueError(reason)


def build(n, act):
    check(n, act)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation=act)])


def safe(n):
    if n == 1:
        stop("too few")
    m = build(n, "softmax")
    m.compile("adam", "categorical_crossentropy")
    return m


for n in (3, 2, 1):
    try:
        safe(n)
    except ValueError:
        print("skipped", n)
