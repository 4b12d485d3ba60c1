# silent: KER000: Python takes a parenthesised name with an annotation
import keras

(units): int = 8
(rate): "float" = 0.1
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dropout(rate)])
