"""What experiments have in common: the model under test, its data, a few steps of training.

The text of these modules is part of the proofs that people save, cut down to what an experiment
uses: they import Keras, TensorFlow, numpy, the standard library and each other's names, nothing
else, and no two of them define the same name.
"""
