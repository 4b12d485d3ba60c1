# loud: KER101@6: the copy keeps its 1, whatever becomes of the other
import keras
base = {"units": 1}
mine = dict(base)
base["units"] = 10
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(mine["units"], activation="softmax")])
