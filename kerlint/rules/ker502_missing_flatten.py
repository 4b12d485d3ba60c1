"""KER502: a Dense output that has more axes than the labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, InsertBefore
from kerlint.program.claims import OUTPUT_SHAPE
from kerlint.program.data import Array
from kerlint.program.heads import Head
from kerlint.program.layers import PER_STEP, where
from kerlint.program.model import Layer, LayerCall, Shape
from kerlint.program.objectives import CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.model_inputs import has_batch_axis
from kerlint.rules.words import labels_note, loss_note


class MissingFlatten(Rule):
    """The output has one axis too many, because a Flatten layer is missing.

    A `Dense` layer works on the last axis only. After a convolution, a pooling layer or an
    image, it changes the number of channels and keeps rows and columns: the output is a
    whole map of answers, but there is only one label per sample. In a shape such as
    `(None, 28, 10)`, `None` is the batch size, which can vary.

    A crossentropy raises an error at the first batch. A regression loss does not: it
    silently compares each target with the whole map.

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28))])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Tempting:
        import numpy as np

        x = np.random.rand(20, 28, 28, 1)
        y = np.random.randint(0, 10, size=(20,))
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu")])
        model.add(layers.GlobalAveragePooling2D())  # one row per image, as after Flatten
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

    People say:
        "Shapes (None, 1) and (None, 28, 10) are incompatible",
        "expected dense to have 4 dimensions, but got array with shape"

    When kerlint stays silent:
        - The shape of the labels is not known from the code. Answers for each pixel or each
          time step are common.
        - The labels have one value for each step or place of the output.
        - A recurrent layer returns all its steps: KER504 reports that.
    """

    code = "KER502"
    severity = Severity.ERROR
    required_bytes = (b"Dense",)
    experiments = (OUTPUT_SHAPE,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in CROSSENTROPIES | REGRESSION or target is None:
            return
        if not disagree(head, target, sparse=loss.kind in SPARSE):
            return
        if has_batch_axis(objective.model, view):
            return
        if head.layer is None or head.layer.kind != "Dense" or last_sequence(head, view):
            return
        first = _first_dense(head, view)
        if first is None:
            return
        yield Finding(
            first.origin.site,
            f"the output has shape {in_words(head.shape)}, but the labels have shape "
            f"{in_words(target.shape)}; a `Flatten` layer is missing",
            label="`Dense` only works on the last axis",
            help=_help(first, view),
            related=(
                labels_note(target, f"labels of shape {in_words(target.shape)}"),
                loss_note(loss, "compares the output with the labels"),
            ),
            origin=first.origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _help(first: Layer, view: View) -> str:
    """Flatten where every size is known, else a pooling layer that does not need them."""
    pooling = _pooling(first, view)
    if pooling is None:
        return "add `Flatten()` (or a global pooling layer) before this layer"
    return f"add `{pooling}()` before this layer"


def _pooling(first: Layer, view: View) -> str | None:
    """The pooling layer for inputs of variable size, which Flatten cannot take; else None."""
    shape = view.program.tensors[view.graph.layer_calls[first.id][0].inputs[0]].shape
    if isinstance(shape, Unknown) or None not in shape[1:] or not 3 <= len(shape) <= 5:
        return None
    return f"GlobalAveragePooling{len(shape) - 2}D"


def one_per_step(shape: Shape, labels: tuple[object, ...]) -> bool:
    """Whether labels have one value for each step (or place) that an output answers."""
    if len(shape) < 3 or len(labels) != len(shape) - 1:
        return False
    return all(_same(given, size) for given, size in zip(labels[1:], shape[1:-1]))


def _same(one: object, other: object) -> bool:
    """Whether two sizes are known to be equal: by number or by name."""
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        return bool(one.symbol) and one.symbol == other.symbol
    return isinstance(one, int) and one == other


def disagree(head: Head, target: Array, *, sparse: bool) -> bool:
    """Whether an output has axes for which the labels have no values.

    Keras ignores an axis of size 1 at the end of either.
    """
    shape, labels = head.shape, target.shape
    if isinstance(shape, Unknown) or labels is None or len(shape) < 3 or not labels:
        return False
    if len(labels) < len(shape) - 1:
        return True
    if len(labels) > len(shape) - 1:
        return False
    # One axis fewer: class numbers of each step, or steps of one value each.
    last, steps, given = shape[-1], shape[1], labels[1]
    if one_per_step(shape, labels) and last != 1:
        return False  # class numbers of each step: KER131
    if not sparse and (isinstance(last, int) and last > 1 or _same(labels[-1], last)):
        return True
    if not sparse and last != 1:
        return False
    return given == 1 and isinstance(steps, int) and steps > 1


def last_sequence(head: Head, view: View) -> Layer | None:
    """The recurrent layer that gives the output all its steps, if nothing after it mixes them."""
    for apply in before(head, view):
        layer = view.layer(apply)
        inner = layer
        if layer.kind == "Bidirectional" and layer.wrapped is not None:
            inner = view.program.layers[layer.wrapped]
        flag = inner.arg("return_sequences")
        if inner.kind in SEQUENCE_LAYERS and flag is not None and flag.value is True:
            return inner
        if layer.kind not in PER_STEP:
            return None
    return None


def before(head: Head, view: View) -> Iterator[LayerCall]:
    """The applications on the way back from an output, as long as it is one way."""
    for apply in view.graph.back(head.tensor):
        layer = view.layer(apply)
        if layer.custom or layer.operation or layer.model is not None:
            return
        yield apply


# Their ``return_sequences`` makes one answer for each step.
SEQUENCE_LAYERS = where(lambda kind: kind.recurrent and kind.width == "units")


def in_words(shape: object) -> str:
    """A shape as Keras writes it: ``(None, 28, 10)``."""
    if not isinstance(shape, tuple):
        return "of unknown shape"
    sizes = ["None", *(_size(size) for size in shape[1:])]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _size(size: object) -> str:
    if isinstance(size, Unknown):
        return size.symbol if size.symbol.isidentifier() else "?"
    return str(size)


def _first_dense(head: Head, view: View) -> Layer | None:
    """The first of the Dense layers at the end of a model that are given more than rows."""
    found: Layer | None = None
    for apply in before(head, view):
        layer = view.layer(apply)
        if layer.kind not in PER_STEP:
            break
        if layer.kind == "Dense":
            shape = view.program.tensors[apply.inputs[0]].shape
            if isinstance(shape, Unknown) or len(shape) < 3:
                break
            found = layer
    return found


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A Flatten before the first of the Dense layers at the end."""
    first = _first_dense(objective.head, view)
    if first is None:
        return ()
    kind = _pooling(first, view) or "Flatten"
    return (InsertBefore(first.id, f"keras.layers.{kind}", {}),)
