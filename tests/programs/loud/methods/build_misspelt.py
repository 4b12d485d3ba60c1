# loud: KER011@6 KER011@7: query_shap is nobody's argument, nor is inital_state_shape
from keras import layers

mha = layers.MultiHeadAttention(num_heads=2, key_dim=4)
gru = layers.GRU(4)
mha.build(query_shap=(2, 5, 8), value_shape=(2, 5, 8))
gru.build(sequences_shape=(2, 5, 3), inital_state_shape=None)
