# An autoencoder, and a classifier of what it encodes, in the style of Keras 2.
# expect: autoencoder has 3018 parameters, output (None, 40)
# expect: model has 1619 parameters, output (None, 1)
# undecided: KER005
# A callback sets the rate of another model, which kerlint does not tell from that of this one.
import keras
import numpy as np
from keras import backend as K
from keras import regularizers
from keras.callbacks import EarlyStopping, ReduceLROnPlateau
from keras.layers import Dense, Dropout, Input
from keras.layers.advanced_activations import LeakyReLU
from keras.layers.normalization import BatchNormalization
from keras.models import Model, Sequential
from keras.optimizers import Adam

np.random.seed(3)
signals = np.random.rand(120, 40).astype("float32")
healthy = (signals.mean(axis=1) > 0.5).astype("int32")
train, test = signals[:90], signals[90:]
y_train, y_test = healthy[:90], healthy[90:]

input_dim = train.shape[1]
encoding_dim = 10
learning_rate = 1e-3

# the encoder makes the input small, and the decoder makes it large again
input_layer = Input(shape=(input_dim,))
encoded = Dense(28, activity_regularizer=regularizers.l1(1e-5))(input_layer)
encoded = LeakyReLU(alpha=0.2)(encoded)
encoded = Dense(encoding_dim, activation="relu")(encoded)
decoded = Dense(28)(encoded)
decoded = LeakyReLU(alpha=0.2)(decoded)
decoded = BatchNormalization()(decoded)
decoded = Dense(input_dim, activation="sigmoid")(decoded)

autoencoder = Model(inputs=input_layer, outputs=decoded)
encoder = Model(input_layer, encoded)
autoencoder.compile(optimizer=keras.optimizers.Adam(lr=learning_rate, decay=1e-4),
                    loss="mean_squared_error", metrics=["mae"])
history = autoencoder.fit(train, train, epochs=2, batch_size=30, shuffle=True,
                          validation_data=(test, test), verbose=2).history
print(sorted(history)[:2], K.get_value(autoencoder.optimizer.lr))

codes = encoder.predict(train)
codes_test = encoder.predict(test)

model = Sequential()
model.add(Dense(42, input_dim=encoding_dim, kernel_initializer="uniform", activation="relu"))
model.add(Dropout(rate=0.2))
model.add(Dense(25, activation="relu", kernel_regularizer=keras.regularizers.l2(0.001)))
model.add(Dropout(0.2))
model.add(Dense(3, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=Adam(lr=0.001), metrics=["acc"])

callbacks = [EarlyStopping(monitor="val_acc", patience=4),
             ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2)]
fitted = model.fit(codes, y_train, epochs=3, batch_size=15, callbacks=callbacks,
                   validation_data=(codes_test, y_test))
print(fitted.history["acc"], fitted.history["val_acc"])
print(model.predict_proba(codes_test)[:3])
print((model.predict_classes(codes_test).ravel() == y_test).mean())
