"""Faults in the data that ``fit`` is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.injection.documents import Edit
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


@operator("data-as-labels", "KER724 KER116")
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


@operator("picture-prepared-twice", "KER716")
def _(p: Program) -> Iterator[Candidate]:
    """Before ``x = preprocess_input(x)``, of the floats of ``img_to_array``: once more the same."""
    for node in p.nodes if "img_to_array" in p.text else ():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        call, target = node.value, node.targets[0]
        module = re.fullmatch(
            r"keras\.applications\.(\w+)\.preprocess_input", p.path(call.func) or ""
        )
        if not module or module[1].startswith(("convnext", "efficientnet", "mobilenet_v3")):
            continue
        given = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not isinstance(target, ast.Name) or not isinstance(given, ast.Name) or not p.alone(node):
            continue
        made = rf"^\s*{given.id} = \S*img_to_array\(\w+\)\s*\n\s*{given.id} = \S*expand_dims"
        if given.id == target.id and re.search(made, p.text, re.MULTILINE):
            indent, place = " " * node.col_offset, p.start(node)
            edit = Edit(place, place, f"prepared = {p.source(call)}\n{indent}")
            yield Candidate([edit], module[1])


@operator("fit-without-labels", "KER145")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> ``fit(x)``, of a classifier."""
    for model, fit, _, y in _labelled(p):
        edits = plain(p.drop_arg(fit.call, y))
        if edits and all(value is y or value is fit.call.args[0] for value in fit.call.args):
            yield Candidate(edits, "", model)


@operator("labels-in-dictionary", "KER145")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> ``fit(x, {"labels": y})``, of a classifier."""
    for model, _, _, y in _labelled(p):
        yield Candidate([p.sub(y, f'{{"labels": {y.id}}}')], "", model)


@operator("flip-by-python", "KER734")
def _(p: Program) -> Iterator[Candidate]:
    """A random flip in a function that ``map`` is given: NumPy decides."""
    mapped = set(re.findall(r"\.map\(\s*(\w+)[,)]", p.text))
    for function in p.nodes:
        if not isinstance(function, ast.FunctionDef) or function.name not in mapped:
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
                continue
            if ast.unparse(node.func) == "tf.image.random_flip_left_right":
                image = p.source(node.args[0])
                drawn = f"tf.reverse({image}, [1]) if np.random.rand() > 0.5 else {image}"
                if "import numpy as np" in p.text:
                    yield Candidate([p.sub(node, f"({drawn})")], "")


@operator("shift-by-numpy", "KER734")
def _(p: Program) -> Iterator[Candidate]:
    """A function that ``map`` of a dataset is given adds a number of NumPy to the images."""
    np = next((name for name, path in p.names.items() if path == "numpy"), None)
    mapped = set(re.findall(r"\.map\(\s*(\w+)[,)]", p.text))
    if np is None or "py_function" in p.text or "numpy_function" in p.text:
        return
    for function in p.nodes:
        if not isinstance(function, ast.FunctionDef) or function.name not in mapped:
            continue
        last, names = function.body[-1], [arg.arg for arg in function.args.args]
        value = last.value if isinstance(last, ast.Return) else None
        if function.decorator_list or len(names) != 2 or not isinstance(value, ast.Tuple):
            continue
        first = value.elts[0]
        if isinstance(first, ast.Name) and re.search(r"im(a?ge?)?s?$|image", first.id):
            yield Candidate([p.sub(first, f"{first.id} + {np}.random.uniform(-0.1, 0.1)")])
