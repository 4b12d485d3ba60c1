# silent: KER145: the same program as it was repaired
import numpy as np
import tensorflow as tf
import keras
from keras import layers

x_train = np.random.rand(512, 784).astype("float32")
y_train = np.random.randint(0, 10, 512).astype("float32")


def with_name(x, y):
    return x, {"y_true": y}


inputs = keras.Input(shape=(784,), name="digits")
x = layers.Dense(64, activation="relu", name="dense_1")(inputs)
outputs = layers.Dense(10, activation="softmax", name="y_true")(x)
model = keras.Model(inputs=inputs, outputs={"y_true": outputs})

model.compile(
    optimizer=keras.optimizers.RMSprop(),
    loss={"y_true": keras.losses.SparseCategoricalCrossentropy()},
    metrics={"y_true": [keras.metrics.SparseCategoricalAccuracy()]},
)
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).map(with_name).batch(64)
model.fit(train, epochs=2, verbose=2)
