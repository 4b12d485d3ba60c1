# loud: KER003@9: in the else of a try nobody catches
import keras

try:
    value = 1
except ValueError:
    value = 2
else:
    layer = keras.layers.Conv2D(3, 3, border_mode="same")
