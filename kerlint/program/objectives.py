"""What a compiled model is trained for: each output with its loss, its metrics and its targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.graph import Graph
from kerlint.program.heads import Head, head_of
from kerlint.program.model import Compile, Fit, Model, Program, Step
from kerlint.program.values import Entries, Fact, Items, Object, Ref, Unknown, text_of

BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
"""Crossentropies of independent yes/no answers, one for each unit."""

CATEGORICAL = frozenset({"categorical_crossentropy", "categorical_focal_crossentropy"})
"""Crossentropies of one class out of several, with one-hot labels."""

SPARSE = frozenset({"sparse_categorical_crossentropy"})
"""The same with class numbers as labels."""

CROSSENTROPIES = BINARY | CATEGORICAL | SPARSE

REGRESSION = frozenset(
    {
        "huber",
        "log_cosh",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_error",
        "mean_squared_logarithmic_error",
    }
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A loss or metric as given: ``kind`` in one word (``mean_squared_error``), None when unknown.

    ``name`` is the canonical Keras name, ``args`` the arguments of an instance, ``fact`` the place.
    """

    kind: str | None
    name: str | None
    args: Mapping[str, Fact]
    fact: Fact
    partial: bool = False

    @property
    def as_written(self) -> str:
        """The loss or metric in the words of the code: ``mse``, ``BinaryCrossentropy``."""
        value = self.fact.value
        return value if isinstance(value, str) else text_of(value)

    def flag(self, name: str, default: bool) -> bool | None:
        """A boolean argument of the instance; None when it is not known."""
        fact = self.args.get(name)
        if fact is None:
            return None if self.partial else default
        return fact.value if isinstance(fact.value, bool) else None


@dataclass(frozen=True, slots=True)
class Objective:
    """One output of a compiled model with all that judges it.

    ``metrics_known``: the list of metrics was read to its end. ``targets`` are the labels given to
    ``fit`` and its kin, one for each call whose labels were seen (the value may be unknown).
    """

    model: Model
    compiled: Compile
    index: int
    head: Head
    loss: Criterion | None
    metrics: tuple[Criterion, ...]
    metrics_known: bool
    targets: tuple[tuple[Fit, Fact], ...]
    names: tuple[str | None, ...] = (None,)
    """Of all outputs of the model."""

    @property
    def trained(self) -> bool:
        """Whether the loss of this output counts: its weight is not 0."""
        weights = self.compiled.args.get("loss_weights")
        if weights is None or self.loss is None:
            return True
        part = _part(weights, self.index, list(self.names))
        return part is None or part.number() != 0

    @property
    def adversarial(self) -> bool:
        """Whether the model's names say that it is part of a generative adversarial pair."""
        words = " ".join(self.model.labels).lower()
        return "discriminator" in words or "critic" in words or "gan" in words.split("_")

    @property
    def each_target(self) -> tuple[Array, ...]:
        """What is known of the labels of each call that trains, or of all others together."""
        training = {
            fact.value: None
            for fit, fact in self.targets
            if isinstance(fact.value, Array) and fit.method in ("fit", "train_on_batch")
        }
        target = self.target
        return tuple(training) or (() if target is None else (target,))

    @property
    def target(self) -> Array | None:
        """What is known of the labels, when all calls agree."""
        found = [fact.value for fit, fact in self.targets if isinstance(fact.value, Array)]
        training = [
            fact.value
            for fit, fact in self.targets
            if isinstance(fact.value, Array) and fit.method in ("fit", "train_on_batch")
        ]
        chosen = training or found
        if not chosen or any(other != chosen[0] for other in chosen[1:]):
            encodings = {array.encoding for array in chosen}
            bounded = all(a.lowest is not None and a.highest is not None for a in chosen)
            if chosen and len(encodings) == 1 and (None not in encodings or bounded):
                return Array(
                    encoding=chosen[0].encoding,
                    classes=_agreed([a.classes for a in chosen]),
                    shape=_shape(chosen),
                    lowest=_least([a.lowest for a in chosen]),
                    highest=_most([a.highest for a in chosen]),
                    integers=all(a.integers for a in chosen) or None,
                    origin=chosen[0].origin,
                    site=chosen[0].site,
                )
            return None
        return chosen[0]


def _agreed(values: list[int | None]) -> int | None:
    return values[0] if len(set(values)) == 1 else None


def _least(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None


def _most(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _shape(arrays: list[Array]) -> tuple[int | Unknown | None, ...] | None:
    shapes = [array.shape for array in arrays]
    first = shapes[0]
    if first is None or any(shape is None or len(shape) != len(first) for shape in shapes):
        return None
    columns = zip(*(shape for shape in shapes if shape is not None))
    return tuple(column[0] if len(set(column)) == 1 else None for column in columns)


def objectives(program: Program, graph: Graph | None = None) -> Iterator[Objective]:
    """Every output of every compiled model of a program; ``graph`` is that of the program."""
    graph = graph if graph is not None else Graph(program)
    fits: dict[int | None, list[Fit]] = {}
    for fit in program.fits:
        if not fit.origin.fails:
            fits.setdefault(fit.compiled, []).append(fit)
    for compiled in program.compiles[program.own.compiles :]:
        if compiled.origin.fails:
            continue
        model = program.models[compiled.model]
        names = output_names(model, program)
        named = tuple(names)
        loss = compiled.args.get("loss")
        metrics = compiled.args.get("metrics")
        step = compiled.step
        for position, tensor in enumerate(model.outputs):
            if step is not None:
                if position == step.output and loss is not None:
                    yield _of_step(model, compiled, step, loss, head_of(tensor, graph), named)
                continue
            measure = _loss(loss, position, names)
            found, known = _metrics(metrics, position, names, compiled.partial)
            targets = tuple(
                (fit, fact)
                for fit in fits.get(compiled.id, ())
                if fit.method not in ("predict", "predict_classes", "predict_proba")
                for fact in [_target(fit, position, names)]
                if fact is not None
            )
            head = head_of(tensor, graph)
            yield Objective(
                model,
                compiled,
                position,
                head,
                measure,
                found,
                known,
                targets,
                named,
            )


def _of_step(
    model: Model,
    compiled: Compile,
    step: Step,
    loss: Fact,
    head: Head,
    names: tuple[str | None, ...],
) -> Objective:
    """What a training step of the program's own trains an output for."""
    targets = tuple(
        (Fit(-1, model.id, "train_on_batch", {"y": fact}, compiled.origin, True, compiled.id), fact)
        for fact in step.labels
    )
    measure = measure_of(loss, "loss")
    return Objective(model, compiled, step.output, head, measure, (), False, targets, names)


def output_names(model: Model, program: Program) -> list[str | None]:
    """The name of each output: that of its layer, None where the code gives none."""
    found: list[str | None] = []
    for tensor in model.outputs:
        apply = program.tensors[tensor].apply
        layer = program.layers[program.layer_calls[apply].layer] if apply is not None else None
        name = layer.args.get("name") if layer is not None else None
        found.append(name.value if name is not None and isinstance(name.value, str) else None)
    return found


def _part(fact: Fact, position: int, names: list[str | None]) -> Fact | None:
    """The part of a list or dictionary that belongs to one output."""
    value = fact.value
    if isinstance(value, Entries):
        name = names[position]
        if name is not None and name in value.entries:
            return value.entries[name]
        if len(names) == 1 and len(value.entries) == 1:
            return next(iter(value.entries.values()))
        return None
    if isinstance(value, Items):
        if value.complete and len(value.items) == len(names):
            return value.items[position]
        return None
    return fact


def _loss(fact: Fact | None, position: int, names: list[str | None]) -> Criterion | None:
    if fact is None:
        return None
    part = _part(fact, position, names)
    return measure_of(part, "loss") if part is not None else None


def _metrics(
    fact: Fact | None, position: int, names: list[str | None], partial: bool
) -> tuple[tuple[Criterion, ...], bool]:
    if fact is None:
        return (), not partial
    value = fact.value
    if isinstance(value, Items) and len(names) > 1:
        if all(isinstance(item.value, Items) for item in value.items):
            part = _part(fact, position, names)
            return _metrics(part, 0, ["only"], partial) if part is not None else ((), False)
        if len(value.items) != len(names):
            return (), False
        # With several outputs Keras 3 wants one entry for each; an entry may be a single metric.
        return (measure_of(value.items[position], "metric"),), value.complete
    if isinstance(value, Entries):
        part = _part(fact, position, names)
        return _metrics(part, 0, ["only"], partial) if part is not None else ((), False)
    if isinstance(value, Items):
        found: list[Criterion] = []
        for item in value.items:
            if isinstance(item.value, Items):
                found.extend(measure_of(inner, "metric") for inner in item.value.items)
            else:
                found.append(measure_of(item, "metric"))
        return tuple(found), value.complete
    if value is None:
        return (), True
    if isinstance(value, Unknown):
        return (), False
    return (measure_of(fact, "metric"),), True


def _target(fit: Fit, position: int, names: list[str | None]) -> Fact | None:
    fact = fit.args.get("y")
    if fact is None:
        return None
    if isinstance(fact.value, Entries) or (isinstance(fact.value, Items) and len(names) > 1):
        return _part(fact, position, names)
    if isinstance(fact.value, Array) and len(names) > 1:
        return None  # a list of arrays that was read as one: no output has it as its labels
    return fact


def _word_of(name: str) -> str | None:
    # The class Accuracy compares for equality; the string "accuracy" chooses by shapes.
    return "exact_accuracy" if name == "keras.metrics.Accuracy" else keras_api.kind_of(name)


def measure_of(fact: Fact, kind: str) -> Criterion:
    """Read a loss or metric: a string, a function, a class or an instance."""
    value = fact.value
    if isinstance(value, str):
        if kind == "metric" and value in ("accuracy", "acc", "crossentropy", "ce"):
            return Criterion(
                "accuracy" if value.startswith("acc") else "crossentropy", None, {}, fact
            )
        name = keras_api.resolve_string(kind, value) or keras_api.resolve_string(kind, value, "2")
        return Criterion(keras_api.kind_of(name) if name is not None else None, name, {}, fact)
    if isinstance(value, Ref):
        return Criterion(_word_of(value.name), value.name, {}, fact)
    if isinstance(value, Object):
        word = _word_of(value.name)
        return Criterion(word, value.name, value.args, fact, value.partial)
    return Criterion(None, None, {}, fact)
