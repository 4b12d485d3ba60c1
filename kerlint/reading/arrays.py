"""What numpy, scikit-learn and keras.datasets do to the user's data, as far as rules need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerlint.program.data import Array
from kerlint.program.values import Fact, Object, Site, Unknown
from kerlint.reading.payloads import Arguments, Payload

if TYPE_CHECKING:
    from kerlint.reading.run import Building, Run


def call(run: Run, dotted: str, args: Arguments, site: Site) -> Fact | None:
    """The result of calling a function of another library, or a data function of Keras."""
    return None


def method(run: Run, value: Array, name: str, args: Arguments, site: Site) -> Fact | None:
    """The result of a method of an array."""
    return None


def object_method(run: Run, value: Object, name: str, args: Arguments, site: Site) -> Fact | None:
    """The result of a method of an encoder, scaler or generator object."""
    return None


def attribute(run: Run, value: Array, name: str, site: Site) -> Fact | None:
    """An attribute of an array that is a value."""
    return None


def subscript(value: Array, indices: list[Payload]) -> Payload:
    """``array[...]``: each index a ``Fact``, or a tuple of three (``Fact`` or None) for a slice."""
    return Unknown("a part of an array")


def binary(symbol: str, left: Payload, right: Payload) -> Payload:
    """Arithmetic with an array on at least one side."""
    return Unknown("arithmetic on an array")


def negate(value: Array) -> Payload:
    return Unknown("a negated array")


def compare(symbol: str, left: Payload, right: Payload) -> Payload:
    """A comparison with an array on at least one side: an array of booleans."""
    return Unknown("a comparison of arrays")


def assigned(value: Array, given: Payload) -> Payload:
    """The array after ``array[...] = given``."""
    return Unknown("an array that was written into")


def predicted(run: Run, built: Building, name: str, site: Site) -> Fact:
    """What ``predict`` and its kin return."""
    return Fact(Unknown(f"the result of .{name}()", site), site)
