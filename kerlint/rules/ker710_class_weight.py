"""KER710: a class_weight that Keras cannot use, or that weighs other classes than meant."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Rewrite
from kerlint.program.data import Array, Encoding
from kerlint.program.model import Fit
from kerlint.program.objectives import (
    BINARY,
    CATEGORICAL,
    CROSSENTROPIES,
    REGRESSION,
    SPARSE,
    Objective,
)
from kerlint.program.values import Entries, Fact, Items
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import fits_of, given, in_keras_3, place_of


class ClassWeightMisused(Rule):
    """`class_weight` does not weigh the classes.

    Keras looks up the class number of each sample in the dictionary, and a class without an
    entry gets the weight 1. Classes are numbered from 0: in `{1: 1.0, 2: 5.0}` the second
    class has the weight 1, and the weight 5 is never used.

    Only a dictionary works. A list, an array such as `compute_class_weight` returns, and the
    word "balanced" of scikit-learn raise an error as soon as training starts. So do models
    with several outputs, and outputs with a class for each step or pixel.

    Bad:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y, class_weight={1: 1.0, 2: 5.0})
    Good:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y, class_weight={0: 1.0, 1: 5.0})
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y, class_weight={1: 5.0})  # class 0 has the weight 1

    People say:
        "'numpy.ndarray' object has no attribute 'get'", "'str' object has no attribute 'get'",
        "class_weight is only supported for Models with a single output", "class_weight has
        no effect"

    When kerlint stays silent:
        - The weights, or the number of output units, are not known from the code.
        - The keys are names: KER005 reports that.
        - The model may be one of Keras 2, and the form is one that Keras 3 refuses.
    """

    code = "KER710"
    severity = Severity.ERROR
    required_bytes = (b"class_weight",)
    untestable = "the weights are applied before the loss, which is where the experiments begin"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        for fit, labels in fits_of(objective):
            weights = given(fit, "class_weight")
            if weights is None or objective.index:
                continue
            told = (
                _refused(objective, fit, weights, view)
                or _wrong_keys(objective, labels, weights)
                or _not_classes(objective, labels)
            )
            if told is None:
                continue
            message, help, severity = told
            place = place_of(fit, "class_weight", view)
            counted = help == _COUNTED and place != fit.origin.site
            yield Finding(
                place_of(fit, "class_weight", view),
                message,
                label="weights of the classes",
                help=help,
                related=_where(weights, place_of(fit, "class_weight", view)),
                severity=severity,
                origin=fit.origin,
                rewrite=(Rewrite(place, ("dict(enumerate(", place, "))")),) if counted else (),
                fix=Applicability.SAFE,
            )


_COUNTED = "use `dict(enumerate(weights))`"
_Told = tuple[str, str, Severity]


def _where(weights: Fact, place: int) -> tuple[Note, ...]:
    if not isinstance(weights.value, (Entries, Items, Array)) or weights.site == place:
        return ()
    return (Note(weights.site, "the weights"),)


def _refused(objective: Objective, fit: Fit, weights: Fact, view: View) -> _Told | None:
    """What Keras raises an error for."""
    value = weights.value
    if not in_keras_3(fit, view):
        return None
    if isinstance(value, str):
        return (
            f"`class_weight` has to be a dictionary; Keras does not know {value!r}",
            "compute a weight for each class, such as `{0: 1.0, 1: 5.0}`",
            Severity.ERROR,
        )
    if isinstance(value, (Items, Array)):
        kind = "an array" if isinstance(value, Array) else f"a {value.kind}"
        return (
            f"`class_weight` has to be a dictionary, and {kind} raises an error",
            _COUNTED,
            Severity.ERROR,
        )
    if len(objective.model.outputs) > 1:
        return (
            "`class_weight` raises an error, because the model has several outputs",
            "use `sample_weight`, or weigh the classes in the loss of each output",
            Severity.ERROR,
        )
    loss, rank = objective.loss, objective.head.rank
    if loss is not None and loss.kind in CROSSENTROPIES and rank is not None and rank > 2:
        return (
            "`class_weight` raises an error, because there is more than one label per sample",
            "use `sample_weight` with a weight for each label",
            Severity.ERROR,
        )
    return None


def _wrong_keys(objective: Objective, labels: Fact, weights: Fact) -> _Told | None:
    """Keys that are no classes."""
    value, count = weights.value, _classes(objective, labels)
    if not isinstance(value, Entries) or count is None:
        return None
    keys = [key for key in value.entries if isinstance(key, int)]
    beyond = [key for key in keys if key < 0 or key >= count]
    if not beyond or len(keys) < len(value.entries):
        return None
    classes = "0 and 1" if count == 2 else f"0 to {count - 1}"
    from_one = value.complete and set(keys) == set(range(1, count + 1))
    return (
        f"`class_weight` has the key {beyond[-1]}, but the classes are numbered {classes}",
        "count the classes from 0" if from_one else "use the numbers of the classes as keys",
        Severity.WARNING,
    )


def _classes(objective: Objective, labels: Fact) -> int | None:
    """How many classes there can be: Keras takes the position in rows, and else the number."""
    loss, width = objective.loss, objective.head.width
    if loss is None or not isinstance(width, int) or objective.head.rank not in (2, None):
        return None
    if loss.kind in BINARY and width == 1:
        return 2
    return width if width > 1 and loss.kind in CATEGORICAL | SPARSE else None


def _not_classes(objective: Objective, labels: Fact) -> _Told | None:
    """Weights for the classes of a regression."""
    target, loss = labels.value, objective.loss
    if loss is None or loss.kind not in REGRESSION or not isinstance(target, Array):
        return None
    if target.encoding is not Encoding.CONTINUOUS:
        return None
    return (
        "`class_weight` looks up class numbers, but the targets are real numbers",
        "use `sample_weight` to weigh the samples of a regression",
        Severity.WARNING,
    )
