import pandas as pd
from keras import layers

layers.Dense(1, activation="softmax")  # expect: KER101
frame = pd.DataFrame(x, columns=[])
frame.insert(99999999999999999999999999, "a", 1)
