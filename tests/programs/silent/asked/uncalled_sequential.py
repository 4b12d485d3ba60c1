# silent: KER004: the same program as it was repaired
import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(0)
spectra = rng.random((256, 120)).astype("float32")

autoencoder = keras.Sequential([
    keras.Input((120,)),
    layers.Dense(64, activation="relu"),
    layers.Dense(16, activation="relu", name="code"),
    layers.Dense(64, activation="relu"),
    layers.Dense(120, activation="sigmoid"),
])
autoencoder.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.MeanSquaredError())
autoencoder.fit(spectra, spectra, epochs=3, batch_size=32, verbose=2)

# the encoder alone, to plot the codes
encoder = keras.Model(inputs=autoencoder.inputs,
                      outputs=autoencoder.get_layer("code").output)
codes = encoder.predict(spectra, verbose=0)
print("codes", codes.shape)
