# silent: KER001 KER002 KER004: getattr with a default, and the method under its own guard
import keras
import numpy as np

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile("sgd", "binary_crossentropy")
fit = getattr(model, "fit_generator", model.fit)
old = getattr(keras.layers, "CuDNNLSTM", keras.layers.LSTM)
fit(np.zeros((4, 2)), np.zeros((4, 1)), verbose=0)
if (predict := getattr(model, "predict_classes", None)) is not None:
    print(model.predict_classes(np.zeros((1, 2))))
print(old(3).units)
