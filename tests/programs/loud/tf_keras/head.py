# loud: KER103@5 KER011@7: linear head under crossentropy, and an argument that Keras 2 refuses too
# options: --target-keras 2
import numpy as np
from tensorflow.keras import layers, models
m = models.Sequential([layers.Dense(8, activation="relu", input_shape=(4,)), layers.Dense(3)])
m.compile("adam", "categorical_crossentropy")
m.fit(np.zeros((3, 4)), np.eye(3), validation=0.3)
