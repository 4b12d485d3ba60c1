"""Turns config files and command-line settings into ``Settings``."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

from kerlint.diagnostics import Applicability, Severity
from kerlint.files import read_file
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.sources.matching import Patterns, matches, problem_of_patterns

if TYPE_CHECKING:
    from kerlint.catalogue.entry import Entry

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


Found = TypeVar("Found")


class SettingsError(ValueError):
    """Raised for invalid settings. ``problems`` has one line for each mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[SettingsError], tuple[tuple[str, ...]]]:
        return type(self), (self.problems,)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rule selection of one source: a config file, or the command line."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FixSelection:
    """Which fixes one source allows, and which it calls safe or unsafe."""

    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    safe: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PerFileIgnore:
    """Rules to ignore in files that match ``pattern``, or with ``!`` in those that do not."""

    base: str
    pattern: str
    ignore: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that apply to the files of one folder.

    ``root`` is the absolute path of the project's top folder: the folder of the config file, or
    without one the nearest folder upward that has a ``.git`` or a ``pyproject.toml``.
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
    fix: bool = False
    fix_only: bool = False
    unsafe_fixes: bool | None = None  # None: not applied, but people are told of them
    fix_selections: tuple[FixSelection, ...] = ()
    baseline: str | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    preview: bool = False

    def of_file(self, path: str) -> Settings:
        """These settings with what ``per-file-ignores`` say of ``path`` as one more layer."""
        ignored = tuple(
            selector
            for each in self.per_file_ignores
            if matches(path, False, Patterns(each.base, (each.pattern.removeprefix("!"),)))
            is not each.pattern.startswith("!")
            for selector in each.ignore
        )
        if not ignored:
            return self
        # Later layers win whatever they name, so these beat even the exact code in a select.
        return replace(self, selections=(*self.selections, Selection(ignore=ignored)))

    def severity_of(self, code: str, name: str, usual: Severity) -> Severity:
        """Return the severity of a finding, which is ``usual`` if nothing is set for its rule."""
        best, severity = 0, usual
        for word, given in self.severities:
            closeness = specificity((word,), code, name)
            if closeness > best:
                best, severity = closeness, given
        return severity

    def selects(self, code: str, name: str, default: bool) -> bool:
        """Return whether a rule is on. ``default`` says whether it is on by default.

        Within a layer the more specific selector wins (``KER101`` over ``KER1`` over ``ALL``).
        ``ignore`` wins over ``select`` when both are equally specific.
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

    def turns_on(self, entry: Entry) -> bool:
        """Return whether the rule of an entry is on. Preview rules are only with ``preview``."""
        if entry.preview and not self.preview:
            return False
        return self.selects(entry.code, entry.name, entry.default)

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

    def fixes(self, code: str, name: str) -> bool:
        """Return whether fixes of a rule may be applied; selectors count as in ``selects``."""
        on = True
        for layer in self.fix_selections:
            chosen = specificity(layer.fixable or (), code, name)
            if layer.fixable is not None:
                on = chosen > 0
            barred = specificity(layer.unfixable, code, name)
            if barred:
                on = chosen > barred
        return on

    def applicability(self, code: str, name: str, usual: Applicability) -> Applicability:
        """Return how freely a fix may be applied, which is ``usual`` if nothing is set for it."""
        found = usual
        if usual is not Applicability.DISPLAY:
            for layer in self.fix_selections:
                safe = specificity(layer.safe, code, name)
                unsafe = specificity(layer.unsafe, code, name)
                if safe or unsafe:
                    found = Applicability.SAFE if safe > unsafe else Applicability.UNSAFE
        return found

    @property
    def fingerprint(self) -> str:
        """A text that two settings share exactly when they give a file the same findings."""
        return repr(
            (
                self.root,
                self.selections,
                self.per_file_ignores,
                self.severities,
                self.target_keras,
                self.backend,
                self.max_file_size,
                self.fix_selections,
                self.aliases,
                self.preview,
            )
        )


def specificity(selectors: Iterable[str], code: str, name: str) -> int:
    """Return how specific the most specific matching selector is; 0 when none matches."""
    best = 0
    for selector in selectors:
        if selector in (code, name):
            return 100
        if selector == "ALL":
            best = max(best, 1)
        elif code.startswith(selector) and selector and _is_prefix(selector, code):
            best = max(best, len(selector))
    return best


_DIGITS = "0123456789"
_CODE = re.compile(r"[A-Z]+[0-9]+|KER")


def _is_prefix(selector: str, code: str) -> bool:
    """Whether a beginning of a code has all its letters: ``KER``, ``KER1``, but not ``K``."""
    return selector.rstrip(_DIGITS) == code.rstrip(_DIGITS)


# --- the value of one key ------------------------------------------------------------------------


def _selectors(value: object) -> tuple[str, ...]:
    return tuple(as_selector(word) for word in _strings(value))


def as_selector(word: str) -> str:
    """Codes and ``ALL`` may be written in lower case."""
    upper = word.upper()
    return upper if upper == "ALL" or _CODE.fullmatch(upper) else word


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
        raise ValueError('must be a table such as { "tests/" = ["KER1"] }')
    try:
        return tuple((str(pattern), _selectors(codes)) for pattern, codes in value.items())
    except ValueError:
        raise ValueError('must be a table such as { "tests/" = ["KER1"] }') from None


def _severity(value: object) -> Severity:
    if isinstance(value, Severity):
        return value
    try:
        return Severity.parse(_string(value))
    except ValueError:
        raise ValueError(f'must be "error", "warning" or "info", not {value!r}') from None


def _severities(value: object) -> tuple[tuple[str, Severity], ...]:
    if not isinstance(value, Mapping):
        raise ValueError('must be a table such as { KER101 = "warning" }')
    return tuple((as_selector(str(code)), _severity(word)) for code, word in value.items())


def _aliases(value: object) -> tuple[tuple[str, str], ...]:
    from kerlint.config import aliases

    return aliases.parse(value, did_you_mean)


def _target_keras(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(f'must be in quotes: "{value}"')
    text = _string(value)
    if text != "tf_keras" and not re.fullmatch(r"[23](\.\d+){0,2}", text):
        raise ValueError(f'must be "3", "2", "tf_keras" or a release such as "3.8", not {text!r}')
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
_NO_LIMIT = sys.maxsize // 2  # bytes; a file that is larger cannot be asked for
_FACTORS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def _size(value: object) -> int:
    size = 0
    if isinstance(value, int) and not isinstance(value, bool):
        size = value
    elif isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        size = int(min(float(match[1]) * _FACTORS[match[2].upper()], _NO_LIMIT))
    if size < 1:
        example = 'a number of bytes, or a size such as "500 kB" or "2 MB"'
        raise ValueError(f"must be {example}, not {value!r}")
    return min(size, _NO_LIMIT)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of ``[tool.kerlint]``: how its value is checked, and what the README says of it.

    ``parse`` raises ``ValueError`` with the end of a sentence that begins with the key.
    ``default`` is the default as TOML, empty when a key has none.
    """

    parse: Callable[[object], Any]
    kind: str
    default: str
    meaning: str


KEYS: Mapping[str, Key] = {
    "select": Key(
        _selectors,
        "list of rules",
        "",
        "Check only these rules. Without it, all rules that are on by default are checked.",
    ),
    "extend-select": Key(
        _selectors,
        "list of rules",
        "[]",
        "Check these rules in addition to the selected ones, or to the default ones.",
    ),
    "ignore": Key(
        _selectors,
        "list of rules",
        "[]",
        "Don't check these rules. The more specific entry wins: "
        '`select = ["KER101"]` and `ignore = ["KER1"]` leave KER101 on.',
    ),
    "extend-ignore": Key(_selectors, "list of rules", "[]", "The same as `ignore`."),
    "preview": Key(
        _boolean,
        "boolean",
        "false",
        "Allow rules that are new and may still change. They are off without it, even if they are "
        "selected.",
    ),
    "per-file-ignores": Key(
        _table_of_strings,
        "table of patterns and rules",
        "{}",
        "Don't check the rules in files that match the pattern. "
        "With `!` before the pattern: in files that don't match it.",
    ),
    "extend-per-file-ignores": Key(
        _table_of_strings, "table of patterns and rules", "{}", "The same as `per-file-ignores`."
    ),
    "severity": Key(
        _severities,
        "table of rules and severities",
        "{}",
        'Report the rules with another severity: `"error"`, `"warning"` or `"info"`.',
    ),
    "exclude": Key(
        _strings,
        "list of patterns",
        "[" + ", ".join(f'"{name}"' for name in DEFAULT_EXCLUDE) + "]",
        "Skip files and folders that match these patterns. Replaces the default list.",
    ),
    "extend-exclude": Key(
        _strings, "list of patterns", "[]", "Skip these files and folders as well."
    ),
    "respect-gitignore": Key(_boolean, "boolean", "true", "Skip files that git ignores."),
    "target-keras": Key(
        _target_keras,
        "string",
        '"3"',
        "The Keras release that the code runs on: `3` (the newest), a release such as `3.8`, "
        "`2`, or `tf_keras`.",
    ),
    "backend": Key(
        _backend,
        "string",
        "",
        "The Keras backend that the code runs on: "
        + ", ".join(f"`{name}`" for name in BACKENDS)
        + ". No rule depends on it yet.",
    ),
    "aliases": Key(
        _aliases,
        "table of names",
        "{}",
        "Names in your project and the names in Keras that they mean, such as "
        '`"mylib.Dense" = "keras.layers.Dense"`.',
    ),
    "fix": Key(_boolean, "boolean", "false", "Apply safe fixes, as `--fix` does."),
    "unsafe-fixes": Key(
        _boolean,
        "boolean",
        "",
        "With `true`, `--fix` applies unsafe fixes as well. With `false`, they are not mentioned.",
    ),
    "fix-only": Key(
        _boolean, "boolean", "false", "Apply fixes without reporting what remains. Implies `fix`."
    ),
    "fixable": Key(
        _selectors,
        "list of rules",
        "",
        "Apply fixes for these rules only. Without it, fixes for all rules are applied.",
    ),
    "unfixable": Key(
        _selectors,
        "list of rules",
        "[]",
        "Don't apply fixes for these rules. The more specific entry wins, as in `ignore`.",
    ),
    "extend-safe-fixes": Key(
        _selectors, "list of rules", "[]", "Treat unsafe fixes for these rules as safe."
    ),
    "extend-unsafe-fixes": Key(
        _selectors, "list of rules", "[]", "Treat safe fixes for these rules as unsafe."
    ),
    "fail-on": Key(
        _severity,
        "string",
        '"warning"',
        'The lowest severity that makes kerlint exit with 1: `"error"`, `"warning"` or `"info"`.',
    ),
    "output-format": Key(
        _output_format, "string", '"full"', "The report format; see [Reports](#reports)."
    ),
    "max-file-size": Key(
        _size, "number of bytes, or string", '"1 MB"', "Skip files that are larger than this."
    ),
    "baseline": Key(
        _string,
        "string",
        "",
        "The file that records known findings, which are not reported; see `--write-baseline`.",
    ),
    "cache-dir": Key(
        _string,
        "string",
        "",
        "The cache folder. By default, it is the folder `kerlint` in your user cache folder.",
    ),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """The checked settings of one source. Relative paths in them start at ``base``.

    ``warnings`` are the mistakes that do not stop a run.
    """

    base: str
    values: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def layer(
    raw: Mapping[str, object],
    base: str,
    prefix: str,
    *,
    lenient: bool = False,
    place_of: Callable[[str], str] | None = None,
) -> Layer:
    """Check ``raw``. Raises ``SettingsError``, with ``prefix`` before each mistake.

    With ``lenient``, an unknown rule is a warning: a config file is shared by people and
    machines that may not all have the same release of kerlint. A pattern that cannot be used is
    always one, and is left out. ``place_of`` gives the prefix for a string in a file.
    """
    values: dict[str, Any] = {}
    problems = []
    for key, value in raw.items():
        known = KEYS.get(key)
        if known is None:
            problems.append(f"{prefix}unknown key {key!r}{did_you_mean(key, KEYS)}")
            continue
        try:
            values[key] = known.parse(value)
        except ValueError as error:
            problems.append(f"{prefix}{key} {error}")
    unknown = [f"{prefix}{problem}" for problem in _unknown_selectors(values)]
    if not lenient:
        problems += unknown
    if problems:
        raise SettingsError(problems)
    for pattern, key, problem in _without_bad_patterns(values):
        unknown.append(f"{place_of(pattern) if place_of else prefix}{key}: {problem}")
    if unknown and values.get("select") and not any(map(_rules_of, values["select"])):
        unknown.append(f"{prefix}select: none of these rules exists, so no rule is checked")
    return Layer(base, values, tuple(unknown))


def _without_bad_patterns(values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Remove the patterns that cannot be used; return each with its key and what is wrong."""
    problems = []
    for key in ("exclude", "extend-exclude", "per-file-ignores", "extend-per-file-ignores"):
        good = []
        for each in values.get(key, ()):
            pattern = each if isinstance(each, str) else each[0]
            shown = pattern if isinstance(each, str) else pattern.removeprefix("!")
            problem = problem_of_patterns((shown,))
            if problem:
                problems.append((pattern, key, problem))
            else:
                good.append(each)
        if key in values:
            values[key] = tuple(good)
    return problems


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` when one of ``known`` is nearly ``word``, else nothing."""
    close = nearest(word, known)
    return f"; did you mean {close!r}?" if close else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that ``word`` is probably a misspelling of.

    Another number is another rule and not a misspelling, so codes must agree in their digits.
    """
    import difflib

    digits = re.sub(r"\D", "", word)
    candidates = [name for name in known if re.sub(r"\D", "", name) == digits]
    folded = {name.lower().replace("_", "-"): name for name in candidates}
    spelled = word.lower().replace("_", "-")
    close = difflib.get_close_matches(spelled, folded, n=1, cutoff=0.82)
    return folded[close[0]] if close else None


_OF_RULES = (
    *("select", "extend-select", "ignore", "extend-ignore"),
    *("fixable", "unfixable", "extend-safe-fixes", "extend-unsafe-fixes"),
)


def _unknown_selectors(values: Mapping[str, Any]) -> list[str]:
    """One line for each selector that matches no rule."""
    problems = []
    for key in _OF_RULES:
        problems += [problem_of_selector(key, word) for word in values.get(key, ())]
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        for _, words in values.get(key, ()):
            problems += [problem_of_selector(key, word) for word in words]
    problems += [problem_of_selector("severity", word) for word, _ in values.get("severity", ())]
    return list(dict.fromkeys(problem for problem in problems if problem))


def selected_in_vain(settings: Settings) -> list[str]:
    """One line for each selector that selects nothing but preview rules, which are off."""
    if settings.preview or not any(s.select or s.extend_select for s in settings.selections):
        return []
    from kerlint.catalogue.codes import catalogue

    if not any(entry.preview for entry in catalogue()):
        return []
    problems = []
    for layer in settings.selections:
        for word in dict.fromkeys((*(layer.select or ()), *layer.extend_select)):
            matching = [e for e in catalogue() if specificity((word,), e.code, e.name)]
            if matching and all(entry.preview for entry in matching):
                why = "it is a preview rule" if len(matching) == 1 else "it has preview rules only"
                problems.append(f"{word} has no effect without --preview: {why}")
    return problems


def problem_of_selector(key: str, word: str) -> str:
    """Return why ``word`` matches no rule, or an empty text when it matches one."""
    from kerlint.catalogue.codes import catalogue

    if _rules_of(word):
        return ""
    known = [name for entry in catalogue() for name in (entry.code, entry.name)]
    return f"{key}: unknown rule {word!r}{did_you_mean(word, known)}"


def _rules_of(selector: str) -> list[str]:
    """The codes of the rules that ``selector`` matches."""
    from kerlint.catalogue.codes import catalogue

    return [e.code for e in catalogue() if specificity((selector,), e.code, e.name)]


# --- from layers to settings ---------------------------------------------------------------------


def combine(root: str, layers: Iterable[Layer], *, config: str | None = None) -> Settings:
    """Return the settings of the project ``root``. Later ``layers`` win."""
    selections: list[Selection] = []
    fixes: list[FixSelection] = []
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
        fixes.append(
            FixSelection(
                values.get("fixable"),
                values.get("unfixable", ()),
                values.get("extend-safe-fixes", ()),
                values.get("extend-unsafe-fixes", ()),
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
        for key in ("aliases", "preview", "respect-gitignore", "target-keras", "backend"):
            if key in values:
                plain[key.replace("-", "_")] = values[key]
        for key in ("fail-on", "output-format", "max-file-size", "fix", "fix-only", "unsafe-fixes"):
            if key in values:
                plain[key.replace("-", "_")] = values[key]
        if "severity" in values:
            plain["severities"] = values["severity"]
        if "baseline" in values:
            given = values["baseline"]  # an empty one turns off what another layer names
            file = os.path.join(each.base, os.path.expanduser(given))
            plain["baseline"] = os.path.abspath(file) if given else None
        if "cache-dir" in values:
            plain["cache_dir"] = os.path.join(each.base, os.path.expanduser(values["cache-dir"]))
    # Empty selections are left out, so that equal settings compare equal.
    return Settings(
        root=root,
        config=config,
        selections=tuple(s for s in selections if s != Selection()),
        per_file_ignores=tuple(per_file),
        exclude=tuple(exclude),
        fix_selections=tuple(f for f in fixes if f != FixSelection()),
        **plain,
    )


MAX_CONFIG = 10_000_000
"""The largest config file in bytes."""


def read_config(path: str) -> Mapping[str, object] | None:
    """Return kerlint's table in the config file ``path``; None when a pyproject.toml has none.

    Raises ``SettingsError`` when the file cannot be read or is not TOML.
    """
    try:
        data = read_file(path, MAX_CONFIG)
    except (OSError, ValueError) as error:
        error = error if isinstance(error, OSError) else OSError(str(error))
        raise SettingsError([f"{path}: {error.strerror or error}"]) from None
    is_pyproject = os.path.basename(path) == "pyproject.toml"
    if is_pyproject and b"kerlint" not in data:
        return None  # the common case; spares the import of a TOML parser
    try:
        table: object = from_toml(data.decode("utf-8"))
        for key in ("tool", "kerlint") if is_pyproject else ():
            if not isinstance(table, Mapping) or key not in table:
                return None
            table = table[key]
    except ValueError as error:  # both TOMLDecodeError and UnicodeDecodeError
        raise SettingsError([f"{path}: not valid TOML: {error}"]) from None
    except RecursionError:
        raise SettingsError([f"{path}: too deeply nested"]) from None
    if not isinstance(table, Mapping):
        raise SettingsError([f"{path}: [tool.kerlint] must be a table"])
    return table


def _row_of(path: str, text: str) -> int:
    """The first row of a config file that has ``text`` as a string; 0 when it is not found."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    with contextlib.suppress(OSError, ValueError):
        lines = read_file(path, MAX_CONFIG).decode("utf-8").split("\n")
        for row, line in enumerate(lines, 1):
            if f'"{escaped}"' in line or f"'{text}'" in line:
                return row
    return 0


def from_toml(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    table: dict[str, Any] = tomllib.loads(text)
    return table


def _nearest_upward(here: Callable[[str], Found | None]) -> Callable[[str], Found | None]:
    """Return what looks in a folder and all above it; in each folder once, however deep it is."""
    known: dict[str, Found | None] = {}

    def nearest_to(folder: str) -> Found | None:
        passed = []
        found = None
        while folder not in known:
            passed.append(folder)
            found = here(folder)
            parent = os.path.dirname(folder)
            if found is not None or parent == folder:
                break
            folder = parent
        else:
            found = known[folder]
        known.update(dict.fromkeys(passed, found))
        return found

    return nearest_to


def resolver(
    command_line: Layer,
    *,
    config: str | None = None,
    isolated: bool = False,
    warn: Callable[[str], None] = warnings.warn,
) -> Callable[[str], Settings]:
    """Return a function that maps a folder (absolute path) to the settings of its files.

    It uses the nearest config file in the folder or its parents. ``config`` names one file for
    all folders; with ``isolated``, no config file is read. ``warn`` is called once with each
    mistake in a config file that does not stop the run; for others the function raises
    ``SettingsError``.
    """

    def checked(raw: Mapping[str, object], base: str, path: str) -> Layer:
        def place_of(text: str) -> str:
            row = _row_of(path, text)
            return f"{path}:{row}: " if row else f"{path}: "

        found = layer(raw, base, f"{path}: ", lenient=True, place_of=place_of)
        for problem in found.warnings:
            warn(problem)
        return found

    fixed: tuple[str, Layer, str] | None = None
    if config is not None and not isolated:
        given = read_config(config)
        if given is None:
            raise SettingsError([f"{config}: this file has no [tool.kerlint] table"])
        fixed = command_line.base, checked(given, command_line.base, config), config

    def configured_here(folder: str) -> tuple[str, Layer, str] | None:
        for name in CONFIG_NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                raw = read_config(path)
                if raw is not None:
                    return folder, checked(raw, folder, path), path
        return None

    def marked_here(folder: str) -> str | None:
        marks = (os.path.join(folder, mark) for mark in PROJECT_MARKS)
        return folder if any(map(os.path.lexists, marks)) else None

    configured, marked = _nearest_upward(configured_here), _nearest_upward(marked_here)

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
            for problem in selected_in_vain(built[root, path]):
                warn(problem)
        return built[root, path]

    return settings_for
