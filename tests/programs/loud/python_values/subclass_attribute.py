# loud: KER101@9: the subclass leaves the 1 as it is
import keras


class Base:
    n_out = 1

    def build(self):
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(self.n_out, activation="softmax")])


class Named(Base):
    name = "named"


Named().build()
