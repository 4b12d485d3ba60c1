# silent: KER001 KER002 KER004: the star of keras.layers exports no K and no np
from keras import backend as K
import numpy as np
from keras.layers import *
from keras.models import *
from keras.optimizers import *

K.clear_session()
print(K.floatx(), K.epsilon(), K.image_data_format())
x = np.ones((2, 2))
m = Sequential([Input((2,)), Dense(1)])
