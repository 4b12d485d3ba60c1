# right: the labels become one-hot in a dataset
import keras
import tensorflow as tf
from keras import layers

(x, y), _ = keras.datasets.mnist.load_data()
data = tf.data.Dataset.from_tensor_slices((x / 255.0, y))
data = data.map(lambda image, label: (image, tf.one_hot(label, 10))).batch(64)
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, "softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(data)
