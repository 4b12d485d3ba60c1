"""KER008: a function of TensorFlow that is called on a symbolic tensor of Keras 3."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api.backend import form_of
from kerlint.program.changes import Move
from kerlint.program.model import Call
from kerlint.program.values import Fact, Items, Site, TensorRef
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import only_keras_3, releases_of

# Functions that take anything, and leave it alone.
_TAKING = frozenset({"Print", "cond", "is_symbolic_tensor", "is_tensor", "no_op", "print"})
# Modules of functions; others have classes and settings.
_MODULES = frozenset(
    {"audio", "bitwise", "image", "linalg", "math", "nn", "random", "signal", "sparse", "strings"}
)
# Where keras.ops has another word for the same.
_WORDS = {
    "clip_by_value": "clip",
    "concat": "concatenate",
    "gather": "take",
    "l2_normalize": "normalize",
    "pow": "power",
    "reverse": "flip",
    "truediv": "true_divide",
}


class FunctionOfTensorflow(Rule):
    """A TensorFlow function is called on a symbolic tensor of a functional model.

    Since Keras 3 the tensors that ``keras.Input`` and layers return are no TensorFlow tensors.
    ``tf.concat`` and others raise "A KerasTensor cannot be used as input to a TensorFlow function".
    ``keras.ops`` has most of the functions, under the names that NumPy uses.

    Bad:
        import keras
        import tensorflow as tf
        from keras import layers

        inputs = keras.Input((8,))
        left, right = layers.Dense(4)(inputs), layers.Dense(4)(inputs)
        joined = tf.concat([left, right], axis=-1)
        model = keras.Model(inputs, layers.Dense(1)(joined))
    Good:
        import keras
        from keras import layers

        inputs = keras.Input((8,))
        left, right = layers.Dense(4)(inputs), layers.Dense(4)(inputs)
        joined = keras.ops.concatenate([left, right], axis=-1)
        model = keras.Model(inputs, layers.Dense(1)(joined))
    Tempting:
        # Inside a layer the tensors are those of TensorFlow.
        import keras
        import tensorflow as tf
        from keras import layers


        class Join(layers.Layer):
            def call(self, parts):
                return tf.concat(parts, axis=-1)


        inputs = keras.Input((8,))
        left, right = layers.Dense(4)(inputs), layers.Dense(4)(inputs)
        model = keras.Model(inputs, layers.Dense(1)(Join()([left, right])))

    People say: "A KerasTensor cannot be used as input to a TensorFlow function", "A KerasTensor is
    a symbolic placeholder for a shape and dtype".

    When kerlint stays silent:
        - The code is for Keras 2, which turns the function into a layer.
        - The function is called inside a layer, a ``Lambda``, or a model of your own.
        - kerlint does not know that the tensor is symbolic, for example because it is a parameter.
    """

    code = "KER008"
    severity = Severity.ERROR
    required_bytes = (b"tensorflow",)
    untestable = "Keras raises the error by itself"
    fix = Applicability.SAFE

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or not _is_function(call.path):
            return
        facts = [*call.positional, *(fact for _, fact, _ in call.keywords)]
        tensors = [tensor for fact in facts for tensor in _tensors(fact)]
        if not any(_is_symbolic(tensor, view) for tensor in tensors):
            return
        form = form_of(call.path)
        short = call.path.replace("tensorflow.", "tf.", 1)
        yield Finding(
            call.origin.site,
            f"`{short}` raises an error, because it is called on a symbolic Keras tensor",
            label="not a TensorFlow tensor",
            help=_help(call.path),
            origin=call.origin,
            rewrite=(Move(call.origin.site, call.path, keras_api.LATEST),),
            fix=Applicability.UNSAFE if form is not None and form.unsafe else None,
            unsafe_because=form.unsafe if form is not None else "",
        )


def _is_function(path: str) -> bool:
    parts = path.split(".")
    if parts[0] != "tensorflow" or parts[-1] in _TAKING or not parts[-1][:1].islower():
        return False
    if parts[1:3] == ["keras", "backend"] and len(parts) == 4:
        return parts[3] not in ("int_shape", "is_keras_tensor") and not keras_api.exists(
            f"keras.backend.{parts[3]}"
        )
    return len(parts) == 2 or (len(parts) == 3 and parts[1] in _MODULES)


def _tensors(fact: Fact) -> Iterator[int]:
    value = fact.value
    if isinstance(value, TensorRef):
        yield value.tensor
    elif isinstance(value, Items):
        for item in value.items:
            yield from _tensors(item)


def _is_symbolic(tensor: int, view: View) -> bool:
    """Whether a tensor comes from the ``Input`` of Keras 3, or the inputs of a model, alone."""
    makers = _makers_of_inputs(view)
    pending, seen = [tensor], {tensor}
    while pending:
        made = view.program.tensors[pending.pop()]
        if made.apply is None:
            maker = made.site if _is_input(view.called.get(made.site, "")) else makers.get(made.id)
            if maker is None or not only_keras_3(releases_of(maker, view)):
                return False
            continue
        for other in view.program.layer_calls[made.apply].inputs:
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return True


def _is_input(path: str) -> bool:
    located = keras_api.locate(path)
    return located is not None and located.name == "keras.Input"


def _makers_of_inputs(view: View) -> dict[int, Site]:
    """Where the models are made that have made their inputs themselves."""
    return {
        tensor: model.origin.site
        for model in view.program.models
        if model.kind in ("application", "functional", "sequential")
        for tensor in model.inputs
    }


def _help(path: str) -> str:
    form = form_of(path)
    if form is not None and form.new.startswith("keras.ops."):
        return f"use `{form.new}`"
    last = path.rpartition(".")[2]
    word = last.removeprefix("reduce_")
    for name in (f"image.{word}" if ".image." in path else word, _WORDS.get(word, word)):
        if keras_api.exists(f"keras.ops.{name}"):
            return f"use `keras.ops.{name}`"
    return "call it in a `keras.layers.Lambda`, or in a layer of your own"
