# silent: KER001 KER002 KER004: `not hasattr(..) or ..` and a guard over several lines
import tensorflow as tf

K = tf.keras.backend
ok = not hasattr(K, "set_image_dim_ordering") or K.set_image_dim_ordering("tf") is None
have = hasattr(tf, "Session") and hasattr(tf, "ConfigProto")
if hasattr(tf.keras.layers, "experimental") and (
    hasattr(tf.keras.layers.experimental, "preprocessing")
    and tf.keras.layers.experimental.preprocessing.Rescaling is not None
):
    Rescaling = tf.keras.layers.experimental.preprocessing.Rescaling
else:
    Rescaling = tf.keras.layers.Rescaling
print(ok, have, Rescaling)
