"""How old arguments are written today, for the fixes of the rules that report them."""

from __future__ import annotations

from collections.abc import Sequence

from kerlint import keras_api
from kerlint.diagnostics import Applicability
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import (
    Constant,
    DivideBy,
    DropArgument,
    InputFirst,
    JoinArguments,
    Named,
    RenameArgument,
    Rewrite,
    SetArgument,
    SetValue,
    SourceChange,
)
from kerlint.program.model import Call
from kerlint.program.values import Object, Site
from kerlint.rules.arguments import Argument, argument, calls_one_thing, place_in
from kerlint.rules.base import View
from kerlint.rules.keywords import Keyword
from kerlint.rules.watching import PLATEAU

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE


@dataclass(frozen=True, slots=True)
class Rewriting:
    """The changes that bring a call up to date, and whether they may be made without a look."""

    changes: tuple[SourceChange, ...] = ()
    fix: Applicability = SAFE
    unsafe_because: str = ""


NOTHING = Rewriting()

# What comes of an argument that has no successor: nothing was done with it, or Keras does so now.
_WITHOUT_EFFECT = frozenset(
    {
        ("keras.Model.compile", "class_mode"),
        ("keras.Model.compile", "experimental_run_tf_function"),
        ("keras.Model.compile", "sample_weight_mode"),
        ("keras.callbacks.TensorBoard", "batch_size"),
        ("keras.layers.BatchNormalization", "fused"),
        *((f"keras.layers.{kind}", "consume_less") for kind in ("GRU", "LSTM", "SimpleRNN")),
    }
)
_THREADS = "a generator then loads its data in one thread"
# What is lost with an argument that can be left out.
_LOST = {
    "show_accuracy": "the accuracy is shown only if `compile()` gets it as a metric",
    "period": "a checkpoint is then saved after every epoch",
    "write_grads": "the gradients are not logged any more",
    "workers": _THREADS,
    "use_multiprocessing": _THREADS,
    "max_queue_size": _THREADS,
    "nb_worker": _THREADS,
    "pickle_safe": _THREADS,
    "max_q_size": _THREADS,
}
# Values that ask for what Keras does anyway, where no signature shows them as defaults.
_ANYWAY: dict[tuple[str, str], object] = {
    ("keras.layers.BatchNormalization", "mode"): 0,
    ("keras.optimizers.Nadam", "schedule_decay"): 0.004,
}
_PADDINGS = ("same", "valid", "causal")
_SIDES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))


def up_to_date(keyword: Keyword, call: Call, view: View) -> Rewriting:
    """How an argument is written that Keras no longer takes."""
    if not calls_one_thing(call, view):
        return NOTHING
    rename = keras_api.renamed_argument(keyword.callee, keyword.name, keyword.release)
    if rename is None:
        return _dropped(keyword, call) or _first(keyword, call)
    site = call.origin.site
    if rename.name is None:
        if keyword.name == "decay":
            return scheduled(keyword, call, view)
        if keyword.name == "batch_input_shape" and _comes_first(call, view):
            return Rewriting((InputFirst(site, keyword.name, "batch_shape"),))
        return _dropped(keyword, call) or NOTHING
    kernel = kernel_as_tuple(call)
    for sides in _SIDES:
        if keyword.name in sides:
            return _kernel(sides, call)
    given = {name for name, _, _ in call.keywords}
    if rename.name in given:
        because = "kerlint does not know which of the two values is meant"
        return Rewriting((DropArgument(call.origin.site, keyword.name),), UNSAFE, because)
    value = keyword.fact.value
    translated = isinstance(value, (str, bool, int)) and value in rename.values
    if rename.name.startswith("depthwise_") and "SeparableConv" in keyword.callee:
        return Rewriting(
            (
                RenameArgument(site, keyword.name, rename.name),
                SetArgument(site, f"pointwise_{rename.name[10:]}", (keyword.site,)),
            ),
            UNSAFE,
            "the layer has two kernels, which both get it",
        )
    if not translated and not rename.one_to_one:
        if keyword.name in _LOST:
            drop = DropArgument(call.origin.site, keyword.name)
            return Rewriting((drop,), UNSAFE, _LOST[keyword.name])
        steps = as_steps(call, keyword.name, rename.name, view)
        return Rewriting(steps, UNSAFE, "a last batch that is not full is left out")
    if rename.name == "padding" and isinstance(value, str) and value not in _PADDINGS:
        return NOTHING  # "full" and "half" of Theano
    changes: list[SourceChange] = [RenameArgument(site, keyword.name, rename.name)]
    if translated:
        changes.append(SetValue(keyword.site, rename.values[value]))  # type: ignore[arg-type]
    elif rename.name == "learning_rate" and type(value) is int:
        changes.append(SetValue(keyword.site, float(value)))
    changes += kernel
    if keyword.name == "dim_ordering" and value == "th":
        because = "convolutions with the channels first are trained on a GPU only"
        return Rewriting(tuple(changes), UNSAFE, because)
    if rename.name.endswith("initializer") and not isinstance(value, (str, Object)):
        because = "a function of Keras 1 that makes weights has other parameters"
        return Rewriting(tuple(changes), UNSAFE, because)
    return Rewriting(tuple(changes))


def _comes_first(call: Call, view: View) -> bool:
    """Whether a layer gets the input of a model, whatever is made of it at this place."""
    made = [layer for layer in view.program.layers if layer.origin.site == call.origin.site]
    applied = [each for layer in made for each in view.graph.layer_calls.get(layer.id, ())]
    tensors = view.program.tensors
    return bool(applied) and all(
        tensors[tensor].apply is None for each in applied for tensor in each.inputs
    )


_FLOWS = (".flow", ".flow_from_dataframe", ".flow_from_directory")
_USUAL_BATCH = 32


def as_steps(call: Call, old: str, new: str, view: View) -> tuple[SourceChange, ...]:
    """A number of samples as one of batches, where the batch size of the generator is written."""
    site = call.origin.site
    given = {name: (fact, place) for name, fact, place in call.keywords}
    data = given.get("validation_data" if new == "validation_steps" else "generator")
    fact = data[0] if data is not None else None
    if fact is None and new != "validation_steps" and call.positional:
        fact = call.positional[0]
    if fact is None or not isinstance(fact.value, Object) or old not in given:
        return ()
    made = fact.value.site
    for flow in view.program.calls:
        if flow.origin.site != made or not flow.name.endswith(_FLOWS):
            continue
        if flow.partial or flow.origin.calls != call.origin.calls:
            return ()
        size = argument(flow, view, "batch_size")
        place = place_in(flow, view, size) if size is not None else None
        by = Constant(_USUAL_BATCH) if size is None else place
        if by is None:
            return ()
        return (RenameArgument(site, old, new), DivideBy(given[old][1], by))
    return ()


def _kernel(sides: Sequence[str], call: Call) -> Rewriting:
    """``nb_row=3, nb_col=3`` as ``kernel_size=(3, 3)``."""
    places = {name: site for name, _, site in call.keywords}
    if not all(side in places for side in sides):
        return NOTHING
    site = call.origin.site
    code: list[str | Site] = ["("]
    for side in sides:
        code += [places[side], ", "]
    first, *rest = sides
    return Rewriting(
        (
            RenameArgument(site, first, "kernel_size"),
            Rewrite(places[first], (*code[:-1], ")")),
            *(DropArgument(site, side) for side in rest),
        )
    )


def kernel_as_tuple(call: Call) -> tuple[SourceChange, ...]:
    """A kernel that is given side by side as a tuple: ``Conv2D(8, (3, 3))``."""
    if kernel_by_position(call) is None or len(call.positional) != 3 or call.partial:
        return ()
    return (JoinArguments(call.origin.site, 1, 2),)


# Layers whose Keras 1 form took the sides of the kernel one by one: (filters, rows, columns).
KERNEL_BY_POSITION = frozenset({"keras.layers.Conv2D", "keras.layers.SeparableConv2D"})


def kernel_by_position(call: Call) -> tuple[int, int] | None:
    """The rows and columns of a kernel that are given as Keras 1 took them: ``Conv2D(8, 3, 3)``."""
    if call.name not in KERNEL_BY_POSITION or len(call.positional) < 3:
        return None
    rows, columns = (fact.value for fact in call.positional[1:3])
    if type(rows) is int and type(columns) is int:
        return rows, columns
    return None


def _dropped(keyword: Keyword, call: Call) -> Rewriting | None:
    """Leave out an argument that does nothing, or asks for what happens anyway."""
    drop = (DropArgument(call.origin.site, keyword.name),)
    where = (keyword.callee.replace("keras.Sequential.", "keras.Model."), keyword.name)
    value = keyword.fact.value
    if value is None or where in _WITHOUT_EFFECT or _was_default(keyword):
        return Rewriting(drop)
    if where in _ANYWAY and value == _ANYWAY[where]:
        return Rewriting(drop)
    if keyword.name in _LOST:
        return Rewriting(drop, UNSAFE, _LOST[keyword.name])
    if where == ("keras.utils.to_categorical", "dtype"):
        at = call.origin.site
        cast = Rewrite(at, (at, ".astype(", keyword.site, ")"))
        return Rewriting((*drop, cast), UNSAFE, "a tensor has no method `astype`")
    if keyword.name == "save_format" and _says_format(call, value):
        return Rewriting(drop)
    return None


def _was_default(keyword: Keyword) -> bool:
    """Whether the value is what every release took that had the argument."""
    value = keyword.fact.value
    if not isinstance(value, (bool, int, float, str)):
        return False
    found = [
        param.default
        for release in keras_api.RELEASES
        if (then := keras_api.signature(keyword.callee, release)) is not None
        for param in then.params
        if param.name == keyword.name
    ]
    return bool(found) and all(type(each) is type(value) and each == value for each in found)


def _says_format(call: Call, value: object) -> bool:
    """Whether the name of the file says which format is asked for."""
    path = next((fact.value for name, fact, _ in call.keywords if name == "filepath"), None)
    if path is None and call.positional:
        path = call.positional[0].value
    ends = {"h5": (".h5", ".hdf5"), "keras": (".keras",)}.get(str(value))
    if call.name.endswith("save_weights"):
        ends = (".weights.h5",) if value == "h5" else None
    return ends is not None and isinstance(path, str) and path.endswith(ends)


def _first(keyword: Keyword, call: Call) -> Rewriting:
    """The old name of the first argument, which goes by another one today."""
    today = keras_api.signature(keyword.callee, keyword.release)
    if call.positional or today is None or not today.positional:
        return NOTHING
    new = today.positional[0]
    if new in ("self", keyword.name) or any(name == new for name, _, _ in call.keywords):
        return NOTHING
    for release in reversed(keras_api.RELEASES):
        then = keras_api.signature(keyword.callee, release)
        if then is not None and keyword.name in then.named:
            if then.positional[:1] != (keyword.name,):
                return NOTHING
            change = RenameArgument(call.origin.site, keyword.name, new)
            return Rewriting((change,), UNSAFE, "kerlint only knows that both come first")
    return NOTHING


_SCHEDULE = "keras.optimizers.schedules.InverseTimeDecay"
# The learning rates that these have had by default in every release.
_USUAL_RATES = {
    "keras.optimizers.Adam": "0.001",
    "keras.optimizers.RMSprop": "0.001",
    "keras.optimizers.SGD": "0.01",
}


def scheduled(keyword: Keyword, call: Call, view: View) -> Rewriting:
    """The ``decay`` of an optimizer as a schedule of the same curve."""
    rate = argument(call, view, "learning_rate")
    value = keyword.fact.value
    if isinstance(value, (int, float)) and value == 0:
        return Rewriting((DropArgument(call.origin.site, keyword.name),))
    if not isinstance(value, float) or call.partial or view.sets_rates or _lowers_rates(view):
        return NOTHING
    because = "the learning rate then falls, as it did before Keras 2.11"
    site = call.origin.site
    end: tuple[str | Site, ...] = (", decay_steps=1, decay_rate=", keyword.site, ")")
    if rate is None:
        usual = _USUAL_RATES.get(call.name)
        if usual is None or call.positional:
            return NOTHING
        return Rewriting(
            (
                RenameArgument(site, keyword.name, "learning_rate"),
                Rewrite(keyword.site, (Named(_SCHEDULE), f"({usual}", *end)),
            ),
            UNSAFE,
            because,
        )
    place = place_in(call, view, rate)
    if place is None or not _is_rate(rate):
        return NOTHING
    changes: list[SourceChange] = []
    if rate.keyword == "lr":
        changes.append(RenameArgument(site, "lr", "learning_rate"))
    changes.append(Rewrite(place, (Named(_SCHEDULE), "(", place, *end)))
    changes.append(DropArgument(site, keyword.name))
    return Rewriting(tuple(changes), UNSAFE, because)


def _is_rate(rate: Argument) -> bool:
    value = rate.fact.value
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _lowers_rates(view: View) -> bool:
    """Whether a callback sets learning rates, which it cannot where there is a schedule."""
    setting = (PLATEAU, "keras.callbacks.LearningRateScheduler")
    return any(name in setting for name in view.names_called)
