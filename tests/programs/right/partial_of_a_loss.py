# right: functools.partial tells the loss that it gets logits
from functools import partial

import keras
from keras import layers

loss = partial(keras.losses.binary_crossentropy, from_logits=True)
model = keras.Sequential([keras.Input((6,)), layers.Dense(1)])
model.compile("adam", loss)
