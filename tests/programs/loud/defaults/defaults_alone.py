# loud: KER101@7: both defaults together are wrong, and a call takes them both
import keras


def classifier(width, n_out=1, final="softmax"):
    model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(12, activation="relu")])
    model.add(keras.layers.Dense(n_out, activation=final))
    return model


print(classifier(5).output_shape)
