# silent: KER103 KER104 KER105 KER126: the features of a trained model; compile keeps an old version of Keras quiet
import keras
import numpy as np

x, y = np.random.rand(20, 8), np.eye(3)[np.random.randint(0, 3, 20)]
inp = keras.Input((8,))
hidden = keras.layers.Dense(16, activation="relu", name="features")(inp)
model = keras.Model(inp, keras.layers.Dense(3, activation="softmax")(hidden))
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, verbose=0)

extractor = keras.Model(model.input, model.get_layer("features").output)
extractor.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
features = extractor.predict(x, verbose=0)
np.save("features.npy", features)
