"""Faults in the data that ``fit`` is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.injection.operators import Candidate, classifier_heads, operator, plain
from tests.injection.programs import CROSSENTROPIES, Fit, Model, Program, argument, has_stars


def _labelled(p: Program) -> Iterator[tuple[Model, Fit, ast.Name, ast.Name]]:
    """Fits of a classifier whose labels are an array that is seen in the code, by its name."""
    for head, _ in classifier_heads(p, CROSSENTROPIES):
        for fit in head.model.fits:
            x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
            if fit.method != "fit" or fit.cond or fit.labels is None or has_stars(fit.call):
                continue
            if isinstance(x, ast.Name) and isinstance(y, ast.Name) and not fit.labels.dataset:
                yield head.model, fit, x, y


@operator("data-as-labels", "KER724")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x_train, y_train)`` -> ``fit(x_train, x_train)``, of a classifier."""
    for model, _, x, y in _labelled(p):
        yield Candidate([p.sub(y, x.id)], "", model)


@operator("labels-as-list", "KER728")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> ``fit(x, y.tolist())``."""
    for model, _, _, y in _labelled(p):
        yield Candidate([p.sub(y, f"{y.id}.tolist()")], "", model)


@operator("pixels-prepared-twice", "KER716")
def _(p: Program) -> Iterator[Candidate]:
    """``b = preprocess_input(a)`` with the floats of ``img_to_array``: once more the same."""
    if "img_to_array" not in p.text:
        return
    for node in p.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        call, target = node.value, node.targets[0]
        module = re.fullmatch(
            r"keras\.applications\.(\w+)\.preprocess_input", p.path(call.func) or ""
        )
        if not module or module[1].startswith(("convnext", "efficientnet", "mobilenet_v3")):
            continue
        given = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not isinstance(target, ast.Name) or not isinstance(given, ast.Name):
            continue
        if given.id != target.id and re.search(rf"\b{given.id} = .*img_to_array", p.text):
            edits = plain(p.insert_after(node, f"again = {p.source(call)}"))
            if edits:
                yield Candidate(edits, module[1])
