# silent: KER001 KER002 KER003 KER011: the context manager under other names
import importlib

import keras
from pytest import raises as must_fail
from pytest import raises


def test_names():
    with must_fail(ValueError):
        keras.layers.GRU(3, dropout_W=0.1)
    with raises(expected_exception=AttributeError):
        keras.layers.Merge
    with raises((ImportError, ModuleNotFoundError)):
        importlib.import_module("keras.utils.np_utils")
    with must_fail(ImportError):
        from keras.layers import CuDNNLSTM
