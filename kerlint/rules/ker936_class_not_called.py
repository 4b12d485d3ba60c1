"""KER936: a class of Keras where an object is needed, and tensors given to the constructor."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api.signatures import REQUIRED
from kerlint.program.changes import Rewrite
from kerlint.program.layers import KINDS
from kerlint.program.model import Call
from kerlint.program.values import Custom, Fact, Items, Ref, TensorRef, Value
from kerlint.rules.arguments import Argument, argument, calls_one_thing, place_in
from kerlint.rules.base import Finding, Rule, View

_TRAINING = frozenset({"keras.Model.fit", "keras.Model.evaluate", "keras.Model.predict"})
_LAYERS = frozenset(f"keras.layers.{name}" for name, kind in KINDS.items() if not kind.legacy)


class ClassNotCalled(Rule):
    """A class is used where Keras needs an object, because its parentheses are missing.

    `layers.Flatten` is a class, and `layers.Flatten()` is a layer. Keras does not make an object of
    a class by itself: a class as a layer, an optimizer or a callback raises an error.

    `layers.Flatten(x)` is the same mistake: the tensor becomes a setting of the layer. The first
    pair of parentheses makes the layer, and the second one calls it: `layers.Flatten()(x)`.

    Bad:
        model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3)])
        model.add(layers.Flatten)
        model.add(layers.Dense(10, activation="softmax"))
    Good:
        model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((8,))])  # Keras makes objects of these classes itself
        model.add(layers.Dense(4, activation=layers.LeakyReLU()))
        model.add(layers.Dense(1, kernel_initializer=keras.initializers.HeNormal))
        model.compile(optimizer="adam", loss=keras.losses.MeanSquaredError)
        model.fit(np.random.rand(16, 8), np.random.rand(16, 1))

    People say:
        "Only instances of `keras.Layer` can be added to a Sequential model. Received:
        <class 'keras.src.layers.reshaping.flatten.Flatten'>",
        "Could not interpret optimizer identifier: <class 'keras.src.optimizers.adam.Adam'>",
        "A symbolic KerasTensor cannot be used as a boolean",
        "Callback.set_model() missing 1 required positional argument: 'model'"

    When kerlint stays silent:
        - Keras accepts the class: as a loss, a metric, an initializer, a regularizer or a
          constraint.
        - It is not certain that the value is a class.
        - A layer such as `Add`, which takes no settings by position, gets tensors: that is KER012.
    """

    code = "KER936"
    severity = Severity.ERROR
    required_bytes = (b"ayers", b"ptimizer", b"allback")
    untestable = "Keras raises the error by itself"
    fix = Applicability.SAFE

    def concerns(self, name: str) -> bool:
        return name in _LAYERS or name in _TRAINING or name in _WANTED

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or call.aliased:
            return
        if call.name in _LAYERS:
            yield from _given_tensors(call, view)
        for found, fact, kind, what in _objects(call, view):
            name = _class_of(fact, kind)
            if name is None:
                continue
            place = place_in(call, view, found) if fact is found.fact else None
            yield Finding(
                found.site if found.keyword else call.origin.site,
                f"`{name}` is a class and not {what}, so {_called(call)} raises an error",
                label=f"the parentheses after `{name}` are missing",
                help=f"write `{name}({_settings(fact)})`",
                origin=call.origin,
                rewrite=(Rewrite(place, (place, "()")),)
                if place is not None and not _settings(fact) and calls_one_thing(call, view)
                else (),
            )


def _given_tensors(call: Call, view: View) -> Iterator[Finding]:
    """A layer whose first setting is a tensor, or a list of tensors."""
    if not call.positional:
        return
    value = call.positional[0].value
    given = [fact.value for fact in value.items] if isinstance(value, Items) else [value]
    if not given or not all(_is_tensor(each, view) for each in given):
        return
    signature = keras_api.signature(call.name)
    if signature is None or not signature.positional:
        return  # KER012 says so of layers that take no settings by position
    name = call.path.rpartition(".")[2]
    yield Finding(
        call.origin.site,
        f"`{name}` gets a tensor as a setting, so no layer is called and Keras raises an error",
        label="only makes a layer",
        help=f"call the layer that it makes: `{name}(...)(x)`",
        origin=call.origin,
    )


def _is_tensor(value: Value, view: View) -> bool:
    """Whether a value is an input or the output of a layer: operations also give shapes."""
    if not isinstance(value, TensorRef):
        return False
    made = view.program.tensors[value.tensor].apply
    return made is None or not view.layer(view.program.layer_calls[made]).operation


def _objects(call: Call, view: View) -> Iterator[tuple[Argument, Fact, str, str]]:
    """Arguments, what of them has to be an object, the kind of its class, and what it has to be."""
    if call.name in _TRAINING:
        parameter, kind, what = "callbacks", "callback", "a callback"
    else:
        parameter, kind, what = _WANTED.get(call.name, ("activation", "layer", "an activation"))
    found = argument(call, view, parameter)
    if found is None:
        return
    value = found.fact.value
    if not isinstance(value, Items):
        yield found, found.fact, kind, what
    elif parameter != "optimizer":
        for fact in value.items:
            yield found, fact, kind, what


_WANTED = {
    "keras.Model.add": ("layer", "layer", "a layer"),
    "keras.Model.compile": ("optimizer", "optimizer", "an optimizer"),
    "keras.Sequential": ("layers", "layer", "a layer"),
    "keras.layers.Bidirectional": ("layer", "layer", "a layer"),
    "keras.layers.TimeDistributed": ("layer", "layer", "a layer"),
}


def _class_of(fact: Fact, kind: str) -> str | None:
    """The name of the class that a value is; None: it is something else."""
    value = fact.value
    if isinstance(value, Custom):
        return value.name if value.kind == "class" and kind == "layer" else None
    if not isinstance(value, Ref):
        return None
    symbol = keras_api.symbol(value.name)
    if symbol is None or symbol.kind != kind:
        return None
    return value.name.rpartition(".")[2]


def _settings(fact: Fact) -> str:
    """What stands for the settings that the class cannot do without."""
    signature = keras_api.signature(fact.value.name) if isinstance(fact.value, Ref) else None
    if signature is None or any(
        param.default is REQUIRED and param.kind in ("positional", "keyword")
        for param in signature.params
    ):
        return "..."
    return ""


def _called(call: Call) -> str:
    name = call.name.rpartition(".")[2]
    if call.name in _LAYERS and call.name not in _WANTED:
        return "calling the layer"
    return f"`{name}()`" if "Model." in call.name else f"`{name}`"
