# silent: KER003 KER005 KER011: a test of the warning, with assertWarns, pytest.warns and catch_warnings
import unittest
import warnings

import keras
import pytest


class Deprecated(unittest.TestCase):
    def test_length(self):
        with self.assertWarns(UserWarning):
            keras.layers.Embedding(10, 4, input_length=5)

    def test_decay(self):
        with self.assertWarnsRegex(UserWarning, "decay"):
            keras.optimizers.SGD(0.1, decay=1e-4)


def test_warns():
    with pytest.warns(UserWarning):
        keras.optimizers.Adam(1e-3, decay=1e-4)
