# loud: KER003@7 KER003@8 KER003@9 KER003@10 KER004@12: what raises in tf_keras 2.21
# options: --target-keras 2
import numpy as np
import tf_keras
from tf_keras import layers

a = layers.Dense(3, init="uniform")
b = layers.Dense(output_dim=3)
c = layers.Conv2D(3, 3, border_mode="same")
tf_keras.Sequential([layers.Dense(1)]).fit(np.zeros((2, 1)), np.zeros((2, 1)), nb_epoch=1)
m = tf_keras.Sequential([layers.Dense(1)])
m.predict_classes(np.zeros((2, 1)))
