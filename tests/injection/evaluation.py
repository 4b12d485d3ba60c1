"""Faults in splits, folds and scores: what comes before and after the training."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.injection.arrays import _numpy
from tests.injection.documents import Edit
from tests.injection.faults import _fits
from tests.injection.operators import Candidate, operator, plain
from tests.injection.programs import Fit, Model, Program, argument, variety


def _predicted(p: Program, widths: bool) -> Iterator[tuple[Model, Fit, str, str, str]]:
    """Models that are trained on arrays: the model, the data and the labels, by their names.

    ``widths``: only models with one output unit.
    """
    for model, fit in _fits(p):
        head = p.head(model)
        x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
        if head is None or not isinstance(x, ast.Name) or not isinstance(y, ast.Name):
            continue
        one = p.number(head.units) == 1
        if head.act in ("sigmoid", "softmax") and (one or not widths) and not fit.cond:
            yield model, fit, p.source(fit.call.func.value), x.id, y.id


@operator("argmax-of-one-unit", "KER735")
def _(p: Program) -> Iterator[Candidate]:
    """The classes are taken with ``argmax`` after the training, from one sigmoid unit."""
    for model, fit, name, x, _ in _predicted(p, widths=True):
        np = _numpy(p, fit.stmt.lineno)
        if np is not None:
            forms = (
                f"classes_ = {np}.argmax({name}.predict({x}), axis=1)",
                f"predicted_ = {name}.predict({x})\nclasses_ = predicted_.argmax(axis=-1)",
            )
            text = forms[variety(p, fit.call, 2)]
            indent = re.match(r"\s*", p.doc.lines[fit.stmt.lineno - 1])[0]
            edit = p.insert_after(fit.stmt, text.replace("\n", f"\n{indent}"))
            yield Candidate(plain(edit) or [], "", model)


@operator("score-of-probabilities", "KER736")
def _(p: Program) -> Iterator[Candidate]:
    """A score of scikit-learn gets what ``predict`` returns."""
    for model, fit, name, x, y in _predicted(p, widths=False):
        score = ("accuracy_score", "confusion_matrix", "f1_score")[variety(p, fit.call, 3)]
        indent = re.match(r"\s*", p.doc.lines[fit.stmt.lineno - 1])[0]
        text = (
            f"from sklearn.metrics import {score}\n"
            f"{indent}{name}_predicted = {name}.predict({x})\n"
            f"{indent}{score}({y}, {name}_predicted)"
        )
        if name.isidentifier():
            yield Candidate(plain(p.insert_after(fit.stmt, text)) or [], "", model)


@operator("unpacked-in-another-order", "KER737")
def _(p: Program) -> Iterator[Candidate]:
    """``(x_train, y_train), (x_test, y_test) = load_data()`` and the like, in another order."""
    for node in p.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        target, called = node.targets[0], p.source(node.value.func)
        if not isinstance(target, ast.Tuple):
            continue
        texts = [p.source(each) for each in target.elts]
        if called.endswith("train_test_split") and len(node.value.args) == 2 and len(texts) == 4:
            a, b, c, d = texts
            if _read(a, c) and _read(b, d):
                yield Candidate([p.sub(target, f"{a}, {c}, {b}, {d}")], "split")
        elif called.endswith(".load_data") and len(texts) == 2:
            inner = [e for pair in target.elts if isinstance(pair, ast.Tuple) for e in pair.elts]
            names = [p.source(each) for each in inner]
            if len(names) == 4 and _read(names[0], names[1]) and _read(names[2], names[3]):
                a, b, c, d = names
                yield Candidate([p.sub(target, f"({a}, {c}), ({b}, {d})")], "load_data")
        elif called.endswith(".evaluate") and len(texts) == 2 and "loss" in texts[0]:
            if re.search(r"acc", texts[1]):
                yield Candidate([p.sub(target, f"{texts[1]}, {texts[0]}")], "evaluate")


def _read(x: str, y: str) -> bool:
    """Whether two names say that one has samples and the other one their labels."""
    return bool(
        re.search(r"(?i)(train|test|val)", x)
        and re.search(r"x|X|images|features", x)
        and re.search(r"y|Y|label|target", y)
    )


@operator("shuffled-apart", "KER738")
def _(p: Program) -> Iterator[Candidate]:
    """Samples and labels are shuffled one after the other, just before the training."""
    for model, fit in _fits(p):
        np = _numpy(p, fit.stmt.lineno)
        x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
        if np is None or not isinstance(x, ast.Name) or not isinstance(y, ast.Name):
            continue
        if not re.fullmatch(r"(x|X)(_?train)?|train_(images|features)", x.id) or not p.alone(
            fit.stmt
        ):
            continue
        if not re.fullmatch(r"(y|Y)(_?train)?|train_(labels|targets)", y.id):
            continue
        indent = re.match(r"\s*", p.doc.lines[fit.stmt.lineno - 1])[0]
        place = (fit.stmt.lineno, len(indent))
        forms = (
            f"{np}.random.shuffle({x.id})\n{indent}{np}.random.shuffle({y.id})\n{indent}",
            f"{x.id} = {np}.random.permutation({x.id})\n"
            f"{indent}{y.id} = {np}.random.permutation({y.id})\n{indent}",
        )
        yield Candidate([Edit(place, place, forms[variety(p, fit.call, 2)])], "", model)


@operator("model-of-earlier-folds", "KER739")
def _(p: Program) -> Iterator[Candidate]:
    """The training is done once for each fold, with the same model."""
    for model, fit, name, x, y in _predicted(p, widths=False):
        if fit.target is not None or not p.alone(fit.stmt):
            continue
        indent = re.match(r"\s*", p.doc.lines[fit.stmt.lineno - 1])[0]
        text = (
            f"from sklearn.model_selection import KFold\n"
            f"{indent}for train_, test_ in KFold(n_splits=4, shuffle=True).split({x}):\n"
            f"{indent}    {name}.fit({x}[train_], {y}[train_], epochs=2)\n"
            f"{indent}    print({name}.evaluate({x}[test_], {y}[test_]))"
        )
        yield Candidate(plain(p.insert_after(fit.stmt, text)) or [], "", model)


@operator("reshaped-not-transposed", "KER740")
def _(p: Program) -> Iterator[Candidate]:
    """Images of CIFAR are reshaped to channels first, just after they are loaded."""
    for node in p.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        found = re.match(r"\(?\(?(\w+)", p.source(node.targets[0]))
        if re.search(r"cifar100?\.load_data$", p.source(node.value.func)) and found is not None:
            name = found[1]
            forms = (
                f"{name} = {name}.reshape(-1, 3, 32, 32)",
                f"{name} = {name}.reshape({name}.shape[0], 3, 32, 32)",
            )
            edit = p.insert_after(node, forms[variety(p, node, 2)])
            yield Candidate(plain(edit) or [])
