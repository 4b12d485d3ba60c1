# silent: KER001 KER002 KER004: the attribute is read only where it is
import keras
import tensorflow as tf

rescaling = tf.keras.layers.experimental.preprocessing.Rescaling if hasattr(tf.keras.layers, "experimental") else tf.keras.layers.Rescaling
dim = keras.backend.image_dim_ordering() if hasattr(keras.backend, "image_dim_ordering") else keras.backend.image_data_format()
names = keras.backend.learning_phase if hasattr(keras.backend, "learning_phase") else None
print(rescaling, dim, names)
