# right: the scores of an attention have one unit before they are permuted
import keras
from keras import layers

given = keras.Input((9, 16))
scores = layers.Reshape((9,))(layers.Dense(1)(given))
share = layers.Activation("softmax")(scores)
model = keras.Model(given, layers.Dense(2)(layers.Dot(axes=1)([share, given])))
model.compile("adam", "mse")
