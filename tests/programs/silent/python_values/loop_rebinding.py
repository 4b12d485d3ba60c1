# silent: KER101: `n = n + 1`, `n = max(n, k)` and the like in loops, also nested and long
import keras

longest = 1
for word in ["a", "bbb", "cc"]:
    longest = max(longest, len(word))
depth = 0
for i in range(3):
    for j in range(i):
        depth = depth + 1
big = 1
for i in range(1000):
    big = big + 1
flag, k = True, 1
while flag:
    k = k + 2
    flag = k < 6
last = 1
for last in range(2, 5):
    pass
for u in (longest, depth, big, k, last):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(u, activation="softmax")])
