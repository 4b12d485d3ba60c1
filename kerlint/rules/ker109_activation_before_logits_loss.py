"""KER109: softmax or sigmoid in front of a loss that expects logits."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.heads import Head
from kerlint.program.model import Layer
from kerlint.program.objectives import BINARY, CROSSENTROPIES, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import on_probabilities, with_activation
from kerlint.rules.words import head_origin, loss_note

# Behind these Keras on TensorFlow still finds the values from before the activation.
TRANSPARENT = frozenset({"ActivityRegularization", "Identity"})
DROPPING = frozenset({"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"})


class ActivationBeforeLogitsLoss(Rule):
    """The loss is told to expect raw values and is given probabilities.

    ``from_logits=True`` says that the loss applies the softmax (or sigmoid) itself. When the output
    has one already, Keras on TensorFlow notices, warns, and goes back to the values before it: the
    training is right, and the code says two things at once. On JAX and PyTorch, and on TensorFlow
    when another layer (``Reshape``, ``Flatten``, a wrapper) stands behind the activation, nobody
    notices: it is applied twice, and the loss cannot come near 0.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)

    People say: "loss stuck at 0.55", "`from_logits=True`, but the `output` argument was produced by
    a Softmax activation".
    """

    code = "KER109"
    severity = Severity.WARNING
    words = (b"from_logits",)
    experiment = "loss consistency; training trial: the loss stops at a floor; overfit"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.word not in CROSSENTROPIES:
            return
        if loss.flag("from_logits", False) is not True:
            return
        if head.activation not in ("softmax", "sigmoid"):
            return
        name = head.activation
        between = _breaking(head, view)
        flag = loss.args["from_logits"]
        help = "drop the activation: the loss applies it (predictions are then raw values)"
        if _fits(objective):
            help += ", or drop from_logits=True"
        related = [loss_note(loss, "expects raw values")]
        if flag.site != loss.fact.site:
            related = [Note(flag.site, "expects raw values")]
        if between is not None:
            related.append(Note(between.origin.site, f"hides the {name} from the loss"))
            yield Finding(
                head.site,
                f"{name} output under from_logits=True: {name} is applied twice",
                label=f"the first {name}",
                help=help,
                related=tuple(related),
                severity=Severity.ERROR,
                origin=head_origin(head),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )
            return
        yield Finding(
            head.site,
            f"{name} output under from_logits=True: the loss expects raw values",
            label="these are probabilities already",
            help=f"{help}; TensorFlow finds the raw values itself, other backends do not",
            related=tuple(related),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _breaking(head: Head, view: View) -> Layer | None:
    """The layer behind the activation that hides it from the loss, as far as that is certain."""
    for layer in head.arranging:
        if layer.kind in TRANSPARENT:
            continue
        if layer.kind in DROPPING:
            rate = layer.arg("rate")
            if rate is None or not rate.number():
                continue
        return layer
    last = head.activations[0].layer
    for apply in view.applications.get(last.id, ()):
        outer = view.layer(apply)
        if outer.id != last.id and outer.kind == "TimeDistributed":
            return outer
    return None


def _fits(objective: Objective) -> bool:
    """Whether these probabilities are what the loss takes without ``from_logits``."""
    binary = objective.loss is not None and objective.loss.word in BINARY
    return binary == (objective.head.activation == "sigmoid")


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The same loss, told that it gets probabilities, or given raw values."""
    if objective.loss is None:
        return ()
    if not _fits(objective):
        return with_activation(objective.head, "linear")
    return on_probabilities(objective, objective.loss, view)
