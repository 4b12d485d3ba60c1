# loud: KER011@6: this Average is the layer, keras.ops.average is not it
import keras
from keras import layers
from keras.layers import Average

y = layers.Average(axi=1)
z = keras.layers.Concatenate(axis=1)
