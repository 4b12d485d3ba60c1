"""Proofs: the model that a finding is about is built in TensorFlow and put to the test.

Nothing of the user's code is run. A program is described as typed data (``spec``), from which the
Python that builds its model is written (``builder``). That, with the source of an experiment
(``proof``), is what a worker process runs, after it has been checked (``allowed``), and what people
save. Only that process imports TensorFlow.
"""
