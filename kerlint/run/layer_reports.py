"""What kerlint has read of each layer: its output shapes and parameters, for editors to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from kerlint.diagnostics import Span
from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Dim, Layer, Program, Shape
from kerlint.program.parameters import Parameters
from kerlint.program.values import Site, Unknown, shown

_MOST = 20
"""Different evaluations of one place that are kept; a loop may have thousands."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation of a layer, in text. ``output`` and ``parameters`` are empty if not known.

    ``output`` has the shapes of all outputs, batch axis first, with ``?`` for what is not known.
    """

    kind: str
    output: str
    parameters: str


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What a place in the text makes or calls, with its different evaluations in order.

    ``called``: a layer is called here, so an output exists from here on. ``model``: this is where
    a model is made. ``more``: there are more evaluations than are kept.
    """

    span: Span
    evaluations: tuple[Evaluation, ...]
    called: bool
    model: bool = False
    more: bool = False


@dataclass(slots=True)
class _Seen:
    evaluations: dict[Evaluation, None] = field(default_factory=dict)
    called: bool = False
    model: bool = False
    more: bool = False


class LayersSeen:
    """Collects the layers of all programs that paths through a file build."""

    def __init__(self) -> None:
        self._by_site: dict[Site, _Seen] = {}

    @property
    def sites(self) -> Iterable[Site]:
        return self._by_site.keys()

    def clear(self) -> None:
        """Forget everything, because the file is read again."""
        self._by_site.clear()

    def note(self, program: Program) -> None:
        """Add what one path builds."""
        parameters = Parameters(program)
        counts: dict[int, str] = {}

        def count_of(layer: Layer) -> str:
            if layer.id not in counts:
                count = parameters.of(layer)
                counts[layer.id] = "" if count is None else f"{count:,}"
            return counts[layer.id]

        # A layer inside a wrapper has no output of its own.
        called = {layer.wrapped for layer in program.layers if layer.wrapped is not None}
        for call in program.layer_calls:
            layer = program.layers[call.layer]
            called.add(layer.id)
            output = _outputs(program.tensors[tensor].shape for tensor in call.outputs)
            made = Evaluation(layer.kind, output, "" if layer.operation else count_of(layer))
            self._add(call.origin.site, made, called=not layer.operation)
            if layer.origin.site != call.origin.site and layer.model is None:
                self._add(layer.origin.site, made)
        for layer in program.layers:
            if layer.id not in called and not layer.operation and layer.model is None:
                self._add(layer.origin.site, Evaluation(layer.kind, "", count_of(layer)))
        for model in program.models:
            shapes = _outputs(program.tensors[tensor].shape for tensor in model.outputs)
            count = parameters.of_model(model)
            kind = model.type.rpartition(".")[2] or "Model"
            evaluation = Evaluation(kind, shapes, "" if count is None else f"{count:,}")
            self._add(model.origin.site, evaluation, model=True)

    def _add(
        self, site: Site, evaluation: Evaluation, *, called: bool = False, model: bool = False
    ) -> None:
        seen = self._by_site.setdefault(site, _Seen())
        seen.called = seen.called or called
        seen.model = seen.model or model
        if len(seen.evaluations) < _MOST or evaluation in seen.evaluations:
            seen.evaluations[evaluation] = None
        else:
            seen.more = True

    def reports(self, spans: Mapping[Site, Span]) -> tuple[LayerReport, ...]:
        """The reports on what is in this file, whose places are ``spans``, in order."""
        made = [
            LayerReport(span, _best(seen.evaluations), seen.called, seen.model, seen.more)
            for site, span in spans.items()
            for seen in (self._by_site[site],)
        ]
        return tuple(sorted(made, key=lambda each: (each.span.cell or 0, each.span.start)))


def _best(evaluations: Iterable[Evaluation]) -> tuple[Evaluation, ...]:
    """Without those of which another path shows more, and nothing else."""
    found = list(evaluations)
    return tuple(
        each
        for each in found
        if not any(other != each and _tells_more(other, each) for other in found)
    )


def _tells_more(one: Evaluation, other: Evaluation) -> bool:
    if one.kind != other.kind or (other.parameters not in ("", one.parameters)):
        return False
    mine, its = one.output.split(", "), other.output.split(", ")
    if not other.output:
        return True
    return len(mine) == len(its) and all(a == b or b.strip("(),") == "?" for a, b in zip(mine, its))


def _outputs(shapes: Iterable[Shape | Unknown]) -> str:
    texts = ["" if isinstance(shape, Unknown) else _text(shape) for shape in shapes]
    return "" if not any(texts) else ", ".join(text or "?" for text in texts)


def _text(shape: Shape) -> str:
    inner = ", ".join(map(_size, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def _size(size: Dim) -> str:
    if isinstance(size, Unknown):
        name = shown(size.symbol)
        return name if name and len(name) <= 24 else "?"
    return str(size)
