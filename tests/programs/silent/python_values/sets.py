# silent: KER101 KER102 KER130 KER131: sets: union, comprehension, update, discard, frozenset
import keras

seen = set()
for label in ["cat", "dog", "cat", "bird"]:
    seen.add(label)
more = {"cat"} | {"dog"} | frozenset(["bird"])
both = {w.lower() for w in ["A", "a", "B"]}
rest = {1, 2, 3, 4} - {4}
rest.update([7])
rest.discard(1)
common = len({1, 2, 3} & {2, 3, 4})
for n in (len(seen), len(more), len(both), len(rest), common, len({*"banana"})):
    m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
    m.compile("adam", "categorical_crossentropy")
