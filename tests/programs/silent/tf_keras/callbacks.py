# silent: KER001 KER003 KER005 KER011: callbacks and saving of Keras 2
# options: --target-keras 2
import numpy as np
import tf_keras as keras

m = keras.Sequential([keras.layers.Dense(2, input_dim=3)])
m.compile("sgd", "mse")
cbs = [
    keras.callbacks.ModelCheckpoint("w.h5", period=2),
    keras.callbacks.TensorBoard("logs", write_grads=False),
    keras.callbacks.ReduceLROnPlateau("loss", epsilon=1e-3),
]
m.fit(np.zeros((4, 3)), np.zeros((4, 2)), callbacks=cbs[2:], verbose=0)
m.save("folder", save_format="tf")
m.save_weights("w.h5")
