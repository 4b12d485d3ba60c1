"""A saved or live model → the ``Source`` that is read in its place."""

from __future__ import annotations

from collections.abc import Sequence

from kerlint.saved.architecture import Architecture, NotReadable
from kerlint.saved.files import read_saved
from kerlint.saved.text import write
from kerlint.sources.source import Source, Unreadable


def source_of_file(path: str, max_size: int) -> Source | Unreadable:
    """The text of the model in a file, or one line that says why there is none."""
    try:
        architecture = read_saved(path)
    except NotReadable as error:
        return unreadable(path, error)
    return source_of(path, architecture, max_size)


def source_of(
    path: str, architecture: Architecture, max_size: int, after: Sequence[str] = ()
) -> Source | Unreadable:
    """The text of a model, which is named ``path``; ``after`` are lines that use it."""
    try:
        written = write(architecture, after)
    except NotReadable as error:
        return unreadable(path, error)
    except RecursionError:
        return unreadable(path, NotReadable("its parts are nested too deeply"))
    if len(written.text) > max_size:
        reason = (
            f"its description has {len(written.text):,} bytes, more than max-file-size allows "
            f"({max_size:,})"
        )
        return unreadable(path, NotReadable(reason))
    return Source(path, written.text, layers=written.layers)


def unreadable(path: str, error: NotReadable) -> Unreadable:
    what = "cannot be checked" if error.valid else "could not be read"
    return Unreadable(path, f"{what}: {error.reason}", valid=error.valid)
