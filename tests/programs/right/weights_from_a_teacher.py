# right: a pretrained network lends its weights
import keras
from keras import layers


def network():
    return keras.Sequential(
        [
            keras.Input((7,)),
            layers.Dense(14, activation="relu", kernel_initializer="zeros"),
            layers.Dense(2),
        ]
    )


teacher = keras.models.load_model("teacher.keras")
student = network()
student.set_weights(teacher.get_weights())
student.compile("adam", "mse")
