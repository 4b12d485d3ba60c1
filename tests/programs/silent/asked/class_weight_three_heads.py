# silent: KER005 KER710: weights of the samples go with several outputs
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
from sklearn.utils.class_weight import compute_class_weight

rng = np.random.default_rng(0)
photos = rng.random((120, 32, 32, 3)).astype("float32")
age = rng.integers(0, 4, 120)
gender = rng.integers(0, 2, 120)
mood = rng.integers(0, 5, 120)

photo = layers.Input((32, 32, 3))
h = layers.Conv2D(16, 3, activation="relu")(photo)
h = layers.GlobalAveragePooling2D()(h)
model = tf.keras.Model(photo, [
    layers.Dense(4, activation="softmax", name="age")(h),
    layers.Dense(2, activation="softmax", name="gender")(h),
    layers.Dense(5, activation="softmax", name="mood")(h),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

weights = {}
for name, labels in [("age", age), ("gender", gender), ("mood", mood)]:
    found = compute_class_weight("balanced", classes=np.unique(labels), y=labels)
    weights[name] = found[labels]

model.fit(photos, [age, gender, mood], epochs=2, batch_size=16,
          sample_weight=[weights["age"], weights["gender"], weights["mood"]], verbose=2)
