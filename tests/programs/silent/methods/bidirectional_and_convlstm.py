# silent: KER003 KER011: Bidirectional and ConvLSTM2D build with sequences_shape
import keras


class Encoder(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.rnn = keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True))
        self.video = keras.layers.ConvLSTM2D(2, 3, padding="same")

    def build(self, input_shape):
        self.rnn.build(sequences_shape=input_shape)
        self.video.build(sequences_shape=(None, 4, 8, 8, 1))
        self.built = True

    def call(self, x):
        return self.rnn(x)


enc = Encoder()
enc.build((None, 6, 3))
print(len(enc.trainable_weights))
