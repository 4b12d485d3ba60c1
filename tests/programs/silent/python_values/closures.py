# silent: KER101: late binding, nonlocal, defaults that are evaluated once, and generators
import keras

makers = [lambda: i for i in range(1, 4)]


def counter():
    n = 1

    def up():
        nonlocal n
        n += 1
        return n

    return up


def collect(x, seen=[]):
    seen.append(x)
    return len(seen)


def widths():
    n = 1
    while True:
        n *= 2
        yield n


up = counter()
collect("a")
gen = widths()
for units in (makers[0](), up(), up(), collect("b"), next(gen), next(gen)):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
