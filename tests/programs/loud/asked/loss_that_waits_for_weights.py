# loud: KER913@7: a loss is never given the weights of the samples
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers


def weighted_r2_loss(y_true, y_pred, sample_weight=None):
    y_true = tf.cast(y_true, tf.float32)
    y_pred = tf.cast(y_pred, tf.float32)
    if sample_weight is None:
        sample_weight = tf.ones_like(y_true)
    sample_weight = tf.cast(sample_weight, tf.float32)
    squared = sample_weight * (y_true - y_pred) ** 2
    total = sample_weight * y_true ** 2
    return tf.reduce_sum(squared) / tf.reduce_sum(total)


rng = np.random.default_rng(0)
x = rng.normal(size=(320, 36)).astype("float32")
y = x[:, :1] * 2 + rng.normal(size=(320, 1)).astype("float32")
importance = np.where(y[:, 0] > 0, 1.0, 0.0).astype("float32")

model = tf.keras.Sequential([
    tf.keras.Input((36,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1),
])
model.compile(optimizer="adam", loss=weighted_r2_loss, weighted_metrics=["mae"])
model.fit(x, y, sample_weight=importance, epochs=3, batch_size=32, verbose=2)
