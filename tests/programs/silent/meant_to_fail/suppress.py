# silent: KER001 KER002 KER003 KER004 KER011: contextlib.suppress takes the exception
import contextlib
from contextlib import suppress

import keras

optimizer = keras.optimizers.Adam(1e-3)
with suppress(TypeError, ValueError):
    optimizer = keras.optimizers.Adam(lr=1e-3)
with contextlib.suppress(AttributeError):
    keras.backend.set_image_dim_ordering("tf")
model = keras.Sequential([keras.Input((2,))])
with suppress(Exception):
    model.predict_classes([[1, 2]])
print(optimizer.learning_rate)
