"""What a release of Keras makes of a keyword argument: asked by every rule about arguments."""

from __future__ import annotations

import difflib
import enum
import functools
import re
from collections.abc import Iterator, Sequence

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Call
from kerlint.program.values import Fact, Site
from kerlint.rules.base import Target, View


class ArgumentStatus(enum.Enum):
    """What becomes of an argument.

    TAKEN: it is in use, perhaps under protest. UNKNOWN: the data do not say. GONE: Keras raises,
    and an earlier release took it. TOO_NEW: Keras raises, and a later release takes it. IGNORED:
    accepted without effect, and an earlier release used it. NEVER: no release took it.
    """

    TAKEN = "taken"
    UNKNOWN = "unknown"
    GONE = "gone"
    TOO_NEW = "too new"
    IGNORED = "swallowed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword argument of a call, and the release it is judged by."""

    callee: str
    name: str
    fact: Fact
    site: Site
    release: str


@dataclass(frozen=True, slots=True)
class Swallowed:
    """What Keras 3 does with an argument that it accepts and does not use.

    ``instead`` is the end of the sentence that says that the argument is ignored.
    ``harmless_values`` are those that ask for what happens anyway (None: whatever the value is),
    and ``anyway`` is what happens.
    """

    instead: str
    harmless_values: tuple[object, ...] | None = ()
    anyway: str = ""

    def harmless(self, fact: Fact) -> bool:
        if self.harmless_values is None:
            return True
        value = fact.number() if isinstance(fact.value, (int, float)) else fact.value
        return any(value == other for other in self.harmless_values if value is not None)


# Accepted by Keras 3, and of no effect, by class or kind of class.
IGNORED: dict[tuple[str, str], Swallowed] = {
    ("optimizer", "decay"): Swallowed(
        ", so the learning rate stays constant", (0,), "a decay of 0 changes nothing"
    ),
    ("keras.layers.Embedding", "input_length"): Swallowed(
        "", None, "the layer takes the length from its input"
    ),
    ("keras.callbacks.ReduceLROnPlateau", "epsilon"): Swallowed(
        " and uses `min_delta=`, which is 1e-4 by default",
        (1e-4,),
        "`min_delta=` is 1e-4 by default",
    ),
    ("keras.layers.InputLayer", "input_dtype"): Swallowed(
        ", so the input gets the default dtype", ("float32",), "float32 is the default dtype"
    ),
}

# Keras of its own era: what it refuses is not in the data.
_FROZEN_ROOTS = ("tensorflow.compat.v1", "tensorflow.python")
_FROZEN = "2.6"  # the nearest release to it: only what no release took is certain


def keywords(call: Call, view: View) -> Sequence[tuple[Keyword, ArgumentStatus]]:
    """The keyword arguments of a call that are not simply taken."""
    if call.guarded or not call.keywords:
        return ()
    known = view.keywords_not_taken
    if call.id not in known:  # several rules ask
        known[call.id] = tuple(_keywords(call, view))
    return known[call.id]


def _keywords(call: Call, view: View) -> Iterator[tuple[Keyword, ArgumentStatus]]:
    callee = name_of(call, view)
    releases = releases_reached(call, view)
    # Nearly all calls end here: what becomes of their keywords was asked before.
    fates = _fates(callee, tuple([name for name, _, _ in call.keywords]), releases)
    for (name, fact, site), found in zip(call.keywords, fates):
        if found is not None:
            yield Keyword(callee, name, fact, site, releases[0]), found


@functools.lru_cache(maxsize=4096)
def _fates(
    callee: str, names: tuple[str, ...], releases: tuple[str, ...]
) -> tuple[ArgumentStatus | None, ...]:
    """What is certain of each keyword of a call; empty when all are taken."""
    fates = [_worst([fate(callee, name, release) for release in releases]) for name in names]
    return tuple(fates) if any(each is not None for each in fates) else ()


def _worst(fates: list[ArgumentStatus]) -> ArgumentStatus | None:
    """What is certain when any of several releases may be the one: only what they all refuse."""
    if len(set(fates)) == 1:
        return None if fates[0] in (ArgumentStatus.TAKEN, ArgumentStatus.UNKNOWN) else fates[0]
    if fates and all(one in (ArgumentStatus.GONE, ArgumentStatus.NEVER) for one in fates):
        return ArgumentStatus.GONE
    return None


def releases_reached(call: Call, view: View) -> tuple[str, ...]:
    """The releases of Keras of which a call may reach any; empty when none of them is in the data.

    What is imported tells, and for a method the import of the class that its object was made of.
    """
    if not is_method(call):
        return releases_at(call.path, view.target)
    site = None
    if call.model is not None:
        site = view.program.models[call.model].origin.site
    elif call.layer is not None:
        site = view.program.layers[call.layer].origin.site
    return releases_of(site, view)


def releases_of(site: Site | None, view: View) -> tuple[str, ...]:
    """The releases of Keras of which the object that was made at a place may be any."""
    path = view.called.get(site, "") if site is not None else ""
    if not path:
        return releases_in(view.packages, view.target)
    return releases_at(path, view.target)


def only_keras_3(releases: tuple[str, ...]) -> bool:
    """Whether all of them are releases of Keras 3, and there are any."""
    return bool(releases) and all(release.startswith("3") for release in releases)


def is_method(call: Call) -> bool:
    """Whether something is called on an object, whose class was spelled somewhere else."""
    if call.model is not None or call.layer is not None:
        return True
    owner = keras_api.symbol(call.name.rpartition(".")[0])
    return call.path == call.name and owner is not None and owner.is_class


def releases_at(path: str, target: Target) -> tuple[str, ...]:
    """The releases of Keras of which an imported path may reach any."""
    if path.startswith(_FROZEN_ROOTS):
        return ()
    if path == "tf_keras" or path.startswith("tf_keras."):
        return (keras_api.LEGACY,)
    if target.through_tensorflow and not path.startswith("tensorflow."):
        return (keras_api.LATEST, target.release)
    return (target.release,)


@functools.lru_cache(maxsize=64)
def releases_in(packages: frozenset[str], target: Target) -> tuple[str, ...]:
    """The releases that an object of unknown origin may belong to, in a file with these imports."""
    found: dict[str, None] = {}
    for path in packages:
        for release in releases_at(path, target) or (_FROZEN,):
            found[release] = None
    # The release that a message names comes first: the newest.
    return tuple(sorted(found, key=_newest_first)) or (target.release,)


def _newest_first(release: str) -> tuple[bool, int]:
    return release == _FROZEN, -keras_api.RELEASES.index(keras_api.nearest_release(release))


def name_of(call: Call, view: View) -> str:
    """The canonical name of what is called; a method by the class of its model."""
    if call.model is not None and call.name.startswith("keras.Model."):
        if view.program.models[call.model].kind == "sequential":
            own = "keras.Sequential" + call.name[len("keras.Model") :]
            if keras_api.signature("keras.Model" + own[len("keras.Sequential") :]) is None:
                return own
    return call.name


@functools.cache
def fate(callee: str, argument: str, release: str) -> ArgumentStatus:
    """What ``release`` makes of ``callee(argument=...)``."""
    signature = keras_api.signature(callee, release)
    if signature is None or not signature.params:
        return (
            ArgumentStatus.UNKNOWN
        )  # an empty list may only mean that something stands in front of it
    if release.startswith("3") and swallowed(callee, argument) is not None:
        return ArgumentStatus.IGNORED
    if argument in signature.named:
        return ArgumentStatus.TAKEN
    if not keras_api.refuses(callee, argument, release):
        accepted = keras_api.accepted_kwargs(callee, release) or ()
        return ArgumentStatus.TAKEN if argument in accepted else ArgumentStatus.UNKNOWN
    if _is_of_dtensor(argument) and not release.startswith("3"):
        return ArgumentStatus.UNKNOWN
    before, after = _took(callee, argument, release)
    if not before and not after:
        return ArgumentStatus.NEVER
    if keras_api.nearest_release(release) not in keras_api.TRIED:
        return ArgumentStatus.UNKNOWN
    return ArgumentStatus.GONE if before else ArgumentStatus.TOO_NEW


def _is_of_dtensor(argument: str) -> bool:
    """Taken by Keras 2.10 to 2.15 in a decorator that no signature shows."""
    return argument == "mesh" or argument.endswith("_layout")


def _took(callee: str, argument: str, release: str) -> tuple[bool, bool]:
    """Whether an earlier and whether a later release took the argument."""
    if keras_api.renamed_argument(callee, argument, release) is not None:
        return True, False
    if _is_of_dtensor(argument):
        return True, False
    releases = keras_api.RELEASES
    here = releases.index(keras_api.nearest_release(release))
    before = after = False
    for index, other in enumerate(releases):
        signature = keras_api.signature(callee, other)
        if signature is None:
            continue
        accepted = keras_api.accepted_kwargs(callee, other) or frozenset()
        if argument in signature.named or argument in accepted:
            before, after = before or index < here, after or index > here
    return before, after


def swallowed(callee: str, argument: str) -> Swallowed | None:
    """What becomes of an argument that is accepted without effect; None for any other."""
    found = IGNORED.get((callee, argument))
    if found is None and ("optimizer", argument) in IGNORED:
        symbol = keras_api.symbol(callee)
        if symbol is not None and symbol.kind == "optimizer" and ".legacy." not in callee:
            found = IGNORED["optimizer", argument]
    return found


def spoken(callee: str, path: str) -> str:
    """A callee in a sentence, as the code spells it: ``Adam``, ``Convolution2D``, ``fit()``."""
    symbol = keras_api.symbol(callee)
    last = (path if symbol is not None else callee).rpartition(".")[2]
    return last if symbol is not None and symbol.is_class else f"{last}()"


def in_package(text: str, path: str) -> str:
    """A text that names things of Keras, with the package that the code at hand imports."""
    if path.startswith("tensorflow."):
        return _ROOT.sub("tf.keras.", text)
    return _ROOT.sub("tf_keras.", text) if path.startswith("tf_keras.") else text


_ROOT = re.compile(r"(?<![\w.])keras\.")


def named(callee: str, release: str) -> frozenset[str]:
    """All names that a callee takes by keyword."""
    signature = keras_api.signature(callee, release)
    if signature is None:
        return frozenset()
    return signature.named | (keras_api.accepted_kwargs(callee, release) or frozenset())


# Words for which the most similar name is not the one that is meant.
_MEANT = {"validation": "validation_data", "val_data": "validation_data"}


def closest(word: str, words: frozenset[str]) -> str | None:
    """The one of the words that was probably meant."""
    if _MEANT.get(word) in words:
        return _MEANT[word]
    found = difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.7)
    if found:
        return found[0]
    plain = word.replace("_", "").lower()
    near = [other for other in sorted(words) if other.replace("_", "").lower() == plain]
    if not near and len(word) > 3:
        near = [other for other in sorted(words) if word in other.split("_")]
    return near[0] if len(near) == 1 else None
