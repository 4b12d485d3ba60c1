"""KER309: a text for an activation that Keras does not know."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import releases_of
from kerlint.rules.strings import guarded_at, known, meant, registers_names


class UnknownActivation(Rule):
    """Keras has no activation of this name.

    The layer raises "Could not interpret activation function identifier". Names of activations are
    written in lower case: ``"relu"`` and not ``"ReLU"``, which is the name of a layer.

    Bad:
        layers.Dense(64, activation="ReLU")
    Good:
        layers.Dense(64, activation="relu")
    Tempting:
        # These are less common, but Keras knows them.
        layers.Dense(64, activation="swish")
        layers.Dense(64, activation="leaky_relu")

    People say: "Could not interpret activation function identifier: ReLU", "Unknown activation
    function: rleu".

    When kerlint stays silent:
        - The program registers names of its own, with ``register_keras_serializable``,
          ``custom_object_scope`` or ``get_custom_objects``.
        - Another Keras that the code may run on knows the name.
        - The layer is one of your own.
    """

    code = "KER309"
    severity = Severity.ERROR
    required_bytes = (b"ctivation", *(b"Dense", b"Conv", b"LSTM", b"GRU", b"RNN"))
    untestable = "Keras raises the error by itself"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.custom or layer.operation or not layer.type.startswith("keras."):
            return
        for name in ("activation", "recurrent_activation"):
            fact = layer.arg(name)
            if fact is None or not isinstance(fact.value, str):
                continue
            releases = releases_of(layer.origin.site, view)
            word = fact.value
            if not releases or known("activation", word, releases):
                continue
            if registers_names(view.program) or guarded_at(layer.origin.site, view):
                continue
            close = meant("activation", word, releases[0])
            help = f'write `"{close}"`' if close else "pass a function, or use a layer instead"
            yield Finding(
                fact.site,
                f"{keras_api.version_name(releases[0])} has no activation named `{word}`",
                label="not an activation",
                help=help,
                origin=layer.origin,
            )
