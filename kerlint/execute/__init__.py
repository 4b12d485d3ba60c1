"""Proofs: the model that a finding speaks of is built in TensorFlow and put to the test.

Nothing of the user's code is run: a model is described by plain data, and a worker process builds
it from an allow-list of Keras classes. Only that process imports TensorFlow.
"""
