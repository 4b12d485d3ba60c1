"""Reading arguments: sizes, words and flags as Keras takes them, or why they are not known."""

from __future__ import annotations

from collections.abc import Mapping

from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Dim, Shape
from kerlint.program.values import Fact, Items, Unknown, Value, text_of

REQUIRED = Unknown("")
"""The default of an argument that has none."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one layer or operation, with its short name for messages.

    ``partial``: some were not readable, so an absent one may have been given.
    """

    kind: str
    args: Mapping[str, Fact]
    partial: bool = False

    def value(self, name: str, default: Value = REQUIRED, *others: str) -> Value:
        """The value of the argument; ``others`` are names it has elsewhere.

        An absent argument is its default, and an ``Unknown`` when it is required or may be there.
        """
        for key in (name, *others):
            fact = self.args.get(key)
            if fact is not None:
                return fact.value
        if self.partial:
            return Unknown(f"{self.kind}: not all arguments are known, {name} may be one of them")
        if default is REQUIRED:
            return Unknown(f"{self.kind}: {name} is missing")
        return default

    def size(
        self, name: str, default: Value = REQUIRED, *others: str, least: int = 1
    ) -> int | Unknown:
        return self.as_size(name, self.value(name, default, *others), least)

    def as_size(self, name: str, value: Value, least: int = 1) -> int | Unknown:
        if isinstance(value, Unknown):
            return value
        number = Fact(value).integer()
        if number is None or number < least:
            return Unknown(f"{self.kind}: {name}={text_of(value)} is no size")
        return number

    def sizes(
        self,
        name: str,
        count: int,
        default: Value = REQUIRED,
        *others: str,
        least: int = 1,
    ) -> tuple[int | Unknown, ...]:
        """One size per axis; one number stands for all axes."""
        return self.as_sizes(name, self.value(name, default, *others), count, least)

    def as_sizes(
        self, name: str, value: Value, count: int, least: int = 1
    ) -> tuple[int | Unknown, ...]:
        if isinstance(value, Items) and value.kind != "set":
            if value.complete and len(value.items) == count:
                return tuple(self.as_size(name, item.value, least) for item in value.items)
            if value.complete and not (len(value.items) == 1 and count == 1):
                wrong = f"{self.kind}: {name}={text_of(value)} has not {count} sizes"
                return (Unknown(wrong),) * count
            return (Unknown(f"{self.kind}: {name} is a list of unknown length"),) * count
        return (self.as_size(name, value, least),) * count

    def word(self, name: str, default: Value, *others: str) -> str | Unknown | None:
        """A string in lower case, or None when the value is None."""
        value = self.value(name, default, *others)
        if value is None or isinstance(value, Unknown):
            return value
        if isinstance(value, str):
            return value.lower()
        return Unknown(f"{self.kind}: {name}={text_of(value)} is no string")

    def flag(self, name: str, default: bool, *others: str) -> bool | Unknown:
        value = self.value(name, default, *others)
        if isinstance(value, Unknown):
            return value
        if value is None or isinstance(value, (bool, int, float, str)):
            return bool(value)
        return Unknown(f"{self.kind}: {name}={text_of(value)} is neither True nor False")

    def whole(self, name: str, default: Value = REQUIRED, *others: str) -> int | Unknown:
        """A whole number of any sign, such as an axis."""
        value = self.value(name, default, *others)
        if isinstance(value, Unknown):
            return value
        number = Fact(value).integer()
        if number is None:
            return Unknown(f"{self.kind}: {name}={text_of(value)} is no whole number")
        return number

    def wholes(
        self, name: str, default: Value = REQUIRED, *others: str
    ) -> tuple[int, ...] | Unknown | None:
        """Whole numbers, all of them known; one number is a tuple of one, None stays None."""
        value = self.value(name, default, *others)
        if value is None or isinstance(value, Unknown):
            return value
        number = Fact(value).integer()
        if number is not None:
            return (number,)
        if not isinstance(value, Items) or not value.complete:
            return Unknown(f"{self.kind}: {name}={text_of(value)} are no whole numbers")
        found: list[int] = []
        for item in value.items:
            if isinstance(item.value, Unknown):
                return item.value
            number = item.integer()
            if number is None:
                return Unknown(f"{self.kind}: {name}={text_of(value)} are no whole numbers")
            found.append(number)
        return tuple(found)

    def channels_last(self) -> bool | Unknown:
        word = self.word("data_format", None)
        if isinstance(word, Unknown):
            return word
        if word in (None, "channels_last", "tf"):
            return True
        if word in ("channels_first", "th"):
            return False
        return Unknown(f"{self.kind}: data_format={word!r} is neither channels_last nor _first")


def shape_of(value: Value, what: str) -> Shape | Unknown:
    """Read sizes as people write them: ``(28, 28)``, ``[None, 3]``, or one number for one axis."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Items) and value.kind != "set":
        if not value.complete:
            return Unknown(f"{what} is a list of unknown length")
        return tuple(_dim(item.value, what) for item in value.items)
    if Fact(value).integer() is None:
        return Unknown(f"{what}={text_of(value)} is no shape")
    return (_dim(value, what),)


def _dim(value: Value, what: str) -> Dim:
    if value is None or isinstance(value, Unknown):
        return value
    number = Fact(value).integer()
    if number is None or number < 0:
        return None if number == -1 else Unknown(f"{what}: {text_of(value)} is no size")
    return number
