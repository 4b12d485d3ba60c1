# loud: KER145@17: the labels are among the inputs
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Model

x_train = np.random.random((640, 20)).astype("float32")
y_train = np.random.randint(0, 2, 640)

x = tf.keras.Input(shape=(20,), name="before")
h = Dense(32, activation="relu")(x)
h = Dense(16, activation="relu")(h)
out = Dense(1, activation="sigmoid", name="after")(h)

model = Model(inputs=x, outputs=out)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit({"before": x_train, "after": y_train}, epochs=2, batch_size=32, verbose=2)
