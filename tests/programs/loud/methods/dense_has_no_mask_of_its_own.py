# loud: KER003@6 KER011@7: Dense inherits Layer.compute_mask(inputs, previous_mask); Embedding's build has no sequences_shape
import numpy as np
from keras import layers

dense = layers.Dense(4)
dense.compute_mask(inputs=np.ones((2, 3)), mask=None)
layers.Embedding(5, 4).build(sequences_shape=(2, 3))
