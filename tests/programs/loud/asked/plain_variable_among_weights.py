# loud: KER918@14: Keras 3 does not train a variable of TensorFlow
import numpy as np
import tensorflow as tf
from tensorflow import keras


class Heat(keras.Model):
    """u(x) with an unknown diffusivity that is fitted with the network."""

    def __init__(self):
        super().__init__()
        self.hidden = [keras.layers.Dense(20, activation="tanh") for _ in range(2)]
        self.out = keras.layers.Dense(1)
        self.diffusivity = tf.Variable(0.5, dtype=tf.float32, trainable=True)

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.diffusivity * self.out(x)


x = np.linspace(-1, 1, 100, dtype="float32").reshape(-1, 1)
u = np.sin(3 * x)

net = Heat()
net(x[:1])
optimizer = keras.optimizers.Adam(1e-2)
for step in range(50):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(u - net(x, training=True)))
    variables = net.trainable_variables
    grads = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(grads, variables))
print("loss", float(loss), "diffusivity", float(net.diffusivity.numpy()))
