"""What the statements of the user's code do, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Statements
from typing import Any

import libcst as cst

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.values import NOWHERE, Fact, ModelRef, TensorRef, Unknown
from kerlint.reading.interpreter import (
    assignments,
    calls,
    classes,
    containers,
    context_managers,
    effects,
    exceptions,
    expressions,
    guards,
    havoc,
    mutation,
    patches,
    patterns,
)
from kerlint.reading.interpreter.snapshots import copied
from kerlint.reading.interpreter.state import (
    ABSTRACT,
    FLAG,
    LONG_LOOP,
    LONG_TRAINING,
    LONG_TURN,
    MAX_TURNS,
    MAX_YIELDS,
    SHORT_LOOP,
    Cycle,
    Raised,
    State,
)
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Builtin,
    Class,
    DictValue,
    Frame,
    Function,
    Instance,
    LazyImport,
    ListValue,
    Manager,
    Partial,
    QualifiedName,
)
from kerlint.reading.library import builtins, methods, records

Signal = str  # "", "break", "continue", "return", "raise": how a block ended


def execute(state: State, body: Statements[Any], frame: Frame, *, lasting: bool = False) -> Signal:
    """Execute statements in order; returns how the block ended.

    ``lasting``: more of the same block follows, so what a statement guards stays guarded.
    """
    guards = len(state.guards)
    try:
        for statement in body:
            state.steps += 1
            state.clock += 1
            kind = type(statement)
            if kind is cst.SimpleStatementLine:
                signal = _smalls(state, statement.body, frame)
                if signal:
                    return signal
                if type(statement.body[0]) is cst.Assert:
                    _guard_rest(state, statement.body[0], frame)
                continue
            compound = _COMPOUND.get(kind)
            if compound is not None:
                signal = compound(state, statement, frame)
                if signal:
                    return signal
                if kind is cst.If:
                    _guard_rest(state, statement, frame)
        return ""
    finally:
        if not lasting:
            del state.guards[guards:]


def _guard_rest(state: State, node: cst.If | cst.Assert, frame: Frame) -> None:
    """Guard the rest of the block when a statement lets only some releases of Keras pass."""
    guard = guards.guard_after(state, node, frame)
    if guard and guard not in state.guards:
        state.guards.append(guard)


def _smalls(state: State, body: Statements[Any], frame: Frame) -> Signal:
    for small in body:
        state.clock += 1
        handler = _SMALL.get(type(small))
        if handler is not None:
            signal = handler(state, small, frame)
            if signal:
                return signal
    return ""


def block(state: State, suite: Any, frame: Frame) -> Signal:
    """Execute an indented block, or the statements behind a colon on one line."""
    try:
        if type(suite) is cst.SimpleStatementSuite:
            return _smalls(state, suite.body, frame)
        return execute(state, suite.body, frame)
    except Raised as raised:
        state.raised = raised.exception
        return "raise"


# -- small statements -----------------------------------------------------------------------------


def _expression(state: State, node: cst.Expr, frame: Frame) -> Signal:
    expressions.evaluate(state, node.value, frame)
    if type(node.value) is cst.Call and type(node.value.func) is cst.Attribute:
        if node.value.func.attr.value == "enter_context" and len(node.value.args) == 1:
            # ``stack.enter_context(suppress(...))``: in force until the block ends.
            item = node.value.args[0].value
            fact = expressions.evaluate(state, item, frame)
            state.guards.append(_guard_of_item(state, item, fact, frame))
    return ""


def _assign(state: State, node: cst.Assign, frame: Frame) -> Signal:
    fact = expressions.evaluate(state, node.value, frame)
    for target in node.targets:
        assignments.assign(state, target.target, _renamed(state, fact, target.target), frame)
    return ""


def _renamed(state: State, fact: Fact, target: cst.CSTNode) -> Fact:
    """Give an unknown value the name it is bound to, so that it stays one number with one name."""
    value = fact.value
    if isinstance(value, Unknown) and not value.expr and type(target) is cst.Name:
        site = state.site(target)
        name = state.sites.name_of(target.value, site)
        return Fact(Unknown(value.reason, value.site, name), fact.site, fact.copied_through)
    return fact


def _annotated(state: State, node: cst.AnnAssign, frame: Frame) -> Signal:
    if node.value is not None:
        fact = expressions.evaluate(state, node.value, frame)
        assignments.assign(state, node.target, _renamed(state, fact, node.target), frame)
    return ""


def _augmented(state: State, node: cst.AugAssign, frame: Frame) -> Signal:
    old = expressions.evaluate(state, node.target, frame)
    new = expressions.evaluate(state, node.value, frame)
    kind = type(node.operator)
    if (
        isinstance(old.value, (ListValue, DictValue))
        and getattr(old.value, "kind", "") in _IN_PLACE
    ):
        fact = _changed_in_place(state, old, kind, new, node)
        assignments.assign(state, node.target, fact, frame)
        return ""
    fact = expressions.combine(state, type(node.operator), old, new, node)
    if isinstance(old.value, Array) and isinstance(node.target, (cst.Name, cst.Attribute)):
        # Arrays change in place; in a loop of unknown length nobody knows how often.
        if state.unbounded_loops:
            fact = Fact(Array(origin=old.value.origin), fact.site)
        mutation.overwrite(state, old.value, fact.value, frame)
    elif state.unbounded_loops and not isinstance(fact.value, (TensorRef, Unknown)):
        # ``units //= 2`` in a loop of unknown length: its value differs from turn to turn.
        site = state.site(node)
        fact = Fact(Unknown("changes in a loop of unknown length", site), site)
    assignments.assign(state, node.target, fact, frame)
    return ""


_IN_PLACE = frozenset({"", "list", "set"})  # "": a dictionary
_METHODS = {
    ("list", cst.AddAssign): "extend",
    ("set", cst.BitOrAssign): "update",
    ("set", cst.BitAndAssign): "intersection_update",
    ("set", cst.SubtractAssign): "difference_update",
    ("set", cst.BitXorAssign): "symmetric_difference_update",
    ("", cst.BitOrAssign): "update",
}


def _changed_in_place(state: State, old: Fact, kind: Any, new: Fact, node: cst.AugAssign) -> Fact:
    """``items += more``: all who have that list see the change."""
    value = old.value
    assert isinstance(value, (ListValue, DictValue))
    name = _METHODS.get((getattr(value, "kind", ""), kind))
    if name is not None:
        methods.method(state, old, name, Arguments([new], []), state.site(node))
        return old
    if isinstance(value, ListValue) and kind is cst.MultiplyAssign and value.complete:
        made = expressions.combine(state, kind, old, new, node).value
        if isinstance(made, ListValue) and made.complete and state.unbounded_loops <= value.depth:
            state.mutations += 1
            value.items[:] = made.items
            return old
    state.doubts += 1
    containers.blur(value)
    return old


def _import(state: State, node: cst.Import, frame: Frame) -> Signal:
    for alias in node.names:
        path = dotted_name(alias.name)
        state.doubts += 1
        if _is_as_installed(state, path):
            state.use(path, state.site(alias.name), imported=True)
        site = state.site(alias)
        if alias.asname is not None and type(alias.asname.name) is cst.Name:
            target = _imported(state, path, site)
            frame.bind(alias.asname.name.value, target)
        else:
            root = path.partition(".")[0]
            frame.bind(root, _imported(state, root, site))
    return ""


def _imported(state: State, path: str, site: Any) -> Fact:
    replaced = patches.imported(state, path) if state.patched else None
    if replaced is not None:
        return replaced
    if state.project is not None:
        found = state.project.module(state, path, site)
        if found is not None:
            return found
    return Fact(QualifiedName(path), site)


def _import_from(state: State, node: cst.ImportFrom, frame: Frame) -> Signal:
    module = dotted_name(node.module) if node.module is not None else ""
    state.doubts += 1
    level = len(node.relative)
    if node.module is not None and not level and _is_as_installed(state, module):
        state.use(module, state.site(node.module), imported=True)
    if isinstance(node.names, cst.ImportStar):
        if level == 0 and keras_api.locate(module) is not None:
            located = keras_api.locate(module)
            base = located.name if located is not None and located.name else module
            shown = keras_api.star_members(module, state.project.release if state.project else "3")
            for name in keras_api.public_members(base):
                # What only another Keras showed is not taken from whoever else has the name.
                if name in shown or not _is_bound(name, frame):
                    frame.bind(name, Fact(QualifiedName(f"{module}.{name}"), state.site(node)))
        elif state.project is not None:
            star, whole = state.project.star(state, module, level)
            if not whole:
                # It may bind anything, also what was a value of this file until now.
                frame.names.update(effects.unknown_if_data(frame.names, state.site(node)))
                frame.names.update(effects.perhaps_rebound(frame.names, state.site(node)))
                frame.starred = True
            elif not star:
                effects.shadowed(frame, module, state.site(node))
            frame.names.update(star)
        return ""
    for alias in node.names:
        name = dotted_name(alias.name)
        bound = alias.asname.name if alias.asname is not None else alias.name
        if type(bound) is not cst.Name:
            continue
        found: Fact | None = None
        if state.project is not None:
            found = state.project.imported(state, module, level, name, state.site(alias))
        if found is None:
            if level:
                found = state.unknown(alias, "imported from a file that kerlint did not read", name)
            else:
                path = f"{module}.{name}"
                found = patches.imported(state, path) if state.patched else None
                if found is None:
                    state.use(path, state.site(alias.name), imported=True)
                    constant = builtins.PATH_CONSTANTS.get(path)
                    found = Fact(
                        QualifiedName(path) if constant is None else constant, state.site(alias)
                    )
        frame.bind(bound.value, found)
    return ""


def _is_as_installed(state: State, module: str) -> bool:
    return not state.patched or patches.imported(state, module) is None


def _is_bound(name: str, frame: Frame) -> bool:
    if frame.lookup(name) is not None:
        return True
    return name in builtins.FUNCTIONS or name in builtins.CONSTANTS


def dotted_name(node: cst.CSTNode) -> str:
    """``a.b.c`` of nested attributes."""
    parts: list[str] = []
    while type(node) is cst.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is cst.Name:
        parts.append(node.value)
    return ".".join(reversed(parts))


def _return(state: State, node: cst.Return, frame: Frame) -> Signal:
    if node.value is not None:
        frame.returned = expressions.evaluate(state, node.value, frame)
    else:
        frame.returned = Fact(None, state.site(node))
    return "return"


def _raise(state: State, node: cst.Raise, frame: Frame) -> Signal:
    state.raised = exceptions.raised_by(node, frame) if node.exc is not None else None
    return "raise"


def _assert(state: State, node: cst.Assert, frame: Frame) -> Signal:
    # What an assertion calls is not read; a constant or comparison may tell that it fails.
    if type(node.test) in (cst.Name, cst.Comparison, cst.Integer):
        if not havoc.effects_of(state, node.test).calls:
            known = expressions.truth(state, expressions.evaluate(state, node.test, frame))
            if known is False:
                state.raised = AssertionError
                return "raise"
            state.doubts += known is None
            return ""
    state.doubts += 1
    return ""


def _break(state: State, node: cst.Break, frame: Frame) -> Signal:
    return "break"


def _continue(state: State, node: cst.Continue, frame: Frame) -> Signal:
    return "continue"


def _global(state: State, node: cst.Global, frame: Frame) -> Signal:
    for item in node.names:
        if frame is not frame.globals:
            frame.outer[item.name.value] = frame.globals
    return ""


def _nonlocal(state: State, node: cst.Nonlocal, frame: Frame) -> Signal:
    for item in node.names:
        scope = frame.parent
        while scope is not None and item.name.value not in scope.names:
            scope = scope.parent
        if scope is not None:
            frame.outer[item.name.value] = scope
    return ""


def _delete(state: State, node: cst.Del, frame: Frame) -> Signal:
    pending: list[Any] = [node.target]
    while pending:
        target = pending.pop(0)
        if type(target) is cst.Name:
            scope = frame.outer.get(target.value, frame)
            if scope.names.pop(target.value, None) is None:
                state.doubts += 1
        elif isinstance(target, (cst.Tuple, cst.List)):
            pending[:0] = [element.value for element in target.elements]
        elif type(target) is cst.Subscript:
            assignments.delete_element(state, target, frame)
        elif type(target) is cst.Attribute:
            assignments.delete_attribute(state, target, frame)
    return ""


# -- compound statements --------------------------------------------------------------------------


def _if(state: State, node: cst.If, frame: Frame) -> Signal:
    test = node.test
    if type(test) is cst.UnaryOperation and type(test.operator) is cst.Not:
        fact = expressions.evaluate(state, test.expression, frame)
        inverted = True
    else:
        fact = expressions.evaluate(state, test, frame)
        inverted = False
    known = expressions.truth(state, fact)
    if known is None:
        return _undecided(state, node, fact, inverted, frame)
    if type(fact.value) is bool:
        known = _flag(state, node, fact, frame)
    return _arm(state, node, known != inverted, frame)


def _flag(state: State, node: cst.If, fact: Fact, frame: Frame) -> bool:
    """The arm of a flag that the file sets to True or False itself: it is there to be changed."""
    known = bool(fact.value)
    test: Any = node.test
    if type(test) is cst.UnaryOperation:
        test = test.expression
    if type(test) is not cst.Name or test.value in ("True", "False") or state.in_other_module:
        return known
    written = state.sites.node(fact.site)
    if type(written) is not cst.Name or written.value not in ("True", "False"):
        return known
    if guards.names_backend(test.value) or guards.guard_of_test(state, test, frame):
        return known
    key = (FLAG + test.value, NOWHERE)
    known = state.assumptions.get(key, known)
    if _matters(node):
        state.flags.setdefault(state.site(node), (key, set()))[1].add(known)
    return known


def _arm(state: State, node: cst.If, arm: bool, frame: Frame) -> Signal:
    if arm:
        return block(state, node.body, frame)
    if type(node.orelse) is cst.If:
        return _if(state, node.orelse, frame)
    if type(node.orelse) is cst.Else:
        return block(state, node.orelse.body, frame)
    return ""


def _undecided(state: State, node: cst.If, fact: Fact, inverted: bool, frame: Frame) -> Signal:
    """A condition that the text does not decide: this way through the code takes one arm."""
    state.doubts += 1
    state.guards.append(guards.guard_of_test(state, node.test, frame, fact))
    try:
        if _only_raises(state, node.body, frame):
            return _arm(state, node, False, frame)  # a guard: whoever gets further did not take it
        if type(node.orelse) is cst.Else and _only_raises(state, node.orelse.body, frame):
            return _arm(state, node, True, frame)
        if not _matters(node):
            _arm(state, node, True, frame)
            _arm(state, node, False, frame)
            return ""
        arm = expressions.branch(state, fact, node.test, frame, not inverted, node) != inverted
        state.open_decisions.append(state.last_choice)
        try:
            return _arm(state, node, arm, frame)
        finally:
            state.open_decisions.pop()
    finally:
        state.guards.pop()


def _only_raises(state: State, suite: Any, frame: Frame) -> bool:
    """Whether a block does nothing but leave the program."""
    final = _last(suite)
    if type(final) is cst.Raise:
        return True
    if type(final) is cst.Expr and type(final.value) is cst.Call:
        return _never_returns(state, final.value.func, frame)
    return False


def _last(suite: Any) -> Any:
    """The last small statement of a block, or the compound statement that it ends with."""
    last = suite.body[-1] if suite.body else None
    return last.body[-1] if type(last) is cst.SimpleStatementLine else last


def _never_returns(state: State, callee: cst.BaseExpression, frame: Frame, depth: int = 0) -> bool:
    """Whether a call ends the program or always raises, as far as the text shows.

    A function of the file is only looked at, not followed: that it is called is not certain.
    """
    first, _, rest = dotted_name(callee).partition(".")
    fact = frame.lookup(first)
    if fact is None:
        return first in builtins.EXITS and not rest or f"{first}.{rest}" in builtins.EXITS
    value: AbstractValue = fact.value
    if type(value) is QualifiedName:
        return (f"{value.dotted}.{rest}" if rest else value.dotted) in builtins.EXITS
    if type(value) is Instance and rest:
        found = classes.find_member(value.cls, rest)
        value = found[1].value if found is not None else None
    elif rest:
        return False
    if type(value) is not Function or type(value.node) is not cst.FunctionDef or depth > 3:
        return False
    body = value.node.body
    final = _last(body)
    if _may_return(body):
        return False
    if type(final) is cst.Raise:
        return not _is_abstract(final)
    if type(final) is cst.Expr and type(final.value) is cst.Call:
        return _never_returns(state, final.value.func, value.frame, depth + 1)
    return False


def _may_return(suite: Any) -> bool:
    """Whether a ``return`` or ``yield`` is written in a block, nested functions aside."""
    pending: list[Any] = [*suite.body]
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is cst.Return or kind is cst.Expr and type(node.value) is cst.Yield:
            return True
        if kind in _DEFINITIONS:
            continue
        for part in (getattr(node, name, None) for name in _NESTED):
            if isinstance(part, (list, tuple)):
                pending.extend(part)
            elif isinstance(part, cst.CSTNode):
                pending.append(part)
    return False


_DEFINITIONS = frozenset({cst.FunctionDef, cst.ClassDef})
_NESTED = ("body", "orelse", "handlers", "finalbody", "cases")


def _is_abstract(node: cst.Raise) -> bool:
    """``raise NotImplementedError``: a class that derives from this one does something else."""
    made = node.exc.func if type(node.exc) is cst.Call else node.exc
    return made is not None and dotted_name(made) == ABSTRACT.__name__


_QUIET_CALLS = frozenset({"print", "plt", "logging", "logger", "log", "warnings", "os", "time"})


def _matters(node: cst.If) -> bool:
    """Whether either arm does anything that could change what is built."""
    suites: list[Any] = [node.body]
    orelse = node.orelse
    while type(orelse) is cst.If:
        suites.append(orelse.body)
        orelse = orelse.orelse
    if type(orelse) is cst.Else:
        suites.append(orelse.body)
    return any(_suite_matters(suite) for suite in suites)


def _suite_matters(suite: Any) -> bool:
    for statement in suite.body:
        smalls = statement.body if type(statement) is cst.SimpleStatementLine else [statement]
        if not isinstance(smalls, (list, tuple)):
            return True
        for small in smalls:
            if isinstance(small, (cst.Pass, cst.Raise, cst.Assert)):
                continue
            if type(small) is cst.Expr:
                value = small.value
                if isinstance(value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)):
                    continue
                if type(value) is cst.Call:
                    root = dotted_name(value.func).partition(".")[0]
                    if root in _QUIET_CALLS:
                        continue
            if type(small) is cst.If and not _matters(small):
                continue
            return True
    return False


def _for(state: State, node: cst.For, frame: Frame) -> Signal:
    items, complete = containers.iterate(state, expressions.evaluate(state, node.iter, frame))
    if complete and len(items) <= MAX_TURNS:
        return _turns(state, node, items, frame)
    if complete and items:
        # Many turns: follow them all only while they build something.
        before = state.mutations
        signal = _turns(state, node, items[:1], frame, final=False)
        if signal:
            return "" if signal == "break" else signal
        if state.mutations == before:
            effects = _effects(state, node)
            if not effects.leaves:
                havoc.havoc(state, effects, frame)
                _turns(state, node, items[-1:], frame, final=False)
                return _otherwise(state, node, frame)
    first = items[0] if items else None
    return _open_loop(state, node, first, frame, certain=complete and bool(items))


def _effects(state: State, node: Any) -> havoc.Effects:
    """What a loop may change in a turn."""
    return havoc.effects_of(state, node)


def _turns(
    state: State, node: cst.For, items: list[Fact], frame: Frame, *, final: bool = True
) -> Signal:
    """Follow each turn; with ``final`` the loop ends here, otherwise a break is told."""
    quiet, begun, started, varied = 0, state.steps, state.allocations, 0
    whole, skipping = 0, False  # steps of all turns, were the others as long as the last one
    cycle = Cycle((), len(state.frames))
    for turn, item in enumerate(items):
        varied += bool(cycle.whole or cycle.varied)
        if varied > MAX_VARIED and state.allocations == started and turn < len(items) - 1:
            # Each turn forgets what the one before has done: one of them tells as much as all.
            return _open_loop(state, node, item, frame, certain=True)
        skipping = skipping or quiet >= 2 and whole > SHORT_LOOP
        if skipping and turn < len(items) - 1:
            # Turns that build nothing do not differ for kerlint, but for what they compute.
            effects = _effects(state, node)
            if effects.leaves:
                return _open_loop(state, node, items[turn + 1], frame, certain=True)
            if turn == len(items) - 2:
                havoc.havoc(state, effects, frame)
            continue
        before, built, steps = state.mutations, state.allocations, state.steps
        _between(state, cycle, node, frame)
        assignments.assign(state, node.target, item, frame)
        state.iterations.append(turn)
        if len(items) > 1:
            cycle.names = _effects(state, node).names
        state.cycles.append(cycle)
        try:
            signal = block(state, node.body, frame)
        finally:
            state.iterations.pop()
            state.cycles.pop()
        if cycle.left or (signal and len(items) > 1):
            _leave(state, cycle, node, signal, frame)
        if signal == "break":
            return "" if final else signal
        if signal in ("return", "raise"):
            return signal
        quiet = quiet + 1 if state.mutations == before else 0
        trains = state.allocations == built and state.steps - steps > LONG_TURN
        whole = state.steps - begun + (state.steps - steps) * (len(items) - turn - 1)
        if trains and turn < len(items) - 2 and whole > LONG_TRAINING:
            return _open_loop(state, node, items[turn + 1], frame, certain=True)
    return _otherwise(state, node, frame, cycle.left) if final else ""


MAX_VARIED = 4  # iterations with undecided conditions that are followed while nothing is built


def _between(state: State, cycle: Cycle, node: Any, frame: Frame) -> None:
    """Before a turn: conditions that were not decided may have had it otherwise in the last."""
    if cycle.whole:
        havoc.havoc(state, _effects(state, node), frame)
    for statement in cycle.varied:
        effects = havoc.effects_of(state, statement)
        if effects.skips:
            havoc.havoc(state, _effects(state, node), frame)
        else:
            havoc.havoc(state, effects, frame)
    cycle.varied.clear()
    cycle.whole = False


def _leave(state: State, cycle: Cycle, node: Any, signal: Signal, frame: Frame) -> None:
    """After a turn that may be the last: it, or another one, if a condition was not decided."""
    if cycle.left or cycle.varied or cycle.whole:
        havoc.havoc(state, _effects(state, node), frame)
        if signal == "return":
            frame.others.append(state.unknown(node, "returned from some turn of a loop"))
            frame.left = True


def _otherwise(state: State, node: cst.For | cst.While, frame: Frame, left: bool = False) -> Signal:
    """The ``else`` of a loop; ``left``: a break may have passed it by."""
    if node.orelse is None:
        return ""
    signal = block(state, node.orelse.body, frame)
    if left:
        havoc.havoc(state, havoc.effects_of(state, node.orelse.body), frame)
        if signal == "return":
            frame.others.append(state.unknown(node, "a loop may have been left"))
        _may_leave(state, signal, frame)
    return signal


def _open_loop(
    state: State, node: cst.For, first: Fact | None, frame: Frame, certain: bool
) -> Signal:
    """A loop whose turns are not known: one turn stands for all.

    ``first`` is what the first of these is given, ``certain``: there is a turn at least.
    """
    item = containers.one_of(first) if first is not None else None
    if item is None or isinstance(item.value, Unknown):
        name = ""
        if type(node.target) is cst.Name:
            name = state.sites.name_of(node.target.value, state.site(node.target))
        item = state.unknown(node.target, "differs in each iteration of a loop", name)
    return _one_for_all(state, node, item, frame, certain)


def _one_for_all(
    state: State, node: cst.For | cst.While, item: Fact | None, frame: Frame, certain: bool
) -> Signal:
    effects = _effects(state, node)
    before = dict(frame.names)
    havoc.havoc(state, effects, frame)
    state.unbounded_loops += 1
    state.doubts += 1
    state.cycles.append(Cycle(effects.names, len(state.frames)))
    choices = len(state.decisions)
    try:
        if item is not None and isinstance(node, cst.For):
            assignments.assign(state, node.target, item, frame)
        signal = block(state, node.body, frame)
    finally:
        state.unbounded_loops -= 1
        cycle = state.cycles.pop()
    if signal == "return" and len(state.decisions) == choices and not cycle.varied:
        frame.others.append(state.unknown(node, "returned from a loop"))
        frame.left = True
    # There may have been no turn at all, or one that went another way than the one that was read.
    kept = [] if not certain or effects.leaves else _every_turn(node, frame)
    kept += [
        name
        for name in effects.names
        if name not in before and name not in frame.outer and name in frame.names
    ]
    havoc.havoc(state, effects, frame, kept if not cycle.left else ())
    if signal == "return":
        return signal
    return "" if signal == "break" else _otherwise(state, node, frame, cycle.left)


def _every_turn(node: Any, frame: Frame) -> list[str]:
    """Names that each turn of a loop binds for certain, as far as its own statements do."""
    found: list[str] = []
    body = node.body.body if type(node.body) is cst.IndentedBlock else []
    for statement in body:
        if type(statement) is cst.SimpleStatementLine:
            for small in statement.body:
                if type(small) is cst.Assign:
                    found += [t.target.value for t in small.targets if type(t.target) is cst.Name]
    return found


def _while(state: State, node: cst.While, frame: Frame) -> Signal:
    """A known condition is followed for a while; any other loop is read as one turn."""
    begun = state.steps
    cycle = Cycle(_effects(state, node).names, len(state.frames))
    certain = False
    for turn in range(MAX_TURNS):
        _between(state, cycle, node, frame)
        fact = expressions.evaluate(state, node.test, frame)
        known = expressions.truth(state, fact)
        if known is False:
            return _otherwise(state, node, frame, cycle.left)
        if known is None:
            break
        forever = type(node.test) is cst.Name and node.test.value == "True"
        if forever or type(node.test) is cst.Integer:
            endless = turn >= MAX_YIELDS and frame.yielded is not None
            if endless or state.steps - begun > SHORT_LOOP:
                break
        certain = True
        before, built, steps = state.mutations, state.allocations, state.steps
        state.cycles.append(cycle)
        try:
            signal = block(state, node.body, frame)
        finally:
            state.cycles.pop()
        if cycle.left or signal:
            _leave(state, cycle, node, signal, frame)
        if signal == "break":
            return ""
        if signal in ("return", "raise"):
            return signal
        if state.mutations == before and state.steps - begun > LONG_LOOP:
            break
        trains = state.allocations == built and state.steps - steps > LONG_TURN
        if (forever or type(node.test) is cst.Integer) and (trains or cycle.varied or cycle.whole):
            break
    state.guards.append(guards.guard_of_test(state, node.test, frame))
    try:
        return _one_for_all(state, node, None, frame, certain)
    finally:
        state.guards.pop()


def _try(state: State, node: Any, frame: Frame) -> Signal:
    """The body as written; handlers run when it raises, or may have."""
    kinds = [_exceptions(state, handler.type, frame) for handler in node.handlers]
    guard = guards.guard_of_try(node.handlers, node.body, kinds, frame)
    before, doubts = dict(frame.names), state.doubts
    state.guards.append(guard)
    state.trying += bool(node.handlers)
    try:
        signal = block(state, node.body, frame)
    finally:
        state.guards.pop()
        state.trying -= bool(node.handlers)
    if not node.handlers:
        pass
    elif state.doubts == doubts and type(node) is cst.Try:
        if signal == "raise":
            signal = _caught(state, node, guard, before, frame)
        elif not signal and node.orelse is not None:
            signal = _not_raised(state, node, guard, frame)
    else:
        signal = _perhaps_caught(state, node, guard, signal, before, frame)
    if node.finalbody is not None:
        returned = frame.returned
        final = block(state, node.finalbody.body, frame)
        if final:
            frame.others.clear()
            return final
        frame.returned = returned if signal == "return" else frame.returned
    return signal


def _not_raised(state: State, node: Any, guard: guards.Guard, frame: Frame) -> Signal:
    """The ``else`` of a ``try``: what the body has used is there."""
    state.guards.append(guards.guard_of_else(guard, node.body))
    try:
        return block(state, node.orelse.body, frame)
    finally:
        state.guards.pop()


def _caught(
    state: State, node: cst.Try, guard: guards.Guard, before: dict[str, Fact], frame: Frame
) -> Signal:
    """The handlers of a body that has raised for certain."""
    raised = state.raised
    for handler in node.handlers:
        known = exceptions.takes(handler, raised, frame)
        if known:
            return _handle(state, handler, frame)
        if known is None:
            return _perhaps_caught(state, node, guard, "raise", before, frame)
    return "raise"


def _handle(state: State, handler: Any, frame: Frame) -> Signal:
    name = handler.name.name.value if handler.name is not None else ""
    if name:
        frame.bind(name, state.unknown(handler, "an exception", name))
    state.guards.append(guards.guard_of_handler(_exceptions(state, handler.type, frame)))
    try:
        signal = block(state, handler.body, frame)
    finally:
        state.guards.pop()
    if name:
        frame.outer.get(name, frame).names.pop(name, None)
    return signal


def _perhaps_caught(
    state: State,
    node: Any,
    guard: guards.Guard,
    signal: Signal,
    before: dict[str, Fact],
    frame: Frame,
) -> Signal:
    """A body that may have stopped anywhere: handlers only define what it left undefined."""
    state.doubts += 1
    raised = signal == "raise"
    if raised:
        signal = ""
    values = dict(frame.names)
    returned = frame.returned
    stays = False  # whether a handler lets the code after it run
    body = havoc.effects_of(state, node.body)
    if not all(_only_raises(state, handler.body, frame) for handler in node.handlers):
        # A handler meets what the body has left behind wherever it stopped.
        havoc.havoc(state, body, frame, _imported_names(frame))
    for handler in node.handlers:
        names = dict(frame.names)
        ended = _handle(state, handler, frame)
        frame.names.update(names)
        if handler is not node.handlers[-1]:
            # The next one runs instead: what this one has changed in place it may not find.
            touched = havoc.effects_of(state, handler.body)
            havoc.havoc(state, touched, frame, touched.names)
        stays = stays or not ended
        if ended == "return" and frame.returned is not None:
            frame.others.append(frame.returned)
        if ended != "raise" and signal == "return":
            frame.others.append(state.unknown(handler, "an exception was handled"))
        if ended != signal and ended != "raise":
            _may_leave(state, ended, frame)
            _may_leave(state, signal, frame)
        frame.returned = returned
    for name in body.names:
        if name in values and name not in frame.outer:
            frame.names[name] = values[name]
    parts = [node.body, *(handler.body for handler in node.handlers)]
    if not signal and node.orelse is not None:
        if not raised:
            signal = _not_raised(state, node, guard, frame)
            if signal and stays:  # then a handler may have run, and what follows after it
                if signal == "return":
                    frame.others.append(state.unknown(node, "an exception was handled"))
                _may_leave(state, signal, frame)
        parts.append(node.orelse.body)
    if stays or raised:
        _forget_uncertain(state, before, parts, frame, values)
    return signal


def _may_leave(state: State, signal: Signal, frame: Frame) -> None:
    """What comes next in a function or loop may not have been run."""
    if signal == "return":
        frame.left = True
    elif signal and state.cycles:
        state.cycles[-1].whole = state.cycles[-1].left = True


def _forget_uncertain(
    state: State,
    before: dict[str, Fact],
    parts: list[Any],
    frame: Frame,
    values: dict[str, Fact] | None = None,
) -> None:
    """Forget what depends on where a block of statements has stopped.

    The first part is that block. A name that had no value before, and that it alone binds, and only
    once, has this value or none.
    """
    body, *handlers = (havoc.effects_of(state, part) for part in parts)
    for touched in handlers:
        same = [
            name
            for name in touched.names
            if name not in before
            and name not in frame.outer
            and name not in body.names
            and sum(name in other.names for other in handlers) == 1
        ]
        havoc.havoc(state, touched, frame, [*same, *_imported_names(frame)])
    sure = [
        name
        for name, times in body.names.items()
        if times == 1
        and name in frame.names
        and (
            name not in before
            or (values is not None and not havoc.differ(before[name], frame.names[name]))
        )
        and not any(name in touched.names for touched in handlers)
    ]
    havoc.havoc(state, body, frame, [*sure, *_imported_names(frame)])


def _imported_names(frame: Frame) -> list[str]:
    """Names of modules, functions and classes: who imports another one instead uses it alike."""
    return [name for name, fact in frame.names.items() if isinstance(fact.value, _CODE)]


_CODE = (Builtin, Class, LazyImport, Function, Partial, QualifiedName)


def _exceptions(state: State, node: Any, frame: Frame) -> frozenset[str]:
    return guards.exceptions_of(
        expressions.evaluate(state, node, frame) if node is not None else None
    )


def _with(state: State, node: cst.With, frame: Frame, start: int = 0) -> Signal:
    outside = len(state.guards)
    before = dict(state.patched)
    outer: list[Fact] = []
    generator: tuple[Manager, int] | None = None  # the rest runs inside of it
    catches = False
    for index, item in enumerate(node.items[start:], start):
        fact = expressions.evaluate(state, item.item, frame)
        value: AbstractValue = fact.value
        if type(value) is Manager:
            generator = value, index
            break
        guard = _guard_of_item(state, item.item, fact, frame)
        state.guards.append(guard)
        catches = catches or guard.fails or _suppresses(value)
        outer.append(fact)
        given = context_managers.entered(state, fact, item.item)
        if item.asname is not None:
            if given is not None:
                fact = given
            elif not isinstance(value, (TensorRef, ModelRef)):
                fact = state.unknown(item, "what a context manager gives")
            assignments.assign(state, item.asname.name, fact, frame)
    replaced = dict(state.patched)
    tapes = state.tapes
    state.tapes += any(_records(fact.value) for fact in outer)
    fails = guards.expects_failure(state.guards[outside:])
    kept = [copied(building) for building in state.models] if fails else []
    names, doubts = dict(frame.names), state.doubts
    try:
        if generator is None:
            signal = block(state, node.body, frame)
        else:
            signal = _inside(state, *generator, node, frame)
    finally:
        del state.guards[outside:]
        state.tapes = tapes
        patches.during(state, before, replaced)
    if catches and (signal == "raise" or state.doubts != doubts):
        _forget_uncertain(state, names, [node.body], frame)
        if signal == "return":
            frame.others.append(state.unknown(node, "an exception was suppressed"))
        _may_leave(state, signal if signal != "raise" else "", frame)
    if fails:
        # What raises has changed nothing, and the code after the block is reached.
        state.models[: len(kept)] = kept
        signal = "" if signal == "raise" else signal
    for fact in reversed(outer):
        signal = context_managers.left(state, fact, signal, node)
    return signal


def _records(value: AbstractValue) -> bool:
    return isinstance(value, Unknown) and "GradientTape" in value.reason


def _suppresses(value: AbstractValue) -> bool:
    return isinstance(value, Unknown) and "suppress" in value.reason


def _inside(state: State, manager: Manager, index: int, node: cst.With, frame: Frame) -> Signal:
    """The rest of a ``with``, inside the generator that is its manager of this index."""
    item = node.items[index]

    def rest(value: Fact) -> Signal:
        if item.asname is not None:
            assignments.assign(state, item.asname.name, value, frame)
        return _with(state, node, frame, index + 1)

    try:
        return context_managers.surround(state, manager, item.item, rest)
    except Raised as raised:
        state.raised = raised.exception
        return "raise"


def _guard_of_item(state: State, node: cst.CSTNode, fact: Fact, frame: Frame) -> guards.Guard:
    """What a context manager expects of its block, written here or bound to a name before."""
    value: AbstractValue = fact.value
    if isinstance(value, Instance):
        found = classes.find_member(value.cls, "__exit__")
        if found is None or not isinstance(found[1].value, Function):
            return guards.NOTHING
        return guards.guard_of_exit(found[1].value.node)
    if type(node) is not cst.Call and isinstance(value, Unknown) and value.site >= 0:
        node = state.sites.node(value.site)
    if type(node) is not cst.Call:
        return guards.NOTHING
    if _suppresses(value):
        kinds = [_exceptions(state, arg.value, frame) for arg in node.args]
        taken = frozenset(name for kind in kinds for name in kind)
        return guards.guard_of_suppress(taken)
    return guards.guard_of_call(node.func, frame)


def _function(state: State, node: cst.FunctionDef, frame: Frame) -> Signal:
    before = dict(state.patched)
    for decorator in node.decorators:
        inner = decorator.decorator
        if type(inner) is cst.Attribute and inner.attr.value in ("setter", "deleter", "getter"):
            return ""
    defaults = calls.defaults(state, node.params, frame)
    site = state.site(node.name)
    function = Function(
        node.name.value, node, frame.hold(), defaults, site, None, "", state.in_other_module
    )
    made = _decorated(state, Fact(function, site), node.decorators, frame)
    if state.patched != before:
        function.patches = dict(state.patched)
        patches.during(state, before, function.patches)
    frame.bind(node.name.value, made)
    if function.registered:
        effects.hand_over(state, Arguments([Fact(function, site)], []), site)
    if not state.in_other_module:
        state.defined.append(function)
    return ""


_WRAPS = {
    "staticmethod": "staticmethod",
    "classmethod": "classmethod",
    "property": "property",
    "cached_property": "property",
    "functools.cached_property": "property",
}

# Decorators of libraries that leave a function or class what it is, as far as its results go.
_KEEPING = frozenset(
    {"abc.abstractmethod", "atexit.register", "dataclasses.dataclass", "enum.unique"}
    | {"functools.cache", "functools.lru_cache", "functools.total_ordering", "functools.wraps"}
    | {"jax.jit", "numba.jit", "numba.njit", "tensorflow.autograph.experimental.do_not_convert"}
    | {"tensorflow.function", "tensorflow.Module.with_name_scope", "typing.final"}
    | {"typing.no_type_check", "typing.override", "typing.runtime_checkable"}
    | {"streamlit.cache", "streamlit.cache_data", "streamlit.cache_resource"}
    | {"typing_extensions.final", "typing_extensions.override"}
)


def _keeps(path: str) -> bool:
    if path in _KEEPING:
        return True
    located = keras_api.locate(path)
    return located is not None and path.endswith("register_keras_serializable")


def _decorated(state: State, fact: Fact, decorators: Statements[Any], frame: Frame) -> Fact:
    """A function or class after its decorators, from the innermost outwards."""
    for decorator in reversed(decorators):
        inner = decorator.decorator
        path = dotted_name(inner.func if type(inner) is cst.Call else inner)
        wraps = _WRAPS.get(path) if path not in frame.names else None
        if wraps is not None and isinstance(fact.value, Function):
            fact.value.wraps = wraps
            continue
        named = expressions.evaluate(state, inner.func if type(inner) is cst.Call else inner, frame)
        value: Any = named.value
        if type(value) is QualifiedName and value.dotted == "functools.cached_property":
            if isinstance(fact.value, Function):
                fact.value.wraps = "property"
            continue
        if type(value) is QualifiedName and value in _MANAGERS and isinstance(fact.value, Function):
            fact.value.wraps = "contextmanager"
            continue
        if type(value) is QualifiedName and _keeps(value.dotted):
            if type(inner) is cst.Call:
                given = expressions.arguments(state, inner.args, frame)
                calls.call(state, named, given, inner)
                if value.dotted == "dataclasses.dataclass" and isinstance(fact.value, Class):
                    settings = {word: item.value for word, item in given.named().items()}
                    records.make_data_class(fact.value, settings)
            elif value.dotted == "dataclasses.dataclass" and isinstance(fact.value, Class):
                records.make_data_class(fact.value, {})
            continue
        if type(inner) is cst.Call:
            given = expressions.arguments(state, inner.args, frame)
            value = calls.call(state, named, given, inner).value
        if isinstance(value, Builtin) and value.name == "functools.wraps":
            continue
        made = None
        if isinstance(value, (Function, Partial, Class, Instance)):
            made = calls.call(state, Fact(value, named.site), Arguments([fact], []), inner)
        if made is not None and not isinstance(made.value, Unknown):
            fact = made
        elif isinstance(fact.value, Function):
            # What it has become is not known, but it is read all the same.
            fact.value.opaque = True
            fact.value.registered |= effects.registers(Fact(value, named.site))
        else:
            reason = "changed by a decorator that kerlint could not read"
            fact = state.unknown(inner, reason, getattr(fact.value, "name", ""))
    return fact


_MANAGERS = frozenset(
    {QualifiedName("contextlib.contextmanager"), QualifiedName("contextlib.asynccontextmanager")}
)


def _class(state: State, node: cst.ClassDef, frame: Frame) -> Signal:
    bases = tuple(expressions.evaluate(state, arg.value, frame) for arg in node.bases)
    for arg in node.keywords:
        expressions.evaluate(state, arg.value, frame)
    own = Frame(frame).hold()
    cls = Class(node.name.value, node, own, bases, state.site(node.name))
    for base in bases:
        if isinstance(base.value, QualifiedName):
            located = keras_api.locate(base.value.dotted)
            if located is not None and located.name is not None:
                cls.keras = located.name
        elif isinstance(base.value, Class) and base.value.keras is not None:
            cls.keras = base.value.keras
    before = len(state.defined)
    block(state, node.body, own)
    functions = [fact.value for fact in own.names.values() if isinstance(fact.value, Function)]
    for function in (*functions, *state.defined[before:]):
        if function.frame is own:
            function.owner = cls
            function.frame = frame  # a method does not see the names of its class
    if not state.in_other_module:
        state.classes.append(cls)
    fact = Fact(cls, cls.site)
    kinds = [base.value.dotted for base in bases if isinstance(base.value, QualifiedName)]
    if any(kind.startswith("enum.") for kind in kinds):
        records.make_enum(state, cls, kinds == ["enum.Enum"] and len(bases) == 1)
    elif any(isinstance(base.value, Class) and base.value.members is not None for base in bases):
        records.make_enum(state, cls, all(_is_enum(base) for base in bases))
    elif kinds == ["typing.NamedTuple"]:
        fact = Fact(records.tuple_class(cls), cls.site)
    frame.bind(node.name.value, _decorated(state, fact, node.decorators, frame))
    return ""


def _is_enum(base: Fact) -> bool:
    """Whether a class is an enumeration that is nothing else besides."""
    value = base.value
    if not isinstance(value, Class) or value.members is None or len(value.bases) != 1:
        return False
    first = value.bases[0]
    return records.is_path(first, "enum.Enum") or _is_enum(first)


def _guarded_match(state: State, node: Any, frame: Frame) -> Signal:
    state.guards.append(guards.guard_of_test(state, node.subject, frame))
    try:
        return _match(state, node, frame)
    finally:
        state.guards.pop()


def _match(state: State, node: Any, frame: Frame) -> Signal:
    subject = expressions.evaluate(state, node.subject, frame)
    for case in node.cases:
        bound: dict[str, Fact] = {}
        known = patterns.fits(state, case.pattern, subject, frame, bound)
        if known is False:
            continue
        matched = known  # then the names are bound, whatever the guard says
        before = {name: frame.names.get(name) for name in bound}
        for name, fact in bound.items():
            frame.bind(name, fact)
        if known and case.guard is not None:
            test = expressions.evaluate(state, case.guard, frame)
            known = expressions.truth(state, test)
        if known:
            return block(state, case.body, frame)
        if known is None:
            state.doubts += 1
            test = state.unknown(case.pattern, "a pattern kerlint does not decide")
            if expressions.branch(state, test, case.pattern, frame, True, node):
                return block(state, case.body, frame)
            for name, old in before.items() if not matched else ():
                if old is not None:
                    frame.bind(name, state.unknown(case.pattern, "a name of a case"))
    return ""


_SMALL: dict[type[cst.CSTNode], Callable[[State, Any, Frame], Signal]] = {
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Del: _delete,
}

_COMPOUND: dict[type[cst.CSTNode], Callable[[State, Any, Frame], Signal]] = {
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Match: _guarded_match,
}
