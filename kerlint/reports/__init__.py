"""The formats in which findings are reported: each module here with a function ``render``.

``render(report: Report) -> Iterator[str]`` yields the text piece by piece, line ends included. A
module whose format has a form for ``--statistics`` has a function ``statistics`` of the same type.
The format is called as its module is, with ``-`` for ``_``: a new format is one new file.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerlint.reports.report import Report

Renderer = Callable[["Report"], Iterator[str]]


def formats() -> tuple[str, ...]:
    """The names of all formats, in alphabetical order; imports every one of them."""
    import pkgutil  # only here: most runs name the format they want

    names = (module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if _module(name) is not None))


def _module(name: str) -> ModuleType | None:
    """The module of the format ``name``, None when there is no such format."""
    path = f"{__name__}.{name.replace('-', '_')}"
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        return None
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        return None
    return module if hasattr(module, "render") else None


def renderer(name: str, *, statistics: bool = False) -> Renderer:
    """The function that writes reports, or statistics, in the format ``name``.

    Raises ``ValueError`` for a format without statistics.
    """
    module = _module(name)
    assert module is not None, name
    if not statistics:
        render: Renderer = module.render
        return render
    found: Renderer | None = getattr(module, "statistics", None)
    if found is None:
        able = [each for each in formats() if hasattr(_module(each), "statistics")]
        raise ValueError(f"--statistics works with {', '.join(able)}, not with {name}")
    return found


def measures(text: str) -> bool:
    """Whether one of the formats in ``--output-format`` shows what experiments measured."""
    return any(getattr(_module(name), "MEASURES", False) for name, _ in destinations(text))


def destinations(text: str) -> tuple[tuple[str, str | None], ...]:
    """Parse ``--output-format``: ``full``, or several with files, ``json:out.json,full``.

    Returns pairs of format and file (None: standard output); raises ``ValueError``.
    """
    pairs = []
    for part in text.split(","):
        name, colon, file = part.strip().partition(":")
        if _module(name) is None:
            raise ValueError(f"must be one of {', '.join(formats())}, not {name!r}")
        if colon and not file:
            raise ValueError(f"needs a file name after {part.strip()!r}")
        pairs.append((name, file or None))
    targets = [target for _, target in pairs]
    if targets.count(None) > 1:
        raise ValueError("can send only one report to standard output; give the others a file")
    for target in targets:
        if targets.count(target) > 1:
            raise ValueError(f"names the file {target!r} twice")
    return tuple(pairs)
