"""KER145: losses and metrics that do not pair with the outputs of a model."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.model import Compile, Model
from kerlint.program.objectives import output_names
from kerlint.program.values import Entries, Fact, Items, TensorRef, Unknown
from kerlint.rules.arguments import argument, reaches_keras_3
from kerlint.rules.base import Finding, Note, Rule, View

_LISTS = ("loss", "metrics", "weighted_metrics", "loss_weights")


class OneForEachOutput(Rule):
    """A model with several outputs needs one loss and one entry of metrics for each of them.

    Keras pairs the lists in `compile()` with the outputs. `loss=["mse"]` for two outputs trains
    only the first one, without a warning. `metrics=["mae"]` for two outputs raises an error in
    the first batch: in Keras 3 the list has one entry for each output, and an entry can be a list
    of metrics. In Keras 2 the same list was used for all outputs. A dictionary needs the names of
    the output layers as keys.

    With one output the labels are an array: `fit(x, {"size": y})` raises an error unless the
    model's `outputs` are a dictionary too. `fit(x)` without labels raises one in any model with a
    loss, also in an autoencoder, which needs `fit(x, x)`. A Sequential model takes no dictionary of
    losses.

    Bad:
        x = keras.Input((8,))
        h = layers.Dense(16, activation="relu")(x)
        kind = layers.Dense(3, activation="softmax", name="kind")(h)
        size = layers.Dense(1, name="size")(h)
        model = keras.Model(x, [kind, size])
        model.compile("adam", ["categorical_crossentropy", "mse"], metrics=["accuracy"])
    Good:
        x = keras.Input((8,))
        h = layers.Dense(16, activation="relu")(x)
        kind = layers.Dense(3, activation="softmax", name="kind")(h)
        size = layers.Dense(1, name="size")(h)
        model = keras.Model(x, [kind, size])
        model.compile("adam", ["categorical_crossentropy", "mse"], metrics=[["accuracy"], ["mae"]])
    Tempting:
        # One loss for all outputs, and metrics for one of them.
        x = keras.Input((8,))
        h = layers.Dense(16, activation="relu")(x)
        low = layers.Dense(1, name="low")(h)
        high = layers.Dense(1, name="high")(h)
        model = keras.Model(x, [low, high])
        model.compile(optimizer="adam", loss="mse", metrics={"low": ["mae"]})

        # One output has any number of metrics.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse", metrics=["mae", "mape"])

    People say:
        "tuple arity mismatch; expected: 2, got: 1", "`metrics` should contain metrics objects and
        either be a dict or a list matching the output names", "the second output does not learn",
        "`loss_weights` must match the number of losses", "None values not supported.", "Expected
        float32, but got ... of type 'str'", "can't be found in either the model's output"

    When kerlint stays silent:
        - The outputs of the model are not known.
        - `fit` is given a dataset or a generator, or the model has its own `train_step`.
        - The keys of a dictionary are compared only if each output layer has a `name`.
        - The code is for Keras 2.
    """

    code = "KER145"
    severity = Severity.ERROR
    required_bytes = (b"loss", b"metrics")
    untestable = "Keras raises the error by itself, or never gives the other outputs a loss"

    def check(self, compiled: Compile, view: View) -> Iterator[Finding]:
        model = view.program.models[compiled.model]
        if model.kind not in ("functional", "sequential"):
            return
        call = next(
            (
                c
                for c in view.calls_at.get(compiled.origin.site, ())
                if c.origin == compiled.origin and c.model == model.id
            ),
            None,
        )
        if call is None or call.guarded or not reaches_keras_3(call, view):
            return
        if model.type in ("keras.Model", "keras.Sequential") and not model.gaps:
            by_key, names = _names(model, view)
            yield from _labels(compiled, model, by_key, names, view)
            if len(model.outputs) == 1:
                yield from _single(compiled, model, names)
                return
        outputs = _outputs(model, view) if model.kind == "functional" else None
        if outputs is None or outputs.count < 2:
            return
        for name in _LISTS:
            fact = compiled.args.get(name)
            if fact is None:
                continue
            fault = _fault(name, fact, outputs, compiled)
            if fault is None:
                continue
            message, label, help = fault
            yield Finding(
                fact.used_at,
                message,
                label=label,
                help=help,
                related=(Note(model.origin.site, f"{outputs.count} outputs"),),
                origin=compiled.origin,
            )


@dataclass(frozen=True, slots=True)
class _Outputs:
    """How many outputs are written, and their names where all are known.

    ``known``: each of them is one tensor, so that there cannot be more. ``by_key``: they are a
    dictionary.
    """

    count: int
    known: bool
    by_key: bool = False
    names: tuple[str, ...] | None = None


def _single(compiled: Compile, model: Model, names: tuple[str, ...] | None) -> Iterator[Finding]:
    """A dictionary of losses for one output, by another name."""
    fact = compiled.args.get("loss")
    if fact is None or not isinstance(fact.value, Entries) or not fact.value.complete:
        return
    fault: _Fault | None = None
    if model.kind == "sequential":
        fault = (
            "a Sequential model takes no dictionary of losses, and Keras raises an error",
            "this model has one output",
            "give the loss itself",
        )
    elif names is not None:
        fault = _of_keys("loss", fact.value, names)
    if fault is not None:
        message, label, help = fault
        yield Finding(
            fact.used_at,
            message,
            label=label,
            help=help,
            related=(Note(model.origin.site, "one output"),),
            origin=compiled.origin,
        )


def _labels(
    compiled: Compile, model: Model, by_key: bool, names: tuple[str, ...] | None, view: View
) -> Iterator[Finding]:
    """``fit`` without labels, and labels in a dictionary for one output."""
    loss = compiled.args.get("loss")
    if compiled.partial or loss is None or loss.value is None or isinstance(loss.value, Unknown):
        return
    for fit in view.program.fits:
        if fit.compiled != compiled.id or fit.method not in _LABELED or fit.partial or fit.apart:
            continue
        x, y = fit.args.get("x"), fit.args.get("y")
        alone = fit.dataset is None and fit.drawn_from is None and fit.batch is None
        if y is None and alone and x is not None and _is_data(x):
            yield Finding(
                fit.origin.site,
                f"`{fit.method}()` raises an error: the model has a loss, and there are no labels",
                label="no labels",
                help="give the labels as the second argument, or the data again for an autoencoder",
                related=(Note(loss.used_at, "the loss"),),
                origin=fit.origin,
            )
        elif y is not None and len(model.outputs) == 1 and isinstance(y.value, Entries):
            keys = tuple(str(key) for key in y.value.entries)
            if not y.value.complete or (by_key and (names is None or keys == names)):
                continue
            if not by_key and fit.dataset is not None:
                continue
            yield Finding(
                y.used_at,
                f"the model has one output, and `{fit.method}()` raises an error for labels in a "
                "dictionary",
                label=f"a dictionary with `{keys[0]}`" if keys else "a dictionary",
                help="give the labels themselves",
                related=(Note(model.origin.site, "one output"),),
                origin=fit.origin,
            )


_LABELED = frozenset({"fit", "evaluate", "train_on_batch", "test_on_batch"})


def _is_data(fact: Fact) -> bool:
    """Whether this is certainly an array, or a list or dictionary of them, and no dataset."""
    value = fact.value
    if isinstance(value, Items):
        return value.complete and bool(value.items) and all(map(_is_data, value.items))
    if isinstance(value, Entries):
        return value.complete and all(map(_is_data, value.entries.values()))
    return isinstance(value, Array)


_Fault = tuple[str, str, str]


def _fault(name: str, fact: Fact, outputs: _Outputs, compiled: Compile) -> _Fault | None:
    """What is wrong with an argument: message, label and help."""
    value, count = fact.value, outputs.count
    if isinstance(value, Items):
        given = len(value.items)
        if value.kind == "set" or not value.complete or not given:
            return None
        if name == "loss_weights":
            return _weights(given, count, compiled)
        if given == count or (given > count and not outputs.known):
            return None
        return _of_length(name, given, count, value)
    if isinstance(value, Entries) and value.complete and outputs.names is not None:
        if name == "loss_weights":
            return _weights(len(value.entries), count, compiled) if value.entries else None
        fault = _of_keys(name, value, outputs.names)
        if fault is None and name == "loss" and not outputs.by_key:
            return _without_loss(value, outputs.names)
        return fault
    return None


def _of_length(name: str, given: int, count: int, value: Items) -> _Fault:
    many = f"{given} {'entry' if given == 1 else 'entries'}"
    if name == "loss" and given == 1:
        return (
            f"there is one loss for {count} outputs, so only the first output is trained",
            "the other outputs have no loss",
            f"give a list of {count} losses, or the loss itself, without a list, for all outputs",
        )
    if name == "loss":
        return (
            f"there are {given} losses for {count} outputs, and Keras raises an error",
            "one for each output",
            f"give a list of {count} losses, one for each output",
        )
    flat = not any(isinstance(item.value, Items) for item in value.items)
    each = "the same list once for each output" if flat else "one list for each output"
    return (
        f"`{name}` has {many} for {count} outputs, and Keras raises an error",
        "Keras 3 expects one entry for each output",
        f"give a list of {count} lists: {each}",
    )


def _of_keys(name: str, value: Entries, names: tuple[str, ...]) -> _Fault | None:
    wrong = [key for key in value.entries if key not in names]
    shown = " and ".join(f"`{each}`" for each in names)
    if wrong:
        return (
            f"`{name}` has the key `{wrong[0]}`, but no output layer has that name",
            "Keras raises an error in the first batch",
            f"use the names of the output layers as keys: {shown}",
        )
    return None


def _without_loss(value: Entries, names: tuple[str, ...]) -> _Fault | None:
    """An output without a loss; where the outputs are a dictionary, Keras allows it."""
    missing = [each for each in names if each not in value.entries]
    if not missing:
        return None
    return (
        f"there is no loss for the output `{missing[0]}`, and Keras raises an error",
        "a dictionary has a loss for each output",
        f"add a loss for `{missing[0]}`",
    )


def _weights(given: int, count: int, compiled: Compile) -> _Fault | None:
    loss = compiled.args.get("loss")
    if loss is None or isinstance(loss.value, Unknown):
        return None
    if isinstance(loss.value, (Items, Entries)):
        complete = loss.value.complete
        losses = len(loss.value.items if isinstance(loss.value, Items) else loss.value.entries)
    else:
        complete, losses = True, 1
    if not complete or given == losses:
        return None
    if losses == 1 and isinstance(loss.value, Items):
        return None  # reported for the loss
    one = losses == 1
    return (
        f"there are {given} loss weights for {losses} {'loss' if one else 'losses'}, and Keras "
        "raises an error",
        "one weight for each loss",
        f"give a list of {count} losses, one for each output"
        if one
        else f"give {losses} weights, one for each loss",
    )


def _outputs(model: Model, view: View) -> _Outputs | None:
    """The outputs of a model, if they are written as a list or dictionary."""
    made = next(
        (c for c in view.calls_at.get(model.origin.site, ()) if c.origin == model.origin), None
    )
    written = argument(made, view, "outputs") if made is not None else None
    value = written.fact.value if written is not None else None
    if isinstance(value, Entries) and value.complete:
        keys = tuple(str(key) for key in value.entries)
        return _Outputs(len(keys), True, True, keys)
    if not isinstance(value, Items) or not value.complete:
        return None
    if not all(isinstance(item.value, (TensorRef, Unknown)) for item in value.items):
        return None
    if len(value.items) != len(model.outputs):
        return _Outputs(len(value.items), known=False)
    names = output_names(model, view.program)
    found = tuple(name for name in names if name is not None)
    complete = len(found) == len(names) == len(set(found))
    return _Outputs(len(names), True, names=found if complete else None)


def _names(model: Model, view: View) -> tuple[bool, tuple[str, ...] | None]:
    """Whether the outputs are a dictionary, and their names if the code gives all of them."""
    made = next(
        (c for c in view.calls_at.get(model.origin.site, ()) if c.origin == model.origin), None
    )
    written = argument(made, view, "outputs") if made is not None else None
    value = written.fact.value if written is not None else None
    if isinstance(value, Entries):
        return True, tuple(map(str, value.entries)) if value.complete else None
    found = output_names(model, view.program)
    known = tuple(name for name in found if name is not None)
    by_key = value is None or isinstance(value, Unknown)  # may be one
    return by_key and model.kind == "functional", known if len(known) == len(found) else None
