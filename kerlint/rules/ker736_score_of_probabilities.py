"""KER736: a score of scikit-learn that is given what ``predict`` returns."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import PREDICTED, Array
from kerlint.program.layers import where
from kerlint.program.model import Call
from kerlint.program.values import NOWHERE, Fact, Forecast, Site
from kerlint.rules.base import Finding, Note, Rule, View


class ScoreOfProbabilities(Rule):
    """A score of scikit-learn raises an error, because it gets probabilities and not classes.

    `predict` of a Keras model returns what the output layer computes: probabilities, not classes.
    `accuracy_score`, `confusion_matrix`, `classification_report`, `f1_score` and their kin compare
    classes, and raise an error for numbers with a fraction. For one output unit compare the
    probability with 0.5, for several take the `argmax`. One-hot labels need the `argmax` as well.

    Bad:
        import numpy as np
        from sklearn.metrics import accuracy_score

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
        print(accuracy_score(y, model.predict(x)))
    Good:
        import numpy as np
        from sklearn.metrics import accuracy_score

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
        print(accuracy_score(y, model.predict(x) > 0.5))
    Tempting:
        import numpy as np
        from sklearn.metrics import log_loss, roc_auc_score

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
        print(roc_auc_score(y, model.predict(x)))  # these take probabilities
        print(log_loss(y, model.predict(x)))

    People say:
        "Classification metrics can't handle a mix of binary and continuous targets",
        "Classification metrics can't handle a mix of multilabel-indicator and
        continuous-multioutput targets"

    When kerlint stays silent:
        - Something is done with the predictions first, even if that does not help.
        - The output layer is not known, or is code of the program.
    """

    code = "KER736"
    severity = Severity.ERROR
    required_bytes = (b"sklearn",)
    untestable = "the experiments do not run what comes after the training"

    def concerns(self, name: str) -> bool:
        return name.startswith("sklearn.metrics.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        names = {"y_true": 0, "y_pred": 1}
        given = [*call.positional[:2], *(f for name, f, _ in call.keywords if name in names)]
        for fact in given:
            place = _predicted_at(fact)
            width = _width(place, view) if place is not None else None
            if place is None or width is None:
                continue
            name = call.name.rpartition(".")[2]
            yield Finding(
                call.origin.site,
                f"`{name}` raises an error, because it gets probabilities and not classes",
                label="compares classes",
                help="compare the predictions with 0.5 first: `predictions > 0.5`"
                if width == 1
                else "take the `argmax` first: `predictions.argmax(axis=-1)`, also of one-hot "
                "labels",
                related=(Note(place, "returns what the output layer computes"),),
                origin=call.origin,
            )
            return


def _predicted_at(fact: Fact) -> Site | None:
    """The call of ``predict`` that a value is the untouched result of."""
    value = fact.value
    if isinstance(value, Forecast):
        return value.site if value.how == "predict" and value.site == fact.site else None
    if isinstance(value, Array) and value.origin == PREDICTED and not value.integers:
        alone = value.shape is not None and value.shape[1:] in ((), (1,))
        return value.site if alone and value.memory == NOWHERE else None
    return None


def _width(place: Site, view: View) -> int | None:
    """The units of the model that predicts at a place, if its output layer is one of Keras."""
    for call in view.calls_at.get(place, ()):
        model = view.program.models[call.model] if call.model is not None else None
        if model is None or model.gaps or len(model.outputs) != 1:
            return None
        tensor = view.program.tensors[model.outputs[0]]
        made = view.program.layer_calls[tensor.apply] if tensor.apply is not None else None
        if made is None or view.layer(made).kind not in _OUTPUTS or view.layer(made).custom:
            return None
        width = tensor.shape[-1] if isinstance(tensor.shape, tuple) else None
        return width if isinstance(width, int) else 2
    return None


_OUTPUTS = where(lambda kind: kind.affine) | {"Activation", "Softmax"}
