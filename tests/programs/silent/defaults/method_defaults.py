# silent: KER101 KER102: the class is called with its units wherever it is called with softmax
import keras


class Classifier:
    def __init__(self, n_out=1, final="sigmoid", loss="binary_crossentropy"):
        self.n_out, self.final, self.loss = n_out, final, loss

    def build(self, width):
        model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(12, activation="relu")])
        model.add(keras.layers.Dense(self.n_out, activation=self.final))
        model.compile(optimizer="adam", loss=self.loss)
        return model


two = Classifier().build(4)
many = Classifier(n_out=7, final="softmax", loss="sparse_categorical_crossentropy").build(4)
