"""Faults in losses and metrics that do not fit the labels or the output."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import (
    Candidate,
    adversarial,
    classifier_heads,
    only_metrics,
    operator,
)
from tests.injection.programs import (
    CROSSENTROPIES,
    REGRESSION,
    Compile,
    Head,
    Program,
    argument,
    canonical,
    keyword_of,
)

SPARSE = ("sparse_categorical_crossentropy",)
CATEGORICAL = ("categorical_crossentropy",)


def accuracy(p: Program, head: Head, compiled: Compile) -> ast.Constant | None:
    """The string 'accuracy', where it is the only metric."""
    metrics = only_metrics(compiled, head)
    if not isinstance(metrics, ast.List) or len(metrics.elts) != 1:
        return None
    one = metrics.elts[0]
    known = isinstance(one, ast.Constant) and one.value in ("accuracy", "acc")
    return one if known and isinstance(one, ast.Constant) else None


def also(p: Program, one: ast.Constant, text: str) -> Candidate:
    """Another metric after the accuracy."""
    return Candidate([p.sub(one, f"{p.source(one)}, {text}")])


@operator("relu-before-softmax", "KER111")
def _(p: Program) -> Iterator[Candidate]:
    """The softmax of a Dense layer becomes relu, and a layer with the softmax follows."""
    for head, _ in classifier_heads(p, (*SPARSE, *CATEGORICAL)):
        if head.act == "softmax" and head.holder is head.layer:
            changed, added = (
                p.set_activation(head, "relu"),
                p.append_layer(head, "Activation", '"softmax"'),
            )
            if changed and added:
                yield Candidate([*changed, *added], "", head.model)


@operator("softplus-for-softmax", "KER122")
def _(p: Program) -> Iterator[Candidate]:
    """The activation of a classifier becomes softplus or elu."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        wanted = "sigmoid" if compiled.loss.word == "binary_crossentropy" else "softmax"
        if head.act != wanted or compiled.loss.from_logits is not False:
            continue
        for word in ("softplus", "elu"):
            edits = [p.sub(head.node, p.quoted(head.node, word))] if head.node else None
            if edits and isinstance(head.node, ast.Constant):
                yield Candidate(edits, word, head.model)


@operator("precision-of-class-numbers", "KER125")
def _(p: Program) -> Iterator[Candidate]:
    """``Precision()`` is added to the metrics of a classifier with class numbers as labels."""
    for head, compiled in classifier_heads(p, SPARSE):
        one, root = accuracy(p, head, compiled), p.root(compiled.call)
        if one is not None and root and head.act in ("softmax", "linear"):
            yield also(p, one, f"{root}.metrics.Precision()")


@operator("sparse-metric-of-one-hot", "KER125")
def _(p: Program) -> Iterator[Candidate]:
    """'accuracy' becomes 'sparse_categorical_accuracy' where the labels are one-hot."""
    for head, compiled in classifier_heads(p, CATEGORICAL):
        one = accuracy(p, head, compiled)
        if one is not None and head.act == "softmax":
            edits = [p.sub(one, p.quoted(one, "sparse_categorical_accuracy"))]
            yield Candidate(edits, "", head.model)


@operator("accuracy-of-several-labels", "KER127")
def _(p: Program) -> Iterator[Candidate]:
    """'binary_accuracy' of several sigmoid units becomes 'accuracy'."""
    for head, compiled in classifier_heads(p, ("binary_crossentropy",)):
        metrics = only_metrics(compiled, head)
        if head.act != "sigmoid" or p.number(head.units) in (None, 1):
            continue
        if not isinstance(metrics, ast.List):
            continue
        for one in metrics.elts:
            if isinstance(one, ast.Constant) and one.value == "binary_accuracy":
                yield Candidate([p.sub(one, p.quoted(one, "accuracy"))], "", head.model)


@operator("mae-of-class-numbers", "KER128")
def _(p: Program) -> Iterator[Candidate]:
    """'mae' is added to the metrics of a classifier with class numbers as labels."""
    for head, compiled in classifier_heads(p, SPARSE):
        one = accuracy(p, head, compiled)
        if one is not None and head.act == "softmax":
            yield also(p, one, p.quoted(one, "mae"))


@operator("top-k-of-all-classes", "KER129")
def _(p: Program) -> Iterator[Candidate]:
    """A top-k accuracy with as many places as there are classes."""
    for head, compiled in classifier_heads(p, (*SPARSE, *CATEGORICAL)):
        one, root, units = accuracy(p, head, compiled), p.root(compiled.call), p.number(head.units)
        if one is None or not root or units is None or units < 2 or head.act != "softmax":
            continue
        name = "Sparse" * (compiled.loss.word in SPARSE) + "TopKCategoricalAccuracy"
        yield also(p, one, f"{root}.metrics.{name}(k={int(units)})")


@operator("mean-iou-of-probabilities", "KER141")
def _(p: Program) -> Iterator[Candidate]:
    """``MeanIoU`` is added to the metrics of a classifier."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        one, root, units = accuracy(p, head, compiled), p.root(compiled.call), p.number(head.units)
        if one is not None and root and units is not None and head.act in ("softmax", "sigmoid"):
            yield also(p, one, f"{root}.metrics.MeanIoU(num_classes={max(2, int(units))})")


@operator("precision-of-two-classes", "KER142")
def _(p: Program) -> Iterator[Candidate]:
    """``Precision()`` is added to the metrics of two softmax units with one-hot labels."""
    for head, compiled in classifier_heads(p, CATEGORICAL):
        one, root = accuracy(p, head, compiled), p.root(compiled.call)
        if one is not None and root and head.act == "softmax" and p.number(head.units) == 2:
            yield also(p, one, f"{root}.metrics.Precision()")


@operator("precision-of-two-softmax-units", "KER142")
def _(p: Program) -> Iterator[Candidate]:
    """One sigmoid unit becomes two softmax units with one-hot labels, and ``Precision()``."""
    for head, compiled in classifier_heads(p, ("binary_crossentropy",)):
        labels, root = head.model.labels(), p.root(compiled.call)
        fits = head.model.fits
        if labels is None or labels.kind != "binary" or labels.dataset or root is None:
            continue
        if head.act != "sigmoid" or p.number(head.units) != 1 or len(fits) != 1:
            continue
        y, validation = (
            argument(fits[0].call, "fit", "y"),
            keyword_of(fits[0].call, "validation_data"),
        )
        one = accuracy(p, head, compiled)
        if not isinstance(y, ast.Name) or validation is not None or one is None:
            continue
        if head.units is None or compiled.loss.how != "string" or head.holder is not head.layer:
            continue
        edits = [
            p.sub(head.units, "2"),
            *(p.set_activation(head, "softmax") or []),
            p.sub(compiled.loss.node, '"categorical_crossentropy"'),
            p.sub(one, f"{p.source(one)}, {root}.metrics.Precision()"),
            p.sub(y, f"{root}.utils.to_categorical({y.id}, 2)"),
        ]
        yield Candidate(edits, "", head.model)


@operator("accuracy-of-tags", "KER127")
def _(p: Program) -> Iterator[Candidate]:
    """The samples of a classifier get a second label each, one sigmoid unit for each, and accuracy.

    The classes of the data set are numbers, and ``MultiLabelBinarizer`` makes a column of each.
    """
    for head, compiled in classifier_heads(p, SPARSE):
        labels, fits = head.model.labels(), head.model.fits
        if labels is None or labels.dataset or labels.kind != "classes" or len(fits) != 1:
            continue
        y, one = argument(fits[0].call, "fit", "y"), accuracy(p, head, compiled)
        if not isinstance(y, ast.Name) or keyword_of(fits[0].call, "validation_data"):
            continue
        if one is None or head.act != "softmax" or "cifar" in labels.source:
            continue
        if not p.alone(fits[0].stmt) or not re.search(r"mnist|load_digits", labels.source):
            continue
        place, indent = p.start(fits[0].stmt), " " * fits[0].stmt.col_offset
        tags = f"MultiLabelBinarizer().fit_transform([[each, 0] for each in {y.id}])"
        text = f"from sklearn.preprocessing import MultiLabelBinarizer\n{indent}tags = {tags}\n"
        edits = [
            *(p.set_activation(head, "sigmoid") or []),
            p.sub(compiled.loss.node, '"binary_crossentropy"'),
            p.sub(one, p.quoted(one, "accuracy")),
            Edit(place, place, text + indent),
            p.sub(y, "tags"),
        ]
        yield Candidate(edits, "", head.model)


def models_with_outputs(p: Program) -> Iterator[tuple[str, list[ast.expr]]]:
    """The names of models whose outputs are written as a list of two or more.

    Only names that the file gives to one value.
    """
    assigned = [n for n in p.nodes if isinstance(n, ast.Assign) and len(n.targets) == 1]
    names = Counter(n.targets[0].id for n in assigned if isinstance(n.targets[0], ast.Name))
    for stmt in assigned:
        call, target = stmt.value, stmt.targets[0]
        if not isinstance(call, ast.Call):
            continue
        if not isinstance(target, ast.Name) or names[target.id] > 1:
            continue
        path = canonical(p.path(call.func) or "")
        if not path.endswith(".Model"):
            continue
        outputs = argument(call, "Model", "outputs")
        if outputs is None and len(call.args) > 1:
            outputs = call.args[1]
        if isinstance(outputs, ast.List) and len(outputs.elts) > 1:
            yield target.id, outputs.elts


@operator("one-metric-for-two-outputs", "KER145")
def _(p: Program) -> Iterator[Candidate]:
    """A model with two outputs gets a list of one loss, or a list of one metric."""
    named = dict(models_with_outputs(p))
    for call in p.calls:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "compile":
            continue
        if not isinstance(func.value, ast.Name) or func.value.id not in named:
            continue
        loss = argument(call, "compile", "loss")
        if isinstance(loss, ast.List) and len(loss.elts) == len(named[func.value.id]):
            yield Candidate([p.sub(loss, f"[{p.source(loss.elts[0])}]")], "loss")
        edit = p.set_arg(call, "compile", "metrics", '["mae"]')
        if edit:
            yield Candidate([edit], "metrics")


@operator("labels-against-each-prediction", "KER730")
def _(p: Program) -> Iterator[Candidate]:
    """After the training, the error is computed by hand with labels (n,) and predictions (n, 1)."""
    for head, _ in classifier_heads(p, REGRESSION):
        model = head.model
        if p.number(head.units) != 1 or adversarial(p, model) or head.layer.name != "Dense":
            continue
        for fit in model.fits:
            labels = fit.labels
            x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
            if labels is None or labels.kind != "numbers" or labels.dataset or fit.cond:
                continue
            if not isinstance(x, ast.Name) or not isinstance(y, ast.Name):
                continue
            if not re.search(r"boston|california|make_regression|diabetes", labels.source):
                continue
            receiver = p.source(fit.call.func.value)  # type: ignore[attr-defined]
            text = f"print((({y.id} - {receiver}.predict({x.id})) ** 2).mean())"
            edit = p.insert_after(fit.stmt, text)
            if edit:
                yield Candidate([edit], "", model)
