"""Classes of the user: their members, and the order in which Python searches their bases."""

from __future__ import annotations

from typing import cast

from kerlint.program.values import Fact
from kerlint.reading.interpreter.values import Builtin, Class, DictValue, Instance, TupleType


def find_member(cls: Class, name: str) -> tuple[Class, Fact] | None:
    """Look up a name in a class and its bases of the file, in order."""
    fact = cls.scope.names.get(name)
    if fact is not None:
        return cls, fact
    for other in lineage(cls)[1:]:
        if isinstance(other, Class):
            fact = other.scope.names.get(name)
            if fact is not None:
                return other, fact
    return None


def lineage(cls: Class) -> list[Class | None]:
    """A class and its bases in the order in which Python looks them up; None for one not read."""
    if cls.line is None:
        # Bases first: a long chain of classes does not become a deep recursion.
        for each in reversed(cls.ancestry()):
            if each.line is None:
                line = _merged(each)[1:]
                each.line = line if len(line) <= MAX_LINE else [*line[:MAX_LINE], None]
    return [cls, *(cls.line or ())]


MAX_LINE = 64  # classes that one class derives from; of the others nothing is known


def _merged(cls: Class) -> list[Class | None]:
    lines: list[list[Class | None]] = []
    for base in cls.bases:
        value = base.value
        if isinstance(value, Class):
            lines.append(lineage(value))
        elif isinstance(value, TupleType) and value.cls is not None:
            lines.append([value.cls])
        elif not (isinstance(value, Builtin) and value.name == "object"):
            lines.append([None])
    lines.append([line[0] for line in lines])
    order: list[Class | None] = [cls]
    while lines := [line for line in lines if line]:
        for line in lines:
            head = line[0]
            if not any(head in other[1:] for other in lines if head is not None):
                break
        else:
            return [*order, None]  # Python refuses such bases
        order.append(head)
        for line in lines:
            if line[0] is head:
                del line[0]
    return order


def has_no(instance: Instance, name: str) -> bool:
    """Whether an object certainly has no such attribute."""
    if instance.open or instance.model is not None or instance.layer is not None:
        return False
    if name in instance.attributes or name.startswith("__"):
        return False
    line = lineage(instance.cls)
    return all(
        cls is not None and not {name, "__getattr__", "__getattribute__"} & cls.scope.names.keys()
        for cls in line
    )


def open_bases(cls: Class) -> bool:
    """Whether a class has a base that the reader does not know."""
    return any(
        not (isinstance(base.value, Builtin) and base.value.name == "object")
        for each in cls.ancestry()
        for base in each.bases
        if not isinstance(base.value, Class)
    )


def attributes_of(instance: Instance) -> DictValue:
    """``instance.__dict__``: what is put into it are attributes."""
    return DictValue(cast("dict[str | int, Fact]", instance.attributes), not instance.open)
