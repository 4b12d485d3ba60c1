"""Faults in what is frozen, in what is saved and loaded, and in how layers are called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import Candidate, adversarial, operator, plain
from tests.injection.own_losses import PROBABILITIES, _as_loss, _heads
from tests.injection.programs import (
    CROSSENTROPIES,
    REGRESSION,
    Model,
    Program,
    has_stars,
    keyword_of,
)


def _settings(p: Program, value: bool) -> list[ast.Assign]:
    """The statements that set ``trainable`` to a constant."""
    return [
        node
        for node in p.nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and node.targets[0].attr == "trainable"
        and isinstance(node.value, ast.Constant)
        and node.value.value is value
    ]


@operator("all-frozen", "KER904")
def _(p: Program) -> Iterator[Candidate]:
    """``model.trainable = False`` after the ``compile`` of a model that ``fit`` trains."""
    if "trainable" in p.text:
        return
    for model in p.models:
        if adversarial(p, model):
            continue
        for compiled in model.compiles:
            fits = [f for f in model.fits if f.scope is compiled.scope and not f.cond]
            alone = len(model.compiles) == 1 and not compiled.cond
            if not alone or not any(f.stmt.lineno > compiled.stmt.lineno for f in fits):
                continue
            owner = compiled.call.func
            if isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name):
                edit = p.insert_after(compiled.stmt, f"{owner.value.id}.trainable = False")
                if edit:
                    yield Candidate([edit], "", model)


@operator("discriminator-stays-frozen", "KER933 KER904")
def _(p: Program) -> Iterator[Candidate]:
    """The line that unfreezes a discriminator before its ``train_on_batch`` is dropped."""
    on, off = _settings(p, True), _settings(p, False)
    if "train_on_batch" not in p.text or len(on) != 1 or not off:
        return
    edits = plain(p.drop_stmt(on[0]))
    if edits:
        yield Candidate([*edits, *(Edit(p.start(n), p.start(n), "") for n in off)])


@operator("dropout-training-true", "KER902")
def _(p: Program) -> Iterator[Candidate]:
    """``Dropout(0.5)(x)`` -> ``Dropout(0.5)(x, training=True)`` where the model predicts."""
    names = p.models[0].names if p.models else ()
    if not any(f"{name}.predict(" in p.text.replace("_" + name, "") for name in names):
        return
    if "(tf.keras.Model)" in p.text or "(keras.Model)" in p.text:
        return
    if len(p.models) != 1 or re.search(r"\bmodel\(", p.text):
        return
    for call in p.calls:
        if isinstance(call.func, ast.Call) and p.what(call.func.func) == ("layers", "Dropout"):
            if len(call.args) == 1 and not call.keywords:
                edits = plain(p.add_arg(call, "training=True"))
                if edits:
                    yield Candidate(edits)


def _loads(p: Program) -> Iterator[ast.Call]:
    for call in p.calls:
        if p.what(call.func)[1] == "load_model" and not has_stars(call):
            yield call


@operator("custom-objects-dropped", "KER810")
def _(p: Program) -> Iterator[Candidate]:
    """``load_model(path, custom_objects={...})`` loses its objects; the file saves the model."""
    if "register_keras_serializable" in p.text or ".save(" not in p.text:
        return
    for call in _loads(p):
        keyword = keyword_of(call, "custom_objects")
        compiling = keyword_of(call, "compile")
        if keyword is None or not call.args or compiling is not None:
            continue
        if p.text.count(p.source(call.args[0])) > 1:
            edits = plain(p.drop_arg(call, keyword.value))
            if edits:
                yield Candidate(edits)


def _saved_and_loaded(p: Program, model: Model) -> Edit | None:
    """After its only ``fit``, a model is saved and loaded again."""
    fits = [fit for fit in model.fits if fit.method == "fit" and not fit.cond]
    name = p.source(fits[0].call.func.value) if len(fits) == 1 else ""  # type: ignore[attr-defined]
    root = p.root(fits[0].call) if fits else None
    if root is None or not name.isidentifier() or not p.alone(fits[0].stmt):
        return None
    indent = " " * fits[0].stmt.col_offset
    text = f'{name}.save("copy.keras")\n{indent}copy = {root}.models.load_model("copy.keras")'
    return p.insert_after(fits[0].stmt, text)


def _registers(p: Program) -> bool:
    return bool(re.search(r"register_keras_serializable|custom_object|enable_unsafe", p.text))


@operator("lambda-saved-and-loaded", "KER809 KER812")
def _(p: Program) -> Iterator[Candidate]:
    """A Lambda layer is put after a hidden one, and the model is saved and loaded, in Keras 3."""
    if p.keras_2 or _registers(p):
        return
    for model in p.models:
        hidden = next((layer for layer in model.layers[:-1] if layer.name == "Dense"), None)
        edit = _saved_and_loaded(p, model)
        if hidden is None or hidden.cond or edit is None:
            continue
        found = p.insert_layer(hidden, "Lambda", "lambda t: t * 2.0")
        if found:
            yield Candidate([*found, edit], "", model)


@operator("own-loss-saved-and-loaded", "KER810")
def _(p: Program) -> Iterator[Candidate]:
    """The loss becomes a function of the file, and the model is saved and loaded, in Keras 3."""
    if p.keras_2 or _registers(p):
        return
    lines = "def own_loss(y_true, y_pred):\n    return 2.0 * $word(y_true, y_pred)"
    for head, compiled in _heads(p, CROSSENTROPIES | REGRESSION, ("linear", *PROBABILITIES)):
        edit = _saved_and_loaded(p, head.model)
        edits = _as_loss(p, head, compiled, lines, "own_loss")
        if edit is not None and edits and len(head.model.compiles) == 1:
            yield Candidate([*edits, edit], "", head.model)


@operator("unsafe-load", "KER812")
def _(p: Program) -> Iterator[Candidate]:
    """``load_model(path)`` -> ``load_model(path, safe_mode=False)`` in a file that saves none."""
    if ".save(" in p.text or "save_model" in p.text or "ModelCheckpoint" in p.text:
        return
    for call in _loads(p):
        if keyword_of(call, "safe_mode") is None and call.args and p.root(call.func) is not None:
            edits = plain(p.add_arg(call, "safe_mode=False"))
            if edits:
                yield Candidate(edits)


@operator("rescaling-as-lambda", "KER809 KER812")
def _(p: Program) -> Iterator[Candidate]:
    """``Rescaling(1 / 255)`` -> a Lambda layer, in a file that saves and loads the model."""
    if not re.search(r"\.save\([^)]*\.(keras|h5)", p.text) or len(p.models) != 1:
        return
    for call in p.calls:
        if p.what(call.func) == ("layers", "Rescaling") and not call.keywords:
            new = p.sibling(call.func, "Lambda")
            if new is not None:
                name, edits = new
                yield Candidate([p.sub(call, f"{name}(lambda t: t / 255.0)"), *edits])


@operator("target-shares-layers", "KER934")
def _(p: Program) -> Iterator[Candidate]:
    """``clone_model(model)`` -> a model over the same layers, where weights are copied to it."""
    if not re.search(r"set_weights\([\w.]+\.get_weights\(\)\)", p.text):
        return
    for call in p.calls:
        if p.what(call.func)[1] == "clone_model" and len(call.args) == 1 and not call.keywords:
            root, source = p.root(call.func), p.source(call.args[0])
            if root is not None:
                yield Candidate([p.sub(call, f"{root}.Model({source}.inputs, {source}.outputs)")])
