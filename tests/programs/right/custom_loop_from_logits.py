# right: a loop of its own takes logits
import keras
import tensorflow as tf
from keras import layers

model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
judge = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam()
(x, y), _ = keras.datasets.mnist.load_data()
for images, labels in tf.data.Dataset.from_tensor_slices((x / 255.0, y)).batch(32):
    with tf.GradientTape() as tape:
        loss = judge(labels, model(images, training=True))
    found = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(found, model.trainable_variables))
