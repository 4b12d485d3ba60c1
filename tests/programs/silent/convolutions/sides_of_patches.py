# silent: KER508: the side of a patch, also an odd one, is the step as well
import keras
from keras import layers


def mixer(width, patch_size=7):
    image = keras.Input((224, 224, 3))
    x = layers.Conv2D(width, patch_size, patch_size, activation="gelu", use_bias=True)(image)
    return keras.Model(image, layers.BatchNormalization()(x))


mixer(512)
mixer(256, patch_size=9)
