"""The text of ``--help``: options in groups, without the import of rich."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

MAX_WIDTH = 100
_OTHER = "Other options"  # where options go that name no group
_EXIT_CODES = (
    "Exit codes: 0 if there are no findings, 1 if there are (see --fail-on), 2 if kerlint fails "
    "or an argument or setting is wrong."
)
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"

Rows = list[tuple[str, str]]


def help_text(command: Any, ctx: Any, *, colour: bool) -> str:
    """Return the help of ``command``, one of typer's, for the terminal's width."""
    width = min(shutil.get_terminal_size().columns, MAX_WIDTH) - 1
    is_linter = command.name == "lint"
    usage = " ".join((ctx.command_path, "[OPTIONS]", *_arguments(command, ctx)))
    groups: dict[str, Rows] = {}
    for param in command.get_params(ctx):
        if getattr(param, "hidden", False):
            continue
        if param.param_type_name == "argument":
            groups.setdefault("Arguments", []).append((param.metavar, _sentence(param.help)))
            continue
        group = getattr(param, "rich_help_panel", None) or (_OTHER if is_linter else "Options")
        text = "Show this help, and exit" if "--help" in param.opts else param.help
        groups.setdefault(group, []).append((_names(param), _sentence(text)))
    if is_linter:
        groups = {"Commands": _COMMANDS, **groups}
    for name, each in getattr(command, "commands", {}).items():
        groups.setdefault("Commands", []).append((name, each.help))
    lines = [*textwrap.wrap(command.help or "", width), "", f"Usage: {usage}"]
    for name, rows in groups.items():
        lines += ["", f"{_BOLD}{name}:{_RESET}" if colour else f"{name}:", *_columns(rows, width)]
    if is_linter:
        lines += ["", *textwrap.wrap(_environment(), width), ""]
        lines += textwrap.wrap(_EXIT_CODES, width)
    return "\n".join(lines)


def _environment() -> str:
    """How options are given as environment variables."""
    from kerlint.command.environment import variable_of
    from kerlint.command.options import LINT

    without = [each for each in LINT.options if not variable_of(each)]
    flags = ", ".join(sorted(next(f for f in each.flags if f[1] == "-") for each in without))
    return (
        "Environment variables: KERLINT_SELECT is the same as --select, KERLINT_NO_CACHE=1 as "
        "--no-cache, and so on for all options but "
        f"{flags}. Options override variables, and variables override config files. "
        "KERLINT_NO_PLUGINS=1 leaves out the rules that other installed packages add."
    )


_COMMANDS: Rows = [
    ("check PATHS", "Check files and folders. The word `check` may be left out."),
    ("rules", "List all rules."),
    ("explain RULES", "Explain rules: what goes wrong and why, with examples."),
    ("show MODELS", "Print the program that a saved model is read as."),
    ("config SETTINGS", "List all settings, or explain some of them."),
    ("completion SHELL", "Print the script for completion in bash, zsh, fish or powershell."),
]


def _arguments(command: Any, ctx: Any) -> Iterator[str]:
    """The arguments as in a usage line: all of kerlint's may be repeated."""
    if hasattr(command, "commands"):
        yield "COMMAND"
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            yield f"{param.metavar}..." if param.required else f"[{param.metavar}...]"


def _names(param: Any) -> str:
    """``-j, --jobs N``, ``--add-ignore[=REASON]`` or ``--fix, --no-fix``."""
    names = ", ".join(sorted((*param.opts, *param.secondary_opts), key=_short_first))
    if param.is_flag:
        return names
    gap = "" if param.metavar.startswith("[=") else " "
    return f"{names}{gap}{param.metavar}"


def _short_first(name: str) -> bool:
    return name.startswith("--")


def _sentence(text: str | None) -> str:
    """``text`` with a full stop, which stands before a default in brackets."""
    text, bracket, default = (text or "").partition(" [default")
    return f"{text.rstrip('.')}.{bracket}{default}"


def _columns(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Names at the left, their texts at the right, below a name that is too long."""
    left = 28
    for name, text in rows:
        wrapped = textwrap.wrap(text, max(width - left, 20), break_on_hyphens=False)
        if len(name) + 4 > left:
            yield f"  {name}"
        else:
            yield f"  {name:{left - 4}}  {wrapped.pop(0) if wrapped else ''}".rstrip()
        yield from (" " * left + line for line in wrapped)
