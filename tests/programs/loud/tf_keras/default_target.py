# loud: KER003@6 KER004@8: without the option Keras 3 is meant, whatever the style of the file
import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(3, input_shape=(2,))])
model.compile(keras.optimizers.SGD(lr=0.1), "mse")
x = np.zeros((2, 2))
model.predict_classes(x)
