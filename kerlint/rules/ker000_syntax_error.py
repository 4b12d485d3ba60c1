"""KER000: a text that does not parse."""

from __future__ import annotations

from kerlint.diagnostics import Severity
from kerlint.rules.base import Rule


class SyntaxError_(Rule):
    """The file, or a statement in it, could not be read.

    The statement is set aside and the rest of the file is still read, so one Python 2 ``print``
    does not hide the model above it. What could not be opened or decoded at all is reported under
    this code too.

    Bad:
        model.fit(inputs, labels)
        print model.predict(inputs)
    Good:
        model.fit(inputs, labels)
        print(model.predict(inputs))
    """

    code = "KER000"
    severity = Severity.ERROR
    experiment = "none: what does not parse builds nothing"

    @property
    def name(self) -> str:
        return "syntax-error"
