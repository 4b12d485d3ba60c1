"""What can be written after ``%kerlint``: some of the options of the command line."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from kerlint.command.options import LINT, Argument, Command, Option, Values, parse
from kerlint.config.settings import SettingsError, did_you_mean
from kerlint.lazy_dataclass import dataclass

_LISTS = {
    "select": "select",
    "extend_select": "extend-select",
    "ignore": "ignore",
}
_WORDS = {"target_keras": "target-keras", "backend": "backend"}
_OTHERS = ("execute", "execute_timeout", "config", "isolated")
COMMAND = Command(
    "kerlint",
    "",
    argument=Argument("paths", "PATHS", ""),
    options=(
        *(each for each in LINT.options if each.name in (*_LISTS, *_WORDS, *_OTHERS)),
        Option("no_run", ("--no-run", "-n"), None, ""),
        Option("help", ("--help", "-h"), None, ""),
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words after a magic: files to check instead of cells, and settings with their options."""

    paths: tuple[str, ...] = ()
    settings: Mapping[str, object] | None = None
    execute: bool = False
    seconds: float | None = None
    config: str | None = None
    isolated: bool = False
    no_run: bool = False
    help: bool = False


def words_of(line: str, windows: bool = os.name == "nt") -> list[str]:
    """The words of a line, without a comment. Raises ``SettingsError``."""
    try:
        words = shlex.split(line, comments=True, posix=not windows)
    except ValueError as error:  # a quote that is not closed
        raise SettingsError([f"{str(error).lower()}: {line.strip()}"]) from None
    # There, a backslash is part of a path.
    return [word.strip("\"'") for word in words] if windows else words


def asked(words: list[str]) -> Asked:
    """What words ask for. Raises ``SettingsError``."""
    values = parse(COMMAND, words)
    if values is None:
        raise SettingsError([_complaint(words)])
    settings: dict[str, object] = {}
    for name, key in _LISTS.items():
        given = values[name]
        if isinstance(given, list):
            settings[key] = [
                part.strip() for word in given for part in word.split(",") if part.strip()
            ]
    for name, key in _WORDS.items():
        if values[name] is not None:
            settings[key] = values[name]
    paths = values["paths"]
    return Asked(
        tuple(paths) if isinstance(paths, list) else (),
        settings,
        bool(values["execute"]) or values["execute_timeout"] is not None,
        _seconds(values),
        _word(values, "config"),
        bool(values["isolated"]),
        bool(values["no_run"]),
        bool(values["help"]),
    )


def _word(values: Values, name: str) -> str | None:
    value = values[name]
    return value if isinstance(value, str) else None


def _seconds(values: Values) -> float | None:
    text = _word(values, "execute_timeout")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 86_400:
        raise SettingsError(
            [f"--execute-timeout must be a number of seconds from 0.1 to 86400, not {text!r}"]
        )
    return seconds


def _complaint(words: list[str]) -> str:
    """What is wrong with words that cannot be parsed."""
    known = {flag: each for each in COMMAND.options for flag in each.flags}
    elsewhere = {flag for each in LINT.options for flag in (*each.flags, each.off) if flag}
    for word in words:
        flag, equals, _ = word.partition("=")
        if not word.startswith("-") or len(word) < 2:
            continue
        if flag in elsewhere and flag not in known:
            return f"{flag} works on the command line only: `!kerlint {flag} FILE`"
        if flag not in known:
            return f"no such option: {flag}{did_you_mean(flag, known)}"
        if equals and not known[flag].metavar:
            return f"{flag} takes no value"
    return f"{words[-1]} needs a value"
