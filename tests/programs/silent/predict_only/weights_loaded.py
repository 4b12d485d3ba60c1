# silent: KER103 KER104 KER105: weights come from a file and nothing is trained
import keras
import numpy as np
from keras import layers


def network():
    model = keras.Sequential(name="logits")
    model.add(layers.Input((12,)))
    model.add(layers.Dense(32, activation="relu"))
    model.add(layers.Dense(5))
    return model


network().save_weights("weights.weights.h5")
net = network()
net.load_weights("weights.weights.h5")
net.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
scores = net.predict(np.zeros((2, 12)), verbose=0)
print(np.argsort(-scores, axis=1)[:, :3])
