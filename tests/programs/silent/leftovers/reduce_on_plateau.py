# silent: KER003 KER005 KER011: 0.0001 is what min_delta is without it
import tensorflow as tf
from keras import callbacks

EPS = 1e-4
cbs = [
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.1, patience=8, verbose=1, mode="auto", epsilon=0.0001),
    tf.keras.callbacks.ReduceLROnPlateau(epsilon=EPS, cooldown=0, min_lr=0),
    callbacks.ReduceLROnPlateau("loss", 0.5, 3, epsilon=10**-4),
]
