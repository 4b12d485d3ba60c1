"""Faults in training loops with a GradientTape, and in functions that TensorFlow traces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import Candidate, operator, plain
from tests.injection.programs import Program, has_stars, keyword_of

_CROSSENTROPIES = re.compile(r"(Binary|Categorical|SparseCategorical)Crossentropy$")


def _around(p: Program, node: ast.AST, *kinds: type[ast.AST]) -> ast.AST | None:
    """The innermost node of these kinds around another one."""
    found: ast.AST | None = p.parent.get(node)
    while found is not None and not isinstance(found, kinds):
        found = p.parent.get(found)
    return found


def _tape(p: Program, node: ast.AST) -> ast.With | None:
    """The tape that records a piece of code in the same function."""
    found = _around(p, node, ast.With, ast.FunctionDef, ast.Lambda)
    while isinstance(found, ast.With):
        if any("GradientTape" in p.source(item.context_expr) for item in found.items):
            return found
        found = _around(p, found, ast.With, ast.FunctionDef, ast.Lambda)
    return None


def _gradients(p: Program, root: ast.AST) -> Iterator[tuple[ast.Assign, set[str]]]:
    """The gradients that are taken of something in a function, with the names they get."""
    for node in ast.walk(root):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            func = node.value.func
            if isinstance(func, ast.Attribute) and func.attr == "gradient":
                yield node, {n.id for t in node.targets for n in ast.walk(t) if hasattr(n, "id")}


@operator("gradients-not-applied", "KER915")
def _(p: Program) -> Iterator[Candidate]:
    """``optimizer.apply_gradients(...)`` is dropped after a ``tape.gradient()``."""
    for stmt in p.nodes:
        if not isinstance(stmt, ast.Expr) or not isinstance(stmt.value, ast.Call):
            continue
        func = stmt.value.func
        if not isinstance(func, ast.Attribute) or func.attr != "apply_gradients":
            continue
        used = {n.id for n in ast.walk(stmt.value) if isinstance(n, ast.Name)}
        root = _around(p, stmt, ast.FunctionDef, ast.Module)
        edits = plain(p.drop_stmt(stmt))
        if root is None or edits is None:
            continue
        for node, names in _gradients(p, root):
            # Nothing else looks at them.
            others = [
                n
                for n in ast.walk(root)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id in names
            ]
            inside = set(map(id, ast.walk(stmt)))
            if names & used and all(id(n) in inside for n in others):
                mark = Edit(p.start(node), p.start(node), "")
                yield Candidate([*edits, mark])
                break


@operator("tape-without-training", "KER916")
def _(p: Program) -> Iterator[Candidate]:
    """``training=True`` is dropped in a GradientTape loop, with Dropout or BN in the file.

    Not where the file makes several models at its top, as the loop may be that of another one, and
    not for a layer that is called by itself.
    """
    if not re.search(r"Dropout\(|BatchNormalization\(", p.text):
        return
    if len(re.findall(r"^model = ", p.text, re.MULTILINE)) > 1:
        return
    for call in p.calls:
        flag = keyword_of(call, "training")
        if flag is not None and p.source(flag.value) == "True" and len(call.args) == 1:
            name = re.escape(p.source(call.func))
            if re.search(rf"{name} = \S*(BatchNormalization|Dropout)\(", p.text):
                continue
            if _tape(p, call) is not None:
                edits = plain(p.drop_arg(call, flag.value))
                if edits:
                    yield Candidate(edits)


@operator("predict-on-tape", "KER914")
def _(p: Program) -> Iterator[Candidate]:
    """``model(x, training=True)`` on a tape -> ``model.predict(x)``, for the one model there."""
    for call in p.calls:
        flag = keyword_of(call, "training")
        tape = _tape(p, call)
        if flag is None or tape is None or len(call.args) != 1 or len(call.keywords) != 1:
            continue
        name = p.source(call.func)
        root = _around(p, tape, ast.FunctionDef, ast.Module)
        text = p.text if root is None or isinstance(root, ast.Module) else p.source(root)
        if (
            f"{name}.trainable_" not in text
            or f"{name}.losses" in text
            or ".sparse_softmax_cross_entropy(" in text
        ):
            continue
        calls = [c for c in ast.walk(tape) if isinstance(c, ast.Call) and keyword_of(c, "training")]
        if len(calls) == 1 and f"{name}(" not in p.source(tape).replace(p.source(call), ""):
            yield Candidate([p.sub(call, f"{name}.predict({p.source(call.args[0])})")])


def _losses(p: Program) -> dict[str, ast.Call]:
    """The crossentropies that get a name once."""
    found: dict[str, ast.Call] = {}
    for node in p.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target = node.targets[0]
            module, name = p.what(node.value.func)
            if isinstance(target, ast.Name) and module == "losses" and _CROSSENTROPIES.match(name):
                again = re.findall(rf"^\s*{target.id}\s*=[^=]", p.text, re.MULTILINE)
                if len(again) == 1:
                    found[target.id] = node.value
    return found


def _taped_losses(p: Program) -> Iterator[tuple[ast.Call, ast.Call]]:
    """Calls of a crossentropy on a tape with the output of a model, and where it is made."""
    made = _losses(p)
    for call in p.calls:
        if not isinstance(call.func, ast.Name) or call.func.id not in made or call.keywords:
            continue
        tape = _tape(p, call)
        if tape is None or len(call.args) != 2 or has_stars(call):
            continue
        labels, outputs = call.args
        if not isinstance(labels, ast.Name) or not isinstance(outputs, ast.Name):
            continue
        for node in ast.walk(tape):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                target = node.targets[0]
                called = keyword_of(node.value, "training") is not None
                if called and isinstance(target, ast.Name) and target.id == outputs.id:
                    yield call, made[call.func.id]


@operator("outputs-before-labels", "KER917")
def _(p: Program) -> Iterator[Candidate]:
    """``loss_fn(y, outputs)`` on a tape -> ``loss_fn(outputs, y)``."""
    for call, _made in _taped_losses(p):
        labels, outputs = call.args
        if re.search(r"y|label|target", p.source(labels)):
            yield Candidate([p.sub(labels, p.source(outputs)), p.sub(outputs, p.source(labels))])


@operator("loop-from-logits-dropped", "KER103")
def _(p: Program) -> Iterator[Candidate]:
    """``from_logits=True`` is dropped from the crossentropy of a GradientTape loop."""
    done: set[int] = set()
    for _call, made in _taped_losses(p):
        flag = keyword_of(made, "from_logits")
        if flag is not None and p.source(flag.value) == "True" and id(made) not in done:
            done.add(id(made))
            edits = plain(p.drop_arg(made, flag.value))
            if edits:
                yield Candidate(edits)


@operator("variable-in-function", "KER932")
def _(p: Program) -> Iterator[Candidate]:
    """A function decorated with ``tf.function`` begins by making a variable."""
    for node in p.nodes:
        if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1:
            continue
        tf = p.tensorflow(node.lineno)
        if tf is None or p.source(node.decorator_list[0]) != f"{tf}.function":
            continue
        first = node.body[0]
        if isinstance(first, (ast.Assign, ast.With)) and "GradientTape" in p.source(node):
            place = p.start(first)
            indent = " " * first.col_offset
            yield Candidate([Edit(place, place, f"scale = {tf}.Variable(1.0)\n{indent}")])
