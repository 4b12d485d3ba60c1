# loud: KER005@5: this decay is lost without a word
import keras

zero = keras.optimizers.Adam(1e-3, decay=0.0)
opt = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, decay=1e-6, nesterov=True)
