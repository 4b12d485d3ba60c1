# loud: KER202@26: the assignment is to the count of a metric
import keras
import numpy as np
from keras import layers, ops


class Hits(keras.metrics.Metric):
    def __init__(self, name="hits", **kwargs):
        super().__init__(name=name, **kwargs)
        self.hits = self.add_weight(name="hits", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = ops.sum(ops.cast(y_pred > 0.5, "float32"))
        self.hits.assign(self.hits + found)

    def result(self):
        return self.hits

    def reset_state(self):
        self.hits.assign(0.0)


net = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(12, activation="relu", kernel_initializer="zeros"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
net.compile("sgd", "binary_crossentropy", metrics=[Hits()])
net.fit(np.random.rand(30, 5), np.random.randint(0, 2, 30))
