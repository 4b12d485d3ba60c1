# loud: KER105@5: tanh under crossentropy in tf_keras
# options: --target-keras tf_keras
import tf_keras
from tf_keras.layers import Dense
m = tf_keras.Sequential([Dense(4, activation="relu", input_dim=3), Dense(1, activation="tanh")])
m.compile("adam", loss="binary_crossentropy")
