# silent: KER003 KER011: RNN.compute_mask(_, mask), and the names of cells and of update_state differ by class
import keras
import numpy as np

rnn = keras.layers.RNN(keras.layers.GRUCell(3), return_sequences=True)
print(rnn.compute_mask(None, mask=np.ones((2, 4), bool)))
stacked = keras.layers.StackedRNNCells([keras.layers.LSTMCell(3), keras.layers.LSTMCell(2)])
print(stacked.get_initial_state(batch_size=2))
mean = keras.metrics.Mean()
mean.update_state(values=[1.0, 2.0], sample_weight=[1, 0])
auc = keras.metrics.AUC()
auc.update_state(y_true=[0, 1], y_pred=[0.2, 0.7])
