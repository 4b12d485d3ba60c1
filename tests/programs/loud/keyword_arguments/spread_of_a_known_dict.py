# loud: KER011@7: the dictionary is known, and so is the slip in it
import keras


def head(units, activation):
    base = keras.Sequential([keras.Input((4,))])
    base.add(keras.layers.Dense(units, actvation=activation, name="head"))
    return base


model = head(3, "softmax")
