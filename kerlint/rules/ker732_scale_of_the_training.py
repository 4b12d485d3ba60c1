"""KER732: images in another range than the model was trained on."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.program.values import Fact, Items
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import TRAINING, Span, data_of, span_of


class ScaleOfTheTraining(Rule):
    """The model is tested, or predicts, on images in another range than it was trained on.

    Trained on pixels from 0 to 1, a model is lost with pixels from 0 to 255: its outputs are
    those of inputs hundreds of times too large, and the same class wins for nearly every image.
    The training looks fine, and only the test accuracy or the predictions are bad.

    Scale all images in the same way. With a `Rescaling` layer in the model that cannot be
    forgotten.

    Bad:
        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
        x = x / 255
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
        model.evaluate(x_test, y_test)
    Good:
        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
        x, x_test = x / 255, x_test / 255
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
        model.evaluate(x_test, y_test)
    Tempting:
        # From -1 to 1 in both, written differently.
        import numpy as np

        x, x_test = np.random.randint(0, 256, (2, 64, 28, 28))
        y = np.random.randint(0, 10, 64)
        x, x_test = x / 127.5 - 1, (x_test - 127.5) / 127.5
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
        model.evaluate(x_test, y)

    People say:
        "good accuracy but bad prediction", "model predicts the same class for every image",
        "high training accuracy, low test accuracy"

    When kerlint stays silent:
        - The range of the images is not known from the code, in the training or afterwards.
        - One of the two is scaled by a generator or a function that kerlint cannot follow.
    """

    code = "KER732"
    severity = Severity.WARNING
    required_bytes = (b"255", b"rescale", b"127.5")
    untestable = "the experiments do not know the user's images"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        used = _validation(fit) if fit.method in TRAINING else fit.args.get("x")
        value = used.value if used is not None else None
        if used is None or not isinstance(value, Array):
            return
        span = span_of(value)
        trained = [f for f in view.program.fits if f.model == fit.model and f.method in TRAINING]
        if span is None or not trained:
            return
        spans = [span_of(data_of(other)) for other in trained]
        if any(other is None or not _differ(other, span) for other in spans):
            return
        first = spans[0]
        if first is None:
            return
        what = {"evaluate": "is tested on"}.get(fit.method, "predicts on")
        if fit.method in TRAINING:
            what = "is validated on"
        yield Finding(
            fit.place("validation_data" if fit.method in TRAINING else "x"),
            f"the model {what} pixels {_in_words(span)}, but is trained on pixels "
            f"{_in_words(first)}",
            label=f"pixels {_in_words(span)}",
            help="scale these images as those of the training",
            related=(Note(trained[0].place("x"), f"pixels {_in_words(first)}"),),
            origin=fit.origin,
        )


def _validation(fit: Fit) -> Fact | None:
    given = fit.args.get("validation_data")
    if given is None or not isinstance(given.value, Items) or not given.value.items:
        return None
    return given.value.items[0]


def _differ(one: Span, other: Span) -> bool:
    """Whether one of two ranges is a hundred times as large as the other."""
    sizes = sorted((one.high - one.low, other.high - other.low))
    return sizes[0] > 0 and sizes[1] / sizes[0] > 50


def _in_words(span: Span) -> str:
    return f"from {span.low:.4g} to {span.high:.4g}"
