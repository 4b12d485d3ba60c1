"""kerlint: a static analyzer for Keras code.

From Python::

    >>> import kerlint
    >>> findings = kerlint.lint_source("model.add(Dense(1, activation='softmax'))")
    >>> findings = kerlint.lint_paths(["src/"], select=["KER1"])
    >>> findings = kerlint.lint_model(model, x_train, y_train)  # a keras.Model

Importing this package is cheap; the rest is imported when it is first used.
"""

# `python -m kerlint` imports this while the user's folder is first on the module path, see
# kerlint/__main__.py. So nothing is imported here: a typing.py in that folder is not to be run.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from concurrent.futures import Executor

    from kerlint.config.settings import SettingsError
    from kerlint.diagnostics import (
        Applicability,
        Diagnostic,
        Edit,
        Fix,
        Position,
        Related,
        Severity,
        Span,
    )
    from kerlint.findings import Findings
    from kerlint.guard import Guard, GuardError, GuardWarning

__version__ = "0.1.0"
__all__ = [
    "Applicability",
    "Diagnostic",
    "Edit",
    "Findings",
    "Fix",
    "Guard",
    "GuardError",
    "GuardWarning",
    "Position",
    "Related",
    "SettingsError",
    "Severity",
    "Span",
    "__version__",
    "lint_model",
    "lint_paths",
    "lint_source",
    "write_reports",
]

_MODULES = {
    "Findings": "findings",
    "Guard": "guard",
    "GuardError": "guard",
    "GuardWarning": "guard",
    "SettingsError": "config.settings",
    "load_ipython_extension": "notebooks.extension",
    "unload_ipython_extension": "notebooks.extension",
    **dict.fromkeys(
        ("Applicability", "Diagnostic", "Edit", "Fix", "Position", "Related", "Severity", "Span"),
        "diagnostics",
    ),
}
"""Where the names are that are imported when they are first used."""

if not TYPE_CHECKING:  # for type checkers, a name that is not imported above does not exist

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})


def lint_source(
    text: str, filename: "str | os.PathLike[str]" = "<string>", **settings: object
) -> "Findings":
    """Check the source code ``text`` and return the findings, sorted by place.

    ``filename`` is used in the findings; a name that ends in ``.ipynb`` makes ``text`` a
    notebook. ``settings`` are the keys of ``[tool.kerlint]`` with underscores, for example
    ``select=["KER1"]`` or ``target_keras="3.8"``; no config file is read.

    Raises ``TypeError`` when ``text`` is not a string, and ``kerlint.SettingsError``
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
    from kerlint.findings import Findings
    from kerlint.run import engine

    return Findings(engine.findings_in_text(text, os.fspath(filename), settings))


def lint_paths(
    paths: "Iterable[str | os.PathLike[str]] | str | os.PathLike[str]",
    *,
    executor: "Executor | None" = None,
    **settings: object,
) -> "Findings":
    """Check the files and folders ``paths`` and return the findings, sorted by file and place.

    Each file is checked with the nearest config file, as on the command line; ``settings`` take
    precedence. A file that cannot be read is a finding (KER000), and an unknown rule in a config
    file is a ``UserWarning``.

    The files are checked one after the other in this process, or by an ``executor``: one of
    ``concurrent.futures``, or one like it, such as ``client.get_executor()`` of a Dask cluster. It
    is given 200 files at a time. Its workers need kerlint and the files, at the same paths.

    Raises ``FileNotFoundError`` for a path that does not exist, and
    ``kerlint.SettingsError`` for unknown settings and invalid values.
    """
    from kerlint.findings import Findings

    if executor is not None:
        from kerlint.run import parts

        return Findings(parts.findings_through(executor, paths, settings))
    from kerlint.run import engine

    return Findings(engine.findings_in_paths(paths, settings))


def lint_model(
    model: object,
    x: object = None,
    y: object = None,
    *,
    execute: bool = False,
    **settings: object,
) -> "Findings":
    """Check a ``keras.Model``, compiled or not, and return the findings, layer by layer.

    ``x`` and ``y`` are samples as ``fit`` takes them: arrays, lists or dictionaries of them, or a
    ``tf.data.Dataset``, of which a few batches are taken. With them the rules about data and labels
    apply as well. ``execute`` tests each finding by an experiment, in a separate process.
    ``settings`` are the keys of ``[tool.kerlint]`` with underscores; no config file is read.

    The model is not changed, and nothing of it is run. Of a model whose ``call`` is your own only
    the layers are checked. Findings have the name of their ``layer``; their rows count in a text
    that describes the model.

    Raises ``TypeError`` for what is not a model or not samples, ``ValueError`` for samples that are
    empty or not numbers, ``RuntimeError`` for ``execute`` without TensorFlow, and
    ``kerlint.SettingsError`` for unknown settings and invalid values.
    """
    from kerlint.findings import Findings
    from kerlint.live import findings_in_model

    return Findings(findings_in_model(model, x, y, execute, settings))


def write_reports(findings: "Iterable[Diagnostic]", output_format: str) -> None:
    """Write ``findings``, in order, as the command line does.

    ``output_format`` is that of ``--output-format``, for example
    ``"json:report.json,sarif:report.sarif"``; what has no file goes to standard output.

    Raises ``ValueError`` for an unknown format, and ``OSError`` if a file cannot be written.
    """
    from kerlint.reports.files import write

    write(findings, output_format)
