"""KER718: a preprocessing layer that has not seen the data it needs."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Layer, Program
from kerlint.rules.base import Finding, Rule, View

NEEDS = {
    "Normalization": ("mean", "variance"),
    "Discretization": ("bin_boundaries",),
    "IntegerLookup": ("vocabulary",),
    "StringLookup": ("vocabulary",),
    "TextVectorization": ("vocabulary",),
}
"""The arguments of each of these layers that stand for what it learns in ``adapt``."""

_GIVING = frozenset(
    {"adapt", "finalize_state", "load_assets", "set_vocabulary", "set_weights", "update_state"}
)


class NotAdapted(Rule):
    """A preprocessing layer is used without `adapt`, so it does not know the data.

    `Normalization` takes the mean and the variance from the data that `adapt` is given. Without
    that it silently returns its input as it is. `TextVectorization`, `StringLookup` and
    `IntegerLookup` take their vocabulary from there, and `Discretization` its bins: without it
    they raise an error at the first call.

    Call `adapt` with the training data before the layer is used.

    Bad:
        import numpy as np

        x, y = np.random.rand(60, 4) * 100, np.random.rand(60)
        model = keras.Sequential([keras.Input((4,)), layers.Normalization(), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Good:
        import numpy as np

        x, y = np.random.rand(60, 4) * 100, np.random.rand(60)
        normalization = layers.Normalization()
        normalization.adapt(x)
        model = keras.Sequential([keras.Input((4,)), normalization, layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x, y = np.random.rand(60, 4) * 100, np.random.rand(60)
        normalization = layers.Normalization(axis=None, mean=50.0, variance=800.0)
        model = keras.Sequential([keras.Input((4,)), normalization, layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "Table not initialized", "FailedPreconditionError",
        "Normalization layer does nothing", "loss: nan"

    When kerlint stays silent:
        - The layer is given what it would learn: `mean` and `variance`, `vocabulary` or
          `bin_boundaries`.
        - The file calls `adapt` or `set_vocabulary` on a layer that kerlint cannot tell.
        - Weights are loaded into the model, or the layer is not used in the file.
    """

    code = "KER718"
    severity = Severity.ERROR
    required_bytes = (b"Normalization(", b"Lookup(", b"TextVectorization(", b"Discretization(")
    names = NEEDS
    untestable = "what a layer learns from data is not in the model that kerlint builds"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        learned = NEEDS.get(layer.kind)
        if learned is None or not layer.type.startswith("keras.layers.") or layer.partial:
            return
        if any(_given(layer, name) for name in learned) or _given(layer, "weights"):
            return
        program = view.program
        adapted = _adapted(program)
        if layer.id in adapted or layer.origin.site in {
            program.layers[i].origin.site for i in adapted
        }:
            return
        # Another call of ``adapt``, which was not followed, may be about this layer.
        if len(_places(program)) < program.adapts:
            return
        models = [model for model in program.models if layer.id in view.layers_in(model.id)]
        if any(model.weights_given or model.rebuilt for model in models):
            return
        trained = {fit.model for fit in program.fits if not fit.origin.fails}
        used = any(
            call.layer == layer.id and call.name.endswith("__call__") for call in program.calls
        )
        if not used and not any(model.id in trained for model in models):
            return
        silent = layer.kind == "Normalization"
        what = "its bins" if layer.kind == "Discretization" else "its vocabulary"
        yield Finding(
            layer.origin.site,
            f"`{layer.kind}` is never adapted to the data, "
            + ("so it changes nothing" if silent else f"so it has no {what.split()[1]}"),
            label="never adapted",
            help="call `adapt` on this layer with the training data before you use it",
            origin=layer.origin,
        )


def _given(layer: Layer, name: str) -> bool:
    fact = layer.arg(name)
    return fact is not None and fact.value is not None


def _adapted(program: Program) -> set[int]:
    """The layers that were given data or a vocabulary."""
    return {
        call.layer
        for call in program.calls
        if call.layer is not None and call.name.rpartition(".")[2] in _GIVING
    }


def _places(program: Program) -> set[int]:
    """Where the calls are that were followed, of a method of the user too."""
    return {
        call.origin.site
        for call in program.calls
        if call.name == "adapt"
        or (call.layer is not None and call.name.endswith((".adapt", ".set_vocabulary")))
    }
