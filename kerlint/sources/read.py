"""Bytes of a file or of stdin → ``Source``, or one line that says why not."""

from __future__ import annotations

import io
import mmap
import os
import stat
from collections.abc import Callable

from kerlint.sources.source import Source, Unreadable


def python_source(path: str, data: bytes) -> Source | Unreadable:
    """Decode Python source as PEP 263 has it: UTF-8, or what a BOM or a coding comment says."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Unreadable(path, "could not be read: it is UTF-16, which Python does not accept")
    nul = data.find(b"\0")
    if nul >= 0:
        return Unreadable(
            path, "could not be read: it holds a NUL byte, so it is no text", *_place(data, nul)
        )
    encoding = "utf-8"
    if b"coding" in data[:1000]:
        import tokenize  # only here: few files need it

        try:
            # A lone CR ends a line for Python, not for readline().
            lines = io.BytesIO(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
            encoding, _ = tokenize.detect_encoding(lines.readline)
        except SyntaxError as error:
            return Unreadable(path, f"could not be read: {error.msg}")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return Unreadable(
            path,
            f"could not be read: not {error.encoding} at byte {error.start}",
            *_place(data, error.start),
        )
    except (LookupError, ValueError) as error:  # a codec that is not for text, such as rot13
        return Unreadable(path, f"could not be read: {error}")
    return Source(path, text.removeprefix("\ufeff"))


def notebook_source(path: str, data: bytes) -> Source | Unreadable:
    return Unreadable(path, "could not be read: kerlint does not read notebooks yet")


# What is looked for in folders, and how it is read. A named file with any other suffix is read
# as Python.
READERS: dict[str, Callable[[str, bytes], Source | Unreadable]] = {
    ".py": python_source,
    ".pyw": python_source,
}
_NAMED_ONLY = {".ipynb": notebook_source}


def to_source(path: str, data: bytes) -> Source | Unreadable:
    """Read ``data``, the content of ``path``, in the way that its suffix asks for."""
    suffix = os.path.splitext(path)[1].lower()
    reader = READERS.get(suffix) or _NAMED_ONLY.get(suffix) or python_source
    return reader(path, data)


def read_bytes(
    path: str, max_size: int, worth_a_line: Callable[[bytes | mmap.mmap], bool]
) -> bytes | Unreadable | None:
    """The content of ``path``.

    None for a file that is too large and of which ``worth_a_line`` says that nobody would miss
    it: a table of numbers in a .py file must not break a run.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return Unreadable(path, "could not be read: not a regular file")
        with open(path, "rb") as file:
            if status.st_size > max_size:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                    if not worth_a_line(view):
                        return None
                return Unreadable(
                    path,
                    f"could not be read: {status.st_size:,} bytes are more than max-file-size"
                    f" ({max_size:,})",
                )
            return file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Unreadable(path, f"could not be read: {reason}")


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """Row and column (both from 1) of a byte; the column counts characters where there are any."""
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = before[before.rfind(b"\n") + 1 :]
    return before.count(b"\n") + 1, len(line.decode("utf-8", "replace")) + 1
