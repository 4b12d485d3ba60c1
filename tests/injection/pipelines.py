"""Faults in datasets and generators: how they are made, split, labelled and given to a model."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import Candidate, operator, plain
from tests.injection.programs import (
    FOLDERS,
    Fit,
    Model,
    Program,
    argument,
    canonical,
    has_stars,
    keyword_of,
)

_RESULTS = ("batch", "shuffle", "map", "cache", "prefetch", "repeat", "take", "skip", "filter")


def _fits(p: Program) -> Iterator[tuple[Model, Fit]]:
    for model in p.models:
        for fit in model.fits:
            if fit.method == "fit" and not has_stars(fit.call):
                yield model, fit


def _bindings(p: Program) -> dict[str, list[ast.expr | None]]:
    """What each name is bound to; None for what is not a plain assignment."""
    found: dict[str, list[ast.expr | None]] = defaultdict(list)
    for node in p.nodes:
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For, ast.comprehension)):
            targets = [node.target]
        elif isinstance(node, ast.arg):
            found[node.arg].append(None)
        for target in targets:
            for leaf in ast.walk(target):
                if isinstance(leaf, ast.Name):
                    found[leaf.id].append(value if leaf is target else None)
    return found


def _words(
    p: Program, node: ast.expr | None, name: str, known: dict[str, set[str]]
) -> set[str] | None:
    """The methods that lead to a dataset, and the function that made it; None for others."""
    words: set[str] = set()
    while isinstance(node, ast.Call):
        path = canonical(p.path(node.func) or "")
        last = path.rpartition(".")[2]
        if path.startswith("tensorflow.data.") or last in FOLDERS:
            return {*words, last}
        if not isinstance(node.func, ast.Attribute):
            return None
        words.add(node.func.attr)
        node = node.func.value
    if not isinstance(node, ast.Name):
        return None
    return words if node.id == name else words | known[node.id] if node.id in known else None


def _datasets(p: Program) -> dict[str, set[str]]:
    """The names that are bound to datasets of TensorFlow only, each with what leads to it."""
    found: dict[str, set[str]] = {}
    bound = _bindings(p)
    for _ in range(3):  # one is made of another
        for name, values in bound.items():
            words = [_words(p, value, name, found) for value in values]
            whole = [each for each in words if each is not None]
            made = any(word in FOLDERS or word.startswith("from_") for w in whole for word in w)
            if len(whole) == len(words) and made:
                found[name] = set().union(*whole)
    return found


def _given(p: Program) -> Iterator[tuple[Model, Fit, ast.Name, set[str]]]:
    """Fits with a dataset, by its name."""
    known = _datasets(p)
    for model, fit in _fits(p):
        x = argument(fit.call, "fit", "x")
        if isinstance(x, ast.Name) and x.id in known and not fit.cond:
            if argument(fit.call, "fit", "y") is None:
                yield model, fit, x, known[x.id]


@operator("labels-beside-dataset", "KER712")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(dataset)`` -> ``fit(dataset, y=labels)`` with the labels that are in the dataset."""
    pair = re.search(r"from_tensor_slices\(\s*\(\s*\w+\s*,\s*(\w+)\s*\)\s*\)", p.text)
    for model, fit, _, _ in _given(p) if pair is not None else ():
        edits = plain(p.add_arg(fit.call, f"y={pair[1]}"))
        if edits:
            yield Candidate(edits, "", model)


@operator("dataset-never-batched", "KER712")
def _(p: Program) -> Iterator[Candidate]:
    """The ``.batch(...)`` of a dataset is dropped, of arrays that the program loads itself.

    Only where the model states its input and the dataset is used by ``fit``.
    """
    for model, fit, x, words in _given(p):
        known = fit.labels is not None and fit.labels.dataset
        first = model.layers[0] if model.layers else None
        if not known or "from_tensor_slices" not in words or first is None or not model.complete:
            continue
        if first.name not in ("Input", "InputLayer") and not keyword_of(first.call, "input_shape"):
            continue
        values = [v for v in _bindings(p)[x.id] if v is not None]
        batches = [
            node
            for value in values
            for node in ast.walk(value)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "batch"
        ]
        if len(batches) == 1 and isinstance(batches[0].func, ast.Attribute):
            mark = Edit(p.start(fit.call), p.start(fit.call), "")
            dropped = Edit(p.end(batches[0].func.value), p.end(batches[0]), "")
            yield Candidate([dropped, mark], "", model)


@operator("dataset-without-end", "KER712")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(dataset)`` without steps -> ``fit(dataset.repeat())``."""
    for model, fit, x, words in _given(p):
        if "repeat" not in words and keyword_of(fit.call, "steps_per_epoch") is None:
            yield Candidate([p.sub(x, f"{x.id}.repeat()")], "", model)


@operator("fit-with-iterator", "KER712")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(dataset)`` -> ``fit(iter(dataset))``, which Keras 3 does not take."""
    for model, fit, x, _ in _given(p):
        if not p.keras_2 and keyword_of(fit.call, "steps_per_epoch") is None:
            yield Candidate([p.sub(x, f"iter({x.id})")], "", model)


@operator("fit-with-zip", "KER712")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> ``fit(zip(x, y))``, which Keras 3 does not take."""
    for model, fit in _fits(p):
        x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
        if p.keras_2 or not isinstance(x, ast.Name) or not isinstance(y, ast.Name):
            continue
        edits = plain(p.drop_arg(fit.call, y))
        if edits and fit.call.args[:2] == [x, y]:
            yield Candidate([p.sub(x, f"zip({x.id}, {y.id})"), *edits], "", model)


# -- results that are lost


def _replaced(p: Program) -> Iterator[tuple[ast.Assign, ast.Call, str]]:
    """Statements like ``x = x.method(...)``, where nothing shows the value of the expression."""
    for stmt in p.nodes:
        if not isinstance(stmt, ast.Assign) or not isinstance(stmt.value, ast.Call):
            continue
        target, node = stmt.targets[0], stmt.value
        if len(stmt.targets) != 1 or not isinstance(target, ast.Name) or not p.alone(stmt):
            continue
        inner: ast.expr = node
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            inner = inner.func.value
        if isinstance(inner, ast.Name) and inner.id == target.id:
            last = any(
                stmt.end_lineno == cell.first + cell.count and cell.number is not None
                for cell in p.doc.cells
            )
            if not last:
                yield stmt, node, target.id


@operator("dataset-result-lost", "KER733")
def _(p: Program) -> Iterator[Candidate]:
    """``dataset = dataset.batch(32)`` -> ``dataset.batch(32)``."""
    known = _datasets(p)
    for stmt, call, name in _replaced(p):
        func = call.func
        if name in known and isinstance(func, ast.Attribute) and func.attr in _RESULTS:
            yield Candidate([p.sub(stmt, p.source(call))], func.attr)


@operator("array-result-lost", "KER733")
def _(p: Program) -> Iterator[Candidate]:
    """``x = x.reshape(...)`` -> ``x.reshape(...)``, for an array of ``keras.datasets``."""
    loaded = {
        leaf.id
        for node in p.nodes
        if isinstance(node, ast.Assign) and "load_data(" in p.source(node.value)
        for target in node.targets
        if isinstance(target, ast.Tuple)
        for leaf in ast.walk(target)
        if isinstance(leaf, ast.Name)
    }
    for stmt, call, name in _replaced(p):
        func = call.func
        if name in loaded and isinstance(func, ast.Attribute):
            if func.attr in ("reshape", "astype"):
                yield Candidate([p.sub(stmt, p.source(call))], func.attr)


@operator("one-hot-result-lost", "KER733")
def _(p: Program) -> Iterator[Candidate]:
    """``y = to_categorical(y)`` -> ``to_categorical(y)``."""
    for stmt in p.nodes:
        if not isinstance(stmt, ast.Assign) or not isinstance(stmt.value, ast.Call):
            continue
        target, call = stmt.targets[0], stmt.value
        if p.what(call.func)[1] != "to_categorical" or not call.args or not p.alone(stmt):
            continue
        if isinstance(target, ast.Name) and p.source(call.args[0]) == target.id:
            cells = (c.first + c.count for c in p.doc.cells if c.number is not None)
            if stmt.end_lineno not in cells:
                yield Candidate([p.sub(stmt, p.source(call))])


# -- parts of one dataset


@operator("shuffled-before-the-split", "KER731")
def _(p: Program) -> Iterator[Candidate]:
    """A dataset is shuffled in the line before the first of its ``take(n)`` and ``skip(n)``."""
    taken: dict[tuple[str, str], list[ast.Call]] = defaultdict(list)
    for call in p.calls:
        func = call.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr in ("take", "skip")
            and len(call.args) == 1
        ):
            if isinstance(func.value, ast.Name):
                taken[func.value.id, p.source(call.args[0])].append(call)
    known = _datasets(p)
    for (name, _), calls in taken.items():
        methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        if methods != {"take", "skip"} or name not in known or "shuffle" in known[name]:
            continue
        stmt: ast.AST = calls[0]
        while not isinstance(stmt, ast.stmt):
            stmt = p.parent[stmt]
        if p.alone(stmt):
            indent = re.match(r"\s*", p.doc.lines[stmt.lineno - 1])[0]
            place = p.start(stmt)
            made = f"{name} = {name}.shuffle(1000)\n{indent}"
            yield Candidate([Edit(place, place, made)])


@operator("validation-of-shuffled-dataset", "KER731")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(dataset)`` -> the first batches of the shuffled dataset are for validation."""
    for model, fit, x, words in _given(p):
        if "shuffle" not in words or "reshuffle_each_iteration" in p.text:
            continue
        edit = p.set_arg(fit.call, "fit", "validation_data", f"{x.id}.take(4)")
        if edit is not None and "validation_split" not in p.source(fit.call):
            yield Candidate([p.sub(x, f"{x.id}.skip(4)"), edit], "", model)


# -- labels in another order than predictions


def _after_fit(p: Program, fit: Fit, data: str, labels: str) -> list[Edit] | None:
    """Labels and predictions that are collected one after the other."""
    name = p.source(fit.call.func.value) if isinstance(fit.call.func, ast.Attribute) else ""
    indent = re.match(r"\s*", p.doc.lines[fit.stmt.lineno - 1])[0]
    text = f"true_labels = {labels}\n{indent}predicted = {name}.predict({data}).argmax(axis=-1)"
    return plain(p.insert_after(fit.stmt, text)) if name.isidentifier() else None


@operator("labels-of-another-pass", "KER726")
def _(p: Program) -> Iterator[Candidate]:
    """After ``fit``, labels and predictions of the validation data of a folder: in two passes."""
    known = _datasets(p)
    np = next((name for name, path in p.names.items() if path == "numpy"), None)
    for model, fit in _fits(p):
        data = keyword_of(fit.call, "validation_data")
        if data is None or not isinstance(data.value, ast.Name) or "shuffle=False" in p.text:
            continue
        words = known.get(data.value.id, set())
        if not words & {"image_dataset_from_directory", "text_dataset_from_directory"}:
            continue
        if np is None or "cache" in words or p.since.get(np, fit.stmt.lineno) >= fit.stmt.lineno:
            continue
        name = data.value.id
        edits = _after_fit(p, fit, name, f"{np}.concatenate([labels for _, labels in {name}])")
        if edits:
            yield Candidate(edits, "", model)


def _flows(p: Program) -> dict[str, tuple[ast.Call, str]]:
    """Names that are bound once, to a ``flow...`` of a generator, with its call and its owner."""
    found: dict[str, tuple[ast.Call, str]] = {}
    for name, values in _bindings(p).items():
        call = values[0]
        if len(values) == 1 and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner = call.func.value
            if call.func.attr.startswith("flow") and isinstance(owner, ast.Name):
                found[name] = (call, owner.id)
    return found


@operator("classes-of-shuffled-folder", "KER726")
def _(p: Program) -> Iterator[Candidate]:
    """After ``fit``, the ``classes`` of a shuffled folder are compared with its predictions."""
    flows = _flows(p)
    for model, fit in _fits(p):
        data = keyword_of(fit.call, "validation_data")
        if data is None or not isinstance(data.value, ast.Name) or data.value.id not in flows:
            continue
        call, _ = flows[data.value.id]
        if keyword_of(call, "shuffle") is None and call.func.attr == "flow_from_directory":  # type: ignore[attr-defined]
            edits = _after_fit(p, fit, data.value.id, f"{data.value.id}.classes")
            if edits:
                yield Candidate(edits, "added", model)


@operator("shuffle-false-dropped", "KER726")
def _(p: Program) -> Iterator[Candidate]:
    """``shuffle=False`` is dropped where the file compares predictions with ``.classes``."""
    for name, (call, _) in _flows(p).items():
        flag = keyword_of(call, "shuffle")
        read = [
            n for n in p.nodes if isinstance(n, ast.Attribute) and p.source(n) == f"{name}.classes"
        ]
        if flag is None or p.source(flag.value) != "False" or not read:
            continue
        if re.search(rf"\.predict(_generator)?\(\s*{name}\b", p.text):
            edits = plain(p.drop_arg(call, flag.value))
            if edits and "flow_from" in p.source(call.func):
                yield Candidate([*edits, *(Edit(p.start(n), p.start(n), "") for n in read)])


# -- generators of images

_RANDOM = re.compile(r"(rotation|shift|zoom|shear)_range|horizontal_flip|vertical_flip")


def _generators(p: Program) -> dict[str, ast.Call]:
    """The names of image generators that are made once."""
    return {
        name: values[0]
        for name, values in _bindings(p).items()
        if len(values) == 1
        and isinstance(values[0], ast.Call)
        and p.what(values[0].func)[1] == "ImageDataGenerator"
        and not has_stars(values[0])
    }


@operator("validation-from-augmented", "KER717")
def _(p: Program) -> Iterator[Candidate]:
    """The validation images come from the generator that changes those of the training."""
    made, flows = _generators(p), _flows(p)
    random = [name for name, call in made.items() if _RANDOM.search(p.source(call))]
    for model in p.models:
        for fit in model.fits:
            data = keyword_of(fit.call, "validation_data")
            if data is None or not isinstance(data.value, ast.Name) or len(random) != 1:
                continue
            call, owner = flows.get(data.value.id, (None, ""))
            if call is None or owner not in made or owner == random[0]:
                continue
            if made[random[0]].lineno < call.lineno and isinstance(call.func, ast.Attribute):
                if "validation_split" not in p.text:
                    yield Candidate([p.sub(call.func.value, random[0])], "", model)


@operator("generator-never-fitted", "KER719")
def _(p: Program) -> Iterator[Candidate]:
    """The ``fit`` of a generator that centers all images is dropped, or centering is added."""
    flows = _flows(p)
    for name, call in _generators(p).items():
        fits = [
            node
            for node in p.nodes
            if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and p.source(node.value.func) == f"{name}.fit"
        ]
        if re.search(r"featurewise_center\s*=\s*True|zca_whitening\s*=\s*True", p.source(call)):
            edits = plain(p.drop_stmt(fits[0])) if len(fits) == 1 else None
            if edits and len(re.findall(r"^\s*\w+\.fit\(\w+\)$", p.text, re.MULTILINE)) == 1:
                yield Candidate([*edits, Edit(p.start(call), p.start(call), "")], "dropped")
        elif not fits and any(owner == name for _, owner in flows.values()):
            flag = keyword_of(call, "featurewise_center")
            if flag is None:
                edits = plain(p.add_arg(call, "featurewise_center=True"))
                if edits:
                    yield Candidate(edits, "added")


# -- batches


def _batch_makers(p: Program) -> Iterator[tuple[ast.expr, Model | None]]:
    """The pairs that a generator or a ``Sequence`` gives, where ``fit`` is given it."""
    for node in p.nodes:
        if isinstance(node, ast.ClassDef) and node.bases:
            base = (p.path(node.bases[0]) or "").rpartition(".")[2]
            if base not in ("Sequence", "PyDataset"):
                continue
            method = [
                m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "__getitem__"
            ]
            found = [n for m in method for n in ast.walk(m) if isinstance(n, ast.Return)]
        elif isinstance(node, ast.FunctionDef):
            found = [n for n in ast.walk(node) if isinstance(n, ast.Yield)]
        else:
            continue
        if len(found) != 1 or not isinstance(found[0].value, ast.Tuple):
            continue
        for model, fit in _fits(p):
            x = argument(fit.call, "fit", "x")
            text = p.once(x.id) if isinstance(x, ast.Name) else p.source(x) if x else ""
            if re.match(rf"{node.name}\(", text):
                yield found[0].value, model
                break


@operator("batch-with-list", "KER729")
def _(p: Program) -> Iterator[Candidate]:
    """``yield x, y`` -> ``yield [x], y``, and ``(a, b), y`` -> ``[a, b], y``, in Keras 3."""
    for batch, model in _batch_makers(p) if not p.keras_2 else ():
        if not isinstance(batch, ast.Tuple) or len(batch.elts) != 2:
            continue
        first = batch.elts[0]
        if isinstance(first, ast.Tuple) and p.source(first).startswith("("):
            yield Candidate([p.sub(first, f"[{p.source(first)[1:-1]}]")], "inputs", model)
        elif not isinstance(first, (ast.Tuple, ast.List, ast.Dict)):
            yield Candidate([p.sub(first, f"[{p.source(first)}]")], "one input", model)
