# silent: KER003 KER011: the legacy arguments of Layer are taken through **kwargs by the layers that hand them on
import keras

lay = keras.layers.Flatten(name="f", input_shape=(3, 3))
den = keras.layers.Dense(2, autocast=True, activity_regularizer="l2", name="d")
inp = keras.layers.InputLayer(shape=(3,), batch_size=2, name="i")
lam = keras.layers.Lambda(lambda t: t, output_shape=(3,), arguments={}, name="l")
m = keras.Sequential([lay, den])
print(m.output_shape)
