# loud: KER508@6: two numbers that are written there
import keras
from keras import layers

model = keras.Sequential([keras.Input((224, 224, 3))])
model.add(layers.Conv2D(32, 3, 3, activation="relu"))
