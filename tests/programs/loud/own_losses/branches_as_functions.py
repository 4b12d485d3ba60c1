# loud: KER914@7: only the condition depends on the output
import keras
import tensorflow as tf


def hits(outputs, labels):
    return tf.reduce_mean(tf.cast(tf.equal(outputs, labels), "float32"))


model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
x, y = tf.zeros((4, 3)), tf.zeros((4, 2))
with tf.GradientTape() as tape:
    loss = hits(model(x, training=True), y)
gradients = tape.gradient(loss, model.trainable_variables)
keras.optimizers.Adam().apply_gradients(zip(gradients, model.trainable_variables))
