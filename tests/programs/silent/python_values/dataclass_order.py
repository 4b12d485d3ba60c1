# silent: KER101: kw_only, ClassVar and slots change which argument is which
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import keras


@dataclass(frozen=True, slots=True)
class Head:
    kind: ClassVar[int] = 1
    units: int = 1
    _: KW_ONLY
    activation: str = "softmax"


head = Head(6)
other = Head(units=3, activation="softmax")
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(head.units, activation=head.activation)])
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(other.units, activation=other.activation)])
