# right: the second softmax is that of a gate
import keras
from keras import layers

given = keras.Input((8,))
experts = layers.Reshape((4, 3))(layers.Dense(12)(given))
gate = layers.Dense(4, activation="softmax")(given)
mixed = layers.Dot(axes=1)([gate, layers.Softmax()(experts)])
model = keras.Model(given, mixed)
model.compile("adam", "categorical_crossentropy")
