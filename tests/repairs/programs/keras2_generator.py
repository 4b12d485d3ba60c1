# A forecast of a series from windows that a generator cuts, in the style of Keras 2.
# expect: model has 6797 parameters, output (None, 1)
import numpy as np
from keras import layers, optimizers
from keras.layers import GRU, LSTM, Conv1D, Dense, Input, MaxPooling1D
from keras.layers.merge import add, concatenate
from keras.layers.wrappers import Bidirectional, TimeDistributed
from keras.models import Model

steps = 24
features = 3
batch_size = 16

np.random.seed(2)
series = np.cumsum(np.random.randn(400, features), axis=0).astype("float32")
mean = series[:300].mean(axis=0)
std = series[:300].std(axis=0)
series = (series - mean) / std


def generator(data, start, stop, batch_size=16):
    """Windows of the series and what comes next, for ever."""
    i = start
    while True:
        rows = np.arange(i, min(i + batch_size, stop))
        i = start if i + batch_size >= stop else i + batch_size
        samples = np.stack([data[row:row + steps] for row in rows])
        targets = np.array([data[row + steps][0] for row in rows])
        yield samples, targets


train_gen = generator(series, 0, 280, batch_size=batch_size)
val_gen = generator(series, 280, 370, batch_size=batch_size)

window = Input(shape=(steps, features))
x = TimeDistributed(Dense(8, activation="relu"))(window)
short = Conv1D(filters=16, kernel_size=3, padding="causal", activation="relu")(x)
wide = Conv1D(16, 5, padding="same", activation="relu", dilation_rate=2)(x)
x = add([short, wide])
x = MaxPooling1D(pool_size=2)(x)
left = Bidirectional(LSTM(12, dropout=0.1, recurrent_dropout=0.1))(x)
right = GRU(20, implementation=1)(x)
x = concatenate([left, right], axis=-1)
x = layers.Dense(14, activation="relu")(x)
x = layers.Dropout(0.1)(x)
forecast = layers.Dense(1)(x)

model = Model(inputs=[window], outputs=[forecast])
model.compile(optimizer=optimizers.RMSprop(lr=2e-3), loss="mae")
history = model.fit_generator(train_gen, steps_per_epoch=6, epochs=2, validation_data=val_gen,
                              validation_steps=3, workers=1, use_multiprocessing=False,
                              max_queue_size=10)
print(history.history["val_loss"])
print(model.evaluate_generator(val_gen, steps=3))
predicted = model.predict_generator(generator(series, 280, 370), steps=2, verbose=1)
print(predicted.shape, predicted.mean() * std[0] + mean[0])
