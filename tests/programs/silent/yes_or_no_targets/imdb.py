# silent: KER126: the labels of imdb are 0 and 1
import keras
import numpy as np


def reviews(words=200):
    (x, y), _ = keras.datasets.imdb.load_data(num_words=words)
    return keras.utils.pad_sequences(x, 20), np.asarray(y).astype("float32")


if __name__ == "__main__":
    x, y = reviews()
    model = keras.Sequential([keras.Input((20,)), keras.layers.Embedding(200, 8), keras.layers.LSTM(8), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["acc"])
    model.fit(x, y, verbose=0)
