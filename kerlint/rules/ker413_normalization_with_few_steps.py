"""KER413: batch normalization whose averages have not arrived when training ends."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Fit, Layer
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, given, place_of

_MOMENTUM = 0.99  # the default
_BATCH_SIZE = 32  # the default
_STALE = 0.55  # what is left of the values at the start: after 60 steps with the default


class NormalizationWithFewSteps(Rule):
    """After a few steps, BatchNormalization predicts with averages that mean nothing yet.

    In training the layer uses the mean and variance of the batch. In prediction and validation it
    uses averages over the steps so far, which start at 0 and 1. With the default `momentum=0.99`,
    they have come a sixth of the way after 16 steps, and almost all of it after 400. A model that
    had learned everything in 15 steps was right for 100 % of the samples in training, and for 53 %
    of the same samples in validation.

    Bad:
        (x, y), validation_data = keras.datasets.boston_housing.load_data()
        model = keras.Sequential([keras.Input((13,)), layers.BatchNormalization()])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, validation_data=validation_data, epochs=3)
    Good:
        (x, y), validation_data = keras.datasets.boston_housing.load_data()
        model = keras.Sequential([keras.Input((13,)), layers.BatchNormalization(momentum=0.8)])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, validation_data=validation_data, epochs=3)
    Tempting:
        import numpy as np

        x, y = np.random.rand(400, 8), np.random.rand(400, 1)
        model = keras.Sequential([keras.Input((8,)), layers.BatchNormalization()])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, validation_split=0.25, epochs=10)  # 100 steps

    People say: "validation accuracy much lower than training accuracy with batch normalization",
    "batch normalization bad results on small dataset", "evaluate on the training data gives another
    accuracy than fit".

    When kerlint stays silent:
        - The number of samples, the batch size or the number of epochs is not known.
        - The data are random numbers, or there are no validation data.
        - The model starts from given weights, is trained by other calls too, or contains a model
          that was trained before.
        - The layer is frozen.
    """

    code = "KER413"
    severity = Severity.WARNING
    required_bytes = (b"BatchNormalization",)
    untestable = "how many steps there are is a matter of the data and not of the model"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        steps = _steps(fit)
        if steps is None or not _is_validated(fit) or not _from_the_start(fit, view):
            return
        for layer in _normalizations(fit, view):
            momentum = layer.arg("momentum")
            number = _MOMENTUM if momentum is None else momentum.number()
            if number is None or not 0 < number < 1 or number**steps <= _STALE:
                continue
            yield Finding(
                place_of(fit, "epochs", view),
                f"only {steps} steps, so BatchNormalization predicts with averages that are still "
                f"{number**steps:.0%} of their start",
                label="too few steps for its averages",
                help=f"train longer, or give `momentum={_fitting(steps):g}` to the layer",
                related=(Note(layer.origin.site, f"has a momentum of {number:g}"),),
                origin=fit.origin,
            )
            return


def _fitting(steps: int) -> float:
    """A momentum with which averages have arrived after some steps: less than 1 % is left."""
    return next((each for each in (0.9, 0.8, 0.5) if each**steps < 0.01), 0.5)


def _steps(fit: Fit) -> int | None:
    """How many steps a call of ``fit`` trains, when that is known."""
    x = fit.args.get("x")
    data = x.value if x is not None else None
    if fit.method not in FITTING or fit.partial or fit.dataset is not None:
        return None
    if not isinstance(data, Array) or not data.shape or "steps_per_epoch" in fit.args:
        return None
    rows = data.shape[0]
    if not isinstance(rows, int) or data.origin.startswith(("numpy.random", "random")):
        return None
    size, epochs = _count(fit, "batch_size", _BATCH_SIZE), _count(fit, "epochs", 1)
    share = _share(fit)
    if size is None or epochs is None or share is None or "initial_epoch" in fit.args:
        return None
    return math.ceil(math.floor(rows * (1 - share)) / size) * epochs


def _count(fit: Fit, name: str, default: int) -> int | None:
    fact = fit.args.get(name)
    number = default if fact is None or fact.value is None else fact.integer()
    return number if number is not None and number > 0 else None


def _share(fit: Fit) -> float | None:
    """What of the data is set aside for validation."""
    fact = fit.args.get("validation_split")
    number = 0 if fact is None or fact.value is None else fact.number()
    return number if number is not None and 0 <= number < 1 else None


def _is_validated(fit: Fit) -> bool:
    return given(fit, "validation_data") is not None or bool(_share(fit))


def _from_the_start(fit: Fit, view: View) -> bool:
    """Whether a call of ``fit`` is all the training that a model gets."""
    model = view.program.models[fit.model]
    if (
        model.weights_given
        or model.loaded
        or model.gaps
        or fit.apart
        or fit.origin.turn is not None
    ):
        return False
    trained = [
        each
        for each in view.program.fits
        if each.model == fit.model and each.method not in ("evaluate", "predict")
    ]
    inner = (view.program.layers[index].model for index in view.layers_in(fit.model))
    return trained == [fit] and all(
        index is None or view.program.models[index].kind in ("sequential", "functional")
        for index in inner
    )


def _normalizations(fit: Fit, view: View) -> Iterator[Layer]:
    frozen = any(each.name == "trainable" for each in view.program.assignments)
    for index in sorted(view.layers_in(fit.model)):
        layer = view.program.layers[index]
        if layer.kind == "BatchNormalization" and not (layer.custom or layer.partial or frozen):
            if "trainable" not in layer.args:
                yield layer
