# right: what is trained on is one-hot, the class numbers are only counted
import keras
import numpy as np
from keras import layers

numbers = np.arange(40) % 4
x = np.random.rand(40, 6)
model = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
for start in range(0, 40, 8):
    rows = keras.utils.to_categorical(numbers[start : start + 8], 4)
    model.train_on_batch(x[start : start + 8], rows)
print(np.bincount(numbers))
