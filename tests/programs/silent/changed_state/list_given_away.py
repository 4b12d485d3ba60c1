# silent: KER101: a list, a dictionary and an object are given to functions that cannot be read
import keras
from mylib import fill, fill_all, configure


class Config:
    units = 1


names, table, cfg = [], {"units": 1}, Config()
fill(names)
fill_all([table])
configure(cfg, verbose=True)
for n in (len(names) + 1, table["units"], cfg.units):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
