# loud: KER011@6: Dropout's build has input_shape=, whatever MultiHeadAttention's has
from keras import layers

mha = layers.MultiHeadAttention(num_heads=2, key_dim=4)
mha.build((2, 5, 8), (2, 5, 8))
layers.Dropout(0.5).build(query_shape=(2, 3))
