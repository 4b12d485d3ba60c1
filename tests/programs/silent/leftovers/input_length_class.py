# silent: KER003 KER005 KER011: the same in a layer of one's own and by tf.keras
import tensorflow as tf


class Positions(tf.keras.layers.Layer):
    def __init__(self, length, vocab, width, **kwargs):
        super().__init__(**kwargs)
        self.tokens = tf.keras.layers.Embedding(input_dim=vocab, output_dim=width, input_length=length)
        self.places = tf.keras.layers.Embedding(length, width, input_length=length)

    def call(self, x):
        return self.tokens(x) + self.places(tf.range(tf.shape(x)[-1]))


print(Positions(5, 10, 4)(tf.zeros((2, 5), tf.int32)).shape)
