# silent: KER003 KER011: Embedding, Masking and pooling judged by their own compute_mask, in a loop and in a call method
import keras
from keras import ops


class Reader(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.embed = keras.layers.Embedding(20, 4, mask_zero=True)
        self.pool = keras.layers.GlobalAveragePooling1D()

    def compute_mask(self, inputs, mask=None):
        return self.embed.compute_mask(inputs=inputs, mask=mask)

    def call(self, inputs):
        return self.pool(self.embed(inputs), mask=self.compute_mask(inputs=inputs, mask=None))


reader = Reader()
print(reader(ops.convert_to_tensor([[1, 2, 0]])).shape)
print(reader.compute_mask(inputs=ops.ones((1, 3)), mask=None))
