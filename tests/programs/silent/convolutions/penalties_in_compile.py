# silent: KER138: activity and bias penalties are in the loss and not in the metric
# options: --extend-select KER138
import keras
from keras import layers

m = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu", activity_regularizer="l1"), layers.Dense(1)])
m.compile(optimizer="adam", loss="mse", metrics=["mse"])
n = keras.Sequential([keras.Input((8, 1)), layers.LSTM(4, recurrent_regularizer=keras.regularizers.L2(1e-3)), layers.Dense(1)])
n.compile(optimizer="adam", loss="mae", metrics=["mae"])
e = keras.Sequential([keras.Input((8,)), layers.Embedding(9, 4, embeddings_regularizer="l2"), layers.GlobalAveragePooling1D(), layers.Dense(1)])
e.compile("adam", "mean_squared_error", [keras.metrics.MeanSquaredError()])
