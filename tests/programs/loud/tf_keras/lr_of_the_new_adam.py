# loud: KER003@5: decay= raises in the new optimizers of tf_keras 2.21
# options: --target-keras 2
from tf_keras.optimizers import Adam

opt = Adam(learning_rate=1e-3, decay=1e-6)
