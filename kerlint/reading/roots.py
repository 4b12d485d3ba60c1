"""Where reading starts: the file itself, then each function and class that nobody in it calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import libcst as cst

from kerlint import keras_api
from kerlint.program.model import Program
from kerlint.program.values import Fact, Transient
from kerlint.reading import calls, objects, statements
from kerlint.reading.payloads import (
    Arguments,
    Bound,
    Class,
    FileModule,
    Frame,
    Function,
    Instance,
    Mapping_,
    Partial,
    Path,
    Payload,
    Sequence,
)
from kerlint.reading.projects import Project
from kerlint.reading.run import Building, Condition, Exhausted, Run
from kerlint.reading.sites import Sites
from kerlint.reading.words import identifiers

MAX_UNASKED = 400  # functions of one file that are read on their own


@dataclass(frozen=True, slots=True)
class Way:
    """One way through the code below one root: the program it builds, and the arms it took."""

    program: Program
    decisions: Mapping[Condition, int]
    """Index into ``program.decisions`` by condition."""
    steps: int = 0
    """Statements and expressions that were evaluated."""


@dataclass(frozen=True, slots=True)
class Root:
    """A place where reading starts. ``follow`` reads it with some conditions decided."""

    name: str
    follow: Callable[[Mapping[Condition, bool]], Way]


def roots(tree: cst.Module, sites: Sites, project: Project) -> Iterator[Root]:
    """Yield the file, then what remains to be read once the file is known."""
    runs: list[Run] = []
    frames: list[Frame] = []

    def follow_file(decisions: Mapping[Condition, bool]) -> Way:
        run = Run(sites, decisions, project)
        frame = Frame()
        frames.append(frame)
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
    worth = _worth_reading(base, entered)
    snapshot = _Snapshot(base)
    count = 0
    for function in base.defined:
        if function.foreign or id(function.node) in entered or function.owner is not None:
            continue
        if count >= MAX_UNASKED or id(function.node) not in worth:
            continue
        count += 1
        yield _function_root(snapshot, function)
    for cls in base.classes:
        if id(cls.node) not in worth:
            continue
        methods = [
            fact.value
            for fact in cls.frame.names.values()
            if isinstance(fact.value, Function) and fact.value.owner is cls
        ]
        if all(id(method.node) in entered for method in methods):
            continue
        yield _class_root(snapshot, cls, frozenset(entered), worth)
    for frame in frames:
        frame.release()


def _attempt(run: Run, action: Callable[[], object]) -> None:
    try:
        action()
        for fact in list(run.subclassed):
            objects.finish_subclassed(run, fact)
    except (Exhausted, RecursionError):
        for building in run.models:
            building.gap("the code is too long to be followed to its end", building.origin.site)


def _way(run: Run) -> Way:
    return Way(run.program(), dict(run.taken), run.steps)


def _function_root(snapshot: _Snapshot, function: Function) -> Root:
    def follow(decisions: Mapping[Condition, bool]) -> Way:
        run = snapshot.restore(decisions)
        _attempt(run, lambda: _with_inner(run, lambda: calls.call_unasked(run, function)))
        return _way(run)

    return Root(function.name, follow)


def _class_root(
    snapshot: _Snapshot, cls: Class, entered: frozenset[int], worth: frozenset[int]
) -> Root:
    def follow(decisions: Mapping[Condition, bool]) -> Way:
        run = snapshot.restore(decisions)
        _attempt(run, lambda: _with_inner(run, lambda: _whole_class(run, cls, entered, worth)))
        return _way(run)

    return Root(cls.name, follow)


def _with_inner(run: Run, action: Callable[[], object]) -> None:
    """Also read functions that are defined on the way and never called."""
    before = len(run.defined)
    action()
    for function in run.defined[before:][:50]:
        if id(function.node) not in run.entered and function.owner is None:
            calls.call_unasked(run, function)


def _whole_class(run: Run, cls: Class, entered: frozenset[int], worth: frozenset[int]) -> None:
    """Make an object with unknown arguments and call the methods that nobody in the file calls."""
    instance = Instance(cls, site=cls.site)
    fact = Fact(instance, cls.site)
    objects.prepare_instance(run, instance, Arguments([], [], True), cls.site)
    order = sorted(cls.frame.names, key=lambda name: (name != "__init__", name != "build"))
    for name in order:
        method = cls.frame.names[name].value
        if not isinstance(method, Function) or method.owner is not cls:
            continue
        again = name == "__init__" or (
            id(method.node) in worth and (name == "build" or id(method.node) not in entered)
        )
        if again and id(method.node) not in run.entered:
            if name == "call" and instance.model is not None:
                objects.finish_subclassed(run, fact)
                continue
            own = None if method.wraps == "staticmethod" else fact
            calls.call_unasked(run, method, own)


# -- which functions are worth reading on their own -----------------------------------------------

# Classes that a file derives from; naming them builds nothing.
_ABSTRACT = frozenset(
    {
        "Callback",
        "Constraint",
        "Initializer",
        "Layer",
        "Loss",
        "Metric",
        "Optimizer",
        "Regularizer",
        "Wrapper",
    }
)

_BUILDING_KINDS = frozenset(
    {"application", "callback", "layer", "loss", "metric", "model", "optimizer"}
)


@cache
def _builds(word: str) -> bool:
    """Whether a name is one that only Keras has, of something that is built and can be wrong."""
    name = keras_api.bare_name(word)
    return name is not None and word not in _ABSTRACT and _is_building(name)


def _is_building(name: str) -> bool:
    symbol = keras_api.symbol(name)
    if symbol is None:
        return True  # gone from Keras: what is said of it is that
    return symbol.kind in _BUILDING_KINDS or name.startswith("keras.layers.")


def _worth_reading(run: Run, entered: Collection[int]) -> frozenset[int]:
    """``id()`` of the nodes of functions and classes that build something, or call what does.

    Of those in ``entered`` it is found out only where another one calls them.
    """
    # Methods are called by names too common to tell anything (``call``, ``build``, ``get``).
    named: dict[str, list[cst.CSTNode]] = {}
    asked: list[cst.CSTNode] = []
    for function in run.defined:
        if not function.foreign:
            if function.owner is None:
                named.setdefault(function.name, []).append(function.node)
            if id(function.node) not in entered or function.name == "build":
                asked.append(function.node)
    for cls in run.classes:
        named.setdefault(cls.name, []).append(cls.node)
        asked.append(cls.node)
    if not asked:
        return frozenset()
    telling = _telling(_globals(run))
    calls_of: dict[int, list[cst.CSTNode] | None] = {}  # by id(); None for what builds itself

    def look(node: cst.CSTNode) -> list[cst.CSTNode] | None:
        if id(node) not in calls_of:
            calls_of[id(node)] = None
            words = identifiers(node, until=lambda word: word in telling or _builds(word))
            if words is not None:
                called = words & named.keys()
                calls_of[id(node)] = [other for word in called for other in named[word]]
        return calls_of[id(node)]

    def reaches(node: cst.CSTNode) -> bool:
        pending, seen = [node], {id(node)}
        while pending:
            called = look(pending.pop())
            if called is None:
                return True
            for other in called:
                if id(other) not in seen:
                    seen.add(id(other))
                    pending.append(other)
        return False

    return frozenset(id(node) for node in asked if reaches(node))


def _telling(names: Mapping[str, Fact]) -> set[str]:
    """The names of a file that stand for something of Keras that is built."""
    telling: set[str] = set()
    for name, fact in names.items():
        if isinstance(fact.value, Path):
            located = keras_api.locate(fact.value.dotted)
            if located is not None and located.name is not None:
                short = located.name.rpartition(".")[2]
                if short not in _ABSTRACT and _is_building(located.name):
                    telling.add(name)
    return telling


def _globals(run: Run) -> Mapping[str, Fact]:
    for function in run.defined:
        return function.frame.globals.names
    for cls in run.classes:
        return cls.frame.globals.names
    return {}


# -- reading a function without disturbing what the others find -----------------------------------


class _Snapshot:
    """What the file left behind, to be put back before each function is read on its own.

    Most of it never changes (functions, layers, numbers), so it is the containers that are noted:
    scopes, lists, dictionaries, objects.
    """

    def __init__(self, base: Run) -> None:
        self._base = base
        # What is imported at the top is there in every function.
        self._imports = {key: use for key, use in base.uses.items() if use.imported}
        self._models = [_copied(building) for building in base.models]
        self._frames: dict[int, tuple[Frame, dict[str, Fact]]] = {}
        self._sequences: dict[int, tuple[Sequence, list[Fact], bool]] = {}
        self._mappings: dict[int, tuple[Mapping_, dict[str | int, Fact], bool]] = {}
        self._instances: dict[int, tuple[Instance, dict[str, Fact], bool]] = {}
        pending: list[Payload] = [*base.defined, *base.classes]
        while pending:
            self._note(pending.pop(), pending)

    def _note(self, value: Payload, pending: list[Payload]) -> None:
        if not isinstance(value, (Transient, Frame)):
            return
        if isinstance(value, Frame):
            if id(value) not in self._frames:
                self._frames[id(value)] = (value, dict(value.names))
                pending.extend(fact.value for fact in value.names.values())
                pending.append(value.parent)
        elif isinstance(value, Function):
            if id(value.frame) not in self._frames:
                pending.append(value.frame)
            pending.extend(fact.value for fact in value.defaults.values())
        elif isinstance(value, Class):
            if id(value.frame) not in self._frames:
                pending.append(value.frame)
        elif isinstance(value, Sequence):
            if id(value) not in self._sequences:
                self._sequences[id(value)] = (value, list(value.items), value.complete)
                pending.extend(fact.value for fact in value.items)
        elif isinstance(value, Mapping_):
            if id(value) not in self._mappings:
                self._mappings[id(value)] = (value, dict(value.entries), value.complete)
                pending.extend(fact.value for fact in value.entries.values())
        elif isinstance(value, Instance):
            if id(value) not in self._instances:
                self._instances[id(value)] = (value, dict(value.attributes), value.open)
                pending.append(value.cls)
                pending.extend(fact.value for fact in value.attributes.values())
        elif isinstance(value, FileModule):
            pending.append(value.frame)
        elif isinstance(value, Bound):
            pending.append(value.receiver.value)
        elif isinstance(value, Partial):
            pending.append(value.callee.value)
            pending.extend(fact.value for fact in value.positional)
            pending.extend(fact.value for _, fact, _ in value.keywords)

    def restore(self, decisions: Mapping[Condition, bool]) -> Run:
        """Put everything back and return a fresh run that continues from there."""
        for frame, names in self._frames.values():
            frame.names = dict(names)
            frame.returned = None
            frame.yielded = None
        for sequence, items, complete in self._sequences.values():
            sequence.items[:] = items
            sequence.complete = complete
        for mapping, entries, complete in self._mappings.values():
            mapping.entries = dict(entries)
            mapping.complete = complete
        for instance, attributes, opened in self._instances.values():
            instance.attributes = dict(attributes)
            instance.open = opened
        base = self._base
        run = Run(base.sites, decisions, base.project)
        for name in ("layers", "tensors", "applies", "compiles", "fits", "calls"):
            setattr(run, name, list(getattr(base, name)))
        run.models = [_copied(building) for building in self._models]
        run.uses = dict(self._imports)
        run.files = dict(base.files)
        run.placeholders = dict(base.placeholders)
        run.fitted = dict(base.fitted)
        run.model_layers = dict(base.model_layers)
        run.first = (
            len(run.layers),
            len(run.models),
            len(run.compiles),
            len(run.fits),
            len(run.calls),
        )
        return run


def _copied(building: Building) -> Building:
    return replace(
        building,
        inputs=list(building.inputs),
        outputs=list(building.outputs),
        stack=list(building.stack),
        gaps=list(building.gaps),
        labels=list(building.labels),
    )
