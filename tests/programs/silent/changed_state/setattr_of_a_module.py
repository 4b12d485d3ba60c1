# silent: KER001 KER002 KER003 KER004 KER011: names that are given to Keras by the program
import keras
import tensorflow as tf


def merge(parts, mode="sum"):
    return keras.layers.Add()(parts)


setattr(keras.layers, "merge", merge)
keras.backend.set_image_dim_ordering = lambda order: None
for name in ("predict_classes", "predict_proba"):
    setattr(keras.Model, name, lambda self, x: self.predict(x, verbose=0))
keras.backend.set_image_dim_ordering("tf")
tf.keras.layers.CuDNNLSTM = tf.keras.layers.LSTM
rnn = tf.keras.layers.CuDNNLSTM(3)
a, b = keras.Input((3,)), keras.Input((3,))
c = keras.layers.merge([a, b], mode="sum")
m = keras.Model([a, b], c)
m.predict_classes([tf.zeros((1, 3)), tf.zeros((1, 3))])
