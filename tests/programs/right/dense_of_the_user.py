# right: a subclass of Dense keeps the name and changes the start
import keras
from keras import layers


class Dense(layers.Dense):
    def build(self, shape):
        super().build(shape)
        self.kernel.assign(keras.random.normal(self.kernel.shape, stddev=0.05))


model = keras.Sequential(
    [keras.Input((6,)), Dense(12, "relu", kernel_initializer="zeros"), layers.Dense(1)]
)
model.compile("adam", "mse")
