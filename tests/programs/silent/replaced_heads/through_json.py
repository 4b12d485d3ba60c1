# silent: KER101: the model is made anew from edited JSON
import keras
import numpy as np
import tensorflow as tf
from keras import layers

draft = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(8, activation="relu"),
        layers.Dense(1, activation="softmax", name="answer"),
    ]
)
import json

settings = json.loads(draft.to_json())
settings["config"]["layers"][-1]["config"]["activation"] = "sigmoid"
net = keras.models.model_from_json(json.dumps(settings))
net.compile("sgd", "binary_crossentropy")
