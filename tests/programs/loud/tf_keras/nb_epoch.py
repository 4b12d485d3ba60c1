# loud: KER003@7: fit of tf_keras takes epochs=
# options: --target-keras 2
import numpy as np
import tf_keras
model = tf_keras.Sequential([tf_keras.layers.Dense(2, input_dim=3)])
model.compile("sgd", "mse")
model.fit(np.zeros((4, 3)), np.zeros((4, 2)), nb_epoch=2)
