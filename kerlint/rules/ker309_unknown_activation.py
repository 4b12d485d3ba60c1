"""KER309: a text for an activation that Keras does not know."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.changes import SetText
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import releases_reached
from kerlint.rules.strings import GUESSED, certainty, known, may_be_registered, meant, named

__all__ = ["UnknownActivation", "claim"]


class UnknownActivation(Rule):
    """Keras has no activation of this name.

    The layer raises "Could not interpret activation function identifier". Names of activations are
    written in lower case: `"relu"` and not `"ReLU"`, which is the name of a layer.

    Bad:
        layers.Dense(64, activation="ReLU")
    Good:
        layers.Dense(64, activation="relu")
    Tempting:
        # These are less common, but Keras knows them.
        layers.Dense(64, activation="swish")
        layers.Dense(64, activation="leaky_relu")

    People say:
        "Could not interpret activation function identifier: ReLU",
        "Unknown activation function: rleu"

    When kerlint stays silent:
        - The program registers names of its own, with `register_keras_serializable`,
          `custom_object_scope` or `get_custom_objects`, or imports code that may have done so, and
          the name is not much like one of Keras.
        - Another Keras that the code may run on knows the name.
        - The layer is one of your own.
    """

    code = "KER309"
    severity = Severity.ERROR
    required_bytes = (b"ctivation", *(b"Dense", b"Conv", b"LSTM", b"GRU", b"RNN"))
    experiments = (EXISTENCE,)
    unsafe_because = GUESSED

    def concerns(self, name: str) -> bool:
        symbol = keras_api.symbol(name)
        return symbol is not None and symbol.kind == "layer" and symbol.is_class

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded:
            return
        for name in ("activation", "recurrent_activation"):
            found = argument(call, view, name)
            if found is None or not isinstance(found.fact.value, str):
                continue
            releases, word = releases_reached(call, view), found.fact.value
            if not releases or known("activation", word, releases):
                continue
            close = meant("activation", word, releases[0])
            if may_be_registered(view.program, close):
                continue
            help = f'write `"{close}"`' if close else "pass a function, or use a layer instead"
            yield Finding(
                found.fact.site,
                f"{keras_api.version_name(releases[0])} has no activation {named(word)}",
                label="not an activation",
                help=help,
                origin=call.origin,
                claim=refusal(found, call, view),
                rewrite=(SetText(found.fact.site, close),) if close else (),
                fix=certainty("activation", word, close),
            )
