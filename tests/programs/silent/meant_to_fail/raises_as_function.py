# silent: KER003 KER004 KER011: pytest.raises and assertRaises called with the callable, and with match
import unittest

import keras
import pytest


def test_function_form():
    pytest.raises(ValueError, lambda: keras.layers.Dense(3, foo=1))
    pytest.raises((TypeError, ValueError), keras.layers.Dense, 3, unit=1)
    with pytest.raises((ValueError, TypeError), match="foo|unexpected"):
        keras.layers.LSTM(3, foo=1)


class Case(unittest.TestCase):
    def test_lambda(self):
        self.assertRaises(ValueError, lambda: keras.layers.Dense(3, nb=1))
        with self.assertRaises(AttributeError) as caught:
            keras.Sequential().predict_classes(None)
        self.assertIn("predict_classes", str(caught.exception))
