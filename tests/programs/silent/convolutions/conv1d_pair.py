# silent: KER301: two one-dimensional convolutions reach further than one of them
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((100, 4)),
    layers.Conv1D(16, 5, padding="causal"),
    layers.Conv1D(16, 5, padding="causal"),
    layers.ReLU(),
    layers.GlobalMaxPooling1D(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
