"""The setting ``aliases``: names in the project that mean names in Keras."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Findable(Protocol):
        """``bytes``, or a file that is mapped into memory."""

        def find(self, word: bytes, /) -> int: ...


Aliases = tuple[tuple[str, str], ...]
"""Pairs of a dotted name and the name in Keras that it means, sorted."""


Suggest = Callable[[str, Iterable[str]], str]


def parse(value: object, did_you_mean: Suggest) -> Aliases:
    """Check the table of a config file. Raises ``ValueError`` with the end of a sentence.

    ``did_you_mean`` makes a question of the one of several names that a word is nearly.
    """
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError('must be a table such as { "mylib.Dense" = "keras.layers.Dense" }')
    table = {str(name).strip(): target.strip() for name, target in value.items()}
    return tuple(sorted((name, _checked(name, table, did_you_mean)) for name in table))


def _checked(name: str, table: Mapping[str, str], did_you_mean: Suggest) -> str:
    """The name in Keras that ``name`` means, perhaps through other aliases."""
    from kerlint import keras_api

    if not _is_dotted(name):
        raise ValueError(f"has {name!r}, which is not a dotted name such as 'mylib.Dense'")
    if keras_api.locate(name) is not None:
        raise ValueError(f"has {name!r}, which is a name of Keras already")
    passed = [name]
    target = table[name]
    while target in table:
        if target in passed:
            circle = " -> ".join((*passed[passed.index(target) :], target))
            raise ValueError(f"go round in a circle: {circle}")
        passed.append(target)
        target = table[target]
    if not _is_dotted(target):
        raise ValueError(f"has {target!r} for {name!r}, which is not a dotted name")
    if not _is_public(target):
        raise ValueError(f"has {target!r} for {name!r}, but {_what_is_wrong(target, did_you_mean)}")
    return target


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _is_public(target: str) -> bool:
    from kerlint import keras_api

    located = keras_api.locate(target)
    if located is None or located.private or located.name is None:
        return False
    known = located.name == "keras" or keras_api.symbol(located.name) is not None
    return known and bool(keras_api.releases_of(target))


def _what_is_wrong(target: str, did_you_mean: Suggest) -> str:
    from kerlint import keras_api

    located = keras_api.locate(target)
    if located is None:
        return f"this is not a name of Keras{_suggestion(target, did_you_mean)}"
    public = keras_api.replacement(target)
    if located.private and public is not None:
        return f"this is private in Keras; did you mean {public!r}?"
    return f"Keras has no such public name{_suggestion(target, did_you_mean)}"


def _suggestion(target: str, did_you_mean: Suggest) -> str:
    from kerlint import keras_api

    word = target.rpartition(".")[2]
    exact = keras_api.bare_name(word)
    if exact is not None and exact.endswith(f".{word}"):
        return f"; did you mean {exact!r}?"
    return did_you_mean(target, _public_names(target))


def _public_names(target: str) -> Iterator[str]:
    """The names in the module of ``target``, and the modules themselves."""
    from kerlint import keras_api

    module = target.rpartition(".")[0]
    yield from (f"{module}.{name}" for name in keras_api.public_members(module))
    yield from (f"keras.{name}" for name in keras_api.public_members("keras"))


# --- files that use them -------------------------------------------------------------------------


def named_in(data: Findable, aliases: Aliases) -> bool:
    """Whether ``data`` can use one of the aliases."""
    return any(_may_use(data, name) for name, _ in aliases)


def written_out(data: bytes, aliases: Aliases) -> bytes:
    """``data`` and the names of Keras for which the aliases in it stand.

    What is found in the bytes of a file that names Keras is found in these.
    """
    used = dict.fromkeys(target for name, target in aliases if _may_use(data, name))
    return b"\n".join((data, *(target.encode() for target in used))) if used else data


def _may_use(data: Findable, name: str) -> bool:
    """Whether one of the words is there without which the alias cannot be named.

    Inside the package of that name, a relative import does not name the package.
    """
    return any(data.find(word) >= 0 for word in _words(name))


@functools.lru_cache(maxsize=1024)
def _words(name: str) -> tuple[bytes, ...]:
    parts = name.split(".")
    return tuple({parts[0].encode(), parts[-1].encode()})


def prefixes(path: str) -> Iterator[tuple[str, str]]:
    """``path`` split in two in all ways, the longest beginning first: ``a.b`` and ``.c``."""
    head, rest = path, ""
    while head:
        yield head, rest
        head, _, last = head.rpartition(".")
        rest = f".{last}{rest}"


def below(aliases: Iterable[str], module: str) -> Iterator[str]:
    """The last parts of the aliases that are names in ``module``."""
    for name in aliases:
        owner, _, last = name.rpartition(".")
        if owner == module:
            yield last
