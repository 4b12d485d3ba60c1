# silent: KER101: a function that remembers, and a generator that is used up
import keras

calls = []


def units():
    calls.append(1)
    return len(calls)


units()
n = units()
numbers = iter([1, 9])
next(numbers)
k = next(numbers)
pairs = zip([1, 2], [3, 4])
list(pairs)
left = len(list(pairs)) + 2
for u in (n, k, left):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(u, activation="softmax")])
