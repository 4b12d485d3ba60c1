# silent: KER003 KER011: found by an alias of the module, through a dictionary of classes and a variable
from tensorflow import keras as tfk

RNNS = {"simple": tfk.layers.SimpleRNN, "gru": tfk.layers.GRU}
for name, cls in RNNS.items():
    cell = cls(3)
    cell.build(sequences_shape=(None, 4, 2), initial_state_shape=None)
first = RNNS["simple"](units=2)
first.build(sequences_shape=(None, 4, 2))
opt = {"nadam": tfk.optimizers.Nadam}["nadam"]()
opt.build(var_list=first.trainable_variables)
