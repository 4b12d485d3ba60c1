# silent: KER003 KER011: tf.test's and keras.testing's assertions are meant to raise
import tensorflow as tf
import keras
from keras.src import testing


class DenseTest(testing.TestCase):
    def test_wrong(self):
        with self.assertRaisesRegex(ValueError, "Unrecognized keyword arguments"):
            keras.layers.Dense(2, kernel_init="zeros")

    def test_model(self):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        with self.assertRaises(TypeError):
            model.compile("sgd", "mse", metric=["mae"])


class TFCase(tf.test.TestCase):
    def test_sgd(self):
        with self.assertRaises(ValueError):
            tf.keras.optimizers.SGD(lr=0.1)
