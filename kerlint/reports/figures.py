"""Pictures with the words for them: what an experiment measured, as written and repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerlint.measured import Measured, ModelMeasured
from kerlint.reports import pictures
from kerlint.reports.markup import escaped
from kerlint.reports.report import counted

Pair = tuple["ModelMeasured | None", "ModelMeasured | None"]
HEADS = ("As written", "Repaired")
_CLASSES = (pictures.WRITTEN, pictures.REPAIRED)
_LAYERS = 12  # in sight; of deeper models those in which units have no gradient of their own


def figures(it: Measured, numbers: Iterator[int]) -> list[str]:
    """The figures for what was measured; ``numbers`` are for pictures that have none yet."""
    pair = it.written, it.repaired
    parts = (_units, _outputs, _losses, _lengths)
    return [figure for part in parts for figure in part(pair, numbers)]


def _units(pair: Pair, numbers: Iterator[int]) -> Iterator[str]:
    """Which units receive the same gradient, layer by layer."""
    found = [
        (name, head, {each.layer: each for each in it.units})
        for name, head, it in zip(_CLASSES, HEADS, pair)
        if it is not None and it.units
    ]
    if not found:
        return
    heads = "".join(f'<th scope="col" class="{name}">{head}</th>' for name, head, _ in found)
    start = f'<table><thead><tr><th scope="col">Layer</th>{heads}</tr></thead><tbody>'

    def row(layer: str) -> str:
        cells = []
        for _, head, units in found:
            it = units.get(layer)
            if it is None:
                cells.append(f'<td data-of="{head}"><span>not there</span></td>')
                continue
            picture = pictures.strip(it, next(numbers), f"{layer}, {head.lower()}")
            words = pictures.counted_gradients(it)
            cells.append(f'<td data-of="{head}">{picture}<span>{words}</span></td>')
        return f'<tr><th scope="row">{escaped(layer)}</th>{"".join(cells)}</tr>'

    shown, others = pictures.layers_to_show([units.values() for _, _, units in found], _LAYERS)
    tables = f"{start}{''.join(map(row, shown))}</tbody></table>"
    if others:
        count = counted(len(others), "more layer")
        rows = "".join(map(row, others))
        tables += f"<details><summary>{count}</summary>{start}{rows}</tbody></table></details>"
    steps = next(iter(found[0][2].values())).steps
    when = "the first step" if steps == 1 else f"{steps} steps"
    yield (
        '<figure class="units"><figcaption><strong>Gradients of the units</strong> over '
        f"{when}. A cell is a unit: shades differ where gradients do, neighbours with the same "
        f"gradient are joined, and flat cells get none.</figcaption>{tables}</figure>"
    )


def _outputs(pair: Pair, numbers: Iterator[int]) -> Iterator[str]:
    """How often the outputs have which value."""
    written, repaired = pair
    first = written.outputs if written is not None else None
    second = repaired.outputs if repaired is not None else None
    known = first or second
    if known is None:
        return
    title = f"Outputs of {known.layer}" if known.layer else "Outputs of the model"
    count = sum(known.counts) + known.undefined
    words = [pictures.range_in_words(it) if it is not None else "" for it in (first, second)]
    picture = pictures.histograms(first, second, next(numbers), title)
    caption = f"<strong>{escaped(title)}</strong>, {count:,} numbers"
    yield _figure(caption, picture, words, "bars")


def _losses(pair: Pair, numbers: Iterator[int]) -> Iterator[str]:
    """How the loss falls in training."""
    written, repaired = pair
    first = written.losses if written is not None else None
    second = repaired.losses if repaired is not None else None
    if first is None and second is None:
        return
    words = [pictures.curve_in_words(it) if it is not None else "" for it in (first, second)]
    caption = "<strong>Loss in training</strong>"
    if not pictures.comparable(first, second):
        caption += ", as a share of the first, because the two losses are not the same function"
    picture = pictures.curves(first, second, next(numbers), "Loss in training")
    yield _figure(caption, picture, words)


def _lengths(pair: Pair, numbers: Iterator[int]) -> Iterator[str]:
    """How long the gradient of each layer is."""
    written, repaired = pair
    first = written.lengths if written is not None else ()
    second = repaired.lengths if repaired is not None else ()
    if not first and not second:
        return
    title = "Length of the gradient, layer by layer"
    words = [pictures.lengths_in_words(it) if it else "" for it in (first, second)]
    picture = pictures.lengths(first, second, next(numbers), title)
    yield _figure(f"<strong>{title}</strong>", picture, words)


def _figure(caption: str, picture: str, words: Iterable[str], kind: str = "") -> str:
    key = "".join(
        f'<li class="{name}"><b>{head}</b> {escaped(text)}</li>'
        for name, head, text in zip(_CLASSES, HEADS, words)
        if text
    )
    name = f' class="{kind}"' if kind else ""
    return (
        f"<figure{name}><figcaption>{caption}</figcaption>{picture}"
        f'<ul class="key">{key}</ul></figure>'
    )
