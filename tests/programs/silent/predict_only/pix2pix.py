# silent: KER103 KER104 KER105: a convolutional generator with a tanh end, compiled out of habit
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers


def make_generator():
    inp = layers.Input((8, 8, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same")(inp)
    x = layers.LeakyReLU()(x)
    x = layers.Conv2DTranspose(3, 3, strides=2, padding="same")(x)
    return tf.keras.Model(inp, layers.Activation("tanh")(x))


def make_patch_discriminator():
    a, b = layers.Input((8, 8, 3)), layers.Input((8, 8, 3))
    x = layers.concatenate([a, b])
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(x)
    return tf.keras.Model([a, b], layers.Conv2D(1, 3, activation="sigmoid")(x))


gen, disc = make_generator(), make_patch_discriminator()
gen.compile("adam", loss=tf.keras.losses.BinaryCrossentropy())
disc.compile("adam", loss="binary_crossentropy", loss_weights=[0.5])
disc.trainable = False
source = layers.Input((8, 8, 3))
made = gen(source)
both = tf.keras.Model(source, [disc([source, made]), made])
both.compile("adam", loss=["binary_crossentropy", "mae"], loss_weights=[1, 100])
x = np.random.uniform(-1, 1, (2, 8, 8, 3))
print(gen.predict(x, verbose=0).shape)
both.train_on_batch(x, [np.ones((2, 1, 1, 1)), x])
