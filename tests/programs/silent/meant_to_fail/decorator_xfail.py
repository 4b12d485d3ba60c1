# silent: KER003 KER011: xfail and expectedFailure expect the whole function to fail
import unittest

import keras
import pytest


@pytest.mark.xfail(raises=ValueError, strict=True)
def test_known_bug(n=3):
    keras.layers.Dense(n, init="uniform")


class Old(unittest.TestCase):
    @unittest.expectedFailure
    def test_lr(self):
        keras.optimizers.SGD(lr=0.1)


print("defined")
