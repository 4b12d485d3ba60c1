# Two branches that meet, with the functional API of Keras 1.
# expect: model has 1989 parameters, output (None, 1)
# By hand: 50*16 = 800 for the words (shared), 16*12*3 + 12 = 588 for the convolution, 6*12 + 12 = 84
# for the numbers, 24*12 + 12 = 300 for what is merged, 12*8 + 8 = 104, 12*8 + 8 = 104, 8 + 1 = 9.
import numpy as np
from keras.layers import (Convolution1D, Dense, Dropout, Embedding, GlobalMaxPooling1D, Input,
                          merge)
from keras.models import Model
from keras.optimizers import SGD
from keras.regularizers import l2

max_features = 50
maxlen = 20
embedding_dims = 16
hidden_dims = 12
nb_epoch = 2

np.random.seed(0)
X_words = np.random.randint(1, max_features, (64, maxlen))
X_numbers = np.random.rand(64, 6).astype("float32")
labels = np.random.randint(0, 2, (64, 1))


def text_branch(words):
    x = Embedding(max_features, embedding_dims, input_length=maxlen)(words)
    x = Convolution1D(nb_filter=hidden_dims, filter_length=3, border_mode="valid",
                      activation="relu", subsample_length=1)(x)
    return GlobalMaxPooling1D()(x)


def number_branch(numbers):
    x = Dense(hidden_dims, init="he_normal", activation="relu", W_regularizer=l2(0.001))(numbers)
    return Dropout(p=0.1)(x)


words = Input(shape=(maxlen,), dtype="int32", name="words")
numbers = Input(shape=(6,), name="numbers")

text = text_branch(words)
tabular = number_branch(numbers)
both = merge([text, tabular], mode="concat", concat_axis=-1)
x = Dense(output_dim=hidden_dims, activation="tanh")(both)
x = merge([x, tabular], mode="sum")
left = Dense(8, activation="relu", bias=True)(x)
right = Dense(8, activation="sigmoid")(x)
gated = merge([left, right], mode="mul")
answer = Dense(1, activation="sigmoid", name="answer")(gated)

model = Model(input=[words, numbers], output=answer)
model.compile(optimizer=SGD(lr=0.05, momentum=0.9, nesterov=True),
              loss="binary_crossentropy", metrics=["accuracy"])
model.summary()

model.fit([X_words, X_numbers], labels, batch_size=16, nb_epoch=nb_epoch, validation_split=0.25)
loss, accuracy = model.evaluate([X_words, X_numbers], labels, verbose=0)
print("loss %.3f, accuracy %.3f" % (loss, accuracy))
print(model.predict([X_words[:3], X_numbers[:3]]).shape)
