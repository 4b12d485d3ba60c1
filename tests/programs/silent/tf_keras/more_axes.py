# silent: KER503: convolutions of Keras 2 take more than one axis of samples
import tf_keras as keras

clips = keras.Input((4, 28, 28, 1))
frames = keras.layers.Conv2D(8, 3, activation="relu")(clips)
model = keras.Model(clips, frames)
