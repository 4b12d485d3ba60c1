# silent: KER301: convolutions in a loop, the activation behind the second
from keras.layers import Activation, Conv3D, Dense, GlobalAveragePooling3D, Input
from keras.models import Sequential

net = Sequential([Input((8, 8, 8, 1))])
for i in range(4):
    net.add(Conv3D(4, 3, padding="same"))
    if i % 2:
        net.add(Activation("relu"))
net.add(GlobalAveragePooling3D())
net.add(Dense(2, activation="softmax"))
net.compile("adam", "sparse_categorical_crossentropy")
