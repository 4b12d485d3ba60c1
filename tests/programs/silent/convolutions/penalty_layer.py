# silent: KER138: ActivityRegularization, and a layer that calls add_loss
# options: --extend-select KER138
import keras
from keras import layers, ops


class Sparse(layers.Layer):
    def call(self, x):
        self.add_loss(0.01 * ops.mean(ops.abs(x)))
        return x


inp = keras.Input((8,))
x = layers.ActivityRegularization(l1=0.01)(layers.Dense(8, activation="relu")(inp))
one = keras.Model(inp, layers.Dense(1)(x))
one.compile("adam", loss="mse", metrics=["mse"])
two = keras.Model(inp, layers.Dense(1)(Sparse()(layers.Dense(8, activation="relu")(inp))))
two.compile("adam", loss="mse", metrics=["mse"])
