"""What one measured release looks like: the exchange format between the readers and the merge.

Plain JSON, because half of it comes out of subprocesses:

- a *tree* maps a module path to its names, and each name to an object id;
- an *object* has a ``kind`` ("class", "function", "module", "value"), its own ``name``, and for
  classes the ids of its ``bases`` in resolution order, its own ``methods`` (and properties), and
  ``reachable``: all its methods, inherited ones too, as Python resolves them;
- a *signature* is a list of parameters in positional order: ``"units"`` is required,
  ``["activation", null]`` has a default, ``["seed"]`` has a default that is not plain data,
  ``"*"`` starts the keyword-only ones, ``"*args"`` and ``"**kwargs"`` are themselves.
"""

from __future__ import annotations

from typing import TypedDict

Signature = list[object]


class ObjectData(TypedDict):
    kind: str
    name: str
    bases: list[str]
    signature: Signature | None
    methods: dict[str, Signature | None]  # None: a property
    reachable: dict[str, Signature]


class ReleaseData(TypedDict):
    trees: dict[str, dict[str, dict[str, str]]]
    objects: dict[str, ObjectData]
    strings: dict[str, dict[str, str]]
    private: dict[str, dict[str, str]]


def is_plain(value: object) -> bool:
    """Whether ``value`` survives JSON unchanged (tuples come back as tuples, see the reader)."""
    if value is None or isinstance(value, bool | int | str):
        return True
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    if isinstance(value, tuple):
        return all(is_plain(item) for item in value)
    return False
