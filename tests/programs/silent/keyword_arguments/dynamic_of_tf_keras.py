# silent: KER003 KER011: dynamic= through tf.keras, in a list of optimizers and positionally mixed
import tensorflow as tf

inner = [tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam()]
wrapped = [tf.keras.optimizers.LossScaleOptimizer(o, 2.0**8, dynamic=True, name="scaled") for o in inner]
model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
model.compile(optimizer=tf.keras.optimizers.LossScaleOptimizer(inner_optimizer=inner[0], dynamic=True), loss="mse")
