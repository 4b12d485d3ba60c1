"""KER728: lists of Python numbers as data or labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Outside, Rewrite
from kerlint.program.data import Array, Encoding
from kerlint.program.model import Call
from kerlint.program.values import Fact, Items, Unknown
from kerlint.rules.arguments import argument, place_in, reaches_keras_3
from kerlint.rules.base import Finding, Rule, View

_METHODS = {
    f"{owner}.{method}": names
    for owner in ("keras.Model", "keras.Sequential")
    for method, names in {
        "fit": ("x", "y", "validation_data", "sample_weight"),
        "evaluate": ("x", "y", "sample_weight"),
        "predict": ("x",),
    }.items()
}


class PythonListsAsData(Rule):
    """Data or labels are a Python list of numbers or texts, which Keras 3 refuses.

    Keras raises "Unrecognized data type", with the first values of the data after it. For Keras a
    list stands for several inputs or outputs, one array each, and not for several samples.

    Bad:
        import numpy as np

        x = np.random.rand(4, 8)
        labels = [0, 1, 1, 0]
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy", optimizer="adam")
        model.fit(x, labels)
    Good:
        import numpy as np

        x = np.random.rand(4, 8)
        labels = np.array([0, 1, 1, 0])
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy", optimizer="adam")
        model.fit(x, labels)
    Tempting:
        import numpy as np

        left, right = np.random.rand(4, 8), np.random.rand(4, 3)
        y = np.array([[0], [1], [1], [0]])
        one, two = keras.Input((8,)), keras.Input((3,))
        both = layers.Concatenate()([one, two])
        model = keras.Model([one, two], layers.Dense(1, activation="sigmoid")(both))
        model.compile(loss="binary_crossentropy", optimizer="adam")
        model.fit([left, right], y)  # one array for each input

    People say: "Unrecognized data type: x=[...] (of type <class 'list'>)", "Failed to find data
    adapter that can handle input".

    When kerlint stays silent:
        - The list has one array for each input or output.
        - It is not known from the code what is in the list, unless it has grown in a loop and the
          model has one input or output.
        - The code may run with Keras 2, which accepts some lists.
    """

    code = "KER728"
    severity = Severity.ERROR
    required_bytes = (b".fit(", b".evaluate(", b".predict(")
    names = _METHODS
    untestable = "Keras refuses lists of numbers whatever the model is"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for name in _METHODS.get(call.name, ()):
            found = argument(call, view, name)
            if found is None or not isinstance(found.fact.value, (Array, Items)):
                continue
            parts: tuple[Fact, ...] = (found.fact,)
            if name == "validation_data" and isinstance(found.fact.value, Items):
                parts = found.fact.value.items
            wrong = any(_is_listed(part) or _has_numbers(part) for part in parts) or (
                name in ("x", "y") and _is_grown(found.fact) and _has_one(name, call, view)
            )
            if not wrong or not reaches_keras_3(call, view):
                continue
            place, wanted = place_in(call, view, found), _array_of(parts)
            array = "numpy.array" if wanted == "np.array" else "tensorflow.constant"
            whole = place is not None and parts == (found.fact,)
            what = {"x": "the data are", "y": "the labels are"}.get(name, f"`{name}` is")
            method = call.name.rpartition(".")[2]
            yield Finding(
                found.site,
                f"`{method}` raises an error, because {what} a Python list",
                label="not an array",
                help=f"convert the list with `{wanted}(...)`",
                related=found.notes("the list"),
                origin=call.origin,
                rewrite=(Rewrite(place, (Outside(array), "(", place, ")")),)
                if whole and place is not None
                else (),
                fix=Applicability.UNSAFE if _is_grown(found.fact) else Applicability.SAFE,
                unsafe_because="the items of the list may have different shapes",
            )


def _is_grown(fact: Fact) -> bool:
    """Whether a list has grown in a loop of unknown length: one item for each sample."""
    value = fact.value
    if not isinstance(value, Items) or value.kind != "list" or value.complete:
        return False
    return bool(value.items) and all(isinstance(item.value, Unknown) for item in value.items)


def _has_one(name: str, call: Call, view: View) -> bool:
    """Whether a model certainly has one input or output, so that a list is not one array each."""
    if call.model is None:
        return False
    model = view.program.models[call.model]
    ends = model.inputs if name == "x" else model.outputs
    return len(ends) == 1 and not model.gaps and model.kind in ("sequential", "functional")


def _array_of(parts: tuple[Fact, ...]) -> str:
    """What makes an array that Keras takes: one of NumPy may not have texts."""
    value = parts[0].value
    while isinstance(value, Items) and value.items:
        value = value.items[0].value
    texts = isinstance(value, Array) and value.encoding is Encoding.STRINGS
    return "tf.constant" if texts or isinstance(value, str) else "np.array"


def _is_listed(fact: Fact) -> bool:
    """Whether a value is what ``tolist()`` gave."""
    return isinstance(fact.value, Array) and fact.value.listed


def _has_numbers(fact: Fact) -> bool:
    """Whether a value is a list of numbers, or of lists of them."""
    for _ in range(8):
        value = fact.value
        if not isinstance(value, Items) or not value.items or value.kind == "set":
            return isinstance(value, (int, float, str)) and _ > 0
        fact = value.items[0]
    return False
