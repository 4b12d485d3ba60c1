# silent: KER733: the same program as it was repaired
import numpy as np
import keras
from keras import layers

NUM = 600
angles = np.linspace(0, 2 * np.pi, NUM).astype("float32")
points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
quarter = (angles // (np.pi / 2)).astype("int32").clip(0, 3)

indices = np.arange(NUM)
indices = keras.ops.convert_to_numpy(keras.random.shuffle(indices))
points, quarter = points[indices], quarter[indices]

cut = int(0.8 * NUM)
model = keras.Sequential([
    keras.Input((2,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(4, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(points[:cut], quarter[:cut], validation_data=(points[cut:], quarter[cut:]),
          epochs=5, verbose=2)
