# silent: KER103 KER104 KER105 KER126: a perceptual loss network, compiled and only predicted from, weights from another
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, GlobalAveragePooling2D, Input

def backbone():
    return keras.Sequential([Input((8, 8, 3)), Conv2D(4, 3, activation="relu"), Conv2D(8, 3, activation="relu"), GlobalAveragePooling2D()])


classifier = keras.Sequential([backbone(), Dense(5, activation="softmax")])
classifier.compile("adam", "sparse_categorical_crossentropy")
classifier.fit(np.random.rand(6, 8, 8, 3), np.random.randint(0, 5, 6), verbose=0)
loss_net = backbone()
loss_net.set_weights(classifier.layers[0].get_weights())
loss_net.trainable = False
loss_net.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
target = loss_net.predict(np.random.rand(1, 8, 8, 3), verbose=0)
