"""KER523: units, filters or other sizes that are not whole numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.layers import KINDS
from kerlint.program.model import Layer
from kerlint.program.values import FRACTION, Fact, Items, Site, Unknown, shown, text_of
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import releases_at
from kerlint.rules.refusals import UNTESTABLE


class SizeNotWhole(Rule):
    """Units, filters or another size is not a whole number.

    Keras 3 takes only values of the type `int` as sizes, and raises an error for all others: for
    a float, even 64.0, for a string, a list, a shape or an array. In Python, `/` always gives a
    float: `128 / 2` is 64.0, and `128 // 2` is 64.

    Bad:
        units = 128
        model = keras.Sequential([keras.Input((20,))])
        model.add(layers.Dense(units, activation="relu"))
        model.add(layers.Dense(units / 2, activation="relu"))
        model.add(layers.Dense(1))
    Good:
        units = 128
        model = keras.Sequential([keras.Input((20,))])
        model.add(layers.Dense(units, activation="relu"))
        model.add(layers.Dense(units // 2, activation="relu"))
        model.add(layers.Dense(1))
    Tempting:
        import numpy as np

        units = 2**7
        model = keras.Sequential([keras.Input((20,))])
        model.add(layers.Dense(int(units / 2), activation="relu"))  # converted
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(20, 20), np.random.rand(20, 1))

    People say:
        "Received an invalid value for `units`, expected a positive integer",
        "Cannot convert '(3, 3, 1, 64.0)' to a shape",
        "'float' object cannot be interpreted as an integer"

    When kerlint stays silent:
        - The value is not known from the code.
        - The code is for Keras 2, which converts numbers.
    """

    code = "KER523"
    severity = Severity.ERROR
    required_bytes = (b"ayers", b"keras")
    names = frozenset(name for name, kind in KINDS.items() if kind.sizes and not kind.legacy)
    untestable = UNTESTABLE

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.custom or layer.operation:
            return
        for name in KINDS[layer.kind].sizes:
            fact = layer.args.get(name)
            wrong = _what(name, fact) if fact is not None else None
            if wrong is None or fact is None:
                continue
            if wrong == "a float" and not _strict(layer, view):
                continue
            yield Finding(
                _place(fact, layer),
                f"`{name}` of `{layer.kind}` is {wrong}{_value(fact)}, but Keras takes a whole "
                "number",
                label="Keras raises an error here",
                help=_help(wrong),
                origin=layer.origin,
            )
            return


def _place(fact: Fact, layer: Layer) -> Site:
    """The argument; the layer where all that is known is the place where a list was made."""
    if fact.copied_through:
        return fact.copied_through[-1]
    return layer.origin.site if isinstance(fact.value, (Array, Items)) else fact.site


# One number stands for all sides; one for each side is a tuple.
_WINDOWS = frozenset(
    {"dilation_rate", "kernel_size", "output_size", "pool_size", "size", "strides"}
)
_CHECKED = _WINDOWS | {"filters", "input_dim", "key_dim", "n", "num_heads", "output_dim", "units"}


def _what(name: str, fact: Fact) -> str | None:
    """What a size is that is known not to be a whole number, in a few words; None for others."""
    value = fact.value
    if name not in _CHECKED or value is None or isinstance(value, (bool, int)):
        return None
    if isinstance(value, float):
        return "a float"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, Array):
        return "an array" if value.shape else None
    if isinstance(value, Items) and name not in _WINDOWS:
        return f"a {value.kind}"
    if isinstance(value, Unknown) and value.symbol and value.reason.startswith(FRACTION):
        return "a float"
    return None


def _strict(layer: Layer, view: View) -> bool:
    """Whether the layer is certainly one of Keras 3."""
    path = view.called.get(layer.origin.site, "")
    releases = releases_at(path, view.target)
    return bool(releases) and all(release.startswith("3") for release in releases)


def _value(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, (float, str)):
        return f", {text_of(value)}"
    if isinstance(value, Unknown):
        text = _without_brackets(shown(value.symbol))
        return f", `{text}`" if len(text) <= _SHORT else ""
    return ""


_SHORT = 40  # of an expression in a message


def _without_brackets(text: str) -> str:
    """An expression without the brackets around all of it."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return text[1:-1] if 0 < index == len(text) - 1 else text
    return text


def _help(wrong: str) -> str:
    if wrong == "a float":
        return "divide with `//`, or convert the number with `int()`"
    if wrong == "a string":
        return "convert the text with `int()`"
    return "pass one number, such as `x.shape[1]` or `len(classes)`"
