# silent: KER001 KER002 KER003 KER004 KER011: the backend functions of Keras 2
# options: --target-keras 2
import tf_keras.backend as K
from tf_keras.layers import *

a = K.placeholder((2, 3)) if False else K.constant([[1.0, 2.0]])
print(K.mean(a), K.sum(a, axis=1, keepdims=True), K.image_data_format(), K.int_shape(a), K.dot(a, K.transpose(a)))
print(K.get_value(K.clip(a, 0.0, 1.5)), K.learning_phase())
K.set_learning_phase(0)
d = Dense(3)
