# loud: KER003@5: Dense comes with the star
from keras.layers import *
import keras.backend as K

d = Dense(output_dim=4)
K.clear_session()
