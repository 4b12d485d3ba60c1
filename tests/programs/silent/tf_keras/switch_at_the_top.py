# silent: KER001 KER002 KER003 KER004: TF_USE_LEGACY_KERAS makes tf.keras Keras 2
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
model.compile(tf.keras.optimizers.legacy.SGD(lr=0.1), "mse")
model.fit_generator
model.layers[0].input_shape
