# silent: KER913 KER914: the functions that cond is given use the output
import keras
import tensorflow as tf


def likelihood(outputs, labels):
    def of_one():
        return tf.reduce_mean(outputs)

    def of_many():
        return tf.reduce_mean(tf.abs(outputs - labels))

    return tf.cond(tf.equal(tf.shape(outputs)[1], 1), of_one, of_many)


model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
x, y = tf.zeros((4, 3)), tf.zeros((4, 2))
with tf.GradientTape() as tape:
    loss = likelihood(model(x, training=True), y)
gradients = tape.gradient(loss, model.trainable_variables)
keras.optimizers.Adam().apply_gradients(zip(gradients, model.trainable_variables))

other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
other.compile("adam", loss=lambda y_true, y_pred: likelihood(y_pred, y_true))
