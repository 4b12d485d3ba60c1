# loud: KER503@5 KER503@7: pooling of Keras 2 does not, and no convolution of Keras 3
import keras
import tf_keras

keras.layers.Conv2D(8, 3)(keras.Input((4, 28, 28, 1)))
clips = tf_keras.Input((4, 28, 28, 1))
frames = tf_keras.layers.MaxPooling2D(2)(clips)
