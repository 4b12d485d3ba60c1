# A classifier of flowers with all the callbacks that people had in Keras 2.
# expect: model has 1115 parameters, output (None, 3)
import os

import keras
import numpy as np
from keras.callbacks import (CSVLogger, Callback, EarlyStopping, LearningRateScheduler,
                             ModelCheckpoint, ReduceLROnPlateau)
from keras.layers.core import Activation, Dense, Dropout
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential, load_model
from keras.utils import np_utils
from keras.utils.np_utils import to_categorical

EPOCHS = 4

rng = np.random.RandomState(5)
flowers = rng.rand(90, 4)
kinds = np.repeat([0, 1, 2], 30)
order = rng.permutation(90)
flowers, kinds = flowers[order], kinds[order]
targets = to_categorical(kinds, num_classes=3)
checked = np_utils.to_categorical(kinds)


class History(Callback):
    def on_train_begin(self, logs={}):
        self.losses = []

    def on_batch_end(self, batch, logs={}):
        self.losses.append(logs.get("loss"))


def step_decay(epoch):
    return 0.01 * 0.5 ** (epoch // 2)


def build():
    net = Sequential()
    net.add(Dense(units=24, input_shape=(4,), kernel_initializer="he_normal"))
    net.add(BatchNormalization())
    net.add(Activation("relu"))
    net.add(Dropout(0.1))
    net.add(Dense(units=32, activation="tanh"))
    net.add(Dense(units=3, activation="softmax"))
    net.compile(loss=keras.losses.categorical_crossentropy,
                optimizer=keras.optimizers.RMSprop(lr=0.01, rho=0.9, epsilon=1e-08, decay=0.0),
                metrics=["accuracy"])
    return net


model = build()
history = History()
callbacks = [
    history,
    ModelCheckpoint("weights.{epoch:02d}.h5", monitor="val_acc", verbose=1, period=2),
    ModelCheckpoint("best.hdf5", monitor="val_acc", save_best_only=True, mode="max"),
    EarlyStopping(monitor="val_acc", min_delta=0.001, patience=5),
    LearningRateScheduler(step_decay),
    CSVLogger("training.csv"),
    ReduceLROnPlateau(monitor="val_loss", factor=0.2, patience=3, epsilon=1e-4),
]
fitted = model.fit(flowers, targets, epochs=EPOCHS, batch_size=15, validation_split=0.2,
                   callbacks=callbacks, verbose=0)
print("best:", max(fitted.history["val_acc"]), "at", len(history.losses), "batches")

best = load_model("best.hdf5")
assert os.path.exists("training.csv")
print("again:", best.evaluate(flowers, checked, verbose=0))
print("kinds:", model.predict_classes(flowers[:5]))
