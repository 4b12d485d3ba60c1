"""Words that several rules use for the end of a model: its output, its loss and its labels."""

from __future__ import annotations

from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.layers import ACTIVATION_LAYERS, RECURRENT
from kerlint.program.model import Origin
from kerlint.program.objectives import BINARY, CROSSENTROPIES, Criterion, Objective
from kerlint.program.values import NOWHERE, Object
from kerlint.rules.base import Note

CROSSENTROPY_WORDS = (b"rossentropy", b"bce", b"BCE")
"""A text without these names no crossentropy."""

REGRESSION_WORDS = (
    b"mean_",
    b"Mean",
    b"mse",
    b"MSE",
    b"mae",
    b"MAE",
    b"mape",
    b"MAPE",
    b"msle",
    b"MSLE",
    b"uber",
    b"cosh",
    b"Cosh",
)
"""A text without these names no regression loss."""


CLASS_ORIGINS = (
    "LabelEncoder",
    "argmax",
    "codes",
    "factorize",
    "folders",
    "keras.datasets.",
    "load_breast_cancer",
    "load_digits",
    "load_iris",
    "load_wine",
    "make_blobs",
    "make_circles",
    "make_classification",
    "make_gaussian_quantiles",
    "make_moons",
)
"""Where whole numbers come from that can only be names of classes, no amounts."""


def are_names(target: Array) -> bool:
    """Whether the code shows that whole numbers are names of classes and not amounts."""
    return target.origin.startswith(CLASS_ORIGINS)


def several_at_once(target: Array | None) -> bool:
    """Whether rows of labels hold several 1s for a reason: random 0s and 1s are no labels yet."""
    if target is None or target.encoding is not Encoding.MULTI_HOT:
        return False
    return not target.origin.startswith("numpy.random")


def loss_on_probabilities(objective: Objective) -> Criterion | None:
    """The crossentropy of an objective that takes probabilities: ``from_logits`` is False.

    None for one unit under a crossentropy of several classes, which is wrong whatever the
    activation is (KER102).
    """
    loss = objective.loss
    if loss is None or loss.kind not in CROSSENTROPIES:
        return None
    if loss.flag("from_logits", False) is not False:
        return None
    if objective.head.width == 1 and loss.kind not in BINARY:
        return None
    return loss


def fitting_activation(loss: Criterion) -> str:
    """The activation that gives what a crossentropy takes."""
    return "sigmoid" if loss.kind in BINARY else "softmax"


def same_form(loss: Criterion, name: str) -> str:
    """Another crossentropy, written as the present one is: ``loss="..."`` or an object."""
    if not isinstance(loss.fact.value, Object):
        return f'loss="{name}"'
    made = "".join(word.capitalize() for word in name.split("_"))
    logits = "from_logits=True" if loss.flag("from_logits", False) else ""
    return f"keras.losses.{made}({logits})"


def loss_object(loss: Criterion) -> str:
    """A crossentropy as an object that takes logits, as one writes it."""
    words = (loss.kind or "").split("_")
    return "keras.losses." + "".join(word.capitalize() for word in words) + "(from_logits=True)"


def activation_advice(head: Head, wanted: str) -> str:
    """How to give a head another activation, ``linear`` for none: the words of a help text."""
    layer, linear = head.layer, wanted == "linear"
    if layer is not None and layer.kind in RECURRENT:
        # An LSTM multiplies its activation with a gate: only a layer after it gives what is wanted.
        units = str(head.width) if isinstance(head.width, int) else "..."
        added = f"Dense({units})" if linear else f'Dense({units}, activation="{wanted}")'
        return f"add `layers.{added}` after this layer"
    last = head.activations[0].layer if head.activations else layer
    apart = last is not None and (last.operation or last.kind in ACTIVATION_LAYERS)
    if linear:
        return f"remove the {head.activation}"
    return f"use {wanted} instead" if apart else f'use `activation="{wanted}"`'


def head_origin(head: Head) -> Origin | None:
    """The origin of the layer that a finding about the head points at."""
    if head.activations and head.activations[0].name not in (None, "linear"):
        return head.activations[0].layer.origin
    return head.layer.origin if head.layer is not None else None


def loss_note(loss: Criterion, message: str) -> Note:
    return Note(loss.fact.site, message)


def labels_note(target: Array, message: str = "") -> Note:
    """Point at the place where the labels show what they are."""
    return Note(target.site, message or f"the labels are {labels_in_words(target)}")


def changed_note(objective: Objective, target: Array, message: str) -> tuple[Note, ...]:
    """Point at the expression that makes the labels what ``fit`` gets: ``y + 1``.

    Nothing where they are given to ``fit`` as they come.
    """
    for fit, fact in objective.targets:
        if fit.method in ("fit", "train_on_batch") and fact.value == target:
            return (Note(fact.site, message),) if fact.site not in (target.site, NOWHERE) else ()
    return ()


def labels_in_words(target: Array) -> str:
    """What is known of labels: ``class numbers from 0 to 9``."""
    span = span_in_words(target)
    if target.encoding is Encoding.ONE_HOT:
        return f"one-hot, {target.classes} classes" if target.classes else "one-hot"
    if target.encoding is Encoding.MULTI_HOT:
        return "rows that can have several 1s"
    if target.encoding is Encoding.BINARY:
        return "0 and 1"
    if target.encoding is Encoding.INTEGER:
        return f"class numbers {span}".strip()
    if target.encoding is Encoding.CONTINUOUS:
        return f"real numbers {span}".strip()
    return f"numbers {span}".strip()


def span_in_words(target: Array) -> str:
    """The range of an array: ``from 0 to 9``; empty when it is not known."""
    low, high = target.lowest, target.highest
    if low is not None and high is not None:
        return f"from {low:.4g} to {high:.4g}"
    if low is not None:
        return f"from {low:.4g} up"
    return f"up to {high:.4g}" if high is not None else ""
