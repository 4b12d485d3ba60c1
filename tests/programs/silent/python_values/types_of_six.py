# silent: KER309 KER101: six asks for types of Python
import keras
import six


def gate(x):
    return x * keras.ops.sigmoid(1.7 * x)


def activation(name):
    if isinstance(name, six.string_types):
        own = {"gate": gate}
        if name in own:
            return keras.activations.get(own[name])
    return keras.activations.get(name)


def units(value):
    return 3 if isinstance(value, (six.text_type, float)) else 1


keras.layers.Activation(activation("gate"))
keras.layers.Dense(units("many"), activation="softmax")
