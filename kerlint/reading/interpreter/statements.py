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
    Run,
)
from kerlint.reading.interpreter.values import (
    Arguments,
    Builtin,
    Class,
    Deferred,
    Frame,
    Function,
    Instance,
    Manager,
    Mapping_,
    Partial,
    Path,
    Payload,
    Sequence,
)
from kerlint.reading.library import builtins, methods, records

Signal = str  # "", "break", "continue", "return", "raise": how a block ended


def execute(run: Run, body: Statements[Any], frame: Frame, *, lasting: bool = False) -> Signal:
    """Execute statements in order; returns how the block ended.

    ``lasting``: more of the same block follows, so what a statement guards stays guarded.
    """
    guards = len(run.guards)
    try:
        for statement in body:
            run.steps += 1
            run.clock += 1
            kind = type(statement)
            if kind is cst.SimpleStatementLine:
                signal = _smalls(run, statement.body, frame)
                if signal:
                    return signal
                if type(statement.body[0]) is cst.Assert:
                    _guard_rest(run, statement.body[0], frame)
                continue
            compound = _COMPOUND.get(kind)
            if compound is not None:
                signal = compound(run, statement, frame)
                if signal:
                    return signal
                if kind is cst.If:
                    _guard_rest(run, statement, frame)
        return ""
    finally:
        if not lasting:
            del run.guards[guards:]


def _guard_rest(run: Run, node: cst.If | cst.Assert, frame: Frame) -> None:
    """Guard the rest of the block when a statement lets only some releases of Keras pass."""
    guard = guards.guard_after(run, node, frame)
    if guard and guard not in run.guards:
        run.guards.append(guard)


def _smalls(run: Run, body: Statements[Any], frame: Frame) -> Signal:
    for small in body:
        run.clock += 1
        handler = _SMALL.get(type(small))
        if handler is not None:
            signal = handler(run, small, frame)
            if signal:
                return signal
    return ""


def block(run: Run, suite: Any, frame: Frame) -> Signal:
    """Execute an indented block, or the statements behind a colon on one line."""
    try:
        if type(suite) is cst.SimpleStatementSuite:
            return _smalls(run, suite.body, frame)
        return execute(run, suite.body, frame)
    except Raised as raised:
        run.raised = raised.exception
        return "raise"


# -- small statements -----------------------------------------------------------------------------


def _expression(run: Run, node: cst.Expr, frame: Frame) -> Signal:
    expressions.evaluate(run, node.value, frame)
    if type(node.value) is cst.Call and type(node.value.func) is cst.Attribute:
        if node.value.func.attr.value == "enter_context" and len(node.value.args) == 1:
            # ``stack.enter_context(suppress(...))``: in force until the block ends.
            item = node.value.args[0].value
            fact = expressions.evaluate(run, item, frame)
            run.guards.append(_guard_of_item(run, item, fact, frame))
    return ""


def _assign(run: Run, node: cst.Assign, frame: Frame) -> Signal:
    fact = expressions.evaluate(run, node.value, frame)
    for target in node.targets:
        assignments.assign(run, target.target, _renamed(run, fact, target.target), frame)
    return ""


def _renamed(run: Run, fact: Fact, target: cst.CSTNode) -> Fact:
    """Give an unknown value the name it is bound to, so that it stays one number with one name."""
    value = fact.value
    if isinstance(value, Unknown) and not value.expr and type(target) is cst.Name:
        site = run.site(target)
        name = run.sites.name_of(target.value, site)
        return Fact(Unknown(value.reason, value.site, name), fact.site, fact.via)
    return fact


def _annotated(run: Run, node: cst.AnnAssign, frame: Frame) -> Signal:
    if node.value is not None:
        fact = expressions.evaluate(run, node.value, frame)
        assignments.assign(run, node.target, _renamed(run, fact, node.target), frame)
    return ""


def _augmented(run: Run, node: cst.AugAssign, frame: Frame) -> Signal:
    old = expressions.evaluate(run, node.target, frame)
    new = expressions.evaluate(run, node.value, frame)
    kind = type(node.operator)
    if isinstance(old.value, (Sequence, Mapping_)) and getattr(old.value, "kind", "") in _IN_PLACE:
        fact = _changed_in_place(run, old, kind, new, node)
        assignments.assign(run, node.target, fact, frame)
        return ""
    fact = expressions.combine(run, type(node.operator), old, new, node)
    if isinstance(old.value, Array) and isinstance(node.target, (cst.Name, cst.Attribute)):
        # Arrays change in place; in a loop of unknown length nobody knows how often.
        if run.loops:
            fact = Fact(Array(origin=old.value.origin), fact.site)
        mutation.overwrite(run, old.value, fact.value, frame)
    elif run.loops and not isinstance(fact.value, (TensorRef, Unknown)):
        # ``units //= 2`` in a loop of unknown length: its value differs from turn to turn.
        site = run.site(node)
        fact = Fact(Unknown("changes in a loop of unknown length", site), site)
    assignments.assign(run, node.target, fact, frame)
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


def _changed_in_place(run: Run, old: Fact, kind: Any, new: Fact, node: cst.AugAssign) -> Fact:
    """``items += more``: all who have that list see the change."""
    value = old.value
    assert isinstance(value, (Sequence, Mapping_))
    name = _METHODS.get((getattr(value, "kind", ""), kind))
    if name is not None:
        methods.method(run, old, name, Arguments([new], []), run.site(node))
        return old
    if isinstance(value, Sequence) and kind is cst.MultiplyAssign and value.complete:
        made = expressions.combine(run, kind, old, new, node).value
        if isinstance(made, Sequence) and made.complete and run.loops <= value.depth:
            run.activity += 1
            value.items[:] = made.items
            return old
    run.doubts += 1
    containers.blur(value)
    return old


def _import(run: Run, node: cst.Import, frame: Frame) -> Signal:
    for alias in node.names:
        path = dotted_name(alias.name)
        run.doubts += 1
        if _is_as_installed(run, path):
            run.use(path, run.site(alias.name), imported=True)
        site = run.site(alias)
        if alias.asname is not None and type(alias.asname.name) is cst.Name:
            target = _imported(run, path, site)
            frame.bind(alias.asname.name.value, target)
        else:
            root = path.partition(".")[0]
            frame.bind(root, _imported(run, root, site))
    return ""


def _imported(run: Run, path: str, site: Any) -> Fact:
    replaced = patches.imported(run, path) if run.patched else None
    if replaced is not None:
        return replaced
    if run.project is not None:
        found = run.project.module(run, path, site)
        if found is not None:
            return found
    return Fact(Path(path), site)


def _import_from(run: Run, node: cst.ImportFrom, frame: Frame) -> Signal:
    module = dotted_name(node.module) if node.module is not None else ""
    run.doubts += 1
    level = len(node.relative)
    if node.module is not None and not level and _is_as_installed(run, module):
        run.use(module, run.site(node.module), imported=True)
    if isinstance(node.names, cst.ImportStar):
        if level == 0 and keras_api.locate(module) is not None:
            located = keras_api.locate(module)
            base = located.name if located is not None and located.name else module
            shown = keras_api.star_members(module, run.project.release if run.project else "3")
            for name in keras_api.public_members(base):
                # What only another Keras showed is not taken from whoever else has the name.
                if name in shown or not _is_bound(name, frame):
                    frame.bind(name, Fact(Path(f"{module}.{name}"), run.site(node)))
        elif run.project is not None:
            star, whole = run.project.star(run, module, level)
            if not whole:
                # It may bind anything, also what was a value of this file until now.
                frame.names.update(effects.unknown_if_data(frame.names, run.site(node)))
                frame.names.update(effects.perhaps_rebound(frame.names, run.site(node)))
                frame.starred = True
            elif not star:
                effects.shadowed(frame, module, run.site(node))
            frame.names.update(star)
        return ""
    for alias in node.names:
        name = dotted_name(alias.name)
        bound = alias.asname.name if alias.asname is not None else alias.name
        if type(bound) is not cst.Name:
            continue
        found: Fact | None = None
        if run.project is not None:
            found = run.project.imported(run, module, level, name, run.site(alias))
        if found is None:
            if level:
                found = run.unknown(alias, "imported from a file that kerlint did not read", name)
            else:
                path = f"{module}.{name}"
                found = patches.imported(run, path) if run.patched else None
                if found is None:
                    run.use(path, run.site(alias.name), imported=True)
                    constant = builtins.PATH_CONSTANTS.get(path)
                    found = Fact(Path(path) if constant is None else constant, run.site(alias))
        frame.bind(bound.value, found)
    return ""


def _is_as_installed(run: Run, module: str) -> bool:
    return not run.patched or patches.imported(run, module) is None


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


def _return(run: Run, node: cst.Return, frame: Frame) -> Signal:
    if node.value is not None:
        frame.returned = expressions.evaluate(run, node.value, frame)
    else:
        frame.returned = Fact(None, run.site(node))
    return "return"


def _raise(run: Run, node: cst.Raise, frame: Frame) -> Signal:
    run.raised = exceptions.raised_by(node, frame) if node.exc is not None else None
    return "raise"


def _assert(run: Run, node: cst.Assert, frame: Frame) -> Signal:
    # What an assertion calls is not read; a constant or comparison may tell that it fails.
    if type(node.test) in (cst.Name, cst.Comparison, cst.Integer):
        if not havoc.effects_of(run, node.test).calls:
            known = expressions.truth(run, expressions.evaluate(run, node.test, frame))
            if known is False:
                run.raised = AssertionError
                return "raise"
            run.doubts += known is None
            return ""
    run.doubts += 1
    return ""


def _break(run: Run, node: cst.Break, frame: Frame) -> Signal:
    return "break"


def _continue(run: Run, node: cst.Continue, frame: Frame) -> Signal:
    return "continue"


def _global(run: Run, node: cst.Global, frame: Frame) -> Signal:
    for item in node.names:
        if frame is not frame.globals:
            frame.outer[item.name.value] = frame.globals
    return ""


def _nonlocal(run: Run, node: cst.Nonlocal, frame: Frame) -> Signal:
    for item in node.names:
        scope = frame.parent
        while scope is not None and item.name.value not in scope.names:
            scope = scope.parent
        if scope is not None:
            frame.outer[item.name.value] = scope
    return ""


def _delete(run: Run, node: cst.Del, frame: Frame) -> Signal:
    pending: list[Any] = [node.target]
    while pending:
        target = pending.pop(0)
        if type(target) is cst.Name:
            scope = frame.outer.get(target.value, frame)
            if scope.names.pop(target.value, None) is None:
                run.doubts += 1
        elif isinstance(target, (cst.Tuple, cst.List)):
            pending[:0] = [element.value for element in target.elements]
        elif type(target) is cst.Subscript:
            assignments.delete_element(run, target, frame)
        elif type(target) is cst.Attribute:
            assignments.delete_attribute(run, target, frame)
    return ""


# -- compound statements --------------------------------------------------------------------------


def _if(run: Run, node: cst.If, frame: Frame) -> Signal:
    test = node.test
    if type(test) is cst.UnaryOperation and type(test.operator) is cst.Not:
        fact = expressions.evaluate(run, test.expression, frame)
        inverted = True
    else:
        fact = expressions.evaluate(run, test, frame)
        inverted = False
    known = expressions.truth(run, fact)
    if known is None:
        return _undecided(run, node, fact, inverted, frame)
    if type(fact.value) is bool:
        known = _flag(run, node, fact, frame)
    return _arm(run, node, known != inverted, frame)


def _flag(run: Run, node: cst.If, fact: Fact, frame: Frame) -> bool:
    """The arm of a flag that the file sets to True or False itself: it is there to be changed."""
    known = bool(fact.value)
    test: Any = node.test
    if type(test) is cst.UnaryOperation:
        test = test.expression
    if type(test) is not cst.Name or test.value in ("True", "False") or run.foreign:
        return known
    written = run.sites.node(fact.site)
    if type(written) is not cst.Name or written.value not in ("True", "False"):
        return known
    if guards.names_backend(test.value) or guards.guard_of_test(run, test, frame):
        return known
    key = (FLAG + test.value, NOWHERE)
    known = run.forced.get(key, known)
    if _matters(node):
        run.flags.setdefault(run.site(node), (key, set()))[1].add(known)
    return known


def _arm(run: Run, node: cst.If, arm: bool, frame: Frame) -> Signal:
    if arm:
        return block(run, node.body, frame)
    if type(node.orelse) is cst.If:
        return _if(run, node.orelse, frame)
    if type(node.orelse) is cst.Else:
        return block(run, node.orelse.body, frame)
    return ""


def _undecided(run: Run, node: cst.If, fact: Fact, inverted: bool, frame: Frame) -> Signal:
    """A condition that the text does not decide: this way through the code takes one arm."""
    run.doubts += 1
    run.guards.append(guards.guard_of_test(run, node.test, frame, fact))
    try:
        if _only_raises(run, node.body, frame):
            return _arm(run, node, False, frame)  # a guard: whoever gets further did not take it
        if type(node.orelse) is cst.Else and _only_raises(run, node.orelse.body, frame):
            return _arm(run, node, True, frame)
        if not _matters(node):
            _arm(run, node, True, frame)
            _arm(run, node, False, frame)
            return ""
        arm = expressions.choose(run, fact, node.test, frame, not inverted, node) != inverted
        run.open_decisions.append(run.last_choice)
        try:
            return _arm(run, node, arm, frame)
        finally:
            run.open_decisions.pop()
    finally:
        run.guards.pop()


def _only_raises(run: Run, suite: Any, frame: Frame) -> bool:
    """Whether a block does nothing but leave the program."""
    final = _last(suite)
    if type(final) is cst.Raise:
        return True
    if type(final) is cst.Expr and type(final.value) is cst.Call:
        return _never_returns(run, final.value.func, frame)
    return False


def _last(suite: Any) -> Any:
    """The last small statement of a block, or the compound statement that it ends with."""
    last = suite.body[-1] if suite.body else None
    return last.body[-1] if type(last) is cst.SimpleStatementLine else last


def _never_returns(run: Run, callee: cst.BaseExpression, frame: Frame, depth: int = 0) -> bool:
    """Whether a call ends the program or always raises, as far as the text shows.

    A function of the file is only looked at, not followed: that it is called is not certain.
    """
    first, _, rest = dotted_name(callee).partition(".")
    fact = frame.lookup(first)
    if fact is None:
        return first in builtins.EXITS and not rest or f"{first}.{rest}" in builtins.EXITS
    value: Payload = fact.value
    if type(value) is Path:
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
        return _never_returns(run, final.value.func, value.frame, depth + 1)
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


def _for(run: Run, node: cst.For, frame: Frame) -> Signal:
    items, complete = containers.iterate(run, expressions.evaluate(run, node.iter, frame))
    if complete and len(items) <= MAX_TURNS:
        return _turns(run, node, items, frame)
    if complete and items:
        # Many turns: follow them all only while they build something.
        before = run.activity
        signal = _turns(run, node, items[:1], frame, final=False)
        if signal:
            return "" if signal == "break" else signal
        if run.activity == before:
            effects = _effects(run, node)
            if not effects.leaves:
                havoc.havoc(run, effects, frame)
                _turns(run, node, items[-1:], frame, final=False)
                return _otherwise(run, node, frame)
    first = items[0] if items else None
    return _open_loop(run, node, first, frame, certain=complete and bool(items))


def _effects(run: Run, node: Any) -> havoc.Effects:
    """What a loop may change in a turn."""
    return havoc.effects_of(run, node)


def _turns(
    run: Run, node: cst.For, items: list[Fact], frame: Frame, *, final: bool = True
) -> Signal:
    """Follow each turn; with ``final`` the loop ends here, otherwise a break is told."""
    quiet, begun, started, varied = 0, run.steps, run.built, 0
    whole, skipping = 0, False  # steps of all turns, were the others as long as the last one
    cycle = Cycle((), len(run.frames))
    for turn, item in enumerate(items):
        varied += bool(cycle.whole or cycle.varied)
        if varied > MAX_VARIED and run.built == started and turn < len(items) - 1:
            # Each turn forgets what the one before has done: one of them tells as much as all.
            return _open_loop(run, node, item, frame, certain=True)
        skipping = skipping or quiet >= 2 and whole > SHORT_LOOP
        if skipping and turn < len(items) - 1:
            # Turns that build nothing do not differ for kerlint, but for what they compute.
            effects = _effects(run, node)
            if effects.leaves:
                return _open_loop(run, node, items[turn + 1], frame, certain=True)
            if turn == len(items) - 2:
                havoc.havoc(run, effects, frame)
            continue
        before, built, steps = run.activity, run.built, run.steps
        _between(run, cycle, node, frame)
        assignments.assign(run, node.target, item, frame)
        run.turns.append(turn)
        if len(items) > 1:
            cycle.names = _effects(run, node).names
        run.cycles.append(cycle)
        try:
            signal = block(run, node.body, frame)
        finally:
            run.turns.pop()
            run.cycles.pop()
        if cycle.left or (signal and len(items) > 1):
            _leave(run, cycle, node, signal, frame)
        if signal == "break":
            return "" if final else signal
        if signal in ("return", "raise"):
            return signal
        quiet = quiet + 1 if run.activity == before else 0
        trains = run.built == built and run.steps - steps > LONG_TURN
        whole = run.steps - begun + (run.steps - steps) * (len(items) - turn - 1)
        if trains and turn < len(items) - 2 and whole > LONG_TRAINING:
            return _open_loop(run, node, items[turn + 1], frame, certain=True)
    return _otherwise(run, node, frame, cycle.left) if final else ""


MAX_VARIED = 4  # iterations with undecided conditions that are followed while nothing is built


def _between(run: Run, cycle: Cycle, node: Any, frame: Frame) -> None:
    """Before a turn: conditions that were not decided may have had it otherwise in the last."""
    if cycle.whole:
        havoc.havoc(run, _effects(run, node), frame)
    for statement in cycle.varied:
        effects = havoc.effects_of(run, statement)
        if effects.skips:
            havoc.havoc(run, _effects(run, node), frame)
        else:
            havoc.havoc(run, effects, frame)
    cycle.varied.clear()
    cycle.whole = False


def _leave(run: Run, cycle: Cycle, node: Any, signal: Signal, frame: Frame) -> None:
    """After a turn that may be the last: it, or another one, if a condition was not decided."""
    if cycle.left or cycle.varied or cycle.whole:
        havoc.havoc(run, _effects(run, node), frame)
        if signal == "return":
            frame.others.append(run.unknown(node, "returned from some turn of a loop"))
            frame.left = True


def _otherwise(run: Run, node: cst.For | cst.While, frame: Frame, left: bool = False) -> Signal:
    """The ``else`` of a loop; ``left``: a break may have passed it by."""
    if node.orelse is None:
        return ""
    signal = block(run, node.orelse.body, frame)
    if left:
        havoc.havoc(run, havoc.effects_of(run, node.orelse.body), frame)
        if signal == "return":
            frame.others.append(run.unknown(node, "a loop may have been left"))
        _may_leave(run, signal, frame)
    return signal


def _open_loop(run: Run, node: cst.For, first: Fact | None, frame: Frame, certain: bool) -> Signal:
    """A loop whose turns are not known: one turn stands for all.

    ``first`` is what the first of these is given, ``certain``: there is a turn at least.
    """
    item = containers.one_of(first) if first is not None else None
    if item is None or isinstance(item.value, Unknown):
        name = ""
        if type(node.target) is cst.Name:
            name = run.sites.name_of(node.target.value, run.site(node.target))
        item = run.unknown(node.target, "differs in each iteration of a loop", name)
    return _one_for_all(run, node, item, frame, certain)


def _one_for_all(
    run: Run, node: cst.For | cst.While, item: Fact | None, frame: Frame, certain: bool
) -> Signal:
    effects = _effects(run, node)
    before = dict(frame.names)
    havoc.havoc(run, effects, frame)
    run.loops += 1
    run.doubts += 1
    run.cycles.append(Cycle(effects.names, len(run.frames)))
    choices = len(run.decisions)
    try:
        if item is not None and isinstance(node, cst.For):
            assignments.assign(run, node.target, item, frame)
        signal = block(run, node.body, frame)
    finally:
        run.loops -= 1
        cycle = run.cycles.pop()
    if signal == "return" and len(run.decisions) == choices and not cycle.varied:
        frame.others.append(run.unknown(node, "returned from a loop"))
        frame.left = True
    # There may have been no turn at all, or one that went another way than the one that was read.
    kept = [] if not certain or effects.leaves else _every_turn(node, frame)
    kept += [
        name
        for name in effects.names
        if name not in before and name not in frame.outer and name in frame.names
    ]
    havoc.havoc(run, effects, frame, kept if not cycle.left else ())
    if signal == "return":
        return signal
    return "" if signal == "break" else _otherwise(run, node, frame, cycle.left)


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


def _while(run: Run, node: cst.While, frame: Frame) -> Signal:
    """A known condition is followed for a while; any other loop is read as one turn."""
    begun = run.steps
    cycle = Cycle(_effects(run, node).names, len(run.frames))
    certain = False
    for turn in range(MAX_TURNS):
        _between(run, cycle, node, frame)
        fact = expressions.evaluate(run, node.test, frame)
        known = expressions.truth(run, fact)
        if known is False:
            return _otherwise(run, node, frame, cycle.left)
        if known is None:
            break
        forever = type(node.test) is cst.Name and node.test.value == "True"
        if forever or type(node.test) is cst.Integer:
            endless = turn >= MAX_YIELDS and frame.yielded is not None
            if endless or run.steps - begun > SHORT_LOOP:
                break
        certain = True
        before, built, steps = run.activity, run.built, run.steps
        run.cycles.append(cycle)
        try:
            signal = block(run, node.body, frame)
        finally:
            run.cycles.pop()
        if cycle.left or signal:
            _leave(run, cycle, node, signal, frame)
        if signal == "break":
            return ""
        if signal in ("return", "raise"):
            return signal
        if run.activity == before and run.steps - begun > LONG_LOOP:
            break
        trains = run.built == built and run.steps - steps > LONG_TURN
        if (forever or type(node.test) is cst.Integer) and (trains or cycle.varied or cycle.whole):
            break
    run.guards.append(guards.guard_of_test(run, node.test, frame))
    try:
        return _one_for_all(run, node, None, frame, certain)
    finally:
        run.guards.pop()


def _try(run: Run, node: Any, frame: Frame) -> Signal:
    """The body as written; handlers run when it raises, or may have."""
    kinds = [_exceptions(run, handler.type, frame) for handler in node.handlers]
    guard = guards.guard_of_try(node.handlers, node.body, kinds, frame)
    before, doubts = dict(frame.names), run.doubts
    run.guards.append(guard)
    run.trying += bool(node.handlers)
    try:
        signal = block(run, node.body, frame)
    finally:
        run.guards.pop()
        run.trying -= bool(node.handlers)
    if not node.handlers:
        pass
    elif run.doubts == doubts and type(node) is cst.Try:
        if signal == "raise":
            signal = _caught(run, node, guard, before, frame)
        elif not signal and node.orelse is not None:
            signal = _not_raised(run, node, guard, frame)
    else:
        signal = _perhaps_caught(run, node, guard, signal, before, frame)
    if node.finalbody is not None:
        returned = frame.returned
        final = block(run, node.finalbody.body, frame)
        if final:
            frame.others.clear()
            return final
        frame.returned = returned if signal == "return" else frame.returned
    return signal


def _not_raised(run: Run, node: Any, guard: guards.Guard, frame: Frame) -> Signal:
    """The ``else`` of a ``try``: what the body has used is there."""
    run.guards.append(guards.guard_of_else(guard, node.body))
    try:
        return block(run, node.orelse.body, frame)
    finally:
        run.guards.pop()


def _caught(
    run: Run, node: cst.Try, guard: guards.Guard, before: dict[str, Fact], frame: Frame
) -> Signal:
    """The handlers of a body that has raised for certain."""
    raised = run.raised
    for handler in node.handlers:
        known = exceptions.takes(handler, raised, frame)
        if known:
            return _handle(run, handler, frame)
        if known is None:
            return _perhaps_caught(run, node, guard, "raise", before, frame)
    return "raise"


def _handle(run: Run, handler: Any, frame: Frame) -> Signal:
    name = handler.name.name.value if handler.name is not None else ""
    if name:
        frame.bind(name, run.unknown(handler, "an exception", name))
    run.guards.append(guards.guard_of_handler(_exceptions(run, handler.type, frame)))
    try:
        signal = block(run, handler.body, frame)
    finally:
        run.guards.pop()
    if name:
        frame.outer.get(name, frame).names.pop(name, None)
    return signal


def _perhaps_caught(
    run: Run,
    node: Any,
    guard: guards.Guard,
    signal: Signal,
    before: dict[str, Fact],
    frame: Frame,
) -> Signal:
    """A body that may have stopped anywhere: handlers only define what it left undefined."""
    run.doubts += 1
    raised = signal == "raise"
    if raised:
        signal = ""
    values = dict(frame.names)
    returned = frame.returned
    stays = False  # whether a handler lets the code after it run
    body = havoc.effects_of(run, node.body)
    if not all(_only_raises(run, handler.body, frame) for handler in node.handlers):
        # A handler meets what the body has left behind wherever it stopped.
        havoc.havoc(run, body, frame, _imported_names(frame))
    for handler in node.handlers:
        names = dict(frame.names)
        ended = _handle(run, handler, frame)
        frame.names.update(names)
        if handler is not node.handlers[-1]:
            # The next one runs instead: what this one has changed in place it may not find.
            touched = havoc.effects_of(run, handler.body)
            havoc.havoc(run, touched, frame, touched.names)
        stays = stays or not ended
        if ended == "return" and frame.returned is not None:
            frame.others.append(frame.returned)
        if ended != "raise" and signal == "return":
            frame.others.append(run.unknown(handler, "an exception was handled"))
        if ended != signal and ended != "raise":
            _may_leave(run, ended, frame)
            _may_leave(run, signal, frame)
        frame.returned = returned
    for name in body.names:
        if name in values and name not in frame.outer:
            frame.names[name] = values[name]
    parts = [node.body, *(handler.body for handler in node.handlers)]
    if not signal and node.orelse is not None:
        if not raised:
            signal = _not_raised(run, node, guard, frame)
            if signal and stays:  # then a handler may have run, and what follows after it
                if signal == "return":
                    frame.others.append(run.unknown(node, "an exception was handled"))
                _may_leave(run, signal, frame)
        parts.append(node.orelse.body)
    if stays or raised:
        _forget_uncertain(run, before, parts, frame, values)
    return signal


def _may_leave(run: Run, signal: Signal, frame: Frame) -> None:
    """What comes next in a function or loop may not have been run."""
    if signal == "return":
        frame.left = True
    elif signal and run.cycles:
        run.cycles[-1].whole = run.cycles[-1].left = True


def _forget_uncertain(
    run: Run,
    before: dict[str, Fact],
    parts: list[Any],
    frame: Frame,
    values: dict[str, Fact] | None = None,
) -> None:
    """Forget what depends on where a block of statements has stopped.

    The first part is that block. A name that had no value before, and that it alone binds, and only
    once, has this value or none.
    """
    body, *handlers = (havoc.effects_of(run, part) for part in parts)
    for touched in handlers:
        same = [
            name
            for name in touched.names
            if name not in before
            and name not in frame.outer
            and name not in body.names
            and sum(name in other.names for other in handlers) == 1
        ]
        havoc.havoc(run, touched, frame, [*same, *_imported_names(frame)])
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
    havoc.havoc(run, body, frame, [*sure, *_imported_names(frame)])


def _imported_names(frame: Frame) -> list[str]:
    """Names of modules, functions and classes: who imports another one instead uses it alike."""
    return [name for name, fact in frame.names.items() if isinstance(fact.value, _CODE)]


_CODE = (Builtin, Class, Deferred, Function, Partial, Path)


def _exceptions(run: Run, node: Any, frame: Frame) -> frozenset[str]:
    return guards.exceptions_of(
        expressions.evaluate(run, node, frame) if node is not None else None
    )


def _with(run: Run, node: cst.With, frame: Frame, start: int = 0) -> Signal:
    outside = len(run.guards)
    before = dict(run.patched)
    outer: list[Fact] = []
    generator: tuple[Manager, int] | None = None  # the rest runs inside of it
    catches = False
    for index, item in enumerate(node.items[start:], start):
        fact = expressions.evaluate(run, item.item, frame)
        value: Payload = fact.value
        if type(value) is Manager:
            generator = value, index
            break
        guard = _guard_of_item(run, item.item, fact, frame)
        run.guards.append(guard)
        catches = catches or guard.fails or _suppresses(value)
        outer.append(fact)
        given = context_managers.entered(run, fact, item.item)
        if item.asname is not None:
            if given is not None:
                fact = given
            elif not isinstance(value, (TensorRef, ModelRef)):
                fact = run.unknown(item, "what a context manager gives")
            assignments.assign(run, item.asname.name, fact, frame)
    replaced = dict(run.patched)
    tapes = run.tapes
    run.tapes += any(_records(fact.value) for fact in outer)
    fails = guards.expects_failure(run.guards[outside:])
    kept = [copied(building) for building in run.models] if fails else []
    names, doubts = dict(frame.names), run.doubts
    try:
        if generator is None:
            signal = block(run, node.body, frame)
        else:
            signal = _inside(run, *generator, node, frame)
    finally:
        del run.guards[outside:]
        run.tapes = tapes
        patches.during(run, before, replaced)
    if catches and (signal == "raise" or run.doubts != doubts):
        _forget_uncertain(run, names, [node.body], frame)
        if signal == "return":
            frame.others.append(run.unknown(node, "an exception was suppressed"))
        _may_leave(run, signal if signal != "raise" else "", frame)
    if fails:
        # What raises has changed nothing, and the code after the block is reached.
        run.models[: len(kept)] = kept
        signal = "" if signal == "raise" else signal
    for fact in reversed(outer):
        signal = context_managers.left(run, fact, signal, node)
    return signal


def _records(value: Payload) -> bool:
    return isinstance(value, Unknown) and "GradientTape" in value.reason


def _suppresses(value: Payload) -> bool:
    return isinstance(value, Unknown) and "suppress" in value.reason


def _inside(run: Run, manager: Manager, index: int, node: cst.With, frame: Frame) -> Signal:
    """The rest of a ``with``, inside the generator that is its manager of this index."""
    item = node.items[index]

    def rest(value: Fact) -> Signal:
        if item.asname is not None:
            assignments.assign(run, item.asname.name, value, frame)
        return _with(run, node, frame, index + 1)

    try:
        return context_managers.surround(run, manager, item.item, rest)
    except Raised as raised:
        run.raised = raised.exception
        return "raise"


def _guard_of_item(run: Run, node: cst.CSTNode, fact: Fact, frame: Frame) -> guards.Guard:
    """What a context manager expects of its block, written here or bound to a name before."""
    value: Payload = fact.value
    if isinstance(value, Instance):
        found = classes.find_member(value.cls, "__exit__")
        if found is None or not isinstance(found[1].value, Function):
            return guards.NOTHING
        return guards.guard_of_exit(found[1].value.node)
    if type(node) is not cst.Call and isinstance(value, Unknown) and value.site >= 0:
        node = run.sites.node(value.site)
    if type(node) is not cst.Call:
        return guards.NOTHING
    if _suppresses(value):
        kinds = [_exceptions(run, arg.value, frame) for arg in node.args]
        taken = frozenset(name for kind in kinds for name in kind)
        return guards.guard_of_suppress(taken)
    return guards.guard_of_call(node.func, frame)


def _function(run: Run, node: cst.FunctionDef, frame: Frame) -> Signal:
    before = dict(run.patched)
    for decorator in node.decorators:
        inner = decorator.decorator
        if type(inner) is cst.Attribute and inner.attr.value in ("setter", "deleter", "getter"):
            return ""
    defaults = calls.defaults(run, node.params, frame)
    site = run.site(node.name)
    function = Function(node.name.value, node, frame.hold(), defaults, site, None, "", run.foreign)
    made = _decorated(run, Fact(function, site), node.decorators, frame)
    if run.patched != before:
        function.patches = dict(run.patched)
        patches.during(run, before, function.patches)
    frame.bind(node.name.value, made)
    if function.registered:
        effects.hand_over(run, Arguments([Fact(function, site)], []), site)
    if not run.foreign:
        run.defined.append(function)
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


def _decorated(run: Run, fact: Fact, decorators: Statements[Any], frame: Frame) -> Fact:
    """A function or class after its decorators, from the innermost outwards."""
    for decorator in reversed(decorators):
        inner = decorator.decorator
        path = dotted_name(inner.func if type(inner) is cst.Call else inner)
        wraps = _WRAPS.get(path) if path not in frame.names else None
        if wraps is not None and isinstance(fact.value, Function):
            fact.value.wraps = wraps
            continue
        named = expressions.evaluate(run, inner.func if type(inner) is cst.Call else inner, frame)
        value: Any = named.value
        if type(value) is Path and value.dotted == "functools.cached_property":
            if isinstance(fact.value, Function):
                fact.value.wraps = "property"
            continue
        if type(value) is Path and value in _MANAGERS and isinstance(fact.value, Function):
            fact.value.wraps = "contextmanager"
            continue
        if type(value) is Path and _keeps(value.dotted):
            if type(inner) is cst.Call:
                given = expressions.arguments(run, inner.args, frame)
                calls.call(run, named, given, inner)
                if value.dotted == "dataclasses.dataclass" and isinstance(fact.value, Class):
                    settings = {word: item.value for word, item in given.named().items()}
                    records.make_data_class(fact.value, settings)
            elif value.dotted == "dataclasses.dataclass" and isinstance(fact.value, Class):
                records.make_data_class(fact.value, {})
            continue
        if type(inner) is cst.Call:
            given = expressions.arguments(run, inner.args, frame)
            value = calls.call(run, named, given, inner).value
        if isinstance(value, Builtin) and value.name == "functools.wraps":
            continue
        made = None
        if isinstance(value, (Function, Partial, Class, Instance)):
            made = calls.call(run, Fact(value, named.site), Arguments([fact], []), inner)
        if made is not None and not isinstance(made.value, Unknown):
            fact = made
        elif isinstance(fact.value, Function):
            # What it has become is not known, but it is read all the same.
            fact.value.opaque = True
            fact.value.registered |= effects.registers(Fact(value, named.site))
        else:
            reason = "changed by a decorator that kerlint could not read"
            fact = run.unknown(inner, reason, getattr(fact.value, "name", ""))
    return fact


_MANAGERS = frozenset({Path("contextlib.contextmanager"), Path("contextlib.asynccontextmanager")})


def _class(run: Run, node: cst.ClassDef, frame: Frame) -> Signal:
    bases = tuple(expressions.evaluate(run, arg.value, frame) for arg in node.bases)
    for arg in node.keywords:
        expressions.evaluate(run, arg.value, frame)
    own = Frame(frame).hold()
    cls = Class(node.name.value, node, own, bases, run.site(node.name))
    for base in bases:
        if isinstance(base.value, Path):
            located = keras_api.locate(base.value.dotted)
            if located is not None and located.name is not None:
                cls.keras = located.name
        elif isinstance(base.value, Class) and base.value.keras is not None:
            cls.keras = base.value.keras
    before = len(run.defined)
    block(run, node.body, own)
    functions = [fact.value for fact in own.names.values() if isinstance(fact.value, Function)]
    for function in (*functions, *run.defined[before:]):
        if function.frame is own:
            function.owner = cls
            function.frame = frame  # a method does not see the names of its class
    if not run.foreign:
        run.classes.append(cls)
    fact = Fact(cls, cls.site)
    kinds = [base.value.dotted for base in bases if isinstance(base.value, Path)]
    if any(kind.startswith("enum.") for kind in kinds):
        records.make_enum(run, cls, kinds == ["enum.Enum"] and len(bases) == 1)
    elif any(isinstance(base.value, Class) and base.value.members is not None for base in bases):
        records.make_enum(run, cls, all(_is_enum(base) for base in bases))
    elif kinds == ["typing.NamedTuple"]:
        fact = Fact(records.tuple_class(cls), cls.site)
    frame.bind(node.name.value, _decorated(run, fact, node.decorators, frame))
    return ""


def _is_enum(base: Fact) -> bool:
    """Whether a class is an enumeration that is nothing else besides."""
    value = base.value
    if not isinstance(value, Class) or value.members is None or len(value.bases) != 1:
        return False
    first = value.bases[0]
    return records.is_path(first, "enum.Enum") or _is_enum(first)


def _guarded_match(run: Run, node: Any, frame: Frame) -> Signal:
    run.guards.append(guards.guard_of_test(run, node.subject, frame))
    try:
        return _match(run, node, frame)
    finally:
        run.guards.pop()


def _match(run: Run, node: Any, frame: Frame) -> Signal:
    subject = expressions.evaluate(run, node.subject, frame)
    for case in node.cases:
        bound: dict[str, Fact] = {}
        known = patterns.fits(run, case.pattern, subject, frame, bound)
        if known is False:
            continue
        matched = known  # then the names are bound, whatever the guard says
        before = {name: frame.names.get(name) for name in bound}
        for name, fact in bound.items():
            frame.bind(name, fact)
        if known and case.guard is not None:
            test = expressions.evaluate(run, case.guard, frame)
            known = expressions.truth(run, test)
        if known:
            return block(run, case.body, frame)
        if known is None:
            run.doubts += 1
            test = run.unknown(case.pattern, "a pattern kerlint does not decide")
            if expressions.choose(run, test, case.pattern, frame, True, node):
                return block(run, case.body, frame)
            for name, old in before.items() if not matched else ():
                if old is not None:
                    frame.bind(name, run.unknown(case.pattern, "a name of a case"))
    return ""


_SMALL: dict[type[cst.CSTNode], Callable[[Run, Any, Frame], Signal]] = {
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

_COMPOUND: dict[type[cst.CSTNode], Callable[[Run, Any, Frame], Signal]] = {
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
