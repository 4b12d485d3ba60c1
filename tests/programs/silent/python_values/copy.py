# silent: KER101: shallow and deep copies share or do not share what is inside
import copy

import keras

base = {"head": {"units": 1, "activation": "softmax"}}
shallow = copy.copy(base)
deep = copy.deepcopy(base)
twin = dict(base)
twin["head"]["units"] = 3
assert shallow["head"]["units"] == base["head"]["units"] == 3 and deep["head"]["units"] == 1
deep["head"]["units"] = 4
rows = [[1]] * 2
rows[0][0] = 5
alias = lines = [1]
alias += [2]
sliced = lines[:]
sliced.append(1)
for n in (shallow["head"]["units"], deep["head"]["units"], base["head"]["units"], rows[1][0], lines[-1], len(sliced)):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
