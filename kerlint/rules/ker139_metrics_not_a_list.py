"""KER139: ``metrics="accuracy"``, which has to be a list."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Rewrite
from kerlint.program.model import Call
from kerlint.program.values import Custom, Fact, Object, Ref
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import only_keras_3, releases_reached


class MetricsNotAList(Rule):
    """The metrics of `compile` are not in a list.

    Keras 3 raises "Expected `metrics` argument to be a list, tuple, or dict". Keras 2 also accepted
    a single name, or a single metric object.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics="accuracy")
    Good:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    Tempting:
        # A tuple, or a dictionary by the names of the outputs, is fine.
        import keras
        from keras import layers

        inputs = keras.Input((8,))
        model = keras.Model(inputs, layers.Dense(1, "sigmoid", name="spam")(inputs))
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics={"spam": "accuracy"})

    People say:
        "Expected `metrics` argument to be a list, tuple, or dict. Received instead:
        metrics=accuracy of type <class 'str'>"

    When kerlint stays silent:
        - The code is for Keras 2, which accepts it.
        - The value of `metrics` is not known.
    """

    code = "KER139"
    severity = Severity.ERROR
    required_bytes = (b"metrics",)
    untestable = "Keras raises the error by itself"
    fix = Applicability.SAFE

    def concerns(self, name: str) -> bool:
        return name.endswith(".compile")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        # The call and not what it compiles: Keras raises whatever becomes of the model.
        if call.guarded or call.model is None:
            return
        for name, fact, site in call.keywords:
            if name not in ("metrics", "weighted_metrics") or not _is_one_metric(fact):
                continue
            if not only_keras_3(releases_reached(call, view)):
                return
            value = fact.value
            written = f'"{value}"' if isinstance(value, str) else "..."
            yield Finding(
                fact.site,
                f"`{name}=` is not a list, and `compile()` raises an error",
                label="one metric alone",
                help=f"write `{name}=[{written}]`",
                origin=call.origin,
                rewrite=(Rewrite(site, ("[", site, "]")),) if _always(call, name, view) else (),
            )


def _always(call: Call, name: str, view: View) -> bool:
    """Whether the code at this place gets one metric alone on every turn."""
    return all(
        _is_one_metric(fact)
        for other in view.program.calls
        if other.origin.site == call.origin.site
        for keyword, fact, _ in other.keywords
        if keyword == name
    )


def _is_one_metric(fact: Fact) -> bool:
    value = fact.value
    if isinstance(value, (Object, Ref)):
        symbol = keras_api.symbol(value.name)
        return symbol is not None and symbol.kind in ("metric", "loss", "function")
    return isinstance(value, str) or (isinstance(value, Custom) and value.kind == "function")
