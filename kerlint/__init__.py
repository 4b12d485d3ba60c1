"""kerlint: a static analyzer for Keras code.

From Python::

    >>> import kerlint
    >>> findings = kerlint.lint_source("model.add(Dense(1, activation='softmax'))")
    >>> findings = kerlint.lint_paths(["src/"], select=["KER1"])

Importing this package is cheap; the rest is imported when it is first used.
"""

# `python -m kerlint` imports this while the user's folder is first on the module path, see
# kerlint/__main__.py. So nothing is imported here: a typing.py in that folder is not to be run.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from kerlint.diagnostics import Diagnostic

__version__ = "0.1.0"
__all__ = ["__version__", "lint_paths", "lint_source"]


def lint_source(
    text: str, filename: "str | os.PathLike[str]" = "<string>", **settings: object
) -> "list[Diagnostic]":
    """Check the source code ``text`` and return the findings, sorted by place.

    ``filename`` is used in the findings; a name that ends in ``.ipynb`` makes ``text`` a
    notebook. ``settings`` are the keys of ``[tool.kerlint]`` with underscores, for example
    ``select=["KER1"]`` or ``target_keras="3.8"``; no config file is read.

    Raises ``TypeError`` when ``text`` is not a string, and ``kerlint.settings.SettingsError``
    for unknown settings and invalid values.
    """
    import os

    if not isinstance(text, str):
        hint = ""
        if isinstance(text, os.PathLike):
            hint = "; use lint_paths() for files"
        elif isinstance(text, (bytes, bytearray)):
            hint = "; decode it first"
        kind = type(text).__name__
        raise TypeError(f"lint_source() takes source code as a str, not {kind}{hint}")
    from kerlint import engine

    return engine.findings_in_text(text, os.fspath(filename), settings)


def lint_paths(
    paths: "Iterable[str | os.PathLike[str]] | str | os.PathLike[str]", **settings: object
) -> "list[Diagnostic]":
    """Check the files and folders ``paths`` and return the findings, sorted by file and place.

    Each file is checked with the nearest config file, as on the command line; ``settings`` take
    precedence. A file that cannot be read is a finding (KER000), and an unknown rule in a config
    file is a ``UserWarning``.

    Raises ``FileNotFoundError`` for a path that does not exist, and
    ``kerlint.settings.SettingsError`` for unknown settings and invalid values.
    """
    from kerlint import engine

    return engine.findings_in_paths(paths, settings)
