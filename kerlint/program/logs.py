"""The names under which ``fit`` logs the loss and the metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint import keras_api
from kerlint.keras_api import LATEST
from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Compile, Fit, Program
from kerlint.program.objectives import REGRESSION, measure_of
from kerlint.program.values import Custom, Entries, Fact, Items, Object, Ref, Unknown


@dataclass(frozen=True, slots=True)
class Logged:
    """What a training logs. ``metrics`` are the names without ``val_``, in the order of compile.

    ``open``: code of the user may log something under another name. ``validated``: whether there
    are validation data; None when that is not known. ``several``: the model has several outputs,
    so that each name begins with that of its output, as in ``digit_accuracy``. ``regression``: the
    loss is one for numbers, of which an accuracy says nothing.
    """

    metrics: tuple[str, ...]
    open: bool = False
    validated: bool | None = None
    several: bool = False
    regression: bool = False

    def has(self, key: str) -> bool:
        """Whether a key is in the logs, or may be."""
        base = key.removeprefix("val_")
        if base != key and self.validated is False:
            return False
        if base in ("learning_rate", "loss", "lr") or base.endswith("_loss"):
            return True
        if self.several:
            return base not in (*self.metrics, "acc", "accuracy")
        # Of several metrics of one name the others get a number.
        plain = re.sub(r"_\d+$", "", base)
        if base in self.metrics or plain in self.metrics:
            return True
        return self.open and base not in ("acc", "accuracy")


def logged(fit: Fit, program: Program) -> Logged | None:
    """The names that a call of ``fit`` logs; None when they are not known."""
    if fit.compiled is None or fit.method not in ("fit", "fit_generator"):
        return None
    model, compiled = program.models[fit.model], program.compiles[fit.compiled]
    own = model.kind == "subclassed"
    if not own and model.kind not in ("sequential", "functional"):
        return None
    if not model.outputs:
        return None
    if compiled.partial or fit.partial:
        return None
    names: list[str] = []
    opened = own or any(program.layers[program.layer_calls[i].layer].custom for i in model.graph)
    for argument in ("metrics", "weighted_metrics"):
        fact = compiled.args.get(argument)
        for metric in _each(fact) if fact is not None and fact.value is not None else ():
            name = _name_of(metric)
            if name is None:
                return None
            names.append(name)
            if argument == "weighted_metrics":
                names.append(f"weighted_{name}")
    several = len(model.outputs) > 1
    if several and opened or len(model.outputs) < _losses(compiled):
        return None
    loss = compiled.args.get("loss")
    numbers = loss is not None and measure_of(loss, "loss").kind in REGRESSION
    return Logged(tuple(names), opened or fit.logs_more, validated(fit), several, numbers)


def _losses(compiled: Compile) -> int:
    """For how many outputs there are losses, as far as they are counted."""
    fact = compiled.args.get("loss")
    value = fact.value if fact is not None else None
    if isinstance(value, Items):
        return len(value.items)
    return len(value.entries) if isinstance(value, Entries) else 0


def _each(fact: Fact) -> Iterator[Fact]:
    value = fact.value
    if isinstance(value, Items):
        for item in value.items:
            yield from _each(item)
        if not value.complete:
            yield Fact(Unknown("more metrics"))
    elif isinstance(value, Entries):
        for item in value.entries.values():
            yield from _each(item)
    else:
        yield fact


def _name_of(fact: Fact) -> str | None:
    """The name of one metric: a text is its own name."""
    value = fact.value
    if isinstance(value, str):
        return value
    if isinstance(value, Custom) and value.kind == "function":
        return value.name if value.name.isidentifier() else None
    if isinstance(value, Ref):
        symbol = keras_api.symbol(value.name)
        if symbol is None:
            return None
        return _default_name(value.name) if symbol.is_class else value.name.rpartition(".")[2]
    if isinstance(value, Object):
        given = value.args.get("name")
        if given is not None:
            return given.value if isinstance(given.value, str) else None
        return None if value.partial else _default_name(value.name)
    return None


def _default_name(name: str) -> str | None:
    signature = keras_api.signature(name, LATEST)
    for param in signature.params if signature is not None else ():
        if param.name == "name" and isinstance(param.default, str):
            return param.default
    symbol = keras_api.symbol(name)
    if symbol is None or symbol.kind != "metric":
        return None
    word = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name.rpartition(".")[2])
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", word).lower()


def validated(fit: Fit) -> bool | None:
    """Whether a training has validation data; None when that is not known."""
    data, share = fit.args.get("validation_data"), fit.args.get("validation_split")
    if any(fact is not None and isinstance(fact.value, Unknown) for fact in (data, share)):
        return None
    if data is not None and data.value is not None:
        return True
    return share is not None and share.number() != 0
