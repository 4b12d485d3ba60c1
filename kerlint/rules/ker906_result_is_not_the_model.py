"""KER906: ``model = model.fit(...)``, after which the variable is not a model."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import RenameResult
from kerlint.program.model import Call, Origin
from kerlint.program.values import Site
from kerlint.rules.base import Finding, Note, Rule, View

_HISTORY = "keras.callbacks.History."
_NOTHING = ("keras.Model.compile().", "keras.Sequential.add().")
# What only models have.
_METHODS = frozenset(
    {"add", "compile", "evaluate", "fit", "get_layer", "get_weights", "load_weights", "predict"}
    | {"predict_on_batch", "save", "save_weights", "set_weights", "summary", "to_json"}
    | {"train_on_batch", "fit_generator", "predict_classes", "predict_generator"}
)


class ResultIsNotTheModel(Rule):
    """A variable has the result of ``fit``, ``compile`` or ``add``, and is used as a model.

    ``fit`` returns a ``History`` object, and ``compile`` and ``add`` return None. After
    ``model = model.fit(...)`` the model is no longer in the variable, and ``model.predict(...)``
    raises ``AttributeError``.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        model = model.fit(x, y, epochs=3)
        print(model.predict(x))
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        history = model.fit(x, y, epochs=3)
        print(model.predict(x))
    Tempting:
        # The history knows the model that was trained.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        trained = model.fit(x, y, epochs=3)
        print(trained.model.predict(x))

    People say: "'History' object has no attribute 'predict'", "'History' object has no attribute
    'evaluate'", "'NoneType' object has no attribute 'fit'".

    When kerlint stays silent:
        - The error is handled, or the code asks for the method first.
        - kerlint does not know what the variable has.
    """

    code = "KER906"
    severity = Severity.ERROR
    required_bytes = (b"fit", b"compile", b".add")
    fix = Applicability.SAFE
    untestable = "Python raises the error by itself"

    def concerns(self, name: str) -> bool:
        return name.rpartition(".")[2] in _METHODS and name.startswith((_HISTORY, *_NOTHING))

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        owner, _, method = call.name.rpartition(".")
        if call.guarded or call.receiver is None:
            return
        value = call.receiver.value
        site: Site = getattr(value, "site", call.receiver.site)
        first = _first(site, call, view)
        if first is not None and first != call.origin:
            return
        history = call.name.startswith(_HISTORY)
        made = "fit" if history else owner.rpartition(".")[2].removesuffix("()")
        result = "a `History` object" if history else "None"
        yield Finding(
            site,
            f"`{made}()` returns {result}, on which `{method}()` is called later",
            label=f"this is {result}",
            help=f"call `{made}()` without assigning its result to the variable of the model",
            related=(Note(call.origin.site, "used as a model"),),
            origin=call.origin,
            rewrite=(RenameResult(site, "history" if history else ""),),
        )


def _first(site: Site, call: Call, view: View) -> Origin | None:
    """The first use of a result as a model: the others are the same mistake."""
    for other in view.program.calls:
        if other.receiver is None or other.name.rpartition(".")[2] not in _METHODS:
            continue
        if getattr(other.receiver.value, "site", other.receiver.site) == site:
            return other.origin
    return None
