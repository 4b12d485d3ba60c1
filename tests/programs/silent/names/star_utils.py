# silent: KER001 KER002 KER004: to_categorical and np survive the stars behind them
import numpy as np
import keras.ops as ops
from keras.utils import *
from keras.datasets import *
from keras.callbacks import *
from keras.losses import *
from keras.metrics import *

y = to_categorical([0, 1, 2], 3)
print(ops.shape(y), np.argmax(y, 1), MeanSquaredError()(y, y))
stop = EarlyStopping(patience=2)
