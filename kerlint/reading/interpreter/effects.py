"""What code that is not followed may change: containers, objects and globals become unknown.

A function of a library that is not known may change the lists, dictionaries and objects that it is
given, at once and whenever it is called again. It may call the functions that it is given. It
cannot bind the names of its caller, nor change numbers, texts and tuples of such.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, cast

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.values import Fact, LayerRef, ModelRef, Site, TensorRef, Unknown
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.patches import THIS_MODULE
from kerlint.reading.interpreter.state import State
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
)
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import NAMELESS, inside

REASON = "may be changed by code that kerlint could not read"
RESULT = "the result of "  # before the path of what was called, in the reason of an unknown value
MAX_EXPOSED = 64  # values that code which was not read keeps
MAX_DEPTH = 8  # containers inside containers, functions that call functions

# Libraries whose functions only read the lists and dictionaries that they are given.
READERS = frozenset(
    {"IPython", "PIL", "abc", "argparse", "ast", "base64", "builtins", "collections", "contextlib"}
    | {"copy", "csv", "cv2", "dataclasses", "datetime", "enum", "functools", "gc", "getpass"}
    | {"glob", "h5py", "hashlib", "imageio", "imblearn", "importlib", "inspect", "io", "itertools"}
    | {"joblib", "json", "keras", "librosa", "locale", "logging", "math", "matplotlib", "mlflow"}
    | {"nltk", "numpy", "operator", "os", "pandas", "pathlib", "pickle", "platform", "plotly"}
    | {"pprint", "psutil", "pylab", "pytest", "random", "re", "requests", "scipy", "seaborn"}
    | {"shutil", "signal", "skimage", "sklearn", "socket", "statistics", "string", "struct"}
    | {"subprocess", "sys", "tabulate", "tempfile", "tensorflow", "tensorflow_datasets"}
    | {"tensorflow_hub", "tensorflow_probability", "textwrap", "tf_keras", "threading", "time"}
    | {"albumentations", "catboost", "gensim", "gym", "gymnasium", "jax", "keras_cv", "keras_nlp"}
    | {"keras_tuner", "kerastuner", "lightgbm", "networkx", "numba", "shap", "spacy", "sympy"}
    | {"tensorflow_addons", "tensorflow_text", "tokenizers", "transformers", "xgboost"}
    | {"torch", "tqdm", "traceback", "types", "typing", "unittest", "urllib", "uuid", "wandb"}
    | {"warnings", "yaml", "zipfile"}
)

# ... but for these.
WRITERS = frozenset(
    {"bisect.insort", "bisect.insort_left", "bisect.insort_right", "unittest.mock.patch.dict"}
    | {f"heapq.{word}" for word in ("heapify", "heappop", "heappush", "heappushpop", "heapreplace")}
    | {f"operator.{word}" for word in ("delitem", "iadd", "iconcat", "ior", "setitem")}
)

# Methods that only read their arguments, or keep them, whatever they belong to.
READING_METHODS: frozenset[str] = frozenset(
    {"add", "add_argument", "add_scalar", "append", "apply", "bar", "barh", "batch", "boxplot"}
    | {"compile", "concat", "count", "critical", "debug", "drop", "dump", "dumps", "endswith"}
    | {"error", "evaluate", "exception", "extend", "fill_between", "fit", "fit_transform"}
    | {"format", "get", "hist", "imshow", "index", "info", "insert", "isin", "items", "join"}
    | {"keys", "legend", "log", "log_metrics", "log_params", "map", "mean", "plot", "predict"}
    | {"print", "reindex", "replace", "reshape", "sample", "save", "scatter", "score", "set_title"}
    | {"set_xlabel", "set_xlim", "set_xticklabels", "set_xticks", "set_ylabel", "set_ylim"}
    | {"set_yticklabels", "set_yticks", "split", "startswith", "subplot", "summary", "title"}
    | {"to_csv", "train_on_batch", "transform", "transpose", "values", "warn", "warning", "write"}
    | {"writelines", "writerow", "writerows"}
)


# Values whose names keep them when code that was not read may bind any name: what is imported,
# defined or built is hardly ever replaced by something of the same name that does something else.
_KEPT = (
    Class,
    LazyImport,
    FileModule,
    Function,
    LayerRef,
    ModelRef,
    QualifiedName,
    TensorRef,
    Unknown,
)


def unknown_if_data(names: Mapping[str, Fact], site: Site) -> dict[str, Fact]:
    """The names that hold numbers, texts, containers or data, each now unknown."""
    return {
        name: Fact(Unknown(REASON, site, name), site)
        for name, fact in names.items()
        if not isinstance(fact.value, _KEPT)
    }


def perhaps_rebound(names: Mapping[str, Fact], site: Site) -> dict[str, Fact]:
    """Classes and functions of Keras that a star import after theirs may have replaced.

    Modules stay what they are: ``keras`` and ``layers`` from elsewhere are those of Keras as well.
    """
    return {
        name: Fact(Unknown(REASON, site, name), site)
        for name, fact in names.items()
        if isinstance(fact.value, QualifiedName) and _is_imported_by_name(fact.value.dotted, name)
    }


def _is_imported_by_name(path: str, name: str) -> bool:
    located = keras_api.locate(path) if path.endswith(f".{name}") else None
    return (
        located is not None
        and located.name is not None
        and not keras_api.public_members(located.name)
    )


@dataclass(slots=True, eq=False)
class Names(DictValue):
    """``globals()``: what is put into it is bound, and the other way round."""

    def merge(self, other: DictValue | None, site: Site) -> None:
        if other is None or not other.complete:
            self.entries.update(unknown_if_data(cast("dict[str, Fact]", self.entries), site))
        if other is not None:
            self.entries.update(other.entries)


def reads_only(value: Unknown, method: str) -> bool:
    """Whether a call of something unknown is one that is known to leave its arguments alone."""
    return method in READING_METHODS or is_reader(value)


@lru_cache(maxsize=4096)
def leaves_alone(path: str) -> bool:
    """Whether a function of a library is known only to read the containers that it is given."""
    return path.partition(".")[0] in READERS and path not in WRITERS


def is_reader(value: Unknown) -> bool:
    """Whether an unknown value comes from a library that leaves alone what it is given."""
    return leaves_alone(value.reason.removeprefix(RESULT).removesuffix("()"))


def registers(decorator: Fact) -> bool:
    """Whether a decorator was not read, and so may keep the function and call it."""
    value: AbstractValue = decorator.value
    if isinstance(value, QualifiedName):
        return not leaves_alone(value.dotted)
    return isinstance(value, Unknown) and not is_reader(value)


def hand_over(state: State, args: Arguments, site: Site) -> None:
    """Code that was not read is given these values: it may change them, now and later."""
    for fact in args.facts():
        if type(fact.value) is QualifiedName and fact.value.dotted in THIS_MODULE:
            bind_anything(state, site)
        if fact.value.__class__ in _OPEN or fact.value.__class__ is BoundMethod:
            written = _displays(state, args, site) if type(fact.value) in _DISPLAYED else ()
            if fact.site in written:
                _expose_inside(state, fact)
            else:
                _expose(state, fact.value)
    if state.exposed:
        fire(state, site)
    if len(state.exposed) >= MAX_EXPOSED:
        for fact in args.facts():
            forget(state, fact, site)


def bind_anything(state: State, site: Site) -> None:
    """Code that was not read runs in the namespace of the file."""
    scope = state.scopes[-1] if state.scopes else state.module
    if scope is not None:
        state.mutations += 1
        names = scope.globals.names
        names.update(unknown_if_data(names, site))


def method_called(state: State, callee: syntax.Attribute, scope: Scope) -> None:
    """A method is called that an object of the user inherits from a class that was not read."""
    if type(callee.value) is not syntax.Name or callee.attr.value in READING_METHODS:
        return
    owner = scope.lookup(callee.value.value)
    value: AbstractValue = owner.value if owner is not None else None
    if owner is not None and type(value) is Instance:
        forget(state, owner, state.site(callee))
        _methods_called(state, value, state.site(callee))


def call_back(state: State, args: Arguments, site: Site) -> None:
    """A library that leaves containers alone may still call the functions that it is given."""
    # Asked at every call of a library, so without a generator.
    for fact in args.facts():
        value: AbstractValue = fact.value
        kind = type(value)
        if kind in _CALLED:
            _call_back(state, value, site)
        elif kind is ListValue and len(value.items) <= 16:
            for item in value.items:
                if type(item.value) in _CALLED:
                    _call_back(state, item.value, site)


def fire(state: State, site: Site, *, containers: bool = True) -> None:
    """Code that was not read runs: what it was ever given may change.

    ``containers``: not only what the functions change that it may call.
    """
    state.steps += len(state.exposed)
    functions: dict[int, list[Function]] = {}
    for value in [*state.exposed]:
        if isinstance(value, Function):
            functions.setdefault(id(value.scope), []).append(value)
        elif type(value) in _FUNCTIONS:
            _called(state, value, site, set())
        elif containers:
            forget(state, Fact(value, site), site)
            if isinstance(value, Instance):
                _methods_called(state, value, site)
    for several in functions.values():
        _all_called(state, several, None, site)


def _displays(state: State, args: Arguments, site: Site) -> set[Site]:
    """Arguments of a call that are written as a list or dictionary: nobody else has those."""
    call = state.sites.node(site)
    if type(call) is not syntax.Call:
        return set()
    return {state.site(arg.value) for arg in call.args if type(arg.value) in _LITERAL}


def _expose_inside(state: State, fact: Fact) -> None:
    """Note what else may change of a list or dictionary that is written in the call itself."""
    node: Any = state.sites.node(fact.site)
    written = {id(each.value) for each in node.elements}
    value: AbstractValue = fact.value
    items = value.items if isinstance(value, ListValue) else value.entries.values()
    for item in items:
        if type(item.value) in _DISPLAYED and item.site >= 0:
            inner = state.sites.node(item.site)
            if id(inner) in written and type(inner) in _LITERAL:
                _expose_inside(state, item)
                continue
        _expose(state, item.value)


_FUNCTIONS = frozenset({Function, Partial})
_CALLED = _FUNCTIONS | {Instance}
_DISPLAYED = frozenset({DictValue, ListValue})
_LITERAL = frozenset({syntax.Dict, syntax.List, syntax.Tuple, syntax.Set})
_HOLDING = frozenset({FileModule, Instance, DictValue, Names, Partial, ListValue})
_OPEN = _CALLED | {Class, FileModule, DictValue, Names, ListValue}


def _expose(
    state: State, value: AbstractValue, depth: int = 0, seen: set[int] | None = None
) -> None:
    """Note what may change from now on whenever code that was not read runs.

    ``seen``: containers that were looked into, as lists may share what is in them.
    """
    if type(value) is BoundMethod and (
        value.name in _CHANGING or value.name not in READING_METHODS
    ):
        value = value.receiver.value  # ``config.update``
    if type(value) not in _OPEN or depth > MAX_DEPTH or len(state.exposed) >= MAX_EXPOSED:
        return
    if isinstance(value, (DictValue, ListValue)):
        seen = set() if seen is None else seen
        if id(value) in seen:
            return
        seen.add(id(value))
        held = value.items if isinstance(value, ListValue) else value.entries.values()
        for item in held if type(value) in _DISPLAYED else ():
            _expose(state, item.value, depth + 1, seen)
    if isinstance(value, ListValue) and value.kind == "tuple":
        return
    if isinstance(value, Function):
        changes = changes_of(state, value.node)
        if not (changes.rebound or changes.mutated or changes.called or changes.passed):
            return
    if all(value is not other for other in state.exposed):
        state.exposed.append(value)


def _call_back(state: State, value: AbstractValue, site: Site) -> None:
    """Note a function that a library calls, and what an object does that it calls."""
    if isinstance(value, Instance):
        _methods_called(state, value, site, forgotten=False)
        return
    before = state.mutations
    _called(state, value, site, set())
    if state.mutations != before:  # nearly none changes anything
        _expose(state, value)


# -- forgetting -----------------------------------------------------------------------------------


def forget(
    state: State,
    fact: Fact,
    site: Site,
    attribute: str = "",
    depth: int = 0,
    seen: set[int] | None = None,
) -> None:
    """What a container or object holds may have been replaced; ``attribute``: only this one.

    Models, layers and tensors that an object keeps stay: code that is given the object uses them.
    ``seen``: containers that were forgotten on the way, as lists may share what is in them.
    """
    value: AbstractValue = fact.value
    kind = type(value)
    if kind not in _OPEN or depth > MAX_DEPTH:
        return
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if kind is ListValue:
        items = value.items
        if len(items) > 1 and items[0] is items[-1] and items.count(items[0]) == len(items):
            items = items[:1]  # a long list that was forgotten before
        if _is_blank(value.complete, items):
            return
        for item in value.items:
            forget(state, item, site, "", depth + 1, seen)
        if value.kind != "tuple":
            state.mutations += 1
            value.items[:] = [_unknown(site)] * len(value.items)
            value.complete = False
    elif isinstance(value, DictValue):
        if kind is DictValue and _is_blank(value.complete, value.entries.values()):
            return
        for item in list(value.entries.values()):
            forget(state, item, site, "", depth + 1, seen)
        state.mutations += 1
        value.merge(None, site)
    elif kind is Instance:
        for name, item in _inherited(value):
            if attribute in ("", name) and not isinstance(item.value, (Class, Function)):
                value.attributes.setdefault(name, item)
        for name, item in list(value.attributes.items()):
            if not attribute or name == attribute:
                value.attributes[name] = _forgotten(state, item, site, depth, seen)
        if not attribute:
            value.open = True
    elif kind is FileModule:
        for name, item in list(value.scope.names.items()):
            if name == attribute:
                value.scope.names[name] = _forgotten(state, item, site, depth, seen)
    elif kind is Class:
        for name, item in list(value.scope.names.items()):
            if not attribute or name == attribute:
                if not isinstance(item.value, (Function, Class)):
                    value.scope.names[name] = _forgotten(state, item, site, depth, seen)


def _is_blank(complete: bool, facts: Iterable[Fact]) -> bool:
    """Whether nothing is known of what a container holds: there is nothing left to forget."""
    return not complete and all(map(_is_nameless, facts))


def _is_nameless(fact: Fact) -> bool:
    """Whether a value is unknown, and not even known to be the same as another unknown one."""
    return isinstance(fact.value, Unknown) and not fact.value.symbol


def _inherited(instance: Instance) -> Iterator[tuple[str, Fact]]:
    """What the classes of an object give to it."""
    for cls in instance.cls.ancestry():
        yield from cls.scope.names.items()


def _forgotten(
    state: State, item: Fact, site: Site, depth: int = 0, seen: set[int] | None = None
) -> Fact:
    if isinstance(item.value, (LayerRef, ModelRef, TensorRef)) or _is_nameless(item):
        return item
    forget(state, item, site, "", depth + 1, seen)
    state.mutations += 1
    return (
        item
        if isinstance(item.value, (Instance, QualifiedName, Function, Class))
        else _unknown(site)
    )


def _unknown(site: Site) -> Fact:
    return Fact(Unknown(REASON, site), site)


# -- what a function changes when it is called by somebody else -----------------------------------


@dataclass(slots=True)
class Changes:
    """What the text of a function may change outside of it.

    ``mutated`` and ``called`` are names with an attribute or ''; ``passed`` has the name of the
    function that gets hold of each.
    """

    rebound: set[str] = field(default_factory=set)
    mutated: set[tuple[str, str]] = field(default_factory=set)
    called: set[tuple[str, str]] = field(default_factory=set)
    passed: set[tuple[str, str, str]] = field(default_factory=set)
    local: set[str] = field(default_factory=set)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """Of several methods: what they change, or call a method of, but for their object."""


def changes_of(state: State, node: syntax.Node) -> Changes:
    """What a function may change, from one look at its text."""
    known = state.sites.changes.get(id(node))
    if known is None:
        known = state.sites.changes[id(node)] = node, _look(node)
    return known[1]


def _called(state: State, value: AbstractValue, site: Site, seen: set[int]) -> None:
    own: Fact | None = None
    if isinstance(value, Partial):
        own = value.positional[0] if value.positional else None
        value = value.callee.value
    if not isinstance(value, Function) or id(value.node) in seen or len(seen) > 50:
        return
    seen.add(id(value.node))
    params: Any = value.node.params
    first = (*params.posonly_params, *params.params)
    name = first[0].name.value if first and value.owner is not None else ""
    _apply(state, changes_of(state, value.node), value.scope, (name, own), site, seen)


def function_called(state: State, function: Function, site: Site) -> None:
    """Somebody who was not read has called a function."""
    _called(state, function, site, set())


def may_change(fact: Fact) -> bool:
    """Whether a value is a container or object of which something is known that may change."""
    value: AbstractValue = fact.value
    if isinstance(value, ListValue):
        return value.kind != "tuple" and bool(value.items)
    if isinstance(value, Class):
        return any(not isinstance(held.value, Function) for held in value.scope.names.values())
    return isinstance(value, Instance) or isinstance(value, DictValue) and bool(value.entries)


def changes_outside(state: State, function: Function) -> bool:
    """Whether a function may change something that others see, as far as its text shows."""
    changes = changes_of(state, function.node)
    touched = {name for name, _ in changes.mutated} | {name for _, name, _ in changes.passed}
    touched |= {name for name, _ in changes.called}
    return bool(changes.rebound) or any(
        fact is not None and type(fact.value) in _OPEN
        for fact in map(function.scope.lookup, touched - changes.local)
    )


def not_followed(state: State, statement: syntax.Node, scope: Scope) -> None:
    """A statement is not executed: what it binds and what it may change is unknown."""
    site = state.site(statement)
    changes = _look(statement)
    for name in changes.local | changes.rebound:
        scope.names[name] = Fact(
            Unknown("assigned by code that kerlint could not read", site, name), site
        )
    _apply(state, replace(changes, local=set()), scope, ("", None), site, set())


def _apply(
    state: State,
    changes: Changes,
    scope: Scope,
    first: tuple[str, Fact | None],
    site: Site,
    seen: set[int],
) -> None:
    """Forget what code changes that has these names; ``first``: the parameter ``self``."""

    def meant(name: str) -> Fact | None:
        if name == first[0]:
            return first[1]
        if name in changes.aliases:
            root, attribute = changes.aliases[name]
            fact = first[1] if root == first[0] else scope.lookup(root)
            if fact is None or not attribute:
                return fact
            held = getattr(fact.value, "attributes", {}).get(attribute)
            return held if isinstance(held, Fact) else None
        return None if name in changes.local else scope.lookup(name)

    for name in changes.rebound:
        _rebind(state, scope, name, site)
    for name, attribute in changes.mutated:
        fact = meant(name)
        if fact is not None:
            forget(state, fact, site, attribute)
    for callee, name, attribute in changes.passed:
        fact = meant(name)
        if fact is not None and not _is_reader(scope, callee, meant(callee.partition(".")[0])):
            forget(state, fact, site, attribute)
    for name, word in changes.called:
        fact = meant(name)
        if fact is None:
            continue
        if not word:
            _called(state, fact.value, site, seen)
        elif isinstance(fact.value, Instance):
            found = classes.find_member(fact.value.cls, word)
            if found is not None:
                _called(state, Partial(found[1], (fact,), ()), site, seen)
        elif word not in READING_METHODS or word in _CHANGING:
            forget(state, fact, site)


_CHANGING = frozenset({"add", "append", "extend", "insert"})


def _methods_called(state: State, value: Instance, site: Site, *, forgotten: bool = True) -> None:
    """Any method of an object is called by somebody who is not read.

    ``forgotten``: what the object has is unknown already, only what is outside of it matters.
    """
    if forgotten and not any(_may_change_outside(state, scope) for scope in _scopes(value.cls)):
        return
    methods: dict[int, list[Function]] = {}
    for _, fact in _inherited(value):
        if isinstance(fact.value, Function) and fact.value.name != "__init__":
            methods.setdefault(id(fact.value.scope), []).append(fact.value)
    for several in methods.values():
        _all_called(state, several, value, site, forgotten=forgotten)


def _scopes(cls: Class) -> Iterator[Scope]:
    """The scopes in which a class and its bases are defined, which their methods see."""
    for each in cls.ancestry():
        if each.scope.parent is not None:
            yield each.scope.parent


def _all_called(
    state: State,
    functions: list[Function],
    value: Instance | None,
    site: Site,
    *,
    forgotten: bool = True,
) -> None:
    """Functions of one scope are called, or methods of an object ``value``."""
    scope = functions[0].scope
    if forgotten and not _may_change_outside(state, scope):
        return
    changes = _changes_of_all(state, functions)
    if not forgotten or changes.rebound or _leads_outside(changes, scope, value):
        own = Fact(value, site) if value is not None else None
        _apply(state, changes, scope, (_SELF, own), site, set())


def _may_change_outside(state: State, scope: Scope) -> bool:
    """Whether there is anything that functions of a scope could change, whatever they do.

    The text of the functions is not looked at for that: most files have nothing of the kind.
    """
    if scope.parent is not None or state.project is None or state.project.names.rebound:
        return True
    return any(
        fact.value.__class__ in _HOLDING or (type(fact.value) is Class and may_change(fact))
        for fact in scope.names.values()
    )


def _leads_outside(changes: Changes, scope: Scope, value: Instance | None) -> bool:
    """Whether methods use something else than their object that may change."""
    for name in changes.used:
        root, attribute = changes.aliases.get(name, (name, ""))
        if root == _SELF:
            fact = value.attributes.get(attribute) if value is not None else None
        else:
            fact = scope.lookup(root)
        if fact is not None and fact.value.__class__ in _OPEN:
            return True
    return any(
        fact is not None and fact.value.__class__ in _FUNCTIONS
        for fact in [scope.lookup(name) for name, word in changes.called if not word]
    )


# Where the changes of several methods are one: in place of ``self``, and before a local name.
_SELF = "the object itself"
_LOCAL = "local "


def _changes_of_all(state: State, methods: list[Function]) -> Changes:
    """What the methods of an object may change together; they are looked at once."""
    key = tuple(id(method.node) for method in methods)
    known = state.sites.together.get(key)
    if known is None:
        nodes = [method.node for method in methods]
        known = state.sites.together[key] = nodes, _united(state, methods)
    return known[1]


def _united(state: State, methods: list[Function]) -> Changes:
    united = Changes()
    words = {method.name for method in methods}
    for index, method in enumerate(methods):
        changes = changes_of(state, method.node)
        params: Any = method.node.params
        given = (*params.posonly_params, *params.params)
        own = given[0].name.value if given and method.owner is not None else ""
        names = {name: f"{_LOCAL}{name}" for name in changes.local}
        names.update((name, f"{name} of {index}") for name in changes.aliases)
        names[own] = _SELF
        for name, (root, attribute) in changes.aliases.items():
            united.aliases[names[name]] = (_SELF if root == own else root, attribute)
        united.rebound |= changes.rebound
        united.mutated |= {(names.get(name, name), word) for name, word in changes.mutated}
        united.called |= {
            (names.get(name, name), word)
            for name, word in changes.called
            if name != own or word not in words  # which is among the methods
        }
        for callee, name, word in changes.passed:
            first, dot, rest = callee.partition(".")
            by = f"{names.get(first, first)}{dot}{rest}"
            united.passed.add((by, names.get(name, name), word))
    united.mutated = {item for item in united.mutated if not item[0].startswith(_LOCAL)}
    united.passed = {item for item in united.passed if not item[1].startswith(_LOCAL)}
    united.called = {item for item in united.called if not item[0].startswith(_LOCAL)}
    united.used = {name for name, _ in united.mutated} | {name for _, name, _ in united.passed}
    united.used |= {name for name, word in united.called if word}
    united.used -= {_SELF}
    return united


def _is_reader(scope: Scope, dotted: str, root: Fact | None) -> bool:
    first, _, rest = dotted.partition(".")
    if root is None:
        return not rest and scope.lookup(first) is None and first in _BUILTIN_READERS
    value: AbstractValue = root.value
    if isinstance(value, QualifiedName):
        return leaves_alone(f"{value.dotted}.{rest}" if rest else value.dotted)
    return isinstance(value, Builtin) or rest.rpartition(".")[2] in READING_METHODS


_BUILTIN_READERS = frozenset(
    {"abs", "all", "any", "bool", "dict", "enumerate", "float", "format", "getattr", "hasattr"}
    | {"int", "isinstance", "len", "list", "max", "min", "print", "range", "repr", "reversed"}
    | {"round", "set", "sorted", "str", "sum", "super", "tuple", "type", "zip"}
)


def _rebind(state: State, scope: Scope, name: str, site: Site) -> None:
    holder: Scope | None = scope
    while holder is not None:
        fact = holder.names.get(name)
        if fact is not None:
            if not isinstance(fact.value, Unknown):
                state.mutations += 1
                holder.names[name] = Fact(Unknown(REASON, site, name), site)
            return
        holder = holder.parent


def names_of(state: State, scope: Scope, node: syntax.Node) -> Names:
    """The names of a scope as a dictionary."""
    for name, fact in [*scope.names.items()]:
        if isinstance(fact.value, LazyImport):
            scope.names[name] = (
                state.project.resolved(state, fact)
                if state.project is not None
                else Fact(
                    Unknown("imported from a file that kerlint did not read", fact.site, name),
                    fact.site,
                )
            )
    return Names(cast("dict[str | int, Fact]", scope.names), False)


def _look(function: syntax.Node) -> Changes:
    found = Changes()
    pending: list[Any] = [function]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is syntax.Global or kind is syntax.Nonlocal:
            found.rebound.update(item.name.value for item in node.names)
        elif kind is syntax.Assign:
            for target in node.targets:
                _target(target.target, found)
                if type(target.target) is syntax.Name:
                    root = _root(node.value)
                    if root is not None and root[0] != target.target.value:
                        found.aliases.setdefault(target.target.value, root)
        elif kind is syntax.AnnAssign or kind is syntax.For or kind is syntax.CompFor:
            _target(node.target, found)
        elif kind is syntax.AugAssign:
            root = _root(node.target)
            if root is not None:
                found.mutated.add(root)
            _target(node.target, found)
        elif kind is syntax.Del:
            _target(node.target, found)
        elif kind is syntax.AsName:
            _target(node.name, found)
        elif kind is syntax.NamedExpr:
            _target(node.target, found)
        elif kind is syntax.Param:
            found.local.add(node.name.value)
        elif kind is syntax.Call:
            _look_at_call(node, found)
        for part in inside(kind)(node):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in NAMELESS:
                pending.append(part)
    found.local -= found.rebound
    return found


def _target(target: syntax.Node, found: Changes) -> None:
    if type(target) is syntax.Name:
        found.local.add(target.value)
    elif isinstance(target, (syntax.Tuple, syntax.List)):
        for element in target.elements:
            _target(element.value, found)
    elif type(target) is syntax.StarredElement:
        _target(target.value, found)
    else:
        root = _root(target)
        if root is not None:
            found.mutated.add(root)


def _root(node: syntax.Node) -> tuple[str, str] | None:
    """``a`` and ``b`` of ``a.b.c[0]``; ``b`` is '' where the element of a name is meant."""
    attribute = ""
    while True:
        if type(node) is syntax.Attribute:
            attribute = node.attr.value
        elif type(node) is syntax.Subscript:
            attribute = ""
        elif type(node) is syntax.Name:
            return node.value, attribute
        else:
            return None
        node = node.value


def _look_at_call(node: syntax.Call, found: Changes) -> None:
    callee = ""
    func = node.func
    if type(func) is syntax.Name:
        callee = func.value
        found.called.add((callee, ""))
    elif type(func) is syntax.Attribute:
        root = _root(func.value)
        if root is not None:
            callee = f"{root[0]}.{func.attr.value}"
            if root[1]:
                if func.attr.value not in READING_METHODS or func.attr.value in _CHANGING:
                    found.mutated.add(root)
            else:
                found.called.add((root[0], func.attr.value))
    for arg in node.args:
        root = _root(arg.value)
        if root is not None:
            found.passed.add((callee, *root))


def shadowed(scope: Scope, module: str, site: Site) -> None:
    """A star import of a library takes names that were values of the file: ``e``, ``size``."""
    taken = _WORDS.get(module.partition(".")[0])
    if taken is not None:
        for name in taken & scope.names.keys():
            if not isinstance(scope.names[name].value, _KEPT):
                scope.names[name] = Fact(Unknown(f"{module}.{name}", site, name), site)


# Names of libraries that people give to values of their own.
_NUMPY = frozenset(
    {"add", "average", "copy", "cross", "diff", "dot", "dtype", "e", "empty", "inf", "info", "log"}
    | {"mean", "median", "nan", "ndim", "ones", "partition", "pi", "place", "power", "prod", "ptp"}
    | {"random", "repeat", "shape", "sign", "size", "sort", "split", "square", "std", "sum", "take"}
    | {"test", "tile", "trace", "unique", "var", "vectorize", "where", "zeros"}
)
_WORDS = {
    "numpy": _NUMPY,
    "pylab": _NUMPY | {"figure", "hist", "legend", "plot", "rc", "text", "title", "xlabel"},
    "math": frozenset(dir(math)),
    "random": frozenset(["choice", "choices", "random", "sample", "seed", "shuffle", "uniform"]),
    "time": frozenset(["sleep", "time", "timezone"]),
}
