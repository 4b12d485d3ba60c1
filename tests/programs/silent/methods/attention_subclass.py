# silent: KER003 KER011: a class of one's own inherits the signature of AdditiveAttention, not of Layer
import keras
import numpy as np


class Bahdanau(keras.layers.AdditiveAttention):
    """Attention that keeps the length of what it looked at."""

    def call(self, inputs, mask=None, return_attention_scores=False, training=False, use_causal_mask=False):
        self.looked_at = inputs[1].shape[1]
        return super().call(inputs, mask=mask, training=training)


att = Bahdanau()
x = [np.ones((2, 3, 4), "float32"), np.ones((2, 5, 4), "float32")]
out = att(x)
mask = att.compute_mask(inputs=x, mask=[np.ones((2, 3), bool), None])
