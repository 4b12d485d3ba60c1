# silent: KER132 KER511: a list times 50 is the list again and again
import keras
import numpy as np

ids = np.random.randint(0, 9, (20, 6)).tolist()
kinds = np.random.randint(0, 3, 20).tolist()
x = np.array(ids * 50)
y = np.array(50 * kinds)
model = keras.Sequential([keras.Input((6,)), keras.layers.Embedding(9, 4)])
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y)
