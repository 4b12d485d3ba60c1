# loud: KER003@6: this with takes no exception
import keras
import tensorflow as tf

with tf.device("/cpu:0"):
    opt = keras.optimizers.Adam(lr=1e-3)
