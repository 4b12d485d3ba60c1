"""Faults in the arrays of ``fit`` and ``evaluate``: their shape, their order and their scale."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.injection.columns import _labelled
from tests.injection.documents import Edit
from tests.injection.faults import _SCALED, _scalings
from tests.injection.operators import Candidate, operator, plain
from tests.injection.programs import Fit, Program, argument, keyword_of, variety

_NUMBERED = re.compile(
    r"mnist|reuters|imdb|load_(iris|wine|digits|breast_cancer)|make_(moons|circ)"
)


def _numpy(p: Program, line: int) -> str | None:
    """What the file writes for ``numpy``, if it is imported above that line."""
    np = next((name for name, path in p.names.items() if path == "numpy"), None)
    return np if np is not None and p.since.get(np, line) < line else None


@operator("labels-as-strings", "KER134")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> the names of the classes instead of their numbers."""
    for model, fit, _, y in _labelled(p):
        np = _numpy(p, fit.stmt.lineno)
        if fit.labels is None or fit.labels.kind not in ("binary", "classes"):
            continue
        if not _NUMBERED.search(fit.labels.source):
            continue
        texts = [f"{y.id}.astype(str)", f"{y.id}.astype('U')"]
        if np is not None:
            texts += [f'{np}.where({y.id} > 0, "yes", "no")']
        yield Candidate([p.sub(y, texts[variety(p, fit.call, len(texts))])], "", model)


@operator("images-not-flattened", "KER521")
def _(p: Program) -> Iterator[Candidate]:
    """``x = x.reshape(-1, 784)`` loses its ``reshape``, for a model that takes 784 numbers."""
    for model, fit, x, _ in _labelled(p):
        first = model.layers[0] if model.layers else None
        stated = first is not None and re.search(r"shape\s*=\s*\(?\[?\s*784", p.source(first.call))
        if not stated or not re.search(r"\bmnist|fashion_mnist", p.text):
            continue
        for node in p.nodes:
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if p.source(node.func) != f"{x.id}.reshape" or "784" not in p.source(node):
                continue
            stmt: ast.AST = node
            while not isinstance(stmt, ast.stmt):
                stmt = p.parent[stmt]
            named = isinstance(stmt, ast.Assign) and p.source(stmt.targets[0]) == x.id
            if named and len(re.findall(rf"\b{x.id}\.reshape|reshape\({x.id}", p.text)) == 1:
                marks = [Edit(p.start(fit.call), p.start(fit.call), "")]
                yield Candidate([p.sub(node, x.id), *marks], "", model)


@operator("input-of-one-more", "KER521")
def _(p: Program) -> Iterator[Candidate]:
    """The first Dense layer of a model takes one number more than the samples have."""
    for model, fit, _, _ in _labelled(p):
        layers = [layer for layer in model.layers if layer.name != "Dropout"]
        dense = [layer for layer in layers[:2] if layer.name == "Dense"]
        if not dense or not model.complete or not _NUMBERED.search(fit.labels.source):  # type: ignore[union-attr]
            continue
        first = layers[0]
        if first.name not in ("Input", "InputLayer", "Dense"):
            continue
        shape = keyword_of(first.call, "input_shape" if first is dense[0] else "shape")
        value = shape.value if shape is not None else None
        if value is None and first.name == "Input" and first.call.args:
            value = first.call.args[0]
        if not isinstance(value, ast.Tuple) or len(value.elts) != 1:
            continue
        size = p.number(value.elts[0])
        if size is not None and size > 1:
            marks = [Edit(p.start(fit.call), p.start(fit.call), "")]
            yield Candidate([p.sub(value, f"({size + 1},)"), *marks], "", model)


def _sorted(p: Program) -> Iterator[tuple[Fit, Edit, Candidate]]:
    """Fits on arrays that are sorted by their class numbers in the lines before."""
    for model, fit, x, y in _labelled(p):
        np = _numpy(p, fit.stmt.lineno)
        labels = fit.labels
        if np is None or labels is None or labels.kind not in ("binary", "classes"):
            continue
        if not _NUMBERED.search(labels.source) or not p.alone(fit.stmt):
            continue
        indent = re.match(r"\s*", p.doc.lines[fit.stmt.lineno - 1])[0]
        place = p.start(fit.stmt)
        lines = [f"order = {np}.argsort({y.id})", f"{x.id}, {y.id} = {x.id}[order], {y.id}[order]"]
        made = Edit(place, place, "".join(f"{line}\n{indent}" for line in lines))
        yield fit, made, Candidate([], labels.source, model)


@operator("split-of-sorted-samples", "KER701")
def _(p: Program) -> Iterator[Candidate]:
    """The samples are sorted by class before a ``fit`` with ``validation_split``."""
    for fit, made, candidate in _sorted(p):
        if keyword_of(fit.call, "validation_data") is not None:
            continue
        candidate.edits = [made]
        if keyword_of(fit.call, "validation_split") is None:
            candidate.edits += plain(p.add_arg(fit.call, "validation_split=0.2")) or []
        yield candidate


@operator("sorted-samples-in-order", "KER702")
def _(p: Program) -> Iterator[Candidate]:
    """The samples are sorted by class, and ``shuffle=False`` is given."""
    for fit, made, candidate in _sorted(p):
        size = argument(fit.call, "fit", "batch_size")
        small = size is None or 0 < (p.number(size) or 0) <= 128
        edits = plain(made, p.add_arg(fit.call, "shuffle=False"))
        if edits and small and keyword_of(fit.call, "shuffle") is None:
            candidate.edits = edits
            yield candidate


@operator("test-images-not-scaled", "KER732")
def _(p: Program) -> Iterator[Candidate]:
    """The ``/ 255`` of the test images of ``keras.datasets`` is dropped, and ``evaluate`` stays.

    Only where those of the training stand on a line or in an assignment of their own.
    """
    if not re.search(r"datasets", p.text) or _SCALED.search(p.text):
        return
    scalings = _scalings(p)
    for node, edit in scalings:
        part = node.left if isinstance(node, ast.BinOp) else node.target  # type: ignore[attr-defined]
        name = re.match(r"\w+", p.source(part))
        if name is None or "test" not in name[0].lower() or len(scalings) != 2:
            continue
        used = [
            call
            for call in p.calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr in ("evaluate", "fit")
            and re.search(
                rf"(evaluate\(\s*|validation_data\s*=\s*\(\s*){name[0]}\b", p.source(call)
            )
        ]
        trained = any(fit.labels is not None for model in p.models for fit in model.fits)
        if used and trained and p.between(edit.start, edit.end).count("(") <= 1:
            marks = [Edit(p.start(call), p.start(call), "") for call in used]
            yield Candidate([edit, *marks], "")
