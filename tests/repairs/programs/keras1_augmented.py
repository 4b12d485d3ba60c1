# Photos that a generator augments, trained with fit_generator of Keras 1.
# expect: model has 16689 parameters, output (None, 1)
# By hand: 16*(3*3*3 + 1) = 448, 16*(3*3*16 + 1) = 2320, 32*(3*3*16 + 1) = 4640; 24 -> 12 -> 6 -> 3
# pixels a side make 3*3*32 = 288 inputs: 288*32 + 32 = 9248, and 32 + 1 = 33.
import numpy as np
from keras.callbacks import EarlyStopping, ModelCheckpoint
from keras.layers import Activation, Convolution2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential, load_model
from keras.preprocessing.image import ImageDataGenerator

# dimensions of our images
img_width, img_height = 24, 24
nb_train_samples = 64
nb_validation_samples = 32
nb_epoch = 2
batch_size = 16

np.random.seed(7)
train_images = np.random.rand(nb_train_samples, img_width, img_height, 3) * 255
train_labels = np.random.randint(0, 2, nb_train_samples)
validation_images = np.random.rand(nb_validation_samples, img_width, img_height, 3) * 255
validation_labels = np.random.randint(0, 2, nb_validation_samples)

model = Sequential()
model.add(Convolution2D(16, 3, 3, border_mode="same", input_shape=(img_width, img_height, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))

model.add(Convolution2D(16, 3, 3, border_mode="same"))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))

model.add(Convolution2D(nb_filter=32, nb_row=3, nb_col=3, border_mode="same"))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2), border_mode="valid"))

model.add(Flatten())
model.add(Dense(32))
model.add(Activation("relu"))
model.add(Dropout(0.5))
model.add(Dense(1))
model.add(Activation("sigmoid"))

model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])

# this is the augmentation configuration we will use for training
train_datagen = ImageDataGenerator(rescale=1.0 / 255, horizontal_flip=True, vertical_flip=True)
# only rescaling for the validation
test_datagen = ImageDataGenerator(rescale=1.0 / 255)

train_generator = train_datagen.flow(train_images, train_labels, batch_size=batch_size)
validation_generator = test_datagen.flow(validation_images, validation_labels,
                                         batch_size=batch_size)

model.fit_generator(
    train_generator,
    samples_per_epoch=nb_train_samples,
    nb_epoch=nb_epoch,
    validation_data=validation_generator,
    nb_val_samples=nb_validation_samples,
    callbacks=[EarlyStopping(monitor="val_acc", patience=3),
               ModelCheckpoint("best.h5", monitor="val_acc", save_best_only=True, mode="max")])

model.save("photos.h5")
restored = load_model("photos.h5")
print(restored.evaluate(validation_images / 255.0, validation_labels))
