"""The arguments of a call by name, for the rules about their values."""

from __future__ import annotations

from functools import lru_cache

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import At, Positional
from kerlint.program.claims import ExistenceClaim
from kerlint.program.data import Array
from kerlint.program.model import Call
from kerlint.program.values import FRACTION, Fact, Items, Object, Site, Unknown
from kerlint.rules.base import Note, View
from kerlint.rules.keywords import Keyword, name_of, only_keras_3, releases_reached


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: ``site`` is its place in the call, ``keyword`` its name there."""

    name: str
    fact: Fact
    site: Site
    keyword: str = ""

    @property
    def related(self) -> Site | None:
        """Where the value is written, when that is not in the call itself."""
        return self.fact.site if self.fact.copied_through else None

    def notes(self, words: str) -> tuple[Note, ...]:
        """A note at that place; none when the value is written in the call."""
        return (Note(self.related, words),) if self.related is not None else ()


def argument(call: Call, view: View, name: str) -> Argument | None:
    """The argument for a parameter, whatever way it is passed; also under a name it once had."""
    for keyword, fact, site in call.keywords:
        if keyword == name or _today(call.name, keyword) == name:
            return Argument(name, fact, site, keyword)
    if not call.positional:
        return None
    place = _place(name_of(call, view), name)
    if place is None or place >= len(call.positional):
        return None
    fact = call.positional[place]
    listed = isinstance(fact.value, Array) and fact.value.listed
    if listed or isinstance(fact.value, (Items, Object)):
        # Where that was made is too far away: the value is fine, and its use is not.
        return Argument(name, fact, call.origin.site)
    return Argument(name, fact, fact.used_at)


@lru_cache(maxsize=4096)
def _place(callee: str, name: str) -> int | None:
    """The position of a parameter."""
    signature = keras_api.signature(callee)
    params = signature.params if signature is not None else ()
    names = [param.name for param in params if param.kind == "positional"]
    if names[:1] == ["self"]:
        del names[0]
    return names.index(name) if name in names else None


@lru_cache(maxsize=4096)
def _today(callee: str, keyword: str) -> str | None:
    rename = keras_api.renamed_argument(callee, keyword)
    return rename.name if rename is not None and rename.one_to_one else None


def place_in(call: Call, view: View, found: Argument) -> At | None:
    """Where an argument is written in its call; None where it is not known which one it is."""
    if found.keyword:
        return found.site
    index = _place(name_of(call, view), found.name)
    return Positional(call.origin.site, index) if index is not None and not call.partial else None


def calls_one_thing(call: Call, view: View) -> bool:
    """Whether the code at this place calls nothing else on another turn or with other values."""
    return all(each.name == call.name for each in view.calls_at.get(call.origin.site, ()))


def reaches_keras_3(call: Call, view: View) -> bool:
    """Whether a call is certain to reach Keras 3."""
    return only_keras_3(releases_reached(call, view))


def is_fraction(fact: Fact) -> bool:
    """Whether a value is certain to be a float: also the result of ``samples / batch_size``."""
    value = fact.value
    if isinstance(value, Unknown):
        return value.reason.startswith(FRACTION)
    return isinstance(value, float)


def refused(keyword: Keyword, call: Call) -> ExistenceClaim:
    """The claim that Keras does not take the value of an argument."""
    value = keyword.fact.value
    return ExistenceClaim(
        keyword.callee,
        keyword.name,
        value=1.5 if isinstance(value, Unknown) and is_fraction(keyword.fact) else value,
        release=keyword.release,
        refused=True,
    )


def refusal(found: Argument, call: Call, view: View) -> ExistenceClaim:
    """The same claim about an argument that was found by its parameter."""
    releases = releases_reached(call, view)
    release = releases[0] if releases else keras_api.LATEST
    keyword = Keyword(name_of(call, view), found.name, found.fact, found.site, release)
    return refused(keyword, call)
