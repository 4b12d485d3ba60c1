# silent: KER101: a class counts its instances
import keras


class Label:
    count = 0

    def __init__(self, name):
        self.name = name
        Label.count += 1
        self.number = type(self).count


cat, dog, bird = Label("cat"), Label("dog"), Label("bird")
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(Label.count, activation="softmax")])
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(dog.number, activation="softmax")])
