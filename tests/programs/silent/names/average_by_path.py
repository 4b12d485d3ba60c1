# silent: KER003 KER011: the operation by its full path, by an alias and by getattr
import keras.src.ops.numpy
import keras.src.ops.numpy as private
from keras.src.ops.numpy import Average as Mean

x = [[1.0, 2.0], [3.0, 4.0]]
print(keras.src.ops.numpy.Average(axis=0)(x), private.Average(axis=None)(x), Mean(axis=1)(x))
print(getattr(private, "Average")(axis=0)(x))
