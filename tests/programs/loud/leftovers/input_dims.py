# loud: KER011@5: beside the harmless argument stands a wrong one
from keras import Sequential
from keras.layers import Embedding, Input

m = Sequential([Input((20,)), Embedding(100, 8, mask_zeros=True, input_length=20)])
