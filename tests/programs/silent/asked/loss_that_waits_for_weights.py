# silent: KER913: the same program as it was repaired
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers


def relative_squares(y_true, y_pred):
    y_true = tf.cast(y_true, tf.float32)
    squared = tf.reduce_mean((y_true - y_pred) ** 2, axis=-1)
    return squared / tf.reduce_mean(y_true ** 2)


rng = np.random.default_rng(0)
x = rng.normal(size=(320, 36)).astype("float32")
y = x[:, :1] * 2 + rng.normal(size=(320, 1)).astype("float32")
importance = np.where(y[:, 0] > 0, 1.0, 0.0).astype("float32")

model = tf.keras.Sequential([
    tf.keras.Input((36,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1),
])
model.compile(optimizer="adam", loss=relative_squares, weighted_metrics=["mae"])
model.fit(x, y, sample_weight=importance, epochs=3, batch_size=32, verbose=2)
