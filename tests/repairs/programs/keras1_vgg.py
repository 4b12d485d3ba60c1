# A smaller VGG with strides, in the style of Keras 1 with TensorFlow's order of dimensions.
# expect: model has 28014 parameters, output (None, 6)
# By hand: 8*(3*3*3 + 1) = 224, 4*8 = 32, 8*(3*3*8 + 1) = 584, 16*(3*3*8 + 1) = 1168,
# 16*(3*3*16 + 1) = 2320, 4*16 = 64, 32*(3*3*16 + 1) = 4640; 32 -> 16 -> 8 -> 4 -> 2 pixels a side
# make 2*2*32 = 128 inputs: 128*96 + 96 = 12384, 96*64 + 64 = 6208, 64*6 + 6 = 390.
import numpy as np
from keras import backend as K
from keras.layers.convolutional import Convolution2D, MaxPooling2D, ZeroPadding2D
from keras.layers.core import Dense, Dropout, Flatten
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential
from keras.optimizers import SGD
from keras.regularizers import l2
from keras.utils.np_utils import to_categorical

K.set_image_dim_ordering("tf")

classes = 6
weight_decay = 0.0005


def vgg_like(weights_path=None):
    model = Sequential()
    model.add(ZeroPadding2D((1, 1), input_shape=(32, 32, 3), dim_ordering="tf"))
    model.add(Convolution2D(8, 3, 3, activation="relu", subsample=(2, 2), dim_ordering="tf",
                            init="he_normal", W_regularizer=l2(weight_decay)))
    model.add(BatchNormalization(mode=0, axis=-1))
    model.add(Convolution2D(8, 3, 3, activation="relu", border_mode="same", name="conv1_2"))
    model.add(MaxPooling2D((2, 2), strides=(2, 2), dim_ordering="tf"))

    model.add(ZeroPadding2D((1, 1)))
    model.add(Convolution2D(16, 3, 3, activation="relu"))
    model.add(Convolution2D(16, 3, 3, activation="relu", border_mode="same"))
    model.add(BatchNormalization(epsilon=1e-06, axis=-1, momentum=0.9))
    model.add(MaxPooling2D((2, 2), strides=(2, 2)))

    model.add(Convolution2D(nb_filter=32, nb_row=3, nb_col=3, border_mode="same", subsample=(2, 2),
                            activation="relu", bias=True))

    model.add(Flatten())
    model.add(Dense(96, activation="relu", W_regularizer=l2(weight_decay)))
    model.add(Dropout(0.5))
    model.add(Dense(64, activation="relu", init="uniform"))
    model.add(Dropout(p=0.5))
    model.add(Dense(classes, activation="softmax"))
    if weights_path:
        model.load_weights(weights_path)
    return model


if __name__ == "__main__":
    images = np.random.rand(40, 32, 32, 3)
    kinds = to_categorical(np.random.randint(0, classes, 40), nb_classes=classes)
    model = vgg_like()
    sgd = SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
    model.compile(optimizer=sgd, loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, kinds, batch_size=8, nb_epoch=1, validation_split=0.2, shuffle=True)
    out = model.predict(images[:1])
    print(np.argmax(out), model.predict_proba(images[:4]).shape)
