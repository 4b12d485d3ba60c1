# loud: KER101@7: strategy.scope() and device are known context managers, and take no exception
import tensorflow as tf
from tensorflow import keras

strategy = tf.distribute.get_strategy()
with strategy.scope():
    m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
