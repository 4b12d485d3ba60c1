# silent: KER003 KER011: the model is an attribute, the keyword comes late
import keras


class Tuner:
    def __init__(self, model, path="x.weights.h5"):
        self.model, self.path = model, path

    def save(self):
        self.model.save_weights(self.path)
        return self

    def restore(self, without=()):
        self.model.load_weights(self.path, skip_mismatch=False, objects_to_skip=[self.model.get_layer(n) for n in without])


inp = keras.Input((3,))
net = keras.Model(inp, keras.layers.Dense(2, name="out")(inp))
Tuner(net).save().restore(without=["out"])
