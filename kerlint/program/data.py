"""Arrays of the user's data: what the text says of their values, labels and shape."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import field
from operator import attrgetter
from typing import Any

from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Site, Unknown


class Encoding(enum.Enum):
    """How an array says to which class a sample belongs."""

    BINARY = "0/1"  # one number per sample, 0 or 1
    INTEGER = "class numbers"  # one whole number per sample
    ONE_HOT = "one-hot"  # one row per sample, exactly one 1
    MULTI_HOT = "multi-hot"  # one row per sample, any number of 1s
    CONTINUOUS = "real numbers"
    STRINGS = "strings"


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a data frame, by their names, in their order.

    ``complete``: there are no others. ``by`` says how columns are selected: "name" for a frame
    itself, else "loc", "iloc" or "values" for that attribute of it.
    """

    columns: tuple[tuple[str | int, Array], ...] = ()
    complete: bool = False
    by: str = "name"

    def column(self, name: object) -> Array | None:
        return next((column for word, column in self.columns if word == name), None)

    def names(self) -> tuple[str | int, ...]:
        return tuple(name for name, _ in self.columns)

    def replace(self, columns: Iterable[tuple[str | int, Array]]) -> Table:
        """The same kind of table with other columns."""
        return Table(tuple(columns), self.complete, self.by)


@dataclass(slots=True, unsafe_hash=True)
class Array:
    """What is known of an array; None (or an empty shape entry) where the text does not say.

    Nobody changes one; not frozen, as ``Fact``.

    ``shape`` counts the samples axis first; an entry is a number, an ``Unknown`` with a name, or
    None. ``classes`` is the number of different classes, ``lowest`` and ``highest`` bound the
    values (attained or nearly so, in the array's own units). ``raw_pixels`` marks image data
    still in 0..255; ``pixels`` is the range of images, whatever was done to
    them: a file has any numbers from 0 to 255, so ``lowest`` and ``highest`` are unknown then.
    ``sorted_by_class``: all samples of one class come before those of the next. ``padded``:
    sequences of different lengths were filled up, "pre" or "post". ``origin`` says in a few words
    where the knowledge comes from; ``site`` is that place, or the one where whole numbers became
    fractions. ``memory`` is the place where the numbers were copied last: arrays with another one
    do not change together. ``table`` has the columns of a data frame. ``listed``: the numbers are
    in a Python list, as ``tolist()`` gives them. ``numpy``: a single number, certainly of a type of
    NumPy and not of Python. Both are dropped with any change. ``mask`` says which entries of an
    array of 0 and 1 are 1. It is dropped with any change too, except by code that knows that it
    stays.
    """

    encoding: Encoding | None = None
    shape: tuple[int | Unknown | None, ...] | None = None
    classes: int | None = None
    lowest: float | None = None
    highest: float | None = None
    integers: bool | None = None
    raw_pixels: bool = False
    sorted_by_class: bool = False
    pixels: tuple[float, float] | None = None
    padded: str = ""
    origin: str = ""
    site: Site = Site(-1)
    memory: Site = field(default=Site(-1), compare=False)
    table: Table | None = None
    mask: str = ""
    listed: bool = False
    numpy: bool = False

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    def replace(self, **changes: object) -> Array:
        """Return the same knowledge with some fields replaced.

        The columns of a table are dropped with any change to the shape or to the values. What is
        made of a list is an array.
        """
        # As dataclasses.replace() does, in a fifth of the time.
        values = [*_values_of(self)]
        if self.table is not None and not _ABOUT.issuperset(changes):
            values[_PLACES["table"]] = None
        if self.mask and not _ABOUT.issuperset(changes):
            values[_PLACES["mask"]] = changes.get("mask", "")
        values[_PLACES["listed"]] = values[_PLACES["numpy"]] = False
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return Array(*values)


def column_of(origin: str, name: str) -> str:
    """The origin of one column of a table: ``the column 'age' of a table in people.csv``."""
    table = origin.partition(", ")[0] if origin.startswith(TABLE) else TABLE
    return f"{COLUMN} {name!r} of {table}"


PAST, FUTURE = "past", "future"
"""Masks that are 1 at all steps up to the own one, and at all steps after it."""

PADDING, IDS = "padding", "ids"
"""Masks that are 1 where a token id is 0, and where it is not."""

COLUMN = "the column"
TABLE = "a table"
FILE = "a file"
UNSEEN = ", of something that is not known"
"""The end of an origin whose rank is what it usually is, because nothing shows another one."""

PREDICTED = "the predictions of a model"
"""The origin of what ``predict`` of a model with one unit returns: an array of shape (n, 1).

Its ``memory`` is set once some numbers are others: ``predictions[predictions > 0.5] = 1``.
"""

FLOAT_IMAGE = "img_to_array"
"""The origin of an image whose pixels are floats in an array of NumPy."""

ROUNDED = "a quotient, rounded"
"""The origin of what NumPy makes of a quotient with ``ceil`` and the like: whole, but a float."""

ANSWERS = "a list of 0 and 1"
"""The origin of a list whose elements, as far as they were seen, are only 0, 1, True and False."""

LENGTH = "the length of something unknown"
"""The reason of an ``Unknown`` that ``len()`` returned."""

UNDECIDED = "not decided by the text"
"""The reason of an ``Unknown`` that is the result of a comparison: True or False, or an array of
them."""

_FIELDS = Array.__match_args__
_ABOUT = frozenset({"memory", "origin", "site"})  # what may change while the values stay
_PLACES = {name: place for place, name in enumerate(_FIELDS)}
_values_of: Callable[[Array], tuple[Any, ...]] = attrgetter(*_FIELDS)
