# loud: KER003@5: the statement behind the one that cannot be read is read
import keras

print "start"
layer = keras.layers.Dense(3, init="uniform")
