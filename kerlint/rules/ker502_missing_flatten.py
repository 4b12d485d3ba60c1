"""KER502: a Dense output that still has an axis too many for the labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, InsertBefore
from kerlint.program.data import Array
from kerlint.program.heads import Head
from kerlint.program.model import Apply, Layer
from kerlint.program.objectives import CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.words import labels_note, loss_note


class MissingFlatten(Rule):
    """Dense works on the last axis only, and the others are still there at the output.

    A ``Dense`` layer behind a convolution, a pooling layer or an image changes the number of
    channels and keeps rows and columns: the output is a map of answers, and the labels are one
    answer per sample. A crossentropy raises at the first batch; a regression loss spreads each
    target over the whole map and trains silently.

    Silent where the rank of the labels is not known: per-step and per-pixel outputs are common.

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

    People say: "Shapes (None, 1) and (None, 28, 10) are incompatible", "expected dense to have 4
    dimensions, but got array with shape".
    """

    code = "KER502"
    severity = Severity.ERROR
    words = (b"Dense",)
    experiment = "output shape"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.word not in CROSSENTROPIES | REGRESSION or target is None:
            return
        if not disagree(head, target, sparse=loss.word in SPARSE):
            return
        if head.layer is None or head.layer.kind != "Dense" or last_sequence(head, view):
            return
        first = _first_dense(head, view)
        if first is None:
            return
        yield Finding(
            first.origin.site,
            f"Dense without Flatten before it: the output is {in_words(head.shape)}, "
            f"the labels are {in_words(target.shape)}",
            label="works on the last axis only",
            help="put Flatten() (or a global pooling layer) before this layer",
            related=(
                labels_note(target, f"labels of shape {in_words(target.shape)}"),
                loss_note(loss, "compares them"),
            ),
            origin=first.origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def disagree(head: Head, target: Array, *, sparse: bool) -> bool:
    """Whether an output has axes for which the labels have no values.

    Keras takes one axis of size 1 at the end of either for nothing.
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
    if not sparse and isinstance(last, int) and last > 1:
        return True
    if not sparse and last != 1:
        return False
    return given == 1 and isinstance(steps, int) and steps > 1


def last_sequence(head: Head, view: View) -> Layer | None:
    """The recurrent layer that gives the output all its steps, if nothing behind it mixes them."""
    for apply in before(head, view):
        layer = view.layer(apply)
        inner = layer
        if layer.kind == "Bidirectional" and layer.wrapped is not None:
            inner = view.program.layers[layer.wrapped]
        flag = inner.arg("return_sequences")
        if inner.kind in RECURRENT and flag is not None and flag.value is True:
            return inner
        if layer.kind not in STEPWISE:
            return None
    return None


def before(head: Head, view: View) -> Iterator[Apply]:
    """The applications on the way back from an output, as long as it is one way."""
    apply = view.producer(head.tensor)
    while apply is not None:
        layer = view.layer(apply)
        if layer.custom or layer.operation or layer.model is not None:
            return
        yield apply
        if len(apply.inputs) != 1:
            return
        apply = view.producer(apply.inputs[0])


RECURRENT = frozenset({"GRU", "LSTM", "SimpleRNN", "CuDNNGRU", "CuDNNLSTM"})

# Layers that treat every step by itself.
STEPWISE = frozenset(
    {
        "Activation",
        "BatchNormalization",
        "Dense",
        "Dropout",
        "ELU",
        "GaussianNoise",
        "LayerNormalization",
        "LeakyReLU",
        "PReLU",
        "ReLU",
        "Softmax",
        "SpatialDropout1D",
        "TimeDistributed",
    }
)


def in_words(shape: object) -> str:
    """A shape as Keras writes it: ``(None, 28, 10)``."""
    if not isinstance(shape, tuple):
        return "of unknown shape"
    sizes = ["None", *(_size(size) for size in shape[1:])]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _size(size: object) -> str:
    if isinstance(size, Unknown):
        return size.expr if size.expr.isidentifier() else "?"
    return str(size)


def _first_dense(head: Head, view: View) -> Layer | None:
    """The first of the Dense layers at the end of a model that are given more than rows."""
    found: Layer | None = None
    for apply in before(head, view):
        layer = view.layer(apply)
        if layer.kind not in STEPWISE:
            break
        if layer.kind == "Dense":
            shape = view.program.tensors[apply.inputs[0]].shape
            if isinstance(shape, Unknown) or len(shape) < 3:
                break
            found = layer
    return found


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A Flatten in front of the first of the Dense layers at the end."""
    first = _first_dense(objective.head, view)
    return (InsertBefore(first.id, "keras.layers.Flatten", {}),) if first is not None else ()
