"""Typed data as JSON and back: what travels between kerlint and its worker, and what is kept.

A dataclass becomes an object with the name of its class under ``is``, a tuple a list. Reading is
strict: whatever does not fit the declared types raises ``Malformed``.
"""

from __future__ import annotations

import functools
import json
import types
from dataclasses import fields, is_dataclass
from typing import Literal, TypeVar, Union, get_args, get_origin, get_type_hints

KIND = "is"
_Data = TypeVar("_Data")


class Malformed(ValueError):
    """A text that does not encode what was expected."""


def encode(value: object) -> str:
    """The JSON text of a dataclass; equal data give equal texts."""
    return json.dumps(_plain(value))


def decode(text: str, *kinds: type[_Data]) -> _Data:
    """The dataclass, of one of some kinds, that a text encodes; raises ``Malformed``."""
    try:
        data: object = json.loads(text)
    except ValueError as error:
        raise Malformed(str(error)) from None
    for kind in kinds:
        if _may_be(kind, data):
            found = _typed(kind, data)
            assert isinstance(found, kind)
            return found
    raise Malformed(f"{text[:80]} is not what was expected")


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        content = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {KIND: type(value).__name__, **content}
    raise TypeError(f"{type(value).__name__} does not travel")


def _typed(hint: object, data: object) -> object:
    """The data as a value of a type; one of those that ``encode`` knows."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        for part in parts:
            if _may_be(part, data):
                return _typed(part, data)
    elif origin is tuple and isinstance(data, list):
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_typed(parts[0], item) for item in data)
        if len(parts) == len(data):
            return tuple(_typed(part, item) for part, item in zip(parts, data))
    elif origin is Literal and _may_be(hint, data):
        return data
    elif isinstance(hint, type) and _may_be(hint, data):
        return _made(hint, data) if isinstance(data, dict) else data
    raise Malformed(f"{data!r} is not {hint}")


def _may_be(hint: object, data: object) -> bool:
    """Whether data encode a value of a type, as far as the outermost part tells."""
    if get_origin(hint) is tuple:
        return isinstance(data, list)
    if get_origin(hint) is Literal:
        return isinstance(data, str) and data in get_args(hint)
    if hint is float:
        return isinstance(data, (int, float)) and not isinstance(data, bool)
    if hint is int:
        return isinstance(data, int) and not isinstance(data, bool)
    if not isinstance(hint, type):
        return False
    if is_dataclass(hint):
        return isinstance(data, dict) and data.get(KIND) == hint.__name__
    return isinstance(data, hint)


def _made(kind: type, data: dict[str, object]) -> object:
    hints = _hints(kind)
    if data.keys() != hints.keys() | {KIND}:
        raise Malformed(f"{sorted(data)} are not the fields of {kind.__name__}")
    made: object = kind(**{name: _typed(hint, data[name]) for name, hint in hints.items()})
    return made


@functools.cache
def _hints(kind: type) -> dict[str, object]:
    return dict(get_type_hints(kind))
