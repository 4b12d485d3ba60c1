"""What ``kerlint config`` shows of the settings: a list of them, or one with an example."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from kerlint.command.environment import variable_of
from kerlint.command.options import LINT, Option
from kerlint.config.settings import KEYS, SettingsError, did_you_mean, from_toml

# A few lines of a config file for each setting.
EXAMPLES: Mapping[str, str] = {
    "select": 'select = ["KER1", "KER301"]',
    "extend-select": 'extend-select = ["KER138"]',
    "ignore": 'ignore = ["linear-chain", "KER5"]',
    "extend-ignore": 'extend-ignore = ["KER5"]',
    "preview": "preview = true",
    "per-file-ignores": '[per-file-ignores]\n"examples/" = ["KER126"]\n"!src/" = ["KER7"]',
    "extend-per-file-ignores": '[extend-per-file-ignores]\n"tests/" = ["KER0"]',
    "severity": '[severity]\nKER123 = "error"',
    "exclude": 'exclude = [".venv", "build"]',
    "extend-exclude": 'extend-exclude = ["third_party/", "*_old.py"]',
    "respect-gitignore": "respect-gitignore = false",
    "target-keras": 'target-keras = "3.8"',
    "backend": 'backend = "jax"',
    "aliases": '[aliases]\n"mylib.Dense" = "keras.layers.Dense"\n"mylib.losses" = "keras.losses"',
    "fix": "fix = true",
    "unsafe-fixes": "unsafe-fixes = true",
    "fix-only": "fix-only = true",
    "fixable": 'fixable = ["KER0"]',
    "unfixable": 'unfixable = ["KER301"]',
    "extend-safe-fixes": 'extend-safe-fixes = ["KER103"]',
    "extend-unsafe-fixes": 'extend-unsafe-fixes = ["KER007"]',
    "fail-on": 'fail-on = "error"',
    "output-format": 'output-format = "json:report.json,full"',
    "max-file-size": 'max-file-size = "2 MB"',
    "baseline": 'baseline = "kerlint.baseline"',
    "cache-dir": 'cache-dir = ".kerlint_cache"',
}
_LINK = re.compile(r"\[(\w+)\]\(#[\w-]+\)")
_LEFT = 28


def named(words: Iterable[str]) -> list[str]:
    """The settings that are asked for, all if there are no words. Raises ``SettingsError``."""
    spelled = [word.replace("_", "-").lower() for word in words]
    problems = [
        f"unknown setting {word!r}{did_you_mean(word, KEYS)}"
        for word in spelled
        if word not in KEYS
    ]
    if problems:
        raise SettingsError(problems)
    return list(dict.fromkeys(spelled)) or list(KEYS)


def table(width: int) -> Iterator[str]:
    """Yield the list of all settings, line by line."""
    for name, key in KEYS.items():
        lines = textwrap.wrap(_text(key.meaning), max(width - _LEFT, 30), break_on_hyphens=False)
        yield f"{name:{_LEFT - 2}}  {lines[0]}"
        yield from (" " * _LEFT + line for line in lines[1:])


def page(name: str, width: int) -> Iterator[str]:
    """Yield what there is to say of one setting, line by line."""
    key = KEYS[name]
    yield name
    yield ""
    yield from textwrap.wrap(_text(key.meaning), width, break_on_hyphens=False)
    yield ""
    yield f"Type: {key.kind}"
    yield from textwrap.wrap(
        f"Default: {key.default or 'none'}",
        width,
        subsequent_indent="    ",
        break_on_hyphens=False,
    )
    option = option_of(name)
    if option is not None:
        flag = f"{option.flags[0]} {option.metavar}".rstrip()
        yield f"Option: {flag}{f', {option.off}' if option.off else ''}"
        yield f"Environment variable: {variable_of(option)}"
    yield ""
    yield "Example, in pyproject.toml:"
    yield from (f"    {line}" for line in example(name, "tool.kerlint").split("\n"))
    yield ""
    yield "In kerlint.toml:"
    yield from (f"    {line}" for line in example(name).split("\n"))


def as_json(name: str) -> dict[str, object]:
    """Return a setting as ``kerlint config`` writes it with ``--output-format json``."""
    key, option = KEYS[name], option_of(name)
    return {
        "name": name,
        "type": key.kind,
        "default": from_toml(f"x = {key.default}")["x"] if key.default else None,
        "meaning": _text(key.meaning),
        "example": example(name),
        "option": None if option is None else option.flags[0],
        "variable": None if option is None else variable_of(option),
    }


def example(name: str, table: str = "") -> str:
    """The example for a setting, in ``table`` of a file that others share."""
    text = EXAMPLES.get(name, "")
    if not table:
        return text
    head, bracket, rest = text.partition("[")
    return f"{head}[{table}.{rest}" if bracket and not head else f"[{table}]\n{text}"


def option_of(name: str) -> Option | None:
    """The option that does the same as a setting."""
    return next((each for each in LINT.options if f"--{name}" in each.flags), None)


def _text(meaning: str) -> str:
    """A meaning without the links that it has in the README."""
    return _LINK.sub(r'"\1" in the README', meaning)
