"""What the names of variables with data say: samples or labels, for the training or the test."""

from __future__ import annotations

import re
from typing import NamedTuple


class DataName(NamedTuple):
    """``kind`` is "x" or "y", ``part`` "train", "test" or "val"; empty where a name is silent."""

    kind: str
    part: str
    rest: tuple[str, ...]


def data_name(name: str) -> DataName:
    """Read the name of a variable: ``X_train``, ``testY``, ``train_images``, ``ytest``."""
    kind = part = ""
    rest: list[str] = []
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
    for word in (each for long in words for each in _parted(long.lower())):
        if word in _KINDS and not kind:
            kind = _KINDS[word]
        elif word in _PARTS and not part:
            part = _PARTS[word]
        else:
            rest.append(word)
    return DataName(kind, part, tuple(rest))


def _parted(word: str) -> tuple[str, ...]:
    """``xtrain`` and ``trainx`` in two words."""
    found = _TOGETHER.fullmatch(word)
    return tuple(each for each in found.groups() if each) if found else (word,)


_TOGETHER = re.compile(r"(x|y)(train|test|val|valid)|(train|test|val|valid)(x|y)")
_KINDS = {
    **dict.fromkeys(("features", "images", "imgs", "inputs", "samples", "texts", "x"), "x"),
    **dict.fromkeys(("label", "labels", "target", "targets", "y"), "y"),
}
_PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("test", "testing"), "test"),
    **dict.fromkeys(("dev", "val", "valid", "validation"), "val"),
}
