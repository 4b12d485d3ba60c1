# silent: KER101: sort with a key, sorted with reverse, reverse(), max with a key
import keras

sizes = [1, 16, 4]
sizes.sort(key=lambda s: -s)
by_name = sorted([("small", 1), ("large", 9)], key=lambda p: p[0])
counts = [1, 2, 3]
counts.reverse()
words = sorted({"a": 1, "bb": 2, "ccc": 3}.items(), key=lambda kv: kv[1], reverse=True)
best = max([("x", 1), ("y", 7)], key=lambda p: p[1])
ordered = [3, 1, 2]
ordered = list(reversed(sorted(ordered)))
for n in (sizes[0], by_name[0][1], counts[0], words[0][1], best[1], ordered[0]):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
