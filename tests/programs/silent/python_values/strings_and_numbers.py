# silent: KER101: what strings and numbers give: splitting, formatting, rounding, floor division
import keras

units = [
    len("a,b,c".split(",")),
    int("{:d}".format(12)[1]),
    -7 // -3,
    7 % -3 + 4,
    round(2.5),
    len("cat dog".partition(" ")),
    int(f"{3.7:.0f}"),
    len("aXbXc".rsplit("X", 1)),
    "softmax".count("o") + 2 ** 1,
    len({True: 1, 1: 2, 2: 3}),
    sum([1, 1], 1),
    len(list(zip("abc", "ab"))),
    divmod(17, 5)[0],
]
for n in units:
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
