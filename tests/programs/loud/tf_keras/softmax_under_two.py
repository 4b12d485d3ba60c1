# loud: KER101@5: the rules of substance hold under Keras 2 as well
# options: --target-keras 2
import tf_keras
from tf_keras.layers import Dense
m = tf_keras.Sequential([tf_keras.Input((3,)), Dense(1, activation="softmax")])
