# silent: KER003 KER004: suppress and raises held in a variable, an ExitStack, and a helper
import contextlib

import keras
import pytest

quiet = contextlib.suppress(ValueError, TypeError)
with quiet:
    keras.layers.Dense(3, init="uniform")
with contextlib.ExitStack() as stack:
    stack.enter_context(contextlib.suppress(ValueError))
    keras.optimizers.SGD(lr=0.1)


def test_expected():
    expected = pytest.raises(ValueError)
    with expected:
        keras.optimizers.SGD(lr=0.1)
