"""The command line as typer understands it: for help, and for all that is not plain.

typer takes longer to import than a small file takes to check, so it is only asked when the words
are not those of ``kerlint.command.options.parse``. Everything here comes from the table over there.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

import typer

from kerlint.command import usage
from kerlint.command.options import Command, Option, Values
from kerlint.command.terminal import is_coloured


class _Command(typer.core.TyperCommand):
    """A command with our own help; rich, which typer would use for it, is slow to import."""

    def get_help(self, ctx: Any) -> str:
        return usage.help_text(self, ctx, colour=is_coloured("auto"))


def run(
    commands: Sequence[Command],
    words: Sequence[str],
    action: Callable[[Command, Values], None],
) -> object:
    """Parse ``words`` and call ``action`` with the command that they name.

    A single command is not named in ``words``. Raises the exceptions of typer.
    """
    spelled_out = [*_with_empty_values(commands, words)]
    return app(commands, action)(args=spelled_out, prog_name="kerlint", standalone_mode=False)


def _with_empty_values(commands: Sequence[Command], words: Sequence[str]) -> Iterator[str]:
    """``words`` with ``=`` after an option whose value is left out: typer would take the next."""
    options = [each for command in commands for each in command.options if each.metavar]
    optional = {flag for each in options if each.optional for flag in each.flags}
    needed = {flag for each in options if not each.optional for flag in each.flags}
    waiting = iter(words)
    for word in waiting:
        yield f"{word}=" if word in optional else word
        if word == "--":
            yield from waiting
        elif word in needed:
            yield from itertools.islice(waiting, 1)  # its value, whatever that looks like


def app(commands: Sequence[Command], action: Callable[[Command, Values], None]) -> typer.Typer:
    """Make one or several commands of the table known to typer."""
    made = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    for command in commands:
        made.command(
            command.name, cls=_Command, context_settings={"help_option_names": ["-h", "--help"]}
        )(_function(command, action))
    return made


def _function(command: Command, action: Callable[[Command, Values], None]) -> Callable[..., None]:
    """A function with the parameters of ``command``: this is what typer asks for."""

    def called(**values: Any) -> None:
        action(command, values)

    parameters = tuple(_parameters(command))
    called.__doc__ = command.help
    called.__name__ = command.name
    called.__annotations__ = {each.name: each.annotation for each in parameters}
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return called


def _parameters(command: Command) -> Iterator[inspect.Parameter]:
    argument = command.argument
    if argument is not None:
        info = typer.Argument(metavar=argument.metavar, help=argument.help)
        if argument.required:
            yield _parameter(argument.name, Annotated[list[str], info], inspect.Parameter.empty)
        else:
            yield _parameter(argument.name, Annotated[list[str] | None, info], None)
    for option in command.options:
        # typer takes the first name for a default when it stands alone.
        names = [f"{option.flags[0]}/{option.off}"] if option.off else option.flags
        made = typer.Option(
            *names,
            metavar=option.metavar or None,
            help=option.help,
            show_default=False,
            is_eager=option.eager,
            rich_help_panel=option.group,
        )
        yield _parameter(option.name, Annotated[_type(option), made], option.default)


def _type(option: Option) -> Any:
    if option.metavar:
        return list[str] | None if option.repeated else str | None
    return bool | None if option.default is None else bool


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)
