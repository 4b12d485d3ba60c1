# loud: KER132@12 KER511@9: an array times 50 has larger numbers
import keras
import numpy as np

ids = np.random.randint(0, 9, (20, 6))
kinds = np.random.randint(0, 3, 20)
x = np.array((ids * 50).tolist() * 2)
y = np.array((50 * kinds).tolist() * 2)
model = keras.Sequential([keras.Input((6,)), keras.layers.Embedding(9, 4)])
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y)
