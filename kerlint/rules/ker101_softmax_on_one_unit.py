"""KER101: softmax over one unit."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change, InsertAfter, Remove, SetArg
from kerlint.program.claims import CONSTANT_OUTPUT
from kerlint.program.data import Array, Encoding
from kerlint.program.heads import activation_of
from kerlint.program.layers import (
    LINEAR_BY_DEFAULT,
    ONLY_ACTIVATION,
    PASSTHROUGH,
    where,
    width_argument,
)
from kerlint.program.model import Layer, LayerCall
from kerlint.program.objectives import CATEGORICAL, CROSSENTROPIES, SPARSE
from kerlint.program.values import Site, Unknown
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import with_crossentropy, with_loss, with_units
from kerlint.rules.words import are_names, labels_note

# Of all kinds, not only the plain ones: what counts is that there are filters to count.
WITH_FILTERS = where(lambda kind: kind.width == "filters" and kind.default_activation == "linear")


class SoftmaxOnOneUnit(Rule):
    """Softmax over a single unit always outputs 1.0.

    Softmax turns the values of a layer into shares that add up to 1. With one unit, the share is
    always 1: the model predicts 1.0 for every sample, no matter what it has learned.

    With a regression loss such as mse, every gradient is 0 and the loss never moves. With
    binary_crossentropy the loss may even fall, because Keras on TensorFlow trains on the
    values before the softmax, but the predictions are 1.0 all the same.

    For a yes/no answer use sigmoid. For a number use no activation. For attention weights
    over time steps, apply the softmax along the axis of the steps: `layers.Dense(1)`
    followed by `layers.Softmax(axis=1)`.

    Bad:
        layers.Dense(1, activation="softmax")
    Good:
        layers.Dense(1, activation="sigmoid")  # a yes/no answer
        layers.Dense(1)  # a number
    Tempting:
        steps = keras.Input((20, 8))
        scores = layers.Dense(1)(steps)
        weights = layers.Softmax(axis=1)(scores)  # over the 20 steps
        context = layers.Flatten()(layers.Dot(axes=1)([weights, steps]))
        model = keras.Model(steps, layers.Dense(1, activation="sigmoid")(context))
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "always predicts 1", "same output for every input", "accuracy stuck at 0.5",
        "loss does not decrease"

    When kerlint stays silent:
        - The number of units is not known from the code.
        - The softmax runs along another axis than the last one (`Softmax(axis=1)`), as
          attention weights do.
        - The softmax is applied by a function (`keras.ops.softmax`) and not by a layer.
    """

    code = "KER101"
    severity = Severity.ERROR
    required_bytes = (b"softmax", b"Softmax")
    experiments = (CONSTANT_OUTPUT,)
    unsafe_because = "the model then predicts other values"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        activation = activation_of(layer, view.program)
        if activation is None or activation.name != "softmax":
            return
        if layer.kind == "Dense" or layer.kind in WITH_FILTERS:
            if _width(layer) == 1 and not (layer.kind in WITH_FILTERS and _axes_are_set(view)):
                yield self._finding(layer, layer, view)
            return
        axis = layer.arg("axis")
        if axis is not None and axis.integer() != -1:
            return
        for apply in view.graph.layer_calls.get(layer.id, ()):
            if len(apply.inputs) != 1:
                continue
            shape = view.program.tensors[apply.inputs[0]].shape
            source = view.graph.producer(apply.inputs[0])
            below = view.layer(source) if source is not None else None
            if below is not None and below.operation:
                continue
            width = None if isinstance(shape, Unknown) or len(shape) < 2 else shape[-1]
            if width is None and below is not None and below.kind == "Dense":
                width = _width(below)
            if width == 1 and layer.kind in ONLY_ACTIVATION:
                yield self._finding(layer, below, view)
                return

    def _finding(self, layer: Layer, below: Layer | None, view: View) -> Finding:
        related: list[Note] = []
        if below is not None and below is not layer and below.kind == "Dense":
            related.append(Note(below.origin.site, "one unit"))
        loss = _loss(layer, view)
        help = 'use `activation="sigmoid"` for a yes/no answer, or no activation for a number'
        classes = _classes(layer, view)
        if classes is not None:
            loss_for = _loss_for(classes)
            help = (
                f'use {classes.classes} units, one per class, with `activation="softmax"` and '
                f'`loss="{loss_for}"`'
            )
            related.append(labels_note(classes))
        elif weighs_steps(layer, view):
            help = "use `Dense(1)` followed by `layers.Softmax(axis=1)` for attention weights"
        elif loss is not None:
            word, site = loss
            if word in CROSSENTROPIES:
                help = 'use `activation="sigmoid"` with `binary_crossentropy` for a yes/no answer'
                if word != "binary_crossentropy":
                    help += ", or one unit per class for several classes"
            else:
                related.append(
                    Note(site, "this regression loss needs an output layer without an activation")
                )
        return Finding(
            layer.origin.site,
            "softmax over a single unit always outputs 1.0, whatever the input",
            label="one unit, so its share of the total is always 1",
            help=help,
            related=tuple(related),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
            fix=None if _is_certain(layer, classes, view) else Applicability.DISPLAY,
            unsafe_because="" if _is_certain(layer, classes, view) else _EITHER,
        )


def _width(layer: Layer) -> int | None:
    """The size of the axis that the layer's own softmax runs over."""
    if layer.kind != "Dense":
        order = layer.arg("data_format")
        if layer.partial or (order is not None and order.value != "channels_last"):
            return None
    size = width_argument(layer)
    return size.integer() if size is not None else None


def _axes_are_set(view: View) -> bool:
    """Whether the code says for all layers which axis the channels are."""
    return any(name.endswith(".set_image_data_format") for name in view.names_called)


def _loss(layer: Layer, view: View) -> tuple[str, Site] | None:
    """The loss that judges what a layer gives, and its place."""
    for objective in view.objectives:
        if any(a.layer.id == layer.id for a in objective.head.activations):
            if objective.loss is not None and objective.loss.kind is not None:
                return objective.loss.kind, objective.loss.fact.site
    return None


def _classes(layer: Layer, view: View) -> Array | None:
    """The labels of what the layer gives, where they are those of more than two classes."""
    for objective in view.judged:
        if any(a.layer.id == layer.id for a in objective.head.activations):
            target = objective.target
            if target is not None and (target.classes or 0) > 2 and _are_classes(target):
                return target
    return None


def _are_classes(target: Array) -> bool:
    one_hot = target.encoding is Encoding.ONE_HOT
    return one_hot or (target.encoding is Encoding.INTEGER and are_names(target))


def _loss_for(target: Array) -> str:
    """The crossentropy of several classes that takes labels like these."""
    one_hot = target.encoding is Encoding.ONE_HOT
    return "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"


def weighs_steps(layer: Layer, view: View) -> bool:
    """Whether the layer scores each of several steps, and its scores go on into the model."""

    def passes_on(later: LayerCall) -> bool:
        return view.layer(later).kind in PASSTHROUGH

    layer_calls = view.graph.layer_calls.get(layer.id, ())
    for apply in layer_calls:
        tensor = apply.outputs[0]
        shape = view.program.tensors[tensor].shape
        if isinstance(shape, Unknown) or len(shape) != 3 or shape[1] == 1:
            return False
        if view.graph.is_end(tensor):
            return False
        for later in view.graph.forward(tensor, through=passes_on):
            if passes_on(later) and any(map(view.graph.is_end, later.outputs)):
                return False  # in another shape, they are what the model predicts
    return bool(layer_calls)


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """A sigmoid where the loss asks for a probability, else no activation at all.

    Several classes get a unit each, with the loss that fits their labels.

    Attention weights get a softmax along the axis of the steps.

    Nothing for a layer that has more than one unit and is not a softmax.
    """
    activation = activation_of(layer, view.program)
    if _width(layer) != 1 and (activation is None or activation.name != "softmax"):
        return ()
    found = _for_classes(layer, view)
    if found:
        return found
    if weighs_steps(layer, view):
        if layer.kind == "Softmax":
            return (SetArg(layer.id, "axis", 1),)
        outer = view.graph.layer_calls[layer.id][0].layer
        steps = InsertAfter(outer, "keras.layers.Softmax", {"axis": 1})
        if layer.kind == "Activation" and outer == layer.id:
            return (steps, Remove(layer.id))
        return (SetArg(layer.id, "activation", "linear"), steps)
    loss = _loss(layer, view)
    answer = loss is not None and loss[0] in CROSSENTROPIES
    if layer.kind == "Softmax":
        scores = _scores(layer, view)
        if scores is None or not answer:
            return (Remove(layer.id),) if not answer else ()
        activated: tuple[Change, ...] = (
            Remove(layer.id),
            SetArg(scores.id, "activation", "sigmoid"),
        )
    else:
        activated = (SetArg(layer.id, "activation", "sigmoid" if answer else "linear"),)
    return (*activated, *_yes_no(layer, view))


def _scores(layer: Layer, view: View) -> Layer | None:
    """The layer whose output a Softmax layer takes."""
    for apply in view.graph.layer_calls.get(layer.id, ()):
        source = view.graph.producer(apply.inputs[0])
        below = view.layer(source) if source is not None else None
        if below is not None and below.kind in LINEAR_BY_DEFAULT:
            return below
    return None


def _yes_no(layer: Layer, view: View) -> tuple[Change, ...]:
    """The crossentropy of a yes/no answer, in place of one that wants several units."""
    for objective in view.judged:
        if any(a.layer.id == layer.id for a in objective.head.activations):
            loss = objective.loss
            if loss is not None and loss.kind in CATEGORICAL | SPARSE and not loss.partial:
                return with_crossentropy(objective, "binary_crossentropy")
    return ()


_EITHER = "whether it is a yes/no answer or a number is for you to say"


def _is_certain(layer: Layer, classes: Array | None, view: View) -> bool:
    """Whether the code tells what the unit is meant to give."""
    if classes is not None or weighs_steps(layer, view):
        return True
    loss = _loss(layer, view)
    return loss is not None and loss[0] not in CATEGORICAL | SPARSE


def _for_classes(layer: Layer, view: View) -> tuple[Change, ...]:
    classes = _classes(layer, view)
    if classes is None or classes.classes is None:
        return ()
    for objective in view.judged:
        if any(a.layer.id == layer.id for a in objective.head.activations):
            units = with_units(objective.head, classes.classes, "softmax")
            return (*units, *with_loss(objective, _loss_for(classes))) if units else ()
    return ()
