# silent: KER004: raising, continuing or asserting first is a guard too
import keras

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])


def as_yaml(m):
    if not hasattr(m, "to_yaml"):
        raise NotImplementedError("no yaml in this Keras")
    return m.to_yaml()


texts = []
for m in [model, keras.Sequential([keras.Input((2,))])]:
    if not hasattr(m, "to_yaml"):
        continue
    texts.append(m.to_yaml())
try:
    as_yaml(model)
except NotImplementedError:
    print("json instead:", len(model.to_json()))
