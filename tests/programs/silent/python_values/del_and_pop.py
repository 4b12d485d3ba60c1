# silent: KER101: del of keys, slices and attributes, pop, popitem, remove, clear and insert
import keras


class Box:
    units = 5

    def __init__(self):
        self.units = 1


units = {"first": 1, "second": 6}
del units["first"]
sizes = [1, 1, 8, 3]
del sizes[:2]
stack = [1, 7]
top = stack.pop()
names = ["a", "b", "c", "d"]
names.remove("d")
queue = [1]
queue.insert(0, 4)
box = Box()
del box.units
last = {"a": 1, "b": 2}.popitem()[1]
for n in (list(units.values())[0], sizes[0], top, len(names), queue[0], box.units, last):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
