# loud: KER503@19: all layers are known, and none of them flattens
import keras
from keras import layers


def stack(filters):
    found = [layers.Conv2D(filters, 5, padding="same"), layers.Activation("relu")]
    for _ in range(2):
        found.extend([layers.Conv2D(filters, 3, padding="same"), layers.AveragePooling2D(2)])
    return found


x = image = keras.Input((32, 32, 3))
for layer in stack(8):
    x = layer(x)
code = layers.Dense(16)(x)
given = keras.Input((16,))
decoder = keras.Model(given, layers.Dense(4)(given))
model = keras.Model(image, decoder(code))
