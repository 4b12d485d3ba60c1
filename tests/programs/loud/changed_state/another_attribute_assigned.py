# loud: KER003@5 KER101@6: another name of Keras's is given away; Dense is what it was
import keras

keras.layers.Mine = keras.layers.Dense
layer = keras.layers.Dense(3, init="uniform")
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
