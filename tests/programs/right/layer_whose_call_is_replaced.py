# right: the call of a layer is replaced
import keras
from keras import layers, ops

head = layers.Dense(1, activation="softmax")
head.call = lambda x: ops.sigmoid(ops.matmul(x, head.kernel) + head.bias)
model = keras.Sequential([keras.Input((6,)), layers.Dense(12, "relu"), head])
model.compile("adam", "binary_crossentropy")
