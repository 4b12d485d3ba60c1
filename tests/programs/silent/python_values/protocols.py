# silent: KER101: __getattr__, __getitem__, descriptors, operators and class attributes set later
import keras


class Config(dict):
    __getattr__ = dict.__getitem__


class Five:
    def __get__(self, obj, owner=None):
        return 5


class Size:
    five = Five()
    n = 1

    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return Size(self.n + other)

    def __index__(self):
        return self.n


Size.count = 1
Size.count = 6
cfg = Config(units=1)
cfg["units"] = 2
setattr(cfg, "classes", 1)
cfg.__dict__["classes"] = 8
for units in (cfg.units, Size(1).five, (Size(1) + 2).n, Size(3).count, int("0b11", 0), range(9)[Size(4)]):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
