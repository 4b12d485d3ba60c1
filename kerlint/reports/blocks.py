"""What experiments measured, as rows of characters under a proof on a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kerlint.measured import (
    NO_GRADIENT,
    GradientLength,
    Histogram,
    LossCurve,
    Measured,
    ModelMeasured,
    UnitGradients,
)
from kerlint.reports.pictures import (
    LOGARITHMIC,
    comparable,
    counted_gradients,
    curve_in_words,
    layers_to_show,
    lengths_in_words,
    range_in_words,
)
from kerlint.reports.report import counted, printable

BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
PLAIN = "_.:-=+*#"  # where blocks cannot be written
_WIDTH = 32
_UNITS = 64  # as many are shown; and of so many layers
_LAYERS = 6
_LABEL = 28

_Row = tuple[str, str, str, str]
"""What it is, the model, the characters, and the same in words."""


def characters(encoding: str | None) -> str:
    """Those to draw with, from low to high, for a stream with that encoding."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeError, LookupError):
        return PLAIN
    return BLOCKS


def rows(it: Measured, levels: str) -> list[str]:
    """The lines of a plot; none where nothing was measured that can be drawn."""
    found = list(_rows(it, levels))
    label = max((len(what) for what, _, _, _ in found), default=0)
    width = max((len(drawn) for _, _, drawn, _ in found), default=0)
    made = []
    before = ""
    for what, model, drawn, words in found:
        shown = "" if what == before else what
        before = what
        made.append(f"{shown:{label}}  {model:10}  {drawn:{width}}  {words}".rstrip())
    return made


def _rows(it: Measured, levels: str) -> Iterator[_Row]:
    models = [
        (name, model)
        for name, model in (("as written", it.written), ("repaired", it.repaired))
        if model is not None
    ]
    yield from _units(models, levels)
    for name, model in models:
        if model.outputs is not None:
            what = f"outputs of {model.outputs.layer}" if model.outputs.layer else "outputs"
            words = range_in_words(model.outputs)
            yield _label(what), name, _histogram(model.outputs, levels), words
    curves = [(name, model.losses) for name, model in models if model.losses is not None]
    losses = [curve for _, curve in curves]
    shares = not comparable(*(losses[:1] + losses[-1:])) if losses else False
    for (name, curve), drawn in zip(curves, _curves(losses, levels, shares)):
        yield "loss in training", name, drawn, curve_in_words(curve)
    lengths = [(name, model.lengths) for name, model in models if model.lengths]
    for (name, found), drawn in zip(lengths, _lengths([each for _, each in lengths], levels)):
        yield "gradient by layer", name, drawn, lengths_in_words(found)


def _label(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 3]}..."


def _units(models: Sequence[tuple[str, ModelMeasured]], levels: str) -> Iterator[_Row]:
    """Which units receive the same gradient, layer by layer."""
    by_name: dict[str, list[tuple[str, UnitGradients]]] = {}
    for name, model in models:
        for each in model.units:
            by_name.setdefault(each.layer, []).append((name, each))
    shown, others = layers_to_show([model.units for _, model in models], _LAYERS)
    for layer in shown:
        for name, each in by_name[layer]:
            words = counted_gradients(each)
            if each.units > _UNITS:
                words += f"; the first {_UNITS} are shown"
            yield _label(f"gradients in {layer}"), name, _strip(each, levels), words
    if others:
        yield f"gradients in {counted(len(others), 'more layer')}", "", "", ""


def _strip(it: UnitGradients, levels: str) -> str:
    """A character for each unit, as high as others with the same gradient; the lowest: none."""
    higher = len(levels) - 1
    return "".join(
        levels[0]
        if number == NO_GRADIENT
        else levels[1 + number * higher // max(1, it.distinct) % higher]
        for number in it.classes[:_UNITS]
    )


def _histogram(it: Histogram, levels: str) -> str:
    most = max(it.counts) or 1
    return "".join(
        levels[0] if not count else levels[max(1, round(count / most * (len(levels) - 1)))]
        for count in it.counts
    )


def _curves(curves: Sequence[LossCurve], levels: str, shares: bool) -> Iterator[str]:
    """Each as long as it was trained, compared with the one that was trained longest."""
    longest = max((curve.steps[-1] for curve in curves), default=0) or 1
    columns = []
    for curve in curves:
        unit = abs(curve.losses[0]) or 1.0 if shares else 1.0
        count = max(1, round(_WIDTH * max(1, curve.steps[-1]) / longest))
        last = len(curve.losses) - 1
        places = [round(i * last / max(1, count - 1)) for i in range(count)]
        columns.append([curve.losses[place] / unit for place in places])
    yield from _heights(columns, levels)


def _lengths(found: Sequence[Sequence[GradientLength]], levels: str) -> Iterator[str]:
    yield from _heights([[each.length for each in lengths] for lengths in found], levels)


def _heights(columns: Sequence[Sequence[float]], levels: str) -> Iterator[str]:
    """Numbers as characters, on one scale for all; what is no number is a question mark."""
    known = [y for column in columns for y in column if math.isfinite(y)]
    positive = [y for y in known if y > 0]
    logarithmic = bool(positive) and min(known) >= 0 and max(known) > LOGARITHMIC * min(positive)
    floor = min(positive, default=1.0)

    def of(y: float) -> float:
        return math.log(max(y, floor)) if logarithmic else y

    low, high = min(map(of, known), default=0.0), max(map(of, known), default=1.0)
    span = (high - low) or 1.0
    for column in columns:
        yield "".join(
            levels[round((of(y) - low) / span * (len(levels) - 1))] if math.isfinite(y) else "?"
            for y in column
        )
