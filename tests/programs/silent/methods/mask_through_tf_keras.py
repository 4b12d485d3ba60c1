# silent: KER003 KER011: the same methods under tf.keras, through an alias and in a helper
import tensorflow as tf

tfl = tf.keras.layers


def masked_length(ids):
    emb = tfl.Embedding(100, 8, mask_zero=True)
    pooled = tfl.GlobalAveragePooling1D()
    mask = emb.compute_mask(inputs=ids, mask=None)
    return mask, pooled.compute_mask(inputs=emb(ids), mask=mask)


print(masked_length(tf.constant([[1, 2, 0], [3, 0, 0]])))
