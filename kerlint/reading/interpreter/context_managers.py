"""``with``: what the user's context managers do before and after the block."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.program.values import Fact, Unknown
from kerlint.reading.interpreter import effects
from kerlint.reading.interpreter.state import Raised, State
from kerlint.reading.interpreter.values import Arguments, Instance, Manager, Scope
from kerlint.reading.syntax import tree as syntax

Signal = str


def entered(state: State, fact: Fact, node: syntax.Node) -> Fact | None:
    """What ``__enter__`` of an object of the user gives; None for any other manager."""
    if not isinstance(fact.value, Instance):
        return None
    made = state.interpreter.call_member(state, fact, "__enter__", Arguments([], []), node)
    if made is None:  # that of a base that was not read
        effects.forget(state, fact, state.site(node))
        return state.unknown(node, "what a context manager gives")
    return made


def left(state: State, fact: Fact, signal: Signal, node: syntax.Node) -> Signal:
    """How a block ends that a manager surrounds; it may take an exception."""
    site = state.site(node)
    if isinstance(fact.value, Instance):
        raised = Fact(Unknown("an exception", site), site) if signal == "raise" else Fact(None)
        given = Arguments([raised, raised, raised], [])
        made = state.interpreter.call_member(state, fact, "__exit__", given, node)
        if made is None:
            effects.forget(state, fact, site)
        takes = made is None or state.interpreter.truth(state, made) is not False
        return "" if signal == "raise" and takes else signal
    if isinstance(fact.value, Unknown):
        if not effects.is_reader(fact.value):
            effects.fire(state, site)
        made_by = f"{fact.value.reason} {fact.value.symbol}"
        if signal == "raise" and any(word in made_by for word in _TAKING):
            return ""
    return signal


# In the names of managers that take an exception: of contextlib, pytest and unittest.
_TAKING = ("suppress", "raises", "assertRaises")


def surround(
    state: State, manager: Manager, node: syntax.Node, inner: Callable[[Fact], Signal]
) -> Signal:
    """Follow a generator that is a context manager; the block runs where it yields."""
    function = manager.function
    outside = (list(state.functions), list(state.scopes), list(state.stack), state.in_other_module)
    ended: list[Signal] = []

    def block(value: Fact) -> None:
        inside = (state.functions, state.scopes, state.stack, state.in_other_module)
        state.functions, state.scopes, state.stack, state.in_other_module = outside
        try:
            ended.append(inner(value))
        finally:
            state.functions, state.scopes, state.stack, state.in_other_module = inside
        if ended[0] == "raise":
            raise Raised(state.raised)

    scope = Scope(function.scope)
    state.interpreter.bind(state, function, manager.args, scope, manager.site)
    scope.around = block
    state.interpreter.enter(state, function, scope, manager.site)
    if not ended:  # it may yield where the reader does not see it
        block(state.unknown(node, "what a context manager gives"))
    return "" if ended[0] == "raise" else ended[0]
