# loud: KER101@7: the last value of the loop is 1
import keras
from keras.layers import Dense

m = keras.Sequential([keras.Input((4,))])
for n in (8, 4, 1):
    m.add(Dense(n, activation="softmax" if n == 1 else "relu"))
