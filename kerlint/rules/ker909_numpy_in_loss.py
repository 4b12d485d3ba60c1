"""KER909: a function of NumPy in a loss or metric of the user."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.formulas import Formula
from kerlint.program.model import LayerCall
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.formulas import given_note, own_loss, own_metrics


class NumpyInLoss(Rule):
    """NumPy and scikit-learn cannot compute a loss or metric while Keras trains.

    Keras builds the training step once, from symbolic tensors that have no values yet. A function
    of NumPy asks for the values and raises `NotImplementedError: Cannot convert a symbolic
    tf.Tensor to a numpy array`. With `run_eagerly=True` there are values, but a loss has no
    gradient then.

    Most functions of NumPy have the same name in `keras.ops`. For scores of scikit-learn, evaluate
    the predictions after training, or in a callback.

    Bad:
        import numpy as np

        def log_error(y_true, y_pred):
            return np.mean(np.square(np.log1p(y_true) - np.log1p(y_pred)))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="softplus")])
        model.compile(optimizer="adam", loss=log_error)
    Good:
        from keras import ops

        def log_error(y_true, y_pred):
            return ops.mean(ops.square(ops.log1p(y_true) - ops.log1p(y_pred)))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="softplus")])
        model.compile(optimizer="adam", loss=log_error)
    Tempting:
        import numpy as np
        from keras import ops

        scale = np.sqrt(2.0)

        def scaled(y_true, y_pred):
            weights = np.ones((1,), dtype="float32") * scale  # plain numbers
            return ops.mean(weights * ops.square(y_true - y_pred))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=scaled)

        def spread(y_true, y_pred):
            return np.mean(np.abs(y_true - y_pred))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse", metrics=[spread], run_eagerly=True)

    People say:
        "Cannot convert a symbolic tf.Tensor to a numpy array", "numpy in custom loss",
        "use sklearn metric in keras", "'SymbolicTensor' object has no attribute 'numpy'"

    When kerlint stays silent:
        - The arguments of the function are numbers, shapes or arrays, not tensors.
        - The program runs eagerly, and the function is only a metric.
        - The function is passed to `numpy_function` or `py_function`.
    """

    code = "KER909"
    severity = Severity.ERROR
    required_bytes = (b"np.", b"numpy", b"sklearn", b"scipy")
    untestable = "the loss is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        own = own_loss(objective, view)
        found = [*((own[1],) if own is not None else ())]
        if not _runs_eagerly(objective, view):
            found += [formula for _, formula in own_metrics(objective, view)]
        for formula in found:
            call = _of_numpy(formula, view)
            if call is None:
                continue
            what = "metric" if formula.metric else "loss"
            layer = view.layer(call)
            word = layer.kind
            library = "the method `numpy()`"
            if not layer.type.startswith("tensor."):
                library = f"`{'np.' if layer.type.startswith('numpy.') else ''}{word}`"
            yield Finding(
                call.origin.site,
                f"{library} cannot be used in a {what}: a tensor has no values when Keras calls it",
                label="needs the values of the tensor",
                help=_advice(layer.type, what),
                related=(given_note(formula),),
                origin=objective.compiled.origin,
            )


_SHAPES = frozenset({"numpy.ndim", "numpy.shape"})


def _of_numpy(formula: Formula, view: View) -> LayerCall | None:
    """The first call that needs values on each way through the code."""
    found: list[LayerCall] = []
    for trace in formula.traces:
        calls = view.program.layer_calls[trace.first : trace.end]
        first = next((call for call in calls if _needs_values(view.layer(call).type)), None)
        if first is None:
            return None
        found.append(first)
    return found[0] if found else None


def _needs_values(name: str) -> bool:
    if name.startswith(("numpy.", "scipy.", "sklearn.")):
        return name not in _SHAPES
    return name == "tensor.numpy"


def _advice(name: str, what: str) -> str:
    word = name.rpartition(".")[2]
    if name.startswith("numpy.") and name.count(".") == 1:
        return f"use `keras.ops.{_OPS.get(word, word)}`"
    if name == "tensor.numpy":
        return "use operations of `keras.ops` on the tensor itself"
    if what == "metric":
        return "compute it from `model.predict(...)` after training, or in a callback"
    return "write the loss with operations of `keras.ops`"


_OPS = {
    "array": "convert_to_tensor",
    "asarray": "convert_to_tensor",
    "float32": "cast",
    "float64": "cast",
    "int32": "cast",
}


def _runs_eagerly(objective: Objective, view: View) -> bool:
    eager = objective.compiled.args.get("run_eagerly")
    if (eager is not None and eager.value is not False) or objective.compiled.partial:
        return True
    return any(name.endswith("run_functions_eagerly") for name in view.names_called)
