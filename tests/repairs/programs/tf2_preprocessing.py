# Images of five kinds with layers that preprocess them, as written for tf.keras of TensorFlow 2.4.
# expect: model has 24701 parameters, output (None, 5)
# undecided: KER005
# A callback sets the rate, which has a decay as well.
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.layers.experimental import preprocessing
from tensorflow.keras.models import Sequential

AUTOTUNE = tf.data.experimental.AUTOTUNE
batch_size = 16
img_height = 32
img_width = 32
num_classes = 5

images = np.random.randint(0, 256, (80, img_height, img_width, 3)).astype("uint8")
labels = np.random.randint(0, num_classes, (80,))
train_ds = tf.data.Dataset.from_tensor_slices((images[:64], labels[:64])).batch(batch_size)
val_ds = tf.data.Dataset.from_tensor_slices((images[64:], labels[64:])).batch(batch_size)
train_ds = train_ds.cache().shuffle(100).prefetch(buffer_size=AUTOTUNE)
val_ds = val_ds.cache().prefetch(buffer_size=AUTOTUNE)

data_augmentation = Sequential([
    preprocessing.RandomFlip("horizontal", input_shape=(img_height, img_width, 3)),
    preprocessing.RandomRotation(0.1),
    tf.keras.layers.experimental.preprocessing.RandomZoom(0.1),
])

model = Sequential([
    data_augmentation,
    layers.experimental.preprocessing.Rescaling(1.0 / 255),
    layers.Conv2D(16, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Dropout(0.2),
    layers.Flatten(),
    layers.Dense(20, activation="relu"),
    layers.Dense(num_classes),
])

model.compile(optimizer=tf.keras.optimizers.Adam(lr=1e-3, decay=1e-5),
              loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=["accuracy"])
model.summary()


def scheduler(epoch, lr):
    return lr if epoch < 2 else lr * 0.9


callbacks = [
    tf.keras.callbacks.LearningRateScheduler(scheduler),
    tf.keras.callbacks.ModelCheckpoint("weights.h5", monitor="val_accuracy", save_best_only=True,
                                       save_weights_only=True),
]
history = model.fit(train_ds, validation_data=val_ds, epochs=2, callbacks=callbacks)
acc = history.history["accuracy"]
val_acc = history.history["val_accuracy"]

model.save("flowers.h5")
score = tf.nn.softmax(model.predict(images[:1])[0])
print(np.argmax(score), acc, val_acc)
