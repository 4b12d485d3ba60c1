# loud: KER101@13: the default of the data class is the one that is used
from dataclasses import dataclass
import keras


@dataclass
class Config:
    units: int = 1
    hidden: int = 8


cfg = Config()
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(cfg.units, activation="softmax")])
