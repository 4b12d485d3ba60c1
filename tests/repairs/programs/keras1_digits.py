# A convolutional network for small digits, in the style of Keras 1.
# expect: model has 9802 parameters, output (None, 10)
# By hand: 8*(3*3*1 + 1) = 80 and 16*(3*3*8 + 1) = 1168; 12 -> 10 -> 8 -> 4 pixels a side make
# 4*4*16 = 256 inputs: 256*32 + 32 = 8224 and 32*10 + 10 = 330.
from __future__ import print_function

import numpy as np
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.models import Sequential
from keras.utils import np_utils

np.random.seed(1337)  # for reproducibility

batch_size = 16
nb_classes = 10
nb_epoch = 2

# input image dimensions
img_rows, img_cols = 12, 12
# number of convolutional filters to use
nb_filters = 8
# size of pooling area for max pooling
pool_size = (2, 2)

# the data, split between train and test sets
X_train = np.random.randint(0, 256, (64, img_rows, img_cols, 1))
y_train = np.random.randint(0, nb_classes, 64)
X_test = np.random.randint(0, 256, (32, img_rows, img_cols, 1))
y_test = np.random.randint(0, nb_classes, 32)
X_train = X_train.astype("float32") / 255
X_test = X_test.astype("float32") / 255
print(X_train.shape[0], "train samples")

# convert class vectors to binary class matrices
Y_train = np_utils.to_categorical(y_train, nb_classes)
Y_test = np_utils.to_categorical(y_test, nb_classes)

model = Sequential()
model.add(Convolution2D(nb_filters, 3, 3, border_mode="valid",
                        input_shape=(img_rows, img_cols, 1)))
model.add(Activation("relu"))
model.add(Convolution2D(nb_filters * 2, 3, 3))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=pool_size))
model.add(Dropout(0.25))

model.add(Flatten())
model.add(Dense(32, init="glorot_uniform"))
model.add(Activation("relu"))
model.add(Dropout(0.5))
model.add(Dense(nb_classes))
model.add(Activation("softmax"))

model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])

model.fit(X_train, Y_train, batch_size=batch_size, nb_epoch=nb_epoch,
          verbose=1, validation_data=(X_test, Y_test))
score = model.evaluate(X_test, Y_test, verbose=0)
print("Test score:", score[0])
print("Test accuracy:", score[1])

predicted = model.predict_classes(X_test)
wrong = np.nonzero(predicted != y_test)[0]
print(len(wrong), "of", len(y_test), "are wrong")
