"""Interpreter state along one path: what was built, branch outcomes, budgets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.formulas import Formula
from kerlint.program.model import (
    ApiReference,
    Assignment,
    Call,
    Compile,
    Decision,
    Discarded,
    Fit,
    Gap,
    Gradient,
    Layer,
    LayerCall,
    LossCall,
    Model,
    ModelCall,
    Origin,
    Own,
    Part,
    Program,
    Scaling,
    Shape,
    Tensor,
)
from kerlint.program.values import NOWHERE, Fact, Object, Site, Unknown
from kerlint.reading.interpreter.guards import Guard, expects_failure, guards_name
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Class,
    Function,
    Instance,
    Scope,
)
from kerlint.reading.syntax import tree as syntax

if TYPE_CHECKING:
    from kerlint.program.data import Array
    from kerlint.reading.imports import Project

# In a long file there may be more of them, so that what is executed once is followed to its end.
MAX_STEPS = 75_000  # statements and expressions evaluated on one path
FILE_STEPS = 400_000  # the same on all paths through a file, but for the first steps of each
MIN_STEPS = 1_000  # the first steps of each path, whatever the others took
LATE_STEPS = 10_000  # what follows on a path that has come to MAX_STEPS, and all paths after it
MAX_DEPTH = 14  # functions of the user inlined into one another
MAX_TURNS = 256  # turns of a loop that are unrolled
LONG_TURN = 60  # steps of a turn; longer ones that build no layer train, and are not repeated
LONG_LOOP = 20_000  # steps of a loop with a known condition; a longer one has to build something
LONG_TRAINING = 500  # steps of a loop with long turns that build nothing
SHORT_LOOP = 1000  # steps of a loop that are taken though its turns build nothing
MAX_YIELDS = 16  # turns of a generator that never ends
LONG_TABLE = 8_000  # steps of a comprehension that builds no layer
MAX_CROSSED = 64  # names and parameters that a value is followed through
MAX_ITEMS = 10_000  # elements of a list that the code builds
MAX_ELEMENTS = 400_000  # elements that one path copies or looks at in bulk
MAX_IN_FILE = 2_000_000  # the same on all paths through one file together
FEW_ELEMENTS = 64  # that many cost no more than the step that copies them
LETTERS = 8  # characters of a text that take the memory of one element

ABSTRACT = NotImplementedError  # raised by methods that derived classes replace

BranchKey = tuple[str, Site]


FLAG = "flag "


def is_flag(condition: BranchKey) -> bool:
    """Whether a condition is a flag that the file sets itself, not one that it leaves open."""
    return condition[0].startswith(FLAG)


class Exhausted(Exception):
    """The code does more than the reader is willing to follow."""


def mark_as_cut(state: State, models: Iterable[Building] | None = None) -> None:
    """Note that code was not followed to its end, of these models or all of them as well."""
    state.cut = True
    for building in state.models if models is None else models:
        building.gap("the code is too long for kerlint to follow to the end", building.origin.site)


@dataclass(slots=True)
class Allowance:
    """The steps that are left for a file of so many characters."""

    characters: int = 0
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.left = FILE_STEPS - MAX_STEPS + self.most

    @property
    def most(self) -> int:
        """The steps of one path; what is executed once takes hardly more than one per character."""
        return max(MAX_STEPS, self.characters * 5 // 4)

    def grant(self, state: State) -> None:
        """Set the limits of a path that is about to be executed."""
        left = max(MIN_STEPS, self.left)
        state.end = min(self.most, state.steps + left)
        state.share = max(MAX_STEPS, self.characters // 4)
        state.late = min(self.late, max(8 * MIN_STEPS, left))
        state.limit_statement()

    @property
    def late(self) -> int:
        """The steps after a path was cut off."""
        return max(LATE_STEPS, self.characters // 2)

    def spend(self, steps: int, cut: bool) -> None:
        """Note a path; one that was cut off shows that there is too much code."""
        self.left -= steps
        if cut:
            self.left = min(self.left, self.late)


class Raised(Exception):
    """The code raises an exception or ends the program: what follows is not executed.

    ``exception`` is its class, of Python or of the user; None when it is not known.
    """

    def __init__(self, exception: object = None) -> None:
        super().__init__(exception)
        self.exception = exception


@dataclass(slots=True)
class Building:
    """A model under construction."""

    id: int
    kind: str
    type: str
    name: str
    origin: Origin
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    stack: list[tuple[int, int]] = field(default_factory=list)
    """Sequential: (layer, tensor after it), in order."""
    gaps: list[Gap] = field(default_factory=list)
    depth: int = 0
    structure: Fact | None = None  # outputs as given: a list or dictionary keeps its form
    compiled: int | None = None
    loss: Fact | None = None  # given to ``compile`` of a class with a training step of its own
    labels: list[str] = field(default_factory=list)
    weights_given: bool = False
    loaded: bool = False
    predicts: bool = False
    handed_on: bool = False
    rebuilt: bool = False
    maker: object = None  # the function that is being followed, at the outermost
    own_methods: frozenset[str] = frozenset()  # that the program has given to this one model

    def gap(self, reason: str, site: Site) -> None:
        if all(gap.reason != reason or gap.site != site for gap in self.gaps):
            self.gaps.append(Gap(reason, site))


@dataclass(slots=True)
class Cycle:
    """A loop that is being followed, and what its undecided conditions may do in other turns."""

    names: Container[str]
    """Names that it binds: what is asked of them is asked anew in each turn."""
    depth: int = 0
    """How many functions are being followed around it."""
    varied: list[object] = field(default_factory=list)
    """Statements that do something else in other turns."""
    whole: bool = False
    """Whether that may be any of the loop."""
    left: bool = False
    """Whether a turn may have ended before its end."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The functions of the interpreter that transfer functions of libraries call.

    The interpreter imports those, so they cannot import it: they find it in the state.
    """

    evaluate: Callable[[State, syntax.Expression, Scope], Fact]
    attribute: Callable[[State, Fact, str, syntax.Node, Scope], Fact]
    truth: Callable[[State, Fact], bool | None]
    call: Callable[[State, Fact, Arguments, syntax.Node], Fact]
    call_member: Callable[[State, Fact, str, Arguments, syntax.Node], Fact | None]
    instantiate: Callable[[State, Class, Arguments, syntax.Node], Fact]
    bind: Callable[[State, Function, Arguments, Scope, Site], None]
    enter: Callable[[State, Function, Scope, Site | None], Fact]
    execute: Callable[[State, Sequence[Any], Scope], str]


LAYOUT_ASKED = "layout asked"
"""The setting that is made where another file asks in which order the axes of images are."""


class State:
    """Interpreter state along one path: everything it has built so far.

    ``assumptions`` fixes the outcome of some branches. A branch without one takes its first
    outcome, and ``outcomes`` has its index in ``decisions``.
    """

    def __init__(
        self,
        sites: Sites,
        interpreter: Interpreter,
        decisions: Mapping[BranchKey, bool] | None = None,
        project: Project | None = None,
    ) -> None:
        self.sites = sites
        self.interpreter = interpreter
        self.site: Callable[[syntax.Node], Site] = sites.of  # asked for at every expression
        self.project = project
        self.assumptions: Mapping[BranchKey, bool] = decisions or {}
        self.outcomes: dict[BranchKey, int] = {}
        self.first_asked_at: dict[BranchKey, int] = {}  # where each condition was asked first
        self.last_asked_at: dict[BranchKey, int] = {}  # where each condition was asked last
        # How many calls and uses of names were noted when each condition was asked first.
        self.noted: dict[BranchKey, tuple[int, int]] = {}
        self.position = 0  # index of the statement of the file that is being executed
        self.decisions: list[Decision] = []
        self.open_decisions: list[int] = []
        self.layers: list[Layer] = []
        self.tensors: list[Tensor] = []
        self.layer_calls: list[LayerCall] = []
        self.models: list[Building] = []
        self.compiles: list[Compile] = []
        self.fits: list[Fit] = []
        self.calls: list[Call] = []
        self.assignments: list[Assignment] = []
        self.scalings: list[Scaling] = []
        self.formulas: list[Formula] = []
        self.model_calls: list[ModelCall] = []
        self.losses: list[LossCall] = []
        self.gradients: list[Gradient] = []
        self.returned: set[int] = set()  # gradients with which a function did nothing else
        # The layer calls that each tape has recorded: the first one, and where it has ended.
        self.recorded: list[tuple[int, int | None]] = []
        self.discarded: list[Discarded] = []
        self.multiplied: dict[int, Site] = {}  # layers that ``[layer] * n`` repeats
        self.uses: dict[tuple[str, Site], ApiReference] = {}
        self.used: dict[tuple[str, Site], int] = {}  # where each of them was met last
        self.stack: list[Site] = []
        self.functions: list[Function] = []
        self.fit_state: dict[
            int, tuple[Object, Array]
        ] = {}  # encoders, with what they were fitted to
        self.scopes: list[Scope] = []  # of the functions that are being followed
        self.module: Scope | None = None  # the scope of the file itself
        self.iterations: list[int | None] = []
        self.unbounded_loops = 0  # loops of unknown length that are open
        self.guards: list[Guard] = []  # around what is being executed
        self.tracing = False  # whether a function is being read as a formula
        self.tapes = 0  # of gradients, which record what is being executed
        self.trying = 0  # bodies of ``try`` with handlers around what is being executed
        self.steps = 0
        self.elements = 0  # what was spent of them, see ``has_room``
        self.limit = MAX_STEPS  # after so many the code is too long
        self.end = MAX_STEPS  # after so many nothing more of the file is followed
        self.share = MAX_STEPS  # steps that one statement of the file may take
        self.cut = False  # whether some code was too long to be followed
        self.late = LATE_STEPS  # steps that may follow the first statement for which that is so
        self.clock = 0  # grows with each statement
        self.doubts = 0  # grows whenever something was done that may have raised
        self.raised: object = None  # the exception that the last block ended with, see Raised
        self.cycles: list[Cycle] = []  # the loops that are being followed
        self.mutations = 0  # grows whenever something is built or a container changes
        self.allocations = 0  # grows whenever a layer or model is made
        self.last_choice = 0  # index of the decision that was asked for last
        self.entry = NOWHERE  # the definition of the function or class that is executed by itself
        self.module_calls = 0  # the calls that were made before
        self.defined: list[Function] = []
        self.classes: list[Class] = []
        self.called: set[int] = set()  # id() of the nodes of functions that were called
        self.in_other_module = False  # inside another file, or a function of one
        self.file = ""  # that other file
        self.files: dict[str, Fact] = {}  # other files of the project, as modules
        self.placeholders: dict[tuple[str, Site], int] = {}  # tensors for unknown values
        self.layer_models: dict[int, int] = {}  # layers of the user that are trained like models
        self.model_layers: dict[int, int] = {}  # the layer that a model is when used as one
        # Where an unknown value is one of the layers of a model, and which of them a loop passes.
        self.some_layer: dict[Site, tuple[int, Part]] = {}
        self.patched: dict[str, Fact] = {}  # attributes of libraries that the program replaced
        self.configured: dict[str, Fact] = {}  # settings of Keras itself, see configuration.py
        self.exposed: list[AbstractValue] = []  # what code that was not read has been given
        # Objects of the user that may be reached by a name of which nothing is known.
        self.loose: list[Instance] = []
        self.subclassed: list[Fact] = []  # instances of the user's Model classes
        self.own = Own()
        # Of a function that is read without a call: the defaults that its parameters were given,
        # and the branches that these choose where the default counts as unknown.
        self.defaults: dict[BranchKey, Site] = {}
        self.default_arms: dict[str, bool] = {}
        # Flags that the file sets to True or False itself, with the outcome of each ``if``.
        self.flags: dict[Site, tuple[BranchKey, set[bool]]] = {}
        # Functions that are handed over, by id() of the node: the arguments named each time.
        self.handed: dict[int, list[frozenset[str]]] = {}
        self.searched: set[str] = set()  # arguments whose values a search over settings chooses

    # -- bookkeeping ------------------------------------------------------------------------------

    def origin(self, site: Site) -> Origin:
        turn = self.iterations[-1] if self.iterations else None
        fails = expects_failure(self.guards) if self.guards else False
        return Origin(site, tuple(self.stack), turn, fails)

    def unknown(self, node: syntax.Node, reason: str, expr: str = "") -> Fact:
        """An unknown value: why it is unknown, and the expression that stands for it."""
        site = self.site(node)
        return Fact(Unknown(reason, site, expr), site)

    def has_room(self, elements: int, few: bool = True) -> bool:
        """Whether one operation may make, copy or look at this many elements.

        ``few``: a small number of them is free, as there is one such number for each step.

        They are then taken from the budgets of the path and the file. So the memory and the time
        that a file takes are bounded by its steps, however much a step of it would compute.
        """
        if few and elements <= FEW_ELEMENTS:
            return True
        spent = self.elements + elements
        if spent > MAX_ELEMENTS or self.sites.elements + elements > MAX_IN_FILE:
            return False
        self.elements = spent
        self.sites.elements += elements
        return True

    def room(self) -> int:
        """How many elements there is room for."""
        left = min(MAX_ELEMENTS - self.elements, MAX_IN_FILE - self.sites.elements)
        return max(left, FEW_ELEMENTS)

    def branch(self, key: BranchKey, first: bool = True) -> bool:
        """Take a branch of a condition that cannot be evaluated."""
        index = self.outcomes.get(key)
        if index is not None:
            return self.decisions[index].outcome
        arm = self.assumptions.get(key, first)
        self.outcomes[key] = len(self.decisions)
        self.first_asked_at[key] = self.position
        self.noted[key] = len(self.calls), len(self.uses)
        parent = self.open_decisions[-1] if self.open_decisions else None
        self.decisions.append(Decision(key[1], arm, parent))
        return arm

    def limit_statement(self) -> None:
        """Set the limit of the next statement of the file.

        After one that was too long none of the others may take most of what is left.
        """
        left = self.end - self.steps
        share = max(MIN_STEPS, left // 4) if self.cut else self.share
        self.limit = self.steps + min(share, left)

    def leave_out(self) -> bool:
        """Go on after a statement of the file that is too long; False when there were too many."""
        if not self.cut:
            self.end = self.steps + self.late
        return self.steps < self.end

    # -- tables -----------------------------------------------------------------------------------

    def add_layer(
        self,
        type: str,
        args: Mapping[str, Fact],
        site: Site,
        *,
        custom: bool = False,
        operation: bool = False,
        opaque: bool = False,
        partial: bool = False,
        wrapped: int | None = None,
        model: int | None = None,
    ) -> Layer:
        """Note a layer; ``opaque``: it stands for a call of code that cannot be read."""
        self.mutations += 1
        self.allocations += not (operation or opaque)
        layer = Layer(
            len(self.layers),
            type,
            args,
            self.origin(site),
            custom=custom,
            operation=operation,
            partial=partial,
            wrapped=wrapped,
            model=model,
        )
        self.layers.append(layer)
        return layer

    def add_tensor(self, shape: Shape | Unknown, site: Site, apply: int | None = None) -> Tensor:
        tensor = Tensor(len(self.tensors), shape, apply, site)
        self.tensors.append(tensor)
        return tensor

    def add_apply(
        self,
        layer: int,
        inputs: tuple[int, ...],
        shapes: tuple[Shape | Unknown, ...],
        site: Site,
        args: Mapping[str, Fact] | None = None,
    ) -> LayerCall:
        """Apply a layer to tensors; one output tensor for each shape."""
        self.mutations += 1
        index = len(self.layer_calls)
        outputs = tuple(self.add_tensor(shape, site, index).id for shape in shapes)
        apply = LayerCall(
            index, layer, inputs, outputs, self.origin(site), self.unbounded_loops > 0, args or {}
        )
        self.layer_calls.append(apply)
        return apply

    def add_model(self, kind: str, type: str, site: Site, name: str = "") -> Building:
        self.mutations += 1
        self.allocations += 1
        building = Building(
            len(self.models), kind, type, name, self.origin(site), depth=self.unbounded_loops
        )
        building.labels.extend(function.name for function in self.functions[-1:])
        building.maker = self.functions[0] if self.functions else None
        self.models.append(building)
        return building

    def replace_layer(self, index: int, **changes: object) -> None:
        self.layers[index] = replace(self.layers[index], **changes)  # type: ignore[arg-type]

    def replace_shape(self, tensor: int, shape: Shape | Unknown) -> None:
        self.tensors[tensor] = replace(self.tensors[tensor], shape=shape)

    def use(self, path: str, site: Site, *, imported: bool) -> None:
        if not self.in_other_module:
            key = (path, site)
            self.used[key] = self.position
            if key not in self.uses:
                guarded = guards_name(self.guards, path, imported=imported)
                self.uses[key] = ApiReference(path, site, imported, guarded)

    # -- result -----------------------------------------------------------------------------------

    def graph_of(self, building: Building, limit: int = sys.maxsize) -> tuple[int, ...]:
        """Applications between the inputs and the outputs, each after what it needs.

        ``limit``: when there are more, only some of them, but more than that.
        """
        order: list[int] = []
        seen: set[int] = set()
        stops = set(building.inputs)
        pending: list[tuple[int, bool]] = [(tensor, False) for tensor in reversed(building.outputs)]
        while pending:
            index, done = pending.pop()
            if done:
                order.append(index)
                continue
            if len(seen) > limit:
                continue
            if index in stops:
                continue
            apply = self.tensors[index].apply
            if apply is None or apply in seen:
                continue
            seen.add(apply)
            pending.append((apply, True))
            for tensor in reversed(self.layer_calls[apply].inputs):
                pending.append((tensor, False))
        return tuple(order)

    def program(self) -> Program:
        """Freeze what was built into plain data."""
        return Program(
            layers=tuple(self.layers),
            tensors=tuple(self.tensors),
            layer_calls=tuple(self.layer_calls),
            models=tuple(self._model(building) for building in self.models),
            compiles=tuple(self.compiles),
            fits=tuple(self.fits),
            calls=tuple(self.calls),
            assignments=tuple(self.assignments),
            discarded=tuple(self.discarded),
            multiplied=dict(self.multiplied),
            uses=tuple(self.uses.values()),
            scalings=tuple(self.scalings),
            formulas=tuple(self.formulas),
            model_calls=tuple(self.model_calls),
            losses=tuple(self.losses),
            gradients=tuple(self.gradients),
            decisions=tuple(self.decisions),
            own=self.own,
            classes=frozenset(cls.name for cls in self.classes if cls.keras and not _known(cls)),
            adapts=self.project.adapts if self.project is not None else 0,
            imports_code=self.project is not None and self.project.names.imports_code,
            entry=self.entry,
            module_calls=self.module_calls,
            asked_for_layout=LAYOUT_ASKED in self.configured,
        )

    def _model(self, building: Building) -> Model:
        graph = self.graph_of(building)
        gaps = list(building.gaps)
        if any(self.layer_calls[index].repeated for index in graph) and not building.depth:
            site = next(
                self.layer_calls[i].origin.site for i in graph if self.layer_calls[i].repeated
            )
            gaps.append(Gap("layers are added in a loop of unknown length", site))
        return Model(
            building.id,
            building.kind,
            building.name,
            tuple(building.inputs),
            tuple(building.outputs),
            graph,
            building.origin,
            tuple(gaps),
            tuple(dict.fromkeys(building.labels)),
            building.weights_given,
            building.loaded,
            building.predicts,
            building.handed_on,
            building.type,
            building.rebuilt,
        )


def _known(cls: Class) -> bool:
    """Whether a class may be registered, so that Keras finds it when it loads a model."""
    return bool(cls.node.decorators)
