# loud: KER101@6: one name is left
import keras

classes = ["a", "b", "c"]
classes = classes[:1]
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(classes), activation="softmax")])
