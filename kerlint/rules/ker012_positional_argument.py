"""KER012: an argument that is passed by position, and lands in the wrong parameter."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import (
    At,
    DropPositional,
    JoinArguments,
    MakeTuple,
    NameArgument,
    NameByParameters,
    Positional,
    SourceChange,
)
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import Call
from kerlint.program.values import (
    NOWHERE,
    Custom,
    Fact,
    Items,
    LayerRef,
    Object,
    Site,
    Unknown,
    Value,
)
from kerlint.rules.arguments import calls_one_thing
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import Keyword, only_keras_3, releases_reached, spoken

__all__ = ["PositionalArgument", "claim"]

_INPUTS = frozenset({"keras.Input", "keras.layers.InputLayer"})
_FUNCTIONS = ("activation", "recurrent_activation")
_OBJECTS = ("_constraint", "_initializer", "_regularizer")
_CLASSES = frozenset({"callback", "layer", "loss", "metric", "optimizer"})
# Positions of optimizers that had another meaning in Keras 2 -> what that was.
_OLD = {
    ("keras.optimizers.SGD", "nesterov"): "decay",
    ("keras.optimizers.SGD", "weight_decay"): "nesterov",
    ("keras.optimizers.RMSprop", "momentum"): "epsilon",
    ("keras.optimizers.RMSprop", "epsilon"): "decay",
    ("keras.optimizers.Adam", "amsgrad"): "decay",
    ("keras.optimizers.Adam", "weight_decay"): "amsgrad",
    ("keras.optimizers.Adagrad", "initial_accumulator_value"): "epsilon",
    ("keras.optimizers.Adagrad", "epsilon"): "decay",
    ("keras.optimizers.Adadelta", "weight_decay"): "decay",
    ("keras.optimizers.Adamax", "weight_decay"): "decay",
    ("keras.optimizers.Nadam", "weight_decay"): "schedule_decay",
}
_TINY = 1e-3  # an epsilon; nobody wants so small a momentum or accumulator


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with an argument: where, what Keras makes of it, and what to write."""

    site: Site
    message: str
    label: str
    help: str
    severity: Severity = Severity.ERROR
    claim: ExistenceClaim | None = None
    rewrite: tuple[SourceChange, ...] = ()
    unsafe_because: str = ""


class PositionalArgument(Rule):
    """An argument that is passed by position lands in another parameter than it is meant for.

    ``Dense(64, 32)`` does not mean 64 inputs and 32 outputs: the second argument is the activation.
    ``compile("adam", "mse", ["accuracy"])`` passes the metrics as ``loss_weights``, which come
    third in Keras 3. Optimizers had ``decay`` in the middle: ``SGD(0.01, 0.9, 0.0, True)`` sets a
    weight decay of 1 today, without an error. An input shape of one number needs a comma:
    ``shape=(10)`` is the number 10, ``shape=(10,)`` is a shape.

    A call of a layer or model takes only tensors by position: ``dropout(x, True)`` and
    ``block(x, x.shape[1])`` raise an error in Keras 3, and ``dropout(x, training=True)`` is right.

    Bad:
        layers.Dense(64, 32)
    Good:
        layers.Dense(32)
    Tempting:
        # The positions are those of today's Keras.
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, 1, "same")])
        model.add(layers.MaxPooling2D(2, 2))
        model.add(layers.Flatten())
        model.add(layers.Dense(10, "softmax", use_bias=False))

    People say: "Could not interpret activation function identifier: 32", "Cannot convert '10' to a
    shape", "Only input tensors may be passed as positional arguments", "`name` must be passed as a
    keyword argument", "dtype='string' is not a valid dtype for Keras type promotion".

    When kerlint stays silent:
        - The value is not known, or it may be right in that position.
        - The code is for a Keras that has other positions.
        - The class is one of your own.
    """

    code = "KER012"
    severity = Severity.ERROR
    required_bytes = ()  # any layer
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.name == _PLACED:
            yield from _no_tensor(call, view)
            return
        if call.guarded or call.partial or not (call.positional or call.name in _INPUTS):
            return
        found = next(_wrong(call, view), None)
        if found is not None:
            yield Finding(
                found.site,
                found.message,
                label=found.label,
                help=found.help,
                severity=None if found.severity is Severity.ERROR else found.severity,
                origin=call.origin,
                claim=found.claim,
                rewrite=found.rewrite if calls_one_thing(call, view) else (),
                fix=Applicability.UNSAFE if found.unsafe_because else Applicability.SAFE,
                unsafe_because=found.unsafe_because,
            )


# How the reader records positional arguments of a layer that are not tensors.
_PLACED = "keras.layers.Layer.__call__.positional"
# Layers that are called with their input and ``training``, in this order.
_TRAINING_SECOND = frozenset(
    {"AlphaDropout", "BatchNormalization", "Dropout", "GaussianDropout", "GaussianNoise"}
    | {"SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"}
)


def _no_tensor(call: Call, view: View) -> Iterator[Finding]:
    """``dropout(x, True)``, ``layer(x, training)``, ``layer(x, x.shape[1])``."""
    releases = releases_reached(call, view)
    if call.guarded or not only_keras_3(releases):
        return
    value = call.positional[0].value
    if value is None or isinstance(value, Unknown):
        what, sure = "a size or a flag", False
    elif isinstance(value, (bool, str)):
        what, sure = f"`{value!r}`", True
    else:
        what, sure = f"the number {value!r}", True
    layer = view.program.layers[call.layer] if call.layer is not None else None
    rewrite: tuple[SourceChange, ...] = ()
    if isinstance(value, bool) and layer is not None and layer.kind in _TRAINING_SECOND:
        if len(call.positional) == 1 and not layer.custom and not layer.operation:
            rewrite = (NameArgument(call.origin.site, "training"),)
    own = _own_class(call, view)
    if own:
        rewrite = (NameByParameters(call.origin.site, own),)
    yield Finding(
        call.origin.site,
        f"layers take only tensors by position, and raise an error for {what}",
        label="not a tensor",
        help="name the argument, as in `layer(x, training=True)`",
        severity=None if sure else Severity.WARNING,
        origin=call.origin,
        # A flag that is None here is set in training.
        claim=_as_written(
            "keras.layers.Layer.__call__", True if value is None else value, releases[0]
        ),
        rewrite=rewrite,
        fix=Applicability.SAFE,
    )


def _as_written(
    callee: str, value: Value, release: str, keyword: str | None = None
) -> ExistenceClaim:
    """The claim that Keras does not take a call of this form, or takes an argument for another."""
    return ExistenceClaim(callee, keyword, value=value, setting="as written", release=release)


def _own_class(call: Call, view: View) -> str:
    """The class of the user that is called, where that is certain."""
    names = set()
    for other in view.program.calls:
        if other.name == _PLACED and other.origin.site == call.origin.site:
            layer = view.program.layers[other.layer] if other.layer is not None else None
            model = view.program.models[other.model] if other.model is not None else None
            if layer is not None and layer.custom:
                names.add(layer.type)
            elif model is not None and model.kind == "subclassed":
                names.add(model.type)
            else:
                names.add("")
    return names.pop() if len(names) == 1 else ""


def _wrong(call: Call, view: View) -> Iterator[_Wrong]:
    if call.name in _INPUTS:
        yield from _shape(call, view)
    if call.layer is not None:
        yield from _weight(call, view)
        return
    if call.model is not None:
        yield from _compiled(call, view)
        return
    symbol = keras_api.symbol(call.name)
    if symbol is None or not symbol.is_class:
        return
    releases = releases_reached(call, view)
    if call.name == "keras.Sequential":
        yield from _stack(call, releases)
    if symbol.kind not in _CLASSES or not only_keras_3(releases):
        return
    signature = keras_api.signature(call.name, releases[0])
    if signature is None or not signature.params:
        return
    names = signature.positional
    for index, (name, fact) in enumerate(zip(names, call.positional)):
        if symbol.kind == "layer":
            yield from _function(call, name, index, fact, releases[0])
        elif symbol.kind == "optimizer":
            yield from _setting(call, symbol.name, (index, name), fact, releases[0])
    if len(call.positional) > len(names) and not signature.takes_varargs:
        yield _too_many(call, len(names), releases[0])


def _place(fact: Fact, call: Call) -> Site:
    """Where an argument is in the call: the number, or the name of the variable."""
    if fact.copied_through:
        return fact.copied_through[-1]
    return fact.site if fact.site != NOWHERE else call.origin.site


def _is_number(fact: Fact) -> bool:
    return isinstance(fact.value, (bool, int, float))


# -- layers ---------------------------------------------------------------------------------------


def _function(call: Call, name: str, index: int, fact: Fact, release: str) -> Iterator[_Wrong]:
    """``Dense(64, 32)``, ``LSTM(2, 150)``, ``Embedding(1000, 64, 100)``."""
    if not _is_number(fact) or not (name in _FUNCTIONS or name.endswith(_OBJECTS)):
        return
    callee = spoken(call.name, call.path)
    value = fact.value
    assert isinstance(value, (bool, int, float))
    rate = isinstance(value, float) and 0 < value < 1
    rewrite: tuple[SourceChange, ...] = ()
    because = ""
    if rate and name == "activation":
        help = f"name the argument that you mean, as in `dropout={value}`"
    elif index == 1 and name == "activation" and not isinstance(value, bool):
        help = f"write `{callee}({value})` for {value} outputs; Keras finds out the inputs itself"
        if len(call.positional) == 2:
            rewrite = (DropPositional(call.origin.site, 0),)
            because = "kerlint takes the first number for the number of inputs"
    else:
        help = "name the argument that you mean"
    yield _Wrong(
        _place(fact, call),
        f"`{callee}` gets {value} as `{name}=`, and raises an error",
        f"this is `{name}=`",
        help,
        claim=claim(Keyword(call.name, name, fact, fact.site, release), call),
        rewrite=rewrite,
        unsafe_because=because,
    )


def _too_many(call: Call, most: int, release: str) -> _Wrong:
    callee, given = spoken(call.name, call.path), len(call.positional)
    help = "name the arguments that you mean"
    rewrite: tuple[SourceChange, ...] = ()
    if call.name.rpartition(".")[2] in ("Permute", "Reshape"):
        values = [fact.value for fact in call.positional]
        if all(isinstance(value, int) for value in values):
            help = f"write the sizes as a tuple, `{callee}({tuple(values)})`"
            rewrite = (JoinArguments(call.origin.site, 0, given - 1),)
        else:
            help = "write the sizes as a tuple"
    elif most == 0 and isinstance(call.positional[0].value, (Items,)):
        help = f"write `{callee}()(...)` to call the layer"
    count = "no arguments" if most == 0 else f"{most} argument{'s' if most > 1 else ''}"
    return _Wrong(
        _place(call.positional[most], call),
        f"`{callee}` takes {count} by position, and gets {given}",
        "one too many",
        help,
        claim=_as_written(call.name, given, release),
        rewrite=rewrite,
    )


# Arguments of ``Input`` that say the shape in another way.
_SHAPED = frozenset({"batch_input_shape", "batch_shape", "tensor", "type_spec"})


def _shape(call: Call, view: View) -> Iterator[_Wrong]:
    """``Input(10)``, ``Input(shape=(10))``, ``Input(shape=(None))``."""
    given = {name: fact for name, fact, _ in call.keywords}
    fact = given.get("shape") or given.get("input_shape") or given.get("batch_shape")
    at: At = next((site for _, each, site in call.keywords if each is fact), call.origin.site)
    if fact is None and call.positional:
        fact, at = call.positional[0], Positional(call.origin.site, 0)
    if fact is None or isinstance(fact.value, bool):
        return
    if fact.value is None and not fact.copied_through and given.keys().isdisjoint(_SHAPED):
        releases = releases_reached(call, view)
        if only_keras_3(releases):
            yield _Wrong(
                _place(fact, call),
                f"the shape of `{spoken(call.name, call.path).removesuffix('()')}` is `None`, and "
                "not a tuple",
                "not a tuple",
                "write `(None,)`, with a comma, for one axis of any length",
                claim=_as_written(call.name, None, releases[0]),
                rewrite=(MakeTuple(at),),
                unsafe_because="kerlint takes it for one axis of any length",
            )
        return
    if not isinstance(fact.value, int):
        return
    releases = releases_reached(call, view)
    if only_keras_3(releases):
        yield _Wrong(
            _place(fact, call),
            f"the shape of `{spoken(call.name, call.path).removesuffix('()')}` is the number "
            f"{fact.value}, and not a tuple",
            "not a tuple",
            f"write `({fact.value},)`, with a comma",
            claim=claim(Keyword(call.name, "shape", fact, fact.site, releases[0]), call),
            rewrite=(MakeTuple(at),),
        )


def _stack(call: Call, releases: tuple[str, ...]) -> Iterator[_Wrong]:
    """``Sequential(Dense(3), Dense(1))``."""
    if isinstance(call.positional[0].value, LayerRef):
        last = len(call.positional) - 1
        yield _Wrong(
            call.origin.site,
            "`Sequential` gets its layers one by one, and raises an error",
            "not a list",
            "put the layers in a list, `Sequential([...])`",
            claim=_as_written(call.name, None, releases[0]) if only_keras_3(releases) else None,
            rewrite=(JoinArguments(call.origin.site, 0, last, "[]"),)
            if all(isinstance(fact.value, LayerRef) for fact in call.positional)
            else (),
        )


def _weight(call: Call, view: View) -> Iterator[_Wrong]:
    """``self.add_weight("kernel", (3,))``."""
    assert call.layer is not None
    if call.name.rpartition(".")[2] not in ("add_variable", "add_weight"):
        return
    layer, fact = view.program.layers[call.layer], call.positional[0]
    if layer.custom and isinstance(fact.value, str) and only_keras_3(releases_reached(call, view)):
        method = call.name.rpartition(".")[2]
        yield _Wrong(
            _place(fact, call),
            f"`{method}()` takes the shape first, and raises an error for a name",
            "this is `shape=`",
            f'name the arguments: `{method}(name="{fact.value}", shape=...)`',
            claim=_as_written(
                "keras.layers.Layer.add_weight", fact.value, releases_reached(call, view)[0]
            ),
            rewrite=tuple(
                NameArgument(Positional(call.origin.site, index), name)
                for index, name in enumerate(("name", "shape")[: len(call.positional)])
            )
            if len(call.positional) <= 2
            else (),
        )


# -- compile --------------------------------------------------------------------------------------


def _compiled(call: Call, view: View) -> Iterator[_Wrong]:
    """``compile("adam", "mse", ["accuracy"])``."""
    if not call.name.endswith(".compile") or len(call.positional) < 3:
        return
    fact = call.positional[2]
    items = fact.value.items if isinstance(fact.value, Items) else (fact,)
    if items and all(_is_metric(item) for item in items):
        releases = releases_reached(call, view)
        if only_keras_3(releases):
            yield _Wrong(
                _place(fact, call),
                "the third argument of `compile()` is `loss_weights=`, and it gets metrics",
                "these are metrics",
                "write `metrics=` before it",
                claim=_as_written("keras.Model.compile", _word(items[0]), releases[0]),
                rewrite=(NameArgument(Positional(call.origin.site, 2), "metrics"),)
                if len(call.positional) == 3
                else (),
            )


def _word(metric: Fact) -> str:
    """A metric by its name; any other stands for one that has none."""
    return metric.value if isinstance(metric.value, str) else "accuracy"


def _is_metric(fact: Fact) -> bool:
    value = fact.value
    if isinstance(value, Object):
        symbol = keras_api.symbol(value.name)
        return symbol is not None and symbol.kind == "metric"
    return isinstance(value, str) or (isinstance(value, Custom) and value.kind == "function")


# -- optimizers -----------------------------------------------------------------------------------


def _setting(
    call: Call, optimizer: str, parameter: tuple[int, str], fact: Fact, release: str
) -> Iterator[_Wrong]:
    """``SGD(0.01, 0.9, 0.0, True)``, ``Adam(0.001, 0.9, 0.999, 1e-8, 1e-6)``."""
    place, name = parameter
    old = _OLD.get((optimizer, name))
    if old is None or not _is_number(fact):
        return
    value = fact.value
    assert isinstance(value, (bool, int, float))
    if old in ("decay", "schedule_decay"):
        wrong = (
            not isinstance(value, bool)
            and value != 0
            and (name in ("amsgrad", "nesterov") or old == "schedule_decay")
        )
    elif old == "epsilon":
        wrong = isinstance(value, float) and 0 < value < _TINY
    else:
        wrong = isinstance(value, bool)
    if not wrong:
        return
    help = f"name the argument, as in `{name}=...`"
    if old in ("epsilon", "amsgrad", "nesterov"):
        help = f"name the arguments: `{old}={value}`"
    elif old == "decay":
        help = (
            "use a schedule, such as `keras.optimizers.schedules.InverseTimeDecay`, for the decay"
        )
    elif old == "schedule_decay":
        help = "remove it; Keras 3 has no `schedule_decay`"
    yield _Wrong(
        _place(fact, call),
        f"`{spoken(call.name, call.path)}` gets {value} as `{name}=`; before Keras 2.11 it was "
        f"`{old}=`",
        f"this is `{name}=`",
        help,
        Severity.WARNING,
        claim=_as_written(optimizer, place, release, name),
    )
