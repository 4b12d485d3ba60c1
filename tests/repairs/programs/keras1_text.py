# A generator of text, character by character, in the style of Keras 1.
# expect: model has 16086 parameters, output (None, 12, 22)
# There are 22 characters. By hand: 4*(22*32 + 32*32 + 32) = 7040, 4*(32*32 + 32*32 + 32) = 8320 and
# 32*22 + 22 = 726.
import random
import sys

import numpy as np
from keras.layers import LSTM, Activation, Dense, Dropout, TimeDistributed
from keras.models import Sequential
from keras.optimizers import RMSprop

text = "the cat sat on the mat and the dog ate the hat of the quick brown fox. " * 3
chars = sorted(set(text))
char_indices = dict((c, i) for i, c in enumerate(chars))
indices_char = dict((i, c) for i, c in enumerate(chars))
print("total chars:", len(chars))

# cut the text in redundant sequences of maxlen characters
maxlen = 12
step = 3
sentences = []
targets = []
for i in range(0, len(text) - maxlen - 1, step):
    sentences.append(text[i:i + maxlen])
    targets.append(text[i + 1:i + maxlen + 1])
print("nb sequences:", len(sentences))

X = np.zeros((len(sentences), maxlen, len(chars)), dtype="float32")
y = np.zeros((len(sentences), maxlen, len(chars)), dtype="float32")
for i, sentence in enumerate(sentences):
    for t, char in enumerate(sentence):
        X[i, t, char_indices[char]] = 1
        y[i, t, char_indices[targets[i][t]]] = 1

print("Build model...")
model = Sequential()
model.add(LSTM(32, return_sequences=True, input_shape=(maxlen, len(chars)),
               inner_activation="hard_sigmoid", init="glorot_uniform", inner_init="orthogonal"))
model.add(Dropout(0.2))
model.add(LSTM(output_dim=32, return_sequences=True, dropout_W=0.1, dropout_U=0.1))
model.add(TimeDistributed(Dense(output_dim=len(chars))))
model.add(Activation("softmax"))

optimizer = RMSprop(lr=0.01)
model.compile(loss="categorical_crossentropy", optimizer=optimizer)


def sample(preds, temperature=1.0):
    preds = np.log(np.asarray(preds).astype("float64") + 1e-9) / temperature
    exp_preds = np.exp(preds)
    return np.argmax(np.random.multinomial(1, exp_preds / np.sum(exp_preds) * 0.999999, 1))


# train the model, output generated text after each iteration
for iteration in range(1, 3):
    print("Iteration", iteration)
    model.fit(X, y, batch_size=32, nb_epoch=1)
    start_index = random.randint(0, len(text) - maxlen - 1)
    sentence = text[start_index:start_index + maxlen]
    for i in range(5):
        x = np.zeros((1, maxlen, len(chars)))
        for t, char in enumerate(sentence):
            x[0, t, char_indices[char]] = 1.0
        preds = model.predict(x, verbose=0)[0, -1]
        next_char = indices_char[sample(preds, 0.5)]
        sentence = sentence[1:] + next_char
        sys.stdout.write(next_char)
    print()
