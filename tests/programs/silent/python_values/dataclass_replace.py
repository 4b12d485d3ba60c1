# silent: KER101 KER102: dataclasses.replace, field(default=...), post_init and inheritance
from dataclasses import dataclass, field, replace

import keras


@dataclass
class Base:
    units: int = 1
    hidden: list = field(default_factory=lambda: [8])


@dataclass
class Config(Base):
    loss: str = "categorical_crossentropy"
    classes: tuple = ("a", "b", "c")

    def __post_init__(self):
        self.units = len(self.classes)


def build(cfg):
    m = keras.Sequential([keras.Input((4,))])
    for n in cfg.hidden:
        m.add(keras.layers.Dense(n, activation="relu"))
    m.add(keras.layers.Dense(cfg.units, activation="softmax"))
    m.compile("adam", cfg.loss)
    return m


build(Config())
build(replace(Config(), classes=("x", "y")))
build(Config(1, [4], classes=list("wxyz")))
