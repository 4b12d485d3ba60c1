# Attention as a layer of one's own over a recurrent layer, in the style of Keras 2.
# expect: model has 5536 parameters, output (None, 4)
import numpy as np
from keras import backend as K
from keras import initializers
from keras.engine.topology import Layer
from keras.layers import GRU, Bidirectional, Dense, Embedding, Input, SpatialDropout1D
from keras.models import Model
from keras.optimizers import Adam
from keras.preprocessing.sequence import pad_sequences
from keras.utils import to_categorical


class Attention(Layer):
    """Weighs the steps of a sequence by their likeness to a vector that is learned."""

    def __init__(self, attention_dim=16, **kwargs):
        self.init = initializers.get("normal")
        self.attention_dim = attention_dim
        super(Attention, self).__init__(**kwargs)

    def build(self, input_shape):
        assert len(input_shape) == 3
        self.W = self.add_weight(name="W", shape=(input_shape[-1], self.attention_dim),
                                 initializer=self.init)
        self.b = self.add_weight(name="b", shape=(self.attention_dim,), initializer="zeros")
        self.u = self.add_weight(name="u", shape=(self.attention_dim, 1), initializer=self.init)
        super(Attention, self).build(input_shape)

    def call(self, x):
        uit = K.tanh(K.bias_add(K.dot(x, self.W), self.b))
        ait = K.squeeze(K.dot(uit, self.u), -1)
        ait = K.exp(ait)
        ait /= K.cast(K.sum(ait, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        weighted_input = x * K.expand_dims(ait)
        return K.sum(weighted_input, axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])


vocabulary = 100
maxlen = 15
classes = 4

np.random.seed(11)
texts = [list(np.random.randint(1, vocabulary, np.random.randint(5, 25))) for _ in range(60)]
X = pad_sequences(texts, maxlen=maxlen)
y = to_categorical(np.random.randint(0, classes, 60), num_classes=classes)

sentence_input = Input(shape=(maxlen,), dtype="int32")
embedded = Embedding(vocabulary, 20, input_length=maxlen)(sentence_input)
embedded = SpatialDropout1D(0.1)(embedded)
recurrent = Bidirectional(GRU(14, return_sequences=True, reset_after=False))(embedded)
attended = Attention(16)(recurrent)
preds = Dense(classes, activation="softmax")(attended)
model = Model(sentence_input, preds)
model.compile(loss="categorical_crossentropy", optimizer=Adam(lr=0.01, clipnorm=1.0),
              metrics=["acc"])
model.fit(X, y, epochs=2, batch_size=20, validation_split=0.2)
print(model.predict(X[:2]))
