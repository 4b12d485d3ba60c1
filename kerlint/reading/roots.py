"""Where reading starts: the file itself, then each function and class that nobody in it calls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import libcst as cst

from kerlint import keras_api
from kerlint.program.model import Program
from kerlint.program.values import Fact
from kerlint.reading import calls, objects, statements
from kerlint.reading.payloads import (
    Arguments,
    Bound,
    Class,
    Frame,
    Function,
    Instance,
    Mapping_,
    Partial,
    Path,
    Payload,
    Sequence,
    Super,
)
from kerlint.reading.projects import Project
from kerlint.reading.run import Condition, Exhausted, Run
from kerlint.reading.sites import Sites

MAX_UNASKED = 400  # functions of one file that are read on their own


@dataclass(frozen=True, slots=True)
class Way:
    """One way through the code below one root: the program it builds, and the arms it took."""

    program: Program
    decisions: Mapping[Condition, int]
    """Index into ``program.decisions`` by condition."""


@dataclass(frozen=True, slots=True)
class Root:
    """A place where reading starts. ``follow`` reads it with some conditions decided."""

    name: str
    follow: Callable[[Mapping[Condition, bool]], Way]


def roots(tree: cst.Module, sites: Sites, project: Project) -> Iterator[Root]:
    """Yield the file, then what remains to be read once the file is known."""
    runs: list[Run] = []

    def follow_file(decisions: Mapping[Condition, bool]) -> Way:
        run = Run(sites, decisions, project)
        frame = Frame()
        _attempt(run, lambda: statements.execute(run, tree.body, frame))
        runs.append(run)
        return _way(run)

    yield Root("", follow_file)
    if not runs:
        follow_file({})
    base = runs[0]
    entered: set[int] = set()
    for run in runs:
        entered |= run.entered
    known = _keras_words(base)
    count = 0
    for function in base.defined:
        if function.foreign or id(function.node) in entered or function.owner is not None:
            continue
        if count >= MAX_UNASKED or not mentions(function.node, known):
            continue
        count += 1
        root = _function_root(base, function)
        yield root
    for cls in base.classes:
        if not mentions(cls.node, known):
            continue
        methods = [
            fact.value
            for fact in cls.frame.names.values()
            if isinstance(fact.value, Function) and fact.value.owner is cls
        ]
        if all(id(method.node) in entered for method in methods):
            continue
        yield _class_root(base, cls, entered)


def _attempt(run: Run, action: Callable[[], object]) -> None:
    try:
        action()
        for fact in list(run.subclassed):
            objects.finish_subclassed(run, fact)
    except (Exhausted, RecursionError):
        for building in run.models:
            building.gap("the code is too long to be followed to its end", building.origin.site)


def _way(run: Run) -> Way:
    return Way(run.program(), dict(run.taken))


def _function_root(base: Run, function: Function) -> Root:
    def follow(decisions: Mapping[Condition, bool]) -> Way:
        run, memo = fork(base, decisions)
        own = memo(function)
        _attempt(run, lambda: _with_inner(run, lambda: calls.call_unasked(run, own)))
        return _way(run)

    return Root(function.name, follow)


def _class_root(base: Run, cls: Class, entered: set[int]) -> Root:
    def follow(decisions: Mapping[Condition, bool]) -> Way:
        run, memo = fork(base, decisions)
        own = memo(cls)
        _attempt(run, lambda: _with_inner(run, lambda: _whole_class(run, own, entered)))
        return _way(run)

    return Root(cls.name, follow)


def _with_inner(run: Run, action: Callable[[], object]) -> None:
    """Also read functions that are defined on the way and never called."""
    before = len(run.defined)
    action()
    for function in run.defined[before:][:50]:
        if id(function.node) not in run.entered and function.owner is None:
            calls.call_unasked(run, function)


def _whole_class(run: Run, cls: Class, entered: set[int]) -> None:
    instance = Instance(cls, site=cls.site)
    fact = Fact(instance, cls.site)
    objects.prepare_instance(run, instance, Arguments([], [], True), cls.site)
    order = sorted(cls.frame.names, key=lambda name: (name != "__init__", name != "build"))
    for name in order:
        method = cls.frame.names[name].value
        if not isinstance(method, Function) or method.owner is not cls:
            continue
        again = name in ("__init__", "build") or id(method.node) not in entered
        if again and id(method.node) not in run.entered:
            if name == "call" and instance.model is not None:
                objects.finish_subclassed(run, fact)
                continue
            own = None if method.wraps == "staticmethod" else fact
            calls.call_unasked(run, method, own)


# -- which functions are worth reading on their own -----------------------------------------------

_TELLING = frozenset({"compile", "fit", "fit_generator", "train_on_batch", "add_weight"})


def _keras_words(run: Run) -> frozenset[str]:
    """Names of the file that stand for something of Keras or TensorFlow."""
    words = set(_TELLING)
    for function in run.defined:
        for name, fact in function.frame.globals.names.items():
            if isinstance(fact.value, Path) and fact.value.dotted.startswith(_PACKAGES):
                words.add(name)
        break
    else:
        for cls in run.classes[:1]:
            for name, fact in cls.frame.globals.names.items():
                if isinstance(fact.value, Path) and fact.value.dotted.startswith(_PACKAGES):
                    words.add(name)
    return frozenset(words)


_PACKAGES = ("keras", "tensorflow", "tf_keras")


def mentions(node: cst.CSTNode, words: frozenset[str]) -> bool:
    """Whether a subtree names one of these words, or something that only Keras calls so."""
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if type(item) is cst.Name:
            word = item.value
            if word in words or keras_api.bare_name(word) is not None:
                return True
            continue
        kind: Hashable = item.__class__
        for name in _parts(kind):
            part = getattr(item, name)
            if isinstance(part, (list, tuple)):
                pending.extend(part)
            elif isinstance(part, cst.CSTNode):
                pending.append(part)
    return False


@cache
def _parts(kind: Hashable) -> tuple[str, ...]:
    """The fields of a node that hold code: neither white space nor punctuation."""
    if not (isinstance(kind, type) and issubclass(kind, cst.CSTNode)):
        return ()
    return tuple(part.name for part in fields(kind) if not part.name.startswith(_NO_CODE))


_NO_CODE = (
    "whitespace",
    "leading_lines",
    "lines_after",
    "header",
    "footer",
    "comma",
    "semicolon",
    "lpar",
    "rpar",
    "equal",
    "indent",
    "operator",
    "lbracket",
    "rbracket",
    "colon",
)


# -- a copy of everything, to read a function without disturbing the others -----------------------


def fork(base: Run, decisions: Mapping[Condition, bool]) -> tuple[Run, Callable[[Any], Any]]:
    """Copy a run; also returns the function that finds a thing's copy."""
    run = Run(base.sites, decisions, base.project)
    for name in ("layers", "tensors", "applies", "compiles", "fits", "calls"):
        setattr(run, name, list(getattr(base, name)))
    run.models = [
        replace(
            building,
            inputs=list(building.inputs),
            outputs=list(building.outputs),
            stack=list(building.stack),
            gaps=list(building.gaps),
            handed=list(building.handed),
            labels=list(building.labels),
        )
        for building in base.models
    ]
    run.uses = {key: use for key, use in base.uses.items() if use.imported}
    run.placeholders = dict(base.placeholders)
    run.model_layers = dict(base.model_layers)
    run.entered = set()
    run.first = (len(run.layers), len(run.models), len(run.compiles), len(run.fits), len(run.calls))
    memo: dict[int, Any] = {}
    return run, lambda value: _copy(value, memo)


def _copy(value: Payload, memo: dict[int, Any]) -> Payload:
    kind = type(value)
    if kind not in _COPIERS:
        return value
    found = memo.get(id(value))
    if found is None:
        found = _COPIERS[kind](value, memo)
    return found


def _fact(value: Fact, memo: dict[int, Any]) -> Fact:
    inner = _copy(value.value, memo)
    return value if inner is value.value else Fact(inner, value.site, value.via)


def _frame(value: Frame, memo: dict[int, Any]) -> Frame:
    made = Frame(_copy(value.parent, memo) if value.parent is not None else None)
    memo[id(value)] = made
    made.names = {name: _fact(fact, memo) for name, fact in value.names.items()}
    return made


def _sequence(value: Sequence, memo: dict[int, Any]) -> Sequence:
    made = Sequence(value.kind, [], value.complete, value.depth)
    memo[id(value)] = made
    made.items = [_fact(item, memo) for item in value.items]
    return made


def _mapping(value: Mapping_, memo: dict[int, Any]) -> Mapping_:
    made = Mapping_({}, value.complete, value.depth)
    memo[id(value)] = made
    made.entries = {key: _fact(item, memo) for key, item in value.entries.items()}
    return made


def _function(value: Function, memo: dict[int, Any]) -> Function:
    made = replace(value)
    memo[id(value)] = made
    made.frame = _copy(value.frame, memo)
    made.owner = _copy(value.owner, memo)
    made.defaults = {name: _fact(fact, memo) for name, fact in value.defaults.items()}
    return made


def _class(value: Class, memo: dict[int, Any]) -> Class:
    made = replace(value)
    memo[id(value)] = made
    made.frame = _copy(value.frame, memo)
    made.bases = tuple(_fact(base, memo) for base in value.bases)
    return made


def _instance(value: Instance, memo: dict[int, Any]) -> Instance:
    made = replace(value, attributes={})
    memo[id(value)] = made
    made.cls = _copy(value.cls, memo)
    made.attributes = {name: _fact(fact, memo) for name, fact in value.attributes.items()}
    return made


def _bound(value: Bound, memo: dict[int, Any]) -> Bound:
    return Bound(_fact(value.receiver, memo), value.name)


def _partial(value: Partial, memo: dict[int, Any]) -> Partial:
    return Partial(
        _fact(value.callee, memo),
        tuple(_fact(fact, memo) for fact in value.positional),
        tuple((name, _fact(fact, memo), site) for name, fact, site in value.keywords),
    )


def _super(value: Super, memo: dict[int, Any]) -> Super:
    return Super(_fact(value.instance, memo), _copy(value.owner, memo))


_COPIERS: dict[type, Callable[[Any, dict[int, Any]], Any]] = {
    Frame: _frame,
    Sequence: _sequence,
    Mapping_: _mapping,
    Function: _function,
    Class: _class,
    Instance: _instance,
    Bound: _bound,
    Partial: _partial,
    Super: _super,
}
