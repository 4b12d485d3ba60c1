"""KER000: a text that does not parse."""

from __future__ import annotations

from kerlint.diagnostics import Severity
from kerlint.rules.base import Rule


class SyntaxError_(Rule):
    """A file, or a statement in it, could not be read.

    kerlint skips the statement and reads the rest of the file, so that a Python 2 ``print`` does
    not hide bugs in the model above it. Whatever the skipped statement may have assigned, returned
    or added to a model is treated as unknown. Files that cannot be opened or decoded are reported
    under the same code.

    Valid code that kerlint cannot handle, such as an expression with hundreds of operators, is
    reported as info, which is shown only if KER000 is selected or if nothing in the file could be
    read.

    Bad:
        model.fit(inputs, labels)
        print model.predict(inputs)
    Good:
        model.fit(inputs, labels)
        print(model.predict(inputs))
    Tempting:
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        history = model.fit(np.random.rand(32, 8), np.random.rand(32))
        print ("loss: %.3f" % history.history["loss"][-1])  # reads as Python 3 too

    When kerlint stays silent:
        - The file does not use Keras.
        - The line is one that only notebooks understand, such as ``%matplotlib`` or ``!pip
          install``, and the file is a notebook.
    """

    code = "KER000"
    severity = Severity.ERROR
    untestable = "what does not parse builds nothing"

    @property
    def name(self) -> str:
        return "syntax-error"
