"""Dataclasses whose methods are written when they are first called.

``dataclasses.dataclass`` compiles up to eight methods when a class is made, which takes 0.6 ms. A
run on a small file imports more than 200 of these classes and makes objects of a few of them, so
most of the time would go into methods that nobody calls. The classes that are made here behave as
those of the standard library (``fields()``, ``match``, pickling and errors included), but
``__init__``, ``__eq__`` and ``__hash__`` are compiled at their first call.

Not supported is what kerlint does not use: ``InitVar``, ``KW_ONLY``, ``weakref_slot`` and fields
that are keyword-only by themselves.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, Field, FrozenInstanceError
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # type checkers know these
    from dataclasses import dataclass, replace

__all__ = ["dataclass", "replace"]

_SPEC = "__kerlint_fields__"
_FLAGS = "__kerlint_flags__"


class _Part(NamedTuple):
    """A field: its annotation, its default, and what ``field()`` says of it."""

    hint: Any
    default: Any = MISSING
    factory: Any = MISSING
    init: bool = True
    repr: bool = True
    compare: bool = True
    hash: bool = True
    kw_only: bool = False


def _dataclass(
    cls: type | None = None,
    /,
    *,
    eq: bool = True,
    order: bool = False,
    unsafe_hash: bool = False,
    frozen: bool = False,
    kw_only: bool = False,
    slots: bool = False,
) -> Any:
    """As ``dataclasses.dataclass``."""

    def made(cls: type) -> type:
        members = dict(cls.__dict__)
        own = {
            name: _part(hint, members.get(name, MISSING), kw_only)
            for name, hint in cls.__annotations__.items()
            if "ClassVar" not in hint
        }
        parts: dict[str, _Part] = {}
        taken: set[str] = set()
        for base in cls.__mro__[-2:0:-1]:
            parts.update(base.__dict__.get(_SPEC, {}))
            taken.update(base.__dict__.get("__slots__", ()))
        parts.update(own)
        added = _methods(members, parts, eq, order, unsafe_hash, frozen, slots)
        if not slots:
            for name, part in own.items():
                if part.default is not MISSING:
                    added[name] = part.default
                elif name in members:
                    delattr(cls, name)
            for name, member in added.items():
                setattr(cls, name, member)
            return cls
        for name in (*own, "__dict__", "__weakref__"):
            members.pop(name, None)
        members.update(added, __slots__=tuple(name for name in own if name not in taken))
        slotted = type(cls)(cls.__name__, cls.__bases__, members)
        slotted.__qualname__ = cls.__qualname__
        return slotted

    return made if cls is None else made(cls)


def _replace(instance: Any, /, **changes: Any) -> Any:
    """As ``dataclasses.replace``."""
    cls = type(instance)
    parts = getattr(cls, _SPEC, None)
    if parts is None:
        return dataclasses.replace(instance, **changes)
    for name, part in parts.items():
        if not part.init:
            if name in changes:
                raise ValueError(f"field {name} is declared with init=False")
        elif name not in changes:
            changes[name] = getattr(instance, name)
    return cls(**changes)


if not TYPE_CHECKING:
    dataclass, replace = _dataclass, _replace


def _part(hint: Any, written: Any, kw_only: bool) -> _Part:
    if not isinstance(written, Field):
        return _Part(hint, written, kw_only=kw_only)
    compared = written.compare if written.hash is None else written.hash
    return _Part(
        *(hint, written.default, written.default_factory, written.init),
        *(written.repr, written.compare, compared, kw_only),
    )


def _methods(
    members: dict[str, Any],
    parts: dict[str, _Part],
    eq: bool,
    order: bool,
    unsafe_hash: bool,
    frozen: bool,
    slots: bool,
) -> dict[str, Any]:
    """What is added to a class. What its body defines itself stays, but for ``__init__``."""
    positional = tuple(name for name, part in parts.items() if part.init and not part.kw_only)
    added: dict[str, Any] = {
        _SPEC: parts,
        _FLAGS: {"eq": eq, "order": order, "unsafe_hash": unsafe_hash, "frozen": frozen},
        "__dataclass_fields__": _OfTwin("__dataclass_fields__"),
        "__dataclass_params__": _OfTwin("__dataclass_params__"),
        "__match_args__": positional,
        "__signature__": _Signature(),
        "__init__": _first_init,
        "__repr__": _repr,
    }
    hashed = members.get("__hash__")
    if eq:
        added["__eq__"] = _first_eq
        if hashed is None:
            added["__hash__"] = _first_hash if frozen or unsafe_hash else None
            members.pop("__hash__", None)
    if order:
        added.update(__lt__=_lt, __le__=_le, __gt__=_gt, __ge__=_ge)
    if frozen:
        added.update(__setattr__=_refuse_to_set, __delattr__=_refuse_to_delete)
        if slots:
            added.update(__getstate__=_state, __setstate__=_set_state)
    return {
        name: member for name, member in added.items() if name == "__init__" or name not in members
    }


def _owner(cls: type, member: str, first: object = None) -> Any:
    """The class that ``cls`` has a member from; ``first``: where it is this one.

    A subclass that is not a dataclass may define a method that calls the inherited one.
    """
    return next(
        base
        for base in cls.__mro__
        if member in base.__dict__ and first in (None, base.__dict__[member])
    )


def _first_init(self: Any, /, *args: Any, **values: Any) -> None:
    cls = _owner(type(self), "__init__", _first_init)
    cls.__init__ = _written_init(cls)
    cls.__init__(self, *args, **values)


def _first_eq(self: Any, other: object) -> Any:
    cls = _owner(type(self), "__eq__", _first_eq)
    names = [name for name, part in getattr(cls, _SPEC).items() if part.compare]
    mine, others = _tuple_of("self", names), _tuple_of("other", names)
    body = (
        f" if other.__class__ is self.__class__:\n  return {mine} == {others}\n"
        " return NotImplemented"
    )
    cls.__eq__ = _compiled(cls, "__eq__", "self, other", body, {})
    return cls.__eq__(self, other)


def _first_hash(self: Any) -> int:
    cls = _owner(type(self), "__hash__", _first_hash)
    names = [name for name, part in getattr(cls, _SPEC).items() if part.hash]
    cls.__hash__ = _compiled(
        cls, "__hash__", "self", f" return hash({_tuple_of('self', names)})", {}
    )
    result: int = cls.__hash__(self)
    return result


def _written_init(cls: Any) -> Any:
    scope: dict[str, Any] = {"_missing": _MISSING_VALUE}
    frozen = cls.__setattr__ is _refuse_to_set
    parameters: list[str] = []
    keywords: list[str] = []
    lines = []
    for name, part in getattr(cls, _SPEC).items():
        default, value = "", name
        if part.default is not MISSING:
            scope[f"_default_{name}"] = part.default
            default = f"=_default_{name}"
        elif part.factory is not MISSING:
            scope[f"_make_{name}"] = part.factory
            default = "=_missing"
            value = f"_make_{name}() if {name} is _missing else {name}"
        if part.init:
            (keywords if part.kw_only else parameters).append(name + default)
        elif not default:
            continue
        elif part.factory is not MISSING:
            value = f"_make_{name}()"
        else:
            value = f"_default_{name}"
        slot = getattr(cls, name, None)
        if not frozen:
            lines.append(f" self.{name} = {value}")
        elif isinstance(slot, MemberDescriptorType):
            scope[f"_set_{name}"] = slot.__set__  # much quicker than object.__setattr__
            lines.append(f" _set_{name}(self, {value})")
        else:
            scope["_set"] = object.__setattr__
            lines.append(f" _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    signature = ", ".join(["self", *parameters, *(["*", *keywords] if keywords else [])])
    return _compiled(cls, "__init__", signature, "\n".join(lines) or " pass", scope)


def _tuple_of(owner: str, names: list[str]) -> str:
    return "(" + "".join(f"{owner}.{name}, " for name in names) + ")"


def _compiled(cls: Any, name: str, signature: str, body: str, scope: dict[str, Any]) -> Any:
    exec(f"def {name}({signature}):\n{body}", scope)
    function = scope[name]
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    return function


class _Factory:
    """Stands for the default of a parameter that is made anew for each object."""

    def __repr__(self) -> str:
        return "<factory>"


_MISSING_VALUE = _Factory()


def _repr(self: Any) -> str:
    shown = (
        f"{name}={getattr(self, name)!r}"
        for name, part in getattr(type(self), _SPEC).items()
        if part.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _values(self: Any) -> tuple[Any, ...]:
    parts = getattr(type(self), _SPEC)
    return tuple(getattr(self, name) for name, part in parts.items() if part.compare)


def _lt(self: Any, other: Any) -> bool:
    return _values(self) < _values(other) if type(other) is type(self) else NotImplemented


def _le(self: Any, other: Any) -> bool:
    return _values(self) <= _values(other) if type(other) is type(self) else NotImplemented


def _gt(self: Any, other: Any) -> bool:
    return _values(self) > _values(other) if type(other) is type(self) else NotImplemented


def _ge(self: Any, other: Any) -> bool:
    return _values(self) >= _values(other) if type(other) is type(self) else NotImplemented


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    """What is pickled: by default, an object with slots would be given back by assignments."""
    return [getattr(self, name) for name in getattr(type(self), _SPEC)]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(getattr(type(self), _SPEC), state):
        object.__setattr__(self, name, value)


class _Signature:
    """What ``inspect.signature`` says of a class, whether its ``__init__`` is written or not."""

    def __get__(self, instance: object, cls: type) -> Any:
        import inspect

        owner = _owner(cls, "__init__")
        parts = owner.__dict__.get(_SPEC)
        if parts is None:  # a class that has an ``__init__`` of its own
            given = inspect.signature(owner.__init__)
            return given.replace(parameters=list(given.parameters.values())[1:])
        kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        parameters = []
        for name, part in sorted(parts.items(), key=lambda item: item[1].kw_only):
            default = inspect.Parameter.empty if part.default is MISSING else part.default
            if part.factory is not MISSING:
                default = _MISSING_VALUE
            if part.init:
                kind = kinds[part.kw_only]
                made = inspect.Parameter(name, kind, default=default, annotation=part.hint)
                parameters.append(made)
        return inspect.Signature(parameters, return_annotation=None)


class _OfTwin:
    """What the ``dataclasses`` module looks up on a class: taken from a twin that it has made."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, cls: type) -> Any:
        owner = _owner(cls, self.name)
        listed = []
        for name, part in getattr(owner, _SPEC).items():
            made: Any = dataclasses.field(
                **({} if part.default is MISSING else {"default": part.default}),
                **({} if part.factory is MISSING else {"default_factory": part.factory}),
                init=part.init,
                repr=part.repr,
                compare=part.compare,
                hash=part.hash,
                kw_only=part.kw_only,
            )
            listed.append((name, part.hint, made))
        twin = dataclasses.make_dataclass(
            owner.__name__, listed, init=False, repr=False, **getattr(owner, _FLAGS)
        )
        setattr(owner, self.name, getattr(twin, self.name))
        return getattr(twin, self.name)
