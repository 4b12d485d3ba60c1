"""Where the gradient of a loss goes: what each operation on tensors does to it.

Measured with TensorFlow 2.21 and Keras 3.15; ``tests/rules/test_formula_facts.py`` asks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.formulas import Trace
from kerlint.program.model import Layer, LayerCall, Program
from kerlint.program.values import Custom, External, Fact, Items, Ref, TensorRef, Unknown, Value


class Flow(IntEnum):
    """How a tensor depends on another one. Of several operands the largest decides."""

    ABSENT = 0
    """Not at all: a number, the labels, or the shape of a tensor."""
    CUT = 1
    """By its values, but no gradient comes back."""
    UNKNOWN = 2
    LIVE = 3
    """A gradient may come back."""


_CUTTING = """
    all any argmax argmin argsort bincount ceil confusion_matrix count_nonzero digitize equal floor
    floor_divide greater greater_equal in_top_k isfinite isinf isnan less less_equal logical_and
    logical_not logical_or logical_xor not_equal numpy_function one_hot reduce_all reduce_any rint
    round searchsorted sequence_mask sign stop_gradient trunc
    is_finite is_inf is_nan floordiv floor_div eq ge gt le lt ne invert and_ or_
"""
CUTTING = frozenset(_CUTTING.split())
"""Operations through which no gradient goes: it is None, or 0 for those of ``ZEROS``."""

ZEROS = frozenset({"sign"})
"""Those of them whose gradient is 0, so that Keras trains without an error."""

_SHAPES = """
    empty_like full_like get_shape int_shape ndim ones_like rank shape size zeros_like
"""
SHAPES = frozenset(_SHAPES.split())
"""Operations whose result does not depend on the values of a tensor."""

_ACCURACIES = frozenset(
    f"keras.metrics.{kind}accuracy"
    for kind in (
        "binary_",
        "categorical_",
        "sparse_categorical_",
        "sparse_top_k_categorical_",
        "top_k_categorical_",
    )
)

_CONDITIONS = {
    "where": ("0", "cond", "condition"),
    "switch": ("0", "condition"),
    "boolean_mask": ("1", "mask"),
    "gather": ("1", "indices"),
    "gather_nd": ("1", "indices"),
    "take": ("1", "indices"),
    "take_along_axis": ("1", "indices"),
}
"""Arguments that choose between values, and get no gradient themselves."""

_SETTINGS = frozenset({"axis", "dtype", "keepdims", "name", "shape", "newshape"})

EPSILON = "the result of epsilon()"
"""The reason of an ``Unknown`` that is the small number of ``keras.backend.epsilon()``."""


@dataclass(frozen=True, slots=True)
class Gradients:
    """The flow of each tensor from one of them, and the operations that cut it."""

    flows: Mapping[int, Flow]
    cuts: tuple[LayerCall, ...]

    def of(self, fact: Fact) -> Flow:
        """The flow of a result."""
        value = fact.value
        if isinstance(value, TensorRef):
            return self.flows.get(value.tensor, Flow.UNKNOWN)
        return _of_constant(value)


def gradients(
    program: Program, trace: Trace, source: int, constants: Sequence[int] = ()
) -> Gradients:
    """Follow one tensor through a trace. ``constants`` are tensors that do not depend on it."""
    flows: dict[int, Flow] = {source: Flow.LIVE, **dict.fromkeys(constants, Flow.ABSENT)}
    cuts: list[LayerCall] = []
    for call in program.layer_calls[trace.first : trace.end]:
        layer = program.layers[call.layer]
        flow = _flow(program, layer, call, flows)
        if flow is Flow.CUT and any(flows.get(t) is Flow.LIVE for t in call.inputs):
            cuts.append(call)
        flows.update(dict.fromkeys(call.outputs, flow))
    return Gradients(flows, tuple(cuts))


def _flow(program: Program, layer: Layer, call: LayerCall, flows: Mapping[int, Flow]) -> Flow:
    given = [flows.get(tensor, Flow.UNKNOWN) for tensor in call.inputs]
    most = max(given, default=Flow.ABSENT)
    if not is_known(layer):
        # A model or layer in a loss, or code that was not read.
        return most if most is Flow.LIVE and not layer.custom else Flow.UNKNOWN
    word = layer.kind
    if word in SHAPES:
        return Flow.ABSENT
    if is_cutting(layer) and not layer.type.startswith("numpy."):
        return min(most, Flow.CUT)
    if layer.partial or layer.type.startswith("numpy."):  # which Keras refuses: KER909
        return Flow.LIVE if most is Flow.LIVE else Flow.UNKNOWN
    aside = _CONDITIONS.get(word, ())
    values = [
        _of_argument(fact.value, flows)
        for name, fact in layer.args.items()
        if name not in aside and name not in _SETTINGS
    ]
    most = max(values, default=most)
    if word in _CONDITIONS and most is Flow.ABSENT:
        return min(max(given, default=Flow.ABSENT), Flow.CUT)
    return most


def is_known(layer: Layer) -> bool:
    """Whether this is an operation of Keras, TensorFlow or Python, whose name says what it does."""
    return layer.operation and layer.type.startswith(_LIBRARIES)


_LIBRARIES = ("keras.", "numpy.", "operator.", "tensor.", "tensorflow.", "tf_keras.")


def is_cutting(layer: Layer) -> bool:
    """Whether no gradient goes through an operation."""
    word = layer.kind
    if word in CUTTING:
        return True
    if word in ("cast", "convert_to_tensor", "to_int32", "to_int64"):
        dtype = layer.args.get("dtype") or layer.args.get("1")
        return word.startswith("to_int") or (dtype is not None and _is_whole(dtype.value))
    if layer.type in _ACCURACIES:
        return True
    # An instance of a metric keeps its sums in variables, and gives what these come to.
    return layer.type.startswith("keras.metrics.") and word[:1].isupper()


def _is_whole(dtype: Value) -> bool:
    """Whether a dtype is one of whole numbers or of truth values."""
    name = dtype if isinstance(dtype, str) else ""
    if isinstance(dtype, (External, Ref)):
        name = (dtype.path if isinstance(dtype, External) else dtype.name).rpartition(".")[2]
    return name.startswith(("int", "uint", "bool"))


def _of_argument(value: Value, flows: Mapping[int, Flow]) -> Flow:
    if isinstance(value, TensorRef):
        return flows.get(value.tensor, Flow.UNKNOWN)
    if isinstance(value, Items) and value.complete:
        return max((_of_argument(i.value, flows) for i in value.items), default=Flow.ABSENT)
    return _of_constant(value)


def _of_constant(value: Value) -> Flow:
    if value is None or isinstance(value, (bool, int, float, complex, str, Array, Ref, External)):
        return Flow.ABSENT
    if isinstance(value, Unknown) and value.reason == EPSILON:
        return Flow.ABSENT
    if isinstance(value, Custom) and value.name == "dtype":  # of a tensor
        return Flow.ABSENT
    if isinstance(value, Items) and value.complete:
        return max((_of_constant(item.value) for item in value.items), default=Flow.ABSENT)
    return Flow.UNKNOWN
