"""KER913: a loss or metric of the user that Keras cannot use, or that rewards mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.formulas import Formula
from kerlint.program.gradients import Flow, gradients
from kerlint.program.objectives import REGRESSION, Criterion, Objective
from kerlint.program.values import Custom, TensorRef, Unknown, Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.formulas import Table, difference, given_note, own_loss, own_metrics, tables
from kerlint.rules.scores import prefers_wrong


class BrokenLoss(Rule):
    """A loss of your own does not fit what Keras does with it.

    Keras calls a loss or metric function as `fn(y_true, y_pred)`, needs a number back, and makes
    that number smaller. So it raises an error at the first batch if

    - the function takes another number of arguments,
    - it returns `None`, because the `return` is missing,
    - it returns a function, because a function that makes losses was given instead of its result,
    - the loss does not depend on `y_pred` (`No gradients provided for any variable`).

    A loss with the wrong sign raises no error. It falls below any number while the predictions
    become worse. So does a score that is high for right predictions, such as the Dice coefficient,
    IoU or F1: the loss is one minus the score. kerlint finds it by computing the formula for a few
    labels, with predictions that are right and with wrong ones.

    Bad:
        from keras import ops

        def weighted_mse(y_true, y_pred):
            error = ops.mean(ops.square(y_true - y_pred))
            2.0 * error

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=weighted_mse)
    Good:
        from keras import ops

        def weighted_mse(y_true, y_pred):
            error = ops.mean(ops.square(y_true - y_pred))
            return 2.0 * error

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=weighted_mse)
    Tempting:
        from keras import ops

        def overlap(y_true, y_pred):
            return -ops.mean(y_true * y_pred)  # larger is better, so the minus is right

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss=overlap)

        def identity(y_true, y_pred):
            return y_pred  # the model computes its own loss

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=identity)

    People say:
        "sample_weight has no effect in a custom loss",
        "missing 1 required positional argument", "None values not supported", "loss is negative",
        "No gradients provided for any variable", "custom loss with extra arguments",
        "dice loss does not improve", "dice coefficient goes to 0 during training"

    When kerlint stays silent:
        - The code of the function is not known, or which of its branches is executed.
        - The loss uses other tensors than its two arguments, or the model may add losses itself.
        - A negative loss is something else than a negated error, or belongs to an adversarial
          pair of models.
    """

    code = "KER913"
    severity = Severity.ERROR
    required_bytes = (b"compile",)
    untestable = "the loss is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        own = own_loss(objective, view)
        if own is not None:
            found = [*_unusable(*own, objective, "loss")]
            yield from found or _ignoring(*own, objective, view)
            yield from _negated(*own, objective, view)
            yield from _unweighted(own[1], objective)
        for metric in own_metrics(objective, view):
            yield from _unusable(*metric, objective, "metric")


def _unusable(
    criterion: Criterion, formula: Formula, objective: Objective, what: str
) -> Iterator[Finding]:
    """Arguments that are missing, no result, or a function as the result."""
    if formula.metric and formula.is_class:
        return
    note = (given_note(formula),)
    origin = objective.compiled.origin
    results = [trace.result.value for trace in formula.traces]
    makes = bool(results) and all(map(_is_function, results))
    if makes and not formula.is_class:
        yield Finding(
            formula.given_at,
            f"`{formula.name}` returns a function, not a number: it makes the {what}, and has to "
            "be called first",
            label="the function that makes it is given",
            help=f"call it: `{formula.name}()`, with its arguments",
            origin=origin,
        )
        return
    if formula.required > 2 or 0 <= formula.most < 2:
        takes = formula.required if formula.required > 2 else formula.most
        if not formula.parameters and formula.most != 0:
            return
        extra = formula.parameters[2] if len(formula.parameters) > 2 else ""
        yield Finding(
            formula.given_at,
            f"Keras calls a {what} with two arguments, `y_true` and `y_pred`, but "
            f"`{formula.name}` takes {takes}",
            label="raises a TypeError at the first batch",
            help=(
                f"return the {what} from a function that takes `{extra}`, or give `{extra}` a "
                "default"
                if extra
                else f"define the {what} with the parameters `y_true` and `y_pred`"
            ),
            origin=origin,
        )
        return
    if results and all(result is None for result in results):
        yield Finding(
            formula.site,
            f"this {what} returns `None`, and Keras needs a number",
            label="no value is returned",
            help=f"return the {what} at the end of the function",
            related=note,
            origin=origin,
        )


_WEIGHTS = frozenset({"sample_weight", "sample_weights"})


def _unweighted(formula: Formula, objective: Objective) -> Iterator[Finding]:
    """A loss that waits for weights, which Keras multiplies with what it returns instead."""
    waits = next((name for name in formula.parameters[2:] if name in _WEIGHTS), None)
    if waits is None or formula.required > 2:
        return
    for fit, _ in objective.targets:
        given = next((fit.args[name] for name in _GIVEN if name in fit.args), None)
        if given is not None and given.value is not None:
            yield Finding(
                formula.site,
                f"Keras never passes `{waits}` to a loss, so `{formula.name}` uses its default",
                label=f"`{waits}` is always the default",
                help="return one value for each sample, without weights; Keras multiplies them",
                related=(given_note(formula), Note(given.used_at, "these weights")),
                severity=Severity.WARNING,
                origin=objective.compiled.origin,
            )
            return


_GIVEN = ("sample_weight", "class_weight")


def _is_function(value: Value) -> bool:
    return isinstance(value, Custom) and value.kind in ("function", "lambda")


def _ignoring(
    loss: Criterion, formula: Formula, objective: Objective, view: View
) -> Iterator[Finding]:
    """A loss that does not depend on the output."""
    if not formula.traces or objective.model.gaps or len(objective.model.outputs) != 1:
        return
    for trace in formula.traces:
        found = gradients(view.program, trace, formula.output, (formula.labels,))
        result = trace.result.value
        if not isinstance(result, TensorRef) and not isinstance(result, (int, float)):
            return
        if found.of(trace.result) is not Flow.ABSENT or isinstance(result, bool):
            return
    if _may_add_losses(objective, view):
        return
    yield Finding(
        formula.site,
        "the loss does not depend on the output of the model, so there is nothing to train",
        label="`y_pred` is not used",
        help="compute the loss from `y_pred`",
        related=(given_note(formula),),
        origin=objective.compiled.origin,
    )


def _may_add_losses(objective: Objective, view: View) -> bool:
    """Whether something else than this loss trains the model."""
    if any(name.endswith(".add_loss") for name in view.names_called):
        return True
    for index in view.layers_in(objective.model.id):
        layer = view.program.layers[index]
        if layer.custom or layer.partial or layer.model is not None:
            return True
        if any(name.endswith("_regularizer") for name in layer.args):
            return True
    return False


def _negated(
    loss: Criterion, formula: Formula, objective: Objective, view: View
) -> Iterator[Finding]:
    """The negative of an error, a crossentropy without its minus, or a score."""
    found = tables(formula, view)
    if not found or objective.adversarial:
        return
    missing = score = False
    for table in found:
        value = table.trace.result.value
        sign, inner = _unwrapped(table, value)
        if sign < 0 and _is_error(table, inner):
            continue
        if sign > 0 and _is_log_likelihood(table, inner):
            missing = True
            continue
        if not prefers_wrong(table, objective.head.activation):
            return
        score = True
    yield Finding(
        formula.site,
        f"training makes the model worse: `{formula.name}` is a score that is high for right "
        "predictions"
        if score
        else "the loss becomes smaller as the error grows: the minus of the crossentropy is missing"
        if missing
        else "the loss becomes smaller as the error grows: training makes the model worse",
        label="Keras makes this number small" if score else "has the wrong sign",
        help="return one minus the score, or the score with a minus sign"
        if score
        else "negate the sum of the logarithms"
        if missing
        else "remove the minus",
        related=(given_note(formula),),
        origin=objective.compiled.origin,
    )


_MEANS = frozenset({"mean", "sum", "sqrt", "squeeze", "cast", "flatten", "reshape"})


def _unwrapped(table: Table, value: Value) -> tuple[int, Value]:
    """What a mean or sum is taken of, and the sign before it; 0 where that is not known."""
    sign = 1
    while True:
        made = table.operation(value)
        if made is None:
            return sign, value
        word, call = made
        operands = table.operands(call)
        if word == "neg":
            sign, value = -sign, operands[0]
        elif word in _MEANS and operands:
            value = operands[0]
        elif word in ("mul", "truediv") and len(operands) == 2:
            numbers = [o for o in operands if isinstance(o, (int, float))]
            if len(numbers) != 1 or (word == "truediv" and operands[1] is not numbers[0]):
                return sign, value
            if numbers[0] == 0:
                return 0, value
            sign = sign if numbers[0] > 0 else -sign
            value = next(o for o in operands if o is not numbers[0])
        elif word == "sub" and len(operands) == 2 and operands[0] in (0, 0.0):
            sign, value = -sign, operands[1]
        else:
            return sign, value


def _is_error(table: Table, value: Value) -> bool:
    """Whether a value is the distance of the output from the labels."""
    made = table.operation(value)
    if made is None:
        return False
    word, call = made
    layer = table.program.layers[call.layer]
    operands = table.operands(call)
    if layer.type.startswith(("keras.losses.", "keras.metrics.")):
        return word in REGRESSION and set(call.inputs) == {
            table.formula.labels,
            table.formula.output,
        }
    if word == "squared_difference":
        return table.are_both(operands)
    if word == "pow" and len(operands) == 2 and operands[1] not in (2, 2.0):
        return False
    if word not in ("square", "abs", "pow") or not operands:
        return False
    return difference(table, operands[0])


def _is_log_likelihood(table: Table, value: Value) -> bool:
    """``y_true * log(y_pred)``, and perhaps the same of the other class added to it."""
    made = table.operation(value)
    if made is None:
        return False
    word, call = made
    operands = table.operands(call)
    if word == "add" and len(operands) == 2:
        return any(_is_log_likelihood(table, operand) for operand in operands) and all(
            _is_log_term(table, operand) for operand in operands
        )
    if word != "mul" or len(operands) != 2:
        return False
    for labels, other in (operands, operands[::-1]):
        if table.given(labels) == table.formula.labels and _is_log_of_output(table, other):
            return True
    return False


def _is_log_term(table: Table, value: Value) -> bool:
    made = table.operation(value)
    if made is None or made[0] != "mul":
        return False
    return any(_is_log(table, operand) for operand in table.operands(made[1]))


def _is_log(table: Table, value: Value) -> bool:
    made = table.operation(value)
    return made is not None and made[0] == "log"


def _is_log_of_output(table: Table, value: Value) -> bool:
    """The logarithm of the output, clipped perhaps, or with a small number added."""
    made = table.operation(value)
    if made is None or made[0] != "log" or not table.operands(made[1]):
        return False
    value = table.operands(made[1])[0]
    while (made := table.operation(value)) is not None:
        operands = table.operands(made[1])
        if made[0] in ("clip", "clip_by_value", "maximum", "add") and operands:
            tensors = [o for o in operands if isinstance(o, TensorRef)]
            others = [o for o in operands if not isinstance(o, TensorRef)]
            if len(tensors) != 1 or not all(isinstance(o, (float, int, Unknown)) for o in others):
                return False
            value = tensors[0]
        else:
            return table.given(value) == table.formula.output
    return table.given(value) == table.formula.output
