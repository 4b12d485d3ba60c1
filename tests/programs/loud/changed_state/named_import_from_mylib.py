# loud: KER003@6: a named import brings only its name
from keras.layers import Dense, Input
from keras.models import Sequential
from mylib import fill

m = Sequential([Input((4,)), Dense(3, init="uniform")])
