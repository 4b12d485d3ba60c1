# silent: KER001 KER002 KER003 KER004 KER005 KER011: what tf_keras 2.21 takes
# options: --target-keras tf_keras
import numpy as np
import tf_keras as keras
from tf_keras import layers
from tf_keras.layers.experimental import preprocessing

m = keras.Sequential([
    layers.InputLayer(input_shape=(4,)),
    layers.Dense(8, input_shape=(4,), weights=None),
    layers.LeakyReLU(alpha=0.1),
    layers.ThresholdedReLU(theta=0.5),
    preprocessing.Rescaling(1 / 2),
    layers.Dense(1),
])
m.compile(optimizer=keras.optimizers.legacy.Adam(lr=0.01, decay=1e-3), loss="mse")
m.fit_generator(iter([(np.zeros((2, 4)), np.zeros((2, 1)))] * 2), steps_per_epoch=1, verbose=0)
print(m.predict_generator(iter([np.zeros((2, 4))] * 2), steps=1).shape)
m.to_json()
