"""What the statements of the user's code do, one after the other."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from collections.abc import Sequence as Statements
from typing import Any

import libcst as cst

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.values import Fact, ModelRef, TensorRef, Unknown
from kerlint.reading import calls, effects, expressions, managers, patches, python
from kerlint.reading.payloads import (
    Arguments,
    Class,
    Frame,
    Function,
    Instance,
    Manager,
    Path,
    Payload,
    Sequence,
)
from kerlint.reading.run import ABSTRACT, LONG_LOOP, LONG_TURN, MAX_TURNS, Raised, Run

Signal = str  # "", "break", "continue", "return", "raise": how a block ended


def execute(run: Run, body: Statements[Any], frame: Frame) -> Signal:
    """Execute statements in order; returns how the block ended."""
    for statement in body:
        run.steps += 1
        kind = type(statement)
        if kind is cst.SimpleStatementLine:
            signal = _smalls(run, statement.body, frame)
            if signal:
                return signal
            continue
        compound = _COMPOUND.get(kind)
        if compound is not None:
            signal = compound(run, statement, frame)
            if signal:
                return signal
    return ""


def _smalls(run: Run, body: Statements[Any], frame: Frame) -> Signal:
    for small in body:
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
        run.raised = raised.name
        return "raise"


# -- small statements -----------------------------------------------------------------------------


def _expression(run: Run, node: cst.Expr, frame: Frame) -> Signal:
    expressions.evaluate(run, node.value, frame)
    return ""


def _assign(run: Run, node: cst.Assign, frame: Frame) -> Signal:
    fact = expressions.evaluate(run, node.value, frame)
    for target in node.targets:
        python.assign(run, target.target, _renamed(run, fact, target.target), frame)
    return ""


def _renamed(run: Run, fact: Fact, target: cst.CSTNode) -> Fact:
    """Give an unknown value the name it is bound to, so that it stays one number with one name."""
    value = fact.value
    if isinstance(value, Unknown) and not value.expr and type(target) is cst.Name:
        named = Unknown(value.reason, value.site, target.value)
        return Fact(named, fact.site, fact.via)
    return fact


def _annotated(run: Run, node: cst.AnnAssign, frame: Frame) -> Signal:
    if node.value is not None:
        fact = expressions.evaluate(run, node.value, frame)
        python.assign(run, node.target, _renamed(run, fact, node.target), frame)
    return ""


def _augmented(run: Run, node: cst.AugAssign, frame: Frame) -> Signal:
    old = expressions.evaluate(run, node.target, frame)
    new = expressions.evaluate(run, node.value, frame)
    if isinstance(old.value, Sequence) and type(node.operator) is cst.AddAssign:
        if old.value.kind == "list":
            items, complete = python.iterate(run, new)
            run.activity += 1
            old.value.items.extend(items)
            deeper = run.loops > old.value.depth
            old.value.complete = old.value.complete and complete and not deeper
            return ""
    fact = expressions.combine(run, type(node.operator), old, new, node)
    if isinstance(old.value, Array) and isinstance(node.target, (cst.Name, cst.Attribute)):
        # Arrays change in place; in a loop of unknown length nobody knows how often.
        if run.loops:
            fact = Fact(Array(origin=old.value.origin), fact.site)
        python.overwrite(run, old.value, fact.value, frame)
    elif run.loops and not isinstance(fact.value, (TensorRef, Unknown)):
        # ``units //= 2`` in a loop of unknown length: its value differs from turn to turn.
        site = run.site(node)
        fact = Fact(Unknown("changes in a loop of unknown length", site), site)
    python.assign(run, node.target, fact, frame)
    return ""


def _import(run: Run, node: cst.Import, frame: Frame) -> Signal:
    for alias in node.names:
        path = dotted_name(alias.name)
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
    level = len(node.relative)
    if node.module is not None and not level:
        run.use(module, run.site(node.module), imported=True)
    if isinstance(node.names, cst.ImportStar):
        if level == 0 and keras_api.locate(module) is not None:
            located = keras_api.locate(module)
            base = located.name if located is not None and located.name else module
            for name in keras_api.public_members(base):
                frame.bind(name, Fact(Path(f"{module}.{name}"), run.site(node)))
        elif run.project is not None:
            star, whole = run.project.star(run, module, level)
            if not whole:
                # It may bind anything, also what was a value of this file until now.
                frame.names.update(effects.unknown_if_data(frame.names, run.site(node)))
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
                found = expressions.unknown(run, alias, "imported from a file not read", name)
            else:
                path = f"{module}.{name}"
                found = patches.imported(run, path) if run.patched else None
                if found is None:
                    run.use(path, run.site(alias.name), imported=True)
                    found = Fact(Path(path), run.site(alias))
        frame.bind(bound.value, found)
    return ""


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
    made = node.exc.func if type(node.exc) is cst.Call else node.exc
    run.raised = dotted_name(made) if made is not None else ""
    return "raise"


def _assert(run: Run, node: cst.Assert, frame: Frame) -> Signal:
    if expressions.truth(run, expressions.evaluate(run, node.test, frame)) is False:
        run.raised = "AssertionError"
        return "raise"
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
    target = node.target
    if type(target) is cst.Name:
        frame.names.pop(target.value, None)
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
    return _arm(run, node, known != inverted, frame)


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
    if _only_raises(run, node.body, frame):
        return _arm(run, node, False, frame)  # a guard: whoever gets further did not take it
    if type(node.orelse) is cst.Else and _only_raises(run, node.orelse.body, frame):
        return _arm(run, node, True, frame)
    guard = expressions.asks_for_version(fact, node.test)
    if not _matters(node):
        run.guards += guard
        _arm(run, node, True, frame)
        _arm(run, node, False, frame)
        run.guards -= guard
        return ""
    arm = expressions.choose(run, fact, node.test, frame, not inverted) != inverted
    run.open_decisions.append(run.last_choice)
    run.guards += guard
    try:
        return _arm(run, node, arm, frame)
    finally:
        run.guards -= guard
        run.open_decisions.pop()


def _only_raises(run: Run, suite: Any, frame: Frame) -> bool:
    """Whether a block does nothing but leave the program."""
    final = _last(suite)
    if type(final) is cst.Raise:
        return True
    if type(final) is cst.Expr and type(final.value) is cst.Call:
        return _never_returns(run, final.value.func, frame)
    return False


def is_exit(statement: cst.CSTNode) -> bool:
    """Whether a statement is ``sys.exit()`` itself, not a function or block that comes to one."""
    return type(statement) is cst.SimpleStatementLine and any(
        type(small) is cst.Expr
        and type(small.value) is cst.Call
        and dotted_name(small.value.func) in python.EXITS
        for small in statement.body
    )


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
        return first in python.EXITS and not rest or f"{first}.{rest}" in python.EXITS
    value: Payload = fact.value
    if type(value) is Path:
        return (f"{value.dotted}.{rest}" if rest else value.dotted) in python.EXITS
    if type(value) is Instance and rest:
        found = calls.find_member(value.cls, rest)
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
    return made is not None and dotted_name(made) == ABSTRACT


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
    items, complete = python.iterate(run, expressions.evaluate(run, node.iter, frame))
    if complete and len(items) <= MAX_TURNS:
        return _turns(run, node, items, frame)
    if complete and items:
        # Many turns: follow them all only while they build something.
        before = run.activity
        signal = _turns(run, node, items[:1], frame, final=False)
        if signal:
            return signal
        if run.activity == before:
            return _otherwise(run, node, frame)
    first = items[0] if items else None
    return _open_loop(run, node, first, frame)


def _turns(
    run: Run, node: cst.For, items: list[Fact], frame: Frame, *, final: bool = True
) -> Signal:
    quiet = 0
    for turn, item in enumerate(items):
        if quiet >= 2 and turn < len(items) - 1:
            continue  # turns that build nothing do not differ for kerlint
        before, built, steps = run.activity, run.built, run.steps
        python.assign(run, node.target, item, frame)
        run.turns.append(turn)
        try:
            signal = block(run, node.body, frame)
        finally:
            run.turns.pop()
        if signal == "break":
            return ""
        if signal in ("return", "raise"):
            return signal
        quiet = quiet + 1 if run.activity == before else 0
        trains = run.built == built and run.steps - steps > LONG_TURN
        if trains and turn < len(items) - 2:
            return _open_loop(run, node, items[turn + 1], frame)
    return _otherwise(run, node, frame) if final else ""


def _otherwise(run: Run, node: cst.For | cst.While, frame: Frame) -> Signal:
    return block(run, node.orelse.body, frame) if node.orelse is not None else ""


def _open_loop(run: Run, node: cst.For, first: Fact | None, frame: Frame) -> Signal:
    """A loop whose turns are not known: one turn stands for all."""
    if first is None:
        name = node.target.value if type(node.target) is cst.Name else ""
        first = expressions.unknown(run, node.target, "differs from turn to turn", name)
    run.loops += 1
    try:
        python.assign(run, node.target, first, frame)
        signal = block(run, node.body, frame)
    finally:
        run.loops -= 1
    if signal == "return":
        return signal
    return "" if signal == "break" else _otherwise(run, node, frame)


def _while(run: Run, node: cst.While, frame: Frame) -> Signal:
    """A known condition is followed for a while; any other loop is read as one turn."""
    begun = run.steps
    forever = type(node.test) is cst.Name and node.test.value == "True"
    for _ in range(MAX_TURNS):
        fact = expressions.evaluate(run, node.test, frame)
        known = expressions.truth(run, fact)
        if known is False:
            return _otherwise(run, node, frame)
        if known is None or forever or type(node.test) is cst.Integer:
            break
        before = run.activity
        signal = block(run, node.body, frame)
        if signal == "break":
            return ""
        if signal in ("return", "raise"):
            return signal
        if run.activity == before and run.steps - begun > LONG_LOOP:
            return ""
    else:
        return ""
    run.loops += 1
    try:
        signal = block(run, node.body, frame)
    finally:
        run.loops -= 1
    if signal == "return" or signal == "raise" and forever:
        return signal
    return "" if signal == "break" else _otherwise(run, node, frame)


def _try(run: Run, node: Any, frame: Frame) -> Signal:
    """The body as written; handlers only define what the body left undefined.

    When the body raises for certain, the handler that catches that is what is executed.
    """
    catches = any(_catches_imports(handler) for handler in node.handlers)
    run.guards += catches
    try:
        signal = block(run, node.body, frame)
    finally:
        run.guards -= catches
    raised = signal == "raise"
    taken = _handler_of(run.raised, node.handlers) if raised else None
    for handler in node.handlers:
        before = dict(frame.names)
        run.guards += 1
        try:
            ended = block(run, handler.body, frame)
        finally:
            run.guards -= 1
        if handler is taken:
            signal = ended
        else:
            frame.names.update(before)
    if not raised and not signal and node.orelse is not None:
        signal = block(run, node.orelse.body, frame)
    if node.finalbody is not None:
        signal = block(run, node.finalbody.body, frame) or signal
    return signal


def _handler_of(raised: str, handlers: Statements[Any]) -> Any:
    """The first handler that catches an exception, or may; None when none does."""
    for handler in handlers:
        kind = handler.type
        if kind is None:
            return handler
        names = [element.value for element in kind.elements] if type(kind) is cst.Tuple else [kind]
        if any(_may_catch(raised, dotted_name(name)) for name in names):
            return handler
    return None


def _may_catch(raised: str, caught: str) -> bool:
    """Whether ``except caught`` catches an exception; classes of users are not compared."""
    one, other = getattr(builtins, raised, None), getattr(builtins, caught, None)
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(one, other)
    if isinstance(other, type) and issubclass(Exception, other):
        return True
    return raised == caught or not raised or not (one or other)


def _catches_imports(handler: Any) -> bool:
    kind = handler.type
    if kind is None:
        return True
    names = [element.value for element in kind.elements] if type(kind) is cst.Tuple else [kind]
    return any(
        dotted_name(name)
        in ("ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "TypeError")
        for name in names
    )


def _with(run: Run, node: cst.With, frame: Frame, start: int = 0) -> Signal:
    guards = 0  # ``with suppress(ImportError)``
    before = dict(run.patched)
    outer: list[Fact] = []
    generator: tuple[Manager, int] | None = None  # the rest runs inside of it
    for index, item in enumerate(node.items[start:], start):
        fact = expressions.evaluate(run, item.item, frame)
        value: Payload = fact.value
        if type(value) is Manager:
            generator = value, index
            break
        if isinstance(value, Unknown) and "suppress" in value.reason:
            guards += 1
        outer.append(fact)
        given = managers.entered(run, fact, item.item)
        if item.asname is not None:
            if given is not None:
                fact = given
            elif not isinstance(value, (TensorRef, ModelRef)):
                fact = expressions.unknown(run, item, "what a context manager gives")
            python.assign(run, item.asname.name, fact, frame)
    replaced = dict(run.patched)
    run.guards += guards
    try:
        if generator is None:
            signal = block(run, node.body, frame)
        else:
            signal = _inside(run, *generator, node, frame)
    finally:
        run.guards -= guards
        patches.during(run, before, replaced)
    for fact in reversed(outer):
        signal = managers.left(run, fact, signal, node)
    return signal


def _inside(run: Run, manager: Manager, index: int, node: cst.With, frame: Frame) -> Signal:
    """The rest of a ``with``, inside the generator that is its manager of this index."""
    item = node.items[index]

    def rest(value: Fact) -> Signal:
        if item.asname is not None:
            python.assign(run, item.asname.name, value, frame)
        return _with(run, node, frame, index + 1)

    try:
        return managers.surround(run, manager, item.item, rest)
    except Raised as raised:
        run.raised = raised.name
        return "raise"


def _function(run: Run, node: cst.FunctionDef, frame: Frame) -> Signal:
    wraps = ""
    registered = False
    before = dict(run.patched)
    for decorator in node.decorators:
        inner = decorator.decorator
        path = dotted_name(inner.func if type(inner) is cst.Call else inner)
        if path in ("staticmethod", "classmethod", "property"):
            wraps = path
        elif path.endswith((".setter", ".deleter")):
            return ""
        else:
            made_by = expressions.evaluate(run, inner, frame)
            registered |= effects.registers(made_by)
            if made_by.value in _MANAGERS:
                wraps = "contextmanager"
    defaults = calls.defaults(run, node.params, frame)
    function = Function(
        node.name.value,
        node,
        frame.hold(),
        defaults,
        run.site(node.name),
        None,
        wraps,
        run.foreign,
        registered=registered,
    )
    if run.patched != before:
        function.patches = dict(run.patched)
        patches.during(run, before, function.patches)
    made = Fact(function, run.site(node.name))
    frame.bind(node.name.value, made)
    if registered:
        effects.hand_over(run, Arguments([made], []), made.site)
    if not run.foreign:
        run.defined.append(function)
    return ""


_MANAGERS = (Path("contextlib.contextmanager"), Path("contextlib.asynccontextmanager"))


def _class(run: Run, node: cst.ClassDef, frame: Frame) -> Signal:
    bases = tuple(expressions.evaluate(run, arg.value, frame) for arg in node.bases)
    for arg in node.keywords:
        expressions.evaluate(run, arg.value, frame)
    for decorator in node.decorators:
        expressions.evaluate(run, decorator.decorator, frame)
    own = Frame(frame).hold()
    cls = Class(node.name.value, node, own, bases, run.site(node.name))
    for base in bases:
        if isinstance(base.value, Path):
            located = keras_api.locate(base.value.dotted)
            if located is not None and located.name is not None:
                cls.keras = located.name
        elif isinstance(base.value, Class) and base.value.keras is not None:
            cls.keras = base.value.keras
    block(run, node.body, own)
    for fact in own.names.values():
        if isinstance(fact.value, Function) and fact.value.frame is own:
            fact.value.owner = cls
            fact.value.frame = frame  # a method does not see the names of its class
    frame.bind(node.name.value, Fact(cls, run.site(node.name)))
    if not run.foreign:
        run.classes.append(cls)
    return ""


def _match(run: Run, node: Any, frame: Frame) -> Signal:
    subject = expressions.evaluate(run, node.subject, frame)
    value = subject.value
    for case in node.cases:
        pattern = case.pattern
        if type(pattern) is cst.MatchValue and isinstance(value, python.PLAIN):
            wanted = expressions.evaluate(run, pattern.value, frame).value
            if wanted == value:
                return block(run, case.body, frame)
            continue
        if type(pattern) is cst.MatchAs and pattern.pattern is None:
            if pattern.name is not None:
                frame.bind(pattern.name.value, subject)
            return block(run, case.body, frame)
        test = expressions.unknown(run, pattern, "a pattern kerlint does not decide")
        if expressions.choose(run, test, pattern, frame):
            return block(run, case.body, frame)
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
    cst.Match: _match,
}
