# silent: KER101: starred targets, swaps, chained and augmented assignment, global
import keras

a, *rest, b = 1, 2, 3, 4
a, b = b, a
x = y = [1]
y.append(5)
first, (second, *_) = 1, (6, 1)
total = 1


def more():
    global total
    total += 2


more()
pair = (1, 8)
pair += (9,)
t = {"a": 1}
t |= {"a": 7}
m = [0] * 3
m[1:] = [4, 4, 4]
for n in (a, x[-1], second, total, len(pair), t["a"], len(m), len(rest)):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
