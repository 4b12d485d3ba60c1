"""KER709: a third positional argument of fit, which is the batch size."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.fitting import call_of


class BatchSizeMeantAsEpochs(Rule):
    """The third argument of `fit` is the batch size, not the number of epochs.

    `model.fit(x, y, 10)` trains for one epoch, with batches of 10 samples. To train for ten
    epochs, write `epochs=10`.

    This rule is off by default, because a batch size may well be meant. Turn it on with
    `--extend-select KER709`.

    Bad:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.rand(64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, 10)
    Good:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.rand(64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, epochs=10)
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.rand(64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, 16, epochs=10)  # the epochs are there, so 16 is the batch size

    People say: "fit only runs one epoch", "Epoch 1/1".

    When kerlint stays silent:
        - The number of epochs is given as well.
        - The number is one that people use for batches: a power of 2, at least 16.
    """

    code = "KER709"
    severity = Severity.INFO
    default = False
    required_bytes = (b".fit(",)
    untestable = "which of the two was meant is not in the model"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        call = call_of(fit, view)
        if call is None or call.partial or fit.method != "fit" or len(call.positional) != 3:
            return
        number = call.positional[2].integer()
        if number is None or "epochs" in fit.args or any(name in _KNOWN for name in fit.args):
            return
        if number >= 16 and not number & (number - 1):
            return
        yield Finding(
            fit.origin.site,
            f"this trains for one epoch with batches of {number}: the third argument is "
            "`batch_size`",
            label=f"{number} is the batch size",
            help=f"write `epochs={number}` if that is meant, or else `batch_size={number}`",
            origin=fit.origin,
        )


_KNOWN = frozenset({"initial_epoch", "steps_per_epoch"})
