"""KER000: a text that does not parse."""

from __future__ import annotations

from kerlint.diagnostics import Severity
from kerlint.rules.base import Rule


class SyntaxError_(Rule):
    """The file, or a statement in it, could not be read.

    The statement is set aside and the rest of the file is still read, so one Python 2 ``print``
    does not hide the model above it; what the statement may have bound, returned or added to a
    model is unknown. What could not be opened or decoded at all is reported under this code too,
    and, as no more than an information, valid code that is too much for kerlint.

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
