"""The user's data (``--data``): what the files of inputs and targets say, without keeping them.

NumPy is imported when there is something to read. Files are mapped and read in blocks, and never
unpickled.
"""

from __future__ import annotations

import math
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from kerlint.lazy_dataclass import dataclass, replace

MAX_BYTES = 256_000_000  # that are looked at of an array: all of it, or blocks all over it
BLOCK_BYTES = 8_000_000
MAX_UNPACKED = 2_000_000_000  # bytes of an array in an .npz, which has to be read as a whole
MAX_CLASSES = 1_000  # different values that are counted
SUFFIXES = (".npy", ".npz")

_MAGIC = b"\x93NUMPY"
_ROLE = re.compile(r"(x|y)(?![a-z])|(inputs?|features?|targets?|labels?)(?![a-z])", re.IGNORECASE)
_HELD_OUT = re.compile(r"(^|_)(test|val|valid|validation|dev)(_|\d|$)", re.IGNORECASE)


class Unusable(Exception):
    """The files cannot be used; the text is one line for the user."""


@dataclass(frozen=True, slots=True)
class ArrayFacts:
    """What is known of one array.

    ``name`` is what people call it: ``x.npy``, ``digits.npz[x]``. ``shape`` counts the samples
    first. Numbers are those of the finite values, None for strings. ``classes`` counts the
    different values, None for more than ``MAX_CLASSES``. ``one_per_row``: along the last axis there
    is one 1 among zeros. ``sampled``: only a part of the array was looked at.
    """

    name: str
    shape: tuple[int, ...]
    strings: bool = False
    integers: bool = False
    lowest: float | None = None
    highest: float | None = None
    mean: float | None = None
    deviation: float | None = None
    classes: int | None = None
    one_per_row: bool = False
    finite: bool = True
    sampled: bool = False

    @property
    def zeros_and_ones(self) -> bool:
        return self.integers and self.lowest in (0.0, 1.0) and self.highest in (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class UserData:
    """The arrays that a program passes to ``fit``, in the order of the model's inputs and outputs.

    ``files`` are their names in words.
    """

    inputs: tuple[ArrayFacts, ...]
    targets: tuple[ArrayFacts, ...]
    files: str


def load(paths: Sequence[str]) -> UserData:
    """Read what ``--data`` names; raises ``Unusable``.

    Of several files the last one has the targets; in a single .npz the names of the arrays say
    which are inputs and which are targets.
    """
    for path in paths:
        if not os.path.exists(path):
            raise Unusable(f"{path}: no such file")
        if not os.path.isfile(path):
            raise Unusable(f"{path} is not a file")
    files = {path: list(_arrays(path)) for path in dict.fromkeys(paths)}
    if len(paths) == 1:
        inputs, targets = _by_name(paths[0], files[paths[0]])
    else:
        inputs = [each for path in paths[:-1] for each in files[path]]
        targets = files[paths[-1]]
    counted = {id(each) for each in targets}
    facts = {id(each): _facts(each, id(each) in counted) for each in (*inputs, *targets)}
    found = UserData(
        tuple(facts[id(each)] for each in inputs),
        tuple(facts[id(each)] for each in targets),
        _listed([os.path.basename(path) for path in dict.fromkeys(paths)]),
    )
    for each in found.targets:
        if each.strings:
            raise Unusable(f"{each.name} contains strings: save the targets as fit gets them")
    first = found.inputs[0]
    for other in (*found.inputs, *found.targets):
        if other.shape[0] != first.shape[0]:
            raise Unusable(
                f"{first.name} has {first.shape[0]:,} samples, but {other.name} has "
                f"{other.shape[0]:,}"
            )
    return found


def of_arrays(
    inputs: Sequence[tuple[str, Any]], targets: Sequence[tuple[str, Any]], files: str
) -> UserData:
    """What arrays in memory say, by their names; raises ``Unusable``."""

    def seen(name: str, values: Any, counted: bool) -> ArrayFacts:
        return _facts(_Array(name, "", _usable(values, "", name)), counted)

    return UserData(
        tuple(seen(name, values, False) for name, values in inputs),
        tuple(seen(name, values, True) for name, values in targets),
        files,
    )


@dataclass(frozen=True, slots=True)
class _Array:
    name: str
    key: str  # in its .npz, else empty
    values: Any


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# -- files ----------------------------------------------------------------------------------------


def _arrays(path: str) -> Iterator[_Array]:
    """The arrays of a file, in the order in which they were saved."""
    import numpy as np

    shown = os.path.basename(path)
    try:
        if zipfile.is_zipfile(path):
            yield from _archived(path, shown)
            return
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except Unusable:
        raise
    except OSError as error:
        raise Unusable(f"cannot read {path}: {error.strerror or error}") from None
    except Exception as error:  # of zipfile, zlib and NumPy: a damaged file has many ways to fail
        raise Unusable(_why_not(path, error)) from None
    yield _Array(shown, "", _usable(values, path, shown))


def _archived(path: str, shown: str) -> Iterator[_Array]:
    import numpy as np

    with zipfile.ZipFile(path) as archive:
        members = {each.filename: each.file_size for each in archive.infolist()}
    keys = [name.removesuffix(".npy") for name in members if name.endswith(".npy")]
    if not keys:
        raise Unusable(f"{path} contains no NumPy array")
    with np.load(path, allow_pickle=False) as archive:
        for key in keys:
            name = f"{shown}[{key}]"
            size = members[f"{key}.npy"]
            if size > MAX_UNPACKED:
                raise Unusable(
                    f"{name} is too large for an .npz ({size / 1e9:.1f} GB): save it as .npy"
                )
            yield _Array(name, key, _usable(archive[key], path, name))


def _why_not(path: str, error: Exception) -> str:
    with open(path, "rb") as file:
        array = file.read(len(_MAGIC)) == _MAGIC
    if array and "bject" in str(error):
        return f"{path} contains Python objects, which kerlint does not load"
    return f"{path} is not a NumPy array (.npy or .npz)"


def _usable(values: Any, path: str, name: str) -> Any:
    where = path if name == os.path.basename(path) else name
    if values.dtype.kind not in "biufUS":
        raise Unusable(f"{where} contains {values.dtype}, and not numbers or strings")
    if values.ndim == 0 or values.size == 0:
        what = "a single value" if values.ndim == 0 else "empty"
        raise Unusable(f"{where} is {what}, and not an array of samples")
    return values


def _by_name(path: str, arrays: Sequence[_Array]) -> tuple[list[_Array], list[_Array]]:
    """The inputs and targets among the arrays of one file."""
    if not arrays[0].key:
        raise Unusable(f"{path} is one array; name the targets as well: --data {path} y.npy")
    trained = [each for each in arrays if not _HELD_OUT.search(each.key)] or list(arrays)
    if [each.key for each in trained] == ["arr_0", "arr_1"]:  # savez(file, x, y)
        return [trained[0]], [trained[1]]
    inputs: list[_Array] = []
    targets: list[_Array] = []
    for each in trained:
        role = _ROLE.match(each.key)
        if role is not None:
            (inputs if role[0][0].lower() in "xif" else targets).append(each)
    if not inputs or not targets:
        names = ", ".join(each.key for each in arrays)
        raise Unusable(
            f"{path} has the arrays {names}: name those of the inputs x (or x1, x2) and those of "
            "the targets y"
        )
    return inputs, targets


# -- facts ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """What was seen of the values so far."""

    integers: bool = True
    finite: bool = True
    one_per_row: bool = True
    lowest: float = math.inf
    highest: float = -math.inf
    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    values: set[Any] | None = None


def _facts(array: _Array, counted: bool) -> ArrayFacts:
    """What an array says; its different values are counted where that may mean classes."""
    values = array.values
    seen = _Seen(values=set() if counted else None)
    strings = values.dtype.kind in "US"
    for block in _blocks(values):
        _count_values(seen, block)
        if not strings:
            _measure(seen, block)
    found = ArrayFacts(
        name=array.name,
        shape=tuple(int(size) for size in values.shape),
        strings=strings,
        classes=None if seen.values is None else len(seen.values),
        sampled=values.nbytes > MAX_BYTES,
    )
    if strings:
        return found
    if not seen.count:
        raise Unusable(f"{array.name} contains nothing but NaN and infinity")
    mean = seen.total / seen.count
    return replace(
        found,
        integers=seen.integers,
        lowest=seen.lowest,
        highest=seen.highest,
        mean=mean,
        deviation=math.sqrt(max(0.0, seen.squares / seen.count - mean**2)),
        one_per_row=seen.one_per_row and values.ndim > 1,
        finite=seen.finite,
    )


def _blocks(values: Any) -> Iterator[Any]:
    """Blocks of samples: all of them, or as many as may be looked at, from everywhere."""
    samples = len(values)
    rows = max(1, BLOCK_BYTES * samples // max(1, values.nbytes))
    starts = range(0, samples, rows)
    wanted = max(1, MAX_BYTES // BLOCK_BYTES)
    if len(starts) > wanted:
        starts = range(0, samples, -(-len(starts) // wanted) * rows)
    for start in starts:
        yield values[start : start + rows]


def _count_values(seen: _Seen, block: Any) -> None:
    import numpy as np

    if seen.values is not None:
        seen.values.update(np.unique(block[block == block])[: MAX_CLASSES + 1].tolist())
        if len(seen.values) > MAX_CLASSES:
            seen.values = None


def _measure(seen: _Seen, block: Any) -> None:
    import numpy as np

    numbers = np.asarray(block, "float64")
    known = numbers[np.isfinite(numbers)]
    seen.finite = seen.finite and known.size == numbers.size
    if known.size:
        seen.lowest = min(seen.lowest, float(known.min()))
        seen.highest = max(seen.highest, float(known.max()))
        seen.integers = seen.integers and bool((known == np.rint(known)).all())
        seen.count += known.size
        seen.total += float(known.sum())
        seen.squares += float(np.square(known).sum())
    if seen.one_per_row:
        # One 1 and zeros: the sum of a row is its largest value is 1, and none is below 0.
        only = numbers.sum(axis=-1) == 1.0
        seen.one_per_row = bool(
            only.all() and (numbers.max(axis=-1) == 1.0).all() and (numbers >= 0.0).all()
        )
