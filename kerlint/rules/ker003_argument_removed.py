"""KER003: an argument that an older Keras took and the target raises for."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.program.values import Fact, text_of
from kerlint.rules.base import CallClaim, Finding, Rule, View
from kerlint.rules.keywords import Fate, Keyword, keywords, named, spoken


class ArgumentRemoved(Rule):
    """The argument has another name today, or none: the call raises.

    Keras renamed most of its arguments from version 1 to 2 (``nb_epoch`` is ``epochs``, ``init``
    is ``kernel_initializer``, ``border_mode`` is ``padding``), optimizers lost ``lr`` for
    ``learning_rate``, and Keras 3 dropped what belonged to TensorFlow sessions and to loading data
    in threads. Layers raise ``ValueError: Unrecognized keyword arguments``, functions and methods
    ``TypeError``. What is only ignored is KER005.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(4, init="normal")])
        model.compile(optimizer=keras.optimizers.Adam(lr=0.01), loss="mse")
    Good:
        import keras
        from keras import layers

        model = keras.Sequential(
            [keras.Input(shape=(8,)), layers.Dense(4, kernel_initializer="random_normal")]
        )
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse")

    People say: "Argument(s) not recognized: {'lr': 0.01}", "Unrecognized keyword arguments passed
    to Dense", "fit() got an unexpected keyword argument 'nb_epoch'".
    """

    code = "KER003"
    severity = Severity.ERROR
    words = ()  # the old names are hundreds, many as short as ``p``: no file is ruled out by them
    experiment = "existence"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if not view.target.is_keras_3:
            return
        for keyword, fate in keywords(call, view):
            if fate is Fate.GONE:
                yield self._gone(keyword, call)
            elif fate is Fate.TOO_NEW:
                yield Finding(
                    keyword.site,
                    f"{spoken(keyword.callee)} takes no {keyword.name}= in Keras "
                    f"{keyword.release} yet: it raises",
                    label="a later Keras takes it",
                    help="raise target-keras if your code needs a newer Keras",
                    origin=call.origin,
                )

    def _gone(self, keyword: Keyword, call: Call) -> Finding:
        callee, old = spoken(keyword.callee), keyword.name
        rename = keras_api.renamed_argument(keyword.callee, old)
        help, label = "drop it", "raises"
        message = f"{callee} takes no {old}= any more: it raises"
        if rename is not None and rename.name is not None:
            new = rename.name
            label = f"now {new}="
            message = f"{callee} takes {new}= now; {old}= raises"
            if any(other == new for other, _, _ in call.keywords):
                help = rename.note or f"{new}= is given as well: drop {old}="
            elif rename.note and not rename.one_to_one:
                help = rename.note
            else:
                help = f"write {new}={_spelled(keyword.fact, rename)}"
        elif rename is not None and rename.note:
            help = _advice(old, rename.note)
        else:
            elsewhere = _belongs_to(keyword)
            if elsewhere:
                help = elsewhere
        return Finding(
            keyword.site,
            message,
            label=label,
            help=help,
            origin=call.origin,
            claim=claim(keyword),
        )


def _spelled(fact: Fact, rename: keras_api.Rename) -> str:
    """The value under the new name, when it is plain and was written right here."""
    value = fact.value
    if isinstance(value, str) and value in rename.values:
        new = rename.values[value]
        return f'"{new}"' if isinstance(new, str) else str(new)
    if fact.via:
        return "..."
    if isinstance(value, str):
        return f'"{value}"' if len(value) < 40 and '"' not in value else "..."
    if isinstance(value, (bool, int, float)) or value is None:
        return text_of(value)
    return "..."


def _advice(argument: str, note: str) -> str:
    """A note of the data as a sentence about the argument."""
    first = note.partition(" ")[0]
    if first in ("has", "had", "belongs", "belonged"):
        return f"drop it: {argument} {note}"
    return note


def _belongs_to(keyword: Keyword) -> str:
    owner, _, method = keyword.callee.rpartition(".")
    for other in ("compile", "fit"):
        if other != method and owner == "keras.Model":
            if keyword.name in named(f"{owner}.{other}", keyword.release):
                return f"{keyword.name}= belongs to {other}()"
    return ""


def claim(keyword: Keyword) -> CallClaim:
    """The claim that Keras raises for an argument, whatever its name is today."""
    rename = keras_api.renamed_argument(keyword.callee, keyword.name)
    today = rename.name if rename is not None else None
    return CallClaim(keyword.callee, keyword.name, today, keyword.fact.value)
