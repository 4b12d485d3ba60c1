"""Edits → the new bytes of a file or notebook, in which nothing but the edited places differs."""

from __future__ import annotations

from collections.abc import Sequence

from kerlint.diagnostics import Edit
from kerlint.repairs.text import Refused, changes, spliced
from kerlint.sources.read import encoding_of, is_notebook, python_source
from kerlint.sources.source import Unreadable

__all__ = ("Refused", "edited")

_BOM = b"\xef\xbb\xbf"


def edited(path: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return ``data``, the content of ``path``, with ``edits`` applied.

    A line break in what is inserted becomes that of the lines around. A position on the row after
    the last one is allowed, as if the text ended in a line break; a text without one stays so.
    """
    if not edits:
        return data
    if is_notebook(path):
        from kerlint.repairs import notebook  # only here: many projects have none

        return notebook.edited(path, data, edits)
    source = python_source(path, data)
    if isinstance(source, Unreadable):
        raise Refused(f"the file {source.reason}")
    if any(edit.span.cell is not None for edit in edits):
        raise Refused("the file is not a notebook")
    mark = _BOM if data.startswith(_BOM) else b""
    encoding = encoding_of(data)
    if source.text.encode(encoding) != data[len(mark) :]:
        raise Refused(f"its encoding, {encoding}, has several ways to write the same text")
    text = spliced(source.text, changes(source.text, edits))
    try:
        new = mark + text.encode(encoding)
    except UnicodeEncodeError as error:
        lacking = ascii(text[error.start])
        raise Refused(f"its encoding, {encoding}, lacks the character {lacking}") from None
    again = python_source(path, new)
    if isinstance(again, Unreadable) or again.text != text:
        raise Refused("the file would declare another encoding")
    return new
