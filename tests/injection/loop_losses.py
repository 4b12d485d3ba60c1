"""Faults in the losses of training loops with a GradientTape, and of ``train_step``."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.injection.documents import Edit
from tests.injection.loops import _around, _losses, _tape
from tests.injection.operators import Candidate, operator, plain
from tests.injection.programs import (
    CROSSENTROPIES,
    LOSS_CLASSES,
    Head,
    Labels,
    Layer,
    Model,
    Program,
    canonical,
    has_stars,
    keyword_of,
)


@dataclass
class Loop:
    """A crossentropy that a loop computes of the output of a model of this file."""

    call: ast.Call  # loss_fn(y, logits)
    made: ast.Call  # SparseCategoricalCrossentropy(from_logits=True)
    head: Head

    @property
    def word(self) -> str:
        func = self.made.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return LOSS_CLASSES.get(name, "")

    @property
    def logits(self) -> bool:
        flag = keyword_of(self.made, "from_logits")
        return flag is not None and getattr(flag.value, "value", None) is True


def _loops(p: Program) -> Iterator[Loop]:
    """Loops whose model, output layer and crossentropy are certain, each loss once."""
    made = _losses(p)
    heads: dict[str, list[Head]] = defaultdict(list)
    for head in p.heads():
        for name in head.model.names:
            heads[name].append(head)
    for name, head in _heads_of_classes(p):
        heads[name].append(head)
    done: set[int] = set()
    for call in p.calls:
        if not isinstance(call.func, ast.Name) or call.func.id not in made or call.keywords:
            continue
        tape = _tape(p, call)
        if tape is None or len(call.args) != 2 or has_stars(call):
            continue
        outputs = call.args[1]
        applied: list[ast.expr] = [outputs] if isinstance(outputs, ast.Call) else []
        for node in ast.walk(tape):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                if p.source(node.targets[0]) == p.source(outputs):
                    applied.append(node.value)
        names = {p.source(each.func) for each in applied if isinstance(each, ast.Call)}
        if len(applied) != 1 or len(names) != 1:
            continue
        found = heads.get(names.pop(), [])
        loss = made[call.func.id]
        stated = len(loss.args) == 0 and keyword_of(loss, "axis") is None
        if len(found) == 1 and stated and id(loss) not in done:
            done.add(id(loss))
            yield Loop(call, loss, found[0])


def _heads_of_classes(p: Program) -> Iterator[tuple[str, Head]]:
    """The Dense layers that the ``call`` of a model of the file ends with, by the model's name."""
    for node in p.nodes:
        if not isinstance(node, ast.ClassDef) or len(node.bases) != 1:
            continue
        if canonical(p.path(node.bases[0]) or "") != "keras.Model":
            continue
        methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
        last = methods["call"].body[-1] if "call" in methods else None
        value = last.value if isinstance(last, ast.Return) else None
        if not isinstance(value, ast.Call) or "__init__" not in methods:
            continue
        layers = [
            s
            for s in ast.walk(methods["__init__"])
            if isinstance(s, ast.Assign) and p.source(s.targets[0]) == p.source(value.func)
        ]
        used = len(re.findall(rf"{re.escape(p.source(value.func))}\b", p.source(methods["call"])))
        call = layers[0].value if len(layers) == 1 and used == 1 else None
        if not isinstance(call, ast.Call) or p.what(call.func) != ("layers", "Dense"):
            continue
        for stmt in p.nodes:
            if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call):
                if p.source(stmt.value.func) == node.name:
                    layer = Layer(call, "Dense", "other", layers[0], False)
                    act = layer.arg("activation")
                    model = Model(p.module, "loose", layers[0], [layer], complete=False)
                    holder = layer if act is not None else None
                    head = Head(model, layer, p.activation(act), act, holder)
                    yield p.source(stmt.targets[0]), head


def _marks(p: Program, loop: Loop) -> list[Edit]:
    """The place of the loss, where the finding may be."""
    return [Edit(p.start(node), p.start(node), "") for node in (loop.made, loop.call)]


@operator("loop-softmax-of-one-unit", "KER101")
def _(p: Program) -> Iterator[Candidate]:
    """The output layer of the model of a loop becomes ``Dense(1, activation="softmax")``."""
    for loop in _loops(p):
        head = loop.head
        if head.holder is None and head.units is not None and head.layer.name == "Dense":
            edits = plain(
                p.sub(head.units, "1"), p.add_arg(head.layer.call, 'activation="softmax"')
            )
            if edits and p.number(head.units) is not None and len({e.start for e in edits}) == 2:
                yield Candidate(edits, "", head.model)
            elif edits:  # both in one place
                text = f'{p.source(head.units)[:0]}1, activation="softmax"'
                yield Candidate([p.sub(head.units, text)], "", head.model)


@operator("loop-one-unit", "KER102")
def _(p: Program) -> Iterator[Candidate]:
    """The output layer of a loop with a categorical crossentropy gets one unit."""
    for loop in _loops(p):
        units = loop.head.units
        if loop.word not in CROSSENTROPIES - {"binary_crossentropy"} or units is None:
            continue
        if p.number(units) not in (None, 1) and loop.head.act in ("linear", "sigmoid"):
            yield Candidate([p.sub(units, "1"), *_marks(p, loop)], "", loop.head.model)


@operator("loop-activation-before-logits", "KER109")
def _(p: Program) -> Iterator[Candidate]:
    """The raw output of a loop with ``from_logits=True`` gets the activation as well."""
    for loop in _loops(p):
        head = loop.head
        if loop.logits and head.act == "linear" and head.holder is None:
            word = "sigmoid" if loop.word.startswith("binary") else "softmax"
            edits = plain(p.add_arg(head.layer.call, f'activation="{word}"'))
            if edits:
                yield Candidate([*edits, *_marks(p, loop)], "", head.model)


@operator("loop-from-logits-added", "KER109")
def _(p: Program) -> Iterator[Candidate]:
    """``from_logits=True`` is given in a loop whose model ends in softmax or sigmoid."""
    for loop in _loops(p):
        if loop.logits or loop.head.act not in ("softmax", "sigmoid"):
            continue
        flag = keyword_of(loop.made, "from_logits")
        edits = plain(
            p.sub(flag.value, "True") if flag else p.add_arg(loop.made, "from_logits=True")
        )
        if edits:
            yield Candidate([*edits, *_marks(p, loop)], "", loop.head.model)


def _labels(p: Program, loop: Loop) -> Labels | None:
    """The labels of the dataset that a loop goes through, where they are plainly seen."""
    return _labels_at(p, loop.call, p.source(loop.call.args[0]))


def _labels_at(p: Program, node: ast.AST, name: str) -> Labels | None:
    function = _around(p, node, ast.FunctionDef)
    if isinstance(function, ast.FunctionDef):
        places = [arg.arg for arg in function.args.args]
        calls = [c for c in p.calls if p.source(c.func) == function.name]
        if name not in places or len(calls) != 1 or len(calls[0].args) != len(places):
            return None
        return _labels_at(p, calls[0], p.source(calls[0].args[places.index(name)]))
    holder = _around(p, node, ast.For)
    while isinstance(holder, ast.For):
        over = holder.iter
        while isinstance(over, ast.Call):  # enumerate(dataset)
            over = over.args[0] if over.args else over.func
            over = over.value if isinstance(over, ast.Attribute) else over
        bound = isinstance(over, ast.Name) and name in [
            p.source(leaf) for leaf in ast.walk(holder.target) if isinstance(leaf, ast.Name)
        ]
        if bound and isinstance(over, ast.Name):
            return p.facts.get(over.id)
        holder = _around(p, holder, ast.For)
    return None


def _other_loss(p: Program, loop: Loop, word: str) -> Candidate | None:
    func = loop.made.func
    name = next(n for n, w in LOSS_CLASSES.items() if w == word)
    if not isinstance(func, ast.Attribute):
        return None
    edits = [p.sub(func, f"{p.source(func.value)}.{name}"), *_marks(p, loop)[1:]]
    return Candidate(edits, "", loop.head.model)


@operator("loop-sparse-to-categorical", "KER131 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """``SparseCategoricalCrossentropy`` of a loop -> ``CategoricalCrossentropy``.

    The labels of the dataset are class numbers, as the file shows.
    """
    for loop in _loops(p):
        labels = _labels(p, loop)
        if loop.word.startswith("sparse") and labels is not None and labels.kind == "classes":
            found = _other_loss(p, loop, "categorical_crossentropy")
            if found is not None:
                yield found


@operator("loop-categorical-to-sparse", "KER130 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """``CategoricalCrossentropy`` of a loop -> ``Sparse...``; the labels are one-hot."""
    for loop in _loops(p):
        labels = _labels(p, loop)
        if loop.word == "categorical_crossentropy" and labels is not None:
            found = _other_loss(p, loop, "sparse_categorical_crossentropy")
            if found is not None and labels.kind == "onehot":
                yield found


@operator("loop-labels-with-all-outputs", "KER136")
def _(p: Program) -> Iterator[Candidate]:
    """The loss of a loop becomes ``mean((labels - outputs) ** 2)``, over one output unit.

    The labels are class numbers of shape (n,), and the output has the shape (n, 1).
    """
    for loop in _loops(p):
        labels, head = _labels(p, loop), loop.head
        tf = p.tensorflow(loop.call.lineno)
        if labels is None or labels.kind != "classes" or tf is None or head.units is None:
            continue
        if "cifar" in labels.source or head.layer.name != "Dense" or head.act != "linear":
            continue
        y, outputs = (p.source(each) for each in loop.call.args)
        text = f"{tf}.reduce_mean({tf}.square({tf}.cast({y}, {tf}.float32) - {outputs}))"
        yield Candidate([p.sub(head.units, "1"), p.sub(loop.call, text)], "", head.model)


# -- train_step


def _steps(p: Program) -> Iterator[tuple[ast.FunctionDef, str]]:
    """The ``train_step`` of models of the file, with the name of the class."""
    for node in p.nodes:
        if isinstance(node, ast.ClassDef) and len(node.bases) == 1:
            if canonical(p.path(node.bases[0]) or "") != "keras.Model":
                continue
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "train_step":
                    yield method, node.name


def _own_step(p: Program) -> Iterator[tuple[str, ast.Call, ast.Call]]:
    """``model = Own(inputs, outputs)``: the compile call, and the Dense layer of the outputs."""
    classes = {name for _, name in _steps(p)}
    for node in p.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        made, target = node.value, node.targets[0]
        if p.source(made.func) not in classes or len(made.args) != 2:
            continue
        outputs = p.source(made.args[1])
        if not outputs.isidentifier() or not isinstance(target, ast.Name):
            continue
        before = [
            s
            for s in p.nodes
            if isinstance(s, ast.Assign)
            and p.source(s.targets[0]) == outputs
            and s.lineno < node.lineno
        ]
        last = max(before, key=lambda s: s.lineno, default=None)
        after = [
            call
            for call in p.calls
            if p.source(call.func) == f"{target.id}.compile" and call.lineno > node.lineno
        ]
        value = last.value if last is not None else None
        if not after or not isinstance(value, ast.Call) or not isinstance(value.func, ast.Call):
            continue
        if p.what(value.func.func) == ("layers", "Dense"):
            yield p.source(made.func), after[0], value.func


@operator("train-step-softmax-of-one-unit", "KER101")
def _(p: Program) -> Iterator[Candidate]:
    """The ``Dense(1)`` of a model with a ``train_step`` of its own gets a softmax."""
    for _, _, dense in _own_step(p):
        if len(dense.args) == 1 and p.number(dense.args[0]) == 1 and not dense.keywords:
            edits = plain(p.add_arg(dense, 'activation="softmax"'))
            if edits:
                yield Candidate(edits)


@operator("train-step-other-loss", "KER102 KER103")
def _(p: Program) -> Iterator[Candidate]:
    """``compile(loss="mse")`` of such a model, over a linear unit -> a crossentropy.

    Only where the step uses the loss of ``compile``.
    """
    steps = {name: p.source(method) for method, name in _steps(p)}
    for name, compiled, dense in _own_step(p):
        loss = keyword_of(compiled, "loss")
        used = re.search(r"compute_loss\(|compiled_loss\(|self\.loss_fn\(", steps[name])
        if not used or loss is None or "mse" not in p.source(loss.value):
            continue
        if len(dense.args) == 1 and p.number(dense.args[0]) == 1 and not dense.keywords:
            for word in ("binary_crossentropy", "sparse_categorical_crossentropy"):
                yield Candidate([p.sub(loss.value, f'"{word}"')], word)


def _calls_of_self(p: Program, keyword: bool) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    """The only call of the model in a ``train_step``."""
    for method, _ in _steps(p):
        calls = [n for n in ast.walk(method) if isinstance(n, ast.Call)]
        found = [c for c in calls if p.source(c.func) == "self"]
        if len(found) == 1 and len(found[0].args) == 1:
            if (keyword_of(found[0], "training") is not None) is keyword:
                yield method, found[0]


@operator("train-step-predicts", "KER914")
def _(p: Program) -> Iterator[Candidate]:
    """``self(x, training=True)`` in a ``train_step`` -> ``self.predict(x)``."""
    for method, call in _calls_of_self(p, keyword=True):
        text = p.source(method)
        if "GradientTape" in text and "trainable_" in text and "self.losses" not in text:
            yield Candidate([p.sub(call, f"self.predict({p.source(call.args[0])})")])


@operator("train-step-changes-nothing", "KER915")
def _(p: Program) -> Iterator[Candidate]:
    """The gradients of a ``train_step`` are not applied."""
    for method, _ in _steps(p):
        for stmt in ast.walk(method):
            if not isinstance(stmt, ast.Expr) or not isinstance(stmt.value, ast.Call):
                continue
            word = p.source(stmt.value.func).rpartition(".")[2]
            if word not in ("apply_gradients", "apply"):
                continue
            marks = [
                Edit(p.start(n), p.start(n), "")
                for n in ast.walk(method)
                if isinstance(n, ast.Call) and p.source(n.func).endswith("tape.gradient")
            ]
            names = {
                leaf.id
                for n in ast.walk(method)
                if isinstance(n, ast.Assign) and "tape.gradient" in p.source(n.value)
                for leaf in ast.walk(n.targets[0])
                if isinstance(leaf, ast.Name)
            }
            read = [
                n.id
                for n in ast.walk(method)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id in names
            ]
            edits = plain(p.drop_stmt(stmt))
            if edits and len(marks) == 1 and len(read) == 1:
                yield Candidate([*edits, *marks])
