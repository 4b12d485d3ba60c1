"""KER525: units or another size of a layer that is a NumPy integer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api import RELEASES, nearest_release
from kerlint.lazy_dataclass import replace
from kerlint.program.changes import Rewrite
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.data import Array
from kerlint.program.layers import KINDS, LayerKind, where
from kerlint.program.model import Call
from kerlint.program.values import Fact, NumPyInteger
from kerlint.rules.arguments import Argument, argument, place_in, refused
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import Keyword, only_keras_3, releases_reached, spoken

# The first release of Keras in the data that refuses a NumPy integer as this argument. All releases
# take one as `filters`, `depth_multiplier` and the other sizes that are missing here.
SINCE: Mapping[str, str] = {
    "dilation_rate": "3.0",
    "input_dim": "3.15",
    "kernel_size": "3.0",
    "key_dim": "3.15",
    "n": "3.0",
    "num_heads": "3.15",
    "output_dim": "3.15",
    "output_sequence_length": "3.0",
    "output_size": "3.0",
    "pool_size": "3.0",
    "size": "3.0",
    "strides": "3.0",
    "units": "3.0",
    "value_dim": "3.15",
}
# `Dense` has done so since 3.13, which is not in the data.
_LATER = {("Dense", "units"): "3.15", ("UpSampling1D", "size"): "3.15"}
_CHECKED_LATE = frozenset({"keras.layers.LSTM"})  # all others raise when they are made
_CELLS = where(lambda kind: kind.states and not kind.shape)


def sizes(kind: LayerKind) -> dict[str, str]:
    """The sizes that must not be NumPy integers, with the release of Keras that refuses them first.

    Cells of recurrent layers are left out: not they refuse it, but the layer around them.
    """
    if kind.name in _CELLS or kind.legacy:
        return {}
    return {
        name: _LATER.get((kind.name, name), SINCE[name]) for name in kind.sizes if name in SINCE
    }


_SIZES = {f"keras.layers.{name}": found for name, kind in KINDS.items() if (found := sizes(kind))}


class NumpyIntegerAsSize(Rule):
    """Units or another size of a layer is a NumPy integer.

    What `np.max`, `np.prod` and other functions of NumPy return is a number of NumPy, such as
    `np.int64(10)`. It prints like the `int` of Python and counts like it, but Keras 3 checks the
    type of sizes and raises an error. Convert the number with `int()`. `len(...)` and
    `x.shape[1]` are Python numbers already.

    Keras 3.13 began to check the type for `Dense`, and Keras 3.15 for `Embedding` and
    `MultiHeadAttention`. Recurrent layers, windows of convolutions and pooling, and `RepeatVector`
    have always done so in Keras 3.

    Bad:
        import numpy as np

        labels = np.array([0, 2, 1, 1, 0])
        model = keras.Sequential([keras.Input((20,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dense(np.max(labels) + 1, activation="softmax"))
    Good:
        import numpy as np

        labels = np.array([0, 2, 1, 1, 0])
        model = keras.Sequential([keras.Input((20,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dense(int(np.max(labels)) + 1, activation="softmax"))
    Tempting:
        import numpy as np

        labels = np.random.randint(0, 3, 200)
        model = keras.Sequential([keras.Input((8, 8, 1))])
        model.add(layers.Conv2D(np.max([8, 16]), 3, activation="relu"))  # filters may be NumPy's
        model.add(layers.Flatten())
        model.add(layers.Dense(len(np.unique(labels)), activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(np.random.rand(200, 8, 8, 1), labels)

    People say:
        "Received an invalid value for `units`, expected a positive integer. Received: units=10",
        "`input_dim` must be a positive integer. Received: input_dim=1000 (of type int64)",
        "output_size must be an integer"

    When kerlint stays silent:
        - It is not certain that the number is one of NumPy: it comes from a pandas column, a
          tensor, or code that kerlint cannot read.
        - Keras takes the number: as `filters`, in a tuple such as `kernel_size=(n, n)`, and for an
          `LSTM` inside `Bidirectional` or in a subclassed model.
        - The code is for Keras 2, or for a release of Keras 3 that does not check this size.
    """

    code = "KER525"
    severity = Severity.ERROR
    required_bytes = (b"numpy", b".max(")
    names = _SIZES
    fix = Applicability.SAFE
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or not only_keras_3(releases_reached(call, view)):
            return
        for name, since in _SIZES[call.name].items():
            found = argument(call, view, name)
            if found is None or not of_numpy(found.fact) or not _reaches(since, call, view):
                continue
            if call.name in _CHECKED_LATE and _is_called_on_data(call, view):
                continue
            place, whole = place_in(call, view, found), _is_whole(found.fact)
            yield Finding(
                found.site,
                f"`{spoken(call.name, call.path)}` raises an error because `{name}` is "
                f"a NumPy {'integer' if whole else 'number'}",
                label="Keras takes only an `int` of Python",
                help="convert it with `int(...)`",
                related=found.notes("the number"),
                origin=call.origin,
                claim=claim(_keyword(found, call, view), call),
                rewrite=(Rewrite(place, ("int(", place, ")")),) if place is not None else (),
                fix=None if whole else Applicability.UNSAFE,
                unsafe_because="" if whole else "the number may have a fraction, which is cut off",
            )


_ANY = 2  # a size that every layer takes


def of_numpy(fact: Fact) -> bool:
    """Whether a value is certainly a number of NumPy, and perhaps an integer."""
    value = fact.value
    if isinstance(value, Array):
        return value.numpy and value.integers is not False
    return isinstance(value, NumPyInteger)


def claim(keyword: Keyword, call: Call) -> ExistenceClaim:
    """That Keras does not take the number, because of its type."""
    made = refused(keyword, call)
    if not of_numpy(keyword.fact):
        return made
    value = keyword.fact.value
    return replace(made, value=int(value) if isinstance(value, int) else _ANY, numpy=True)


def _keyword(found: Argument, call: Call, view: View) -> Keyword:
    release = releases_reached(call, view)[0]
    return Keyword(call.name, found.name, found.fact, found.site, release)


def _is_whole(fact: Fact) -> bool:
    """Whether a number is certainly a whole one."""
    return not isinstance(fact.value, Array) or bool(fact.value.integers)


def _reaches(since: str, call: Call, view: View) -> bool:
    """Whether all releases that the call may reach are as new as this one."""
    first = RELEASES.index(since)
    return all(
        RELEASES.index(nearest_release(release)) >= first
        for release in releases_reached(call, view)
    )


def _is_called_on_data(call: Call, view: View) -> bool:
    """Whether a layer may work all the same, because the check comes only with symbolic tensors.

    That is so where it is called on data, as in a subclassed model, and in `Bidirectional`, which
    makes it anew from plain numbers.
    """
    made = {layer.id for layer in view.program.layers if layer.origin.site == call.origin.site}
    own = {
        each for model in view.program.models if model.kind == "subclassed" for each in model.graph
    }
    return not any(each.layer in made and each.id not in own for each in view.program.layer_calls)
