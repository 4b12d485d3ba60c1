# silent: KER132 KER133: the pixels of a mask are class numbers, and which ones is in the files
import glob

import keras
import numpy as np
from keras import layers

paths = sorted(glob.glob("masks/*.png"))
masks = np.zeros((len(paths), 64, 64, 1), dtype="uint8")
for place, path in enumerate(paths):
    picture = keras.utils.load_img(path, target_size=(64, 64), color_mode="grayscale")
    masks[place] = np.expand_dims(picture, 2).astype("uint8") - 1

images = np.load("images.npy")
model = keras.Sequential([keras.Input((64, 64, 3)), layers.Conv2D(3, 3, padding="same")])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss)
model.fit(images, masks)
