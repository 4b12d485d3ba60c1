# loud: KER001@3 KER003@5: the path is gone from tf_keras, and so is decay= of its new optimizers
# options: --target-keras tf_keras
from tf_keras.utils.np_utils import to_categorical
import tf_keras
opt = tf_keras.optimizers.Adam(1e-3, decay=1e-6)
