# loud: KER004@6: predict_classes is gone from tf_keras as well
# options: --target-keras tf_keras
import numpy as np
import tf_keras
model = tf_keras.Sequential([tf_keras.layers.Dense(2, input_dim=3, activation="softmax")])
model.predict_classes(np.zeros((1, 3)))
