# silent: KER003 KER011: preprocessing layers hand name=, dtype= and trainable= on to Layer
import keras
from keras import layers

flip = layers.RandomFlip("horizontal", seed=1, name="flip", dtype="float32", data_format="channels_last")
crop = layers.CenterCrop(8, 8, name="crop", dtype="float32")
scale = layers.Rescaling(1 / 255.0, offset=0.0, name="scale", trainable=False)
look = layers.StringLookup(vocabulary=["a", "b"], name="look", dtype="int64")
model = keras.Sequential([keras.Input((16, 16, 3)), flip, crop, scale])
print(model.output_shape)
