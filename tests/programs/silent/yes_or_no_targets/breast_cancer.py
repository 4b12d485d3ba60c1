# silent: KER126: labels of a yes/no data set through a split in a helper
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split


def load():
    bunch = load_breast_cancer()
    return train_test_split(bunch.data, bunch.target, test_size=0.2, random_state=0)


def main():
    x_train, x_test, y_train, y_test = load()
    model = keras.Sequential([keras.Input((x_train.shape[1],)), keras.layers.Dense(1)])
    model.compile("rmsprop", "mse", metrics=["accuracy"])
    model.fit(x_train, y_train, verbose=0)
    return model.evaluate(x_test, y_test, verbose=0)


main()
