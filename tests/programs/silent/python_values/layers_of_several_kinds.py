# silent: KER503 KER501 KER505: how many layers there are is not known, but the last one flattens
import sys

import keras
from keras import layers


def stack(size, filters):
    found = [layers.Conv2D(filters, 5, padding="same"), layers.Activation("relu")]
    while size > 4:
        found.extend([layers.Conv2D(filters, 3, padding="same"), layers.AveragePooling2D(2)])
        size = size // 2
    found.append(layers.Flatten())
    return found


size = int(sys.argv[1])
x = image = keras.Input((size, size, 3))
for layer in stack(size, 8):
    x = layer(x)
code = layers.Dense(16)(x)
given = keras.Input((16,))
decoder = keras.Model(given, layers.Dense(4)(given))
model = keras.Model(image, decoder(code))
