# loud: KER101@9: the match leaves the 1
import keras

kind = "one"
match kind:
    case "one":
        n = 1
    case _: n = 4
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
