"""KER011: an argument that no release of Keras ever took."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.changes import RenameArgument, SourceChange
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import Call
from kerlint.rules.arguments import calls_one_thing
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import (
    ArgumentStatus,
    Keyword,
    closest,
    in_package,
    keywords,
    named,
    spoken,
)

# Where what is asked of the wrong method belongs.
_METHODS = ("compile", "fit", "evaluate", "predict")


class ArgumentUnknown(Rule):
    """This argument has never existed here: probably a typo, or it belongs to another call.

    ``Dense(unit=64)`` and ``compile(metric=["accuracy"])`` raise an error in every release of
    Keras. kerlint suggests the argument with the most similar name, or the method that the argument
    belongs to. Arguments that older releases accepted are reported as KER003.

    Bad:
        layers.Dense(unit=64)
    Good:
        layers.Dense(units=64)
    Tempting:
        import keras
        from keras import layers


        class Scale(layers.Layer):
            def __init__(self, factor, **kwargs):
                super().__init__(**kwargs)
                self.factor = factor

            def call(self, inputs):
                return inputs * self.factor


        model = keras.Sequential([layers.Dense(64, input_dim=8), Scale(factor=2.0)])
        model.compile(optimizer="adam", loss="mse", jit_compile=False)

    People say: "Unrecognized keyword arguments passed to Dense", "got an unexpected keyword
    argument 'metric'".

    When kerlint stays silent:
        - The call contains ``**settings`` that kerlint cannot read.
        - The object passes ``**kwargs`` on, and kerlint does not know whether it rejects the name.
        - The class is one of your own.
        - The call is expected to fail, or its error is handled.
    """

    code = "KER011"
    severity = Severity.ERROR
    required_bytes = ()  # whatever no Keras knows
    experiments = (EXISTENCE,)
    unsafe_because = "kerlint guesses the argument from how it is spelled"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.partial:
            return
        for keyword, fate in keywords(call, view):
            if fate is ArgumentStatus.NEVER:
                yield self._unknown(keyword, call, view)

    def _unknown(self, keyword: Keyword, call: Call, view: View) -> Finding:
        callee = spoken(keyword.callee, call.path)
        taken, given = named(keyword.callee, keyword.release), _given(call)
        close = closest(keyword.name, taken - given)
        owner, _, method = keyword.callee.rpartition(".")
        other = next(
            (
                word
                for word in _METHODS
                if owner == "keras.Model"
                and word != method
                and keyword.name in named(f"{owner}.{word}", keyword.release)
            ),
            None,
        )
        label = ""
        rewrite: tuple[SourceChange, ...] = ()
        if other is not None:
            help = f"pass `{keyword.name}=` to `{other}()` instead"
        elif close is not None:
            help, label = f"did you mean `{close}=`?", f"perhaps `{close}=`"
            if calls_one_thing(call, view) and not _is_part(keyword.name, taken - given):
                rewrite = (RenameArgument(call.origin.site, keyword.name, close),)
        elif method == "compile" and keyword.name in ("lr", "learning_rate"):
            help = "pass it to the optimizer, as in `keras.optimizers.Adam(learning_rate=...)`"
        else:
            signature = keras_api.signature(keyword.callee, keyword.release)
            names = [p.name for p in signature.params] if signature is not None else []
            shown = ", ".join(f"`{n}=`" for n in names if n in taken and n not in given)
            help = f"remove `{keyword.name}=`"
            if 0 < len(shown) <= 90:
                help += f"; `{callee}` takes {shown}"
        return Finding(
            keyword.site,
            f"`{callee}` has no argument `{keyword.name}=`",
            label=label or "no such argument",
            help=in_package(help, call.path),
            origin=call.origin,
            claim=claim(keyword, call),
            rewrite=rewrite,
        )


def _is_part(word: str, names: frozenset[str]) -> bool:
    """Whether a word is in the names of several arguments: any of them may be meant."""
    return sum(word in name.split("_") for name in names) > 1


def _given(call: Call) -> frozenset[str]:
    return frozenset(name for name, _, _ in call.keywords)


def claim(keyword: Keyword, call: Call) -> ExistenceClaim:
    """The claim that no such argument exists, and which was perhaps meant."""
    taken = named(keyword.callee, keyword.release)
    close = closest(keyword.name, taken - _given(call))
    value = keyword.fact.value
    return ExistenceClaim(keyword.callee, keyword.name, close, value, release=keyword.release)
