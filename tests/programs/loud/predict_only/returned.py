# loud: KER104@8: what becomes of the model the file does not show
from keras import Input, Sequential
from keras.layers import Dense
from keras.optimizers import SGD


def baseline():
    model = Sequential([Input((20,)), Dense(16, activation="relu"), Dense(4, activation="relu")])
    model.compile(SGD(0.1), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
