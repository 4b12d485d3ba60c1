# loud: KER003@3: here Dense is still Keras's; the class of one's own comes later
from keras.layers import Dense
d = Dense(4, init="uniform")


class Dense:
    def __init__(self, units, init):
        self.units = units
