"""Entry points: the module itself, then each function and class that nothing in it calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Any

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Own
from kerlint.program.values import Fact, Site
from kerlint.reading.imports import Project
from kerlint.reading.interpreter import calls, effects, escapes
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.snapshots import Snapshot, copied
from kerlint.reading.interpreter.state import Allowance, BranchKey, State
from kerlint.reading.interpreter.values import Arguments, Class, Function, Instance, QualifiedName
from kerlint.reading.library import keras_objects
from kerlint.reading.paths.execution import ExecutionPath, ModuleExecution, attempt, finish, path_of
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import LEAVES, identifiers, inside

MAX_UNCALLED = 400  # uncalled functions of one file that are analysed


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A place where execution starts. ``execute`` follows the path with some branches decided.

    ``function`` is ``id()`` of the function's node, None for modules and classes. ``called`` has
    the functions that each entry point has called so far.
    """

    name: str
    execute: Callable[[Mapping[BranchKey, bool]], ExecutionPath]
    function: int | None = None
    called: Mapping[int, set[int]] = field(default_factory=dict)

    @property
    def is_called(self) -> bool:
        """Whether another entry point calls this function, with the values of that call.

        Complete once all entry points were executed. Functions that call each other do not count.
        """
        own = self.called.get(self.function or 0, ())
        return any(
            self.function in found and entry_point not in own
            for entry_point, found in self.called.items()
            if entry_point != self.function
        )


def find_entry_points(
    tree: syntax.Module, sites: Sites, project: Project, characters: int = 0
) -> Iterator[EntryPoint]:
    """Yield the module, then what is left to analyse once its base path is known.

    ``characters``: the length of its text.
    """
    allowance = Allowance(characters)
    file = ModuleExecution(tree, sites, project, allowance)
    yield EntryPoint("", file.execute)
    base, in_module = file.base, file.called
    worth = _worth_reading(base, in_module)
    idle = _idle(base, in_module) if worth else ()
    snapshot: Snapshot | None = None  # most files leave nothing to analyse
    count = 0
    called: dict[int, set[int]] = {}
    for function in base.defined:
        if function.in_other_module or id(function.node) in in_module or function.owner is not None:
            continue
        if count >= MAX_UNCALLED or id(function.node) not in worth:
            continue
        count += 1
        snapshot = snapshot or Snapshot(base)
        yield _function_entry_point(snapshot, function, called, idle, allowance)
    for cls in base.classes:
        if id(cls.node) not in worth:
            continue
        methods = [
            fact.value
            for fact in cls.scope.names.values()
            if isinstance(fact.value, Function) and fact.value.owner is cls
        ]
        if all(id(method.node) in in_module for method in methods):
            continue
        snapshot = snapshot or Snapshot(base)
        yield _class_entry_point(
            snapshot, cls, frozenset(in_module), worth, called, idle, allowance
        )
    file.release()


def _function_entry_point(
    snapshot: Snapshot,
    function: Function,
    called: dict[int, set[int]],
    idle: Sequence[Function],
    allowance: Allowance,
) -> EntryPoint:
    node = id(function.node)
    others = [other for other in idle if other is not function]

    def execute(decisions: Mapping[BranchKey, bool]) -> ExecutionPath:
        state = _after_module(snapshot, decisions, others, function.site)
        allowance.grant(state)

        def action() -> None:
            _with_inner(state, lambda: calls.analyse_uncalled(state, function))
            finish(state)

        whole = attempt(state, action)
        allowance.spend(state.steps, state.cut)
        if not whole and not decisions:
            state.sites.left_out.setdefault(function.site, "function")
        if whole:
            called.setdefault(node, set()).update(state.called)
        return path_of(state, state.steps)

    return EntryPoint(function.name, execute, node, called)


def _class_entry_point(
    snapshot: Snapshot,
    cls: Class,
    in_module: frozenset[int],
    worth: frozenset[int],
    called: dict[int, set[int]],
    idle: Sequence[Function],
    allowance: Allowance,
) -> EntryPoint:
    others = [other for other in idle if other.owner is not cls]

    def execute(decisions: Mapping[BranchKey, bool]) -> ExecutionPath:
        state = _after_module(snapshot, decisions, others, cls.site)
        allowance.grant(state)

        def action() -> None:
            _with_inner(state, lambda: _whole_class(state, cls, in_module, worth))
            finish(state)

        whole = attempt(state, action)
        allowance.spend(state.steps, state.cut)
        if not whole and not decisions:
            state.sites.left_out.setdefault(cls.site, "function")
        if whole:
            called.setdefault(id(cls.node), set()).update(state.called)
        return path_of(state, state.steps)

    return EntryPoint(cls.name, execute)


def _with_inner(state: State, action: Callable[[], object]) -> None:
    """Also analyse functions that are defined meanwhile and never called."""
    before = len(state.defined)
    action()
    for function in state.defined[before:][:50]:
        if id(function.node) not in state.called and function.owner is None:
            calls.analyse_uncalled(state, function)


def _whole_class(state: State, cls: Class, called: frozenset[int], worth: frozenset[int]) -> None:
    """Make an object with unknown arguments and call the methods that nobody in the file calls."""
    instance = Instance(cls, site=cls.site)
    fact = Fact(instance, cls.site)
    keras_objects.prepare_instance(state, instance, Arguments([], [], True), cls.site)
    order = sorted(
        cls.scope.names,
        key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name != "build"),
    )
    for name in order:
        method = cls.scope.names[name].value
        if not isinstance(method, Function) or method.owner is not cls:
            continue
        again = name in _FIRST or (
            id(method.node) in worth and (name == "build" or id(method.node) not in called)
        )
        if again and id(method.node) not in state.called:
            if name == "call" and instance.model is not None:
                keras_objects.finish_subclassed(state, fact)
                continue
            own = None if method.wraps == "staticmethod" else fact
            calls.analyse_uncalled(state, method, own)
    escapes.look_for_uses_of(state, instance)


# Methods that are called before the others, in this order: the last ones by unittest and pytest.
_FIRST = ("__init__", "setUpClass", "setup_class", "setUp", "setup_method")


# -- which functions are worth analysing on their own ---------------------------------------------

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


_TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})
# What is read together in a function that sets learning rates, takes a step by hand, or makes a
# variable in a ``tf.function``.
_SETTING_WEIGHTS = (
    frozenset({"lr", "optimizer"}),
    frozenset({"GradientTape"}),
    frozenset({"Variable", "function"}),
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


def _worth_reading(state: State, called: Collection[int]) -> frozenset[int]:
    """``id()`` of the nodes of functions and classes that build something, or call what does.

    Of those in ``called`` it is found out only where another one calls them.
    """
    # Methods are called by names too common to tell anything (``call``, ``build``, ``get``).
    named: dict[str, list[syntax.Node]] = {}
    asked: list[syntax.Node] = []
    methods: set[int] = set()
    for function in state.defined:
        if not function.in_other_module:
            if function.owner is None:
                named.setdefault(function.name, []).append(function.node)
            else:
                methods.add(id(function.node))
            if id(function.node) not in called or function.name == "build":
                asked.append(function.node)
    for cls in state.classes:
        named.setdefault(cls.name, []).append(cls.node)
        asked.append(cls.node)
    if not asked:
        return frozenset()
    telling = _telling(_globals(state))
    calls_of: dict[int, list[syntax.Node] | None] = {}  # by id(); None for what builds itself

    def look(node: syntax.Node) -> list[syntax.Node] | None:
        if id(node) not in calls_of:
            calls_of[id(node)] = None
            # A method that trains what another one has built shows the labels.
            train = _TRAINING if id(node) in methods else ()
            words = identifiers(
                node, until=lambda word: word in telling or word in train or _builds(word)
            )
            tells = words is not None and (
                any(map(words.issuperset, _SETTING_WEIGHTS))
                or ("add_weight" in words and _names_weight(node))
                or ("training" in words and "call" in words and _places_flag(node))
                or "attention_mask" in words
            )
            if words is not None and not tells:
                called = words & named.keys()
                calls_of[id(node)] = [other for word in called for other in named[word]]
        return calls_of[id(node)]

    # Backwards from what builds to whoever calls it: each function is looked at once.
    callers: dict[int, list[int]] = {}
    building: list[int] = []
    pending = [*asked]
    while pending:
        node = pending.pop()
        if id(node) in calls_of:
            continue
        callees = look(node)
        if callees is None:
            building.append(id(node))
        for other in callees or ():
            callers.setdefault(id(other), []).append(id(node))
            pending.append(other)
    worth: set[int] = set()
    while building:
        known = building.pop()
        if known not in worth:
            worth.add(known)
            building += callers.get(known, ())
    return frozenset(id(node) for node in asked if id(node) in worth)


def _names_weight(node: syntax.Node) -> bool:
    """Whether a weight gets its name by position, as in Keras 2: ``add_weight("kernel", ...)``."""
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if type(item) is syntax.Call and type(item.func) is syntax.Attribute and item.args:
            first = item.args[0]
            if item.func.attr.value == "add_weight" and first.keyword is None:
                if type(first.value) is syntax.SimpleString:
                    return True
        for part in inside(item.__class__)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in LEAVES:
                pending.append(part)
    return False


def _places_flag(node: syntax.Node) -> bool:
    """Whether a ``call`` hands its ``training`` on by position, as in Keras 2."""
    if not isinstance(node, syntax.FunctionDef) or node.name.value != "call":
        return False
    pending: list[Any] = [node.body]
    while pending:
        item = pending.pop()
        if type(item) is syntax.Call:
            for arg in item.args[1:]:
                flag = type(arg.value) is syntax.Name and arg.value.value == "training"
                if flag and arg.keyword is None and not arg.star:
                    return True
        for part in inside(item.__class__)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in LEAVES:
                pending.append(part)
    return False


def _telling(names: Mapping[str, Fact]) -> set[str]:
    """The names in a file for objects of Keras that are built, or that no longer exist."""
    telling: set[str] = set()
    for name, fact in names.items():
        if isinstance(fact.value, QualifiedName):
            located = keras_api.locate(fact.value.dotted)
            if located is not None and located.name is not None:
                short = located.name.rpartition(".")[2]
                gone = fact.value.dotted == "keras.backend"  # most of its functions
                if gone or (short not in _ABSTRACT and _is_building(located.name)):
                    telling.add(name)
    return telling


def _globals(state: State) -> Mapping[str, Fact]:
    for function in state.defined:
        return function.scope.globals.names
    for cls in state.classes:
        return cls.scope.globals.names
    return {}


# -- reading a function without disturbing what the others find -----------------------------------


def _idle(state: State, called: Collection[int]) -> tuple[Function, ...]:
    """Functions that nobody in the file calls and that may change what other functions use.

    Whoever imports the file may have called them.
    """
    names = _globals(state)
    if state.project is None or not (
        state.project.names.rebound or any(map(effects.may_change, names.values()))
    ):
        return ()
    return tuple(
        function
        for function in state.defined
        if not function.in_other_module
        and id(function.node) not in called
        and not function.name.startswith("__")
        and effects.changes_outside(state, function)
    )


def _after_module(
    snapshot: Snapshot,
    decisions: Mapping[BranchKey, bool],
    called: Collection[Function],
    site: Site,
) -> State:
    """A state that knows what the module has built, and has decided no branch.

    ``called``: functions that somebody may have called since.
    """
    snapshot.restore()
    file = snapshot.state
    state = State(file.sites, INTERPRETER, decisions, file.project)
    for name in (
        "layers",
        "tensors",
        "layer_calls",
        "compiles",
        "fits",
        "calls",
        "assignments",
        "discarded",
        "formulas",
        "model_calls",
        "losses",
        "gradients",
        "recorded",
    ):
        setattr(state, name, list(getattr(file, name)))
    state.entry, state.module_calls = site, len(state.calls)
    state.models = [copied(building) for building in file.models]
    # What is imported at the top is there in every function.
    state.uses = {key: use for key, use in file.uses.items() if use.imported}
    state.files = dict(file.files)
    state.exposed = list(file.exposed)
    state.patched = dict(file.patched)
    state.configured = dict(file.configured)
    state.placeholders = dict(file.placeholders)
    state.fit_state = dict(file.fit_state)
    state.model_layers = dict(file.model_layers)
    state.layer_models = dict(file.layer_models)
    state.returned = set(file.returned)
    state.handed, state.searched = file.handed, file.searched
    state.own = Own(
        layers=len(state.layers),
        models=len(state.models),
        compiles=len(state.compiles),
        fits=len(state.fits),
        calls=len(state.calls),
        assignments=len(state.assignments),
        discarded=len(state.discarded),
        gradients=len(state.gradients),
        losses=len(state.losses),
    )
    effects.fire(state, site)
    for function in called:
        effects.function_called(state, function, site)
    return state
