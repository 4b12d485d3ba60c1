"""Which shapes are those of images."""

from __future__ import annotations

from kerlint.program.model import Dim, Shape

_SMALLEST = 8  # rows or columns: what is smaller is hardly an image


def looks_channels_first(shape: Shape) -> bool:
    """Whether a shape is that of an image with one or three channels, which come first."""
    if len(shape) != 4 or shape[1] not in (1, 3):
        return False
    rows, columns = shape[2:]
    if not (_large(rows) and _large(columns)):
        return False
    if isinstance(rows, int) and isinstance(columns, int):
        return rows <= 4 * columns and columns <= 4 * rows
    return True


def _large(size: Dim) -> bool:
    return isinstance(size, int) and size >= _SMALLEST
