# silent: KER001 KER002: the star in the function's file scope does not reach K; the try keeps the newer import
import keras.backend as K
try:
    from keras.layers import *
    from keras.saving import register_keras_serializable
except ImportError:
    from keras.layers.core import *
    from keras.utils.generic_utils import register_keras_serializable


@register_keras_serializable("mine")
class Scale(Layer):
    def call(self, x):
        return x * K.epsilon()


print(Scale()(K.zeros((2,))) if hasattr(K, "zeros") else K.epsilon())
