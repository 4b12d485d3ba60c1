# silent: KER001 KER002 KER003 KER004 KER011: these private paths exist in 3.15
from keras.src import backend, ops, testing
from keras.src.backend.common.variables import standardize_shape
from keras.src.layers.core.dense import Dense
from keras.src.trainers.data_adapters import data_adapter_utils
from keras.src.utils.module_utils import tensorflow as tf
from keras.src import tree
from keras.src.ops.operation import Operation

print(standardize_shape((2, None)), Dense(3).units, tree.flatten([1, [2]]))


class Doubled(Operation):
    def call(self, x):
        return x * 2

    def compute_output_spec(self, x):
        return x


print(Doubled()(ops.ones((2,))))
