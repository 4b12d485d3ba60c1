"""What the statements of the user's code do, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Statements
from typing import Any

from kerlint import keras_api
from kerlint.lazy_dataclass import replace
from kerlint.program.data import Array
from kerlint.program.model import Part
from kerlint.program.values import (
    NOWHERE,
    Fact,
    LayerRef,
    ModelRef,
    Object,
    Tape,
    TensorRef,
    Unknown,
)
from kerlint.reading.interpreter import (
    assignments,
    calls,
    classes,
    containers,
    context_managers,
    discards,
    effects,
    exceptions,
    expressions,
    graphs,
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
    Function,
    Instance,
    LazyImport,
    ListValue,
    Manager,
    Partial,
    QualifiedName,
    Scope,
)
from kerlint.reading.library import arrays, builtins, keras_objects, methods, records
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import identifiers

Signal = str  # "", "break", "continue", "return", "raise": how a block ended


def execute(state: State, body: Statements[Any], scope: Scope, *, lasting: bool = False) -> Signal:
    """Execute statements in order; returns how the block ended.

    ``lasting``: more of the same block follows, so what a statement guards stays guarded.
    """
    guards = len(state.guards)
    try:
        for statement in body:
            state.steps += 1
            state.clock += 1
            kind = type(statement)
            if kind is syntax.SimpleStatementLine:
                signal = _smalls(state, statement.body, scope)
                if signal:
                    return signal
                if type(statement.body[0]) is syntax.Assert:
                    _guard_rest(state, statement.body[0], scope)
                continue
            compound = _COMPOUND.get(kind)
            if compound is not None:
                signal = compound(state, statement, scope)
                if signal:
                    return signal
                if kind is syntax.If:
                    _guard_rest(state, statement, scope)
        return ""
    finally:
        if not lasting:
            del state.guards[guards:]


def _guard_rest(state: State, node: syntax.If | syntax.Assert, scope: Scope) -> None:
    """Guard the rest of the block when a statement lets only some releases of Keras pass."""
    guard = guards.guard_after(state, node, scope)
    if guard and guard not in state.guards:
        state.guards.append(guard)


def _smalls(state: State, body: Statements[Any], scope: Scope) -> Signal:
    for small in body:
        state.clock += 1
        handler = _SMALL.get(type(small))
        if handler is not None:
            signal = handler(state, small, scope)
            if signal:
                return signal
    return ""


def block(state: State, suite: Any, scope: Scope) -> Signal:
    """Execute an indented block, or the statements after a colon on one line."""
    try:
        return execute(state, suite.body, scope)
    except Raised as raised:
        state.raised = raised.exception
        return "raise"


# -- small statements -----------------------------------------------------------------------------


def _expression(state: State, node: syntax.Expr, scope: Scope) -> Signal:
    scaled = len(state.scalings)
    discards.note(state, node.value, scope)
    expressions.evaluate(state, node.value, scope)
    if len(state.scalings) > scaled:
        _note_result(state, node.value, discarded=True)
    if type(node.value) is syntax.Call and type(node.value.func) is syntax.Attribute:
        if node.value.func.attr.value == "enter_context" and len(node.value.args) == 1:
            # ``stack.enter_context(suppress(...))``: in force until the block ends.
            item = node.value.args[0].value
            fact = expressions.evaluate(state, item, scope)
            state.guards.append(_guard_of_item(state, item, fact, scope))
    return ""


def _note_result(state: State, call: syntax.Expression, **changes: object) -> None:
    """Note what becomes of the result of a scaler, when the call of it is all of an expression."""
    last = state.scalings[-1]
    if last.origin.site == state.site(call):
        state.scalings[-1] = replace(last, **changes)  # type: ignore[arg-type]


def _assign(state: State, node: syntax.Assign, scope: Scope) -> Signal:
    scaled = len(state.scalings)
    fact = expressions.evaluate(state, node.value, scope)
    if len(state.scalings) > scaled and len(node.targets) == 1:
        name = node.targets[0].target
        if type(name) is syntax.Name:
            _note_result(state, node.value, kept_as=name.value)
    if type(node.value) is syntax.Call and isinstance(
        node.targets[0].target, (syntax.Tuple, syntax.List)
    ):
        keras_objects.note_unpacked(state, node.targets[0].target, state.site(node.value))
    for target in node.targets:
        assignments.assign(state, target.target, _renamed(state, fact, target.target), scope)
    return ""


def _renamed(state: State, fact: Fact, target: syntax.Node) -> Fact:
    """Give an unknown value the name it is bound to, so that it stays one number with one name."""
    value = fact.value
    if isinstance(value, Unknown) and not value.symbol and type(target) is syntax.Name:
        site = state.site(target)
        name = state.sites.name_of(target.value, site)
        made = Unknown(value.reason, value.site, name)
        if type(value) is not Unknown:
            made = replace(value, symbol=name)
        return Fact(made, fact.site, fact.copied_through)
    return fact


def _annotated(state: State, node: syntax.AnnAssign, scope: Scope) -> Signal:
    if node.value is not None:
        fact = expressions.evaluate(state, node.value, scope)
        assignments.assign(state, node.target, _renamed(state, fact, node.target), scope)
    return ""


def _augmented(state: State, node: syntax.AugAssign, scope: Scope) -> Signal:
    old = expressions.evaluate(state, node.target, scope)
    new = expressions.evaluate(state, node.value, scope)
    kind = type(node.operator)
    if (
        isinstance(old.value, (ListValue, DictValue))
        and getattr(old.value, "kind", "") in _IN_PLACE
    ):
        fact = _changed_in_place(state, old, kind, new, node)
        assignments.assign(state, node.target, fact, scope)
        return ""
    fact = expressions.combine(state, type(node.operator), old, new, node)
    if isinstance(old.value, Array) and isinstance(node.target, (syntax.Name, syntax.Attribute)):
        # Arrays change in place; in a loop of unknown length nobody knows how often.
        if state.unbounded_loops:
            fact = Fact(Array(origin=old.value.origin), fact.site)
        mutation.overwrite(state, old.value, fact.value, scope)
    elif state.unbounded_loops and not isinstance(fact.value, (TensorRef, Unknown)):
        # ``units //= 2`` in a loop of unknown length: its value differs from turn to turn.
        site = state.site(node)
        fact = Fact(Unknown("changes in a loop of unknown length", site), site)
    assignments.assign(state, node.target, fact, scope)
    return ""


_IN_PLACE = frozenset({"", "list", "set"})  # "": a dictionary
_METHODS = {
    ("list", syntax.AddAssign): "extend",
    ("set", syntax.BitOrAssign): "update",
    ("set", syntax.BitAndAssign): "intersection_update",
    ("set", syntax.SubtractAssign): "difference_update",
    ("set", syntax.BitXorAssign): "symmetric_difference_update",
    ("", syntax.BitOrAssign): "update",
}


def _changed_in_place(
    state: State, old: Fact, kind: Any, new: Fact, node: syntax.AugAssign
) -> Fact:
    """``items += more``: all who have that list see the change."""
    value = old.value
    assert isinstance(value, (ListValue, DictValue))
    name = _METHODS.get((getattr(value, "kind", ""), kind))
    if name is not None:
        methods.method(state, old, name, Arguments([new], []), state.site(node))
        return old
    if isinstance(value, ListValue) and kind is syntax.MultiplyAssign and value.complete:
        made = expressions.combine(state, kind, old, new, node).value
        if isinstance(made, ListValue) and made.complete and state.unbounded_loops <= value.depth:
            state.mutations += 1
            value.items[:] = made.items
            return old
    state.doubts += 1
    containers.blur(value)
    return old


def _import(state: State, node: syntax.Import, scope: Scope) -> Signal:
    for alias in node.names:
        path = dotted_name(alias.name)
        state.doubts += 1
        if _is_as_installed(state, path):
            state.use(path, state.site(alias.name), imported=True)
        site = state.site(alias)
        if alias.asname is not None and type(alias.asname.name) is syntax.Name:
            target = _imported(state, path, site)
            scope.bind(alias.asname.name.value, target)
        else:
            root = path.partition(".")[0]
            scope.bind(root, _imported(state, root, site))
    return ""


def _imported(state: State, path: str, site: Any) -> Fact:
    replaced = patches.imported(state, path) if state.patched else None
    if replaced is not None:
        return replaced
    if state.project is not None:
        found = state.project.aliased(path, site) or state.project.module(state, path, site)
        if found is not None:
            return found
    return Fact(QualifiedName(path), site)


def _import_from(state: State, node: syntax.ImportFrom, scope: Scope) -> Signal:
    module = dotted_name(node.module) if node.module is not None else ""
    state.doubts += 1
    level = node.level
    if node.module is not None and not level and _is_as_installed(state, module):
        state.use(module, state.site(node.module), imported=True)
    if isinstance(node.names, syntax.ImportStar):
        if level == 0 and keras_api.locate(module) is not None:
            located = keras_api.locate(module)
            base = located.name if located is not None and located.name else module
            shown = keras_api.star_members(module, state.project.release if state.project else "3")
            for name in keras_api.public_members(base):
                # What only another Keras showed is not taken from whoever else has the name.
                if name in shown or not _is_bound(name, scope):
                    scope.bind(name, Fact(QualifiedName(f"{module}.{name}"), state.site(node)))
        elif state.project is not None:
            star, whole = state.project.star(state, module, level)
            if not whole:
                # It may bind anything, also what was a value of this file until now.
                scope.names.update(effects.unknown_if_data(scope.names, state.site(node)))
                scope.names.update(effects.perhaps_rebound(scope.names, state.site(node)))
                scope.starred = True
            elif not star:
                effects.shadowed(scope, module, state.site(node))
            scope.names.update(star)
            scope.names.update(state.project.aliased_star(state, module, level, state.site(node)))
        return ""
    for alias in node.names:
        name = dotted_name(alias.name)
        bound = alias.asname.name if alias.asname is not None else alias.name
        if type(bound) is not syntax.Name:
            continue
        found: Fact | None = None
        if state.project is not None:
            found = state.project.aliased_import(state, module, level, name, state.site(alias))
            if found is None:
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
        scope.bind(bound.value, found)
    return ""


def _is_as_installed(state: State, module: str) -> bool:
    return not state.patched or patches.imported(state, module) is None


def _is_bound(name: str, scope: Scope) -> bool:
    if scope.lookup(name) is not None:
        return True
    return name in builtins.FUNCTIONS or name in builtins.CONSTANTS


def dotted_name(node: syntax.Node) -> str:
    """``a.b.c`` of nested attributes."""
    parts: list[str] = []
    while type(node) is syntax.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is syntax.Name:
        parts.append(node.value)
    return ".".join(reversed(parts))


def _return(state: State, node: syntax.Return, scope: Scope) -> Signal:
    if node.value is not None:
        scope.returned = expressions.evaluate(state, node.value, scope)
    else:
        scope.returned = Fact(None, state.site(node))
    if scope.returned.value is None and len(state.open_decisions) > scope.decided:
        scope.gave_up = True
    return "return"


def _raise(state: State, node: syntax.Raise, scope: Scope) -> Signal:
    state.raised = exceptions.raised_by(node, scope) if node.exc is not None else None
    return "raise"


def _assert(state: State, node: syntax.Assert, scope: Scope) -> Signal:
    # What an assertion calls is not read; a constant or comparison may tell that it fails.
    if type(node.test) in (syntax.Name, syntax.Comparison, syntax.Integer):
        if not havoc.effects_of(state, node.test).calls:
            known = expressions.truth(state, expressions.evaluate(state, node.test, scope))
            if known is False:
                state.raised = AssertionError
                return "raise"
            state.doubts += known is None
            return ""
    state.doubts += 1
    return ""


def _break(state: State, node: syntax.Break, scope: Scope) -> Signal:
    return "break"


def _continue(state: State, node: syntax.Continue, scope: Scope) -> Signal:
    return "continue"


def _global(state: State, node: syntax.Global, scope: Scope) -> Signal:
    for item in node.names:
        if scope is not scope.globals:
            scope.outer[item.name.value] = scope.globals
    return ""


def _nonlocal(state: State, node: syntax.Nonlocal, scope: Scope) -> Signal:
    for item in node.names:
        holder = scope.parent
        while holder is not None and item.name.value not in holder.names:
            holder = holder.parent
        if holder is not None:
            scope.outer[item.name.value] = holder
    return ""


def _delete(state: State, node: syntax.Del, scope: Scope) -> Signal:
    pending: list[Any] = [node.target]
    while pending:
        target = pending.pop(0)
        if type(target) is syntax.Name:
            holder = scope.outer.get(target.value, scope)
            if holder.names.pop(target.value, None) is None:
                state.doubts += 1
        elif isinstance(target, (syntax.Tuple, syntax.List)):
            pending[:0] = [element.value for element in target.elements]
        elif type(target) is syntax.Subscript:
            assignments.delete_element(state, target, scope)
        elif type(target) is syntax.Attribute:
            assignments.delete_attribute(state, target, scope)
    return ""


# -- compound statements --------------------------------------------------------------------------


def _if(state: State, node: syntax.If, scope: Scope) -> Signal:
    test = node.test
    if type(test) is syntax.UnaryOperation and type(test.operator) is syntax.Not:
        fact = expressions.evaluate(state, test.expression, scope)
        inverted = True
    else:
        fact = expressions.evaluate(state, test, scope)
        inverted = False
    known = expressions.truth(state, fact)
    if known is None:
        return _undecided(state, node, fact, inverted, scope)
    if type(fact.value) is bool:
        known = _flag(state, node, fact, scope)
    return _arm(state, node, known != inverted, scope)


def _flag(state: State, node: syntax.If, fact: Fact, scope: Scope) -> bool:
    """The branch of a flag that the file sets to True or False itself, and is there to change."""
    known = bool(fact.value)
    test: Any = node.test
    if type(test) is syntax.UnaryOperation:
        test = test.expression
    if type(test) is not syntax.Name or test.value in ("True", "False") or state.in_other_module:
        return known
    written = state.sites.node(fact.site)
    if type(written) is not syntax.Name or written.value not in ("True", "False"):
        return known
    if guards.names_backend(test.value) or guards.guard_of_test(state, test, scope):
        return known
    key = (FLAG + test.value, NOWHERE)
    known = state.assumptions.get(key, known)
    if _matters(node):
        state.flags.setdefault(state.site(node), (key, set()))[1].add(known)
    return known


def _arm(state: State, node: syntax.If, arm: bool, scope: Scope) -> Signal:
    if arm:
        return block(state, node.body, scope)
    if type(node.orelse) is syntax.If:
        return _if(state, node.orelse, scope)
    if type(node.orelse) is syntax.Else:
        return block(state, node.orelse.body, scope)
    return ""


def _undecided(state: State, node: syntax.If, fact: Fact, inverted: bool, scope: Scope) -> Signal:
    """A condition that cannot be evaluated: this path takes one branch."""
    state.doubts += 1
    state.guards.append(guards.guard_of_test(state, node.test, scope, fact))
    try:
        if _only_raises(state, node.body, scope):
            return _arm(state, node, False, scope)  # a guard: whoever gets further did not take it
        if type(node.orelse) is syntax.Else and _only_raises(state, node.orelse.body, scope):
            return _arm(state, node, True, scope)
        if not _matters(node):
            _arm(state, node, True, scope)
            _arm(state, node, False, scope)
            return ""
        arm = expressions.branch(state, fact, node.test, scope, not inverted, node) != inverted
        state.open_decisions.append(state.last_choice)
        try:
            return _arm(state, node, arm, scope)
        finally:
            state.open_decisions.pop()
    finally:
        state.guards.pop()


def _only_raises(state: State, suite: Any, scope: Scope) -> bool:
    """Whether a block does nothing but leave the program."""
    final = _last(suite)
    if type(final) is syntax.Raise:
        return True
    if type(final) is syntax.Expr and type(final.value) is syntax.Call:
        return _never_returns(state, final.value.func, scope)
    return False


def _last(suite: Any) -> Any:
    """The last small statement of a block, or the compound statement that it ends with."""
    last = suite.body[-1] if suite.body else None
    return last.body[-1] if type(last) is syntax.SimpleStatementLine else last


def _never_returns(state: State, callee: syntax.Expression, scope: Scope, depth: int = 0) -> bool:
    """Whether a call ends the program or always raises, as far as the text shows.

    A function of the file is only looked at, not followed: that it is called is not certain.
    """
    first, _, rest = dotted_name(callee).partition(".")
    fact = scope.lookup(first)
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
    if type(value) is not Function or type(value.node) is not syntax.FunctionDef or depth > 3:
        return False
    body = value.node.body
    final = _last(body)
    if _may_return(body):
        return False
    if type(final) is syntax.Raise:
        return not _is_abstract(final)
    if type(final) is syntax.Expr and type(final.value) is syntax.Call:
        return _never_returns(state, final.value.func, value.scope, depth + 1)
    return False


def _may_return(suite: Any) -> bool:
    """Whether a ``return`` or ``yield`` is written in a block, nested functions aside."""
    pending: list[Any] = [*suite.body]
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is syntax.Return or kind is syntax.Expr and type(node.value) is syntax.Yield:
            return True
        if kind in _DEFINITIONS:
            continue
        for part in (getattr(node, name, None) for name in _NESTED):
            if isinstance(part, (list, tuple)):
                pending.extend(part)
            elif isinstance(part, syntax.Node):
                pending.append(part)
    return False


_DEFINITIONS = frozenset({syntax.FunctionDef, syntax.ClassDef})
_NESTED = ("body", "orelse", "handlers", "finalbody", "cases")


def _is_abstract(node: syntax.Raise) -> bool:
    """``raise NotImplementedError``: a class that derives from this one does something else."""
    made = node.exc.func if type(node.exc) is syntax.Call else node.exc
    return made is not None and dotted_name(made) == ABSTRACT.__name__


_IDLE = frozenset({syntax.Pass, syntax.Raise, syntax.Assert})
_TEXTS = frozenset({syntax.SimpleString, syntax.Ellipsis})
_QUIET_CALLS = frozenset({"print", "plt", "logging", "logger", "log", "warnings", "os", "time"})


def _matters(node: syntax.If) -> bool:
    """Whether either branch does anything that could change what is built."""
    suites: list[Any] = [node.body]
    orelse = node.orelse
    while type(orelse) is syntax.If:
        suites.append(orelse.body)
        orelse = orelse.orelse
    if type(orelse) is syntax.Else:
        suites.append(orelse.body)
    return any(_suite_matters(suite) for suite in suites)


def _suite_matters(suite: Any) -> bool:
    for statement in suite.body:
        smalls = statement.body if type(statement) is syntax.SimpleStatementLine else [statement]
        if not isinstance(smalls, (list, tuple)):
            return True
        for small in smalls:
            if type(small) in _IDLE:
                continue
            if type(small) is syntax.Expr:
                value = small.value
                if type(value) in _TEXTS:
                    continue
                if type(value) is syntax.Call:
                    root = dotted_name(value.func).partition(".")[0]
                    if root in _QUIET_CALLS:
                        continue
            if type(small) is syntax.If and not _matters(small):
                continue
            return True
    return False


def _for(state: State, node: syntax.For, scope: Scope) -> Signal:
    given = expressions.evaluate(state, node.iter, scope)
    if state.models and arrays.of_folds(given.value):
        fits, models = len(state.fits), len(state.models)
        signal = _for_each(state, node, given, scope)
        keras_objects.note_folds(state, node, fits, models)
        return signal
    return _for_each(state, node, given, scope)


def _for_each(state: State, node: syntax.For, given: Fact, scope: Scope) -> Signal:
    if type(given.value) is Object and not _effects(state, node).leaves:
        keras_objects.note_pass(state, given, node.target, node.body, state.site(node))
    items, complete = containers.iterate(state, given)
    if type(given.value) is Object:
        items = arrays.batch_of(state, given.value, state.site(node.iter))
    if complete and len(items) <= MAX_TURNS:
        return _turns(state, node, items, scope)
    if complete and items:
        # Many turns: follow them all only while they build something.
        before = state.mutations
        signal = _turns(state, node, items[:1], scope, final=False)
        if signal:
            return "" if signal == "break" else signal
        if state.mutations == before:
            effects = _effects(state, node)
            if not effects.leaves:
                havoc.havoc(state, effects, scope)
                _turns(state, node, items[-1:], scope, final=False)
                return _otherwise(state, node, scope)
    first = items[0] if items and not _of_several_kinds(state, items) else None
    return _open_loop(state, node, first, scope, certain=complete and bool(items))


def _effects(state: State, node: Any) -> havoc.Effects:
    """What a loop may change in a turn."""
    return havoc.effects_of(state, node)


def _turns(
    state: State, node: syntax.For, items: list[Fact], scope: Scope, *, final: bool = True
) -> Signal:
    """Execute each iteration; with ``final`` the loop ends here, otherwise a break is returned."""
    quiet, begun, started, varied = 0, state.steps, state.allocations, 0
    whole, skipping = 0, False  # steps of all turns, were the others as long as the last one
    cycle = Cycle((), len(state.scopes))
    for turn, item in enumerate(items):
        varied += bool(cycle.whole or cycle.varied)
        if varied > MAX_VARIED and state.allocations == started and turn < len(items) - 1:
            # Each turn forgets what the one before has done: one of them tells as much as all.
            return _open_loop(state, node, item, scope, certain=True)
        skipping = skipping or quiet >= 2 and whole > SHORT_LOOP
        if skipping and turn < len(items) - 1:
            # Turns that build nothing do not differ for kerlint, but for what they compute.
            effects = _effects(state, node)
            if effects.leaves:
                return _open_loop(state, node, items[turn + 1], scope, certain=True)
            if turn == len(items) - 2:
                havoc.havoc(state, effects, scope)
            continue
        before, built, steps = state.mutations, state.allocations, state.steps
        _between(state, cycle, node, scope)
        assignments.assign(state, node.target, item, scope)
        state.iterations.append(turn)
        if len(items) > 1:
            cycle.names = _effects(state, node).names
        state.cycles.append(cycle)
        try:
            signal = block(state, node.body, scope)
        finally:
            state.iterations.pop()
            state.cycles.pop()
        if cycle.left or (signal and len(items) > 1):
            _leave(state, cycle, node, signal, scope)
        if signal == "break":
            return "" if final else signal
        if signal in ("return", "raise"):
            return signal
        quiet = quiet + 1 if state.mutations == before else 0
        trains = state.allocations == built and state.steps - steps > LONG_TURN
        whole = state.steps - begun + (state.steps - steps) * (len(items) - turn - 1)
        if trains and turn < len(items) - 2 and whole > LONG_TRAINING:
            return _open_loop(state, node, items[turn + 1], scope, certain=True)
    return _otherwise(state, node, scope, cycle.left) if final else ""


MAX_VARIED = 4  # iterations with undecided conditions that are followed while nothing is built


def _between(state: State, cycle: Cycle, node: Any, scope: Scope) -> None:
    """Before a turn: conditions that were not decided may have had it otherwise in the last."""
    if cycle.whole:
        havoc.havoc(state, _effects(state, node), scope)
    for statement in cycle.varied:
        effects = havoc.effects_of(state, statement)
        if effects.skips:
            havoc.havoc(state, _effects(state, node), scope)
        else:
            havoc.havoc(state, effects, scope)
    cycle.varied.clear()
    cycle.whole = False


def _leave(state: State, cycle: Cycle, node: Any, signal: Signal, scope: Scope) -> None:
    """After a turn that may be the last: it, or another one, if a condition was not decided."""
    if cycle.left or cycle.varied or cycle.whole:
        havoc.havoc(state, _effects(state, node), scope)
        if signal == "return":
            scope.others.append(state.unknown(node, "returned from some turn of a loop"))
            scope.left = True


def _of_several_kinds(state: State, items: list[Fact]) -> bool:
    """Whether there are layers of different kinds, so that no single one can represent them."""
    kinds = {
        state.layers[item.value.layer].type for item in items if isinstance(item.value, LayerRef)
    }
    return len(kinds) > 1


def _otherwise(
    state: State, node: syntax.For | syntax.While, scope: Scope, left: bool = False
) -> Signal:
    """The ``else`` of a loop; ``left``: a break may have passed it by."""
    if node.orelse is None:
        return ""
    signal = block(state, node.orelse.body, scope)
    if left:
        havoc.havoc(state, havoc.effects_of(state, node.orelse.body), scope)
        if signal == "return":
            scope.others.append(state.unknown(node, "a loop may have been left"))
        _may_leave(state, signal, scope)
    return signal


def _open_loop(
    state: State, node: syntax.For, first: Fact | None, scope: Scope, certain: bool
) -> Signal:
    """A loop whose turns are not known: one turn stands for all.

    ``first`` is what the first of these is given, ``certain``: there is a turn at least.
    """
    item = containers.one_of(first) if first is not None else None
    if item is None or isinstance(item.value, Unknown):
        name = ""
        if type(node.target) is syntax.Name:
            name = state.sites.name_of(node.target.value, state.site(node.target))
        item = state.unknown(node.target, "differs in each iteration of a loop", name)
        _note_layers_passed(state, node, scope)
    return _one_for_all(state, node, item, scope, certain)


def _note_layers_passed(state: State, node: syntax.For, scope: Scope) -> None:
    """Note the model whose layers a loop passes, and which of them.

    What a loop may do to chosen layers is noted once more, for the paths on which it chooses none.
    """
    passed: syntax.Expression = node.iter
    numbered = type(passed) is syntax.Call and dotted_name(passed.func) == "enumerate"
    if isinstance(passed, syntax.Call):
        if not numbered or not passed.args:
            return
        passed = passed.args[0].value
    whole = type(passed) is not syntax.Subscript
    if isinstance(passed, syntax.Subscript):
        passed = passed.value
    if (
        type(passed) is not syntax.Attribute
        or passed.attr.value != "layers"
        or not dotted_name(passed)
    ):
        return
    owner: AbstractValue = expressions.evaluate(state, passed.value, scope).value
    model = None
    if isinstance(owner, (Instance, ModelRef)):
        model = owner.model
    elif isinstance(owner, LayerRef):
        model = state.layers[owner.layer].model
    if model is None:
        return
    site = state.site(node.target)
    part: Part = "all" if whole else "slice"
    if numbered or not _is_plain(node.body):
        part = "chosen"
        if identifiers(node.body, "trainable".__eq__) is None:
            any_layer = Unknown("one of the layers", site)
            state.some_layer[site] = (model, part)
            value = Fact(Unknown("differs between layers", site), site)
            keras_objects.note_attribute(state, any_layer, "trainable", value, site)
    state.some_layer[site] = (model, part)


def _is_plain(body: Any) -> bool:
    """Whether a body does the same in each turn: it has no conditions, and leaves nowhere."""
    leaving = (syntax.Break, syntax.Continue, syntax.Raise, syntax.Return)
    return all(
        type(statement) is syntax.SimpleStatementLine
        and not any(isinstance(small, leaving) for small in statement.body)
        for statement in body.body
    )


def _one_for_all(
    state: State, node: syntax.For | syntax.While, item: Fact | None, scope: Scope, certain: bool
) -> Signal:
    effects = _effects(state, node)
    before = dict(scope.names)
    havoc.havoc(state, effects, scope)
    state.unbounded_loops += 1
    state.doubts += 1
    state.cycles.append(Cycle(effects.names, len(state.scopes)))
    choices = len(state.decisions)
    try:
        if item is not None and isinstance(node, syntax.For):
            assignments.assign(state, node.target, item, scope)
        signal = block(state, node.body, scope)
    finally:
        state.unbounded_loops -= 1
        cycle = state.cycles.pop()
    if signal == "return" and len(state.decisions) == choices and not cycle.varied:
        scope.others.append(state.unknown(node, "returned from a loop"))
        scope.left = True
    # There may have been no iteration at all, or one on another path than the one executed.
    kept = [] if not certain or effects.leaves else _every_turn(node, scope)
    kept += [
        name
        for name in effects.names
        if name not in before and name not in scope.outer and name in scope.names
    ]
    havoc.havoc(state, effects, scope, kept if not cycle.left else ())
    if signal == "return":
        return signal
    return "" if signal == "break" else _otherwise(state, node, scope, cycle.left)


def _every_turn(node: Any, scope: Scope) -> list[str]:
    """Names that each turn of a loop binds for certain, as far as its own statements do."""
    found: list[str] = []
    body = node.body.body if type(node.body) is syntax.IndentedBlock else []
    for statement in body:
        if type(statement) is syntax.SimpleStatementLine:
            for small in statement.body:
                if type(small) is syntax.Assign:
                    found += [
                        t.target.value for t in small.targets if type(t.target) is syntax.Name
                    ]
    return found


def _while(state: State, node: syntax.While, scope: Scope) -> Signal:
    """A known condition is followed for a while; any other loop is read as one turn."""
    begun = state.steps
    cycle = Cycle(_effects(state, node).names, len(state.scopes))
    certain = False
    for turn in range(MAX_TURNS):
        _between(state, cycle, node, scope)
        fact = expressions.evaluate(state, node.test, scope)
        known = expressions.truth(state, fact)
        if known is False:
            return _otherwise(state, node, scope, cycle.left)
        if known is None:
            break
        forever = type(node.test) is syntax.Name and node.test.value == "True"
        if forever or type(node.test) is syntax.Integer:
            endless = turn >= MAX_YIELDS and scope.yielded is not None
            if endless or state.steps - begun > SHORT_LOOP:
                break
        certain = True
        before, built, steps = state.mutations, state.allocations, state.steps
        state.cycles.append(cycle)
        try:
            signal = block(state, node.body, scope)
        finally:
            state.cycles.pop()
        if cycle.left or signal:
            _leave(state, cycle, node, signal, scope)
        if signal == "break":
            return ""
        if signal in ("return", "raise"):
            return signal
        if state.mutations == before and state.steps - begun > LONG_LOOP:
            break
        trains = state.allocations == built and state.steps - steps > LONG_TURN
        if (forever or type(node.test) is syntax.Integer) and (
            trains or cycle.varied or cycle.whole
        ):
            break
    state.guards.append(guards.guard_of_test(state, node.test, scope))
    try:
        return _one_for_all(state, node, None, scope, certain)
    finally:
        state.guards.pop()


def _try(state: State, node: Any, scope: Scope) -> Signal:
    """The body as written; handlers run when it raises, or may have."""
    kinds = [_exceptions(state, handler.type, scope) for handler in node.handlers]
    guard = guards.guard_of_try(node.handlers, node.body, kinds, scope)
    before, doubts = dict(scope.names), state.doubts
    state.guards.append(guard)
    state.trying += bool(node.handlers)
    try:
        signal = block(state, node.body, scope)
    finally:
        state.guards.pop()
        state.trying -= bool(node.handlers)
    if not node.handlers:
        pass
    elif state.doubts == doubts and type(node) is syntax.Try:
        if signal == "raise":
            signal = _caught(state, node, guard, before, scope)
        elif not signal and node.orelse is not None:
            signal = _not_raised(state, node, guard, scope)
    else:
        signal = _perhaps_caught(state, node, guard, signal, before, scope)
    if node.finalbody is not None:
        returned = scope.returned
        final = block(state, node.finalbody.body, scope)
        if final:
            scope.others.clear()
            return final
        scope.returned = returned if signal == "return" else scope.returned
    return signal


def _not_raised(state: State, node: Any, guard: guards.Guard, scope: Scope) -> Signal:
    """The ``else`` of a ``try``: what the body has used is there."""
    state.guards.append(guards.guard_of_else(guard, node.body))
    try:
        return block(state, node.orelse.body, scope)
    finally:
        state.guards.pop()


def _caught(
    state: State, node: syntax.Try, guard: guards.Guard, before: dict[str, Fact], scope: Scope
) -> Signal:
    """The handlers of a body that has raised for certain."""
    raised = state.raised
    for handler in node.handlers:
        known = exceptions.takes(handler, raised, scope)
        if known:
            return _handle(state, handler, scope)
        if known is None:
            return _perhaps_caught(state, node, guard, "raise", before, scope)
    return "raise"


def _handle(state: State, handler: Any, scope: Scope) -> Signal:
    name = handler.name.name.value if handler.name is not None else ""
    if name:
        scope.bind(name, state.unknown(handler, "an exception", name))
    state.guards.append(guards.guard_of_handler(_exceptions(state, handler.type, scope)))
    try:
        signal = block(state, handler.body, scope)
    finally:
        state.guards.pop()
    if name:
        scope.outer.get(name, scope).names.pop(name, None)
    return signal


def _perhaps_caught(
    state: State,
    node: Any,
    guard: guards.Guard,
    signal: Signal,
    before: dict[str, Fact],
    scope: Scope,
) -> Signal:
    """A body that may have stopped anywhere: handlers only define what it left undefined."""
    state.doubts += 1
    raised = signal == "raise"
    if raised:
        signal = ""
    values = dict(scope.names)
    returned = scope.returned
    stays = False  # whether a handler lets the code after it run
    body = havoc.effects_of(state, node.body)
    if not all(_only_raises(state, handler.body, scope) for handler in node.handlers):
        # A handler sees the state at the statement where the body stopped.
        havoc.havoc(state, body, scope, _imported_names(scope))
        _forget_rebound(state, node, body, before, scope)
    for handler in node.handlers:
        names = dict(scope.names)
        ended = _handle(state, handler, scope)
        scope.names.update(names)
        if handler is not node.handlers[-1]:
            # The next one runs instead: what this one has changed in place it may not find.
            touched = havoc.effects_of(state, handler.body)
            havoc.havoc(state, touched, scope, touched.names)
        stays = stays or not ended
        if ended == "return" and scope.returned is not None:
            scope.others.append(scope.returned)
        if ended != "raise" and signal == "return":
            scope.others.append(state.unknown(handler, "an exception was handled"))
        if ended != signal and ended != "raise":
            _may_leave(state, ended, scope)
            _may_leave(state, signal, scope)
        scope.returned = returned
    for name in body.names:
        if name in values and name not in scope.outer:
            scope.names[name] = values[name]
    parts = [node.body, *(handler.body for handler in node.handlers)]
    if not signal and node.orelse is not None:
        if not raised:
            signal = _not_raised(state, node, guard, scope)
            if signal and stays:  # then a handler may have run, and what follows after it
                if signal == "return":
                    scope.others.append(state.unknown(node, "an exception was handled"))
                _may_leave(state, signal, scope)
        parts.append(node.orelse.body)
    if stays or raised:
        _forget_uncertain(state, before, parts, scope, values)
    return signal


def _forget_rebound(
    state: State, node: Any, body: havoc.Effects, before: dict[str, Fact], scope: Scope
) -> None:
    """Layers, tensors and arrays that the body of a ``try`` may have replaced, or not yet."""
    for name, times in body.names.items():
        fact = scope.names.get(name)
        if fact is None or not isinstance(fact.value, havoc.KEPT):
            continue
        if times > 1 or (name in before and havoc.differ(before[name], fact)):
            scope.names[name] = state.unknown(node, "a try that may have stopped anywhere", name)


def _may_leave(state: State, signal: Signal, scope: Scope) -> None:
    """What comes next in a function or loop may not have been run."""
    if signal == "return":
        scope.left = True
    elif signal and state.cycles:
        state.cycles[-1].whole = state.cycles[-1].left = True


def _forget_uncertain(
    state: State,
    before: dict[str, Fact],
    parts: list[Any],
    scope: Scope,
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
            and name not in scope.outer
            and name not in body.names
            and sum(name in other.names for other in handlers) == 1
        ]
        havoc.havoc(state, touched, scope, [*same, *_imported_names(scope)])
    sure = [
        name
        for name, times in body.names.items()
        if times == 1
        and name in scope.names
        and (
            name not in before
            or (values is not None and not havoc.differ(before[name], scope.names[name]))
        )
        and not any(name in touched.names for touched in handlers)
    ]
    havoc.havoc(state, body, scope, [*sure, *_imported_names(scope)])


def _imported_names(scope: Scope) -> list[str]:
    """Names of modules, functions and classes: who imports another one instead uses it alike."""
    return [name for name, fact in scope.names.items() if isinstance(fact.value, _CODE)]


_CODE = (Builtin, Class, LazyImport, Function, Partial, QualifiedName)


def _exceptions(state: State, node: Any, scope: Scope) -> frozenset[str]:
    return guards.exceptions_of(
        expressions.evaluate(state, node, scope) if node is not None else None
    )


def _with(state: State, node: syntax.With, scope: Scope, start: int = 0) -> Signal:
    outside = len(state.guards)
    before = dict(state.patched)
    outer: list[Fact] = []
    generator: tuple[Manager, int] | None = None  # the rest runs inside of it
    catches = False
    for index, item in enumerate(node.items[start:], start):
        fact = expressions.evaluate(state, item.item, scope)
        value: AbstractValue = fact.value
        if type(value) is Manager:
            generator = value, index
            break
        guard = _guard_of_item(state, item.item, fact, scope)
        state.guards.append(guard)
        catches = catches or guard.fails or _suppresses(value)
        outer.append(fact)
        given = context_managers.entered(state, fact, item.item)
        if item.asname is not None:
            if given is not None:
                fact = given
            elif not isinstance(value, (TensorRef, ModelRef)):
                fact = state.unknown(item, "what a context manager gives")
                if _records(value):
                    tape = Tape(
                        "a tape",
                        fact.site,
                        "",
                        len(state.recorded) + sum(map(_is_tape, outer[:-1])),
                    )
                    fact = Fact(tape, fact.site)
            assignments.assign(state, item.asname.name, fact, scope)
    replaced = dict(state.patched)
    tapes = state.tapes
    recording = range(len(state.recorded), len(state.recorded) + sum(map(_is_tape, outer)))
    state.tapes += bool(recording)
    state.recorded.extend((len(state.layer_calls), None) for _ in recording)
    fails = guards.expects_failure(state.guards[outside:])
    kept = [copied(building) for building in state.models] if fails else []
    names, doubts = dict(scope.names), state.doubts
    try:
        if generator is None:
            signal = block(state, node.body, scope)
        else:
            signal = _inside(state, *generator, node, scope)
    finally:
        del state.guards[outside:]
        state.tapes = tapes
        for index in recording:
            state.recorded[index] = state.recorded[index][0], len(state.layer_calls)
        patches.during(state, before, replaced)
    if catches and (signal == "raise" or state.doubts != doubts):
        _forget_uncertain(state, names, [node.body], scope)
        if signal == "return":
            scope.others.append(state.unknown(node, "an exception was suppressed"))
        _may_leave(state, signal if signal != "raise" else "", scope)
    if fails:
        # What raises has changed nothing, and the code after the block is reached.
        state.models[: len(kept)] = kept
        signal = "" if signal == "raise" else signal
    for fact in reversed(outer):
        signal = context_managers.left(state, fact, signal, node)
    return signal


def _records(value: AbstractValue) -> bool:
    return isinstance(value, Unknown) and "GradientTape" in value.reason


def _is_tape(fact: Fact) -> bool:
    return _records(fact.value)


def _suppresses(value: AbstractValue) -> bool:
    return isinstance(value, Unknown) and "suppress" in value.reason


def _inside(state: State, manager: Manager, index: int, node: syntax.With, scope: Scope) -> Signal:
    """The rest of a ``with``, inside the generator that is its manager of this index."""
    item = node.items[index]

    def rest(value: Fact) -> Signal:
        if item.asname is not None:
            assignments.assign(state, item.asname.name, value, scope)
        return _with(state, node, scope, index + 1)

    try:
        return context_managers.surround(state, manager, item.item, rest)
    except Raised as raised:
        state.raised = raised.exception
        return "raise"


def _guard_of_item(state: State, node: syntax.Node, fact: Fact, scope: Scope) -> guards.Guard:
    """What a context manager expects of its block, written here or bound to a name before."""
    value: AbstractValue = fact.value
    if isinstance(value, Instance):
        found = classes.find_member(value.cls, "__exit__")
        if found is None or not isinstance(found[1].value, Function):
            return guards.NOTHING
        return guards.guard_of_exit(found[1].value.node)
    if type(node) is not syntax.Call and isinstance(value, Unknown) and value.site >= 0:
        node = state.sites.node(value.site)
    if type(node) is not syntax.Call:
        return guards.NOTHING
    if _suppresses(value):
        kinds = [_exceptions(state, arg.value, scope) for arg in node.args]
        taken = frozenset(name for kind in kinds for name in kind)
        return guards.guard_of_suppress(taken)
    return guards.guard_of_call(node.func, scope)


def _function(state: State, node: syntax.FunctionDef, scope: Scope) -> Signal:
    before = dict(state.patched)
    for decorator in node.decorators:
        inner = decorator.decorator
        if type(inner) is syntax.Attribute and inner.attr.value in ("setter", "deleter", "getter"):
            return ""
    defaults = calls.defaults(state, node.params, scope)
    site = state.site(node.name)
    function = Function(
        node.name.value, node, scope.hold(), defaults, site, None, "", state.in_other_module
    )
    made = _decorated(state, Fact(function, site), node.decorators, scope)
    if state.patched != before:
        function.patches = dict(state.patched)
        patches.during(state, before, function.patches)
    scope.bind(node.name.value, made)
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


def _decorated(state: State, fact: Fact, decorators: Statements[Any], scope: Scope) -> Fact:
    """A function or class after its decorators, from the innermost outwards."""
    for decorator in reversed(decorators):
        inner = decorator.decorator
        path = dotted_name(inner.func if type(inner) is syntax.Call else inner)
        wraps = _WRAPS.get(path) if path not in scope.names else None
        if wraps is not None and isinstance(fact.value, Function):
            fact.value.wraps = wraps
            continue
        named = expressions.evaluate(
            state, inner.func if type(inner) is syntax.Call else inner, scope
        )
        value: Any = named.value
        if type(value) is QualifiedName and value.dotted == "functools.cached_property":
            if isinstance(fact.value, Function):
                fact.value.wraps = "property"
            continue
        if type(value) is QualifiedName and value in _MANAGERS and isinstance(fact.value, Function):
            fact.value.wraps = "contextmanager"
            continue
        if type(value) is QualifiedName and _keeps(value.dotted):
            if value.dotted == "tensorflow.function" and isinstance(fact.value, Function):
                fact.value.graph = True
                graphs.note(state, fact.value)
            if type(inner) is syntax.Call:
                given = expressions.arguments(state, inner.args, scope)
                calls.call(state, named, given, inner)
                if value.dotted == "dataclasses.dataclass" and isinstance(fact.value, Class):
                    settings = {word: item.value for word, item in given.named().items()}
                    records.make_data_class(fact.value, settings)
            elif value.dotted == "dataclasses.dataclass" and isinstance(fact.value, Class):
                records.make_data_class(fact.value, {})
            continue
        if type(inner) is syntax.Call:
            given = expressions.arguments(state, inner.args, scope)
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


def _class(state: State, node: syntax.ClassDef, scope: Scope) -> Signal:
    bases = tuple(expressions.evaluate(state, arg.value, scope) for arg in node.bases)
    for arg in node.keywords:
        expressions.evaluate(state, arg.value, scope)
    own = Scope(scope).hold()
    cls = Class(node.name.value, node, own, bases, state.site(node.name))
    for base in bases:
        if isinstance(base.value, QualifiedName):
            located = keras_api.locate(base.value.dotted)
            if located is not None and located.name is not None:
                cls.keras = located.name
            cls.aliased |= bool(base.value.alias)
        elif isinstance(base.value, Class) and base.value.keras is not None:
            cls.keras = base.value.keras
            cls.aliased |= base.value.aliased
    if cls.aliased:
        state.sites.aliased.add(cls.site)
    before = len(state.defined)
    block(state, node.body, own)
    functions = [fact.value for fact in own.names.values() if isinstance(fact.value, Function)]
    for function in (*functions, *state.defined[before:]):
        if function.scope is own:
            function.owner = cls
            function.scope = scope  # a method does not see the names of its class
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
    scope.bind(node.name.value, _decorated(state, fact, node.decorators, scope))
    return ""


def _is_enum(base: Fact) -> bool:
    """Whether a class is an enumeration that is nothing else besides."""
    value = base.value
    if not isinstance(value, Class) or value.members is None or len(value.bases) != 1:
        return False
    first = value.bases[0]
    return records.is_path(first, "enum.Enum") or _is_enum(first)


def _guarded_match(state: State, node: Any, scope: Scope) -> Signal:
    state.guards.append(guards.guard_of_test(state, node.subject, scope))
    try:
        return _match(state, node, scope)
    finally:
        state.guards.pop()


def _match(state: State, node: Any, scope: Scope) -> Signal:
    subject = expressions.evaluate(state, node.subject, scope)
    for case in node.cases:
        bound: dict[str, Fact] = {}
        known = patterns.fits(state, case.pattern, subject, scope, bound)
        if known is False:
            continue
        matched = known  # then the names are bound, whatever the guard says
        before = {name: scope.names.get(name) for name in bound}
        for name, fact in bound.items():
            scope.bind(name, fact)
        if known and case.guard is not None:
            test = expressions.evaluate(state, case.guard, scope)
            known = expressions.truth(state, test)
        if known:
            return block(state, case.body, scope)
        if known is None:
            state.doubts += 1
            test = state.unknown(case.pattern, "a pattern kerlint does not decide")
            if expressions.branch(state, test, case.pattern, scope, True, node):
                return block(state, case.body, scope)
            for name, old in before.items() if not matched else ():
                if old is not None:
                    scope.bind(name, state.unknown(case.pattern, "a name of a case"))
    return ""


_SMALL: dict[type[syntax.Node], Callable[[State, Any, Scope], Signal]] = {
    syntax.Expr: _expression,
    syntax.Assign: _assign,
    syntax.AnnAssign: _annotated,
    syntax.AugAssign: _augmented,
    syntax.Import: _import,
    syntax.ImportFrom: _import_from,
    syntax.Return: _return,
    syntax.Raise: _raise,
    syntax.Assert: _assert,
    syntax.Break: _break,
    syntax.Continue: _continue,
    syntax.Global: _global,
    syntax.Nonlocal: _nonlocal,
    syntax.Del: _delete,
}

_COMPOUND: dict[type[syntax.Node], Callable[[State, Any, Scope], Signal]] = {
    syntax.If: _if,
    syntax.For: _for,
    syntax.While: _while,
    syntax.Try: _try,
    syntax.TryStar: _try,
    syntax.With: _with,
    syntax.FunctionDef: _function,
    syntax.ClassDef: _class,
    syntax.Match: _guarded_match,
}
