"""Options that are given as environment variables: ``KERLINT_SELECT`` for ``--select``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kerlint.command.options import Command, Option, Value, Values

PREFIX = "KERLINT_"
_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


def variable_of(option: Option) -> str:
    """The variable for an option; empty for what is asked for a single run only."""
    if not option.variable:
        return ""
    flag = next(flag for flag in option.flags if flag.startswith("--"))
    return PREFIX + flag[2:].replace("-", "_").upper()


def variables_of(command: Command) -> Iterator[tuple[str, Option]]:
    """The variables that a command looks at."""
    for option in command.options:
        variable = variable_of(option)
        if variable:
            yield variable, option


def given_for(command: Command, environ: Mapping[str, str]) -> Values:
    """The values that the environment has for the options of ``command``.

    A variable that is empty is not given. Raises ``ValueError`` with one line.
    """
    values: Values = {}
    for variable, option in variables_of(command):
        text = environ.get(variable, "")
        if text:
            values[option.name] = _value(variable, option, text)
    return values


def _value(variable: str, option: Option, text: str) -> Value:
    if option.metavar:
        return [text] if option.repeated else text
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError(f"{variable} must be 1 or 0, not {text!r}")
    return word in _YES


def filled(values: Values, given: Values, command: Command) -> Values:
    """``values``, and what the environment has for those options that are at their defaults.

    Of a list without a value, typer makes an empty one or a tuple.
    """
    usual = {option.name: option.default for option in command.options}
    return {
        name: given[name]
        if name in given and (value == usual[name] or value in ([], ()))
        else value
        for name, value in values.items()
    }


def named_in(problem: str, values: Values, given: Values, command: Command) -> str:
    """A complaint about the value of an option, with the variable where that was given.

    Complaints begin with the option: ``--jobs must be``, ``--select: unknown rule``.
    """
    for variable, option in variables_of(command):
        if option.name in given and values.get(option.name) == given[option.name]:
            flags = "|".join(re.escape(flag) for flag in option.flags)
            problem = re.sub(rf"^((?:warning: )?)(?:{flags})(?=[ :])", rf"\g<1>{variable}", problem)
    return problem
