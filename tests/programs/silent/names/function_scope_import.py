# silent: KER001 KER002 KER003 KER004: names bound inside functions stay there
from keras.layers import Dense


def old_style():
    from oldkeras.layers import Dense, Merge
    from oldkeras.backend import set_image_dim_ordering

    set_image_dim_ordering("th")
    return Dense(output_dim=3, init="uniform"), Merge([1], mode="sum")


def new_style():
    return Dense(3, kernel_initializer="uniform")


print(old_style(), new_style())
