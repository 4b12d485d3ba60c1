# silent: KER003 KER011: keras.src.ops.nn.Softmax, core.Cond and numpy.Concatenate are operations, not layers
import numpy as np
from keras.src.ops import nn as knn
from keras.src.ops import numpy as knp
from keras.src.ops.numpy import Add, Maximum, Concatenate, Dot

x = np.ones((2, 3), "float32")
print(knn.Softmax(axis=0)(x))
print(knp.Concatenate(axis=1)([x, x]).shape)
print(Concatenate(axis=0)([x, x]).shape, Add()(x, x).shape, Maximum()(x, x).shape)
print(knp.Flip(axis=1)(x), knn.LeakyRelu(negative_slope=0.1)(x))
print(Dot()(x, x.T).shape)
