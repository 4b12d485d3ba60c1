# silent: KER000 KER101: annotated without a value, on several lines, and in a loop
import keras

table = {"n": 1}
for name in ("a", "b"):
    (total): int = 4
    (
        other
    ): dict = {
        "n": 3,
    }
(last): int
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(total + table["n"], activation="softmax")])
