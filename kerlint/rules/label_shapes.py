"""The shape of labels against the shape of an output, as the losses of Keras compare them."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from kerlint.program.data import UNSEEN, Array, Encoding
from kerlint.program.layers import width_argument
from kerlint.program.model import Dim, Layer, Shape
from kerlint.program.model import Fit as Training
from kerlint.program.objectives import CATEGORICAL, CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.program.shapes.sizes import same
from kerlint.program.values import Unknown
from kerlint.rules.base import View
from kerlint.rules.ker502_missing_flatten import disagree, one_per_step
from kerlint.rules.model_inputs import has_batch_axis


class Fit(enum.Enum):
    """What becomes of labels and outputs of these shapes."""

    ALIKE = "alike, as far as is known"
    STRETCHED = "one is repeated along an axis of the other"
    REFUSED = "Keras raises an error"


def fit_of(labels: Shape, output: Shape) -> Fit:
    """How an elementwise loss compares labels with an output, batch axis first.

    Keras adds an axis of size 1 at the end of either, or takes it away.
    """
    if len(labels) == len(output) + 1 and not isinstance(labels[-1], int):
        return Fit.ALIKE  # an axis of unknown size may be one of 1
    if len(labels) == len(output) + 1 and labels[-1] == 1:
        labels = labels[:-1]
    elif len(labels) == len(output) - 1 and not isinstance(output[-1], int):
        return Fit.ALIKE
    elif len(labels) == len(output) - 1 and output[-1] == 1:
        output = output[:-1]
    if len(labels) != len(output):
        return Fit.REFUSED
    found = Fit.ALIKE
    for one, other in zip(labels[1:], output[1:], strict=True):
        if not isinstance(one, int) or not isinstance(other, int) or one == other:
            continue
        if 1 not in (one, other):
            return Fit.REFUSED
        found = Fit.STRETCHED
    return found


def fit_of_classes(labels: Shape, output: Shape) -> Fit:
    """How a loss that takes class numbers compares them with an output."""
    wanted = output[:-1]
    while len(labels) > len(wanted) and labels[-1] == 1:
        labels = labels[:-1]
    if len(labels) == len(wanted) + 1 and not isinstance(labels[-1], int):
        return Fit.ALIKE  # an axis of unknown size may be one of 1
    if len(labels) != len(wanted):
        return Fit.REFUSED
    pairs = zip(labels[1:], wanted[1:], strict=True)
    return Fit.ALIKE if all(_may_be(one, other) for one, other in pairs) else Fit.REFUSED


def misfit(objective: Objective, view: View) -> Fit:
    """Whether the labels of an objective do not fit its output, and no other rule says so."""
    loss, head, target = objective.loss, objective.head, objective.target
    if loss is None or target is None or target.shape is None or isinstance(head.shape, Unknown):
        return Fit.ALIKE
    if given_back(objective) is not None:
        return Fit.ALIKE  # KER724
    shape = head.shape
    if len(shape) < 2 or not target.shape or loss.partial or view.asks_for_layout:
        return Fit.ALIKE
    if target.origin.endswith(UNSEEN):
        return Fit.ALIKE  # only the usual number of axes
    if loss.kind in REGRESSION:
        if target.encoding is Encoding.STRINGS:
            return Fit.ALIKE
    elif loss.kind not in CROSSENTROPIES or "axis" in loss.args:
        return Fit.ALIKE
    if loss.kind in SPARSE:
        if target.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT) or head.width == 1:
            return Fit.ALIKE  # KER130, KER101 or KER102
        if disagree(head, target, sparse=True) or has_batch_axis(objective.model, view):
            return Fit.ALIKE
        return fit_of_classes(target.shape, shape)
    if target.encoding in (Encoding.BINARY, Encoding.INTEGER) and loss.kind not in REGRESSION:
        return Fit.ALIKE  # KER131, or one unit for each class is missing
    if target.encoding is None and target.integers and one_per_step(shape, target.shape):
        return Fit.ALIKE  # KER131
    if disagree(head, target, sparse=False) and _ends_in_dense(objective):
        return Fit.ALIKE  # KER502 or KER504
    if head.width == 1 and loss.kind not in REGRESSION and target.encoding is Encoding.ONE_HOT:
        return Fit.ALIKE  # KER101 or KER102
    found = fit_of(target.shape, shape)
    if found is Fit.ALIKE or has_batch_axis(objective.model, view):
        return Fit.ALIKE
    if found is Fit.STRETCHED and loss.kind not in REGRESSION:
        return Fit.REFUSED
    if found is Fit.REFUSED and loss.kind in REGRESSION:
        if any(_broadcast(target.shape, shape, size) for size in _batches(objective, view)):
            return Fit.STRETCHED
    return found


def _batches(objective: Objective, view: View) -> Iterator[int]:
    """How many samples the first batch of each training has, as far as the code says."""
    target = objective.target
    samples = target.shape[0] if target is not None and target.shape else None
    for fit in view.program.fits:
        if fit.compiled != objective.compiled.id or fit.method != "fit":
            continue
        given = fit.args.get("batch_size")
        size = BATCH if given is None or given.value is None else given.integer()
        if fit.dataset is None and size is not None:
            yield min(size, samples) if isinstance(samples, int) else size


BATCH = 32  # what ``fit`` takes where nothing is said


def _broadcast(labels: Shape, output: Shape, size: int) -> bool:
    """Whether a batch of labels and one of outputs of other axes combine."""
    if len(labels) == len(output):
        return False
    pairs = zip(reversed((size, *labels[1:])), reversed((size, *output[1:])))
    return all(one == other or 1 in (one, other) for one, other in pairs)


def given_back(objective: Objective) -> tuple[Training, Shape] | None:
    """A fit whose labels are its data, where the output cannot have their shape; and that shape.

    None for an output of several numbers, or an image, that are not classes: it may be one of an
    autoencoder.
    """
    loss, head = objective.loss, objective.head
    if loss is None or isinstance(head.shape, Unknown) or len(head.shape) < 2:
        return None
    classes = loss.kind in CATEGORICAL or loss.kind in SPARSE
    if not classes and (len(head.shape) > 2 or head.width != 1):
        return None
    if not classes and loss.kind not in REGRESSION | CROSSENTROPIES:
        return None
    for fit, fact in objective.targets:
        given = fit.args.get("x")
        if given is None or given.value is not fact.value or not isinstance(fact.value, Array):
            continue
        shape = fact.value.shape
        if not shape or fact.value.origin.endswith(UNSEEN):
            continue
        compare = fit_of_classes if loss.kind in SPARSE else fit_of
        if all(isinstance(size, int) for size in shape[1:]):
            if compare(shape, head.shape) is not Fit.ALIKE:
                return fit, shape
    return None


def _ends_in_dense(objective: Objective) -> bool:
    layer = objective.head.layer
    return layer is not None and (layer.kind == "Dense" or layer.kind == "TimeDistributed")


def units_wanted(objective: Objective) -> tuple[Layer, int] | None:
    """The layer whose number of units would give the labels' number of columns, and that number.

    None where more than the number of units is wrong.
    """
    head, target = objective.head, objective.target
    if isinstance(head.shape, Unknown) or target is None or target.shape is None:
        return None
    shape = target.shape if len(target.shape) > 1 else (*target.shape, 1)
    layer = head.layer
    if layer is None or len(shape) != len(head.shape) or not isinstance(shape[-1], int):
        return None
    if width_argument(layer) is None or head.arranging or head.rearranged:
        return None
    inner = zip(shape[1:-1], head.shape[1:-1], strict=True)
    if not all(_may_be(one, other) for one, other in inner):
        return None
    return (layer, shape[-1]) if shape[-1] != head.shape[-1] else None


def _may_be(one: Dim, other: Dim) -> bool:
    return not (isinstance(one, int) and isinstance(other, int)) or same(one, other)
