# loud: KER301@8: the loop adds Dense layers and no activation
from keras.layers import Dense, Dropout, Input
from keras.models import Sequential


net = Sequential([Input((8,))])
for units in (32, 16):
    net.add(Dense(units))
    net.add(Dropout(0.2))
net.add(Dense(2, activation="softmax"))
net.compile("adam", "sparse_categorical_crossentropy")
