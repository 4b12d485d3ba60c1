# loud: KER101@7 KER003@8: the rest of the function is read
import keras


def build(verbose):
    print "building"
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="softmax")])
    model.compile(keras.optimizers.SGD(lr=0.1), "mse")
    return model
