"""KER010: objects of Keras 2 and Keras 3 in one model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.model import Program
from kerlint.program.values import Fact, Items, Object, Site, TensorRef
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import releases_at

_FOREIGN = re.compile(r"(tensorflow_hub\.KerasLayer|transformers\.TF\w+\.from_pretrained)\(\)")
_MADE = "the result of "


class TwoPackages(Rule):
    """A model of one Keras gets a layer or an optimizer of another one.

    tf_keras is Keras 2 as a package of its own, and its objects do not fit into models of Keras 3:
    ``add`` raises "Only instances of `keras.Layer` can be added to a Sequential model".
    ``tensorflow_hub.KerasLayer`` and the ``TF...`` models of ``transformers`` are layers of
    tf_keras, so they need a model of tf_keras around them.

    Bad:
        import keras
        import tf_keras

        model = keras.Sequential([keras.Input((8,)), tf_keras.layers.Dense(3)])
    Good:
        import keras

        model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)])
    Tempting:
        # In Keras 3, keras and tensorflow.keras are the same, unlike tf_keras.
        import keras
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), tf.keras.layers.Dense(3)])

    People say: "Only instances of `keras.Layer` can be added to a Sequential model. Received:
    <tensorflow_hub.keras_layer.KerasLayer object>", "A KerasTensor is symbolic",
    "Could not interpret optimizer identifier: <tf_keras.src.optimizers.adam.Adam object>".

    When kerlint stays silent:
        - ``TF_USE_LEGACY_KERAS`` is set, or the code is for Keras 2, so that ``tensorflow.keras``
          is tf_keras.
        - The layer is called inside a layer or model of your own.
        - kerlint does not know where the layer comes from.
    """

    code = "KER010"
    severity = Severity.ERROR
    required_bytes = (b"tf_keras", b"tensorflow_hub", b"transformers")
    untestable = "Keras raises the error by itself"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for model in program.models[program.own.models :]:
            release = _release(model.origin.site, view)
            if release is None or model.origin.fails:
                continue
            yield from _layers(model.id, release, view)
            if release != "2":
                for gap in model.gaps:
                    found = _FOREIGN.search(gap.reason)
                    if found is not None and _MADE in gap.reason:
                        yield _foreign(gap.site, found.group(1))
        for compiled in program.compiles[program.own.compiles :]:
            given = compiled.args.get("optimizer")
            release = _release(program.models[compiled.model].origin.site, view)
            if given is not None and release is not None and isinstance(given.value, Object):
                other = _release(given.value.site, view)
                if other is not None and other != release:
                    yield _mixed(given.site, "the optimizer", other, release)
        for call in program.calls[program.own.calls :]:
            found = _FOREIGN.match(call.name)
            if found is None or call.guarded:
                continue
            if any(_is_symbolic(tensor, view) for tensor in _tensors(call.positional)):
                yield _foreign(call.origin.site, found.group(1))


def _release(site: Site, view: View) -> str | None:
    """Whether something was made by Keras "2" or "3"; None when that is not known."""
    path = view.called.get(site, "")
    if keras_api.locate(path) is None:
        return None
    releases = releases_at(path, view.target)
    found = {"3" if release.startswith("3") else "2" for release in releases}
    return found.pop() if len(found) == 1 else None


def _layers(model: int, release: str, view: View) -> Iterator[Finding]:
    for index in sorted(view.layers_in(model)):
        layer = view.program.layers[index]
        if layer.custom or layer.operation or layer.model is not None:
            continue
        other = _release(layer.origin.site, view)
        if other is not None and other != release:
            yield _mixed(layer.origin.site, f"`{layer.kind}`", other, release)
            return  # the others are most likely of the same package


def _mixed(site: Site, what: str, other: str, release: str) -> Finding:
    names = {"2": "tf_keras (Keras 2)", "3": "Keras 3"}
    return Finding(
        site,
        f"{what} is from {names[other]} and the model from {names[release]}, and they do not mix",
        label=f"from {names[other]}",
        help="import everything from the same package",
    )


def _foreign(site: Site, path: str) -> Finding:
    name = path.split(".")[1]
    return Finding(
        site,
        f"`{name}` is a layer of tf_keras (Keras 2), and a Keras 3 model raises an error for it",
        label="a layer of Keras 2",
        help="build the model with `tf_keras`, set `TF_USE_LEGACY_KERAS=1`, or call it in a layer "
        "of your own",
    )


def _tensors(facts: tuple[Fact, ...]) -> Iterator[int]:
    for fact in facts:
        if isinstance(fact.value, TensorRef):
            yield fact.value.tensor
        elif isinstance(fact.value, Items):
            yield from _tensors(fact.value.items)


def _is_symbolic(tensor: int, view: View) -> bool:
    """Whether a tensor comes from the ``Input`` of Keras 3."""
    made = view.program.tensors[tensor]
    while made.apply is not None:
        inputs = view.program.layer_calls[made.apply].inputs
        if not inputs:
            return False
        made = view.program.tensors[inputs[0]]
    located = keras_api.locate(view.called.get(made.site, ""))
    if located is None or located.name != "keras.Input":
        return False
    return _release(made.site, view) == "3"
