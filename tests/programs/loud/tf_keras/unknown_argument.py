# loud: KER011@5 KER011@6: no version takes these
# options: --target-keras tf_keras
import tf_keras as keras

layer = keras.layers.Dense(3, activaton="relu")
conv = keras.layers.Conv2D(3, 3, paddin="same")
