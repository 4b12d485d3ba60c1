# right: AUC is told that it gets logits
import keras
from keras import layers

model = keras.Sequential([keras.Input((5,)), layers.Dense(1)])
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=[keras.metrics.AUC(from_logits=True)])
