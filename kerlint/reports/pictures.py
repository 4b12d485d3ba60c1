"""Pictures of what experiments measured, as SVG that takes its colours from the page it is in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from kerlint.measured import (
    NO_GRADIENT,
    GradientLength,
    Histogram,
    LossCurve,
    UnitGradients,
)
from kerlint.reports.markup import escaped
from kerlint.reports.report import counted

TONES = 8  # of colours for different gradients
_IN_A_ROW, _WIDE = 64, 32  # units in a row, and beyond how many they are narrow
_WIDTH, _LEFT, _BOTTOM = 340, 46, 20
LOGARITHMIC = 30.0  # times as large as the smallest is the largest of what needs such an axis
WRITTEN, REPAIRED = "w", "r"  # the classes of what belongs to either model


def svg(width: float, height: float, number: int, title: str, words: str, inner: str) -> str:
    """A picture; ``title`` and ``words`` are read out by screen readers. ``number`` is its own."""
    return (
        f'<svg role="img" aria-labelledby="p{number}t p{number}d" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<title id="p{number}t">{escaped(title)}</title>'
        f'<desc id="p{number}d">{escaped(words)}</desc>{inner}</svg>'
    )


# -- gradients of units ---------------------------------------------------------------------------


def counted_gradients(it: UnitGradients) -> str:
    """How many units receive a gradient of their own, in a few words."""
    if it.without == it.units:
        return "no gradient" if it.units == 1 else f"none of {it.units:,} gets a gradient"
    if it.units == 1:
        return "a gradient"
    if it.distinct == 1 and not it.without:
        return f"all {it.units:,} get the same"
    words = f"{it.distinct:,} of {it.units:,} distinct"
    return f"{words}, {it.without:,} without" if it.without else words


def layers_to_show(
    models: Iterable[Iterable[UnitGradients]], most: int
) -> tuple[list[str], list[str]]:
    """The names of some layers, and those of the others, both in order.

    Where there are too many, those are shown in which units have no gradient of their own.
    """
    shares: dict[str, float] = {}
    for each in (each for units in models for each in units):
        share = each.distinct / max(1, each.units)
        shares[each.layer] = min(share, shares.get(each.layer, share))
    chosen = set(sorted(shares, key=lambda name: shares[name])[:most])
    return [each for each in shares if each in chosen], [e for e in shares if e not in chosen]


def strip(it: UnitGradients, number: int, title: str) -> str:
    """A cell for each unit. Neighbours with the same gradient are joined; without one: flat."""
    pitch, gap = (5, 1) if len(it.classes) > _WIDE else (10, 2)
    rows = [it.classes[i : i + _IN_A_ROW] for i in range(0, len(it.classes), _IN_A_ROW)]
    height = 14 if len(rows) == 1 else 9
    paths: dict[int, list[str]] = {}
    for row, classes in enumerate(rows):
        y = row * (height + 2)
        for start, length, number_of in _runs(classes):
            if number_of == NO_GRADIENT:
                width, middle = pitch - gap, y + height // 2 - 1
                for i in range(start, start + length):
                    cell = f"M{i * pitch} {middle}h{width}v2h-{width}z"
                    paths.setdefault(TONES, []).append(cell)
                continue
            tone = number_of * TONES // max(1, it.distinct) % TONES
            width = length * pitch - gap
            cell = f"M{start * pitch} {y}h{width}v{height}h-{width}z"
            paths.setdefault(tone, []).append(cell)
    inner = "".join(
        f'<path class="{"u" if tone == TONES else f"u{tone}"}" d="{"".join(cells)}"/>'
        for tone, cells in sorted(paths.items())
    )
    words = counted_gradients(it)
    if len(it.classes) < it.units:
        words += f"; the first {len(it.classes)} are shown"
    width = max(map(len, rows), default=1) * pitch - gap
    return svg(width, len(rows) * (height + 2) - 2, number, title, words, inner)


def _runs(classes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Start, length and number of neighbours with the same number."""
    start = 0
    for i in range(1, len(classes) + 1):
        if i == len(classes) or classes[i] != classes[start]:
            yield start, i - start, classes[start]
            start = i


# -- outputs --------------------------------------------------------------------------------------


def range_in_words(it: Histogram) -> str:
    """Between which numbers outputs lie."""
    total = sum(it.counts)
    undefined = f"{it.undefined:,} are NaN or infinite" if it.undefined else ""
    if not total:
        return f"all {undefined}" if undefined else "none"
    if it.greatest - it.least <= 1e-6 * max(1.0, abs(it.greatest)):
        words = f"always {number(it.greatest)}"
    else:
        words = f"from {number(it.least)} to {number(it.greatest)}"
    return f"{words}; {undefined}" if undefined else words


def histograms(
    written: Histogram | None, repaired: Histogram | None, number_of: int, title: str
) -> str:
    """How often outputs have which value: as written above, repaired below.

    Where both have the same axis, it is drawn once.
    """
    shown = [(c, h) for c, h in ((WRITTEN, written), (REPAIRED, repaired)) if h is not None]
    common = len({(it.lowest, it.highest) for _, it in shown}) == 1
    high, gap, left = 52, 8 if common else _BOTTOM + 4, 6
    wide = _WIDTH - 2 * left
    parts = []
    words = []
    for place, (name, it) in enumerate(shown):
        base = (place + 1) * high + place * gap
        most = max(it.counts) or 1
        each = wide / len(it.counts)
        bars = "".join(
            f"M{left + i * each:.4g} {base}v-{max(1.5, count / most * (high - 4)):.3g}"
            f"h{each - 1:.3g}V{base}z"
            for i, count in enumerate(it.counts)
            if count
        )
        parts.append(f'<path class="{name}" d="{bars}"/>')
        parts.append(f'<path class="ax" d="M{left} {base + 0.5}h{wide}"/>')
        words.append(f"{_of(name)}: {range_in_words(it)}")
        if common and place + 1 < len(shown):
            continue
        for value in _marks(it.lowest, it.highest):
            x = left + (value - it.lowest) / (it.highest - it.lowest) * wide
            parts.append(_text(x, base + 15, number(value), x, left, left + wide))
            parts.append(f'<path class="ax" d="M{x:.4g} {base}v4"/>')
    base = len(shown) * high + (len(shown) - 1) * gap
    return svg(_WIDTH, base + _BOTTOM, number_of, title, ". ".join(words), "".join(parts))


def _marks(low: float, high: float) -> list[float]:
    """The numbers at an axis: its ends, and 0 and 1 where there is room for them."""
    found = [low, high]
    for value in (0.0, 1.0):
        if all(abs(value - other) > 0.12 * (high - low) for other in found) and low < value < high:
            found.append(value)
    return sorted(found)


# -- losses and lengths ---------------------------------------------------------------------------


def curve_in_words(it: LossCurve) -> str:
    """Where a loss starts, and where it ends."""
    first, last = it.losses[0], it.losses[-1]
    if it.trained == 1:
        return number(first)
    if not math.isfinite(last):
        return f"{number(first)} at first, NaN or infinite after {counted(it.steps[-1], 'step')}"
    return f"from {number(first)} to {number(last)} in {counted(it.trained - 1, 'step')}"


def curves(
    written: LossCurve | None, repaired: LossCurve | None, number_of: int, title: str
) -> str:
    """Losses over steps. Those of different names are drawn as shares of their first value."""
    known = [(c, it) for c, it in ((WRITTEN, written), (REPAIRED, repaired)) if it is not None]
    share = comparable(written, repaired)
    lines = []
    for name, it in known:
        unit = 1.0 if share else abs(it.losses[0]) or 1.0
        points = [(s, y / unit) for s, y in zip(it.steps, it.losses) if math.isfinite(y)]
        lines.append((name, [(float(s), y) for s, y in points]))
    words = ". ".join(f"{_of(name)}: {curve_in_words(it)}" for name, it in known)
    last = max((points[-1][0] for _, points in lines if points), default=0.0)
    marks = [(0.0, "0"), (last, counted(int(last), "step"))] if last else [(0.0, "0")]
    return _lines(lines, marks, number_of, title, words)


def comparable(written: LossCurve | None, repaired: LossCurve | None) -> bool:
    """Whether two losses are of one kind, so that one may be lower than the other."""
    return written is None or repaired is None or written.loss == repaired.loss


def lengths(
    written: Sequence[GradientLength],
    repaired: Sequence[GradientLength],
    number_of: int,
    title: str,
) -> str:
    """The length of the gradients, layer by layer from the input to the output."""
    known = [(c, each) for c, each in ((WRITTEN, written), (REPAIRED, repaired)) if each]
    lines = [
        (
            name,
            [(float(i), each.length) for i, each in enumerate(found) if math.isfinite(each.length)],
        )
        for name, found in known
    ]
    words = ". ".join(f"{_of(name)}: {lengths_in_words(found)}" for name, found in known)
    longest = max((found for _, found in known), key=len)
    marks = [(0.0, longest[0].layer)]
    if len(longest) > 1:
        marks.append((len(longest) - 1.0, longest[-1].layer))
    return _lines(lines, marks, number_of, title, words, dots=True)


def lengths_in_words(found: Sequence[GradientLength]) -> str:
    """The gradient of the first layer, and that of the last."""
    first, last = found[0], found[-1]
    words = f"{number(first.length)} in {first.layer}"
    return words if first is last else f"{words}, {number(last.length)} in {last.layer}"


def _lines(
    lines: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    marks: Iterable[tuple[float, str]],
    number_of: int,
    title: str,
    words: str,
    dots: bool = False,
) -> str:
    """Lines over a common axis; the vertical one is logarithmic where numbers differ much."""
    height, top = 128, 8
    values = [y for _, points in lines for _, y in points]
    positive = [y for y in values if y > 0]
    logarithmic = bool(positive) and min(values) >= 0 and max(values) > LOGARITHMIC * min(positive)
    if logarithmic:
        floor = min(positive)

        def of(y: float) -> float:
            return math.log10(max(y, floor))
    else:

        def of(y: float) -> float:
            return y

    low, high = min(map(of, values), default=0.0), max(map(of, values), default=1.0)
    if not logarithmic and low > 0 and low < 0.5 * high:
        low = 0.0
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    most = max((x for _, points in lines for x, _ in points), default=0.0) or 1.0
    right = _WIDTH - 8

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + x / most * (right - _LEFT), top + (high - of(y)) / (high - low) * height

    parts = []
    for value, label in _levels(low, high, logarithmic):
        y = top + (high - value) / (high - low) * height
        parts.append(f'<path class="gr" d="M{_LEFT} {y:.4g}H{right}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.4g}" text-anchor="end">{label}</text>')
    for name, points in lines:
        places = [at(x, y) for x, y in points]
        if len(places) > 1:
            path = "M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in places)
            parts.append(f'<path class="l{name}" d="{path}"/>')
        if places and (dots or len(places) == 1):
            parts += [
                f'<circle class="{name}" cx="{x:.4g}" cy="{y:.4g}" r="3"/>' for x, y in places
            ]
    for x, label in marks:
        place = at(x, 0.0 if not logarithmic else 1.0)[0]
        parts.append(_text(place, top + height + 16, label, place, _LEFT, right))
    return svg(_WIDTH, top + height + _BOTTOM, number_of, title, words, "".join(parts))


def _levels(low: float, high: float, logarithmic: bool) -> list[tuple[float, str]]:
    """A few round numbers along an axis, with what is written at them."""
    if logarithmic and high - low >= 1.5:
        exponents = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        step = max(1, math.ceil(len(exponents) / 4))
        return [(float(e), number(10.0**e)) for e in exponents if e % step == 0]
    if logarithmic:
        return [(each, number(10.0**each)) for each in (low, high)]
    size = 10 ** math.floor(math.log10(high - low))
    step = next(s * size for s in (0.2, 0.5, 1.0, 2.0, 5.0) if (high - low) / (s * size) <= 4)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [(i * step, number(i * step)) for i in range(first, last + 1)]


def _text(x: float, y: float, text: str, place: float, left: float, right: float) -> str:
    """A text under an axis, kept within the picture."""
    anchor = "start" if place < left + 20 else "end" if place > right - 20 else "middle"
    return f'<text x="{x:.4g}" y="{y:g}" text-anchor="{anchor}">{escaped(text)}</text>'


def _of(name: str) -> str:
    return "As written" if name == WRITTEN else "Repaired"


def number(value: float) -> str:
    """A number as people write it, in few digits."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "infinity"
    rounded = float(f"{value:.3g}")
    if rounded == int(rounded) and abs(rounded) < 1e6:
        return f"{int(rounded):,}"
    return f"{rounded:g}"
