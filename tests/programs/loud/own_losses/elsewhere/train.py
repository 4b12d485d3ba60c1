# loud: KER908@11 KER913@12: losses of another file of the project
import keras
import losses
from losses import jaccard_loss


def network():
    return keras.Sequential([keras.Input((8,)), keras.layers.Dense(4, activation="sigmoid")])


network().compile("adam", loss=jaccard_loss, metrics=["accuracy"])
network().compile("adam", loss=losses.weighted)
