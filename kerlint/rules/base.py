"""What a rule is, what it is asked about, and what it answers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api import LATEST, locate
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import Change, SourceChange
from kerlint.program.claims import (
    ChainClaim,
    Claim,
    Experiment,
    FirstBatchClaim,
    LabelError,
    LayerClaim,
    ModelClaim,
)
from kerlint.program.fate import cut_off, left_alone, rebuilt, sets_rates, superseded
from kerlint.program.graph import Graph
from kerlint.program.heads import Head, head_of
from kerlint.program.images import looks_channels_first
from kerlint.program.model import (
    ApiReference,
    Assignment,
    Call,
    Compile,
    Discarded,
    Fit,
    Layer,
    LayerCall,
    Model,
    Origin,
    Program,
    asks_for_layout,
)
from kerlint.program.objectives import Objective, objectives
from kerlint.program.trainable import Trainable
from kerlint.program.values import Refused, Site, Unknown

if TYPE_CHECKING:
    from kerlint.rules.keywords import ArgumentStatus, Keyword


@dataclass(frozen=True, slots=True)
class Note:
    """Another place that takes part in a finding, and the words under it."""

    site: Site
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, at sites that become rows and columns only when it is reported.

    ``repair`` are the changes to the program that would be right, ``rewrite`` those of the source
    that no model shows, or that no experiment needs; together they become the fix. ``fix``
    overrides the applicability that the rule gives it, and ``unsafe_because`` its reason.
    ``severity`` overrides that of the rule. ``shown_at_end``: nothing is wrong at the end of a
    notebook cell, which shows the value of its last expression. ``quoted`` is a keyword argument
    at ``at``: ``{value}`` in ``help`` becomes its value as it is written there. ``origin`` says on
    which way through helper functions the place was evaluated, when that matters. ``untried`` is
    why there is no claim to test although the rule has an experiment.
    """

    at: Site
    message: str
    label: str = ""
    help: str = ""
    quoted: str = ""
    related: tuple[Note, ...] = ()
    severity: Severity | None = None
    shown_at_end: bool = False
    origin: Origin | None = None
    claim: Claim | None = None
    untried: str = ""
    repair: tuple[Change, ...] = ()
    rewrite: tuple[SourceChange | Change, ...] = ()
    fix: Applicability | None = None
    unsafe_because: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The Keras that the code is meant for: 3 with a minor release, or 2.

    ``through_tensorflow``: only ``tensorflow.keras`` is known to be that one, because the file sets
    ``TF_USE_LEGACY_KERAS``; ``keras`` is what happens to be installed. ``backend`` is empty where
    nothing is said about it.
    """

    release: str = LATEST
    through_tensorflow: bool = False
    backend: str = ""
    sets_rates: bool = False
    own_variables: bool = False
    registers: bool = False

    @property
    def is_keras_3(self) -> bool:
        return self.release.startswith("3")


@dataclass
class View:
    """A program with the questions that rules ask of it, answered once."""

    program: Program
    target: Target = field(default_factory=Target)

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.program)

    @cached_property
    def trainable(self) -> Trainable:
        return Trainable(self.program, self.graph)

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        return tuple(objectives(self.program, self.graph))

    @cached_property
    def judged(self) -> tuple[Objective, ...]:
        """The objectives that matter: not those of models that only predict.

        Nor those of a ``compile`` that another one replaces, nor outputs that are only watched.
        """
        alone, replaced = left_alone(self.graph), superseded(self.program)
        return tuple(
            o
            for o in self.objectives
            if (o.model.id not in alone or o.compiled.step is not None)
            and o.compiled.id not in replaced
            and o.trained
        )

    @cached_property
    def keywords_not_taken(self) -> dict[int, tuple[tuple[Keyword, ArgumentStatus], ...]]:
        """What ``keywords()`` in rules/keywords.py has found, by the number of the call."""
        return {}

    @cached_property
    def rebuilt(self) -> frozenset[int]:
        """Models of which others are made from their configuration, and nothing else."""
        return rebuilt(self.program)

    @cached_property
    def dropped_layers(self) -> frozenset[int]:
        """Layers that are in no other models than those, or left out of what is trained."""
        if not self.rebuilt:
            return cut_off(self.graph)
        within = {m.id: self.layers_in(m.id) for m in self.program.models}
        others = (layers for model, layers in within.items() if model not in self.rebuilt)
        dropped = frozenset().union(*(within[m] for m in self.rebuilt)).difference(*others)
        return dropped | cut_off(self.graph)

    @cached_property
    def sets_rates(self) -> bool:
        """Whether the program itself changes learning rates, or may do so in a callback."""
        return self.target.sets_rates or sets_rates(self.program)

    @cached_property
    def refused(self) -> dict[int, list[tuple[LayerCall, Refused]]]:
        """The calls whose result has no shape because Keras raises, by layer."""
        found: dict[int, list[tuple[LayerCall, Refused]]] = {}
        tensors = self.program.tensors
        for call in self.program.layer_calls:
            shape = tensors[call.outputs[0]].shape
            if isinstance(shape, Refused) and shape.fault:
                found.setdefault(call.layer, []).append((call, shape))
        return found

    @cached_property
    def made_of_channels_first(self) -> frozenset[int]:
        """The tensors that look like images with their channels first, and what is made of them."""
        found = {
            tensor.id
            for tensor in self.program.tensors
            if not isinstance(tensor.shape, Unknown) and looks_channels_first(tensor.shape)
        }
        for call in self.program.layer_calls if found else ():
            if not found.isdisjoint(call.inputs):
                found.update(call.outputs)
        return frozenset(found)

    @cached_property
    def called(self) -> dict[Site, str]:
        """What was called at a place, as it was spelled: ``tf_keras.Sequential``."""
        return {call.origin.site: call.path for call in self.program.calls}

    @cached_property
    def calls_at(self) -> dict[Site, list[Call]]:
        """All calls that are made at a place: a line in a loop makes several."""
        found: dict[Site, list[Call]] = {}
        for call in self.program.calls:
            found.setdefault(call.origin.site, []).append(call)
        return found

    @cached_property
    def names_called(self) -> frozenset[str]:
        """What the program calls."""
        return frozenset(call.name for call in self.program.calls)

    @cached_property
    def inputs_made(self) -> dict[Site, list[Call]]:
        """The calls of ``Input`` and ``InputLayer``, by their place."""
        found: dict[Site, list[Call]] = {}
        for call in self.program.calls:
            if call.name in ("keras.Input", "keras.layers.InputLayer"):
                found.setdefault(call.origin.site, []).append(call)
        return found

    @cached_property
    def strided_by_position(self) -> frozenset[Site]:
        """The calls of convolutions with three arguments by position, of which one is a stride."""
        return frozenset(
            call.origin.site
            for call in self.program.calls
            if len(call.positional) > 2 and call.name.startswith("keras.layers.Conv")
        )

    @cached_property
    def asks_for_layout(self) -> bool:
        """Whether the program asks in which order Keras takes the axes of images.

        Then it is made for both, and each of its branches for one of them.
        """
        return self.program.asked_for_layout or any(map(asks_for_layout, self.names_called))

    @cached_property
    def order(self) -> dict[ApiReference, int]:
        """The places of uses among all uses, which are in the order of the code."""
        return {use: index for index, use in enumerate(self.program.uses)}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The first parts of all Keras paths that the code names: ``tensorflow.keras.layers``."""
        return frozenset(
            ".".join(use.path.split(".", 3)[:3])
            for use in self.program.uses
            if locate(use.path) is not None
        )

    def claim(self, layer: Layer) -> LayerClaim:
        """A claim about a layer, in the model that it is trained in, or else in the largest."""
        layers_in = [model for model in self.program.models if layer.id in self.layers_in(model.id)]
        replaced = superseded(self.program)
        trained = [
            o
            for o in self.objectives
            if o.compiled.id not in replaced and any(o.model.id == m.id for m in layers_in)
        ]
        behind = [o for o in trained if any(a.layer.id == layer.id for a in o.head.activations)]
        for objective in behind or trained:
            about = self.objective_claim(objective)
            return LayerClaim(
                model=about.model, output=about.output, compiled=about.compiled, layer=layer.id
            )
        whole = max(
            layers_in,
            key=lambda model: (not model.gaps, len(self.layers_in(model.id))),
            default=None,
        )
        return LayerClaim(model=whole.id if whole is not None else None, layer=layer.id)

    def chain_claim(self, first: Layer, last: Layer) -> ChainClaim:
        """A claim about everything from one layer to another."""
        about = self.claim(first)
        return ChainClaim(
            model=about.model,
            output=about.output,
            compiled=about.compiled,
            layer=first.id,
            last=last.id,
        )

    def objective_claim(self, objective: Objective) -> ModelClaim:
        """A claim about one output of a compiled model."""
        return ModelClaim(
            model=objective.model.id,
            output=objective.index,
            compiled=self.program.compiles.index(objective.compiled),
        )

    def first_batch_claim(self, objective: Objective, raises: LabelError) -> FirstBatchClaim:
        """A claim that Keras rejects the labels of one output."""
        about = self.objective_claim(objective)
        return FirstBatchClaim(
            model=about.model, output=about.output, compiled=about.compiled, raises=raises
        )

    def layers_in(self, model: int) -> frozenset[int]:
        """The layers of a model, those inside wrappers and inner models too."""
        return self.graph.layers_in(model)

    def head(self, tensor: int) -> Head:
        return head_of(tensor, self.graph)

    def layer(self, apply: LayerCall) -> Layer:
        return self.program.layers[apply.layer]


class Rule:
    """One rule: everything about it in one file, found without registration.

    ``check`` says by the type of its first parameter what it wants to see: a ``Layer``, ``Model``,
    ``Compile``, ``Fit``, ``Call``, ``Assignment``, ``Discarded``, ``ApiReference``, ``Objective``
    or the whole ``Program``. The class's docstring is the rule's only text: its first line is the
    summary, then prose, then ``Bad:``, ``Good:`` and ``Tempting:`` (right, although a simpler rule
    would report it) with code that the tests run, ``People say:`` with what users search for, and
    at the end ``When kerlint stays silent:``.

    ``preview``: the rule is new and may still change; it is off without the setting ``preview``.
    ``required_bytes``: a text that holds none of them cannot break the rule and is not even parsed.
    ``names``: ``check`` is asked about these calls (``keras.Model.fit``), kinds of layers,
    attributes or paths only; a rule that cannot list them overrides ``concerns``.
    ``experiments``: what ``--execute`` runs, in this order, until one confirms; a rule without any
    says in ``untestable`` why there is none.
    ``fix``: whether the repairs of this rule may be applied without being looked at, and
    ``unsafe_because`` why not, as a clause ("it changes what the model predicts").
    """

    code: ClassVar[str]
    severity: ClassVar[Severity]
    default: ClassVar[bool] = True
    preview: ClassVar[bool] = False
    required_bytes: ClassVar[tuple[bytes, ...]] = ()
    names: ClassVar[Container[str] | None] = None
    experiments: ClassVar[tuple[Experiment, ...]] = ()
    untestable: ClassVar[str] = ""
    fix: ClassVar[Applicability] = Applicability.UNSAFE
    unsafe_because: ClassVar[str] = "the program then trains another model"
    plugin: str = ""
    """The package that adds the rule, with its version; empty for kerlint's own."""

    @property
    def name(self) -> str:
        """The class's name in kebab case: ``SoftmaxOnOneUnit`` -> ``softmax-on-one-unit``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()

    @property
    def page(self) -> str:
        """What `kerlint explain` shows: the docstring of the class."""
        return inspect.cleandoc(type(self).__doc__ or self.name)

    @property
    def summary(self) -> str:
        return self.page.partition("\n")[0]

    def concerns(self, name: str) -> bool:
        """Whether ``check`` can find anything about a subject of this name.

        Names are those of ``name_of_subject``. The answer is kept: it must not depend on anything
        else.
        """
        return self.names is None or name in self.names

    def check(self, subject: Any, view: View) -> Iterator[Finding]:
        """Yield what is wrong with the subject."""
        return iter(())

    @cached_property
    def subject(self) -> type | None:
        """The type that ``check`` wants to see; None for a rule that is checked elsewhere."""
        if type(self).check is Rule.check:
            return None
        # ``typing.get_type_hints`` would evaluate all of them, for each rule.
        wanted = next(iter(type(self).check.__annotations__.values()))
        name = wanted if isinstance(wanted, str) else wanted.__name__
        return _KINDS[name.rpartition(".")[2]]


_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        *(
            ApiReference,
            Assignment,
            Call,
            Compile,
            Discarded,
            Fit,
            Layer,
            Model,
            Objective,
            Program,
        ),
    )
}

# What ``Rule.concerns`` is asked, by the type of the subject.
name_of_subject: Mapping[type, Callable[[Any], str]] = {
    ApiReference: attrgetter("path"),
    Assignment: attrgetter("name"),
    Call: attrgetter("name"),
    Discarded: attrgetter("of"),
    Layer: attrgetter("kind"),
}


def subjects(kind: type, view: View) -> Iterable[object]:
    """The things of one type in a program, those of the code around it left out."""
    program = view.program
    own = program.own
    if kind is Layer:
        made = _lasting(program.layers[own.layers :])
        dropped = view.dropped_layers
        return [layer for layer in made if layer.id not in dropped] if dropped else made
    if kind is Model:
        return [m for m in _lasting(program.models[own.models :]) if m.id not in view.rebuilt]
    if kind is Compile:
        return _lasting(tuple(c for c in program.compiles[own.compiles :] if c.step is None))
    if kind is Fit:
        return _lasting(program.fits[own.fits :])
    if kind is Call:
        return _lasting(program.calls[own.calls :])
    if kind is Assignment:
        return _lasting(program.assignments[own.assignments :])
    if kind is Discarded:
        return _lasting(program.discarded[own.discarded :])
    if kind is ApiReference:
        return program.uses
    if kind is Objective:
        return view.judged
    if kind is Program:
        return (program,)
    raise TypeError(f"no rule can ask for {kind!r}")


_Made = TypeVar("_Made", Layer, Model, Compile, Fit, Call, Assignment, Discarded)


def _lasting(made: tuple[_Made, ...]) -> Iterable[_Made]:
    """Without what is made in a block that is expected to raise: nobody ever trains it."""
    return [each for each in made if not each.origin.fails]
