# silent: KER000 KER101: annotated attributes and items in parentheses
import keras


class Config:
    units = 1


cfg = Config()
table = {"n": 1}
(cfg.units): int = 7
(table["n"]): int = 5
m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(cfg.units, activation="softmax")])
n = keras.Sequential([keras.Input((3,)), keras.layers.Dense(table["n"], activation="softmax")])
