"""Whether a file, or what it imports, asks TensorFlow for Keras 2."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from kerlint.sources.modules import Modules
from kerlint.sources.source import Source

# ``os.environ["TF_USE_LEGACY_KERAS"] = "1"`` and its kin, with what TensorFlow takes for yes: then
# ``tensorflow.keras`` is Keras 2.
_NAME = "TF_USE_LEGACY_KERAS"
_SET_TO_YES = re.compile(r"""["']?\s*(?:\]\s*)?(?:[=,:]\s*)?["']?(?:1|true|True)\b""")
_MAX_BYTES = 200_000  # of a file that is imported: what sets variables at the start is small


def legacy_switch(source: Source) -> str | None:
    """The path of the file that asks for Keras 2: '' for ``source`` itself, None for no file.

    That may also be a file of the project that it imports itself, or that makes a package of the
    folder that it lies in: both are executed first.
    """
    if _asks(source.shown):
        return ""
    if source.layers is not None or not os.path.isfile(source.path):
        return None
    for path in (*_packages(source.path), *_imported(source)):
        if _file_asks(path, *_stamp(path)):
            return path
    return None


def _asks(text: str) -> bool:
    at = text.find(_NAME)
    end = 0  # of the row that was looked at last
    commented = -1  # where a comment begins on it
    while at >= 0:
        if at >= end:
            start = text.rfind("\n", end, at) + 1 or end
            end = text.find("\n", at)
            end = len(text) if end < 0 else end + 1
            commented = text.find("#", start, end)
        if not 0 <= commented < at and _SET_TO_YES.match(text, at + len(_NAME)) is not None:
            return True
        at = text.find(_NAME, at + 1)
    return False


def _packages(path: str) -> list[str]:
    """The files that make packages of the folders around a file, the innermost first."""
    found = []
    folder = os.path.dirname(os.path.abspath(path))
    while os.path.isfile(init := os.path.join(folder, "__init__.py")):
        found.append(init)
        folder = os.path.dirname(folder)
    return found


def _imported(source: Source) -> list[str]:
    return sorted(_modules().imported(source.path, source.text.encode("utf-8", "surrogatepass")))


@lru_cache(maxsize=1)
def _modules() -> Modules:
    return Modules()


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, -1
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1024)
def _file_asks(path: str, mtime: int, size: int) -> bool:
    if not 0 <= size <= _MAX_BYTES:
        return False
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return _asks(file.read())
    except OSError:
        return False
