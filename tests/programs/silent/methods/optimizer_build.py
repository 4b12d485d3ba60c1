# silent: KER003 KER011: optimizers of Keras 3 name the argument of build var_list or variables, each its own
import keras

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
adam = keras.optimizers.AdamW(learning_rate=1e-3)
adam.build(var_list=model.trainable_variables)
other = keras.optimizers.RMSprop(momentum=0.9)
other.build(var_list=model.trainable_variables)
sgd = keras.optimizers.SGD(momentum=0.9)
sgd.build(variables=model.trainable_variables)
