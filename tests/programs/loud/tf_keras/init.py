# loud: KER003@5: tf_keras refuses init=
# options: --target-keras 2
from tensorflow.keras.layers import Dense

layer = Dense(3, init="uniform")
