"""KER916: a training loop that calls the model as for a prediction."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Constant, SetArgument
from kerlint.program.layers import where
from kerlint.program.model import Gradient, LayerCall, ModelCall, Program
from kerlint.program.values import Fact, Site
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.loops import way_of

_DROPPING = where(lambda kind: kind.drops) | {"AlphaDropout", "GaussianDropout", "GaussianNoise"}
_NORMALIZING = frozenset({"BatchNormalization"})


class TapeWithoutTraining(Rule):
    """The model overfits or its `BatchNormalization` is off: the loop trains in inference mode.

    In a training loop of your own, nobody tells the layers that the model is being trained.
    `model(x)` is the same as `model(x, training=False)`: `Dropout` drops nothing, and
    `BatchNormalization` normalizes with its moving averages, which are never updated. `fit()`
    passes `training=True` by itself.

    Bad:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1))
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((y - model(x)) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    Good:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1))
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((y - model(x, training=True)) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    Tempting:
        # No layer of this model acts differently in training.
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        model.add(layers.LayerNormalization())
        model.add(layers.Dense(1))
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((y - model(x)) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    People say: "dropout has no effect in a custom training loop", "batch norm moving mean is not
    updated".

    When kerlint stays silent:
        - `training` is passed, whatever its value is, or the learning phase is set.
        - The layers themselves are called with a `training` of their own.
        - The gradient is not that of the weights of this model, or is not applied to them.
        - Only `BatchNormalization` is concerned, and the program freezes layers.
    """

    code = "KER916"
    severity = Severity.WARNING
    required_bytes = (b"GradientTape",)
    unsafe_because = "the model is then trained with dropout and the statistics of each batch"
    untestable = "a loop of the user's own is not run"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        gradients = program.gradients[program.own.gradients :]
        if not gradients or any("learning_phase" in call.name for call in program.calls):
            return
        frozen = any(each.name == "trainable" for each in program.assignments)
        told: set[Site] = set()
        for gradient in gradients:
            if gradient.lost or gradient.origin.fails or not gradient.weights:
                continue
            if not _is_applied(gradient, view):
                continue
            for call in way_of(gradient, view).reached:
                if call.origin.site in told or not _is_plain(call) or not call.taped:
                    continue
                kinds = _kinds(call, view)
                if frozen:
                    kinds = {kind: site for kind, site in kinds.items() if kind in _DROPPING}
                if kinds:
                    told.add(call.origin.site)
                    yield _finding(call, kinds)


def _is_applied(gradient: Gradient, view: View) -> bool:
    """Whether weights are changed after it, in the same function or in one that calls it.

    A gradient can also be taken for its own sake, and then dropout would only disturb it.
    """
    frames = gradient.origin.calls
    return any(
        call.origin.site > gradient.origin.site
        and frames[: len(call.origin.calls)] == call.origin.calls
        for call in view.program.calls
        if call.name.endswith(_APPLYING)
    )


_APPLYING = (".apply_gradients", ".apply")


def _finding(call: ModelCall, kinds: dict[str, Site]) -> Finding:
    names = " and ".join(f"`{kind}`" for kind in list(kinds)[:2])
    acts = "act" if len(kinds) > 1 else "acts"
    return Finding(
        call.origin.site,
        f"the model is trained in inference mode: {names} {acts} as in `predict()`",
        label="called without `training=True`",
        help="pass `training=True`",
        related=tuple(Note(site, "acts differently in training") for site in kinds.values()),
        origin=call.origin,
        rewrite=(SetArgument(call.origin.site, "training", (Constant(True),)),)
        if not call.own_call
        else (),
    )


def _is_plain(call: ModelCall) -> bool:
    return not call.partial and "training" not in call.args and "1" not in call.args


def _kinds(call: ModelCall, view: View) -> dict[str, Site]:
    """The kinds of layers in the model that act differently in training, with their places."""
    program = view.program
    found: dict[str, Site] = {}
    pending = _own_calls(call, view) if call.own_call else _calls_in(call.model, view)
    seen = {call.model}
    while pending:
        made = pending.pop()
        given = made.args.get("training")
        if given is not None and not _is_default(given):
            continue
        layer = program.layers[made.layer]
        while layer.wrapped is not None:
            layer = program.layers[layer.wrapped]
        if layer.model is not None and layer.model not in seen:
            seen.add(layer.model)
            pending.extend(_calls_in(layer.model, view))
        trainable = layer.args.get("trainable")
        if layer.kind in _NORMALIZING and trainable is not None and trainable.value is not True:
            continue
        rate = layer.args.get("rate")
        if rate is not None and rate.number() == 0:
            continue
        if not layer.custom and layer.kind in _DROPPING | _NORMALIZING:
            found.setdefault(layer.kind, layer.origin.site)
    return found


def _is_default(given: Fact) -> bool:
    """Whether the ``training`` of a layer is only handed on from that of the model."""
    return given.value in (None, False) and bool(given.copied_through)


def _calls_in(model: int, view: View) -> list[LayerCall]:
    return [view.program.layer_calls[index] for index in view.program.models[model].graph]


def _own_calls(call: ModelCall, view: View) -> list[LayerCall]:
    """The calls of layers between the input and the output of a call that was followed."""
    program = view.program
    found: dict[int, LayerCall] = {}
    pending = list(call.outputs)
    while pending:
        index = program.tensors[pending.pop()].apply
        if index is not None and index >= call.start and index not in found:
            found[index] = program.layer_calls[index]
            pending.extend(program.layer_calls[index].inputs)
    return list(found.values())
