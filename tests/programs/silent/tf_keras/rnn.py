# silent: KER001 KER002 KER003 KER011: recurrent layers of tf_keras and their older arguments
# options: --target-keras 2
import tf_keras as keras

a = keras.layers.GRU(3, implementation=1, time_major=False, reset_after=True)
b = keras.layers.LSTM(3, stateful=True, batch_input_shape=(2, 4, 5), dropout=0.1)
c = keras.layers.Conv2D(3, 3, input_shape=(8, 8, 1), data_format="channels_last")
d = keras.layers.Dense(3, input_dim=4)
e = keras.initializers.RandomNormal(0, 0.1)
f = keras.utils.multi_gpu_model if hasattr(keras.utils, "multi_gpu_model") else None
m = keras.Sequential([b])
m.reset_states()
