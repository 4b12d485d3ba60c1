# silent: KER001 KER002 KER003 KER004 KER005 KER011: Keras 2 as it was written in its last years
# options: --target-keras 2
import numpy as np
from tensorflow.keras.layers import Dense, Embedding, Flatten, GlobalMaxPooling1D
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers.legacy import SGD

model = Sequential()
model.add(Embedding(10, 4, input_length=6, batch_input_shape=(None, 6)))
model.add(Flatten())
model.add(Dense(3, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer=SGD(learning_rate=0.1, decay=1e-6), metrics=["acc"])
model.fit(np.zeros((4, 6)), np.eye(3)[[0, 1, 2, 0]], epochs=1, workers=1, use_multiprocessing=False, verbose=0)
print(model.predict(np.zeros((1, 6)), workers=1, verbose=0).argmax(-1))
