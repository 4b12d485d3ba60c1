"""KER908: a loss of the user through which no gradient comes back."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.gradients import (
    CUTTING,
    ZEROS,
    Flow,
    gradients,
    is_cutting,
    is_known,
)
from kerlint.program.layers import where
from kerlint.program.model import Layer, LayerCall
from kerlint.program.objectives import Objective
from kerlint.program.values import Custom, External, Ref, Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.formulas import given_note, own_loss
from kerlint.rules.words import loss_note


class LossWithoutGradient(Rule):
    """No gradient comes back through a loss that rounds, compares or counts.

    `round`, `floor`, `argmax`, `cast` to whole numbers, and comparisons such as `y_pred > 0.5` have
    no gradient. If every way from the output to the loss goes through such a step, Keras raises
    `No gradients provided for any variable`. The gradient of `sign` is 0 everywhere: Keras trains
    without an error, and the weights never change.

    The same holds for such a step at the end of the model: a `Lambda` layer that rounds, or an
    activation that compares.

    Accuracy, F1 and IoU count right answers, so they are metrics. To train with something like
    them, use the probabilities where the metric uses the rounded answers.

    Bad:
        from keras import ops

        def f1_loss(y_true, y_pred):
            y_pred = ops.round(y_pred)
            hits = ops.sum(y_true * y_pred)
            return 1 - 2 * hits / (ops.sum(y_true) + ops.sum(y_pred) + 1e-7)

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss=f1_loss)
    Good:
        from keras import ops

        def f1_loss(y_true, y_pred):
            hits = ops.sum(y_true * y_pred)
            return 1 - 2 * hits / (ops.sum(y_true) + ops.sum(y_pred) + 1e-7)

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss=f1_loss)
    Tempting:
        from keras import ops

        def hard_loss(y_true, y_pred):
            wrong = ops.cast(ops.not_equal(ops.round(y_pred), y_true), "float32")
            return ops.mean(wrong * ops.square(y_true - y_pred))  # only weighs the squares

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss=hard_loss)

        def rounded_loss(y_true, y_pred):
            rounded = y_pred + ops.stop_gradient(ops.round(y_pred) - y_pred)  # straight through
            return ops.mean(ops.square(y_true - rounded))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=rounded_loss)

    People say:
        "ValueError: No gradients provided for any variable", "loss does not change",
        "use f1 score as loss", "custom loss not differentiable"

    When kerlint stays silent:
        - Some other way from the output to the loss has a gradient, such as that of a factor, or of
          a branch of `where`.
        - The loss calls code that kerlint cannot read, or takes another way in a branch that is
          not decided.
        - The function is only a metric, or the model is evaluated and never trained.
    """

    code = "KER908"
    severity = Severity.ERROR
    required_bytes = (b"compile",)
    untestable = "the loss is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        if _only_measures(objective, view):
            return
        yield from _in_model(objective, view)
        own = own_loss(objective, view)
        if own is None:
            return
        _, formula = own
        cuts: list[LayerCall] = []
        for trace in formula.traces:
            found = gradients(view.program, trace, formula.output, (formula.labels,))
            if found.of(trace.result) is not Flow.CUT or not found.cuts:
                return
            cuts = cuts or list(found.cuts)
        if not cuts:
            return
        cut = next((c for c in cuts if view.layer(c).kind not in ZEROS), cuts[0])
        word = _as_written(cut, view)
        never = view.layer(cut).kind in ZEROS
        yield Finding(
            cut.origin.site,
            f"training never changes the weights: the gradient of {word} is 0"
            if never
            else f"the loss cannot train the model: no gradient passes through {word}",
            label="the gradient is 0" if never else "no gradient from here",
            help=_advice(view.layer(cut).kind),
            related=(given_note(formula),),
            origin=objective.compiled.origin,
        )


def _only_measures(objective: Objective, view: View) -> bool:
    """Whether the program evaluates a model, and never trains it."""
    calls = [f.method for f in view.program.fits if f.compiled == objective.compiled.id]
    return bool(calls) and not any("fit" in call or "train" in call for call in calls)


def _in_model(objective: Objective, view: View) -> Iterator[Finding]:
    """An operation between the output and the first weights, through which no gradient comes."""
    if objective.loss is None or len(objective.model.outputs) != 1:
        return
    cut = _cut(objective.head.tensor, view, 0)
    if cut is None:
        return
    layer, word = view.layer(cut), _cutting_word(view.layer(cut), view)
    yield Finding(
        layer.origin.site,
        f"no gradient passes through `{word}`, so the loss cannot train the layers before it",
        label="no gradient from here",
        help="train without it, and apply it to what `predict` returns",
        related=(loss_note(objective.loss, "the loss is given here"),),
        origin=layer.origin,
    )


def _cut(tensor: int, view: View, depth: int) -> LayerCall | None:
    """The call that cuts off an output from all weights before it."""
    call = view.graph.producer(tensor)
    if call is None or depth > MAX_LAYERS:
        return None
    layer = view.layer(call)
    if _cutting_word(layer, view):
        return call
    if is_known(layer) and len(call.inputs) == 1 and not layer.partial:
        if any(isinstance(fact.value, Unknown) for fact in layer.args.values()):
            return None
        return _cut(call.inputs[0], view, depth + 1)
    if layer.kind in _WITHOUT_WEIGHTS and len(call.inputs) == 1:
        return _cut(call.inputs[0], view, depth + 1)
    return None


MAX_LAYERS = 20
_WITHOUT_WEIGHTS = where(lambda kind: kind.passthrough or kind.activation) - {"Lambda"}


def _cutting_word(layer: Layer, view: View) -> str:
    """What cuts the gradient in a layer, as one writes it; empty where nothing does."""
    if is_known(layer) and is_cutting(layer):
        return _SIGNS.get(layer.kind, layer.kind)
    if layer.custom or layer.operation or layer.wrapped is not None:
        return ""
    given = layer.arg("function" if layer.kind == "Lambda" else "activation")
    value = given.value if given is not None else None
    if isinstance(value, (External, Ref)):
        path = value.path if isinstance(value, External) else value.name
        word = path.rpartition(".")[2]
        return word if word in CUTTING and path.startswith(("keras.", "tensorflow.")) else ""
    if not isinstance(value, Custom) or value.formula < 0:
        return ""
    formula = view.program.formulas[value.formula]
    for trace in formula.traces:
        found = gradients(view.program, trace, formula.output)
        if found.of(trace.result) is not Flow.CUT or not found.cuts:
            return ""
    return formula.name if formula.traces else ""


_SIGNS = {"eq": "==", "ge": ">=", "gt": ">", "le": "<=", "lt": "<", "ne": "!=", "floordiv": "//"}


def _as_written(cut: LayerCall, view: View) -> str:
    kind = view.layer(cut).kind
    return "a cast to whole numbers" if kind == "cast" else f"`{_SIGNS.get(kind, kind)}`"


def _advice(kind: str) -> str:
    if kind == "stop_gradient":
        return "remove `stop_gradient`, at least on one way from the output to the loss"
    if kind in ("argmax", "argmin", "one_hot"):
        return "compute the loss from the probabilities, not from the class number"
    if "ccuracy" in kind or kind[:1].isupper():
        return "give it to `metrics=`, and train with a crossentropy"
    return "compute the loss from the output itself, and use this function only as a metric"
