# silent: KER101: a data class inside another, and from_dict by **
from dataclasses import asdict, dataclass, field

import keras


@dataclass
class Head:
    units: int = 1
    activation: str = "softmax"


@dataclass
class Experiment:
    head: Head = field(default_factory=lambda: Head(5))
    name: str = "x"


exp = Experiment()
again = Head(**{**asdict(Head()), "units": 4})
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(exp.head.units, activation=exp.head.activation)])
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(again.units, activation=again.activation)])
