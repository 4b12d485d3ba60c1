# silent: KER103 KER104 KER105: the encoder is a part of the autoencoder that is fitted
import numpy as np
from keras import Input, Model
from keras.layers import Dense

x = np.random.rand(32, 20)
image = Input(shape=(20,))
code = Dense(4, activation="relu")(Dense(10, activation="relu")(image))
back = Dense(20, activation="sigmoid")(Dense(10, activation="relu")(code))
autoencoder = Model(image, back)
encoder = Model(image, code)
encoder.compile(optimizer="adadelta", loss="binary_crossentropy")
autoencoder.compile(optimizer="adadelta", loss="binary_crossentropy")
autoencoder.fit(x, x, epochs=1, verbose=0)
print(encoder.predict(x, verbose=0).mean(axis=0))
