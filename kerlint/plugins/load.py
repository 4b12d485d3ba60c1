"""Loads the rules that installed packages add, and says what is wrong with those it cannot use."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import field
from types import ModuleType
from typing import Any

from kerlint.catalogue.entry import Entry
from kerlint.diagnostics import Applicability, Severity
from kerlint.lazy_dataclass import dataclass
from kerlint.program.claims import Experiment
from kerlint.rules.base import Rule

_CODE = re.compile(r"[A-Z]+[0-9]+")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OURS = "KER"


@dataclass(frozen=True, slots=True)
class Plugins:
    """The rules of all packages with their entries in the catalogue, sorted by code.

    ``problems`` has one line for each package or rule that cannot be used. ``fingerprint`` changes
    when what these rules find may change.
    """

    entries: tuple[Entry, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class _Package:
    """An installed package: ``title`` is its name with its version."""

    title: str
    entry_points: tuple[tuple[str, str], ...]


def load(folders: Iterable[str], group: str) -> Plugins:
    """Import what the entry points of one group name; ``folders`` have the packages' metadata."""
    entries: dict[str, Entry] = {}
    rules: dict[str, Rule] = {}
    problems: list[str] = []
    modules: set[str] = set()
    packages = sorted((_package(folder, group) for folder in folders), key=lambda each: each.title)
    for package in packages:
        for name, value in package.entry_points:
            modules.add(value.partition(":")[0].partition(".")[0].strip())
            try:
                found = list(_rules_of(_imported(value)))
            except (Exception, SystemExit) as error:
                where = f"entry point {name!r} ({value})"
                problems.append(f"{package.title}: {where} cannot be loaded: {_in_one_line(error)}")
                continue
            for rule in found:
                problem = _problem_of(rule) or _conflict(rule, entries)
                if problem:
                    problems.append(f"{package.title}: {problem}")
                    continue
                rule.plugin = package.title
                entries[rule.code] = _entry(rule)
                rules[rule.code] = rule
    return Plugins(
        tuple(entries[code] for code in sorted(entries)),
        rules,
        tuple(problems),
        repr([[package.title for package in packages], sorted(_stamps(modules))]),
    )


# --- what is installed ---------------------------------------------------------------------------


def _package(folder: str, group: str) -> _Package:
    """What the metadata in ``folder`` say; nothing when they cannot be read."""
    parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    with contextlib.suppress(OSError, UnicodeDecodeError, ConfigError):
        parser.read(os.path.join(folder, "entry_points.txt"), encoding="utf-8")
    points = dict(parser[group]) if parser.has_section(group) else {}
    return _Package(_title(folder), tuple(sorted(points.items())))


def _title(folder: str) -> str:
    """The name of a package and its version."""
    fields: dict[str, str] = {}
    for file in ("METADATA", "PKG-INFO"):
        path = os.path.join(folder, file)
        with contextlib.suppress(OSError, UnicodeDecodeError), open(path, encoding="utf-8") as text:
            for line in text:
                key, colon, value = line.partition(":")
                if not colon:
                    break  # the description follows
                fields.setdefault(key.strip().lower(), value.strip())
    if "name" in fields:
        return f"{fields['name']} {fields.get('version', '')}".rstrip()
    return os.path.basename(folder).rpartition(".")[0].replace("-", " ")


def _stamps(modules: set[str]) -> Iterator[tuple[str, int, int]]:
    """When the files of these packages were changed that are imported now, and their sizes."""
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if path is not None and name.partition(".")[0] in modules:
            with contextlib.suppress(OSError):
                status = os.stat(path)
                yield name, status.st_mtime_ns, status.st_size


def _imported(value: str) -> Any:
    """The object that an entry point names: ``package.module:attribute``."""
    path, _, attributes = value.partition("[")[0].partition(":")
    # What a package prints when it is imported must not get into a report.
    with contextlib.redirect_stdout(sys.stderr):
        found: Any = importlib.import_module(path.strip())
        for attribute in filter(None, attributes.strip().split(".")):
            found = getattr(found, attribute)
    return found


# --- rules ---------------------------------------------------------------------------------------


def _rules_of(found: Any) -> Iterator[Rule]:
    """The rules that an entry point leads to, new instances of their own."""
    if isinstance(found, ModuleType):
        own = (found.__name__, f"{found.__name__}.")
        for item in list(vars(found).values()):
            if isinstance(item, type) and issubclass(item, Rule) and hasattr(item, "code"):
                if item.__module__ == own[0] or item.__module__.startswith(own[1]):
                    yield item()
    elif isinstance(found, Rule):
        yield found
    elif isinstance(found, type) and issubclass(found, Rule):
        yield found()
    elif isinstance(found, Iterable) and not isinstance(found, (str, bytes)):
        for each in found:
            yield from _rules_of(each)
    else:
        raise TypeError(
            f"it must be a module, a Rule or a list of them, not {type(found).__name__}"
        )


def _problem_of(rule: Rule) -> str:
    """Why a rule cannot be used; empty when it can."""
    kind = type(rule).__name__
    code = getattr(rule, "code", None)
    if code is None:
        return f"the rule {kind} has no `code`"
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return (
            f"the rule {kind} has the code {code!r}, which is not capital letters and then digits, "
            "such as ABC123"
        )
    if code.rstrip("0123456789") == _OURS:
        return f"the rule {kind} has the code {code}, but {_OURS} is for kerlint's own rules"
    if code == "ALL":
        return f"the rule {kind} has the code ALL, which means all rules"
    try:
        return f"the rule {code} {_fault(rule)}" if _fault(rule) else ""
    except Exception as error:
        return f"the rule {code} cannot be used: {_in_one_line(error)}"


def _fault(rule: Rule) -> str:
    """What is wrong with a rule whose code is right, as the end of a sentence."""
    if not isinstance(getattr(rule, "severity", None), Severity):
        return "has no `severity` such as Severity.WARNING"
    if not isinstance(rule.name, str) or not _NAME.fullmatch(rule.name):
        return f"has the name {rule.name!r}, which is not lower-case words joined by hyphens"
    if not type(rule).__doc__:
        return "has no docstring, which is what `kerlint explain` shows"
    words = rule.required_bytes
    if not isinstance(words, tuple) or not all(isinstance(word, bytes) and word for word in words):
        return "has `required_bytes` that are not a tuple of bytes"
    experiments = rule.experiments
    if not isinstance(experiments, tuple) or not all(
        isinstance(each, Experiment) for each in experiments
    ):
        return "has `experiments` that are not a tuple of experiments"
    if not isinstance(rule.fix, Applicability):
        return "has a `fix` that is not an Applicability"
    try:
        subject = rule.subject
    except (KeyError, StopIteration):
        return "has a `check` whose first parameter is not annotated with what it wants to see"
    return "" if subject is not None else "has no `check`"


def _conflict(rule: Rule, known: Mapping[str, Entry]) -> str:
    from kerlint.rules.index import RULES

    other = known.get(rule.code)
    if other is not None:
        return f"the rule {rule.code} is left out, because {other.plugin} has one of that code"
    for entry in (*RULES, *known.values()):
        if entry.name == rule.name:
            return f"the rule {rule.code} is left out, because {entry.code} has the same name"
    return ""


def _entry(rule: Rule) -> Entry:
    subject = rule.subject
    return Entry(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        default=bool(rule.default),
        preview=bool(rule.preview),
        required_bytes=rule.required_bytes,
        summary=rule.summary,
        subject="" if subject is None else subject.__name__,
        module=type(rule).__module__,
        page=rule.page,
        plugin=rule.plugin,
    )


def _in_one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    text = f"{text[:200]}..." if len(text) > 200 else text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
