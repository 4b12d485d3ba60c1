# right: a layer is made from the changed configuration of another
import keras
from keras import layers

pattern = layers.Dense(1, activation="softmax").get_config()
pattern.update(units=5)
model = keras.Sequential([keras.Input((4,)), layers.Dense.from_config(pattern)])
model.compile("adam", "categorical_crossentropy")
