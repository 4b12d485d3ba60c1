# silent: KER001 KER003 KER004 KER011: tf_keras in one module that also asks which it is
import tf_keras
from tf_keras.models import Model
from tf_keras.layers import Input, Dense

inp = Input(batch_shape=(None, 3))
model = Model(inputs=inp, outputs=Dense(1)(inp))
model.compile(optimizer=tf_keras.optimizers.legacy.RMSprop(lr=1e-3, decay=0.1), loss="mse")
model.fit_generator(((x, x[:, :1]) for x in [__import__("numpy").zeros((2, 3))] * 2), steps_per_epoch=1, verbose=0)
