# silent: KER803: the same program as it was repaired
import numpy as np
import keras
from keras import layers, ops


def f1(y_true, y_pred):
    y_true = ops.cast(y_true, "float32")
    guess = ops.cast(y_pred > 0.5, "float32")
    hit = ops.sum(y_true * guess)
    return 2 * hit / (ops.sum(y_true) + ops.sum(guess) + 1e-7)


rng = np.random.default_rng(0)
x = rng.normal(size=(1000, 12)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0.8).astype("float32").reshape(-1, 1)

model = keras.Sequential([
    keras.Input((12,)),
    layers.Dense(64, activation="relu"),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[f1])
stop = keras.callbacks.EarlyStopping(monitor="val_f1", mode="max", patience=4, restore_best_weights=True)
history = model.fit(x, y, validation_split=0.2, epochs=40, callbacks=[stop], verbose=2)
