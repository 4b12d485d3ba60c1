# silent: KER101 KER103: match with guards, captures, classes and mappings
import keras


def units_for(spec):
    match spec:
        case int(n) if n > 1:
            return n
        case {"classes": [_, *rest]} if rest:
            return len(rest) + 1
        case ("softmax", n) | (n, "softmax"):
            return n
        case str() as name:
            return len(name)
        case _:
            return 1


for spec in (4, {"classes": ["a", "b"]}, ("softmax", 3), (3, "softmax"), "abc"):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(units_for(spec), activation="softmax")])
n = 1
match 5:
    case n if n > 10:
        pass
    case _:
        pass
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
