"""Faults about dropout, normalization, masks and the dtype of outputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import Candidate, classifier_heads, operator, plain
from tests.injection.programs import (
    CROSSENTROPIES,
    IMAGES,
    REGRESSION,
    Fit,
    Model,
    Program,
    argument,
    has_stars,
    keyword_of,
)


def _fits(p: Program) -> Iterator[tuple[Model, Fit]]:
    for model in p.models:
        for fit in model.fits:
            if not has_stars(fit.call) and not fit.cond:
                yield model, fit


@operator("keep-prob-as-rate", "KER405")
def _(p: Program) -> Iterator[Candidate]:
    """The rate of a dropout becomes a variable that says what is kept."""
    for call in p.calls:
        if p.what(call.func) != ("layers", "Dropout") or "keep_prob" in p.text:
            continue
        rate = argument(call, "Dropout", "rate")
        value = p.number(rate)
        body = p.doc.tree.body
        stmt = next((s for s in body if s.lineno <= call.lineno <= (s.end_lineno or 0)), None)
        if not isinstance(rate, ast.Constant) or value is None or not 0 < value < 0.5:
            continue
        if stmt is None or not p.alone(stmt) or getattr(stmt, "decorator_list", None):
            continue
        made = Edit(p.start(stmt), p.start(stmt), f"keep_prob = {1 - value:g}\n")
        yield Candidate([made, p.sub(rate, "keep_prob")])


def _with_batchnorm(p: Program) -> Iterator[tuple[Model, Fit, list[Edit]]]:
    """Models of Dense layers with another layer put in after a hidden one, and their only fit."""
    if "trainable" in p.text or "load_weights" in p.text or "train_on_batch" in p.text:
        return
    for model, fit in _fits(p):
        if len(model.fits) != 1 or argument(fit.call, "fit", "y") is None or not model.complete:
            continue
        hidden = next((layer for layer in model.layers[:-1] if layer.name == "Dense"), None)
        if hidden is None or fit.scope is not model.scope:
            continue
        found = p.insert_layer(hidden, "BatchNormalization", "")
        if found:
            yield model, fit, found


@operator("batch-of-one-sample", "KER411")
def _(p: Program) -> Iterator[Candidate]:
    """BatchNormalization of features, and ``batch_size=1``."""
    for model, fit, edits in _with_batchnorm(p):
        names = [layer.name for layer in model.layers]
        ranks = {"Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D"} & set(names)
        size = p.set_arg(fit.call, "fit", "batch_size", "1")
        if size is not None and ranks and names.index("Dense") > names.index(min(ranks)):
            yield Candidate([*edits, size], "", model)


@operator("few-steps-with-batchnorm", "KER413")
def _(p: Program) -> Iterator[Candidate]:
    """BatchNormalization, and one epoch in large batches of a data set whose size is known."""
    for model, fit, edits in _with_batchnorm(p):
        watched = {k.arg for k in fit.call.keywords} & {"validation_data", "validation_split"}
        if not watched or not any(f"{name}.load_data" in p.text for name in IMAGES):
            continue
        size = argument(fit.call, "fit", "batch_size")
        epochs = argument(fit.call, "fit", "epochs")
        if size is not None and epochs is not None:
            yield Candidate([*edits, p.sub(size, "4096"), p.sub(epochs, "2")], "", model)


@operator("float16-output", "KER921")
def _(p: Program) -> Iterator[Candidate]:
    """``mixed_float16`` for the whole program, set before the first layer of a model."""
    if "mixed_precision" in p.text or "dtype_policy" in p.text:
        return
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        every = (head.layer, *head.model.layers)
        lines = [each.call.lineno for each in every if hasattr(each.call, "lineno")]
        body = p.doc.tree.body
        first = next((s for s in body if (s.end_lineno or 0) >= min(lines)), None)
        root = p.root(head.layer.call)
        if len(lines) < 2 or first is None or root is None or not p.alone(first):
            continue
        if getattr(first, "decorator_list", None) or keyword_of(head.layer.call, "dtype"):
            continue
        text = f'{root}.mixed_precision.set_global_policy("mixed_float16")\n'
        yield Candidate([Edit(p.start(first), p.start(first), text)], "", head.model)


@operator("attention-mask-inverted", "KER143")
def _(p: Program) -> Iterator[Candidate]:
    """A causal mask that is 1 for the steps to hide, given to an attention layer of Keras."""
    made = {
        p.source(target)
        for node in p.nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if p.what(node.value.func) == ("layers", "MultiHeadAttention")
        for target in node.targets
    }
    for call in p.calls:
        func = call.func
        own = isinstance(func, ast.Call) and p.what(func.func) == ("layers", "MultiHeadAttention")
        if not own and p.source(func) not in made:
            continue
        root = p.root(call)
        if root is None or has_stars(call) or not call.args + call.keywords:
            continue
        mask = keyword_of(call, "attention_mask")
        others = [each for each in call.keywords if "mask" in (each.arg or "")]
        if len(others) > (mask is not None) or len(call.args) > 3:
            continue
        tf = root.removesuffix(".keras")
        lower = f"{root}.ops.tril({root}.ops.ones((8, 8)))"
        if tf != root:
            lower = f"{tf}.linalg.band_part({tf}.ones((8, 8)), -1, 0)"
        if mask is not None:
            edits = plain(p.sub(mask.value, f"1 - {lower}"))
        else:
            edits = plain(p.add_arg(call, f"attention_mask=1 - {lower}"))
        if edits:
            yield Candidate(edits)
