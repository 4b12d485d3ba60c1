# silent: KER003 KER011: GroupedQueryAttention has its own build and compute_output_shape
from keras import layers

attention = layers.GroupQueryAttention(head_dim=4, num_query_heads=4, num_key_value_heads=2)
shapes = {"query_shape": (None, 6, 8), "value_shape": (None, 6, 8)}
attention.build(query_shape=shapes["query_shape"], value_shape=shapes["value_shape"], key_shape=None)
print(attention.compute_output_shape(query_shape=(2, 6, 8), value_shape=(2, 6, 8)))
mha = layers.MultiHeadAttention(2, 4)
print(mha.compute_output_shape(query_shape=(2, 5, 8), value_shape=(2, 7, 8)))
