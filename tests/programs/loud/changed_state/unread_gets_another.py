# loud: KER101@7: the unread function is given another list
import keras
from mylib import fill

names, other = ["only"], []
fill(other)
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(names), activation="softmax")])
