"""How rules speak of the end of a model: its output, the loss behind it and the labels."""

from __future__ import annotations

from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.model import Origin
from kerlint.program.objectives import BINARY, CROSSENTROPIES, Measure, Objective
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


def loss_on_probabilities(objective: Objective) -> Measure | None:
    """The crossentropy of an objective that takes probabilities: ``from_logits`` is False.

    None for one unit under a crossentropy of several classes, which is wrong whatever the
    activation is (KER102).
    """
    loss = objective.loss
    if loss is None or loss.word not in CROSSENTROPIES:
        return None
    if loss.flag("from_logits", False) is not False:
        return None
    if objective.head.width == 1 and loss.word not in BINARY:
        return None
    return loss


def fitting_activation(loss: Measure) -> str:
    """The activation that gives what a crossentropy takes."""
    return "sigmoid" if loss.word in BINARY else "softmax"


def loss_object(loss: Measure) -> str:
    """A crossentropy as an object that takes logits, as one writes it."""
    words = (loss.word or "").split("_")
    return "".join(word.capitalize() for word in words) + "(from_logits=True)"


def head_origin(head: Head) -> Origin | None:
    """Where the layer stands that a finding on the head points at."""
    if head.activations and head.activations[0].name not in (None, "linear"):
        return head.activations[0].layer.origin
    return head.layer.origin if head.layer is not None else None


def loss_note(loss: Measure, message: str) -> Note:
    return Note(loss.fact.site, message)


def labels_note(target: Array, message: str = "") -> Note:
    """Point at the place where the labels show what they are."""
    return Note(target.site, message or f"the labels: {labels_in_words(target)}")


def labels_in_words(target: Array) -> str:
    """What is known of labels: ``class numbers from 0 to 9``."""
    span = span_in_words(target)
    if target.encoding is Encoding.ONE_HOT:
        return f"one-hot, {target.classes} classes" if target.classes else "one-hot"
    if target.encoding is Encoding.MULTI_HOT:
        return "several 1s in a row"
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
        return f"of {low:.4g} and more"
    return f"of {high:.4g} and less" if high is not None else ""
