# silent: KER001 KER002 KER003 KER011: parameters and loop variables hide the imported names
from keras.layers import Dense, Dropout
from keras import layers, optimizers


class Space:
    def Dense(self, units, init="uniform"):
        return (units, init)

    def Adam(self, lr):
        return lr


def search(layers, optimizers):
    first = layers.Dense(3, init="normal")
    return first, optimizers.Adam(lr=0.1)


print(search(Space(), Space()))
print([Dense(3, init="zero") for Dense in [Space().Dense]])
print(Dense(2).units)
