# silent: KER003 KER005 KER011: input_length= is not needed any more, and nothing is lost
from keras import Sequential
from keras.layers import LSTM, Bidirectional, Dense, Embedding, Input

maxlen, words = 40, 5000
model = Sequential()
model.add(Input((maxlen,)))
model.add(Embedding(words, 16, input_length=maxlen, name="words"))
model.add(Bidirectional(LSTM(8)))
model.add(Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
