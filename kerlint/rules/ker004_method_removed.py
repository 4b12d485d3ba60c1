"""KER004: a method that Keras no longer has."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.keras_api.facts import METHODS
from kerlint.keras_api.store import measured
from kerlint.program.model import Call
from kerlint.program.values import Unknown
from kerlint.rules.base import CallClaim, Finding, Rule, View
from kerlint.rules.keywords import is_known_keras, name_of

# Still there, but they raise NotImplementedError whatever they are given.
_DISABLED = frozenset({"add_metric"})
_CLASSES = "(model.predict(x) > 0.5).astype('int32')"
_ARGMAX = "model.predict(x).argmax(axis=-1)"


class MethodRemoved(Rule):
    """The method is gone from models, layers or optimizers: the call raises AttributeError.

    ``fit_generator``, ``evaluate_generator`` and ``predict_generator`` went into ``fit``,
    ``evaluate`` and ``predict``, which take generators themselves. ``predict_proba`` always was
    ``predict``. ``predict_classes`` was the largest of several outputs, or whether one sigmoid
    output is above 0.5; which of the two it was can be told from the head of the model.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(3, "softmax")])
        labels = model.predict_classes(np.zeros((5, 8)))
    Good:
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(3, "softmax")])
        labels = model.predict(np.zeros((5, 8))).argmax(axis=-1)

    People say: "'Sequential' object has no attribute 'predict_classes'", "'Functional' object has
    no attribute 'fit_generator'".
    """

    code = "KER004"
    severity = Severity.ERROR
    words = tuple(sorted({name.rpartition(".")[2].encode() for name in METHODS}))
    experiment = "existence"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if not view.target.is_keras_3 or call.guarded:
            return
        name = _name(call, view)
        removed = keras_api.removed_method(name)
        if removed is None:
            return
        method = name.rpartition(".")[2]
        if measured(view.target.release) in removed.releases and method not in _DISABLED:
            return
        if not is_known_keras(call, view):
            return
        message = f"{method}() is gone from Keras {view.target.release}"
        label = f"now {removed.replacement}()" if removed.replacement else "no such method"
        if method == "predict_classes":
            label = "no such method"
        elif method in _DISABLED:
            message = f"{method}() always raises in Keras {view.target.release}"
            label = "raises NotImplementedError"
        yield Finding(
            call.origin.site,
            message,
            label=label,
            help=self._help(call, removed, method, view),
            origin=call.origin,
            claim=claim(call, view),
        )

    def _help(self, call: Call, removed: keras_api.Removed, method: str, view: View) -> str:
        if method == "predict_classes":
            width = self._width(call, view)
            if width is None:
                return f"write {_ARGMAX} for several outputs, {_CLASSES} for one sigmoid output"
            return f"write {_ARGMAX if width > 1 else _CLASSES}"
        if not removed.replacement:
            return removed.note
        help = f"call {removed.replacement}()"
        if removed.note:
            help += f": {removed.note}"
        old = [
            f"{rename.name}= for {name}="
            for name, _, _ in call.keywords
            for rename in [keras_api.renamed_argument(f"keras.Model.{removed.replacement}", name)]
            if rename is not None and rename.name is not None and name != "generator"
        ]
        dropped = [
            f"{name}="
            for name, _, _ in call.keywords
            for rename in [keras_api.renamed_argument(f"keras.Model.{removed.replacement}", name)]
            if rename is not None and rename.name is None
        ]
        if old:
            help += f", with {', '.join(old)}"
        if dropped:
            help += f", without {', '.join(dropped)}"
        return help

    def _width(self, call: Call, view: View) -> int | None:
        """How many outputs the model has for each sample; None when that is not known."""
        if call.model is None:
            return None
        model = view.program.models[call.model]
        if len(model.outputs) != 1 or model.gaps:
            return None
        width = view.head(model.outputs[0]).width
        return None if width is None or isinstance(width, Unknown) else width


def _name(call: Call, view: View) -> str:
    if call.layer is not None and view.program.layers[call.layer].custom:
        # The class does not define it itself, or the call would not have come this far.
        return f"keras.layers.Layer.{call.name.rpartition('.')[2]}"
    return call.name


def claim(call: Call, view: View) -> CallClaim:
    """The claim that Keras has no such method, for the class of the model that it is called on."""
    name = _name(call, view)
    return CallClaim(name_of(call, view) if name == call.name else name)
