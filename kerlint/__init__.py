"""kerlint: a static analyzer for Keras code.

From Python::

    >>> import kerlint
    >>> findings = kerlint.lint_source("model.add(Dense(1, activation='softmax'))")
    >>> findings = kerlint.lint_paths(["src/"], select=["KER1"])

Importing this package is cheap: everything else is imported when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from kerlint.diagnostics import Diagnostic

__version__ = "0.1.0"
__all__ = ["__version__", "lint_paths", "lint_source"]


def lint_source(text: str, filename: str = "<string>", **settings: object) -> list[Diagnostic]:
    """Return what is wrong with ``text``, in the order of the text.

    ``settings`` are the keys of ``[tool.kerlint]`` with underscores (``select=["KER1"]``,
    ``target_keras="3.8"``); no configuration file is read. Raises
    ``kerlint.settings.SettingsError`` for a key or a value that does not exist.
    """
    from kerlint import engine

    return engine.findings_in_text(text, filename, settings)


def lint_paths(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str], **settings: object
) -> list[Diagnostic]:
    """Return what is wrong in the files and folders ``paths``, sorted by file and place.

    The closest configuration file of each linted file counts, and ``settings`` beat it, as on
    the command line. Files that cannot be read are findings (KER000). Raises
    ``FileNotFoundError`` for a path that does not exist and ``kerlint.settings.SettingsError``
    for settings that are wrong.
    """
    from kerlint import engine

    return engine.findings_in_paths(paths, settings)
