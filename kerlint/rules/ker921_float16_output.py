"""KER921: an output in float16."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetArg
from kerlint.program.model import Call, Layer, Origin
from kerlint.program.objectives import Objective
from kerlint.program.values import Object, Site, Value
from kerlint.rules.base import Finding, Note, Rule, View

_SETTERS = ("set_global_policy", "set_dtype_policy", "set_policy")


class Float16Output(Rule):
    """With `mixed_float16`, the output layer should compute in float32.

    The policy makes all layers compute in float16, the last one too. A float16 number has about
    three digits, is at most 65,504, and everything below 6e-8 is 0. A small probability becomes 0,
    and a price of 70,000 becomes infinite. The documentation of Keras says to give the last layer
    `dtype="float32"`. Its input is converted, and the other layers stay as fast.

    Bad:
        keras.mixed_precision.set_global_policy("mixed_float16")
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Good:
        keras.mixed_precision.set_global_policy("mixed_float16")
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dense(3, activation="softmax", dtype="float32"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Tempting:
        # Only a hidden layer computes in float16.
        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, activation="relu", dtype="mixed_float16"))
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say: "mixed precision loss nan", "mixed_float16 predictions are inf", "model output dtype
    float16".

    When kerlint stays silent:
        - The policy is `mixed_bfloat16`, which has the range of float32, or not known.
        - The policy is set more than once, or after the definition of a function that nothing in
          the file calls.
        - The last layer has a `dtype`, is an operation, or is a class of the user.
    """

    code = "KER921"
    severity = Severity.WARNING
    required_bytes = (b"mixed_float16",)
    unsafe_because = "the output then has another dtype"
    untestable = "experiments build every model in float32"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        policy = _policy(view)
        last = view.graph.inner_producer(objective.head.tensor)
        if policy is None or last is None or objective.loss is None:
            return
        layer = view.layer(last)
        if layer.custom or layer.operation or layer.partial or layer.model is not None:
            return
        if layer.type.partition(".")[0] != "keras" or layer.wrapped is not None:
            return
        if "dtype" in layer.args or not _is_later(layer, policy, view):
            return
        yield Finding(
            layer.origin.site,
            "the output is float16, with three digits and at most 65,504",
            label="computes in float16",
            help='add `dtype="float32"` to the last layer',
            related=(Note(policy.origin.site, "makes all layers compute in float16"),),
            origin=layer.origin,
            repair=(SetArg(layer.id, "dtype", "float32"),),
        )


def _policy(view: View) -> Call | None:
    """The only call that sets a policy, if that is mixed_float16."""
    if not any(name.endswith(_SETTERS) for name in view.names_called):
        return None
    calls = [call for call in view.program.calls if call.name.endswith(_SETTERS)]
    if len(calls) != 1:
        return None
    given = [*calls[0].positional, *(fact for _, fact, _ in calls[0].keywords)]
    return calls[0] if len(given) == 1 and _name(given[0].value) == "mixed_float16" else None


def _name(value: Value) -> Value:
    """The name of a policy, which may be an object."""
    if isinstance(value, Object) and "Policy" in value.name:
        name = value.args.get("name")
        return name.value if name is not None else None
    return value


def _is_later(layer: Layer, policy: Call, view: View) -> bool:
    """Whether a layer is made after the policy is set."""
    program = view.program
    if policy.id < program.module_calls and _outermost(policy.origin) > program.entry:
        return False  # another file may have called the function before that
    made = (call.id for call in view.calls_at.get(layer.origin.site, ()))
    return all(number > policy.id for number in made)


def _outermost(origin: Origin) -> Site:
    """The place in the module from which something was called. Sites are numbered in time."""
    return origin.calls[0] if origin.calls else origin.site
