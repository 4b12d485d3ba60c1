"""Faults in settings of losses, layers, schedules, ``fit`` and callbacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.injection.arrays import _numpy
from tests.injection.documents import Edit
from tests.injection.faults import _callbacks, _fits, _optimizer_calls
from tests.injection.operators import Candidate, operator, plain
from tests.injection.programs import Program, argument, has_stars, keyword_of, variety


@operator("loss-misspelt", "KER014")
def _(p: Program) -> Iterator[Candidate]:
    """A loss given as a string gets a name that Keras does not know."""
    for model in p.models:
        for compiled in model.compiles:
            loss = argument(compiled.call, "compile", "loss")
            if isinstance(loss, ast.Constant) and isinstance(loss.value, str):
                if len(loss.value) > 8:
                    wrong = loss.value.replace("crossentropy", "cross_entropi")
                    wrong = wrong if wrong != loss.value else f"{loss.value}s_"
                    yield Candidate([p.sub(loss, p.quoted(loss, wrong))], "", model)


@operator("private-import", "KER009")
def _(p: Program) -> Iterator[Candidate]:
    """``from tensorflow.keras...`` -> ``from tensorflow.python.keras...``."""
    for node in p.nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "tensorflow.keras.layers":
            if isinstance(p.parent.get(node), ast.Module):
                place = p.start(node)
                start = (place[0], place[1] + len("from "))
                end = (start[0], start[1] + len(node.module))
                if p.between(start, end) == node.module:
                    yield Candidate([Edit(start, end, "tensorflow.python.keras.layers")])


@operator("units-as-float", "KER523")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(64)`` -> ``Dense(64.0)``."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Dense") and not has_stars(call):
            units = argument(call, "Dense", "units")
            if isinstance(units, ast.Constant) and type(units.value) is int and units.value > 1:
                yield Candidate([p.sub(units, f"{units.value}.0")])


_SIZES = (
    ("Dense", "units"),
    ("Embedding", "input_dim"),
    ("Embedding", "output_dim"),
    ("GRU", "units"),
    ("LSTM", "units"),
    ("RepeatVector", "n"),
)


@operator("size-of-numpy", "KER525")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(64)`` -> ``Dense(np.prod((1, 64)))``, and other numbers of NumPy."""
    for call in p.calls:
        kind = p.what(call.func)[1] if p.what(call.func)[0] == "layers" else ""
        around = p.parent.get(call)
        wraps = isinstance(around, ast.Call) and p.what(around.func)[1] == "Bidirectional"
        np = _numpy(p, call.lineno)
        if np is None or wraps or has_stars(call):
            continue
        for name in (word for layer, word in _SIZES if layer == kind):
            size = argument(call, kind, name)
            if not isinstance(size, ast.Constant) or type(size.value) is not int or size.value < 2:
                continue
            number = size.value
            forms = (
                f"{np}.int64({number})",
                f"{np}.prod((1, {number}))",
                f"{np}.max([1, {number}])",
                f"{np}.arange({number}).max() + 1",
            )
            yield Candidate([p.sub(size, forms[variety(p, call, len(forms))])])


@operator("steps-as-fraction", "KER708")
def _(p: Program) -> Iterator[Candidate]:
    """``steps_per_epoch=a // b`` -> ``steps_per_epoch=a / b``."""
    for model, fit in _fits(p):
        keyword = keyword_of(fit.call, "steps_per_epoch")
        if keyword is not None and isinstance(keyword.value, ast.BinOp):
            if isinstance(keyword.value.op, ast.FloorDiv):
                text = p.source(keyword.value)
                if text.count("//") == 1:
                    yield Candidate([p.sub(keyword.value, text.replace("//", "/"))], "", model)


@operator("two-kinds-of-weights", "KER711")
def _(p: Program) -> Iterator[Candidate]:
    """``class_weight`` and ``sample_weight`` in one ``fit``."""
    for model, fit in _fits(p):
        if keyword_of(fit.call, "sample_weight") is not None or has_stars(fit.call):
            continue
        if keyword_of(fit.call, "class_weight") is None:
            continue
        y = argument(fit.call, "fit", "y")
        if y is not None:
            edits = plain(p.add_arg(fit.call, f"sample_weight={p.source(y)}"))
            if edits:
                yield Candidate(edits, "", model)


@operator("name-in-file-path", "KER806")
def _(p: Program) -> Iterator[Candidate]:
    """The file of a ``ModelCheckpoint`` is named by a metric that no model logs."""
    for call, name in _callbacks(p):
        keyword = keyword_of(call, "filepath")
        path = keyword.value if keyword else (call.args[0] if call.args else None)
        if name == "ModelCheckpoint" and isinstance(path, ast.Constant):
            text = str(path.value)
            if text.endswith((".keras", ".h5")) and "{" not in text:
                end = text[text.rindex(".") :]
                yield Candidate([p.sub(path, p.quoted(path, "best-{val_akk:.2f}" + end))])


@operator("decay-above-one", "KER610")
def _(p: Program) -> Iterator[Candidate]:
    """``ExponentialDecay(decay_rate=0.9)`` -> ``decay_rate=1.9``."""
    for call in p.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "ExponentialDecay":
            rate = keyword_of(call, "decay_rate")
            if rate is not None and isinstance(rate.value, ast.Constant):
                yield Candidate([p.sub(rate.value, "1.9")])


@operator("schedule-and-plateau", "KER611")
def _(p: Program) -> Iterator[Candidate]:
    """The learning rate becomes a schedule, although ``ReduceLROnPlateau`` is to set it."""
    plateaus = [call for call, name in _callbacks(p) if name == "ReduceLROnPlateau"]
    if not plateaus or len(p.models) != 1:
        return
    for call, _ in _optimizer_calls(p):
        root, keyword = p.root(call), keyword_of(call, "learning_rate")
        if root is not None and keyword is not None and isinstance(keyword.value, ast.Constant):
            schedule = f"{root}.optimizers.schedules.ExponentialDecay(0.001, 1000, 0.9)"
            yield Candidate([p.sub(keyword.value, schedule)])


@operator("layers-pop", "KER925")
def _(p: Program) -> Iterator[Candidate]:
    """``model.layers.pop()`` before the model is compiled."""
    for model in p.models:
        for compiled in model.compiles:
            call = compiled.call
            if isinstance(compiled.stmt, ast.Expr) and isinstance(call.func, ast.Attribute):
                name = p.source(call.func.value)
                if name.isidentifier() and p.alone(compiled.stmt):
                    edit = p.insert_after(compiled.stmt, f"{name}.layers.pop()")
                    if edit is not None:
                        yield Candidate([edit], "", model)


@operator("class-without-parentheses", "KER936")
def _(p: Program) -> Iterator[Candidate]:
    """``Flatten()`` -> ``Flatten``: a layer, an optimizer or a callback loses its parentheses."""
    for call in p.calls:
        module, name = p.what(call.func)
        around = p.parent.get(call)
        if module == "layers" and name[:1].isupper() and name != "Input":
            listed = isinstance(around, ast.List) and isinstance(p.parent.get(around), ast.Call)
            of = p.parent[around].func if listed else None
            added = isinstance(around, ast.Call) and p.source(around.func).endswith(".add")
            if added or (of is not None and p.what(of) == ("models", "Sequential")):
                yield Candidate([p.sub(call, p.source(call.func))], "layer")
        elif module == "optimizers" and isinstance(around, ast.keyword):
            holder = p.parent.get(around)
            if isinstance(holder, ast.Call) and p.source(holder.func).endswith(".compile"):
                yield Candidate([p.sub(call, p.source(call.func))], "optimizer")


@operator("layer-of-tensor", "KER936")
def _(p: Program) -> Iterator[Candidate]:
    """``Flatten()(x)`` -> ``Flatten(x)``."""
    for call in p.calls:
        made = call.func
        if not isinstance(made, ast.Call) or made.args or made.keywords or len(call.args) != 1:
            continue
        if p.what(made.func)[0] == "layers" and not has_stars(call):
            yield Candidate([p.sub(made, p.source(made.func))])
