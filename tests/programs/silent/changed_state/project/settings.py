values = {"units": 1, "activation": "softmax"}


def load(path):
    values.update(units=12)
