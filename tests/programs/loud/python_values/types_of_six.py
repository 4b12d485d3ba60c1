# loud: KER101@11: a text is not an integer of six
import keras
import six


def units(value):
    return 3 if isinstance(value, six.integer_types) else 1


model = keras.Sequential([keras.Input((8,))])
model.add(keras.layers.Dense(units("many"), activation="softmax"))
