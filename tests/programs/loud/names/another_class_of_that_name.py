# loud: KER011@8: this is the class that is asked for
import keras


def made(kind, **options):
    if kind is keras.layers.Input:
        # Which takes a shape, and nothing about scores.
        options["with_scores"] = True
    return kind(**options)


made(keras.layers.Input, shape=(8,))
