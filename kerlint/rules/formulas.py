"""The user's own losses and metrics, as rules ask of them: operations, shapes, and forms."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.lazy_dataclass import dataclass
from kerlint.program.formulas import Formula, Trace
from kerlint.program.gradients import is_known
from kerlint.program.model import LayerCall, Program, Shape
from kerlint.program.objectives import Criterion, Objective
from kerlint.program.shapes import operation_shape
from kerlint.program.values import Custom, Fact, TensorRef, Unknown, Value
from kerlint.rules.base import Note, View


def own_loss(objective: Objective, view: View) -> tuple[Criterion, Formula] | None:
    """The loss of an output, where it is the user's own and was read."""
    return _own(objective.loss, view) if objective.loss is not None else None


def own_metrics(objective: Objective, view: View) -> Iterator[tuple[Criterion, Formula]]:
    """The metrics of an output that are the user's own and were read."""
    for metric in objective.metrics:
        found = _own(metric, view)
        if found is not None:
            yield found


def _own(criterion: Criterion, view: View) -> tuple[Criterion, Formula] | None:
    value = criterion.fact.value
    if isinstance(value, Custom) and value.formula >= 0:
        return criterion, view.program.formulas[value.formula]
    return None


@dataclass(frozen=True, slots=True)
class Table:
    """One way through a loss or metric, to be asked which operation made a tensor."""

    program: Program
    formula: Formula
    trace: Trace
    made: dict[int, LayerCall]

    @classmethod
    def of(cls, program: Program, formula: Formula, trace: Trace) -> Table:
        made = {
            tensor: call
            for call in program.layer_calls[trace.first : trace.end]
            for tensor in call.outputs
        }
        return cls(program, formula, trace, made)

    def word(self, call: LayerCall) -> str:
        """The operation in one word, the same for Keras, TensorFlow and Python: ``mean``."""
        layer = self.program.layers[call.layer]
        if not is_known(layer) or layer.partial:
            return ""
        word = layer.kind.removeprefix("reduce_")
        return _SAME.get(word, word)

    def operation(self, value: Value) -> tuple[str, LayerCall] | None:
        """The operation that made a tensor; None for a tensor that was given, or no tensor."""
        call = self.made.get(value.tensor) if isinstance(value, TensorRef) else None
        return (self.word(call), call) if call is not None else None

    def operands(self, call: LayerCall) -> list[Value]:
        """The operands in their order, without the settings."""
        layer = self.program.layers[call.layer]
        return [fact.value for name, fact in layer.args.items() if name not in _SETTINGS]

    def setting(self, call: LayerCall, *names: str) -> Fact | None:
        """A setting such as ``axis``, by any of its names."""
        args = self.program.layers[call.layer].args
        return next((args[name] for name in names if name in args), None)

    def given(self, value: Value) -> int:
        """The labels or the output, after a cast perhaps; -1 for anything else."""
        while (made := self.operation(value)) is not None:
            operands = self.operands(made[1])
            if made[0] not in _ALIKE or not operands:
                return -1
            value = operands[0]
        return value.tensor if isinstance(value, TensorRef) else -1

    def are_both(self, operands: list[Value]) -> bool:
        """Whether two operands are the labels and the output."""
        wanted = {self.formula.labels, self.formula.output}
        return len(operands) == 2 and {self.given(operand) for operand in operands} == wanted

    def shapes(self, labels: Shape, output: Shape) -> dict[int, Shape | Unknown]:
        """The shapes of all tensors, once those of the labels and the output are known."""
        tensors = self.program.tensors
        found: dict[int, Shape | Unknown] = {
            self.formula.labels: labels,
            self.formula.output: output,
        }
        for call in self.program.layer_calls[self.trace.first : self.trace.end]:
            layer = self.program.layers[call.layer]
            given = tuple(found.get(t, tensors[t].shape) for t in call.inputs)
            for tensor in call.outputs:
                found[tensor] = tensors[tensor].shape
                if layer.operation and len(call.outputs) == 1:
                    found[tensor] = operation_shape(layer.type, given, layer.args)
        return found


_ALIKE = frozenset({"cast", "convert_to_tensor", "flatten", "ravel", "squeeze"})
_SETTINGS = frozenset({"axis", "dtype", "keepdims", "keep_dims", "name"})
_SAME = {
    "subtract": "sub",
    "add": "add",
    "multiply": "mul",
    "divide": "truediv",
    "div": "truediv",
    "true_divide": "truediv",
    "divide_no_nan": "truediv",
    "negative": "neg",
    "absolute": "abs",
    "pow": "pow",
    "power": "pow",
}


def tables(formula: Formula, view: View) -> list[Table]:
    """A table for each way through the code."""
    return [Table.of(view.program, formula, trace) for trace in formula.traces]


def output_of(objective: Objective) -> Shape | None:
    """The shape of an output: where only the units are known, it is that of a Dense layer."""
    shape = objective.head.shape
    if isinstance(shape, tuple):
        return shape
    # With more axes than these two, what is said of one unit would hold as well.
    return (None, 1) if objective.head.width == 1 else None


def given_note(formula: Formula) -> Note:
    """Point at the place where a loss or metric is given to ``compile``."""
    return Note(formula.given_at, f"the {'metric' if formula.metric else 'loss'} is given here")


def difference(table: Table, value: Value) -> bool:
    """Whether a value is the labels minus the output, or the reverse."""
    made = table.operation(value)
    return made is not None and made[0] == "sub" and table.are_both(table.operands(made[1]))
