# silent: KER101: the other file changes its own dictionary before it is used
import keras
import settings

settings.load("config.ini")
head = settings.values
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(head["units"], activation=head["activation"])])
