"""KER109: softmax or sigmoid before a loss that expects logits."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import LOSS_CONSISTENCY, OVERFIT, TRAINING_TRIAL
from kerlint.program.heads import Head
from kerlint.program.layers import where
from kerlint.program.model import Layer, LayerCall
from kerlint.program.objectives import BINARY, CROSSENTROPIES, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.formulas import Table, given_note, own_loss, tables
from kerlint.rules.repairs import on_probabilities, with_activation
from kerlint.rules.words import head_origin, loss_note

# After these Keras on TensorFlow still finds the values from before the activation.
TRANSPARENT = where(lambda kind: kind.returns_input)
DROPPING = where(lambda kind: kind.drops)


class ActivationBeforeLogitsLoss(Rule):
    """The loss expects logits, but the output layer already applies softmax or sigmoid.

    Logits are the raw numbers before a softmax or sigmoid. `from_logits=True` tells the
    loss that it gets logits and has to apply the activation itself.

    If the output already has the activation, Keras on TensorFlow notices, warns, and uses the
    values before it: training is right, but the code contradicts itself, and JAX and PyTorch apply
    the activation twice. On TensorFlow, this also happens when another layer (Reshape, Flatten, a
    wrapper) follows the activation. The loss then cannot get close to 0, however good the model is,
    and kerlint reports an error instead of a warning. Functions such as
    `tf.nn.softmax_cross_entropy_with_logits` in a loss of your own always apply it again.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)
        classifier = keras.Sequential([model, layers.Softmax()])  # only for predictions

    People say:
        "loss stuck at 0.55",
        "`from_logits=True`, but the `output` argument was produced by a Softmax activation"

    When kerlint stays silent:
        - It is not known whether `from_logits` is True.
        - A layer or function that kerlint does not know lies between the activation and the
          loss.
    """

    code = "KER109"
    severity = Severity.WARNING
    required_bytes = (b"from_logits", b"_with_logits")
    experiments = (LOSS_CONSISTENCY, TRAINING_TRIAL, OVERFIT)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None:
            return
        if loss.kind not in CROSSENTROPIES:
            yield from _in_own_loss(objective, view)
            return
        if loss.flag("from_logits", False) is not True:
            return
        if head.activation not in ("softmax", "sigmoid"):
            return
        name = head.activation
        between = _breaking(head, view)
        flag = loss.args["from_logits"]
        if _fits(objective):
            help = (
                f"remove `from_logits=True`, or remove the {name} so that the model outputs logits"
            )
        else:
            help = f"remove the {name}; the loss applies the activation that it needs"
        related = [loss_note(loss, "expects logits")]
        if flag.site != loss.fact.site:
            related = [Note(flag.site, "expects logits")]
        if between is not None:
            related.append(Note(between.origin.site, f"hides the {name} from the loss"))
            yield Finding(
                head.site,
                f"{name} is applied twice, here and again in the loss (`from_logits=True`)",
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
            f"the output layer uses {name}, but `from_logits=True` tells the loss to expect logits",
            label="its outputs are already probabilities",
            help=f"{help} (only the TensorFlow backend corrects this by itself)",
            related=tuple(related),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
            fix=Applicability.SAFE if _is_same(objective, view) else None,
        )


def _in_own_loss(objective: Objective, view: View) -> Iterator[Finding]:
    """A function of TensorFlow that takes logits, in a loss of the user's own."""
    head, own = objective.head, own_loss(objective, view)
    if own is None or head.activation not in ("softmax", "sigmoid"):
        return
    calls = [_takes_logits(table) for table in tables(own[1], view)]
    call = calls[0] if calls else None
    if call is None or None in calls:
        return
    name = view.layer(call).kind
    yield Finding(
        head.site,
        f"{head.activation} is applied twice, here and again in the loss (`{name}`)",
        label=f"the first {head.activation}",
        help=f"remove the {head.activation}; the loss applies the activation that it needs",
        related=(Note(call.origin.site, "expects logits"), given_note(own[1])),
        severity=Severity.ERROR,
        origin=head_origin(head),
        untried="the loss is code of the program itself, which kerlint never runs",
        repair=with_activation(head, "linear"),
    )


def _takes_logits(table: Table) -> LayerCall | None:
    """The call of such a function with the output as it is, on one way through a loss."""
    for call in table.program.layer_calls[table.trace.first : table.trace.end]:
        layer = table.program.layers[call.layer]
        if layer.type.startswith("tensorflow.nn.") and layer.kind.endswith("_with_logits"):
            logits = layer.args.get("logits") or layer.args.get("1")
            if logits is not None and table.given(logits.value) == table.formula.output:
                return call
    return None


def _is_same(objective: Objective, view: View) -> bool:
    """Whether the model trains in the same way without ``from_logits``."""
    direct = objective.compiled.step is None and _fits(objective)
    return direct and view.target.backend in ("", "tensorflow")


def _breaking(head: Head, view: View) -> Layer | None:
    """The layer after the activation that hides it from the loss, as far as that is certain."""
    for layer in head.arranging:
        if layer.kind in TRANSPARENT:
            continue
        if layer.kind in DROPPING:
            rate = layer.arg("rate")
            if rate is None or not rate.number():
                continue
        return layer
    last = head.activations[0].layer
    for apply in view.graph.layer_calls.get(last.id, ()):
        outer = view.layer(apply)
        if outer.id != last.id and outer.kind == "TimeDistributed":
            return outer
    return None


def _fits(objective: Objective) -> bool:
    """Whether these probabilities are what the loss takes without ``from_logits``."""
    binary = objective.loss is not None and objective.loss.kind in BINARY
    return binary == (objective.head.activation == "sigmoid")


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The same loss without ``from_logits``, or the output without its activation."""
    if objective.loss is None:
        return ()
    if not _fits(objective):
        return with_activation(objective.head, "linear")
    return on_probabilities(objective, objective.loss)
