"""What an expression of the user's code evaluates to."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from kerlint import keras_api
from kerlint.lazy_dataclass import replace
from kerlint.program.data import UNDECIDED, Array
from kerlint.program.values import (
    FRACTION,
    Fact,
    Forecast,
    LayerRef,
    ModelRef,
    NumPyInteger,
    Object,
    Site,
    TensorRef,
    Unknown,
    Weights,
)
from kerlint.reading.interpreter import (
    assignments,
    calls,
    classes,
    containers,
    effects,
    havoc,
    patches,
)
from kerlint.reading.interpreter.conversion import PLAIN, NotKnown, as_set, concrete, fits, is_stale
from kerlint.reading.interpreter.guards import guard_of_call, guard_of_test
from kerlint.reading.interpreter.operators import BINARY, COMPARE, Refused, binary
from kerlint.reading.interpreter.state import (
    LONG_TABLE,
    MAX_CROSSED,
    MAX_ITEMS,
    MAX_TURNS,
    Cycle,
    Exhausted,
    State,
)
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    BoundMethod,
    Builtin,
    Class,
    DictValue,
    FileModule,
    Function,
    Instance,
    LazyImport,
    ListValue,
    Partial,
    QualifiedName,
    Scope,
    Super,
)
from kerlint.reading.library import arrays, builtins, keras_objects
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import identifiers
from kerlint.reading.syntax.parsing import UNREAD
from kerlint.sources.modules import is_standard

_PLAIN = frozenset({*PLAIN, NumPyInteger})

# Methods of weights and layers after which the initializers no longer count.
WEIGHT_SETTERS = frozenset({"assign", "assign_add", "assign_sub", "set_weights"})

# Names that fragments use without importing them.
CUSTOMARY = {
    "np": "numpy",
    "numpy": "numpy",
    "tf": "tensorflow",
    "tensorflow": "tensorflow",
    "K": "keras.backend",
    "pd": "pandas",
    "sklearn": "sklearn",
    "train_test_split": "sklearn.model_selection.train_test_split",
    "MinMaxScaler": "sklearn.preprocessing.MinMaxScaler",
    "StandardScaler": "sklearn.preprocessing.StandardScaler",
    "LabelEncoder": "sklearn.preprocessing.LabelEncoder",
}


def evaluate(state: State, node: syntax.Expression, scope: Scope) -> Fact:
    """Evaluate an expression; what cannot be known is an ``Unknown`` with its reason."""
    state.steps += 1
    if state.steps > state.limit:
        raise Exhausted
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return Fact(
            Unknown("an expression kerlint does not read", state.site(node)), state.site(node)
        )
    fact = handler(state, node, scope)
    value = fact.value
    if value.__class__ is Unknown:
        state.doubts += 1  # what is not known may have raised
        if len(value.symbol) > _MAX_NAME:
            return Fact(Unknown(value.reason, value.site), fact.site)
    return fact


_MAX_NAME = 1_000  # characters of the text of an unknown value, which grows with each operation


def expr_of(value: AbstractValue) -> str:
    """The text that stands for a value inside a larger unknown expression, or ''."""
    if isinstance(value, Unknown):
        return value.symbol
    if isinstance(value, PLAIN):
        text = repr(value)
        return text if len(text) <= 60 else ""
    return ""


def truth(state: State, fact: Fact) -> bool | None:
    """Whether a value counts as true; None when that is not known."""
    value = fact.value
    if isinstance(value, PLAIN):
        return bool(value)
    if isinstance(value, Unknown):
        return _TRUTH.get(value.reason)
    if isinstance(value, ListValue):
        if value.kind == "iterator":
            return True
        return bool(value.items) if value.complete and not is_stale(value) else None
    if isinstance(value, DictValue):
        return bool(value.entries) if value.complete else None
    if isinstance(value, (Array, TensorRef)):
        return None
    if isinstance(value, Instance):
        return _truth_of_instance(state, fact)
    if isinstance(value, QualifiedName) and "." in value.dotted:
        # ``from settings import DEBUG``: what it is, that file says.
        root, _, name = value.dotted.partition(".")
        named = is_standard(root) or name.rpartition(".")[2].istitle()
        return True if named or keras_api.locate(value.dotted) is not None else None
    return True


def _truth_of_instance(state: State, fact: Fact) -> bool | None:
    cls = fact.value.cls  # type: ignore[union-attr]
    for name in ("__bool__", "__len__"):
        if classes.find_member(cls, name) is not None:
            node = state.sites.node(fact.site)
            made = calls.call_member(state, fact, name, Arguments([], []), node)
            value = made.value if made is not None else None
            return bool(value) if isinstance(value, (bool, int)) else None
    return True


# An unknown value whose truth is known: ``anything or True``.
_TRUE = "some value that counts as true"
_FALSE = "some value that counts as false"
_TRUTH = {_TRUE: True, _FALSE: False}


def evaluate_condition(state: State, node: syntax.Expression, scope: Scope) -> bool:
    """The outcome of a condition: its value if that is known, else what this path has chosen."""
    if type(node) is syntax.UnaryOperation and type(node.operator) is syntax.Not:
        return not evaluate_condition(state, node.expression, scope)
    fact = evaluate(state, node, scope)
    known = truth(state, fact)
    if known is not None:
        return known
    return branch(state, fact, node, scope)


def branch(
    state: State,
    fact: Fact,
    node: syntax.Node,
    scope: Scope,
    first: bool = True,
    statement: syntax.Node | None = None,
) -> bool:
    """Take a branch of an undecided condition; the same condition has the same outcome everywhere.

    ``statement`` is what it decides about, when that is all.
    """
    value = fact.value
    text = value.symbol if isinstance(value, Unknown) else ""
    if isinstance(value, QualifiedName):
        text = value.dotted
    if state.cycles:
        _note_variation(state, text, statement)
    negated = False
    while text.startswith("not "):
        text, negated = text[4:], not negated
    site = state.site(node)
    key = (text, Site(-1)) if text else ("", site)
    index = state.outcomes.get(key)
    state.last_asked_at[key] = state.position
    if index is None:
        arm = state.branch(key, first != negated)
        decision = state.decisions[state.outcomes[key]]
        state.decisions[state.outcomes[key]] = replace(
            decision,
            site=site,
            tests_known_value=_is_seen(node, scope),
            typed=identifiers(node, until=_TYPES.__contains__) is None,
            release=guard_of_test(state, node, scope, fact).version,
        )
    else:
        arm = state.decisions[index].outcome
    state.last_choice = state.outcomes[key]
    return arm != negated


def _note_variation(state: State, text: str, statement: syntax.Node | None) -> None:
    """In other turns of a loop a condition on what the loop binds may be otherwise."""
    words = _words(text)
    for cycle in state.cycles:
        if not words or "()" in text or any(word in cycle.names for word in words):
            own = cycle is state.cycles[-1] and cycle.depth == len(state.scopes)
            if statement is None or not own:
                cycle.whole = True
            else:
                cycle.varied.append(statement)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]\w*", text))


_TYPES = frozenset({"__class__", "callable", "isinstance", "issubclass", "type"})


def _is_seen(node: syntax.Node, scope: Scope) -> bool:
    """Whether a condition asks something of a value that is known in part."""

    def known(word: str) -> bool:
        fact = scope.lookup(word)
        return fact is not None and isinstance(fact.value, (Array, LayerRef, ModelRef))

    return identifiers(node, until=known) is None


# -- literals -------------------------------------------------------------------------------------


def _literal(state: State, node: Any, scope: Scope) -> Fact:
    fact = state.sites.literals.get(id(node))
    if fact is None:
        fact = state.sites.literals[id(node)] = Fact(node.value, state.site(node))
    return fact


def _bad_literal(state: State, node: syntax.Node, scope: Scope) -> Fact:
    return state.unknown(node, "a literal Python refuses")


def _ellipsis(state: State, node: syntax.Node, scope: Scope) -> Fact:
    return Fact(QualifiedName("builtins.Ellipsis"), state.site(node))


def _formatted(state: State, node: syntax.FormattedString, scope: Scope) -> Fact:
    parts: list[str] = []
    known = True
    for part in node.parts:
        if type(part) is syntax.FormattedStringText:
            parts.append(part.value or "")
            known = known and part.value is not None
            continue
        if type(part) is not syntax.FormattedStringExpression:
            known = False
            continue
        fact = evaluate(state, part.expression, scope)
        try:
            parts.append(_printed(state, part, fact, scope))
        except (Refused, NotKnown, ValueError, TypeError):
            known = False
    if not known or sum(map(len, parts)) > MAX_ITEMS:
        return state.unknown(node, "text with unknown parts")
    text = "".join(parts)
    return (
        Fact(text, state.site(node))
        if fits(state, text)
        else state.unknown(node, "a very long text")
    )


def _printed(state: State, part: syntax.FormattedStringExpression, fact: Fact, scope: Scope) -> str:
    """What an f-string prints of a value."""
    spec = ""
    for piece in part.format_spec:
        if type(piece) is syntax.FormattedStringText:
            spec += piece.value or ""
        elif type(piece) is syntax.FormattedStringExpression:
            spec += _printed(state, piece, evaluate(state, piece.expression, scope), scope)
    value = concrete(state, fact, printed=True)
    if part.conversion is not None:
        convert: Callable[[object], str] = {"r": repr, "a": ascii}.get(part.conversion, str)
        value = convert(value)
    if any(len(digits) > 3 for digits in re.findall(r"\d+", spec)):
        raise Refused
    return format(value, spec)


def _refund(state: State, begun: int, elements: int) -> None:
    """Let a long list that is written out cost less than code of its length would.

    It is bounded by the size of the file, and by what is copied when it is written in a loop.
    """
    if elements > _LONG_DISPLAY and state.has_room(elements):
        state.steps -= min(3 * elements, (state.steps - begun) * 15 // 16)


_LONG_DISPLAY = 2_000  # elements


def _elements(state: State, node: Any, scope: Scope, kind: str) -> Fact:
    items: list[Fact] = []
    complete = True
    begun = state.steps
    for element in node.elements:
        fact = evaluate(state, element.value, scope)
        if type(element) is syntax.StarredElement:
            known, rest = containers.iterate(state, fact)
            if len(items) + len(known) > MAX_ITEMS:
                known, rest = [], False
            items.extend(known)
            complete = complete and rest
        else:
            items.append(fact)
    _refund(state, begun, len(node.elements))
    if kind == "set":
        return Fact(as_set(state, items, kind, complete, state.unbounded_loops), state.site(node))
    return Fact(ListValue(kind, items, complete, state.unbounded_loops), state.site(node))


def _list(state: State, node: syntax.List, scope: Scope) -> Fact:
    return _elements(state, node, scope, "list")


def _tuple(state: State, node: syntax.Tuple, scope: Scope) -> Fact:
    return _elements(state, node, scope, "tuple")


def _set(state: State, node: syntax.Set, scope: Scope) -> Fact:
    return _elements(state, node, scope, "set")


def _dict(state: State, node: syntax.Dict, scope: Scope) -> Fact:
    mapping = DictValue({}, True, state.unbounded_loops)
    begun = state.steps
    for element in node.elements:
        if type(element) is syntax.DictElement:
            key = evaluate(state, element.key, scope).value
            fact = evaluate(state, element.value, scope)
            if isinstance(key, (str, int)):
                mapping.entries[key] = fact
            else:
                mapping.merge(None, state.site(element.key))
        else:
            inner = evaluate(state, element.value, scope).value
            other = inner if isinstance(inner, DictValue) else None
            containers.merge(state, mapping, other, state.site(element.value))
    _refund(state, begun, len(node.elements))
    return Fact(mapping, state.site(node))


# -- names and attributes -------------------------------------------------------------------------


def resolve_name(state: State, node: syntax.Name, scope: Scope, record: bool = True) -> Fact:
    """The value of a name; ``record``: note the use of Keras, as no attribute of it follows."""
    word = node.value
    fact = scope.lookup(word)
    if fact is not None:
        if type(fact.value) is LazyImport and state.project is not None:
            fact = state.project.resolved(state, fact)
            scope.rebind(word, fact)
        if (type(fact.value) in _PLAIN or type(fact.value) is Array and fact.value.numpy) and len(
            fact.copied_through
        ) < MAX_CROSSED:
            return Fact(fact.value, fact.site, (*fact.copied_through, state.site(node)))
        return fact
    if word in builtins.CONSTANTS:
        return Fact(builtins.CONSTANTS[word], state.site(node))
    if word == "super" and "__class__" not in scope.names:
        return Fact(Builtin("super"), state.site(node))
    if word in builtins.FUNCTIONS:
        return Fact(Builtin(word), state.site(node))
    project = state.project
    if project is not None and not state.in_other_module and not project.may_bind(word):
        if word in CUSTOMARY:
            return Fact(QualifiedName(CUSTOMARY[word]), state.site(node))
        name = keras_api.bare_name(word)
        if name is not None:
            if record:
                state.use(name, state.site(node), imported=False)
            return Fact(QualifiedName(name), state.site(node))
    if word == UNREAD:
        return state.unknown(node, "a statement that does not parse")
    return state.unknown(node, f"{word!r} is not defined in this file", word)


def resolve_attribute(
    state: State, node: syntax.Attribute, scope: Scope, record: bool = True
) -> Fact:
    """What an attribute stands for; ``record`` as in ``resolve_name``."""
    inner = node.value
    if type(inner) is syntax.Attribute:
        base = resolve_attribute(state, inner, scope, False)
    elif type(inner) is syntax.Name:
        base = resolve_name(state, inner, scope, False)
    else:
        base = evaluate(state, inner, scope)
    if type(base.value) is not QualifiedName:
        if node.attr.value in keras_objects.GONE:
            keras_objects.note_read(state, base, node.attr.value, state.site(node))
        return attribute(state, base, node.attr.value, node, scope)
    if state.patched or base.value.alias:
        fact = attribute(state, base, node.attr.value, node, scope)
        if record and type(fact.value) is QualifiedName and not fact.value.alias:
            state.use(fact.value.dotted, fact.site, imported=False)
        return fact
    # ``tf.keras.layers.Dense`` is the same whenever it comes by, but for what ``tf`` is.
    known = state.sites.paths.get(id(node))
    if known is None or known[0] != base.value.dotted:
        fact = attribute(state, base, node.attr.value, node, scope)
        state.sites.paths[id(node)] = (base.value.dotted, fact)
    else:
        fact = known[1]
    if record and type(fact.value) is QualifiedName and not fact.value.alias:
        state.use(fact.value.dotted, fact.site, imported=False)
    return fact


@lru_cache(maxsize=4096)
def _inside(module: str, name: str) -> AbstractValue:
    """What stands under a name in a module."""
    dotted = _same_in_keras(f"{module}.{name}")
    constant = builtins.PATH_CONSTANTS.get(dotted)
    return QualifiedName(dotted) if constant is None else constant


def _same_in_keras(dotted: str) -> str:
    """``tf.initializers.zeros``: TensorFlow keeps some modules of Keras under its own name too."""
    parts = dotted.split(".", 2)
    if len(parts) == 3 and parts[0] == "tensorflow" and parts[1] in _DOUBLED:
        path = f"tensorflow.keras.{parts[1]}.{parts[2]}"
        if keras_api.exists(path):
            return path
    return dotted


_DOUBLED = frozenset({"initializers", "losses", "metrics", "optimizers"})


def _of_its_own_object(state: State, node: syntax.Node, scope: Scope) -> bool:
    """Whether a weight is that of a metric or layer of the user (``self.total.assign(...)``)."""
    held = node.value if isinstance(node, syntax.Attribute) else None
    if not isinstance(held, syntax.Attribute) or not isinstance(held.value, syntax.Name):
        return False
    owner = evaluate(state, held.value, scope).value
    if not isinstance(owner, Instance) or owner.cls.keras is None:
        return False
    symbol = keras_api.symbol(owner.cls.keras)
    return symbol is not None and symbol.kind in ("layer", "metric")


def attribute(state: State, base: Fact, name: str, node: syntax.Node, scope: Scope) -> Fact:
    """The attribute ``name`` of a value."""
    value: AbstractValue = base.value
    kind = type(value)
    if (
        name in WEIGHT_SETTERS
        and (kind is Unknown or kind is BoundMethod)
        and not _of_its_own_object(state, node, scope)
    ):
        # ``for weight in model.weights: weight.assign(...)``: whose weight it is, is not known.
        for building in state.models:
            building.weights_given = True
    if kind is QualifiedName:
        if state.patched:
            replaced = patches.found(state, f"{value.dotted}.{name}")
            if replaced is not None:
                return replaced
        if state.project is not None and state.project.aliases:
            aliased = state.project.aliased_attribute(state, value, name, state.site(node))
            if aliased is not None:
                return aliased
        return Fact(_inside(value.dotted, name), state.site(node))
    if kind is Unknown:
        expr = f"{value.symbol}.{name}" if value.symbol else ""
        site = state.site(node)
        return Fact(Unknown(value.reason.removeprefix(FRACTION), site, expr), site)
    if kind is BoundMethod:
        return Fact(BoundMethod(base, name), state.site(node))
    if isinstance(value, (Forecast, Weights)):
        return Fact(Unknown(value.reason, state.site(node)), state.site(node))
    if kind is FileModule and name != "__dict__":
        found = state.project.member(state, base, name) if state.project is not None else None
        return found if found is not None else state.unknown(node, "not defined in that file")
    if name == "__dict__" and kind is Instance:
        return Fact(classes.attributes_of(value), state.site(node))
    if name == "__dict__" and kind in (Class, FileModule):
        return Fact(effects.names_of(state, value.scope, node), state.site(node))
    if isinstance(value, (Instance, Super, Class)):
        return calls.member(state, base, name, node)
    if isinstance(value, (TensorRef, LayerRef, ModelRef, Object)):
        found = keras_objects.attribute(state, base, name, state.site(node))
        return found if found is not None else Fact(BoundMethod(base, name), state.site(node))
    if isinstance(value, Array):
        found = arrays.attribute(state, value, name, state.site(node))
        return found if found is not None else Fact(BoundMethod(base, name), state.site(node))
    if kind is ListValue and value.names:
        if name in value.names:
            return cast(Fact, value.items[value.names.index(name)])
        if value.cls is not None and classes.find_member(value.cls, name) is not None:
            return _tuple_member(state, base, name, node)
    if isinstance(value, DictValue) and name in value.entries and name not in builtins.DICT_METHODS:
        return value.entries[name]  # argparse.Namespace and friends are read as mappings
    return Fact(BoundMethod(base, name), state.site(node))


def _tuple_member(state: State, base: Fact, name: str, node: syntax.Node) -> Fact:
    """A method or property that the user's class of named tuples defines."""
    found = classes.find_member(base.value.cls, name)  # type: ignore[union-attr]
    if found is None or not isinstance(found[1].value, Function):
        return found[1] if found is not None else state.unknown(node, "not defined in this file")
    if found[1].value.wraps == "property":
        return calls.call_function(state, found[1].value, Arguments([], []), node, base)
    if found[1].value.wraps == "staticmethod":
        return found[1]
    if found[1].value.wraps == "classmethod":
        return state.unknown(node, "a class method of a tuple")
    return Fact(Partial(found[1], (base,), ()), state.site(node))


# -- operators ------------------------------------------------------------------------------------


def _binary(state: State, node: syntax.BinaryOperation, scope: Scope) -> Fact:
    # A chain such as "a" + b + "c" + ... nests to the left: walk down first, then combine upwards.
    chain: list[syntax.BinaryOperation] = [node]
    while type(chain[-1].left) is syntax.BinaryOperation:
        chain.append(chain[-1].left)
    left = evaluate(state, chain[-1].left, scope)
    for operation in reversed(chain):
        state.steps += 1
        right = evaluate(state, operation.right, scope)
        left = combine(state, type(operation.operator), left, right, operation)
    return left


_ARITHMETIC = frozenset({"+", "-", "*", "/", "**"})


def combine(
    state: State, kind: type[syntax.Node], left: Fact, right: Fact, node: syntax.Node
) -> Fact:
    """The value of ``left operator right``."""
    symbol, function = BINARY[kind]
    a, b = left.value, right.value
    site = state.site(node)
    if isinstance(a, PLAIN) and isinstance(b, PLAIN):
        try:
            made = binary(symbol, function, a, b)
        except Refused:
            return Fact(Unknown("arithmetic kerlint does not follow", site), site)
        if made.__class__ in _TEXTS and not fits(state, made):
            return Fact(Unknown("a very long text", site), site)
        return Fact(made, site)
    if isinstance(a, TensorRef) or isinstance(b, TensorRef):
        return keras_objects.operate(state, symbol, [left, right], site)
    forecast = a if isinstance(a, Forecast) else b
    if isinstance(forecast, Forecast) and symbol in _ARITHMETIC:
        return Fact(forecast, site)
    # A condition around it may have asked whether it is to be done.
    if symbol == "/" and b == 255 and not state.open_decisions and arrays.was_scaled(a):
        keras_objects.record(
            state, keras_objects.DIVIDED, symbol, Arguments([left, right], []), site
        )
    if isinstance(a, Array) or isinstance(b, Array):
        if symbol == "-":
            keras_objects.note_stretched(state, left, right, site)
        made = arrays.binary(symbol, a, b)
        given = a if isinstance(a, Array) else b
        if isinstance(made, Array) and isinstance(given, Array):
            if given.integers and made.integers is False:
                made = made.replace(site=site)  # labels that were scaled show it here
        return Fact(made, site)
    if isinstance(a, ListValue) and isinstance(b, ListValue):
        if symbol == "+" and a.kind == b.kind and a.kind in ("list", "tuple"):
            count = len(a.items) + len(b.items)
            complete = a.complete and b.complete and count <= MAX_ITEMS
            if not state.has_room(min(count, MAX_ITEMS)):
                return Fact(ListValue(a.kind, [], False, state.unbounded_loops), site)
            items = (a.items + b.items) if a.complete else list(a.items)
            return Fact(ListValue(a.kind, items[:MAX_ITEMS], complete, state.unbounded_loops), site)
        if symbol in _SET_OPERATORS and "set" in a.kind and "set" in b.kind:
            try:
                whole = function(concrete(state, left), concrete(state, right))
            except (NotKnown, TypeError):
                state.doubts += 1
                return Fact(ListValue(a.kind, [], False, state.unbounded_loops), site)
            items = [item for item in (*a.items, *b.items) if concrete(state, item) in whole]
            if len(whole) > MAX_ITEMS:
                return Fact(ListValue(a.kind, [], False, state.unbounded_loops), site)
            return Fact(as_set(state, items, a.kind, True, state.unbounded_loops), site)
        return Fact(Unknown("arithmetic that raises an error", site), site)
    if isinstance(a, ListValue) and symbol == "+" or isinstance(b, ListValue) and symbol == "+":
        state.doubts += 1
        if isinstance(a, ListValue) and a.kind in ("list", "tuple") and not isinstance(b, PLAIN):
            return Fact(ListValue(a.kind, list(a.items), False, state.unbounded_loops), site)
        return Fact(Unknown("a list joined to something unknown", site), site)
    for many, times in ((a, b), (b, a)):
        if isinstance(many, ListValue) and symbol == "*" and many.kind in ("list", "tuple"):
            count = times * len(many.items) if isinstance(times, int) else -1
            if isinstance(times, int) and count <= MAX_ITEMS and state.has_room(count):
                if abs(times) > sys.maxsize:
                    return Fact(Unknown("a number that Python refuses", site), site)
                items = many.items * times
                if times > 1:
                    keras_objects.note_multiplied(state, many.items, node)
                return Fact(ListValue(many.kind, items, many.complete, state.unbounded_loops), site)
            state.doubts += 1
            return Fact(ListValue(many.kind, [], False, state.unbounded_loops), site)
    if isinstance(a, DictValue) and symbol == "|":
        merged = DictValue({}, True, state.unbounded_loops)
        containers.merge(state, merged, a, site)
        containers.merge(state, merged, b if isinstance(b, DictValue) else None, site)
        return Fact(merged, site)
    if isinstance(a, str) and symbol == "%":
        try:
            if isinstance(b, ListValue) and b.kind == "tuple":
                if not b.complete or not state.has_room(len(b.items)):
                    raise NotKnown
                printed = tuple(concrete(state, item, printed=True) for item in b.items)
                return Fact(binary("%", function, a, printed), site)
            return Fact(binary("%", function, a, concrete(state, right, printed=True)), site)
        except (Refused, NotKnown):
            pass
        return Fact(Unknown("text with unknown parts", site), site)
    if a.__class__ is Weights and b.__class__ is Weights and symbol == "+":
        return Fact(Weights(a.reason, site, "", (*a.models, *b.models)), site)
    x, y = expr_of(a), expr_of(b)
    expr = f"({x} {symbol} {y})" if x and y and len(x) + len(y) < 120 else ""
    reason = next((v.reason for v in (a, b) if isinstance(v, Unknown)), "unknown operands")
    if symbol == "/" and not reason.startswith(FRACTION):
        reason = f"{FRACTION}{reason}"
    return Fact(Unknown(reason, site, expr), site)


def _unary(state: State, node: syntax.UnaryOperation, scope: Scope) -> Fact:
    fact = evaluate(state, node.expression, scope)
    value, site = fact.value, state.site(node)
    if type(node.operator) is syntax.Not:
        known = truth(state, fact)
        if known is not None:
            return Fact(not known, site)
        expr = value.symbol if isinstance(value, Unknown) else ""
        return Fact(Unknown(UNDECIDED, site, f"not {expr}" if expr else ""), site)
    if isinstance(value, (bool, int, float, complex)):
        if type(node.operator) is syntax.Minus:
            return Fact(-value, site, fact.copied_through)
        if type(node.operator) is syntax.Plus:
            return Fact(+value, site, fact.copied_through)
        if isinstance(value, int):
            return Fact(~value, site)
    if isinstance(value, Array):
        if type(node.operator) is syntax.BitInvert:
            return Fact(arrays.invert(value), site)
        return Fact(arrays.negate(value) if type(node.operator) is syntax.Minus else value, site)
    if isinstance(value, TensorRef):
        if type(node.operator) is syntax.Plus:
            return fact
        word = "negative" if type(node.operator) is syntax.Minus else "invert"
        return keras_objects.operate(state, word, [fact], site)
    expr = f"-{value.symbol}" if isinstance(value, Unknown) and value.symbol else ""
    return Fact(Unknown("unknown operand", site, expr), site)


def _boolean(state: State, node: syntax.BooleanOperation, scope: Scope) -> Fact:
    """``and`` and ``or``: the value that decides, as far as it is known which."""
    left = evaluate(state, node.left, scope)
    known = truth(state, left)
    wants_true = type(node.operator) is syntax.Or
    if known is not None:
        return left if known == wants_true else evaluate(state, node.right, scope)
    state.guards.append(guard_of_test(state, node.left, scope, left))
    try:
        right = evaluate(state, node.right, scope)
    finally:
        state.guards.pop()
    other = truth(state, right)
    site = state.site(node)
    if other is wants_true and isinstance(right.value, bool):
        return Fact(Unknown(_TRUE if wants_true else _FALSE, site), site)  # anything or True
    if other is (not wants_true) and isinstance(right.value, bool):
        return left  # anything and True is the other side's truth
    word = "or" if wants_true else "and"
    x, y = expr_of(left.value), expr_of(right.value)
    if isinstance(left.value, Unknown) and not isinstance(right.value, (Unknown, bool)):
        # ``settings or default``: nobody knows; but a condition may hang on it.
        reason = left.value.reason.removeprefix(FRACTION)
        return Fact(Unknown(reason, site, x and f"{x} {word} ..."), site)
    return Fact(Unknown("one of two values", site, f"({x} {word} {y})" if x and y else ""), site)


def _comparison(state: State, node: syntax.Comparison, scope: Scope) -> Fact:
    left = evaluate(state, node.left, scope)
    site = state.site(node)
    result: Fact | None = None
    for target in node.comparisons:
        right = evaluate(state, target.comparator, scope)
        result = _compare(state, type(target.operator), left, right, site)
        if result.value is False or len(node.comparisons) > 1 and result.value is not True:
            return result if result.value is False else Fact(Unknown("not decided", site), site)
        left = right
    return result if result is not None else left


def _compare(state: State, kind: type[syntax.Node], left: Fact, right: Fact, site: Site) -> Fact:
    symbol, function = COMPARE[kind]
    a, b = left.value, right.value
    if symbol in ("in", "not in"):
        if keras_objects.is_recorded(right):
            keras_objects.note_keys_asked(state, site)
        found = _contains(state, left, right)
        if found is not None:
            return Fact(found == (symbol == "in"), site)
    elif isinstance(a, PLAIN) and isinstance(b, PLAIN):
        if symbol in ("is", "is not"):
            same = _is_identical(a, b)
            if same is not None:
                return Fact(same == (symbol == "is"), site)
        else:
            try:
                return Fact(bool(function(a, b)), site)
            except Exception:  # Python would raise here too; then the comparison decides nothing
                return Fact(Unknown("a comparison Python refuses", site), site)
    elif isinstance(a, (ListValue, DictValue)) and isinstance(b, (ListValue, DictValue, *PLAIN)):
        if symbol in ("is", "is not"):
            if a is b or not isinstance(a, ListValue) or a.kind == "list" or a.items:
                return Fact((a is b) == (symbol == "is"), site)
        elif {"iterator", "view"}.isdisjoint((getattr(a, "kind", ""), getattr(b, "kind", ""))):
            try:
                return Fact(bool(function(concrete(state, left), concrete(state, right))), site)
            except (NotKnown, TypeError):
                pass
    elif isinstance(a, Instance) and isinstance(b, Instance) and symbol in _SAMENESS:
        own = a.cls.fields is not None or classes.find_member(a.cls, "__eq__") is not None
        if a.model is None and a.layer is None and (symbol in ("is", "is not") or not own):
            if symbol in ("is", "is not") or b.cls is a.cls:
                return Fact((a is b) == (symbol in ("is", "==")), site)
    elif (
        isinstance(a, Instance)
        and isinstance(b, PLAIN)
        and b is not None
        and symbol in ("==", "!=")
    ):
        if a.cls.members is not None and classes.find_member(a.cls, "__eq__") is None:
            return Fact(symbol == "!=", site)
    elif b is None and symbol in ("is", "is not", "==", "!="):
        own = isinstance(a, Instance) and classes.find_member(a.cls, "__eq__") is not None
        if not isinstance(a, Unknown) and (symbol in ("is", "is not") or not own):
            return Fact(symbol in ("is not", "!="), site)
    elif isinstance(a, Class) and isinstance(b, Class) and symbol in ("is", "is not"):
        return Fact((a is b) == (symbol == "is"), site)
    elif (
        isinstance(a, QualifiedName)
        and isinstance(b, QualifiedName)
        and symbol in ("is", "is not", "==", "!=")
    ):
        return Fact((_canonical(a) == _canonical(b)) == (symbol in ("is", "==")), site)
    elif type(a) is not type(b) and isinstance(a, _CODE) and isinstance(b, _CODE):
        if symbol in _SAMENESS:  # ``layer is Attention`` of one's own, where it is one of Keras
            return Fact(symbol in ("is not", "!="), site)
    if isinstance(a, TensorRef) or isinstance(b, TensorRef):
        if symbol in keras_objects.COMPARISONS:
            return keras_objects.operate(state, symbol, [left, right], site)
    if isinstance(a, Array) or isinstance(b, Array):
        if symbol in ("==", "!="):
            keras_objects.note_stretched(state, left, right, site)
        return Fact(arrays.compare(symbol, a, b), site)
    positive = {"!=": "==", "is not": "is", "not in": "in"}.get(symbol, symbol)
    x, y = expr_of(a), expr_of(b)
    expr = f"{x} {positive} {y}" if x and y else ""
    if expr and positive != symbol:
        expr = f"not {expr}"
    return Fact(Unknown(UNDECIDED, site, expr), site)


def _canonical(value: QualifiedName) -> str:
    """The class behind a name in Keras: ``Conv2D`` and ``Convolution2D`` are the same class."""
    located = keras_api.locate(value.dotted)
    return located.name if located is not None and located.name is not None else value.dotted


_TEXTS = (str, bytes)
_CODE = (Builtin, Class, Function, QualifiedName)
_SAMENESS = frozenset({"is", "is not", "==", "!="})
_SET_OPERATORS = frozenset({"|", "&", "-", "^"})


def _is_identical(a: AbstractValue, b: AbstractValue) -> bool | None:
    """``a is b`` of plain values: equal numbers or texts may be one object, or two."""
    if type(a) is not type(b) or a != b:
        return False
    if a is None or isinstance(a, bool) or (isinstance(a, int) and -5 <= a <= 256):
        return True
    return None


def _contains(state: State, left: Fact, right: Fact) -> bool | None:
    a, b = left.value, right.value
    if isinstance(b, DictValue):
        # What is in an incomplete one may be there only if some code has run.
        return a in b.entries if isinstance(a, (str, int)) and b.complete else None
    if isinstance(b, ListValue):
        items, complete = containers.all_of(state, right)
        if isinstance(a, Instance):
            if any(item.value is a for item in items):
                return True
            plain = all(isinstance(item.value, Instance) for item in items)
            own = a.cls.fields is not None or classes.find_member(a.cls, "__eq__") is not None
            return False if complete and plain and not own else None
        try:
            wanted = concrete(state, left)
            answers = [_equal(state, wanted, item) for item in items]
        except NotKnown:
            return None
        if True in answers:
            return True if complete else None
        return None if None in answers or not complete else False
    if isinstance(a, str) and isinstance(b, str):
        return a in b
    return None


def _equal(state: State, wanted: Any, item: Fact) -> bool | None:
    try:
        return bool(wanted == concrete(state, item))
    except NotKnown:
        return None


def _conditional(state: State, node: syntax.IfExp, scope: Scope) -> Fact:
    arm = node.body if evaluate_condition(state, node.test, scope) else node.orelse
    state.guards.append(guard_of_test(state, node.test, scope))
    try:
        return evaluate(state, arm, scope)
    finally:
        state.guards.pop()


def _named(state: State, node: syntax.NamedExpr, scope: Scope) -> Fact:
    fact = evaluate(state, node.value, scope)
    if type(node.target) is syntax.Name:
        holder = scope
        while holder.comprehension and holder.parent is not None:
            holder = holder.parent
        holder.bind(node.target.value, fact)
    return fact


# -- subscripts -----------------------------------------------------------------------------------


def _subscript(state: State, node: syntax.Subscript, scope: Scope) -> Fact:
    base = evaluate(state, node.value, scope)
    return subscript(state, base, indices_of(state, node, scope), node)


def indices_of(state: State, node: syntax.Subscript, scope: Scope) -> list[Any]:
    """What stands between the brackets: each a ``Fact``, or a tuple of three for a slice."""
    indices: list[Any] = []
    for element in node.slice:
        part = element.slice
        if type(part) is syntax.Index:
            indices.append(evaluate(state, part.value, scope))
        elif type(part) is syntax.Slice:
            bounds = [
                evaluate(state, bound, scope) if bound is not None else None
                for bound in (part.lower, part.upper, part.step)
            ]
            indices.append(tuple(bounds))
    return indices


def subscript(state: State, base: Fact, indices: list[AbstractValue], node: syntax.Node) -> Fact:
    """``base[indices]``: each index a ``Fact``, or a tuple of three for a slice."""
    value, site = base.value, state.site(node)
    first = indices[0] if len(indices) == 1 else None
    if isinstance(value, Array):
        return Fact(arrays.subscript(value, indices, site), site)
    if isinstance(value, TensorRef):
        return keras_objects.operate(state, "getitem", [base], site)
    if isinstance(value, ListValue) and first is not None:
        if isinstance(first, Fact):
            index = first.value
            if isinstance(index, int) and (value.complete or index >= 0) and _has_order(value):
                if -len(value.items) <= index < len(value.items):
                    item = value.items[index]
                    if value.complete or not isinstance(item.value, PLAIN):
                        return item
        elif value.complete and _has_order(value):
            bounds = [bound.value if bound is not None else None for bound in first]
            if all(bound is None or isinstance(bound, int) for bound in bounds):
                if bounds[2] != 0 and state.has_room(len(value.items)):
                    items = value.items[slice(*cast("list[int | None]", bounds))]
                    return Fact(ListValue(value.kind, items, True, state.unbounded_loops), site)
        return Fact(Unknown("an element of a list that is not known", site), site)
    if isinstance(value, Instance) and isinstance(first, Fact):
        made = calls.call_member(state, base, "__getitem__", Arguments([first], []), node)
        if made is not None:
            return made
    if isinstance(value, DictValue) and isinstance(first, Fact):
        if isinstance(first.value, (str, int)) and first.value in value.entries:
            return value.entries[first.value]
        return Fact(Unknown("an entry of a dictionary that is not known", site), site)
    if isinstance(value, str) and first is not None:
        if isinstance(first, Fact):
            if isinstance(first.value, int) and -len(value) <= first.value < len(value):
                return Fact(value[first.value], site)
        else:
            ends = [bound.value if bound is not None else None for bound in first]
            if all(end is None or isinstance(end, int) for end in ends) and ends[2] != 0:
                if not fits(state, value):
                    return Fact(Unknown("a very long text", site), site)
                return Fact(value[slice(*cast("list[int | None]", ends))], site)
    if isinstance(value, QualifiedName):
        return Fact(value, site)  # typing: ``list[int]``, ``Callable[..., T]``
    if isinstance(value, Unknown):
        text = ""
        if isinstance(first, Fact) and value.reason == keras_objects.RECORDED:
            keras_objects.note_key(state, value, first, site)
        if isinstance(first, Fact) and value.symbol:
            inner = expr_of(first.value)
            text = f"{value.symbol}[{inner}]" if inner else ""
        return Fact(Unknown(value.reason.removeprefix(FRACTION), site, text), site)
    return Fact(Unknown("an element kerlint cannot look up", site), site)


def _has_order(value: ListValue) -> bool:
    """Whether Python lets one take the elements of this by number."""
    return value.kind in ("index", "list", "tuple", "range")


# -- comprehensions, lambdas, calls ---------------------------------------------------------------


def _comprehension(state: State, node: Any, scope: Scope) -> Fact:
    inner = Scope(scope, comprehension=True)
    items: list[Fact] = []
    begun, built = state.steps, state.allocations
    left_out = state.unknown(node.elt, "in a long table of numbers")
    cycle = Cycle(inner.names, len(state.scopes))

    def turn() -> None:
        # Numbers tell nothing that is worth the steps, and what builds layers is never as long.
        if (
            state.steps - begun > LONG_TABLE
            and state.allocations == built
            and not _acts(state, node)
        ):
            items.append(left_out)
        else:
            items.append(_in_turn(state, cycle, node.elt, inner))

    complete = _loop(state, node.for_in, inner, turn, cycle, node.elt)
    kind = _COMPREHENDED[type(node)]
    if kind == "set":
        return Fact(as_set(state, items, kind, complete, state.unbounded_loops), state.site(node))
    made = ListValue(kind, items, complete, state.unbounded_loops)
    if kind == "iterator":
        made.born = state.clock  # later on it may give something else
    return Fact(made, state.site(node))


def _in_turn(state: State, cycle: Cycle, node: syntax.Expression, scope: Scope) -> Fact:
    """An element of a comprehension; conditions that are not decided may differ between turns."""
    fact = evaluate(state, node, scope)
    if cycle.whole:
        cycle.whole = False
        if isinstance(fact.value, PLAIN):
            return containers.blurred(fact)
        if not isinstance(fact.value, havoc.KEPT):
            return state.unknown(node, "differs from turn to turn")
    return fact


def _acts(state: State, node: syntax.Node) -> bool:
    """Whether evaluating an expression may change something."""
    effects = havoc.effects_of(state, node)
    return bool(effects.containers or effects.names or effects.attributes)


_COMPREHENDED: dict[type[syntax.Node], str] = {
    syntax.ListComp: "list",
    syntax.SetComp: "set",
    syntax.GeneratorExp: "iterator",
}


def _dict_comprehension(state: State, node: syntax.DictComp, scope: Scope) -> Fact:
    inner = Scope(scope, comprehension=True)
    mapping = DictValue({}, True, state.unbounded_loops)
    begun, built = state.steps, state.allocations
    cycle = Cycle(inner.names, len(state.scopes))

    def turn() -> None:
        if (
            state.steps - begun > LONG_TABLE
            and state.allocations == built
            and not _acts(state, node)
        ):
            if mapping.complete:
                mapping.merge(None, state.site(node))
            return
        key = _in_turn(state, cycle, node.key, inner).value
        fact = _in_turn(state, cycle, node.value, inner)
        if isinstance(key, (str, int)):
            mapping.entries[key] = fact
        else:
            mapping.merge(None, state.site(node.key))

    mapping.complete = _loop(state, node.for_in, inner, turn, cycle) and mapping.complete
    return Fact(mapping, state.site(node))


def _loop(
    state: State,
    clause: syntax.CompFor,
    scope: Scope,
    turn: Callable[[], None],
    cycle: Cycle,
    element: syntax.Node | None = None,
) -> bool:
    """Execute every iteration of a comprehension; False when not all of them are known."""
    given = evaluate(state, clause.iter, scope)
    if type(given.value) is Object and element is not None:
        keras_objects.note_pass(state, given, clause.target, element, state.site(clause))
    items, complete = containers.iterate(state, given)
    if type(given.value) is Object:
        items = arrays.batch_of(state, given.value, state.site(clause))
    if len(items) > MAX_TURNS:
        items, complete = items[:1], False
    if not items and complete:
        return True
    if not items:
        items = [state.unknown(clause, "one of an unknown number of turns")]
    open_loop = not complete
    guards, cycles = len(state.guards), len(state.cycles)
    state.unbounded_loops += open_loop
    if open_loop or len(items) > 1:
        state.cycles.append(cycle)
    try:
        for item in items:
            assignments.assign(state, clause.target, item, scope)
            skip = False
            for test in clause.ifs:
                known = truth(state, evaluate(state, test.test, scope))
                state.guards.append(guard_of_test(state, test.test, scope))
                skip = skip or known is False
                complete = complete and known is not None
            if skip:
                del state.guards[guards:]
                continue
            if clause.inner_for_in is not None:
                inner = clause.inner_for_in
                complete = _loop(state, inner, scope, turn, cycle, element) and complete
            else:
                turn()
            del state.guards[guards:]
    finally:
        del state.guards[guards:]
        del state.cycles[cycles:]
        state.unbounded_loops -= open_loop
    return complete


def _lambda(state: State, node: syntax.Lambda, scope: Scope) -> Fact:
    defaults = calls.defaults(state, node.params, scope)
    site = state.site(node)
    made = Function(
        "<lambda>", node, scope.hold(), defaults, site, in_other_module=state.in_other_module
    )
    return Fact(made, site)


def _await(state: State, node: syntax.Await, scope: Scope) -> Fact:
    return evaluate(state, node.expression, scope)


def _yield(state: State, node: syntax.Yield, scope: Scope) -> Fact:
    holder: Scope = scope
    if holder.around is not None:
        around, holder.around = holder.around, None
        value = node.value
        if isinstance(value, syntax.Expression):
            around(evaluate(state, value, scope))
        else:
            around(Fact(None, state.site(node)))
        return Fact(None, state.site(node))
    if holder.yielded is None:
        holder.yielded = ListValue("iterator", [], not state.unbounded_loops, 0)
    made = holder.yielded
    state.mutations += 1
    if isinstance(node.value, syntax.From):
        fact = evaluate(state, node.value.item, scope)
        items, complete = containers.iterate(state, fact)
        if len(made.items) + len(items) > MAX_ITEMS:
            items, complete = [], False
        made.items.extend(items)
        made.complete = made.complete and complete
    elif node.value is not None:
        made.items.append(evaluate(state, node.value, scope))
    else:
        made.items.append(Fact(None, state.site(node)))
    made.complete = made.complete and not state.unbounded_loops
    return state.unknown(node, "what a generator is sent")


def arguments(state: State, args: Any, scope: Scope) -> Arguments:
    """Evaluate the arguments of a call, unpacking ``*`` and ``**`` where they are known."""
    result = Arguments([], [])
    open_ = False
    for arg in args:
        fact = evaluate(state, arg.value, scope)
        if arg.keyword is not None:
            result.keywords.append((arg.keyword.value, fact, state.site(arg)))
        elif not arg.star:
            if not open_:
                result.positional.append(fact)
        elif arg.star == "*":
            items, complete = containers.iterate(state, fact)
            if not open_:
                result.positional.extend(items)
            open_ = open_ or not complete  # what comes next is at a place that is not known
            result.partial = result.partial or not complete
        else:
            value = fact.value
            if isinstance(value, DictValue):
                for key, item in value.entries.items():
                    result.keywords.append((str(key), item, item.site))
                result.partial = result.partial or not value.complete
            else:
                result.partial = True
    return result


def _call(state: State, node: syntax.Call, scope: Scope) -> Fact:
    callee = evaluate(state, node.func, scope)
    called: AbstractValue = callee.value
    if type(called) is Builtin and called.name in ("super", "locals", "globals", "vars"):
        if called.name == "super":
            return calls.super_of(state, node, scope)
        facts = arguments(state, node.args, scope).positional
        if len(facts) == 1:
            value: AbstractValue = facts[0].value
            if isinstance(value, Instance):
                return Fact(classes.attributes_of(value), state.site(node))
            if isinstance(value, QualifiedName):
                return Fact(_inside(value.dotted, "__dict__"), state.site(node))
            if isinstance(value, (Class, FileModule)):
                return Fact(effects.names_of(state, value.scope, node), state.site(node))
        elif not facts and (called.name == "globals" or scope is scope.globals):
            return Fact(effects.names_of(state, scope.globals, node), state.site(node))
        return state.unknown(node, f"{called.name}()")
    if len(node.args) > 1 and (type(called) is Unknown or type(called) is QualifiedName):
        # ``self.assertRaises(ValueError, model.add, Dense(3))``: it is meant to come to nothing.
        state.guards.append(guard_of_call(node.func, scope))
        try:
            given = arguments(state, node.args, scope)
        finally:
            state.guards.pop()
    else:
        given = arguments(state, node.args, scope)
    if type(called) is Unknown and type(node.func) is syntax.Attribute:
        effects.method_called(state, node.func, scope)
        if state.loose:
            havoc.called_on_unknown(state, node.func.attr.value, state.site(node))
    return calls.call(state, callee, given, node)


_HANDLERS: dict[type[syntax.Node], Callable[[State, Any, Scope], Fact]] = {
    syntax.Integer: _literal,
    syntax.Float: _literal,
    syntax.Imaginary: _literal,
    syntax.SimpleString: _literal,
    syntax.BadLiteral: _bad_literal,
    syntax.FormattedString: _formatted,
    syntax.Ellipsis: _ellipsis,
    syntax.List: _list,
    syntax.Tuple: _tuple,
    syntax.Set: _set,
    syntax.Dict: _dict,
    syntax.Name: resolve_name,
    syntax.Attribute: resolve_attribute,
    syntax.BinaryOperation: _binary,
    syntax.UnaryOperation: _unary,
    syntax.BooleanOperation: _boolean,
    syntax.Comparison: _comparison,
    syntax.IfExp: _conditional,
    syntax.NamedExpr: _named,
    syntax.Subscript: _subscript,
    syntax.ListComp: _comprehension,
    syntax.SetComp: _comprehension,
    syntax.GeneratorExp: _comprehension,
    syntax.DictComp: _dict_comprehension,
    syntax.Lambda: _lambda,
    syntax.Await: _await,
    syntax.Yield: _yield,
    syntax.Call: _call,
}
