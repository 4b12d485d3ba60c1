# loud: KER005@6: the decay comes from a name, and is not zero
import keras

RATE, EPOCHS = 0.1, 50
DECAY = RATE / EPOCHS
opt = keras.optimizers.RMSprop(learning_rate=RATE, decay=DECAY)
