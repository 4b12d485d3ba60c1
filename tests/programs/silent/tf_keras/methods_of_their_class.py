# silent: KER003 KER004 KER011: overridden methods, and **kwargs of the optimizers, under tf_keras
# options: --target-keras 2
import numpy as np
import tf_keras
from tf_keras import layers

emb = layers.Embedding(5, 4, mask_zero=True)
emb.compute_mask(inputs=np.ones((2, 3)), mask=None)
att = layers.Attention(use_scale=True, causal=False) if False else layers.Attention(use_scale=True)
add = layers.Add()
add.build([(2, 3), (2, 3)])
add.compute_mask(inputs=[None, None], mask=[None, None])
opt = tf_keras.optimizers.Adam(1e-3, clipnorm=1.0, jit_compile=False, is_legacy_optimizer=False)
opt.build(var_list=[])
sgd = tf_keras.optimizers.legacy.SGD(lr=0.1, clipvalue=0.5)
sgd.get_updates
print(sgd.lr, opt.lr)
