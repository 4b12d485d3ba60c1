# silent: KER001 KER002: what old modules happened to import is not exported today
import json
import os
import tensorflow.keras.backend as K
import numpy as np
from tensorflow.keras.models import *
from tensorflow.keras.regularizers import *
from tensorflow.keras.utils import *

print(K.floatx(), np.zeros(2), os.path.join("a", "b"), json.dumps({}))
K.set_floatx("float32")


def reset():
    K.clear_session()


reset()
