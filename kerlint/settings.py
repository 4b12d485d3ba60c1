"""Configuration files and command line → ``Settings``, the plain data everything else reads."""

from __future__ import annotations

import difflib
import functools
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kerlint.diagnostics import Severity

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
BACKENDS = ("tensorflow", "jax", "torch", "numpy", "openvino")
CONFIG_NAMES = (".kerlint.toml", "kerlint.toml", "pyproject.toml")
# What marks the top folder of a project that has no configuration of kerlint's.
PROJECT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


class SettingsError(ValueError):
    """Settings that are wrong: ``problems`` is one clear line for each mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Selection:
    """One layer of rule selection: the configuration file is one, the command line another."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patterns:
    """File patterns as in a ``.gitignore`` that lies in the folder ``base``."""

    base: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PerFileIgnore:
    """Selectors ignored in files that match ``pattern`` (with ``!`` before it: do not match)."""

    base: str
    pattern: str
    ignore: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run can be told, for the files of one folder.

    ``root`` is the absolute path of the project's top folder: where the configuration file lies,
    else the closest folder upward with a ``.git`` or a ``pyproject.toml``.
    """

    root: str
    config: str | None = None
    selections: tuple[Selection, ...] = ()
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    exclude: tuple[Patterns, ...] = ()
    respect_gitignore: bool = True
    target_keras: str = "3"
    backend: str | None = None
    fail_on: Severity = Severity.WARNING
    output_format: str = "full"
    max_file_size: int = 1_000_000
    cache_dir: str | None = None

    def selects(self, code: str, name: str, default: bool) -> bool:
        """Whether a rule is on; ``default`` is whether it is on when nobody says anything.

        Within a layer the more specific selector wins (``KER101`` over ``KER1`` over ``ALL``), and
        ``ignore`` wins over ``select`` when they are equally specific.
        """
        on = default
        for layer in self.selections:
            chosen = specificity(layer.extend_select, code, name)
            if layer.select is not None:
                on = False
                chosen = max(chosen, specificity(layer.select, code, name))
            ignored = specificity(layer.ignore, code, name)
            if chosen or ignored:
                on = chosen > ignored
        return on

    def shows(self, code: str, name: str, severity: Severity) -> bool:
        """Whether a finding is worth showing: info is only when somebody named its code.

        Any selector that fits names it, and so does a severity that was set for it.
        """
        if severity > Severity.INFO:
            return True
        words = [word for word, _ in self.severities]
        for layer in self.selections:
            words += [*(layer.select or ()), *layer.extend_select]
        return specificity(words, code, name) > 0

    @property
    def fingerprint(self) -> str:
        """A text that is equal for two settings exactly when they give a file the same findings."""
        return repr(
            (
                self.root,
                self.selections,
                self.per_file_ignores,
                self.severities,
                self.target_keras,
                self.backend,
                self.max_file_size,
            )
        )


def specificity(selectors: Iterable[str], code: str, name: str) -> int:
    """How closely the closest of ``selectors`` names the rule; 0 when none does."""
    best = 0
    for selector in selectors:
        if selector in (code, name):
            return 100
        if selector == "ALL":
            best = max(best, 1)
        elif _PREFIX.fullmatch(selector) and code.startswith(selector):
            best = max(best, len(selector))
    return best


_PREFIX = re.compile(r"KER\d*")


# --- one value of a configuration file or an option ---------------------------------------------


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(item.strip() for item in value if item.strip())


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _table_of_strings(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise ValueError("must be a table: file pattern = [codes]")
    try:
        return tuple((str(pattern), _strings(codes)) for pattern, codes in value.items())
    except ValueError:
        raise ValueError("must be a table: file pattern = [codes]") from None


def _severity(value: object) -> Severity:
    if isinstance(value, Severity):
        return value
    return Severity.parse(_string(value))


def _severities(value: object) -> tuple[tuple[str, Severity], ...]:
    if not isinstance(value, Mapping):
        raise ValueError('must be a table: code = "error", "warning" or "info"')
    return tuple((str(code), _severity(word)) for code, word in value.items())


def _target_keras(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(f'must be a string: "{value}"')
    text = _string(value)
    if text != "tf_keras" and not re.fullmatch(r"[23](\.\d+){0,2}", text):
        raise ValueError(f'must be "3", a release such as "3.8", "2" or "tf_keras", not {text!r}')
    return text


def _backend(value: object) -> str:
    text = _string(value)
    if text not in BACKENDS:
        raise ValueError(f"must be one of {', '.join(BACKENDS)}, not {text!r}")
    return text


def _output_format(value: object) -> str:
    from kerlint.reports import destinations

    text = _string(value)
    destinations(text)  # raises ValueError
    return text


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgG]?)[bB]?")
_FACTORS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError('must be a number of bytes, or a text such as "500 kB" or "2 MB"')
    return int(float(match[1]) * _FACTORS[match[2].upper()])


KEYS: Mapping[str, Callable[[object], Any]] = {
    "select": _strings,
    "extend-select": _strings,
    "ignore": _strings,
    "extend-ignore": _strings,
    "per-file-ignores": _table_of_strings,
    "extend-per-file-ignores": _table_of_strings,
    "severity": _severities,
    "exclude": _strings,
    "extend-exclude": _strings,
    "respect-gitignore": _boolean,
    "target-keras": _target_keras,
    "backend": _backend,
    "fail-on": _severity,
    "output-format": _output_format,
    "max-file-size": _size,
    "cache-dir": _string,
}


@dataclass(frozen=True, slots=True)
class Layer:
    """The settings one source gives: checked values by key; paths in them start at ``base``."""

    base: str
    values: Mapping[str, Any] = field(default_factory=dict)


def layer(raw: Mapping[str, object], base: str, prefix: str) -> Layer:
    """Check ``raw`` and return it; raises ``SettingsError`` with ``prefix`` before each mistake."""
    values: dict[str, Any] = {}
    problems = []
    for key, value in raw.items():
        parse = KEYS.get(key)
        if parse is None:
            problems.append(f"{prefix}unknown key {key!r}{did_you_mean(key, KEYS)}")
            continue
        try:
            values[key] = parse(value)
        except ValueError as error:
            problems.append(f"{prefix}{key} {error}")
    problems += [f"{prefix}{problem}" for problem in _unknown_selectors(values)]
    if problems:
        raise SettingsError(problems)
    return Layer(base, values)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _unknown_selectors(values: Mapping[str, Any]) -> list[str]:
    """One line for each selector that selects nothing."""
    problems = []
    for key in ("select", "extend-select", "ignore", "extend-ignore"):
        problems += [problem_of_selector(key, word) for word in values.get(key, ())]
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        for _, words in values.get(key, ()):
            problems += [problem_of_selector(key, word) for word in words]
    problems += [problem_of_selector("severity", word) for word, _ in values.get("severity", ())]
    return [problem for problem in problems if problem]


def problem_of_selector(key: str, word: str) -> str:
    """Why ``word`` selects nothing, or an empty text when it selects something."""
    from kerlint.catalogue import catalogue

    entries = catalogue()
    if any(specificity((word,), entry.code, entry.name) for entry in entries):
        return ""
    known = [entry.code for entry in entries] + [entry.name for entry in entries]
    return f"{key}: unknown rule {word!r}{did_you_mean(word, known)}"


# --- from layers to settings ---------------------------------------------------------------------


def combine(root: str, layers: Iterable[Layer], *, config: str | None = None) -> Settings:
    """Settings of the project ``root`` from ``layers``, of which later ones win."""
    selections: list[Selection] = []
    per_file: list[PerFileIgnore] = []
    exclude = [Patterns(root, DEFAULT_EXCLUDE)]
    plain: dict[str, Any] = {}
    for each in layers:
        values = each.values
        selections.append(
            Selection(
                values.get("select"),
                values.get("extend-select", ()),
                values.get("ignore", ()) + values.get("extend-ignore", ()),
            )
        )
        if "per-file-ignores" in values:
            per_file = []
        for key in ("per-file-ignores", "extend-per-file-ignores"):
            for pattern, words in values.get(key, ()):
                per_file.append(PerFileIgnore(each.base, pattern, words))
        if "exclude" in values:
            exclude = [Patterns(each.base, values["exclude"])]
        if values.get("extend-exclude"):
            exclude.append(Patterns(each.base, values["extend-exclude"]))
        for key in ("respect-gitignore", "target-keras", "backend", "fail-on"):
            if key in values:
                plain[key.replace("-", "_")] = values[key]
        for key in ("output-format", "max-file-size"):
            if key in values:
                plain[key.replace("-", "_")] = values[key]
        if "severity" in values:
            plain["severities"] = values["severity"]
        if "cache-dir" in values:
            plain["cache_dir"] = os.path.join(each.base, os.path.expanduser(values["cache-dir"]))
    # A layer that selects nothing says nothing: leave it out, so that equal settings are equal.
    return Settings(
        root=root,
        config=config,
        selections=tuple(s for s in selections if s != Selection()),
        per_file_ignores=tuple(per_file),
        exclude=tuple(exclude),
        **plain,
    )


def read_config(path: str) -> Mapping[str, object] | None:
    """kerlint's table in the configuration file ``path``; None when a pyproject.toml has none.

    Raises ``SettingsError`` when the file cannot be read or is no TOML.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror or error}"]) from None
    is_pyproject = os.path.basename(path) == "pyproject.toml"
    if is_pyproject and b"kerlint" not in data:
        return None  # the common case; spares the import of a TOML parser
    try:
        table: object = _toml(data.decode("utf-8"))
        for key in ("tool", "kerlint") if is_pyproject else ():
            if not isinstance(table, Mapping) or key not in table:
                return None
            table = table[key]
    except ValueError as error:  # both TOMLDecodeError and UnicodeDecodeError
        raise SettingsError([f"{path}: not valid TOML: {error}"]) from None
    if not isinstance(table, Mapping):
        raise SettingsError([f"{path}: [tool.kerlint] must be a table"])
    return table


def _toml(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    table: dict[str, Any] = tomllib.loads(text)
    return table


def resolver(
    command_line: Layer, *, config: str | None = None, isolated: bool = False
) -> Callable[[str], Settings]:
    """Return a function from a folder (absolute path) to the settings of the files in it.

    The closest configuration file upward counts, alone; ``config`` names one for all folders, and
    with ``isolated`` none is read. The function raises ``SettingsError``.
    """
    fixed: tuple[str, Layer, str] | None = None
    if config is not None and not isolated:
        given = read_config(config)
        if given is None:
            raise SettingsError([f"{config}: no [tool.kerlint] in it"])
        fixed = command_line.base, layer(given, command_line.base, f"{config}: "), config

    @functools.cache
    def configured(folder: str) -> tuple[str, Layer, str] | None:
        for name in CONFIG_NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                raw = read_config(path)
                if raw is not None:
                    return folder, layer(raw, folder, f"{path}: "), path
        parent = os.path.dirname(folder)
        return configured(parent) if parent != folder else None

    @functools.cache
    def marked(folder: str) -> str | None:
        if any(os.path.lexists(os.path.join(folder, mark)) for mark in PROJECT_MARKS):
            return folder
        parent = os.path.dirname(folder)
        return marked(parent) if parent != folder else None

    # One object for each project, so that files of one project share a cache and a fingerprint.
    built: dict[tuple[str, str | None], Settings] = {}

    def settings_for(folder: str) -> Settings:
        found = None if isolated else (fixed or configured(folder))
        if found is None:
            root, layers, path = marked(folder) or command_line.base, [command_line], None
        else:
            root, layers, path = found[0], [found[1], command_line], found[2]
            if fixed:
                root = marked(folder) or root
        if (root, path) not in built:
            built[root, path] = combine(root, layers, config=path)
        return built[root, path]

    return settings_for
