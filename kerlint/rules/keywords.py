"""What a release of Keras makes of a keyword argument: asked by every rule about arguments."""

from __future__ import annotations

import difflib
import enum
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from kerlint import keras_api
from kerlint.keras_api.store import measured
from kerlint.program.model import Call
from kerlint.program.values import Fact, Site
from kerlint.rules.base import View


class Fate(enum.Enum):
    """What becomes of an argument.

    TAKEN: it is in use, perhaps under protest. UNKNOWN: the data do not say. GONE: Keras raises,
    and an earlier release took it. TOO_NEW: Keras raises, and a later release takes it. SWALLOWED:
    accepted without effect, and an earlier release used it. NEVER: no release took it.
    """

    TAKEN = "taken"
    UNKNOWN = "unknown"
    GONE = "gone"
    TOO_NEW = "too new"
    SWALLOWED = "swallowed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword argument of a call, and the release it is judged by."""

    callee: str
    name: str
    fact: Fact
    site: Site
    release: str


# Accepted by today's Keras, and of no effect: (class or kind of class, argument) -> what happens.
SWALLOWED: dict[tuple[str, str], str] = {
    ("optimizer", "decay"): "Keras warns and trains with a constant learning rate",
    ("keras.layers.Embedding", "input_length"): "Keras warns and ignores it",
    ("keras.callbacks.ReduceLROnPlateau", "epsilon"): "Keras says nothing and uses min_delta=1e-4",
    ("keras.layers.InputLayer", "input_dtype"): "Keras says nothing and uses the default dtype",
}

# Methods whose ``**kwargs`` take nothing that a user would write.
_STRICT = frozenset({"keras.Model.evaluate"})

# Old Keras under other roots: the canonical name of a method does not tell which Keras it is.
_OLD_ROOTS = ("tf_keras", "tensorflow.python.keras", "tensorflow.compat.v1.keras")


def keywords(call: Call, view: View) -> Iterator[tuple[Keyword, Fate]]:
    """The keyword arguments of a call that are not simply taken."""
    if call.guarded:
        return
    for keyword in given(call, view):
        found = fate(keyword.callee, keyword.name, keyword.release)
        if found in (Fate.TAKEN, Fate.UNKNOWN):
            continue
        if not is_known_keras(call, view):
            return
        yield keyword, found


def given(call: Call, view: View) -> Iterator[Keyword]:
    """All keyword arguments of a call, whatever becomes of them."""
    if not call.keywords:
        return
    callee = name_of(call, view)
    release = view.target.release
    located = keras_api.locate(call.path)
    if located is not None and located.package == "tf_keras":
        release = "2"
    for name, fact, site in call.keywords:
        yield Keyword(callee, name, fact, site, release)


def name_of(call: Call, view: View) -> str:
    """The canonical name of what is called; a method by the class of its model."""
    if call.model is not None and call.name.startswith("keras.Model."):
        if view.program.models[call.model].kind == "sequential":
            own = "keras.Sequential" + call.name[len("keras.Model") :]
            if keras_api.signature("keras.Model" + own[len("keras.Sequential") :]) is None:
                return own
    return call.name


def is_known_keras(call: Call, view: View) -> bool:
    """Whether the call reaches the Keras that the target names, as far as the file tells."""
    if call.path.startswith(("tensorflow.compat.v1", "tensorflow.python")):
        return False
    if call.path != call.name:
        return True
    return not any(use.path.startswith(_OLD_ROOTS) for use in view.program.uses)


@functools.cache
def fate(callee: str, argument: str, release: str) -> Fate:
    """What ``release`` makes of ``callee(argument=...)``."""
    signature = keras_api.signature(callee, release)
    if signature is None or not signature.params:
        return Fate.UNKNOWN  # an empty list may only mean that something stands in front of it
    if release.startswith("3") and swallowed(callee, argument) is not None:
        return Fate.SWALLOWED
    if argument in signature.named:
        return Fate.TAKEN
    before, after = _took(callee, argument, release)
    if signature.takes_kwargs and callee not in _STRICT:
        accepted = keras_api.accepted_kwargs(callee, release)
        if accepted is None:
            return Fate.UNKNOWN
        if argument in accepted:
            return Fate.TAKEN
        if release.startswith("3"):
            tried = keras_api.outcome(callee, argument)
            if after and not before:
                return Fate.TOO_NEW
            if tried is None or tried.word in ("ok", "warns"):
                return Fate.UNKNOWN
            if tried.word == "ignored" and (before or after):
                return Fate.UNKNOWN
    if not before and not after:
        return Fate.NEVER
    if not release.startswith("3"):
        return Fate.UNKNOWN
    return Fate.GONE if before else Fate.TOO_NEW


def _took(callee: str, argument: str, release: str) -> tuple[bool, bool]:
    """Whether an earlier and whether a later release took the argument."""
    if keras_api.renamed_argument(callee, argument) is not None:
        return True, False
    if argument == "mesh" or argument.endswith("_layout"):
        return True, False  # Keras 2.10 to 2.15, in a decorator that no signature shows (DTensor)
    releases = keras_api.RELEASES
    here = releases.index(measured(release))
    before = after = False
    for index, other in enumerate(releases):
        signature = keras_api.signature(callee, other)
        if signature is None:
            continue
        accepted = keras_api.accepted_kwargs(callee, other) or frozenset()
        if argument in signature.named or argument in accepted:
            before, after = before or index < here, after or index > here
    return before, after


def swallowed(callee: str, argument: str) -> str | None:
    """What happens to an argument that is accepted without effect; None for any other."""
    found = SWALLOWED.get((callee, argument))
    if found is None and ("optimizer", argument) in SWALLOWED:
        symbol = keras_api.symbol(callee)
        if symbol is not None and symbol.kind == "optimizer" and ".legacy." not in callee:
            found = SWALLOWED["optimizer", argument]
    return found


def spoken(callee: str) -> str:
    """A callee in a sentence: ``Adam``, ``fit()``, ``to_categorical()``."""
    symbol = keras_api.symbol(callee)
    last = callee.rpartition(".")[2]
    return last if symbol is not None and symbol.is_class else f"{last}()"


def named(callee: str, release: str) -> frozenset[str]:
    """All names that a callee takes by keyword."""
    signature = keras_api.signature(callee, release)
    if signature is None:
        return frozenset()
    return signature.named | (keras_api.accepted_kwargs(callee, release) or frozenset())


def closest(word: str, words: frozenset[str]) -> str | None:
    """The one of the words that was probably meant."""
    found = difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.7)
    if found:
        return found[0]
    plain = word.replace("_", "").lower()
    near = [other for other in sorted(words) if other.replace("_", "").lower() == plain]
    if not near and len(word) > 3:
        near = [other for other in sorted(words) if word in other.split("_")]
    return near[0] if len(near) == 1 else None
