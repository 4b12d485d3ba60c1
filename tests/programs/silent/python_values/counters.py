# silent: KER101: sums and counters of loops: +=, enumerate, while, else, break, Counter
from collections import Counter, defaultdict

import keras

n = 0
for i, name in enumerate(["a", "b", "c"], start=1):
    n = i
total = 0
k = 4
while k:
    total = total + 1
    k -= 1
for step in range(10):
    if step == 5:
        break
else:
    step = 1
votes = Counter("abca")
groups = defaultdict(list)
for word in ["ab", "ac", "b"]:
    groups[word[0]].append(word)
m = 1
for _ in range(3):
    m = m * 2
for units in (n, total, step, len(votes), votes["a"], len(groups), len(groups["a"]), m):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
