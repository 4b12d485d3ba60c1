# silent: KER003 KER011: clipnorm, weight_decay, ema and name reach the optimizer through **kwargs
import keras

settings = dict(clipnorm=1.0, use_ema=True, ema_momentum=0.9, name="mine", loss_scale_factor=None)
one = keras.optimizers.Adagrad(0.1, **settings)
two = keras.optimizers.Lion(learning_rate=1e-4, weight_decay=0.01, gradient_accumulation_steps=2, global_clipnorm=None)
three = keras.optimizers.LossScaleOptimizer(one, dynamic=True, dynamic_growth_steps=100)
