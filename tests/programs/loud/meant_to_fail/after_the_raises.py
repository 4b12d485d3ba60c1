# loud: KER011@13: behind the pytest.raises block, in another test, nothing is expected to fail
import keras
import pytest


def test_it():
    with pytest.raises(ValueError):
        keras.layers.Dense(3, foo=1)


def test_right():
    with keras.name_scope("a"):
        keras.layers.Dense(3, foo=1)
