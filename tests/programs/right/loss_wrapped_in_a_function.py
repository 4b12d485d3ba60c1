# right: the loss is wrapped so that it gets probabilities
import keras
from keras import layers, ops


def on_scores(loss):
    def judge(y_true, y_pred):
        return loss(y_true, ops.softmax(y_pred))

    return judge


model = keras.Sequential([keras.Input((6,)), layers.Dense(4)])
model.compile("adam", on_scores(keras.losses.sparse_categorical_crossentropy))
