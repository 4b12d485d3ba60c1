# silent: KER003 KER011: LossScaleOptimizer swallows dynamic= for the sake of older code
from keras.optimizers import Adam, LossScaleOptimizer as LSO


def mixed(lr, dynamic=True):
    inner = Adam(learning_rate=lr)
    return LSO(inner, initial_scale=2.0**10, dynamic=dynamic)


opt = mixed(1e-3)
