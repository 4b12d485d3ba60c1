# silent: KER003 KER011: merging layers define compute_mask(inputs, mask) themselves
import numpy as np
from keras.layers import Add, Average, Concatenate, Dot, Lambda, Masking, Subtract

a, b = np.ones((2, 3, 4)), np.ones((2, 3, 4))
for merge in (Add(), Average()):
    merge.build([(2, 3, 4), (2, 3, 4)])
    merge.compute_mask(inputs=[a, b], mask=[None, None])
both = Concatenate(axis=-1)
print(both.compute_mask(inputs=[a, b], mask=[None, None]))
print(Dot(axes=2).compute_mask(inputs=[a, b], mask=None))
print(Masking(mask_value=0.0).compute_mask(inputs=a, mask=None))
print(Lambda(lambda t: t * 2).compute_mask(inputs=a, mask=None))
