"""Faults in losses and metrics of one's own: a string becomes a function, a lambda or a class."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

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
    has_stars,
    variety,
)

BINARY = ("binary_crossentropy",)
_OPS = {"tf": {"log": "math.log", "mean": "reduce_mean", "sum": "reduce_sum"}}
_FUNCTION = re.compile(r"@(\w+)")


def _written(p: Program, node: ast.AST, text: str) -> str | None:
    """A text in which ``@mean`` is the function of TensorFlow or Keras, as people write it."""
    tf, root = p.tensorflow(node.lineno), p.root(node)
    kind = variety(p, node, 3)
    if tf is not None and kind:
        return _FUNCTION.sub(lambda word: f"{tf}.{_OPS['tf'].get(word[1], word[1])}", text)
    if root is None:
        return None
    if "." in root and kind == 0 and not any(w in text for w in ("not_equal", "cast(")):
        return _FUNCTION.sub(lambda word: f"{root}.backend.{word[1]}", text)
    return _FUNCTION.sub(lambda word: f"{root}.ops.{word[1]}", text)


def _before(p: Program, compiled: Compile, lines: str) -> Edit | None:
    """The definition of something just before the model is compiled."""
    row = p.doc.lines[compiled.stmt.lineno - 1]
    indent = re.match(r"\s*", row)[0]
    if not p.alone(compiled.stmt):
        return None
    place = (compiled.stmt.lineno, len(indent))
    body = "\n".join(indent + line if line else line for line in lines.split("\n"))
    return Edit(place, place, f"{body.lstrip()}\n\n{indent}")


def _heads(
    p: Program, losses: Iterable[str], acts: Iterable[str]
) -> Iterator[tuple[Head, Compile]]:
    """Heads of one output that are trained with a loss that is a string."""
    for head, compiled in classifier_heads(p, losses):
        if head.act not in acts or compiled.loss.how != "string" or has_stars(compiled.call):
            continue
        if head.model.kind == "multi" or adversarial(p, head.model):
            continue
        yield head, compiled


def _as_loss(p: Program, head: Head, compiled: Compile, lines: str, name: str) -> list[Edit]:
    """The loss of a model is replaced by something that is defined before.

    ``$word`` is the function of Keras that was its loss.
    """
    lines = lines.replace("$word", f"{p.root(compiled.call)}.losses.{compiled.loss.word}")
    text = _written(p, compiled.call, lines)
    edit = _before(p, compiled, text) if text is not None else None
    return [edit, p.sub(compiled.loss.node, name)] if edit is not None else []


def _as_metric(p: Program, head: Head, compiled: Compile, lines: str, name: str) -> list[Edit]:
    """The same for the metrics."""
    text = _written(p, compiled.call, lines)
    edit = _before(p, compiled, text) if text is not None else None
    metrics = only_metrics(compiled, head)
    if edit is None or (metrics is not None and not isinstance(metrics, ast.List)):
        return []
    there = p.set_arg(compiled.call, "compile", "metrics", f"[{name}]")
    return [edit, there] if there is not None else []


def _with_loss(words: str, losses: Iterable[str], acts: Iterable[str], name: str, *texts: str):
    """An operator that puts one of several losses in the place of a string."""

    def find(p: Program) -> Iterator[Candidate]:
        for head, compiled in _heads(p, losses, acts):
            text = texts[variety(p, compiled.call, len(texts))]
            yield Candidate(_as_loss(p, head, compiled, text, name), "", head.model)

    find.__doc__ = words
    return find


PROBABILITIES = ("sigmoid", "softmax")

operator("loss-rounds", "KER908")(
    _with_loss(
        "The loss of a classifier compares the rounded output with the labels.",
        CROSSENTROPIES,
        PROBABILITIES,
        "error_rate",
        "def error_rate(y_true, y_pred):\n    return @mean(@abs(y_true - @round(y_pred)))",
        "def error_rate(y_true, y_pred):\n"
        "    y_pred = @round(y_pred)\n"
        "    hits = @sum(y_true * y_pred)\n"
        "    return 1 - 2 * hits / (@sum(y_true) + @sum(y_pred) + 1e-7)",
        "def hits_of(y_true, y_pred):\n"
        "    return @mean(@round(y_pred) * y_true)\n\n"
        "def error_rate(y_true, y_pred):\n"
        "    return 1 - hits_of(y_true, y_pred)",
    )
)


@operator("rounded-output", "KER908")
def _(p: Program) -> Iterator[Candidate]:
    """A Lambda layer that rounds, or takes the largest, at the end of a classifier."""
    for head, compiled in _heads(p, CROSSENTROPIES, PROBABILITIES):
        tf = p.tensorflow(compiled.call.lineno)
        if tf is None or head.model.kind == "loose" or not head.model.complete:
            continue
        text = (f"lambda t: {tf}.round(t)", f"{tf}.round", f"lambda t: {tf}.argmax(t, axis=-1)")
        edits = p.append_layer(head, "Lambda", text[variety(p, head.layer.call, 3)])
        if edits is not None:
            yield Candidate(edits, "", head.model)


operator("loss-sign-only", "KER908")(
    _with_loss(
        "The loss of a regression looks at the sign of the error only.",
        REGRESSION,
        ("linear",),
        "direction",
        "def direction(y_true, y_pred):\n    return @mean(@abs(@sign(y_true - y_pred)))",
    )
)
operator("loss-without-return", "KER913")(
    _with_loss(
        "A loss function that returns nothing.",
        REGRESSION | CROSSENTROPIES,
        ("linear", *PROBABILITIES),
        "own_loss",
        "def own_loss(y_true, y_pred):\n    error = @mean(@square(y_true - y_pred))\n    2 * error",
    )
)
operator("loss-with-three-arguments", "KER913")(
    _with_loss(
        "A loss function that wants a third argument.",
        REGRESSION | CROSSENTROPIES,
        ("linear", *PROBABILITIES),
        "own_loss",
        "def own_loss(y_true, y_pred, weight):\n"
        "    return weight * @mean(@square(y_true - y_pred))",
        "def own_loss(y_true, y_pred, x, beta=1.0):\n"
        "    return @mean(@abs(y_true - y_pred)) + beta * @mean(x)",
    )
)
operator("loss-maker-as-loss", "KER913")(
    _with_loss(
        "The function that makes a loss is given instead of the loss.",
        REGRESSION | CROSSENTROPIES,
        ("linear", *PROBABILITIES),
        "own_loss",
        "def own_loss(weight=2.0, power=1.0):\n"
        "    def loss(y_true, y_pred):\n"
        "        return weight * @mean(@square(y_true - y_pred)) ** power\n"
        "    return loss",
    )
)


@operator("loss-ignores-output", "KER913")
def _(p: Program) -> Iterator[Candidate]:
    """A loss function that looks at the labels only, and nothing else trains the model."""
    texts = (
        "def own_loss(y_true, y_pred):\n    return @mean(@square(y_true - y_true))",
        "def own_loss(y_true, y_pred):\n    return @sum(@abs(y_true)) / 32.0",
    )
    for head, compiled in _heads(p, REGRESSION | CROSSENTROPIES, ("linear", *PROBABILITIES)):
        layers = head.model.layers
        if head.model.kind == "loose" or not head.model.complete or "add_loss" in p.text:
            continue
        if all(layer.name and "regularizer" not in p.source(layer.call) for layer in layers):
            text = texts[variety(p, compiled.call, 2)]
            yield Candidate(_as_loss(p, head, compiled, text, "own_loss"), "", head.model)


operator("loss-negated", "KER913")(
    _with_loss(
        "The squared error with a minus.",
        REGRESSION,
        ("linear",),
        "own_loss",
        "def own_loss(y_true, y_pred):\n    return -@mean(@square(y_true - y_pred))",
        "def own_loss(y_true, y_pred):\n    return -1.0 * @mean((y_pred - y_true) ** 2, axis=-1)",
    )
)
operator("crossentropy-without-minus", "KER913")(
    _with_loss(
        "The crossentropy without its minus.",
        CROSSENTROPIES,
        PROBABILITIES,
        "own_loss",
        "def own_loss(y_true, y_pred):\n"
        "    return @mean(@sum(y_true * @log(y_pred + 1e-7), axis=-1))",
    )
)
operator("score-as-loss", "KER913")(
    _with_loss(
        "The Dice coefficient or IoU as a loss, without the minus.",
        CROSSENTROPIES,
        PROBABILITIES,
        "own_loss",
        "def own_loss(y_true, y_pred):\n"
        "    both = @sum(y_true * y_pred)\n"
        "    return (2.0 * both + 1.0) / (@sum(y_true) + @sum(y_pred) + 1.0)",
        "def own_loss(y_true, y_pred):\n"
        "    both = @sum(y_true * y_pred, axis=-1)\n"
        "    return @mean(both / (@sum(y_true + y_pred, axis=-1) - both + 1e-6))",
    )
)
operator("loss-parameters-swapped", "KER910")(
    _with_loss(
        "A loss that weighs too low and too high differently, with its parameters swapped.",
        REGRESSION | CROSSENTROPIES,
        ("linear", *PROBABILITIES),
        "own_loss",
        "def own_loss(y_pred, y_true):\n"
        "    error = y_true - y_pred\n"
        "    return @mean(@maximum(0.8 * error, -0.2 * error))",
        "def own_loss(predictions, labels):\n"
        "    return @mean((1 + 2 * labels) * @square(labels - predictions), axis=-1)",
    )
)
operator("crossentropy-called-swapped", "KER910")(
    _with_loss(
        "A loss of one's own calls a crossentropy of Keras with the predictions first.",
        ("binary_crossentropy", "categorical_crossentropy"),
        PROBABILITIES,
        "own_loss",
        "def own_loss(y_true, y_pred):\n    return 2.0 * $word(y_pred, y_true)",
        "def own_loss(y_true, y_pred, share=0.1):\n"
        "    return $word(y_pred, y_true) + share * @mean(@square(y_true - y_pred))",
    )
)
operator("log-of-linear-output", "KER911")(
    _with_loss(
        "The likelihood of a Poisson distribution, over an output without an activation.",
        REGRESSION,
        ("linear",),
        "own_loss",
        "def own_loss(y_true, y_pred):\n    return @mean(y_pred - y_true * @log(y_pred))",
        "def own_loss(y_true, y_pred):\n"
        "    return @mean(y_pred - y_true * @log(y_pred + 1e-7), axis=-1)",
    )
)


@operator("numpy-in-loss", "KER909")
def _(p: Program) -> Iterator[Candidate]:
    """A loss or metric that is computed with NumPy."""
    np = next((name for name, path in p.names.items() if path == "numpy"), None)
    for head, compiled in _heads(
        p, REGRESSION | CROSSENTROPIES, ("linear", *PROBABILITIES) if np is not None else ()
    ):
        if p.since.get(np, compiled.call.lineno) >= compiled.call.lineno:
            continue
        lines = f"def own(y_true, y_pred):\n    return {np}.mean({np}.square(y_true - y_pred))"
        kind = variety(p, compiled.call, 2)
        edits = (_as_loss, _as_metric)[kind](p, head, compiled, lines, "own")
        yield Candidate(edits, ("loss", "metric")[kind], head.model)


RMSE = (
    "def rmse(y_true, y_pred):\n    return @sqrt(@mean(@square(y_pred - y_true), axis=-1))",
    "def rmse(y_true, y_pred):\n"
    "    error = @square(y_true - y_pred)\n"
    "    return @mean(error, axis=-1) ** 0.5",
)


@operator("rmse-of-each-sample", "KER144")
def _(p: Program) -> Iterator[Candidate]:
    """The root of the mean over the last axis, as the loss or metric of one linear unit."""
    for head, compiled in _heads(p, REGRESSION, ("linear",)):
        if p.number(head.units) != 1 or head.model.kind == "loose":
            continue
        kind = variety(p, compiled.call, 2)
        put = (_as_loss, _as_metric)[kind]
        edits = put(p, head, compiled, RMSE[variety(p, head.layer.call, 2)], "rmse")
        yield Candidate(edits, ("loss", "metric")[kind], head.model)


def _one_axis(p: Program, head: Head) -> bool:
    """Whether the labels are seen to have one axis: a column of a table, or those of a dataset."""
    labels = head.model.labels()
    if labels is not None and labels.dataset and labels.kind in ("numbers", "binary"):
        return True
    targets = {p.source(y) for f in head.model.fits if (y := argument(f.call, "fit", "y"))}
    return len(targets) == 1 and all(
        name.isidentifier()
        and re.search(rf"^\s*{name} = \w+\.pop\(['\"]\w+['\"]\)$", p.text, re.MULTILINE)
        and len(re.findall(rf"^\s*{name} ?=", p.text, re.MULTILINE)) == 1
        for name in targets
    )


@operator("each-with-all", "KER136")
def _(p: Program) -> Iterator[Candidate]:
    """A metric, or a loss class, that subtracts an output (n, 1) from labels (n,)."""
    for head, compiled in _heads(p, REGRESSION | set(BINARY), ("linear", "sigmoid")):
        if p.number(head.units) != 1 or not head.model.complete or not _one_axis(p, head):
            continue
        root = p.root(compiled.call)
        if variety(p, compiled.call, 2) and root is not None:
            text = (
                f"class Squared({root}.losses.Loss):\n"
                "    def call(self, y_true, y_pred):\n"
                "        return @mean(@square(y_true - y_pred))"
            )
            yield Candidate(_as_loss(p, head, compiled, text, "Squared()"), "loss", head.model)
        else:
            text = "def spread(y_true, y_pred):\n    return @mean(@abs(y_true - y_pred))"
            yield Candidate(_as_metric(p, head, compiled, text, "spread"), "metric", head.model)


# -- layers and weights that Keras does not see


def _in_call(p: Program) -> Iterator[tuple[ast.FunctionDef, str]]:
    """The ``call`` of layers and models of the file, and what the file writes for ``keras``."""
    for node in p.nodes:
        if not isinstance(node, ast.ClassDef) or node.col_offset or len(node.bases) != 1:
            continue
        base = p.path(node.bases[0]) or ""
        if canonical(base) not in ("keras.layers.Layer", "keras.Model", "keras.Layer"):
            continue
        method = next(
            (m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "call"), None
        )
        root = p.root(node)
        if method is not None and root is not None and not method.decorator_list:
            yield method, root


@operator("layer-made-in-call", "KER919")
def _(p: Program) -> Iterator[Candidate]:
    """``return x`` at the end of a ``call`` becomes ``return Dense(8)(x)``."""
    for method, root in _in_call(p):
        last = method.body[-1]
        if not isinstance(last, ast.Return) or not isinstance(last.value, (ast.Name, ast.Call)):
            continue
        layer = ("Dense(8)", "LayerNormalization()", "Dropout(0.3)")[variety(p, last, 3)]
        yield Candidate([p.sub(last.value, f"{root}.layers.{layer}({p.source(last.value)})")])


@operator("layer-in-lambda", "KER918")
def _(p: Program) -> Iterator[Candidate]:
    """A hidden Dense layer of a list is made before the model, and called in a Lambda layer."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        model = head.model
        if not model.complete or model.kind != "list" or not p.alone(model.stmt):
            continue
        for layer in model.layers:
            if layer.name != "Dense" or layer is head.layer or layer.items is None:
                continue
            if layer.call not in layer.items.elts or layer.call is layer.items.elts[0]:
                continue
            root = p.root(layer.call)
            if root is None or layer.cond or has_stars(layer.call):
                continue
            row = p.doc.lines[model.stmt.lineno - 1]
            indent = re.match(r"\s*", row)[0]
            place = (model.stmt.lineno, len(indent))
            made = Edit(place, place, f"inner = {p.source(layer.call)}\n{indent}", silent=True)
            used = p.sub(layer.call, f"{root}.layers.Lambda(lambda t: inner(t))")
            yield Candidate([made, used], "", model)
            break
