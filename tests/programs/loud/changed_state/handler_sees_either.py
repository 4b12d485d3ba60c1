# loud: KER503@12: the map is flattened before the try
import keras
from keras import layers


def global_mean(x):
    x = layers.Flatten()(x)
    try:
        rows, columns = x.shape[1:3]
        pooled = layers.AveragePooling2D((rows, columns))(x)
    except ValueError:
        pooled = layers.GlobalAveragePooling2D()(x)
    return pooled


image = keras.Input((32, 32, 3))
net = keras.Model(image, layers.Dense(2)(global_mean(layers.Conv2D(8, 3)(image))))
