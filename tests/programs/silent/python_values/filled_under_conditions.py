# silent: KER101: a dictionary, a set and a string grown under conditions in loops of unknown length
import os

import keras

tags, found, text = {}, set(), ""
for root, dirs, files in os.walk("data"):
    for d in dirs:
        if d.isidentifier():
            tags.setdefault(d, len(tags))
        else:
            found.add(d)
    text += "".join(files)
for line in open("vocabulary.txt"):
    if not line.startswith("#") and (w := line.strip()):
        found |= {w}
        text = text + w
number = 0
for line in open("vocabulary.txt"):
    if "b" not in line:
        continue
    number += 1
for n in (len(tags), len(found), len(text), number + 1):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n + 1, activation="softmax")])
