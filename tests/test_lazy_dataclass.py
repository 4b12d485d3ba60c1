"""``kerlint.lazy_dataclass`` makes the classes that the standard library makes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

import pytest

from kerlint import lazy_dataclass


def same_of_both(define: Callable[[Any], type], ask: Callable[[type], object]) -> object:
    """What both answer; an exception is an answer by its type and text."""

    def answer(maker: Any) -> object:
        try:
            return ask(define(maker))
        except Exception as error:
            return type(error), str(error)

    ours, usual = answer(lazy_dataclass.dataclass), answer(dataclasses.dataclass)
    assert ours == usual
    return ours


def plain(dataclass: Any) -> type:
    @dataclass
    class Point:
        x: int
        y: int = 2
        kind: ClassVar[str] = "point"

    return Point


def frozen(dataclass: Any) -> type:
    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2
        notes: dict[str, int] = field(default_factory=dict, compare=False)

    return Point


def ordered(dataclass: Any) -> type:
    @dataclass(frozen=True, slots=True, order=True)
    class Point:
        x: int
        y: int = field(default=2, repr=False)

    return Point


def by_keyword(dataclass: Any) -> type:
    @dataclass(slots=True, kw_only=True, unsafe_hash=True)
    class Point:
        y: int = 2
        x: int
        seen: list[int] = field(default_factory=list, hash=False)

    return Point


def by_identity(dataclass: Any) -> type:
    @dataclass(slots=True, eq=False)
    class Point:
        x: int
        y: int = 2

    return Point


def with_own_methods(dataclass: Any) -> type:
    @dataclass(slots=True, unsafe_hash=True)
    class Point:
        x: int
        y: int = 2
        total: int = field(init=False)

        def __post_init__(self) -> None:
            self.total = self.x + self.y

        def __repr__(self) -> str:
            return f"<{self.x} {self.y}>"

    return Point


def inherited(dataclass: Any) -> type:
    @dataclass(frozen=True, slots=True)
    class Base:
        x: int
        y: int = 2

    @dataclass(frozen=True, slots=True)
    class Point(Base):
        y: int = 3
        z: int = 4

    return Point


def plainly_inherited(dataclass: Any) -> type:
    class Point(frozen(dataclass)):  # type: ignore[misc]
        pass

    return Point


def with_own_init(dataclass: Any) -> type:
    class Point(frozen(dataclass)):  # type: ignore[misc]
        def __init__(self, x: int, v: int = 4) -> None:
            super().__init__(x, v)

    return Point


DEFINITIONS = [
    *(plain, frozen, ordered, by_keyword, by_identity),
    *(with_own_methods, inherited, plainly_inherited, with_own_init),
]
ANSWERS: dict[str, Callable[[Any], object]] = {
    "repr": lambda cls: repr(cls(x=1)),
    "positional": lambda cls: repr(cls(1, 5)),
    "nothing given": lambda cls: cls(),
    "too much given": lambda cls: cls(x=1, w=2),
    "equal": lambda cls: (cls(x=1) == cls(x=1), cls(x=1) == cls(x=2), cls(x=1) == 1),
    "equal, changed": lambda cls: cls(x=1) == lazy_dataclass.replace(cls(x=2), x=1),
    "hash": lambda cls: len({cls(x=1), cls(x=1), cls(x=7)}),
    "less": lambda cls: (cls(x=1) < cls(x=2), cls(x=2) <= cls(x=1), cls(x=2) >= cls(x=2)),
    "less than another": lambda cls: cls(x=1) < 1,
    "greater": lambda cls: sorted([cls(x=2), cls(x=1)])[0].x,
    "set": lambda cls: setattr(cls(x=1), "x", 3),
    "set unknown": lambda cls: hasattr(cls(x=1), "__dict__"),
    "delete": lambda cls: delattr(cls(x=1), "x"),
    "fields": lambda cls: [
        (f.name, f.type, f.init, f.repr, f.compare, f.kw_only) for f in dataclasses.fields(cls)
    ],
    "signature": lambda cls: str(inspect.signature(cls)),
    "is dataclass": dataclasses.is_dataclass,
    "as dict": lambda cls: dataclasses.asdict(cls(x=1)),
    "replace": lambda cls: repr(dataclasses.replace(cls(x=1), y=9)),
    "match": lambda cls: cls.__match_args__,
    "copy": lambda cls: repr(copy.deepcopy(cls(x=1))),
    "fresh defaults": lambda cls: [
        getattr(cls(x=1), name, None) is not getattr(cls(x=1), name, None)
        for name in ("notes", "seen")
    ],
    "slots": lambda cls: getattr(cls, "__slots__", None),
    "names": lambda cls: (cls.__name__, cls.__qualname__.rpartition(".")[2], cls.__module__),
    "class attribute": lambda cls: getattr(cls, "kind", None),
}


@pytest.mark.parametrize("define", DEFINITIONS, ids=lambda define: define.__name__)
@pytest.mark.parametrize("asked", ANSWERS)
def test_behaves_as_the_standard_library(define: Callable[[Any], type], asked: str) -> None:
    if (define, asked) == (inherited, "slots") and sys.version_info < (3, 11):
        pytest.skip("Python 3.10 gives a slot to a field that has one already")
    same_of_both(define, ANSWERS[asked])


def test_what_init_does_not_take_cannot_be_replaced() -> None:
    with pytest.raises(ValueError, match="field total is declared with init=False"):
        lazy_dataclass.replace(with_own_methods(lazy_dataclass.dataclass)(1), total=9)


def test_answers_differ_between_the_definitions() -> None:
    reprs = {same_of_both(define, ANSWERS["repr"]) for define in DEFINITIONS}
    assert len(reprs) >= 6


@lazy_dataclass.dataclass(frozen=True, slots=True)
class Kept:
    """At the top of a module, so that it can be pickled."""

    x: int
    notes: tuple[int, ...] = ()


def test_objects_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Kept(1, (2, 3)))) == Kept(1, (2, 3))


def test_a_class_that_is_used_by_pickle_first_is_complete() -> None:
    @lazy_dataclass.dataclass(frozen=True, slots=True)
    class Fresh:
        x: int

    made = object.__new__(Fresh)
    made.__setstate__([4])  # type: ignore[attr-defined]
    assert made == Fresh(4)
    assert {made: 1}[Fresh(4)] == 1
