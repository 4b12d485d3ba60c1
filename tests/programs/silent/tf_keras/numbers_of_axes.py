# silent: KER001 KER002 KER003 KER004 KER011: tf.keras 2 with the paths that it still has
# options: --target-keras 2
import tensorflow as tf

layers = tf.keras.layers
up = layers.experimental.preprocessing.RandomFlip("horizontal")
adam = tf.keras.optimizers.legacy.Adam(lr=1e-3)
cudnn = tf.compat.v1.keras.layers.CuDNNLSTM(3)
norm = layers.BatchNormalization(renorm=True)
weights = tf.keras.utils.get_file
lookup = layers.experimental.preprocessing.StringLookup(vocabulary=["a"])
reduction = tf.keras.losses.Reduction.NONE
loss = tf.keras.losses.MeanSquaredError(reduction=reduction)
print(tf.keras.backend.get_session if hasattr(tf.keras.backend, "get_session") else None)
