# loud: KER011@8: another context manager of contextlib takes no exception
import contextlib
import io
import keras

layer = keras.layers.Dense(3)
with contextlib.redirect_stdout(io.StringIO()):
    layer = keras.layers.Dense(3, activaton="relu")
