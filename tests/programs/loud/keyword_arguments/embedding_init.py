# loud: KER003@5: the rest of **kwargs is known to be refused, init= too
from keras.layers import Embedding, LSTM, Dense

e = Embedding(10, 4, mask_zero=True, name="e")
d = Dense(3, init="uniform", name="d")
