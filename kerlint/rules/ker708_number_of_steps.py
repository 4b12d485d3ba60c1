"""KER708: a number of steps that is a fraction, or more than the data have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import DropArgument, MakeWhole, SourceChange
from kerlint.program.data import ROUNDED, Array
from kerlint.program.model import Fit
from kerlint.program.values import FRACTION, Fact, Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.fitting import in_keras_3, place_of

_STEPS = {
    "fit": ("steps_per_epoch", "validation_steps"),
    "evaluate": ("steps",),
    "predict": ("steps",),
}


class NumberOfSteps(Rule):
    """The number of steps is not a whole number, or larger than the data allow.

    In Python `1000 / 32` is a float, and so is `1000 / 10`, and what `numpy.ceil` returns.
    Keras 3 only accepts an `int` for `steps_per_epoch`, `validation_steps` and `steps`, and
    raises an error otherwise.

    Arrays need no number of steps: Keras goes through all of them in each epoch. With more
    steps than there are batches of `batch_size` it runs out of data and shows a warning.

    Bad:
        import numpy as np

        x, y = np.random.rand(960, 4), np.random.rand(960)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, batch_size=32, steps_per_epoch=len(x) / 32)
    Good:
        import numpy as np

        x, y = np.random.rand(960, 4), np.random.rand(960)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, batch_size=32)
    Tempting:
        import numpy as np

        x, y = np.random.rand(960, 4), np.random.rand(960)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, batch_size=32, steps_per_epoch=int(len(x) / 32))

    People say:
        "'float' object cannot be interpreted as an integer", "Your input ran out of data;
        interrupting training"

    When kerlint stays silent:
        - It is not known from the code whether the number is a float.
        - The model may be one of Keras 2, which rounds.
        - The data are not arrays, or their number is not known from the code.
    """

    code = "KER708"
    severity = Severity.ERROR
    required_bytes = (b"steps",)
    untestable = "Keras refuses a float whatever the model is, and counts batches before training"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        for name in _STEPS.get(fit.method, ()):
            steps = fit.args.get(name)
            if steps is None or fit.partial:
                continue
            if _is_float(steps) and in_keras_3(fit, view):
                yield Finding(
                    place_of(fit, name, view),
                    f"`{name}` has to be an `int`, and a float raises an error",
                    label="a float",
                    help="divide with `//`, or convert the number with `int(...)`",
                    origin=fit.origin,
                    rewrite=_as_whole(fit, name, steps, view),
                    fix=Applicability.SAFE if _is_whole(steps) else None,
                    unsafe_because="a last batch that is not full is left out",
                )
            elif name == "steps_per_epoch" and (batches := _batches(fit)) is not None:
                wanted = steps.integer()
                if wanted is not None and wanted > batches:
                    yield Finding(
                        place_of(fit, name, view),
                        f"`steps_per_epoch` is {wanted}, but the data run out after {batches} "
                        "batches",
                        label="more than there are",
                        help="remove `steps_per_epoch`, because Keras counts the batches itself",
                        severity=Severity.WARNING,
                        origin=fit.origin,
                        rewrite=(DropArgument(fit.origin.site, name),),
                        unsafe_because="each epoch then has all batches",
                    )


def _is_float(steps: Fact) -> bool:
    value = steps.value
    if isinstance(value, float):
        return True
    if isinstance(value, Array):
        return value.origin == ROUNDED
    return isinstance(value, Unknown) and value.reason.startswith(FRACTION)


def _is_whole(steps: Fact) -> bool:
    return isinstance(steps.value, float) and steps.value.is_integer() and steps.value >= 1


def _as_whole(fit: Fit, name: str, steps: Fact, view: View) -> tuple[SourceChange, ...]:
    """The number as an ``int``, where it is given by its name."""
    place = place_of(fit, name, view)
    if place == fit.origin.site:
        return ()
    if isinstance(steps.value, float) and steps.value < 1:
        return ()
    return (MakeWhole(place),)


def _batches(fit: Fit) -> int | None:
    """How many batches an epoch has, when that is known."""
    x, size, split = (fit.args.get(name) for name in ("x", "batch_size", "validation_split"))
    count = (
        x.value.shape[0] if x is not None and isinstance(x.value, Array) and x.value.shape else 0
    )
    batch = size.integer() if size is not None else None  # else as many as there are steps
    if fit.dataset is not None or not isinstance(count, int) or not batch or not count:
        return None
    share = 0 if split is None or split.value is None else split.number()
    if batch < 0 or share is None or not 0 <= share < 1 or "y" not in fit.args:
        return None
    return math.ceil(math.floor(count * (1 - share)) / batch)
