# loud: KER101@5: one word only
import keras

labels = ["spam"]
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(labels), activation="softmax")])
