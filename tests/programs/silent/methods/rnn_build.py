# silent: KER003 KER011: the recurrent layers' build takes sequences_shape and initial_state_shape
import keras
from keras import layers

gru = layers.GRU(4, return_sequences=True)
gru.build(sequences_shape=(2, 5, 3), initial_state_shape=None)
lstm = layers.LSTM(units=6)
lstm.build(sequences_shape=(None, 7, 2))
print(gru.count_params(), lstm.count_params())
