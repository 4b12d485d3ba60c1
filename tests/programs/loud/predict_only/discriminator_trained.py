# loud: KER103@8: the discriminator is trained on batches with a linear head
import keras
import numpy as np
from keras import layers


def build(out, act=None):
    return keras.Sequential([keras.Input((out[0],)), layers.Dense(32, activation="relu"), layers.Dense(out[1], activation=act)])


gen, dis = build((5, 12), "tanh"), build((12, 1))
dis.compile("adam", "binary_crossentropy")
dis.trainable = False
gan = keras.Sequential([gen, dis])
gan.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
dis.trainable = True
dis.train_on_batch(np.zeros((8, 12)), np.ones((8, 1)))
gan.train_on_batch(np.zeros((8, 5)), np.ones((8, 1)))
