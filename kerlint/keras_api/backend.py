"""Functions of the backend and of TensorFlow as calls of what Keras has today.

``facts.MOVED`` has those of ``keras.backend`` that only have another name. Tests compare the
results with those of tf_keras and TensorFlow.
"""

# ruff: noqa: SIM905 (long lists of words read better as running text)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from kerlint.keras_api.facts import MOVED
from kerlint.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """How a call of a function is written instead.

    ``new``: the function that is called; ``parameters``: their names, old and new, in the order
    that both have, and ``keywords``: of those that are passed by name only; ``required``: what must
    be passed, and not as None; ``added``: what has to be passed where the call does not; ``last``:
    an argument that comes at the end; ``whole``: what has to be a literal number. Or else
    ``method``: what is called on the first argument, or ``attribute``: what is read of it, in a
    call of ``new`` if there is one. ``unsafe``: why the result may be another.
    """

    new: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ()
    added: Mapping[str, str] = field(default_factory=dict)
    last: str = ""
    whole: str = ""
    method: str = ""
    attribute: str = ""
    unsafe: str = ""


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


_VALUE: Final = "a symbolic tensor has no value"
_TENSOR: Final = "the result is a tensor and not a variable"
_RANDOM: Final = "the random numbers are others"
_ORDER: Final = "Keras 1 took the output first"
_CHANNELS: Final = "the channels have to be the last axis"
_FLOATX: Final = "the dtype may have been set to something else than float32"

FORMS: Final[dict[str, Form]] = {
    "arange": Form(
        "keras.ops.arange", _same("start", "stop", "step", "dtype"), added={"dtype": '"int32"'}
    ),
    "argmax": Form("keras.ops.argmax", _same("x", "axis"), added={"axis": "-1"}),
    "argmin": Form("keras.ops.argmin", _same("x", "axis"), added={"axis": "-1"}),
    # Without `data_format`, and with channels last, as everywhere.
    "bias_add": Form("keras.ops.add", (("x", "x1"), ("bias", "x2")), unsafe=_CHANNELS),
    "binary_crossentropy": Form(
        "keras.ops.binary_crossentropy", _same("target", "output", "from_logits"), unsafe=_ORDER
    ),
    "cast_to_floatx": Form(
        "keras.ops.cast", _same("x"), last="keras.backend.floatx()", unsafe="the result is a tensor"
    ),
    "categorical_crossentropy": Form(
        "keras.ops.categorical_crossentropy",
        _same("target", "output", "from_logits", "axis"),
        unsafe=_ORDER,
    ),
    "clip": Form(
        "keras.ops.clip",
        (("x", "x"), ("min_value", "x_min"), ("max_value", "x_max")),
        required=("x_min", "x_max"),
    ),
    "concatenate": Form(
        "keras.ops.concatenate", (("tensors", "xs"), ("axis", "axis")), added={"axis": "-1"}
    ),
    "constant": Form(
        "keras.ops.convert_to_tensor",
        _same("value", "dtype"),
        added={"dtype": '"float32"'},
        unsafe=_FLOATX,
    ),
    "cumprod": Form("keras.ops.cumprod", _same("x", "axis"), added={"axis": "0"}),
    "cumsum": Form("keras.ops.cumsum", _same("x", "axis"), added={"axis": "0"}),
    "dot": Form("keras.ops.dot", (("x", "x1"), ("y", "x2"))),
    "dropout": Form(
        "keras.random.dropout",
        (("x", "inputs"), ("level", "rate"), ("noise_shape", "noise_shape"), ("seed", "seed")),
        unsafe=_RANDOM,
    ),
    "dtype": Form("keras.backend.standardize_dtype", _same("x"), attribute="dtype"),
    "elu": Form("keras.ops.elu", _same("x", "alpha")),
    "eval": Form("keras.ops.convert_to_numpy", _same("x"), unsafe=_VALUE),
    "expand_dims": Form("keras.ops.expand_dims", _same("x", "axis"), added={"axis": "-1"}),
    "eye": Form("keras.ops.eye", (("size", "N"),)),
    "flatten": Form("keras.ops.reshape", _same("x"), last="(-1,)"),
    "gather": Form(
        "keras.ops.take", (("reference", "x"), ("indices", "indices")), added={"axis": "0"}
    ),
    "get_value": Form("keras.ops.convert_to_numpy", _same("x"), unsafe=_VALUE),
    "int_shape": Form(
        parameters=_same("x"),
        attribute="shape",
        unsafe="a tensor of TensorFlow has a `TensorShape` and not a tuple",
    ),
    "l2_normalize": Form(
        "keras.ops.normalize",
        _same("x", "axis"),
        required=("axis",),
        unsafe="vectors near zero are divided by another number",
    ),
    "logsumexp": Form("keras.ops.logsumexp", _same("x", "axis", "keepdims")),
    "map_fn": Form("keras.ops.map", (("fn", "f"), ("elems", "xs"))),
    "name_scope": Form("keras.name_scope", _same("name"), unsafe="a name with `/` is refused"),
    "ndim": Form("len", _same("x"), attribute="shape"),
    "one_hot": Form("keras.ops.one_hot", (("indices", "x"), ("num_classes", "num_classes"))),
    "ones": Form("keras.ops.ones", _same("shape", "dtype"), unsafe=_TENSOR),
    "ones_like": Form("keras.ops.ones_like", _same("x", "dtype")),
    "permute_dimensions": Form("keras.ops.transpose", (("x", "x"), ("pattern", "axes"))),
    "random_normal": Form(
        "keras.random.normal",
        _same("shape", "mean", "stddev", "dtype", "seed"),
        keywords=(("std", "stddev"),),
        unsafe=_RANDOM,
    ),
    "random_uniform": Form(
        "keras.random.uniform",
        _same("shape", "minval", "maxval", "dtype", "seed"),
        keywords=(("low", "minval"), ("high", "maxval")),
        unsafe=_RANDOM,
    ),
    "relu": Form("keras.ops.relu", _same("x")),
    "repeat_elements": Form("keras.ops.repeat", (("x", "x"), ("rep", "repeats"), ("axis", "axis"))),
    "reverse": Form("keras.ops.flip", (("x", "x"), ("axes", "axis"))),
    "set_value": Form(parameters=(("x", ""), ("value", "value")), method="assign"),
    "shape": Form("keras.ops.shape", _same("x"), unsafe="the result is a tuple and not a tensor"),
    "softmax": Form("keras.ops.softmax", _same("x", "axis")),
    "sparse_categorical_crossentropy": Form(
        "keras.ops.sparse_categorical_crossentropy",
        _same("target", "output", "from_logits", "axis"),
        unsafe=_ORDER,
    ),
    "stop_gradient": Form("keras.ops.stop_gradient", (("variables", "variable"),)),
    "tile": Form("keras.ops.tile", (("x", "x"), ("n", "repeats"))),
    "truncated_normal": Form(
        "keras.random.truncated_normal",
        _same("shape", "mean", "stddev", "dtype", "seed"),
        unsafe=_RANDOM,
    ),
    "update": Form(parameters=(("x", ""), ("new_x", "value")), method="assign"),
    "update_add": Form(parameters=(("x", ""), ("increment", "value")), method="assign_add"),
    "update_sub": Form(parameters=(("x", ""), ("decrement", "value")), method="assign_sub"),
    "variable": Form(
        "keras.Variable",
        (("value", "initializer"),),
        keywords=_same("dtype", "name"),
        added={"dtype": '"float32"'},
        unsafe=_FLOATX,
    ),
    "zeros": Form("keras.ops.zeros", _same("shape", "dtype"), unsafe=_TENSOR),
    "zeros_like": Form("keras.ops.zeros_like", _same("x", "dtype")),
}

# What ``image_dim_ordering`` called the two layouts.
LAYOUTS: Final[dict[str, str]] = {"tf": "channels_last", "th": "channels_first"}


_REDUCED: Final = (("input_tensor", "x"), ("axis", "axis"), ("keepdims", "keepdims"))
_PAIR: Final = (("x", "x1"), ("y", "x2"))

# Functions of TensorFlow as functions of ``keras.ops``, by what comes after ``tensorflow.``.
TENSORFLOW: Final[dict[str, Form]] = {
    **{
        f"{module}{name}": Form(f"keras.ops.{name}", (("x", "x"),))
        for name in "abs cos exp floor round sigmoid sign sin sqrt square tanh".split()
        for module in ("", "math.")
    },
    **{
        f"{module}{name}": Form(f"keras.ops.{name}", _PAIR)
        for name in "add divide equal greater less maximum minimum multiply subtract".split()
        for module in ("", "math.")
    },
    **{f"{module}pow": Form("keras.ops.power", _PAIR) for module in ("", "math.")},
    **{
        f"{module}reduce_{name}": Form(f"keras.ops.{name}", _REDUCED)
        for name in "all any logsumexp max mean min prod sum".split()
        for module in ("", "math.")
    },
    "math.ceil": Form("keras.ops.ceil", (("x", "x"),)),
    "math.log": Form("keras.ops.log", (("x", "x"),)),
    "math.reduce_std": Form("keras.ops.std", _REDUCED),
    "math.reduce_variance": Form("keras.ops.var", _REDUCED),
    **{
        f"{module}.l2_normalize": Form(
            "keras.ops.normalize",
            (("x", "x"), ("axis", "axis")),
            required=("axis",),
            unsafe="vectors near zero are divided by another number",
        )
        for module in ("math", "nn")
    },
    **{
        f"{module}argmax": Form(
            "keras.ops.argmax", (("input", "x"), ("axis", "axis")), added={"axis": "0"}
        )
        for module in ("", "math.")
    },
    "cast": Form("keras.ops.cast", (("x", "x"), ("dtype", "dtype"))),
    "clip_by_value": Form(
        "keras.ops.clip", (("t", "x"), ("clip_value_min", "x_min"), ("clip_value_max", "x_max"))
    ),
    "concat": Form("keras.ops.concatenate", (("values", "xs"), ("axis", "axis"))),
    "expand_dims": Form("keras.ops.expand_dims", (("input", "x"), ("axis", "axis"))),
    "gather": Form(
        "keras.ops.take",
        (("params", "x"), ("indices", "indices")),
        keywords=(("axis", "axis"),),
        added={"axis": "0"},
    ),
    "image.resize": Form("keras.ops.image.resize", (("images", "images"), ("size", "size"))),
    "matmul": Form("keras.ops.matmul", (("a", "x1"), ("b", "x2"))),
    "nn.relu": Form("keras.ops.relu", (("features", "x"),)),
    "nn.sigmoid": Form("keras.ops.sigmoid", (("x", "x"),)),
    "nn.softmax": Form("keras.ops.softmax", (("logits", "x"), ("axis", "axis"))),
    "nn.tanh": Form("keras.ops.tanh", (("x", "x"),)),
    "one_hot": Form("keras.ops.one_hot", (("indices", "x"), ("depth", "num_classes"))),
    "ones_like": Form("keras.ops.ones_like", (("input", "x"),)),
    "pad": Form("keras.ops.pad", (("tensor", "x"), ("paddings", "pad_width"))),
    "reshape": Form("keras.ops.reshape", (("tensor", "x"), ("shape", "newshape"))),
    "shape": Form("keras.ops.shape", (("input", "x"),)),
    "split": Form(
        "keras.ops.split",
        (
            ("value", "x"),
            ("num_or_size_splits", "indices_or_sections"),
            ("axis", "axis"),
        ),
        whole="num_or_size_splits",
    ),
    "squeeze": Form("keras.ops.squeeze", (("input", "x"), ("axis", "axis"))),
    "stack": Form("keras.ops.stack", (("values", "x"), ("axis", "axis"))),
    "tensordot": Form(
        "keras.ops.tensordot", (("a", "x1"), ("b", "x2"), ("axes", "axes")), required=("axes",)
    ),
    "tile": Form("keras.ops.tile", (("input", "x"), ("multiples", "repeats"))),
    "transpose": Form("keras.ops.transpose", (("a", "x"), ("perm", "axes"))),
    "where": Form("keras.ops.where", (("condition", "condition"), ("x", "x1"), ("y", "x2"))),
    "zeros_like": Form("keras.ops.zeros_like", (("input", "x"),)),
}


def form_of(path: str) -> Form | None:
    """How a call of a function is written today, by its path; None where that is not known."""
    if path.startswith("tensorflow.") and not path.startswith("tensorflow.keras."):
        return TENSORFLOW.get(path.removeprefix("tensorflow."))
    owner, _, name = path.rpartition(".")
    return FORMS.get(name) if owner in ("keras.backend", "tensorflow.keras.backend") else None


def moved_to(path: str) -> str | None:
    """The function of ``keras.ops`` that is the same as one of the backend, by its path."""
    new = MOVED.get(path.removeprefix("tensorflow."))
    return new if new is not None and new.startswith("keras.ops.") else None
