# right: the metric has the threshold of logits
import keras
from keras import layers

model = keras.Sequential([keras.Input((5,)), layers.Dense(1)])
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)])
