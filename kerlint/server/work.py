"""What the server asks of its worker processes, and how they answer: all that reads code."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import field
from functools import partial
from typing import TypeAlias

from kerlint.config.settings import Layer, Settings, SettingsError, layer, resolver
from kerlint.diagnostics import Applicability, Diagnostic
from kerlint.lazy_dataclass import dataclass
from kerlint.outcome import Outcome
from kerlint.run.engine import lint_source, load_the_core
from kerlint.sources.find import is_excluded
from kerlint.sources.read import to_source
from kerlint.sources.source import Unreadable


@dataclass(frozen=True, slots=True)
class Given:
    """The settings of the editor: keys as in a config file, and the folder they are about.

    ``config`` is the path of a config file to use instead of the nearest one. ``last`` are the
    last settings of the file that were right, for the time that its config file is wrong.
    """

    base: str
    values: Mapping[str, object] = field(default_factory=dict)
    config: str | None = None
    isolated: bool = False
    last: Settings | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Lint a text, with a report on each layer if ``layers``."""

    path: str
    data: bytes
    given: Given
    layers: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """``excluded``: the settings leave the file out. ``problems`` are wrong settings.

    ``settings`` are those of the file, where its config file could be read.
    """

    outcome: Outcome
    excluded: bool = False
    problems: tuple[str, ...] = ()
    settings: Settings | None = None


@dataclass(frozen=True, slots=True)
class FixAll:
    """Apply all safe fixes, in rounds as ``--fix`` does."""

    path: str
    data: bytes
    given: Given


@dataclass(frozen=True, slots=True)
class Repair:
    """For each finding: the content with its fix, and with a comment that suppresses it."""

    path: str
    data: bytes
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """New contents, in the order of what was asked for; None where there is none."""

    fixed: tuple[bytes | None, ...]
    ignored: tuple[bytes | None, ...] = ()


Work: TypeAlias = "Check | FixAll | Repair"
Answer: TypeAlias = "Checked | Contents"


def answer(work: Work) -> Answer:
    """Do what is asked; what goes wrong with a file is a part of its outcome."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(work, Check):
            return _checked(work)
        if isinstance(work, FixAll):
            return _fixed(work)
        return _repaired(work)


def size_of(work: Work) -> int:
    return len(work.data)


_WARM = b"""\
import keras
from keras import layers

model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="softmax")])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
model.fit([[0.0]], [[1.0]], epochs=1)
"""


def prepare() -> None:
    """Import what every file needs, and lint a small program, so that the first file is quick."""
    global _prepared
    if _prepared:
        return
    _prepared = True
    load_the_core(1_000_000)
    try:
        from kerlint.reading import remember_trees

        remember_trees()
        import kerlint.repairs.ignores
        import kerlint.repairs.rounds  # noqa: F401
        from kerlint.rules import all_rules

        all_rules()
        settings = Settings(root=os.getcwd())
        lint_source(to_source("warm.py", _WARM), _WARM, settings, layers=True)
    except Exception:  # each file will say so
        return


_prepared = False


# --- settings ------------------------------------------------------------------------------------


def _settings(path: str, given: Given) -> tuple[Settings, bool, tuple[str, ...]]:
    """The settings of a file, whether they are right, and what is wrong in one line each.

    Config files are read again for each text, so that nothing depends on the client's watching.
    """
    problems: list[str] = []
    try:
        of_editor = layer(given.values, given.base, "editor settings: ", lenient=True)
        problems += of_editor.warnings
    except SettingsError as error:
        problems += error.problems
        of_editor = _without_mistakes(given)
    folder = os.path.dirname(path) if os.path.isabs(path) else given.base
    try:
        settings_for = resolver(
            of_editor, config=given.config, isolated=given.isolated, warn=problems.append
        )
        return settings_for(folder), True, tuple(problems)
    except SettingsError as error:
        problems += error.problems
    settings = given.last or resolver(of_editor, isolated=True)(folder)
    return settings, False, tuple(problems)


def _without_mistakes(given: Given) -> Layer:
    """The settings of the editor that can be used."""
    good: dict[str, object] = {}
    for key, value in given.values.items():
        try:
            layer({key: value}, given.base, "", lenient=True)
        except SettingsError:
            continue
        good[key] = value
    return layer(good, given.base, "", lenient=True)


# --- the answers ---------------------------------------------------------------------------------


def _checked(work: Check) -> Checked:
    settings, right, problems = _settings(work.path, work.given)
    good = settings if right else None
    if os.path.isabs(work.path) and is_excluded(work.path, False, settings):
        return Checked(Outcome(work.path), True, problems, good)
    outcome = _lint(work.path, settings, work.data, layers=work.layers)
    return Checked(outcome, False, problems, good)


def _lint(path: str, settings: Settings, data: bytes, *, layers: bool = False) -> Outcome:
    source = to_source(path, data)
    if not isinstance(source, Unreadable) and len(source.text) > settings.max_file_size:
        return Outcome(path)
    return lint_source(source, data, settings, layers=layers)


def _fixed(work: FixAll) -> Contents:
    from kerlint.repairs.rounds import fix_source

    settings, _, _ = _settings(work.path, work.given)
    lint = partial(_lint, work.path, settings)
    repaired = fix_source(work.path, work.data, lint, Applicability.SAFE)
    return Contents((None if repaired.data == work.data else repaired.data,))


def _repaired(work: Repair) -> Contents:
    from kerlint.repairs.ignores import suppress

    ignored = []
    for finding in work.findings:
        data = suppress(work.path, work.data, [finding]).data
        ignored.append(None if data == work.data else data)
    return Contents(tuple(_with_fix(work, finding) for finding in work.findings), tuple(ignored))


def _with_fix(work: Repair, finding: Diagnostic) -> bytes | None:
    from kerlint.repairs.apply import Refused, edited

    fix = finding.fix
    if fix is None or fix.applicability < Applicability.UNSAFE or not fix.edits:
        return None
    try:
        data = edited(work.path, work.data, fix.edits)
    except Refused:
        return None
    return None if data == work.data else data
