# silent: KER001 KER002 KER003 KER004: the version decides
import keras
from packaging.version import Version

if Version(keras.__version__) < Version("3.0"):
    from keras.layers.experimental.preprocessing import RandomFlip
    optimizer = keras.optimizers.Adam(lr=1e-3)
else:
    from keras.layers import RandomFlip
    optimizer = keras.optimizers.Adam(learning_rate=1e-3)
if int(keras.__version__.split(".")[0]) < 3:
    keras.backend.set_learning_phase(0)
