"""A model as the Python that builds it: the only place where code is written from data.

What goes into the text are names of Keras objects, which ``kerlint.execute.allowed`` looks up
before the text is run, names of variables that are made up here, and values as ``repr`` gives them.
"""

from __future__ import annotations

import keyword
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field

from kerlint.execute.spec import (
    Args,
    Argument,
    CallSpec,
    InputSpec,
    LayerCall,
    LayerSpec,
    Made,
    MeasureSpec,
    ModelSpec,
    Named,
    ObjectiveSpec,
    OperationCall,
    OtherLayer,
    Plain,
    Several,
    StandInCall,
    TargetSpec,
    Tensors,
)
from kerlint.lazy_dataclass import dataclass
from kerlint.program.layers import RECURRENT, where

WIDTH = 100
STATEFUL = RECURRENT  # take what comes after their first tensor as the state to start from
SPREAD = where(lambda kind: kind.shape == "heads attention")  # take tensors one by one
# A layer that gives its state or its scores as well, where the program uses only the first.
GIVES_MORE = ("return_state", "return_attention_scores")


@dataclass(frozen=True, slots=True)
class Claimed:
    """What of a model a claim is about: an output by its place, layers by their ids, an error."""

    output: int = 0
    layer: int | None = None
    last: int | None = None
    added: frozenset[int] = frozenset()
    raises: str | None = None
    role: str | None = None


@dataclass(slots=True)
class _Writer:
    spec: ModelSpec
    claimed: Claimed
    layers: dict[int, LayerSpec]
    uses: Counter[int]
    counts: Counter[str] = field(default_factory=Counter)
    variables: dict[int, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def function(name: str, title: str, spec: ModelSpec, claimed: Claimed) -> str:
    """The text of a function that builds a model and returns it as a ``ModelUnderTest``.

    A layer that is needed only once is made where it is called; others get the name that Keras
    gives them, so that they are found by what the evidence calls them.
    """
    writer = _Writer(spec, claimed, spec.by_id(), _uses(spec))
    for given in spec.inputs:
        kind = ', dtype="int32"' if given.tokens is not None else ""
        writer.lines.append(f"{given.name} = keras.Input({_value(writer, _shape(given))}{kind})")
    for call in spec.calls:
        _written(writer, call)
    returned = _call("ModelUnderTest", list(_parts(writer)), 4, "return ")
    body = "\n".join(f"    {line}" for line in writer.lines)
    return f'def {name}():\n    """{title}"""\n{body}\n    {returned}\n'


def _uses(spec: ModelSpec) -> Counter[int]:
    """How often each layer is called, wrapped or given to another."""
    found: Counter[int] = Counter()
    for call in spec.calls:
        if isinstance(call, LayerCall):
            found[call.layer] += 1
            found.update(_layers_in(value for _, value in call.args))
    for layer in spec.layers:
        found.update(_layers_in(value for _, value in layer.args))
        if layer.wrapped is not None:
            found[layer.wrapped] += 1
    return found


def _layers_in(values: Iterable[object]) -> Iterator[int]:
    for value in values:
        if isinstance(value, OtherLayer):
            yield value.layer
        elif isinstance(value, Several):
            yield from _layers_in(value.items)
        elif isinstance(value, Made):
            yield from _layers_in(item for _, item in value.args)


def _shape(given: InputSpec) -> Several:
    return Several(given.shape, is_tuple=True)


def _parts(writer: _Writer) -> Iterator[str]:
    """The arguments of ``ModelUnderTest``."""
    spec, claimed = writer.spec, writer.claimed
    inputs = [given.name for given in spec.inputs]
    ends = list(spec.outputs)
    shown = [names[0] if len(names) == 1 else f"[{', '.join(names)}]" for names in (inputs, ends)]
    yield f"keras.Model({', '.join(shown)})"
    yield _bracketed("data=[", [_data(writer, given) for given in spec.inputs], "]", 8)
    objectives = [_objective(writer, each) for each in spec.objectives]
    yield _bracketed("objectives=[", objectives, "]", 8)
    if claimed.output:
        yield f"output={claimed.output}"
    for name, layer in (("layer", claimed.layer), ("last", claimed.last)):
        if layer is not None and layer in writer.variables:
            yield f"{name}={writer.variables[layer]}"
    added = [writer.variables[layer] for layer in sorted(claimed.added & writer.variables.keys())]
    if added:
        yield f"added=[{', '.join(added)}]"
    if claimed.raises is not None:
        yield f"raises={_text(claimed.raises)}"
    if claimed.role is not None:
        yield f"role={_text(claimed.role)}"
    if spec.optimizer is not None:
        yield f"optimizer={_value(writer, spec.optimizer)}"
    if spec.assumed:
        yield _bracketed("assumed=[", list(map(_text, spec.assumed)), "]", 8)


def _data(writer: _Writer, given: InputSpec) -> str:
    shape = _value(writer, _shape(given))
    if given.tokens is not None:
        return f"Tokens({shape}, {given.tokens})"
    known = {
        "mean": given.mean or None,
        "deviation": None if given.deviation == 1.0 else given.deviation,
        "lowest": given.lowest,
        "highest": given.highest,
    }
    words = [f"{name}={plain(value)}" for name, value in known.items() if value is not None]
    return f"Numbers({', '.join([shape, *words])})"


def _objective(writer: _Writer, objective: ObjectiveSpec) -> str:
    parts = []
    if objective.loss is not None:
        parts.append(f"loss={_measure(writer, objective.loss)}")
    if objective.metrics:
        metrics = [_measure(writer, metric) for metric in objective.metrics]
        parts.append(_bracketed("metrics=[", metrics, "]", 16))
    if objective.targets is not None and objective.targets != TargetSpec():
        parts.append(_targets(writer, objective.targets))
    return _call("Objective", parts, 12)


def _measure(writer: _Writer, measure: MeasureSpec) -> str:
    parts = [_text(measure.kind)]
    if measure.name is not None:
        parts.append(measure.name)
    if measure.args:
        given = [f"{_text(name)}: {_value(writer, value)}" for name, value in measure.args]
        parts.append(f"args={{{', '.join(given)}}}")
    return _call("Criterion", parts, 16)


def _targets(writer: _Writer, target: TargetSpec) -> str:
    """What is known of the targets, as an argument of ``Objective``."""
    known: dict[str, Argument] = {
        "encoding": target.encoding,
        "classes": target.classes,
        "shape": None if target.shape is None else Several(target.shape, is_tuple=True),
        "lowest": target.lowest,
        "highest": target.highest,
        "integers": target.integers,
    }
    given = [f"{key}={_value(writer, value)}" for key, value in known.items() if value is not None]
    return _call("Targets", given, 16, "targets=")


# -- calls and layers -----------------------------------------------------------------------------


def _written(writer: _Writer, call: CallSpec) -> None:
    """Add the lines for one call."""
    if isinstance(call, StandInCall):
        shape = _value(writer, Several(call.shape, is_tuple=True))
        _add(writer, call.output, "stand_in", [call.input, shape])
        return
    if isinstance(call, OperationCall):
        args = [_slot(writer, slot) for slot in call.positional]
        args += _keywords(writer, call.args)
        _add(writer, ", ".join(call.outputs), call.function, args)
        return
    layer = writer.layers[call.layer]
    args = list(call.inputs)
    if layer.kind in STATEFUL and len(args) > 1:
        args = [args[0], f"initial_state=[{', '.join(args[1:])}]"]
    elif layer.kind not in SPREAD and len(args) > 1:
        args = [f"[{', '.join(args)}]"]
    args += [f"{_keyword(name)}={_slot(writer, value)}" for name, value in call.args]
    target = ", ".join(call.outputs)
    if len(call.outputs) == 1 and any(layer.arg(name) is True for name in GIVES_MORE):
        target += ", *_"
    _add(writer, target, _layer(writer, layer.id), args)


def _add(writer: _Writer, target: str, callee: str, args: list[str]) -> None:
    writer.lines.append(_call(callee, args, 4, f"{target} = "))


def _layer(writer: _Writer, key: int) -> str:
    """A layer as an expression; what is needed again gets a variable first."""
    if key in writer.variables:
        return writer.variables[key]
    layer = writer.layers[key]
    args = [_layer(writer, layer.wrapped)] if layer.wrapped is not None else []
    args += _keywords(writer, layer.args)
    name = _keras_name(writer, layer)
    claimed = writer.claimed
    wanted = {claimed.layer, claimed.last, *claimed.added}
    if writer.uses[key] == 1 and key not in wanted:
        return _call(layer.type, args, 4)
    writer.variables[key] = name
    writer.lines.append(_call(layer.type, args, 4, f"{name} = "))
    return name


def _keras_name(writer: _Writer, layer: LayerSpec) -> str:
    """The name that Keras gives the layer, as long as each is made in the order of the text."""
    base = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", layer.kind))
    base = base.lower()
    writer.counts[base] += 1
    count = writer.counts[base] - 1
    name = f"{base}_{count}" if count else base
    return f"{name}_" if keyword.iskeyword(name) else name


def _slot(writer: _Writer, value: Argument | Tensors) -> str:
    if isinstance(value, Tensors):
        return f"[{', '.join(value.names)}]" if value.listed else value.names[0]
    return _value(writer, value)


# -- values ---------------------------------------------------------------------------------------


def _value(writer: _Writer, value: Argument) -> str:
    """An argument as Python."""
    if isinstance(value, Several):
        items = [_value(writer, item) for item in value.items]
        if value.is_tuple:
            return f"({', '.join(items)}{',' * (len(items) == 1)})"
        return f"[{', '.join(items)}]"
    if isinstance(value, Named):
        return value.name
    if isinstance(value, Made):
        return f"{value.name}({', '.join(_keywords(writer, value.args))})"
    if isinstance(value, OtherLayer):
        return _layer(writer, value.layer)
    return plain(value)


def plain(value: Plain) -> str:
    """A value that is not made of others as Python."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    if isinstance(value, float) and math.isnan(value):
        return "NAN"
    return repr(value)


def _keywords(writer: _Writer, args: Args) -> list[str]:
    return [f"{_keyword(name)}={_value(writer, value)}" for name, value in args]


def _keyword(name: str) -> str:
    """The name of an argument, which may come from a dictionary: ``Dense(**{"units": 4})``."""
    if not is_name(name):
        raise ValueError(f"{name!r} cannot be the name of an argument")
    return name


def is_name(text: str) -> bool:
    """Whether a text can be written as the name of an argument."""
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text)


def _text(value: str) -> str:
    """A string as Python, in double quotes where that needs no escapes."""
    quoted = repr(value)
    return f'"{value}"' if quoted == f"'{value}'" and '"' not in value else quoted


def _call(callee: str, args: list[str], indent: int, start: str = "") -> str:
    """A call, after ``start``."""
    return _bracketed(f"{start}{callee}(", args, ")", indent)


def _bracketed(start: str, items: list[str], end: str, indent: int) -> str:
    """Items in brackets on one line, or each on a line of its own where that is too long."""
    line = f"{start}{', '.join(items)}{end}"
    last = line.rpartition("\n")[2]  # what is called may have several lines itself
    if "\n" not in "".join(items) and len(" " * indent + last) < WIDTH:
        return line
    inner = "".join(f"{' ' * (indent + 4)}{item},\n" for item in items)
    return f"{start}\n{inner}{' ' * indent}{end}"
