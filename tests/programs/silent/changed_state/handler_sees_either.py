# silent: KER503: the try may stop before the feature map is flattened
import keras
from keras import layers


def global_mean(x):
    try:
        rows, columns = x.shape[1:3]
        x = layers.AveragePooling2D((rows, columns))(x)
        x = layers.Flatten()(x)
    except ValueError:
        x = layers.GlobalAveragePooling2D()(x)
    return x


image = keras.Input((None, None, 3))
net = keras.Model(image, layers.Dense(2)(global_mean(layers.Conv2D(8, 3)(image))))
