# loud: KER003@5: SGD's build has variables=, not var_list=
import keras
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
opt = keras.optimizers.SGD(0.1)
opt.build(var_list=model.trainable_variables)
