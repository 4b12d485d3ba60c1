# loud: KER734@14 KER734@16: random numbers are drawn while map traces the function
import random

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

rng = np.random.default_rng(0)
pictures = rng.random((256, 28, 28, 1)).astype("float32")
labels = rng.integers(0, 10, 256)


def augment(image, label):
    if random.random() > 0.5:
        image = tf.image.flip_left_right(image)
    shift = np.random.uniform(-0.2, 0.2)
    image = tf.clip_by_value(image + shift, 0.0, 1.0)
    return image, label


train = tf.data.Dataset.from_tensor_slices((pictures, labels))
train = train.shuffle(256).map(augment, num_parallel_calls=tf.data.AUTOTUNE).batch(32)

model = tf.keras.Sequential([
    tf.keras.Input((28, 28, 1)),
    layers.Conv2D(16, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=2, verbose=2)
