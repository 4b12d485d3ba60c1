# silent: KER003 KER004 KER011: mock.patch puts other things in Keras's place
from unittest import mock

import keras
import pytest


def test_patched():
    with mock.patch.object(keras.layers, "Dense") as fake:
        keras.layers.Dense(3, init="uniform")
        fake.assert_called_once()


def test_monkeypatch(monkeypatch=None):
    monkeypatch = monkeypatch or pytest.MonkeyPatch()
    monkeypatch.setattr(keras.optimizers, "Adam", lambda lr: lr)
    assert keras.optimizers.Adam(lr=3) == 3
    monkeypatch.undo()


@mock.patch("keras.layers.LSTM")
def test_decorated(lstm=None):
    keras.layers.LSTM(3, inner_activation="relu")
