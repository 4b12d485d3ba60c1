# The statements after the header were set aside one by one, to the end of the file.
import keras
with tf.device("/gpu:0"):
model = keras.Sequential()
model.add(keras.layers.Dense(1, activation="softmax"))  # expect: KER101
