# silent: KER001 KER003 KER004 KER011 KER101: an unread star may bring any name
from keras.layers import Dense, Input
from keras.models import Sequential
from keras.optimizers import Adam

units = 1
from mystar import *

m = Sequential([Input((4,)), Dense(output_dim=units, init="uniform")])
opt = Adam(lr=0.1)
