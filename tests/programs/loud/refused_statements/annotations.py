# loud: KER101@5: annotations that libcst does parse bind their values
import keras

units: int = 1
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, activation="softmax")])
