"""How Keras objects are called: parameters, what ``**kwargs`` takes, and what old arguments do."""

from __future__ import annotations

import enum
import functools
from typing import Any, Final

from kerlint.keras_api.names import canonical_name
from kerlint.keras_api.store import LATEST, LEGACY, TRIED, load, nearest_release
from kerlint.lazy_dataclass import dataclass


class Marker(enum.Enum):
    """Stands where a parameter has no default value that could be written down."""

    REQUIRED = "required"
    OPAQUE = "opaque"


REQUIRED: Final = Marker.REQUIRED
OPAQUE: Final = Marker.OPAQUE


@dataclass(frozen=True, slots=True)
class Param:
    """``kind`` is "positional" (by keyword too), "keyword" (only), "varargs" or "kwargs".

    ``default`` is plain data (sequences are tuples), REQUIRED, or OPAQUE: there is one, not plain.
    """

    name: str
    kind: str
    default: object = REQUIRED


@dataclass(frozen=True, slots=True)
class Signature:
    """What an object can be called with; ``self`` is not among the ``params``."""

    name: str
    params: tuple[Param, ...]

    @property
    def positional(self) -> tuple[str, ...]:
        """Names that can be given by position, in order."""
        return tuple(param.name for param in self.params if param.kind == "positional")

    @property
    def named(self) -> frozenset[str]:
        """Names that can be given by keyword."""
        return frozenset(p.name for p in self.params if p.kind in ("positional", "keyword"))

    @property
    def takes_varargs(self) -> bool:
        return any(param.kind == "varargs" for param in self.params)

    @property
    def takes_kwargs(self) -> bool:
        return any(param.kind == "kwargs" for param in self.params)

    def __getitem__(self, name: str) -> Param:
        for param in self.params:
            if param.name == name:
                return param
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the latest Keras does with an argument: "ok", "raises", "warns" or "ignored".

    "ignored" is the silent case: accepted, and without any effect. ``message`` is the first line
    of the error or warning.
    """

    word: str
    message: str = ""


@functools.cache
def signature(name: str, release: str = LATEST) -> Signature | None:
    """Return the signature of a class, function or method ("keras.Model.fit").

    A method is looked for in the class and then in its bases. None when the release lacks the
    object, or nothing is known about its parameters.
    """
    release = nearest_release(release)
    known = name if name in load("symbols") else canonical_name(name)
    if known is None:
        return None
    for candidate in _candidates(known):
        raw = _raw(candidate, release)
        if raw is not None:
            return Signature(known, _decode(raw))
    return None


def _candidates(name: str) -> list[str]:
    """Return where a signature may be written: the name, or the method in each base."""
    if name in load("symbols"):
        return [name]
    owner, _, method = name.rpartition(".")
    described = load("symbols").get(owner)
    bases = described[1] if described else []
    return [name, *(f"{base}.{method}" for base in bases)]


_NOBODY: Final = "zzz_no_such_argument"  # what the trials used where any other name would do

# ``keras.Model`` takes anything and hands on what a functional model takes.
_MODEL: Final = ["inputs", "outputs", ["name", None], "**kwargs"]


def _raw(name: str, release: str) -> list[Any] | None:
    found = _written(name, release)
    if name == "keras.Model" and found and found[0] == "*args":
        return _MODEL
    return found


def _written(name: str, release: str) -> list[Any] | None:
    latest: list[Any] | None = load("signatures").get(name)
    if release == LATEST:
        return latest
    for releases, signature_then in load("signatures_past").get(name, ()):
        if release in releases:
            return latest if signature_then == 0 else signature_then
    return None


def _decode(raw: list[Any]) -> tuple[Param, ...]:
    params: list[Param] = []
    kind = "positional"
    for item in raw:
        if isinstance(item, list):
            default = _plain(item[1]) if len(item) > 1 else OPAQUE
            params.append(Param(item[0], kind, default))
        elif item.startswith("**"):
            params.append(Param(item[2:], "kwargs"))
        elif item.startswith("*"):
            kind = "keyword"
            if item != "*":
                params.append(Param(item[1:], "varargs"))
        else:
            params.append(Param(item, kind))
    return tuple(params)


def _plain(value: object) -> object:
    return tuple(_plain(item) for item in value) if isinstance(value, list) else value


def accepted_kwargs(name: str, release: str = LATEST) -> frozenset[str] | None:
    """Return the names that ``**kwargs`` of an object really takes, beyond its signature.

    Found by trying; what only draws a warning is among them, what is silently ignored is not.
    Empty for an object without ``**kwargs``; None when anything goes, or when the
    object could not be tried. Releases before Keras 3 are answered by the last Keras 2.
    """
    found = signature(name, release)
    if found is None:
        return None
    if not found.takes_kwargs:
        return frozenset()
    release = nearest_release(release)
    if not release.startswith("3."):
        release = LEGACY
    data = load("kwargs")
    for candidate in _candidates(found.name):
        for number, releases in data["accepted"].get(candidate, ()):
            if release in releases:
                return frozenset(data["sets"][number])
    return None


def refuses(name: str, argument: str, release: str = LATEST) -> bool:
    """Whether ``release`` is known to raise for a keyword argument, whatever its value.

    That is certain where the parameters are all there is. Behind ``**kwargs`` it takes a trial:
    with this very name, or with a name that nobody ever took while no word in the code that
    refused it was left untried. False when anything else may happen.
    """
    found = signature(name, release)
    if found is None or argument in found.named:
        return False
    if not found.takes_kwargs:
        return True
    accepted = accepted_kwargs(name, release)
    if accepted is None or argument in accepted:
        return False
    release = nearest_release(release)
    tried = release if release in TRIED else LEGACY
    for candidate in _candidates(found.name):
        lenient = load("kwargs")["lenient"].get(candidate, {})
        if tried in lenient:
            return argument in lenient[tried]
    return True


@functools.cache
def outcome(name: str, argument: str) -> Outcome | None:
    """Return what Keras does today with a keyword argument of a class, function or method.

    None when it is not known: the object is gone, passes anything on, or was never tried with it.
    """
    found = signature(name)
    if found is None:
        return None
    outcomes = load("kwargs")["outcomes"]
    trials: dict[str, list[str]] = next(
        (outcomes[c] for c in _candidates(found.name) if c in outcomes), {}
    )
    tried = trials.get(argument)
    if tried is not None:
        return None if tried[0] == "unknown" else Outcome(*tried)
    if argument in found.named:
        return Outcome("ok")
    if not found.takes_kwargs:
        last = found.name.rpartition(".")[2]
        return Outcome("raises", f"{last}() got an unexpected keyword argument '{argument}'")
    other = trials.get("")  # a name nobody ever took
    if other is None or other[0] == "ok":  # not tried, or anything goes
        return None
    return Outcome(other[0], other[1].replace(_NOBODY, argument))
