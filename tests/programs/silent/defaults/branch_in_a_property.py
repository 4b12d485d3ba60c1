# silent: KER101 KER102: two flags of a constructor that nobody calls with the defaults of one and the arm of the other
import keras


class Net:
    def __init__(self, labels=None, softmax=True):
        self.labels = labels
        self.softmax = softmax

    @property
    def n_out(self):
        return len(self.labels) if self.labels else 1

    def build(self):
        act = "softmax" if self.softmax else "sigmoid"
        return keras.Sequential([keras.Input((5,)), keras.layers.Dense(self.n_out, activation=act)])


def for_names(names):
    return Net(names).build()


def for_yes_no():
    return Net(softmax=False).build()


for_names(["a", "b", "c"])
for_yes_no()
