# silent: KER101: the helper changes its argument, and returns something else
import keras


def add_rare(words, extra=("x", "y")):
    words.extend(extra)
    return 1


def widen(cfg):
    cfg.update(units=cfg["units"] * 4)


words = []
add_rare(words)
cfg = {"units": 1}
widen(cfg)
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(words), activation="softmax")])
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(cfg["units"], activation="softmax")])
