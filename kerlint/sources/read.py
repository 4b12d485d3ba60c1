"""Bytes of a file or of stdin → ``Source``, or one line that says why they cannot be read."""

from __future__ import annotations

import io
import mmap
import os
import stat
from collections.abc import Callable

from kerlint.sources.lines import place_of_byte
from kerlint.sources.source import Source, Unreadable


def python_source(path: str, data: bytes) -> Source | Unreadable:
    """Decode Python source by the rules of PEP 263: UTF-8, or what a BOM or a comment declares."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Unreadable(path, "could not be read: Python does not accept UTF-16")
    nul = data.find(b"\0")
    if nul >= 0:
        return Unreadable(
            path,
            "could not be read: it contains a NUL byte, so it is probably not a text file",
            *place_of_byte(data, nul),
        )
    try:
        encoding = encoding_of(data)
    except SyntaxError as error:
        return Unreadable(path, f"could not be read: {error.msg}")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return Unreadable(
            path,
            f"could not be read: byte {error.start} is not valid {_named(error.encoding)}",
            *place_of_byte(data, error.start),
        )
    except (LookupError, ValueError) as error:  # a codec that is not for text, such as rot13
        return Unreadable(path, f"could not be read: {error}")
    return Source(path, text.removeprefix("\ufeff"))


def encoding_of(data: bytes) -> str:
    """The encoding of Python source by PEP 263; raises ``SyntaxError`` for one that there is not.

    A byte order mark is part of the text that it decodes to.
    """
    if b"coding" not in data[:1000]:
        return "utf-8"
    import tokenize  # only here: few files need it

    # A lone CR ends a line for Python, not for readline().
    lines = io.BytesIO(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    encoding, _ = tokenize.detect_encoding(lines.readline)
    return "utf-8" if encoding.lower().replace("_", "-") == "utf-8-sig" else encoding


def _named(encoding: str) -> str:
    return "UTF-8" if encoding.lower().replace("_", "-") == "utf-8" else encoding


def notebook_source(path: str, data: bytes) -> Source | Unreadable:
    """Read a notebook; see ``kerlint.sources.notebook``."""
    from kerlint.sources import notebook  # only here: many projects have none

    return notebook.notebook_source(path, data)


# What is looked for in folders, and how it is read. A named file with any other suffix is read
# as Python.
READERS: dict[str, Callable[[str, bytes], Source | Unreadable]] = {
    ".py": python_source,
    ".pyw": python_source,
    ".ipynb": notebook_source,
}


# Most bytes of a notebook are pictures, so the size of its code is checked after reading.
MAX_NOTEBOOK_BYTES = 200_000_000


def is_notebook(path: str) -> bool:
    """Whether what is linted is not the content of ``path`` but the code of its cells."""
    return path.lower().endswith(".ipynb")


# Models are read when they are named, and never looked for: weights would be reported as well.
_MODELS = (".keras", ".h5", ".hdf5", ".json")


def is_model(path: str) -> bool:
    """Whether what is linted is a saved model, of which kerlint writes the code itself."""
    return path.lower().endswith(_MODELS)


def to_source(path: str, data: bytes) -> Source | Unreadable:
    """Read ``data``, the content of ``path``, in the way that its suffix asks for."""
    return READERS.get(os.path.splitext(path)[1].lower(), python_source)(path, data)


_GROWTH = 1_000_000  # bytes that are written to a file while it is read


def read_bytes(
    path: str, max_size: int, worth_a_line: Callable[[bytes | mmap.mmap], bool]
) -> bytes | Unreadable | None:
    """The content of ``path``.

    None for a file that is too large and for which ``worth_a_line`` is false: a table of numbers
    in a .py file must not break a run.
    """
    if is_notebook(path):
        max_size = MAX_NOTEBOOK_BYTES
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return Unreadable(path, "could not be read: it is not a regular file")
        with open(path, "rb") as file:
            if status.st_size > max_size:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                    if not worth_a_line(view):
                        return None
                return too_large(path, status.st_size, max_size)
            # It may be growing. Python takes as much memory as it is asked to read.
            most = min(max_size, status.st_size + _GROWTH)
            data = file.read(most + 1)
        return too_large(path, len(data), max_size) if len(data) > most else data
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Unreadable(path, f"could not be read: {reason}")


def too_large(path: str, size: int, max_size: int) -> Unreadable:
    """The error for a file that uses Keras and is not read because of its size."""
    reason = (
        f"could not be read: it has {size:,} bytes, more than max-file-size allows ({max_size:,})"
    )
    return Unreadable(path, reason)
