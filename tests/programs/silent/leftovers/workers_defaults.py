# silent: KER005: the decay of a schedule is another argument
import keras

schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1000, decay_rate=0.5)
cosine = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=1000, alpha=0.0)
opt = keras.optimizers.SGD(schedule, weight_decay=0.0)
adam = keras.optimizers.AdamW(cosine, weight_decay=1e-4, epsilon=1e-4)
norm = keras.layers.BatchNormalization(epsilon=1e-4, momentum=0.9)
