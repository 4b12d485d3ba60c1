# loud: KER101@11: the instance that takes the default units with softmax
import keras


class Classifier:
    def __init__(self, n_out=1, final="sigmoid"):
        self.n_out, self.final = n_out, final

    def build(self, width):
        model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(12, activation="relu")])
        model.add(keras.layers.Dense(self.n_out, activation=self.final))
        return model


Classifier(n_out=3, final="softmax").build(4)
Classifier(final="softmax").build(4)
