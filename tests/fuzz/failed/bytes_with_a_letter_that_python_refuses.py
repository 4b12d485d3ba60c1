from keras import layers

layers.Dense(1, activation="softmax")  # expect: KER101

from keras.callbacks import ModelCheckpoint

b"ä"
ModelCheckpoint("leaves.h5", save_weights_only=True)
