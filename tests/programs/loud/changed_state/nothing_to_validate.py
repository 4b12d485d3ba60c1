# loud: KER802@25 KER806@25: the helper that would make them returns nothing
import keras
import numpy as np
from keras.callbacks import ModelCheckpoint


def endless(size):
    while True:
        yield np.zeros((size, 4)), np.zeros((size, 1))


def held_back(rows):
    if rows:
        print(len(rows), "rows")


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(
    endless(8),
    steps_per_epoch=20,
    validation_data=held_back(open("rows.csv").readlines()),
    callbacks=[
        # What it is called after is not there.
        ModelCheckpoint("{val_loss:.2f}.keras", save_best_only=True),
    ],
)
