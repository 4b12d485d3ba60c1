# silent: KER003 KER011: load_weights and save_weights hand on what the file format takes
import keras

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, name="body"), keras.layers.Dense(2, name="top")])
model.save_weights("w.weights.h5")


def load_body(model, path):
    return model.load_weights(path, skip_mismatch=True, objects_to_skip=[model.get_layer("top")])


load_body(model, "w.weights.h5")
