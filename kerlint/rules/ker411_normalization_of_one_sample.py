"""KER411: batch normalization over a batch of one sample."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change, InsertAfter, Remove
from kerlint.program.claims import SINGLE_SAMPLE, LayerClaim
from kerlint.program.model import Fit, Layer
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, place_of


class NormalizationOfOneSample(Rule):
    """With `batch_size=1`, BatchNormalization of features makes all samples equal.

    The layer subtracts the mean over the batch. With one sample, each feature is its own mean, and
    nothing but the constant `beta` is left. The layers before it get a gradient of exactly 0, and
    all samples get the same prediction in training. In prediction the layer uses its averages, so
    the results are different there, and just as wrong.

    Images are normalized over their rows and columns too, so one image is enough there.

    Bad:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16)])
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, batch_size=1)
    Good:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16)])
        model.add(layers.LayerNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, batch_size=1)
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 8, 8, 3), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3)])
        model.add(layers.BatchNormalization())  # over 36 pixels
        model.add(layers.ReLU())
        model.add(layers.Flatten())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, batch_size=1)

    People say: "batch normalization with batch size 1", "same prediction for every input", "loss
    does not decrease with batch_size=1".

    When kerlint stays silent:
        - The input of the layer is an image or a sequence, or its shape is not known.
        - The layer, or a model around it, is frozen.
        - The data are a dataset, whose batch size is set elsewhere.
    """

    code = "KER411"
    severity = Severity.ERROR
    required_bytes = (b"BatchNormalization",)
    experiments = (SINGLE_SAMPLE,)
    fix = Applicability.DISPLAY
    unsafe_because = "the model then trains differently"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if not _one_at_a_time(fit):
            return
        norm = next((each for each in _normalizations(fit, view) if _of_features(each, view)), None)
        if norm is None or any(a.name == "trainable" for a in view.program.assignments):
            return
        yield Finding(
            place_of(fit, "batch_size", view),
            "BatchNormalization of one sample at a time makes all samples equal in training",
            label="each feature is its own mean",
            help="use a larger `batch_size`, or `LayerNormalization`",
            related=(Note(norm.origin.site, "subtracts the mean over the batch"),),
            origin=fit.origin,
            claim=LayerClaim(model=fit.model, layer=norm.id),
            repair=_over_features(norm),
        )


def _one_at_a_time(fit: Fit) -> bool:
    size = fit.args.get("batch_size")
    if fit.method not in FITTING or fit.dataset is not None or fit.partial:
        return False
    return size is not None and size.integer() == 1


def _normalizations(fit: Fit, view: View) -> Iterator[Layer]:
    """The layers of a model that normalize over the batch while it is trained."""
    for index in sorted(view.layers_in(fit.model)):
        layer = view.program.layers[index]
        if layer.kind == "BatchNormalization" and not (layer.custom or layer.partial):
            if not layer.args.keys() & {"trainable", "mode"}:
                yield layer


def _of_features(layer: Layer, view: View) -> bool:
    """Whether what a layer gets has nothing but samples and features."""
    calls = view.graph.layer_calls.get(layer.id, ())
    shapes = [view.program.tensors[call.inputs[0]].shape for call in calls if call.inputs]
    return bool(shapes) and all(not isinstance(s, Unknown) and len(s) == 2 for s in shapes)


def claim(fit: Fit, view: View) -> LayerClaim | None:
    """The claim about the first normalization of a model; None where there is none."""
    norm = next(_normalizations(fit, view), None)
    return LayerClaim(model=fit.model, layer=norm.id) if norm is not None else None


def repair(fit: Fit, view: View) -> tuple[Change, ...]:
    """Another normalization in its place; nothing for larger batches."""
    norm = next(_normalizations(fit, view), None) if _one_at_a_time(fit) else None
    return _over_features(norm) if norm is not None else ()


def _over_features(norm: Layer) -> tuple[Change, ...]:
    """Normalization over the features of a sample in place of that over the batch."""
    return (InsertAfter(norm.id, "keras.layers.LayerNormalization", {}), Remove(norm.id))
