"""``with``: what the user's context managers do before and after the block."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kerlint.program.values import Fact, Unknown
from kerlint.reading.interpreter import effects
from kerlint.reading.interpreter.state import (
    Raised,
    Run,
)
from kerlint.reading.interpreter.values import (
    Arguments,
    Frame,
    Instance,
    Manager,
)

Signal = str


def entered(run: Run, fact: Fact, node: cst.CSTNode) -> Fact | None:
    """What ``__enter__`` of an object of the user gives; None for any other manager."""
    if not isinstance(fact.value, Instance):
        return None
    made = run.interpreter.call_member(run, fact, "__enter__", Arguments([], []), node)
    if made is None:  # that of a base that was not read
        effects.forget(run, fact, run.site(node))
        return run.unknown(node, "what a context manager gives")
    return made


def left(run: Run, fact: Fact, signal: Signal, node: cst.CSTNode) -> Signal:
    """How a block ends that a manager surrounds; it may take an exception."""
    site = run.site(node)
    if isinstance(fact.value, Instance):
        raised = Fact(Unknown("an exception", site), site) if signal == "raise" else Fact(None)
        given = Arguments([raised, raised, raised], [])
        made = run.interpreter.call_member(run, fact, "__exit__", given, node)
        if made is None:
            effects.forget(run, fact, site)
        takes = made is None or run.interpreter.truth(run, made) is not False
        return "" if signal == "raise" and takes else signal
    if isinstance(fact.value, Unknown):
        if not effects.is_reader(fact.value):
            effects.fire(run, site)
        made_by = f"{fact.value.reason} {fact.value.expr}"
        if signal == "raise" and any(word in made_by for word in _TAKING):
            return ""
    return signal


# In the names of managers that take an exception: of contextlib, pytest and unittest.
_TAKING = ("suppress", "raises", "assertRaises")


def surround(
    run: Run, manager: Manager, node: cst.CSTNode, inner: Callable[[Fact], Signal]
) -> Signal:
    """Follow a generator that is a context manager; the block runs where it yields."""
    function = manager.function
    outside = (list(run.functions), list(run.frames), list(run.stack), run.foreign)
    ended: list[Signal] = []

    def block(value: Fact) -> None:
        inside = (run.functions, run.frames, run.stack, run.foreign)
        run.functions, run.frames, run.stack, run.foreign = outside
        try:
            ended.append(inner(value))
        finally:
            run.functions, run.frames, run.stack, run.foreign = inside
        if ended[0] == "raise":
            raise Raised(run.raised)

    frame = Frame(function.frame)
    run.interpreter.bind(run, function, manager.args, frame, manager.site)
    frame.around = block
    run.interpreter.enter(run, function, frame, manager.site)
    if not ended:  # it may yield where the reader does not see it
        block(run.unknown(node, "what a context manager gives"))
    return "" if ended[0] == "raise" else ended[0]
