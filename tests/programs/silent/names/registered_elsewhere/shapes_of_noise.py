import keras
from registry import known


@known
def hat(x):
    return keras.ops.maximum(1 - keras.ops.abs(x), 0)


@known
def noise(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** 1.5, axis=-1)
