# right: PyTorch gets its logits from the loss
import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
from keras import layers

model = keras.Sequential([keras.Input((6,)), layers.Dense(9, "relu"), layers.Dense(4)])
model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True))
