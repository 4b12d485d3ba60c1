"""Faults in how models are put together and compiled, and in what surrounds them."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import Candidate, operator, plain
from tests.injection.own_losses import _in_call
from tests.injection.programs import Program, argument, canonical, has_stars, variety


@operator("input-made-again", "KER515")
def _(p: Program) -> Iterator[Candidate]:
    """``inputs = Input(...)`` is written once more, just before ``Model(inputs, outputs)``."""
    for model in p.models:
        call = model.stmt.value if isinstance(model.stmt, (ast.Assign, ast.Return)) else None
        if model.kind != "functional" or not isinstance(call, ast.Call) or not model.complete:
            continue
        given = argument(call, "", "inputs") or (call.args[0] if call.args else None)
        first = model.layers[0]
        made = first.stmt
        if not isinstance(given, ast.Name) or first.name != "Input" or not p.alone(model.stmt):
            continue
        if (
            not isinstance(made, ast.Assign)
            or made.value is not first.call
            or len(model.layers) < 2
        ):
            continue
        outputs = argument(call, "", "outputs") or (call.args[1] if len(call.args) > 1 else None)
        if p.source(made.targets[0]) == given.id and isinstance(outputs, ast.Name):
            indent = re.match(r"\s*", p.doc.lines[model.stmt.lineno - 1])[0]
            place = p.start(model.stmt)
            text = f"{given.id} = {p.source(first.call)}\n{indent}"
            if "\n" not in p.source(first.call):
                yield Candidate([Edit(place, place, text)], "", model)


@operator("optimizer-for-two-models", "KER612")
def _(p: Program) -> Iterator[Candidate]:
    """Two models that are trained one after the other get one optimizer object, in Keras 3."""
    if "trainable" in p.text or p.keras_2 or "load_weights" in p.text:
        return
    found = []
    for model in p.models:
        plainly = [c for c in model.compiles if not c.cond and not has_stars(c.call)]
        weights = any(x.name in ("Dense", "Conv2D", "Conv1D", "LSTM") for x in model.layers)
        trained = any(f.method == "fit" and not f.cond for f in model.fits)
        if len(plainly) == len(model.compiles) == 1 and weights and trained:
            if plainly[0].scope.node is p.doc.tree and model.scope.node is p.doc.tree:
                optimizer = argument(plainly[0].call, "compile", "optimizer")
                if optimizer is not None and model.complete and p.alone(plainly[0].stmt):
                    found.append((plainly[0], optimizer, model))
    found.sort(key=lambda each: each[0].stmt.lineno)
    for (one, first, model), (two, second, other) in itertools.pairwise(found):
        root = p.root(one.call)
        shared = {id(layer.call) for layer in model.layers} & {id(x.call) for x in other.layers}
        if root is None or shared or one.stmt.lineno == two.stmt.lineno:
            continue
        place = p.start(one.stmt)
        made = Edit(place, place, f"shared_optimizer = {root}.optimizers.Adam(0.001)\n")
        edits = [made, p.sub(first, "shared_optimizer"), p.sub(second, "shared_optimizer")]
        yield Candidate(edits, "", other)
        return


@operator("layer-of-tf-keras", "KER010")
def _(p: Program) -> Iterator[Candidate]:
    """A Dense layer, or the optimizer, of a Keras 3 program comes from ``tf_keras``."""
    body = p.doc.tree.body
    imports = [s for s in body if isinstance(s, (ast.Import, ast.ImportFrom)) and p.alone(s)]
    imports = [s for s in imports if getattr(s, "module", "") != "__future__"]
    if not imports or p.names.get("keras") != "keras":
        return
    for model in p.models:
        if not model.complete or model.kind == "multi":
            continue
        place = p.start(imports[0])
        added = Edit(place, place, "import tf_keras\n", silent=True)
        dense = [x for x in model.layers if x.name == "Dense" and not x.cond]
        compiled = model.compiles[0] if len(model.compiles) == 1 else None
        if dense and (path := p.path(dense[-1].call.func)) and canonical(path) == path:
            func = dense[-1].call.func
            if imports[0].lineno < dense[-1].call.lineno:
                yield Candidate([added, p.sub(func, "tf_keras.layers.Dense")], "layer", model)
        optimizer = argument(compiled.call, "compile", "optimizer") if compiled else None
        if isinstance(optimizer, ast.Constant) and optimizer.value == "adam":
            text = "tf_keras.optimizers.Adam()"
            yield Candidate([added, p.sub(optimizer, text)], "optimizer", model)


@operator("loss-of-each-sample", "KER935")
def _(p: Program) -> Iterator[Candidate]:
    """The ``call`` of a model adds a penalty with one number for each sample, in Keras 3.

    Either an ``add_loss`` of a mean gets an ``axis``, or one of the output is added.
    """
    for method, root in _in_call(p) if not p.keras_2 else ():
        holder = p.parent[method]
        base = p.path(holder.bases[0]) if isinstance(holder, ast.ClassDef) else None
        if canonical(base or "") != "keras.Model":
            continue
        added = [
            node
            for node in ast.walk(method)
            if isinstance(node, ast.Call) and p.source(node.func) == "self.add_loss" and node.args
        ]
        for node in added:
            given = node.args[0]
            if isinstance(given, ast.Call) and re.search(
                r"\.(reduce_)?mean$", p.source(given.func)
            ):
                edits = plain(p.add_arg(given, "axis=1"))
                if edits and len(given.args) == 1 and not given.keywords:
                    yield Candidate(edits, "axis")
        last = method.body[-1]
        if added or not isinstance(last, ast.Return) or not isinstance(last.value, ast.Name):
            continue
        tf = p.tensorflow(method.lineno)
        mean, square = f"{root}.ops.mean", f"{root}.ops.square"
        if tf is not None and variety(p, last, 2):
            mean, square = f"{tf}.reduce_mean", f"{tf}.square"
        text = f"self.add_loss(0.01 * {mean}({square}({last.value.id}), axis=1))"
        place = p.start(last)
        indent = " " * last.col_offset
        yield Candidate([Edit(place, place, f"{text}\n{indent}")], "added")


@operator("needless-suppression", "KER013")
def _(p: Program) -> Iterator[Candidate]:
    """A comment at the end of a line without findings silences a rule there."""
    for model in p.models:
        line = model.stmt.end_lineno
        row = p.doc.lines[line - 1]
        if "#" in row or not p.alone(model.stmt) or p.doc.broken:
            continue
        place = (line, len(row))
        if not row.rstrip().endswith("\\"):
            yield Candidate([Edit(place, place, "  # kerlint: ignore[KER607]")], "", model)


@operator("bracket-lost", "KER000")
def _(p: Program) -> Iterator[Candidate]:
    """The closing parenthesis of a ``compile`` is lost."""
    for model in p.models:
        for compiled in model.compiles[:1]:
            if p.alone(compiled.stmt) and isinstance(compiled.stmt, ast.Expr):
                line, column = p.end(compiled.call)
                edit = Edit((line, column - 1), (line, column), "")
                yield Candidate([edit], "", model, broken=True)
