"""Arithmetic on sizes of which some are free and some only have a name."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from kerlint.program.model import Dim, Shape
from kerlint.program.values import Unknown

_ATOM = re.compile(r"[A-Za-z_]\w*(\.\w+|\[[^\[\]()]*\])*|\d+")
_PRODUCT = re.compile(rf"({_ATOM.pattern})( \* ({_ATOM.pattern}))*")
_LONGEST = 80
"""A name longer than this helps nobody; the size is then unknown without a name."""


def nameless(unknown: Unknown) -> Unknown:
    """Return the same reason and place without the name: something else that follows from it."""
    return Unknown(unknown.reason, unknown.site) if unknown.symbol else unknown


def plus(a: Dim, b: Dim) -> Dim:
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    if b == 0 or a is None:
        return a
    if a == 0 or b is None:
        return b
    if isinstance(b, int) and b < 0:
        return _named(a, "-", -b)
    return _named(a, "+", b)


def minus(a: Dim, b: Dim) -> Dim:
    if isinstance(a, int) and isinstance(b, int):
        return a - b
    if b == 0 or a is None:
        return a
    return None if b is None else _named(a, "-", b)


def times(a: Dim, b: Dim) -> Dim:
    """Multiply; the unknown part of the name comes first: ``a * 28``."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if a is None or b is None:
        return None
    if a == 1:
        return b
    if b == 1:
        return a
    return _named(b, "*", a) if isinstance(a, int) else _named(a, "*", b)


def divided(a: Dim, b: Dim) -> Dim:
    """Divide and round down."""
    if isinstance(a, int) and isinstance(b, int):
        return a // b if b else Unknown("a division by 0")
    if a is None or b is None:
        return None
    return a if b == 1 else _named(a, "//", b)


def product(dims: Iterable[Dim]) -> Dim:
    """Multiply all; a free size makes a free product, a size of 0 makes it 0 otherwise."""
    known, unknown = _factors(dims)
    if unknown is None:
        return None
    if known == 0:
        return 0
    result: Dim = 1
    for factor in unknown:
        result = times(result, factor)
    return times(result, known)


def quotient(whole: Iterable[Dim], parts: Iterable[Dim]) -> Dim:
    """What is left of a product of sizes when the product of ``parts`` is taken out of it.

    A named size on both sides is cancelled, so that ``(a * 28) / 28`` is ``a``. Known numbers that
    do not divide give an ``Unknown``.
    """
    known, unknown = _factors(whole)
    divisor, taken = _factors(parts)
    if unknown is None or taken is None:
        return None
    left = list(unknown)
    rest: list[Unknown] = []
    for factor in taken:
        match = next((i for i, other in enumerate(left) if same(factor, other)), None)
        if match is None:
            rest.append(factor)
        else:
            del left[match]
    common = math.gcd(known, divisor)
    if common == 0:
        return Unknown("a size of 0")
    known, divisor = known // common, divisor // common
    if not left and not rest and divisor != 1:
        return Unknown("the sizes do not divide")
    return divided(product([*left, known]), product([*rest, divisor]))


def same(a: Dim, b: Dim) -> bool:
    """True when both are known to be one and the same size."""
    if isinstance(a, Unknown) and isinstance(b, Unknown):
        return a.symbol != "" and a.symbol == b.symbol
    return isinstance(a, int) and a == b


def differ(a: Dim, b: Dim) -> bool:
    """True when both are numbers and not the same one."""
    return isinstance(a, int) and isinstance(b, int) and a != b


def largest(a: Dim, b: Dim) -> Dim:
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    if a is None or b is None:
        return None
    unknown = a if isinstance(a, Unknown) else b
    assert isinstance(unknown, Unknown)
    name_a, name_b = _text(a), _text(b)
    expr = f"max({name_a}, {name_b})" if name_a and name_b else ""
    return Unknown(unknown.reason, unknown.site, expr if len(expr) <= _LONGEST else "")


def agreed(a: Dim, b: Dim) -> Dim:
    """The size of two that must be equal: the one that says most."""
    if isinstance(a, int) or b is None:
        return a
    if isinstance(b, int) or a is None:
        return b
    return a if a.symbol else b


def text(shape: Shape | Unknown) -> str:
    """Say a shape for messages: ``(None, 28, n)``; ``?`` for a size without a name."""
    if isinstance(shape, Unknown):
        return "an unknown shape"
    inner = ", ".join(
        (dim.symbol or "?") if isinstance(dim, Unknown) else str(dim) for dim in shape
    )
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def _factors(dims: Iterable[Dim]) -> tuple[int, list[Unknown] | None]:
    known = 1
    unknown: list[Unknown] = []
    free = False
    for dim in dims:
        if dim is None:
            free = True
        elif isinstance(dim, int):
            known *= dim
        else:
            unknown.append(dim)
    return known, None if free else unknown


def _text(dim: int | Unknown) -> str:
    return str(dim) if isinstance(dim, int) else dim.symbol


def _named(a: int | Unknown, sign: str, b: int | Unknown) -> Unknown:
    unknown = a if isinstance(a, Unknown) else b
    assert isinstance(unknown, Unknown)
    left, right = _text(a), _text(b)
    if not left or not right:
        return nameless(unknown)
    if sign in "+-" and isinstance(a, Unknown) and isinstance(b, int):
        folded = _folded(left, b if sign == "+" else -b)
        if folded is not None:
            return Unknown(unknown.reason, unknown.site, folded)
    plain = _PRODUCT if sign == "*" else _ATOM
    if not plain.fullmatch(left) and sign in "*//":
        left = f"({left})"
    if not _ATOM.fullmatch(right):
        right = f"({right})"
    expr = f"{left} {sign} {right}"
    return Unknown(unknown.reason, unknown.site, expr if len(expr) <= _LONGEST else "")


def _folded(left: str, number: int) -> str | None:
    """``n - 2`` and a number: one number, so that two ways to a size give it one name."""
    found = re.fullmatch(rf"((?:{_ATOM.pattern})) ([+-]) (\d+)", left)
    if found is None or found[1].isdigit():
        return None
    written = int(found[found.lastindex or 0])
    sign = found[(found.lastindex or 0) - 1]
    total = number + (written if sign == "+" else -written)
    if total == 0:
        return found[1]
    return f"{found[1]} {'+' if total > 0 else '-'} {abs(total)}"
