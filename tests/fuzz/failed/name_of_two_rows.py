from keras import layers

layers.Dense(1, activation="softmax")  # expect: KER101
import keras

model = keras.Sequential([layers.Dense(2)])
model.compile("""a name
of two rows ‮""")
layers.Dense(3, activation="x" * 90)
