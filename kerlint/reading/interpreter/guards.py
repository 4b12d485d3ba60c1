"""Where the author expects a failure: version tests, ``hasattr``, ``try``, ``pytest.raises``.

A use of Keras that is guarded is not reported as missing: its author knows that some releases do
not have it, or wants the call to fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Fact, LayerRef, ModelRef, Unknown
from kerlint.reading.interpreter.values import AbstractValue, ListValue, QualifiedName, Scope
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import dotted, identifiers, inside

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import State


@dataclass(frozen=True, slots=True)
class Guard:
    """What is expected to fail inside a block.

    ``version``: the code asks which Keras it runs on, so any use may be meant for another one.
    ``names``: attributes whose existence was tested. ``caught``: exceptions that are handled, by
    their last name; ``ANY`` stands for all. ``imports``: only failing imports are handled.
    ``fails``: the block is expected to raise, so nothing that it builds is ever used.
    """

    version: bool = False
    names: frozenset[str] = frozenset()
    caught: frozenset[str] = frozenset()
    imports: bool = False
    fails: bool = False

    def __bool__(self) -> bool:
        return self.version or self.imports or self.fails or bool(self.names or self.caught)


ANY = "*"
NOTHING = Guard()
VERSION = Guard(version=True)
FAILS = Guard(caught=frozenset({ANY}), fails=True)
WARNS = Guard(caught=frozenset({ANY}))

# What Python raises where a name is missing, where a method is missing or called wrongly, and
# where a class of Keras is called wrongly. A handler for failing imports is written by somebody who
# thinks of other releases, so it counts for calls as well.
_IMPORTING = frozenset({ANY, "ImportError", "ModuleNotFoundError"})
_NAMES = _IMPORTING | {"AttributeError"}
_METHODS = _NAMES | {"NotImplementedError", "TypeError"}
_CLASSES = _NAMES | {"TypeError", "ValueError"}
_LOOKUP = frozenset({ANY, "KeyError", "LookupError"})
_TRAINING = frozenset({"InvalidArgumentError", "TypeError", "ValueError"})

_BROAD = frozenset({"BaseException", "Exception", "StandardError"})


def guards_name(guards: Iterable[Guard], path: str, *, imported: bool) -> bool:
    """Whether some guard covers a path that is imported or taken as an attribute."""
    for guard in guards:
        if guard.version or (guard.imports and imported) or not _NAMES.isdisjoint(guard.caught):
            return True
        if guard.names and not guard.names.isdisjoint(path.split(".")[1:]):
            return True
    return False


def guards_call(guards: Iterable[Guard], name: str) -> bool:
    """Whether some guard covers a call of something of Keras, by its canonical name."""
    for guard in guards:
        if guard.version or (guard.names and name.rpartition(".")[2] in guard.names):
            return True
        if guard.caught:
            raised = _CLASSES if name.rpartition(".")[2][:1].isupper() else _METHODS
            if not raised.isdisjoint(guard.caught):
                return True
    return False


def guards_lookup(guards: Iterable[Guard]) -> bool:
    """Whether the exception for a key that is missing is handled."""
    return any(not _LOOKUP.isdisjoint(guard.caught) for guard in guards)


def guards_training(guards: Iterable[Guard]) -> bool:
    """Whether an exception that Keras raises for unfit data or labels is handled."""
    return any(not _TRAINING.isdisjoint(guard.caught) for guard in guards)


def expects_failure(guards: Iterable[Guard]) -> bool:
    """Whether the code is inside a block that is expected to raise."""
    return any(guard.fails for guard in guards)


# -- conditions -----------------------------------------------------------------------------------


def guard_of_test(state: State, test: syntax.Node, scope: Scope, fact: Fact | None = None) -> Guard:
    """What a condition asks about the Keras that is installed, by itself or through variables.

    Both branches count: what is used where an attribute is missing was chosen for that case.
    """
    found = _asked(state, test, scope)
    for node in _behind(state, test, scope, fact):
        found = joined(found, _asked(state, node, scope))
    return found


def joined(one: Guard, other: Guard) -> Guard:
    """Both guards at once."""
    if not other:
        return one
    return Guard(one.version or other.version, one.names | other.names)


_FOLLOWED = frozenset(
    {
        syntax.Attribute,
        syntax.BooleanOperation,
        syntax.Call,
        syntax.Comparison,
        syntax.IfExp,
        syntax.Name,
    }
    | {syntax.Subscript, syntax.UnaryOperation}
)


def _behind(
    state: State, test: syntax.Node, scope: Scope, fact: Fact | None
) -> Iterator[syntax.Node]:
    """The expressions that gave the variables of a condition their values."""
    facts = [] if fact is None else [fact]
    for word in _words(state, test):
        known = scope.lookup(word)
        if known is not None:
            facts.append(known)
    for each in facts:
        if isinstance(each.value, Unknown) and each.value.site >= 0:
            node = state.sites.node(each.value.site)
            if node is not test and type(node) in _FOLLOWED:
                yield node


def _words(state: State, node: syntax.Node) -> frozenset[str]:
    known = state.sites.tests.get(id(node))
    if known is None:
        known = frozenset(identifiers(node, until=_never) or ())
        state.sites.tests[id(node)] = known
    return known


def _never(word: str) -> bool:
    return False


def _asked(state: State, node: syntax.Node, scope: Scope) -> Guard:
    if not any(map(_tells, _words(state, node))):
        return NOTHING
    version = False
    names: set[str] = set()
    for part in _walk(node):
        if type(part) is syntax.Call and type(part.func) is syntax.Name:
            word = part.func.value
            if word in ("hasattr", "getattr") and len(part.args) >= 2:
                owner, name = part.args[0].value, _text(part.args[1].value, scope)
                version = version or _is_library(owner, scope)
                version = version or (not name and _is_made_by_keras(owner, scope))
                names.add(name)
        elif type(part) is syntax.Comparison:
            for target in part.comparisons:
                if isinstance(target.operator, (syntax.In, syntax.NotIn)):
                    listed = _listed(target.comparator)
                    if listed is not None:
                        version = version or _is_library(listed, scope)
                        names.add(_text(part.left, scope))
        version = version or _names_release(part, scope)
    return Guard(version, frozenset(names - {""}))


def _walk(node: syntax.Node) -> Iterator[Any]:
    """The expressions of a condition, the largest first; chains of attributes count as one."""
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        yield item
        if type(item) is syntax.Attribute and dotted(item):
            continue
        for part in inside(item.__class__)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in _NO_NODES:
                pending.append(part)


_NO_NODES = frozenset({type(None)})


def _listed(node: syntax.Node) -> syntax.Node | None:
    """What a container of attribute names belongs to: ``dir(m)``, ``vars(m)``, ``m.__dict__``."""
    if type(node) is syntax.Call and type(node.func) is syntax.Name and len(node.args) == 1:
        if node.func.value in ("dir", "vars"):
            return node.args[0].value
    if type(node) is syntax.Attribute and node.attr.value in ("__dict__", "__all__"):
        return node.value
    return None


def _text(node: syntax.Node, scope: Scope) -> str:
    if type(node) is syntax.SimpleString:
        value = node.value
        return value if isinstance(value, str) else ""
    if type(node) is syntax.Name:
        fact = scope.lookup(node.value)
        if fact is not None and isinstance(fact.value, str):
            return fact.value
    return ""


def _is_library(node: syntax.Node, scope: Scope) -> bool:
    """Whether an expression is a part of Keras or TensorFlow, not a model or some other object."""
    fact = scope.lookup(dotted(node).partition(".")[0])
    return (
        fact is not None and isinstance(fact.value, QualifiedName) and _is_keras(fact.value.dotted)
    )


def _is_made_by_keras(node: syntax.Node, scope: Scope) -> bool:
    fact = scope.lookup(dotted(node))
    return fact is not None and isinstance(fact.value, (LayerRef, ModelRef))


def _is_keras(path: str) -> bool:
    return path.partition(".")[0] in ("keras", "tensorflow", "tf_keras")


def _names_release(node: Any, scope: Scope) -> bool:
    """Whether a name or a chain of attributes asks for the release of Keras or TensorFlow."""
    kind = type(node)
    if kind is not syntax.Name and kind is not syntax.Attribute:
        return False
    path = dotted(node)
    if not any(map(_names_version, path.split("."))):
        return False
    fact = scope.lookup(path.partition(".")[0])
    if fact is not None and isinstance(fact.value, QualifiedName):
        # ``sys.version_info`` and ``numpy.__version__`` say nothing of Keras, unlike a helper of
        # another package that compares versions.
        return fact.value.dotted.partition(".")[0] not in _OTHERS
    return True


_OTHERS = frozenset({"np", "numpy", "pandas", "platform", "six", "sklearn", "sys", "torch"})


@lru_cache(maxsize=4096)
def _tells(word: str) -> bool:
    return word in _ASKING or _names_version(word)


_ASKING = frozenset({"__all__", "__dict__", "dir", "getattr", "hasattr", "vars"})


@lru_cache(maxsize=4096)
def _names_version(word: str) -> bool:
    return _VERSION.search(word) is not None


def names_backend(word: str) -> bool:
    """Whether a flag chooses between packages or backends: what it rules out may not be there."""
    return _BACKEND.search(word) is not None


_BACKEND = re.compile(r"(?i)backend|cntk|jax|keras|tensorflow|theano|torch|(?:^|_)tf(?:_|$)")

_VERSION = re.compile(
    r"(?:^|[^a-z])version|Version|VERSION|(?i:keras|tensorflow|tf)version|executing_eagerly|find_spec|legacy|^TYPE_CHECKING$|^signature$|^getfullargspec$|"
    r"(?i:(?:^|_)(?:is_?)?(?:keras|tf|tensorflow|k|v)_?v?[123](?:_|$)|(?:keras|tf)_?major)"
)


# -- what a block that leaves early means for the code after it -----------------------------------


def guard_after(state: State, node: Any, scope: Scope) -> Guard:
    """What is known after a statement that let only some releases pass.

    ``if not hasattr(m, "x"): return`` makes ``m.x`` safe. A version test counts when the newer
    release has left (``if keras.__version__ >= "3": return ...``); a script that asks for *at
    least* some release says nothing about newer ones.
    """
    if type(node) is syntax.Assert:
        return Guard(names=guard_of_test(state, node.test, scope).names)
    if type(node) is not syntax.If or node.orelse is not None:
        return NOTHING
    leaves = _last(node.body)
    raises = type(leaves) is syntax.Raise or _calls(leaves, _EXITS)
    goes_on = type(leaves) in _LEAVING or _calls(leaves, _SKIPS)
    if not raises and not goes_on:
        return NOTHING
    found = guard_of_test(state, node.test, scope)
    if not found.version or _holds_for_new(node.test, raises):
        return found
    return Guard(names=found.names)


def _holds_for_new(test: syntax.Node, raises: bool) -> bool:
    """Whether a version test lets the newest release in: ``keras.__version__ >= "3"``.

    A script that raises for anything but a number of Keras 3 most likely wants a newer one.
    """
    if type(test) is syntax.Comparison:
        if isinstance(test.comparisons[0].operator, (syntax.LessThan, syntax.LessThanEqual)):
            return False
    return not raises or any(
        isinstance(part, (syntax.Float, syntax.Integer, syntax.SimpleString, syntax.Name))
        and _KERAS_3.search(str(part.value)) is not None
        for part in _walk(test)
    )


_KERAS_3 = re.compile(r"^['\"]?3\b|^['\"]?2\.1[6-9]|(?i:keras_?v?3)")


_LEAVING = frozenset({syntax.Break, syntax.Continue, syntax.Return})
_EXITS = frozenset({"_exit", "exit", "quit"})
_SKIPS = frozenset({"skip", "skipTest"})


def _calls(node: Any, names: frozenset[str]) -> bool:
    """Whether a statement is a call of one of these functions, wherever they come from."""
    if type(node) is not syntax.Expr or type(node.value) is not syntax.Call:
        return False
    return dotted(node.value.func).rpartition(".")[2] in names


def _last(suite: Any) -> Any:
    """The last small statement of a block."""
    last = suite.body[-1] if suite.body else None
    return last.body[-1] if type(last) is syntax.SimpleStatementLine and last.body else last


# -- try and with ---------------------------------------------------------------------------------


def guard_of_try(
    handlers: Iterable[Any], body: Any, kinds: list[frozenset[str]], scope: Scope
) -> Guard:
    """What the handlers of a ``try`` expect; ``kinds`` are the exceptions that each one takes.

    Who names the exception knows why it is raised. Who takes every exception may only want a long
    program to go on, so that counts where the handler tries something else instead, or reports the
    failure of a single statement.
    """
    caught: set[str] = set()
    imports = False
    for handler, kind in zip(handlers, kinds):
        if _raises_again(handler):
            continue
        caught |= kind - _BROAD - {ANY}
        if kind & (_BROAD | {ANY}):
            if _acts(handler.body, body, scope) or (_shows(handler) and _is_single(body)):
                caught.add(ANY)
            else:
                imports = True
    return Guard(caught=frozenset(caught), imports=imports)


def guard_of_else(guard: Guard, body: Any) -> Guard:
    """What is known to exist when a ``try`` has not failed."""
    if guard.caught.isdisjoint(_NAMES):
        return NOTHING
    return Guard(names=frozenset(identifiers(body, until=_never) or ()))


def guard_of_suppress(kinds: frozenset[str]) -> Guard:
    """What ``contextlib.suppress`` expects: a ``try`` that says nothing about the failure."""
    return Guard(caught=kinds | ({ANY} if kinds & _BROAD else frozenset()))


def guard_of_exit(method: syntax.Node) -> Guard:
    """An ``__exit__`` of the user that may return something true takes some exception."""
    for node in _walk(method):
        if type(node) is syntax.Return and node.value is not None:
            if type(node.value) is not syntax.Name or node.value.value not in ("False", "None"):
                return WARNS
    return NOTHING


def guard_of_handler(kind: frozenset[str]) -> Guard:
    """A handler for what a missing name or an old call raises holds the code for that case."""
    return NOTHING if kind.isdisjoint(_METHODS | _CLASSES | _BROAD) else VERSION


def _raises_again(handler: Any) -> bool:
    body = handler.body.body
    statement = body[0] if len(body) == 1 else None
    small = statement.body[0] if type(statement) is syntax.SimpleStatementLine else statement
    return type(small) is syntax.Raise and small.exc is None


def _shows(handler: Any) -> bool:
    """Whether a handler does something with the exception that it was given."""
    if handler.name is None or type(handler.name.name) is not syntax.Name:
        return False
    word = handler.name.name.value
    return identifiers(handler.body, until=lambda other: other == word) is None


def _is_single(body: Any) -> bool:
    return len(body.body) == 1


def _acts(suite: Any, body: Any, scope: Scope) -> bool:
    """Whether a handler tries something else: an import, or a call that may do the work instead.

    That is one whose result is used, of a function by its name, of Keras, or of what the body
    itself calls (``model.predict`` for ``model.predict_classes``); not the closing of a file.
    """
    owners = {dotted(part.func.value) for part in _walk(body) if _is_method_call(part)}
    for part in _walk(suite):
        kind = type(part)
        if kind is syntax.Import or kind is syntax.ImportFrom:
            return True
        if kind is syntax.Assign or kind is syntax.Return:
            if part.value is not None and any(map(_works, _walk(part.value))):
                return True
        elif kind is syntax.Expr and _works(part.value):
            if not _is_method_call(part.value):
                return True
            owner = part.value.func.value
            if dotted(owner) in owners or _is_library(owner, scope):
                return True
    return False


def _is_method_call(node: Any) -> bool:
    return type(node) is syntax.Call and type(node.func) is syntax.Attribute


def _works(node: Any) -> bool:
    """Whether a node is a call that does more than to report something."""
    if type(node) is not syntax.Call:
        return False
    path = dotted(node.func)
    return path.partition(".")[0] not in _REPORTING and (
        path.rpartition(".")[2] not in _BOOKKEEPING
    )


# Calls that report a failure or keep count of it.
_REPORTING = frozenset(
    {
        "exit",
        "format",
        "int",
        "len",
        "log",
        "logger",
        "logging",
        "os",
        "pdb",
        "print",
        "quit",
        "repr",
        "str",
        "sys",
        "time",
        "traceback",
        "type",
        "warnings",
    }
)
_BOOKKEEPING = frozenset(
    {
        "append",
        "critical",
        "debug",
        "error",
        "exception",
        "format",
        "info",
        "join",
        "print_exc",
        "update",
        "warn",
        "warning",
        "write",
    }
)


def exceptions_of(fact: Fact | None) -> frozenset[str]:
    """The last names of the exceptions in ``except ...`` or ``suppress(...)``; ``ANY`` if bare."""
    if fact is None:
        return frozenset({ANY})
    value: AbstractValue = fact.value
    if isinstance(value, ListValue):
        return frozenset(name for item in value.items for name in exceptions_of(item))
    text = value.dotted if isinstance(value, QualifiedName) else ""
    if isinstance(value, Unknown):
        text = value.symbol
    last = text.rpartition(".")[2]
    return frozenset({last if last[:1].isupper() else ANY})


_RAISES = re.compile(
    r"^(?:(?:assert|fail_?unless|expect)_?raises\w*|raises|raises_regex|ExpectedException)$",
    re.IGNORECASE,
)
_WARNS = re.compile(r"^(?:assert_?(?:\w+_)?warns\w*|warns|deprecated_call)$", re.IGNORECASE)


def guard_of_call(func: syntax.Node, scope: Scope) -> Guard:
    """What a call that takes exceptions expects of its block, or of the callable that it is given.

    ``pytest.raises``, ``self.assertRaises`` and their kin by their names, and by what they were
    imported as.
    """
    path = dotted(func)
    last = path.rpartition(".")[2]
    fact = scope.lookup(path) if path and "." not in path else None
    if fact is not None:
        if not isinstance(fact.value, QualifiedName):
            return NOTHING
        last = fact.value.dotted.rpartition(".")[2]
    if _RAISES.match(last):
        return FAILS
    return WARNS if _WARNS.match(last) else NOTHING


def guard_of_definition(state: State, node: Any, scope: Scope) -> Guard:
    """What the marks of a test or of a class of tests say about it.

    ``@unittest.expectedFailure`` and ``@pytest.mark.xfail`` expect it to raise;
    ``@pytest.mark.skipif(KERAS_3, ...)`` runs it with some releases only, and so does a mark with a
    condition.
    """
    found = NOTHING
    for decorator in getattr(node, "decorators", ()):
        inner = decorator.decorator
        last = dotted(inner.func if type(inner) is syntax.Call else inner).rpartition(".")[2]
        marked = last in ("expectedFailure", "xfail")
        if marked and not (type(inner) is syntax.Call and any(not a.keyword for a in inner.args)):
            return FAILS
        if marked or last.lower().startswith("skip"):
            found = joined(found, guard_of_test(state, inner, scope))
    return found
