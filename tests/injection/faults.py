"""Faults in heads, losses, labels, layers, inputs, optimizers, training, and names."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator

from tests.injection.documents import Edit
from tests.injection.operators import (
    Candidate,
    adversarial,
    classifier_heads,
    kernel_text,
    loss_text,
    only_metrics,
    operator,
    plain,
    unsupervised,
)
from tests.injection.programs import (
    CLASSES,
    CONV,
    CROSSENTROPIES,
    IMAGES,
    LOSS_CLASSES,
    POOL,
    REGRESSION,
    RNN,
    Compile,
    Fit,
    Head,
    Layer,
    Model,
    Program,
    activation_text,
    argument,
    canonical,
    has_stars,
    keyword_of,
)

# -- A. activation, units, loss


@operator("units-1-under-softmax", "KER101 KER102")
def _(p: Program) -> Iterator[Candidate]:
    """A Dense layer with softmax gets one unit: ``Dense(10, 'softmax')`` becomes ``Dense(1)``."""
    seen = set()
    for head, _ in classifier_heads(
        p, ("categorical_crossentropy", "sparse_categorical_crossentropy")
    ):
        if head.act == "softmax" and head.units is not None and p.number(head.units) != 1:
            if id(head.layer.call) not in seen:
                seen.add(id(head.layer.call))
                yield Candidate([p.sub(head.units, "1")], "head", head.model)
    for call in p.calls:
        if p.what(call.func) == ("layers", "Dense") and id(call) not in seen:
            units = argument(call, "Dense", "units")
            if p.activation(argument(call, "Dense", "activation")) == "softmax":
                if units is not None and p.number(units) != 1 and not has_stars(call):
                    yield Candidate([p.sub(units, "1")], "any Dense")


@operator("classes-constant-1", "KER101")
def _(p: Program) -> Iterator[Candidate]:
    """``num_classes = 10`` -> ``1``, which is the number of units of a softmax head."""
    for head, _ in classifier_heads(
        p, ("categorical_crossentropy", "sparse_categorical_crossentropy")
    ):
        units = head.units
        if head.act != "softmax" or not isinstance(units, ast.Name):
            continue
        if not isinstance(p.constants.get(units.id), int):
            continue
        for node in p.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                    if node.targets[0].id == units.id:
                        mark = p.start(head.layer.call)
                        yield Candidate(
                            [p.sub(node.value, "1"), Edit(mark, mark, "")], "", head.model
                        )


@operator("softmax-for-sigmoid", "KER101")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(1, activation='sigmoid')`` -> softmax."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Dense") and not has_stars(call):
            node = argument(call, "Dense", "activation")
            if p.activation(node) == "sigmoid" and p.number(argument(call, "Dense", "units")) == 1:
                yield Candidate([p.sub(node, activation_text(p, node, "softmax"))])


@operator("softmax-for-sigmoid-layer", "KER101")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(1)`` with ``Activation('sigmoid')`` behind it -> ``Activation('softmax')``."""
    for head, _ in classifier_heads(p, ("binary_crossentropy",)):
        if head.holder is not head.layer and head.act == "sigmoid" and head.node is not None:
            if p.number(head.units) == 1:
                yield Candidate(p.set_activation(head, "softmax"), "", head.model)


@operator("softmax-on-regression", "KER101")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(1)`` without activation under mse gets a softmax."""
    for head, _ in classifier_heads(p, REGRESSION):
        if head.act == "linear" and head.holder is None and p.number(head.units) == 1:
            edits = plain(p.add_arg(head.layer.call, 'activation="softmax"'))
            if edits:
                yield Candidate(edits, "", head.model)


def _to_words(words: str, under: Iterable[str], acts: Iterable[str], target: str | None):
    """Heads with one of ``acts`` under one of these losses: give them another activation."""

    def find(p: Program) -> Iterator[Candidate]:
        for head, compiled in classifier_heads(p, under):
            if head.act not in acts or compiled.loss.from_logits is not False:
                continue
            edits = p.drop_activation(head) if target is None else p.set_activation(head, target)
            if edits:
                note = f"{compiled.loss.how} loss"
                if head.layer is not head.model.layers[-1] and head.holder is head.layer:
                    note += ", TimeDistributed"
                if head.layer.name != "Dense":
                    note += f", {head.layer.name}"
                if head.holder is not head.layer:
                    note += ", activation layer"
                yield Candidate(edits, note, head.model)

    find.__doc__ = words
    return find


BOTH = ("softmax", "sigmoid")
operator("head-activation-dropped", "KER103")(
    _to_words(
        "The activation of a head under a crossentropy on probabilities is taken away.",
        CROSSENTROPIES, BOTH, None,
    )
)  # fmt: skip
operator("head-relu", "KER104")(
    _to_words("The head of a classifier gets a relu.", CROSSENTROPIES, BOTH, "relu")
)
operator("head-tanh", "KER105")(
    _to_words("The head of a classifier gets a tanh.", CROSSENTROPIES, BOTH, "tanh")
)
operator("sigmoid-for-softmax", "KER106 KER140")(
    _to_words(
        "softmax -> sigmoid under a categorical crossentropy.",
        ("categorical_crossentropy", "sparse_categorical_crossentropy"), ("softmax",), "sigmoid",
    )
)  # fmt: skip


@operator("binary-loss-on-softmax", "KER107 KER140")
def _(p: Program) -> Iterator[Candidate]:
    """``categorical_crossentropy`` -> ``binary_crossentropy`` over a softmax of several units."""
    for head, compiled in classifier_heads(p, ("categorical_crossentropy",)):
        if head.act == "softmax" and compiled.loss.how == "string":
            node = compiled.loss.node
            edits = [p.sub(node, loss_text(p, node, "binary_crossentropy"))]
            yield Candidate(edits, "", head.model)


@operator("softmax-for-several-sigmoids", "KER107 KER108 KER110")
def _(p: Program) -> Iterator[Candidate]:
    """Several sigmoid units under ``binary_crossentropy`` (several labels) -> softmax."""
    for head, _compiled in classifier_heads(p, ("binary_crossentropy",)):
        units = p.number(head.units)
        if head.act == "sigmoid" and units is not None and units > 1 and head.node is not None:
            if not unsupervised(p, head.model):
                yield Candidate(p.set_activation(head, "softmax"), "", head.model)


@operator("from-logits-on-object", "KER109")
def _(p: Program) -> Iterator[Candidate]:
    """``from_logits=True`` is added to the loss object over a softmax or sigmoid head."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        loss = compiled.loss
        if head.act in BOTH and loss.how == "object" and loss.from_logits is False:
            flag = keyword_of(loss.node, "from_logits")
            edit = (
                p.sub(flag.value, "True")
                if flag is not None
                else p.add_arg(loss.node, "from_logits=True")
            )
            if edit:
                yield Candidate([edit], "", head.model)


@operator("from-logits-for-string", "KER109")
def _(p: Program) -> Iterator[Candidate]:
    """A string loss over softmax or sigmoid -> the object with ``from_logits=True``."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        root = p.root(compiled.call)
        if root and head.act in BOTH and compiled.loss.how == "string":
            name = next(n for n, w in LOSS_CLASSES.items() if w == compiled.loss.word)
            text = f"{root}.losses.{name}(from_logits=True)"
            yield Candidate([p.sub(compiled.loss.node, text)], "", head.model)


@operator("activation-before-logits", "KER109")
def _(p: Program) -> Iterator[Candidate]:
    """A linear head under ``from_logits=True`` gets the activation as well."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        if head.act == "linear" and head.holder is None and compiled.loss.from_logits is True:
            word = "sigmoid" if compiled.loss.word.startswith("binary") else "softmax"
            edits = plain(p.add_arg(head.layer.call, f'activation="{word}"'))
            if edits:
                yield Candidate(edits, "", head.model)


@operator("from-logits-dropped", "KER103")
def _(p: Program) -> Iterator[Candidate]:
    """``from_logits=True`` is dropped from the loss of a linear head."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        loss = compiled.loss
        if head.act == "linear" and loss.how == "object" and loss.from_logits is True:
            flag = keyword_of(loss.node, "from_logits")
            edits = plain(p.drop_arg(loss.node, flag.value))
            if edits:
                yield Candidate(edits, "", head.model)


@operator("string-for-logits-loss", "KER103")
def _(p: Program) -> Iterator[Candidate]:
    """The loss object with ``from_logits=True`` over a linear head -> the string."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        loss = compiled.loss
        if head.act == "linear" and loss.how == "object" and loss.from_logits is True:
            if any(loss.node is n for n in ast.walk(compiled.call)):
                yield Candidate([p.sub(loss.node, f'"{loss.word}"')], "", head.model)


@operator("softmax-twice", "KER110")
def _(p: Program) -> Iterator[Candidate]:
    """A Softmax layer behind a head that has a softmax."""
    for head, _ in classifier_heads(
        p, ("categorical_crossentropy", "sparse_categorical_crossentropy")
    ):
        if head.act == "softmax":
            found = p.append_layer(head, "Activation", '"softmax"')
            if found:
                yield Candidate(found, "Activation", head.model)


@operator("one-unit-categorical", "KER102")
def _(p: Program) -> Iterator[Candidate]:
    """``binary_crossentropy`` over one sigmoid unit -> ``categorical_crossentropy``."""
    for head, compiled in classifier_heads(p, ("binary_crossentropy",)):
        if head.act == "sigmoid" and p.number(head.units) == 1 and compiled.loss.how == "string":
            node = compiled.loss.node
            edits = [p.sub(node, loss_text(p, node, "categorical_crossentropy"))]
            yield Candidate(edits, "", head.model)


@operator("one-linear-unit-sparse", "KER102 KER103")
def _(p: Program) -> Iterator[Candidate]:
    """A softmax head under the sparse crossentropy -> one sigmoid unit."""
    for head, _ in classifier_heads(p, ("sparse_categorical_crossentropy",)):
        if head.act == "softmax" and head.units is not None and head.holder is head.layer:
            edits = [p.sub(head.units, "1"), *p.set_activation(head, "sigmoid")]
            yield Candidate(edits, "", head.model)


@operator("mse-on-classes", "KER115 KER116 KER126")
def _(p: Program) -> Iterator[Candidate]:
    """A categorical crossentropy -> ``mse`` with accuracy kept; softmax head, labels visible."""
    for head, compiled in classifier_heads(
        p, ("categorical_crossentropy", "sparse_categorical_crossentropy")
    ):
        labels = head.model.labels()
        metrics = only_metrics(compiled, head)
        if head.act != "softmax" or labels is None or metrics is None:
            continue
        if "acc" in p.source(metrics) and labels.kind in ("onehot", "classes"):
            node = compiled.loss.node
            edits = [p.sub(node, loss_text(p, node, "mean_squared_error"))]
            yield Candidate(edits, labels.source, head.model)


@operator("accuracy-on-regression", "KER126")
def _(p: Program) -> Iterator[Candidate]:
    """``metrics=['accuracy']`` beside mse or mae and a linear head."""
    for head, compiled in classifier_heads(p, REGRESSION):
        model = head.model
        if head.act != "linear" or adversarial(p, model) or model.kind == "multi":
            continue
        metrics = only_metrics(compiled, head)
        if metrics is not None and not (isinstance(metrics, ast.List) and metrics.elts):
            continue
        if metrics is not None and "acc" in p.source(metrics).lower():
            continue
        if has_stars(compiled.call):
            continue
        edit = p.set_arg(compiled.call, "compile", "metrics", '["accuracy"]')
        if edit:
            yield Candidate([edit], "metrics replaced" if metrics else "metrics added", model)


@operator("sparse-to-categorical", "KER131 KER132 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """``sparse_categorical_crossentropy`` -> ``categorical_...``; class numbers visible."""
    yield from _swap(p, "sparse_categorical_crossentropy", "categorical_crossentropy", "classes")


@operator("categorical-to-sparse", "KER130 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """``categorical_crossentropy`` -> ``sparse_...``; one-hot labels visible."""
    yield from _swap(p, "categorical_crossentropy", "sparse_categorical_crossentropy", "onehot")


def _swap(p: Program, old: str, new: str, kind: str) -> Iterator[Candidate]:
    for head, compiled in classifier_heads(p, (old,)):
        labels = head.model.labels()
        if labels is None or labels.kind != kind or head.act not in ("softmax", "linear"):
            continue
        loss = compiled.loss
        if loss.how == "string":
            edit = p.sub(loss.node, p.quoted(loss.node, new))
        elif (
            loss.how == "object"
            and isinstance(loss.node.func, ast.Attribute)
            and not loss.node.args
            and all(k.arg == "from_logits" for k in loss.node.keywords)
        ):
            name = next(n for n, w in LOSS_CLASSES.items() if w == new)
            edit = p.sub(loss.node.func, f"{p.source(loss.node.func.value)}.{name}")
        else:
            continue
        yield Candidate([edit], labels.source, head.model)


ONE_HOT = re.compile(r"to_categorical|one_hot|get_dummies|OneHotEncoder|LabelBinarizer")
NUMBERS = re.compile(
    r"datasets\.|load_data\(|LabelEncoder|_dataset_from_directory|tfds\.load|class_mode"
)


def elsewhere(p: Program, loss: str) -> Iterator[tuple[Head, Compile]]:
    """Softmax heads that are trained on labels which this reader cannot follow."""
    for head, compiled in classifier_heads(p, (loss,)):
        if head.act not in ("softmax", "linear") or head.model.kind == "multi":
            continue
        if head.model.labels() is None and not unsupervised(p, head.model):
            if head.model.fits or head.model.kind == "loose" and re.search(r"\.fit\(", p.text):
                yield head, compiled


@operator("categorical-to-sparse-labels-elsewhere", "KER130 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """``categorical_crossentropy`` -> ``sparse_...``; the one-hot labels come from a function, a
    generator or the like in the same file (that the program is right says that they are one-hot).
    """
    if ONE_HOT.search(p.text):
        for head, compiled in elsewhere(p, "categorical_crossentropy"):
            node = compiled.loss.node
            if compiled.loss.how == "string":
                edits = [p.sub(node, p.quoted(node, "sparse_categorical_crossentropy"))]
                yield Candidate(edits, "", head.model)


@operator("sparse-to-categorical-labels-elsewhere", "KER131 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """``sparse_categorical_crossentropy`` -> ``categorical_...``; labels from somewhere else."""
    if NUMBERS.search(p.text):
        for head, compiled in elsewhere(p, "sparse_categorical_crossentropy"):
            node = compiled.loss.node
            if compiled.loss.how == "string":
                edits = [p.sub(node, p.quoted(node, "categorical_crossentropy"))]
                yield Candidate(edits, "", head.model)


@operator("mse-on-classes-labels-elsewhere", "KER115 KER116 KER126")
def _(p: Program) -> Iterator[Candidate]:
    """A categorical crossentropy -> ``mse`` with accuracy kept; labels from somewhere else."""
    for loss, words in (
        ("categorical_crossentropy", ONE_HOT),
        ("sparse_categorical_crossentropy", NUMBERS),
    ):
        if not words.search(p.text):
            continue
        for head, compiled in elsewhere(p, loss):
            metrics = only_metrics(compiled, head)
            if head.act == "softmax" and metrics is not None and "acc" in p.source(metrics):
                node = compiled.loss.node
                edits = [p.sub(node, loss_text(p, node, "mean_squared_error"))]
                yield Candidate(edits, "", head.model)


@operator("one-hot-not-made", "KER131 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """The ``to_categorical`` of ``keras.datasets`` labels is dropped; categorical loss."""
    for head, _ in classifier_heads(p, ("categorical_crossentropy",)):
        labels = head.model.labels()
        if labels is None or labels.source != "to_categorical" or head.act != "softmax":
            continue
        made = [
            s
            for s, cond in p.module.body
            if isinstance(s, ast.Assign)
            and isinstance(s.value, ast.Call)
            and p.what(s.value.func)[1] == "to_categorical"
            and isinstance(s.targets[0], ast.Name)
            and isinstance(s.value.args[0], ast.Name)
            and s.targets[0].id == s.value.args[0].id
            and not cond
        ]
        if 0 < len(made) <= 3 and any(
            re.search(rf"keras\.datasets\.({'|'.join(CLASSES)})", path)
            or path in ("keras.datasets",)
            for path in p.names.values()
        ):
            # The place to tell is the loss, or the labels.
            compiled = head.model.compiles[0]
            marks = [p.sub(compiled.loss.node, p.source(compiled.loss.node))]
            edits = plain(*(p.drop_stmt(s) for s in made))
            if edits and not any(c.cond for c in head.model.compiles):
                yield Candidate([*edits, *marks], labels.source, head.model)


@operator("units-one-fewer-sparse", "KER132 KER137")
def _(p: Program) -> Iterator[Candidate]:
    """The head has one unit fewer than there are classes (known data set, class numbers)."""
    yield from _fewer(p, "sparse_categorical_crossentropy", "classes", -1)


@operator("units-one-fewer-onehot", "KER137 KER135")
def _(p: Program) -> Iterator[Candidate]:
    """The head has one unit fewer than there are classes (one-hot labels of known width)."""
    yield from _fewer(p, "categorical_crossentropy", "onehot", -1)


@operator("units-too-many-sparse", "KER137")
def _(p: Program) -> Iterator[Candidate]:
    """The head has ten units more than there are classes (known data set, class numbers)."""
    yield from _fewer(p, "sparse_categorical_crossentropy", "classes", 10)


def _fewer(p: Program, loss: str, kind: str, delta: int) -> Iterator[Candidate]:
    for head, _ in classifier_heads(p, (loss,)):
        labels = head.model.labels()
        if labels is None or labels.kind != kind or labels.count is None or labels.count < 3:
            continue
        units = p.number(head.units)
        counted = isinstance(head.units, ast.Name) and re.fullmatch(
            r"len\(n(um)?p(y)?\.unique\(\w+\)\)", p.once(head.units.id)
        )
        if head.act not in ("softmax", "linear") or not (units == labels.count or counted):
            continue
        if isinstance(head.units, ast.Name):
            text = f"{head.units.id} {'-' if delta < 0 else '+'} {abs(delta)}"
        else:
            text = str(int(units) + delta)
        yield Candidate([p.sub(head.units, text)], labels.source, head.model)


@operator("labels-from-one", "KER132")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> ``fit(x, y + 1)`` under the sparse crossentropy (known data set)."""
    for head, _ in classifier_heads(p, ("sparse_categorical_crossentropy",)):
        labels = head.model.labels()
        if labels is None or labels.count is None or p.number(head.units) != labels.count:
            continue
        for fit in head.model.fits:
            y = argument(fit.call, "fit", "y")
            if isinstance(y, ast.Name) and fit.method == "fit" and not fit.cond:
                yield Candidate([p.sub(y, f"{y.id} + 1")], labels.source, head.model)


@operator("labels-minus-one-and-one", "KER133")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(x, y)`` -> ``fit(x, 2 * y - 1)`` under the binary crossentropy (labels known 0/1)."""
    for head, _ in classifier_heads(p, ("binary_crossentropy",)):
        labels = head.model.labels()
        if labels is None or labels.kind != "binary" or labels.dataset:
            continue
        for fit in head.model.fits:
            y = argument(fit.call, "fit", "y")
            if isinstance(y, ast.Name) and fit.method == "fit" and not fit.cond:
                yield Candidate([p.sub(y, f"2 * {y.id} - 1")], labels.source, head.model)


@operator("bounded-head-on-regression", "KER113")
def _(p: Program) -> Iterator[Candidate]:
    """A linear head on the housing prices gets a sigmoid or tanh."""
    for head, _ in classifier_heads(p, REGRESSION):
        labels = head.model.labels()
        if head.act == "linear" and head.holder is None and labels is not None:
            if labels.kind == "numbers" and p.number(head.units) == 1:
                for word in (*BOTH[1:], "tanh"):
                    edits = plain(p.add_arg(head.layer.call, f'activation="{word}"'))
                    if edits:
                        yield Candidate(edits, labels.source, head.model)


@operator("crossentropy-on-numbers", "KER116 KER103 KER133")
def _(p: Program) -> Iterator[Candidate]:
    """mse on the housing prices -> ``binary_crossentropy``."""
    for head, compiled in classifier_heads(p, REGRESSION):
        labels = head.model.labels()
        if labels is not None and labels.kind == "numbers" and head.act == "linear":
            edits = [p.sub(compiled.loss.node, '"binary_crossentropy"')]
            yield Candidate(edits, labels.source, head.model)


@operator("crossentropy-over-linear-regression", "KER103 KER116 KER133")
def _(p: Program) -> Iterator[Candidate]:
    """mse over one linear unit -> ``binary_crossentropy``, whatever the targets are."""
    for head, compiled in classifier_heads(p, REGRESSION):
        if head.act == "linear" and p.number(head.units) == 1 and not adversarial(p, head.model):
            edits = [p.sub(compiled.loss.node, '"binary_crossentropy"')]
            yield Candidate(edits, "", head.model)


@operator("threshold-on-logits", "KER123")
def _(p: Program) -> Iterator[Candidate]:
    """One sigmoid unit under a binary crossentropy with accuracy -> raw value, from_logits=True."""
    for head, compiled in classifier_heads(p, ("binary_crossentropy",)):
        metrics = only_metrics(compiled, head)
        root = p.root(compiled.call)
        if root is None or head.act != "sigmoid" or p.number(head.units) != 1 or not metrics:
            continue
        if not re.fullmatch(r"\[\s*['\"](acc|accuracy)['\"]\s*,?\s*\]", p.source(metrics)):
            continue
        edits = p.drop_activation(head)
        if edits:
            loss = f"{root}.losses.BinaryCrossentropy(from_logits=True)"
            edits = [*edits, p.sub(compiled.loss.node, loss)]
            yield Candidate(edits, "", head.model)


@operator("hinge-on-sigmoid", "KER117")
def _(p: Program) -> Iterator[Candidate]:
    """``binary_crossentropy`` over one sigmoid unit -> ``hinge``."""
    for head, compiled in classifier_heads(p, ("binary_crossentropy",)):
        if head.act == "sigmoid" and p.number(head.units) == 1:
            yield Candidate([p.sub(compiled.loss.node, '"hinge"')], "", head.model)


@operator("kl-on-linear", "KER118")
def _(p: Program) -> Iterator[Candidate]:
    """A categorical crossentropy -> ``kl_divergence``, and the head loses its softmax."""
    for head, compiled in classifier_heads(p, ("categorical_crossentropy",)):
        if head.act == "softmax":
            edits = p.drop_activation(head)
            if edits:
                edits = [*edits, p.sub(compiled.loss.node, '"kl_divergence"')]
                yield Candidate(edits, "", head.model)


@operator("poisson-on-linear", "KER119")
def _(p: Program) -> Iterator[Candidate]:
    """mse over a linear head -> ``poisson``."""
    for head, compiled in classifier_heads(p, REGRESSION):
        if head.act == "linear" and not adversarial(p, head.model):
            yield Candidate([p.sub(compiled.loss.node, '"poisson"')], "", head.model)


@operator("cosine-on-one-unit", "KER120")
def _(p: Program) -> Iterator[Candidate]:
    """mse over one unit -> ``cosine_similarity``."""
    for head, compiled in classifier_heads(p, REGRESSION):
        if p.number(head.units) == 1 and not adversarial(p, head.model):
            yield Candidate([p.sub(compiled.loss.node, '"cosine_similarity"')], "", head.model)


@operator("log-softmax-as-probabilities", "KER121")
def _(p: Program) -> Iterator[Candidate]:
    """softmax -> ``log_softmax`` under a crossentropy on probabilities."""
    for head, compiled in classifier_heads(
        p, ("categorical_crossentropy", "sparse_categorical_crossentropy")
    ):
        if head.act == "softmax" and compiled.loss.from_logits is False:
            edits = p.set_activation(head, "log_softmax")
            if edits:
                yield Candidate(edits, "", head.model)


@operator("double-sigmoid", "KER111")
def _(p: Program) -> Iterator[Candidate]:
    """A sigmoid layer behind a head that has a sigmoid."""
    for head, _ in classifier_heads(p, ("binary_crossentropy",)):
        if head.act == "sigmoid":
            found = p.append_layer(head, "Activation", '"sigmoid"')
            if found:
                yield Candidate(found, "", head.model)


# -- B. metrics


@operator("metrics-bare-string", "KER139")
def _(p: Program) -> Iterator[Candidate]:
    """``metrics=['accuracy']`` -> ``metrics='accuracy'``, of a model that is made in the file."""
    for call in p.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
            if not p.is_model(call.func.value):
                continue
            keyword = keyword_of(call, "metrics")
            if keyword is not None and isinstance(keyword.value, ast.List):
                one = keyword.value.elts
                if len(one) == 1 and isinstance(one[0], ast.Constant):
                    yield Candidate([p.sub(keyword.value, p.source(one[0]))])


@operator("metric-of-other-encoding", "KER125")
def _(p: Program) -> Iterator[Candidate]:
    """'accuracy' -> 'categorical_accuracy' under the sparse crossentropy."""
    for head, compiled in classifier_heads(p, ("sparse_categorical_crossentropy",)):
        metrics = only_metrics(compiled, head)
        if isinstance(metrics, ast.List) and len(metrics.elts) == 1:
            one = metrics.elts[0]
            if isinstance(one, ast.Constant) and one.value in ("accuracy", "acc"):
                edits = [p.sub(one, p.quoted(one, "categorical_accuracy"))]
                yield Candidate(edits, "", head.model)


@operator("exact-accuracy", "KER124")
def _(p: Program) -> Iterator[Candidate]:
    """'accuracy' -> ``keras.metrics.Accuracy()`` on probabilities."""
    for head, compiled in classifier_heads(p, CROSSENTROPIES):
        metrics = only_metrics(compiled, head)
        root = p.root(compiled.call)
        if root and head.act in BOTH and isinstance(metrics, ast.List) and len(metrics.elts) == 1:
            one = metrics.elts[0]
            if isinstance(one, ast.Constant) and one.value in ("accuracy", "acc"):
                yield Candidate([p.sub(one, f"{root}.metrics.Accuracy()")], "", head.model)


# -- C. initialisers


def _hidden(head: Head) -> list[Layer]:
    last = (head.layer, head.holder)
    return [x for x in head.model.layers if x not in last and x.real not in last]


@operator("zeros-kernels-relu", "KER202 KER201")
def _(p: Program) -> Iterator[Candidate]:
    """``kernel_initializer='zeros'`` on every hidden Dense with a relu."""
    if "load_weights" in p.text or "set_weights" in p.text:
        return
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        chosen = [
            x for x in _hidden(head)
            if x.name == "Dense" and p.activation(x.arg("activation")) == "relu" and not x.cond
            and keyword_of(x.call, "kernel_initializer") is None and not has_stars(x.call)
            and keyword_of(x.call, "bias_initializer") is None
        ]  # fmt: skip
        if chosen and head.model.complete:
            text = f"kernel_initializer={kernel_text(p, chosen[0].call, True)}"
            edits = plain(*(p.add_arg(x.call, text) for x in chosen))
            if edits and len({e.start for e in edits}) == len(edits):
                yield Candidate(edits, f"{len(edits)} layers", head.model)


@operator("ones-kernels-everywhere", "KER201")
def _(p: Program) -> Iterator[Candidate]:
    """``kernel_initializer='ones'`` on every Dense and Conv layer of a plain stack."""
    if "load_weights" in p.text or "set_weights" in p.text:
        return
    fine = ("Dense", "Flatten", "Input", "InputLayer", "Activation", *CONV[:3], *POOL)
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        layers = head.model.layers
        if not head.model.complete or any(x.name not in fine or x.cond for x in layers):
            continue
        chosen = [x for x in layers if x.name in ("Dense", *CONV[:3])]
        if len(chosen) < 2 or any(keyword_of(x.call, "kernel_initializer") for x in chosen):
            continue
        if not any((p.number(x.arg("units") or x.arg("filters")) or 2) > 1 for x in chosen[:-1]):
            continue
        text = f"kernel_initializer={kernel_text(p, chosen[0].call, False)}"
        edits = plain(*(p.add_arg(x.call, text) for x in chosen))
        if edits and len({e.start for e in edits}) == len(edits):
            yield Candidate(edits, f"{len(edits)} layers", head.model)


@operator("huge-initial-weights", "KER205")
def _(p: Program) -> Iterator[Candidate]:
    """``RandomNormal(stddev=10)`` on every Dense of a plain stack."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        chosen = [x for x in head.model.layers if x.name == "Dense" and not x.cond]
        root = p.root(chosen[0].call) if chosen else None
        if not root or not head.model.complete or len(chosen) < 2:
            continue
        if any(keyword_of(x.call, "kernel_initializer") or has_stars(x.call) for x in chosen):
            continue
        text = f"kernel_initializer={root}.initializers.RandomNormal(stddev=10.0)"
        edits = plain(*(p.add_arg(x.call, text) for x in chosen))
        if edits and len({e.start for e in edits}) == len(edits):
            yield Candidate(edits, "", head.model)


# -- D. activations


def _wide(p: Program, left: Layer, right: Layer) -> bool:
    """Whether a Dense or Conv layer is certainly as wide as the next."""
    if keyword_of(left.call, "kernel_constraint") or keyword_of(right.call, "kernel_constraint"):
        return False
    size = p.number(left.arg("units") or left.arg("filters"))
    after = p.number(right.arg("units") or right.arg("filters"))
    return size is not None and after is not None and size >= after


@operator("all-hidden-activations-dropped", "KER301")
def _(p: Program) -> Iterator[Candidate]:
    """The activations of all hidden Dense layers of a Dense stack are taken away."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        if not head.model.complete or unsupervised(p, head.model) or adversarial(p, head.model):
            continue
        chain = [x for x in head.model.layers if x.name not in ("Dropout", "Activation")]
        dense = [x for x in chain if x.name == "Dense"]
        rest = [x.name for x in chain if x.name != "Dense"]
        if len(dense) < 3 or any(n not in ("Input", "InputLayer", "Flatten") for n in rest):
            continue
        if any(x.name == "Activation" and x is not head.holder for x in head.model.layers):
            continue
        hidden = dense[:-1]
        acts = [x.arg("activation") for x in hidden]
        if any(p.activation(a) in ("linear", "") or x.cond for a, x in zip(acts, hidden)):
            continue
        if not any(_wide(p, a, b) for a, b in itertools.pairwise(dense)):
            continue
        edits = plain(*(p.drop_arg(x.call, a) for x, a in zip(hidden, acts)))
        if edits and len({id(x.call) for x in hidden}) == len(hidden):
            yield Candidate(edits, f"{len(hidden)} hidden", head.model)


@operator("one-hidden-activation-dropped", "KER301")
def _(p: Program) -> Iterator[Candidate]:
    """The activation of a hidden Dense before another Dense (or Dropout and Dense) is dropped."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        if not head.model.complete or unsupervised(p, head.model) or adversarial(p, head.model):
            continue
        chain = [x for x in head.model.layers if x.name != "Dropout"]
        for one, after in itertools.pairwise(chain):
            if one.name != "Dense" or after.name != "Dense" or one.cond or after.cond:
                continue
            node = one.arg("activation")
            if node is None or p.activation(node) not in ("relu", "tanh", "elu", "selu"):
                continue
            if _wide(p, one, after):
                edits = plain(p.drop_arg(one.call, node))
                if edits:
                    last = "before the head" if after is head.layer else "inside"
                    yield Candidate(edits, last, head.model)


@operator("activation-layer-dropped", "KER301")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(n)``, ``Activation('relu')``, ``Dense(m)``: the activation layer is dropped."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        if not head.model.complete or unsupervised(p, head.model) or adversarial(p, head.model):
            continue
        chain = [x for x in head.model.layers if x.name != "Dropout"]
        for one, middle, after in zip(chain, chain[1:], chain[2:]):
            if (one.name, middle.name, after.name) != ("Dense", "Activation", "Dense"):
                continue
            if one.cond or middle.cond or after.cond or not _wide(p, one, after):
                continue
            if p.activation(one.arg("activation")) != "linear":
                continue
            if p.activation(middle.arg("activation")) in ("relu", "tanh", "sigmoid"):
                edits = p.delete_layer(middle)
                if edits:
                    yield Candidate(edits, "", head.model)


@operator("hidden-softmax", "KER304")
def _(p: Program) -> Iterator[Candidate]:
    """relu -> softmax in a hidden Dense of a plain stack."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        if not head.model.complete or adversarial(p, head.model):
            continue
        for one in _hidden(head):
            node = one.arg("activation")
            if one.name == "Dense" and p.activation(node) == "relu" and not one.cond:
                yield Candidate([p.sub(node, p.quoted(node, "softmax"))], "", head.model)


@operator("activation-misspelt", "KER309")
def _(p: Program) -> Iterator[Candidate]:
    """``activation='relu'`` -> ``'ReLU'``, which no Keras knows by that name."""
    for call in p.calls:
        if p.what(call.func)[0] == "layers":
            keyword = keyword_of(call, "activation")
            if keyword is not None and isinstance(keyword.value, ast.Constant):
                if keyword.value.value == "relu":
                    yield Candidate([p.sub(keyword.value, p.quoted(keyword.value, "rleu"))])


@operator("recurrent-gate-relu", "KER306")
def _(p: Program) -> Iterator[Candidate]:
    """``recurrent_activation='relu'`` on an LSTM or GRU."""
    for call in p.calls:
        if p.what(call.func) in (("layers", "LSTM"), ("layers", "GRU")) and not has_stars(call):
            if keyword_of(call, "recurrent_activation") is None:
                edits = plain(p.add_arg(call, 'recurrent_activation="relu"'))
                if edits:
                    yield Candidate(edits)


@operator("batchnorm-behind-head", "KER308")
def _(p: Program) -> Iterator[Candidate]:
    """BatchNormalization behind the softmax or sigmoid of a classifier."""
    for head, _ in classifier_heads(p, CROSSENTROPIES):
        if head.act in BOTH:
            found = p.append_layer(head, "BatchNormalization", "")
            if found:
                yield Candidate(found, "", head.model)


# -- E. dropout, regularisers


@operator("dropout-behind-head", "KER403")
def _(p: Program) -> Iterator[Candidate]:
    """Dropout behind the head."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        found = p.append_layer(head, "Dropout", "0.5")
        if found:
            yield Candidate(found, "", head.model)


def _dropout_to(words: str, text: str):
    def find(p: Program) -> Iterator[Candidate]:
        for call in p.calls:
            if p.what(call.func) == ("layers", "Dropout"):
                rate = argument(call, "Dropout", "rate")
                value = p.number(rate)
                if isinstance(rate, ast.Constant) and value is not None and 0 < value < 1:
                    yield Candidate([p.sub(rate, text)])

    find.__doc__ = words
    return find


operator("dropout-rate-1", "KER404")(_dropout_to("Dropout rate 1.0: nothing is left.", "1.0"))
operator("dropout-rate-50", "KER404")(_dropout_to("Dropout rate 50, in per cent.", "50"))
operator("dropout-rate-string", "KER406")(_dropout_to("Dropout rate in quotes.", '"0.5"'))


@operator("regularizer-number", "KER409")
def _(p: Program) -> Iterator[Candidate]:
    """``kernel_regularizer=0.01``."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Dense") and not has_stars(call):
            if keyword_of(call, "kernel_regularizer") is None:
                edits = plain(p.add_arg(call, "kernel_regularizer=0.01"))
                if edits:
                    yield Candidate(edits)


@operator("regularizer-overwhelms", "KER408")
def _(p: Program) -> Iterator[Candidate]:
    """The strength of an l2 regulariser becomes 10."""
    for call in p.calls:
        module, name = p.what(call.func)
        if module == "regularizers" and name.lower() == "l2" and len(call.args) == 1:
            if isinstance(call.args[0], ast.Constant) and (p.number(call.args[0]) or 9) < 0.1:
                yield Candidate([p.sub(call.args[0], "10.0")])


@operator("batchnorm-axis-1", "KER410")
def _(p: Program) -> Iterator[Candidate]:
    """``BatchNormalization(axis=1)`` behind a channels-last convolution."""
    if "channels_first" in p.text or "data_format" in p.text:
        return
    for model in p.models:
        for one, after in zip(model.layers, model.layers[1:]):
            if one.name == "Conv2D" and after.name == "BatchNormalization" and not after.call.args:
                if keyword_of(after.call, "axis") is None and not has_stars(after.call):
                    edits = plain(p.add_arg(after.call, "axis=1"))
                    if edits:
                        yield Candidate(edits, "", model)


# -- F. shapes


@operator("flatten-dropped", "KER502 KER136")
def _(p: Program) -> Iterator[Candidate]:
    """The Flatten (or global pooling) between convolutions and a Dense head is dropped."""
    yield from _flatten(p, seen=True)


@operator("flatten-dropped-labels-elsewhere", "KER502 KER136")
def _(p: Program) -> Iterator[Candidate]:
    """The same where the labels come from a function, a generator, a Dataset that is mapped."""
    yield from _flatten(p, seen=False)


def _flatten(p: Program, *, seen: bool) -> Iterator[Candidate]:
    chosen = ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "GlobalMaxPooling1D",
              "GlobalAveragePooling1D")  # fmt: skip
    for head, _ in classifier_heads(p, CROSSENTROPIES):
        labels = head.model.labels()
        model = head.model
        if (labels is not None) is not seen or not model.fits or adversarial(p, model):
            continue
        if head.layer.name != "Dense" or model.layers[-1].name == "TimeDistributed":
            continue
        names = [x.name for x in model.layers]
        if sum(n in chosen for n in names) != 1 or "Reshape" in names:
            continue
        index = next(i for i, n in enumerate(names) if n in chosen)
        before = names[:index]
        if not any(n in CONV or n in ("Embedding", *POOL) for n in before):
            continue
        if any(n in RNN for n in names) or any(n == "" for n in names[index:]):
            continue
        if any(n not in ("Dense", "Dropout", "Activation", "BatchNormalization", "ReLU")
               for n in names[index + 1 :]):  # fmt: skip
            continue
        edits = p.delete_layer(model.layers[index])
        if edits and not model.layers[index].cond:
            note = f"{names[index]}, {labels.source}" if labels else names[index]
            yield Candidate(edits, note, model)


@operator("last-rnn-sequences", "KER504 KER136")
def _(p: Program) -> Iterator[Candidate]:
    """``return_sequences=True`` on the last recurrent layer in front of a Dense head."""
    yield from _sequences(p, seen=True)


@operator("last-rnn-sequences-labels-elsewhere", "KER504 KER136")
def _(p: Program) -> Iterator[Candidate]:
    """The same where the labels come from a function, a generator, a Dataset that is mapped."""
    yield from _sequences(p, seen=False)


def _sequences(p: Program, *, seen: bool) -> Iterator[Candidate]:
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        model, labels = head.model, head.model.labels()
        rnns = [x for x in model.layers if x.real.name in RNN]
        if not rnns or (labels is not None) is not seen or not model.fits:
            continue
        if head.layer.name != "Dense" or model.layers[-1].name == "TimeDistributed":
            continue
        last = rnns[-1]
        behind = model.layers[model.layers.index(last) + 1 :]
        if any(x.name not in ("Dense", "Dropout", "Activation", "BatchNormalization")
               for x in behind):  # fmt: skip
            continue
        call = last.real.call
        flag = keyword_of(call, "return_sequences")
        if last.cond or has_stars(call) or (flag is not None and p.source(flag.value) != "False"):
            continue
        edit = p.sub(flag.value, "True") if flag else p.add_arg(call, "return_sequences=True")
        if edit:
            yield Candidate([edit], labels.source if labels else "", model)


@operator("inner-rnn-no-sequences", "KER503")
def _(p: Program) -> Iterator[Candidate]:
    """``return_sequences=True`` is dropped in front of another recurrent layer."""
    for model in p.models:
        chain = [x for x in model.layers if x.name not in ("Dropout", "BatchNormalization")]
        for one, after in itertools.pairwise(chain):
            if one.real.name in RNN and after.real.name in RNN and not one.cond and not after.cond:
                flag = keyword_of(one.real.call, "return_sequences")
                if flag is not None and p.source(flag.value) == "True":
                    edits = plain(p.drop_arg(one.real.call, flag.value))
                    if edits:
                        yield Candidate(edits, "", model)


@operator("channels-first-shape", "KER506 KER520")
def _(p: Program) -> Iterator[Candidate]:
    """``input_shape=(28, 28, 1)`` -> ``(1, 28, 28)`` without a data format."""
    if "channels_first" in p.text or "data_format" in p.text or "image_dim_ordering" in p.text:
        return
    for call in p.calls:
        module, name = p.what(call.func)
        if module != "layers" or name not in ("Input", "InputLayer", "Conv2D"):
            continue
        shape = None
        for keyword in call.keywords:
            if keyword.arg in ("shape", "input_shape"):
                shape = keyword.value
        if name == "Input" and shape is None and call.args:
            shape = call.args[0]
        if isinstance(shape, ast.Tuple) and len(shape.elts) == 3:
            sizes = [p.number(e) for e in shape.elts]
            if None not in sizes and sizes[2] in (1, 3) and sizes[0] == sizes[1] > 8:
                texts = [p.source(shape.elts[i]) for i in (2, 0, 1)]
                yield Candidate([p.sub(shape, f"({', '.join(texts)})")], name)


@operator("batch-axis-in-shape", "KER520")
def _(p: Program) -> Iterator[Candidate]:
    """``input_shape=(28, 28, 1)`` -> ``(None, 28, 28, 1)`` in front of a Conv2D."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Conv2D"):
            keyword = keyword_of(call, "input_shape")
            if keyword is not None and isinstance(keyword.value, ast.Tuple):
                if len(keyword.value.elts) == 3:
                    place = p.start(keyword.value.elts[0])
                    yield Candidate([Edit(place, place, "None, ")])


@operator("kernel-as-two-numbers", "KER508")
def _(p: Program) -> Iterator[Candidate]:
    """``Conv2D(32, (3, 3))`` -> ``Conv2D(32, 3, 3)``."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Conv2D") and len(call.args) == 2:
            size = call.args[1]
            if isinstance(size, ast.Tuple) and len(size.elts) == 2:
                one, two = (p.number(e) for e in size.elts)
                if one == two and one is not None and one > 1:
                    if keyword_of(call, "strides") is None:
                        yield Candidate([p.sub(size, f"{one}, {two}")])


@operator("stride-over-kernel", "KER507")
def _(p: Program) -> Iterator[Candidate]:
    """``strides=5`` beside a kernel of 3."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Conv2D") and not has_stars(call):
            size = argument(call, "Conv2D", "kernel_size")
            strides = argument(call, "Conv2D", "strides")
            if size is not None and p.source(size) in ("3", "(3, 3)", "[3, 3]"):
                if strides is None and len(call.args) <= 2:
                    edits = plain(p.add_arg(call, "strides=5"))
                    if edits:
                        yield Candidate(edits)


@operator("kernel-larger-than-input", "KER501")
def _(p: Program) -> Iterator[Candidate]:
    """A first Conv2D on a known small image gets a kernel of 99."""
    if "dim_ordering" in p.text or "channels_first" in p.text:
        return
    for call in p.calls:
        if p.what(call.func) == ("layers", "Conv2D"):
            shape = keyword_of(call, "input_shape")
            size = argument(call, "Conv2D", "kernel_size")
            padding = argument(call, "Conv2D", "padding")
            if shape is None or size is None or (padding and "same" in p.source(padding)):
                continue
            if isinstance(shape.value, ast.Tuple) and len(shape.value.elts) == 3:
                sides = [p.number(e) for e in shape.value.elts[:2]]
                if None not in sides and max(sides) < 64:
                    yield Candidate([p.sub(size, "(99, 99)")])


@operator("reshape-wrong-count", "KER505")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(7 * 7 * 64)`` in front of ``Reshape((7, 7, 64))``: the last number changes."""
    for model in p.models:
        for one, after in zip(model.layers, model.layers[1:]):
            if one.name != "Dense" or after.name != "Reshape" or not after.call.args:
                continue
            shape = after.call.args[0]
            if isinstance(shape, ast.Tuple) and shape.elts:
                sizes = [p.number(e) for e in shape.elts]
                if None not in sizes and -1 not in sizes:
                    text = str(int(sizes[-1]) + 1)
                    yield Candidate([p.sub(shape.elts[-1], text)], "", model)


@operator("embedding-off-by-one", "KER511")
def _(p: Program) -> Iterator[Candidate]:
    """``Embedding(len(word_index) + 1)`` (or a name for it) -> without the 1."""
    for node in p.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            if p.number(node.right) == 1 and isinstance(node.left, ast.Call):
                if re.fullmatch(r"len\([\w.]*word_index\)", p.source(node.left)):
                    if "Tokenizer" in p.text and "Embedding" in p.text:
                        yield Candidate([p.sub(node, p.source(node.left))])


@operator("mask-dropped", "KER517")
def _(p: Program) -> Iterator[Candidate]:
    """``mask_zero=True`` is dropped in front of a recurrent layer, with padded sequences.

    The file shows that they are padded at the end, and trains the model.
    """
    if not re.search(r"padding\s*=\s*['\"]post|padded_batch|TextVectorization\(", p.text):
        return
    for model in p.models:
        if not model.fits:
            continue
        names = [x.real.name for x in model.layers]
        for layer in model.layers:
            if layer.name == "Embedding" and any(n in RNN for n in names):
                flag = keyword_of(layer.call, "mask_zero")
                if flag is not None and p.source(flag.value) == "True":
                    edits = plain(p.drop_arg(layer.call, flag.value))
                    if edits:
                        yield Candidate(edits, "", model)


@operator("layer-bypassed", "KER514")
def _(p: Program) -> Iterator[Candidate]:
    """``x = Dense(...)(x)`` in a functional chain -> ``unused = Dense(...)(x)``."""
    for model in p.models:
        if model.kind != "functional" or not model.compiles:
            continue
        for layer in model.layers[1:-1]:
            stmt = layer.stmt
            if layer.name not in ("Dense", "Conv2D", "LSTM") or layer.cond or layer.apply is None:
                continue
            if isinstance(stmt, ast.Assign) and stmt.value is layer.apply:
                target, given = stmt.targets[0], layer.apply.args[0]
                if isinstance(target, ast.Name) and isinstance(given, ast.Name):
                    if target.id == given.id:
                        yield Candidate([p.sub(target, "hidden_unused")], "", model)


# -- G. optimisers


def _optimizer_calls(p: Program) -> Iterator[tuple[ast.Call, str]]:
    for call in p.calls:
        module, name = p.what(call.func)
        if module == "optimizers" and name[:1].isupper() and not has_stars(call):
            if name in ("Adam", "SGD", "RMSprop", "Adagrad", "Adamax", "Nadam", "AdamW"):
                yield call, name


def _of_model(p: Program, call: ast.Call) -> bool:
    """Whether an optimizer moves the weights of a model, as far as the file says."""
    holder: ast.AST | None = call
    while holder is not None and not isinstance(holder, ast.stmt):
        if isinstance(holder, ast.Call) and p.source(holder.func).endswith(".compile"):
            return True
        holder = p.parent.get(holder)
    if not isinstance(holder, ast.Assign):
        return False
    name = re.escape(p.source(holder.targets[0]))
    compiled = re.search(rf"\.compile\([^)]*\b{name}\b", p.text)
    own = re.search(rf"{name}\.(apply|apply_gradients|minimize)\((.|\n)*?trainable_", p.text)
    return bool(compiled or own)


def _rate_to(words: str, text: str):
    def find(p: Program) -> Iterator[Candidate]:
        if re.search(
            r"LearningRateScheduler|learning_rate\.assign|\.(lr|learning_rate) = ", p.text
        ):
            return  # which sets another one
        for call, name in _optimizer_calls(p):
            if not _of_model(p, call):
                continue
            keyword = keyword_of(call, "learning_rate")
            rate = keyword.value if keyword else (call.args[0] if call.args else None)
            value = p.number(rate)
            if rate is not None and value is not None and 0 < value < 1:
                yield Candidate([p.sub(rate, text)], name)

    find.__doc__ = words
    return find


operator("learning-rate-10", "KER601")(_rate_to("The learning rate becomes 10.", "10.0"))
operator("learning-rate-0", "KER607")(_rate_to("The learning rate becomes 0.", "0.0"))
operator("learning-rate-negative", "KER607")(_rate_to("A negative learning rate.", "-0.001"))
operator("learning-rate-1-int", "KER608 KER601")(_rate_to("The learning rate is the int 1.", "1"))


@operator("lr-keyword", "KER003")
def _(p: Program) -> Iterator[Candidate]:
    """``learning_rate=`` -> ``lr=``."""
    for call, name in _optimizer_calls(p):
        keyword = keyword_of(call, "learning_rate")
        if keyword is not None and "legacy" not in p.source(call.func):
            start = p.start(keyword)
            end = (start[0], start[1] + len("learning_rate"))
            yield Candidate([Edit(start, end, "lr")], name)


@operator("decay-keyword", "KER005")
def _(p: Program) -> Iterator[Candidate]:
    """``decay=1e-6`` is added to an optimiser."""
    for call, name in _optimizer_calls(p):
        if keyword_of(call, "decay") is None and "legacy" not in p.source(call.func):
            edits = plain(p.add_arg(call, "decay=1e-6"))
            if edits:
                yield Candidate(edits, name)


@operator("adadelta-default", "KER602")
def _(p: Program) -> Iterator[Candidate]:
    """``optimizer='adam'`` -> ``'adadelta'`` with its default learning rate."""
    for call in p.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
            node = argument(call, "compile", "optimizer")
            if isinstance(node, ast.Constant) and node.value in ("adam", "rmsprop", "Adam"):
                yield Candidate([p.sub(node, p.quoted(node, "adadelta"))])


@operator("beta-1", "KER605")
def _(p: Program) -> Iterator[Candidate]:
    """``beta_1=1.0`` in Adam."""
    for call, name in _optimizer_calls(p):
        if name == "Adam" and len(call.args) < 2:
            edit = p.set_arg(call, "", "beta_1", "1.0")
            if edit:
                yield Candidate([edit])


@operator("momentum-over-1", "KER606")
def _(p: Program) -> Iterator[Candidate]:
    """``momentum=9`` in SGD."""
    for call, name in _optimizer_calls(p):
        if name == "SGD" and len(call.args) < 2:
            edit = p.set_arg(call, "", "momentum", "9")
            if edit:
                yield Candidate([edit])


@operator("clipvalue-tiny", "KER609")
def _(p: Program) -> Iterator[Candidate]:
    """``clipvalue=1e-6``: nothing moves."""
    for call, name in _optimizer_calls(p):
        if "clip" not in p.source(call):
            edits = plain(p.add_arg(call, "clipvalue=1e-6"))
            if edits:
                yield Candidate(edits, name)


@operator("lr-attribute", "KER603")
def _(p: Program) -> Iterator[Candidate]:
    """``optimizer.learning_rate = x`` -> ``optimizer.lr = x``."""
    for node in p.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            target = node.targets[0]
            if target.attr == "learning_rate" and "optimizer" in p.source(target.value):
                end = p.end(target)
                start = (end[0], end[1] - len("learning_rate"))
                yield Candidate([Edit(start, end, "lr")])


# -- H. fit, data


def _fits(p: Program) -> Iterator[tuple[Model, Fit]]:
    for model in p.models:
        for fit in model.fits:
            if fit.method == "fit" and not has_stars(fit.call):
                yield model, fit


@operator("validate-on-training-data", "KER703")
def _(p: Program) -> Iterator[Candidate]:
    """``validation_data=(x_test, y_test)`` -> the arrays that are trained on."""
    for model, fit in _fits(p):
        keyword = keyword_of(fit.call, "validation_data")
        x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
        if keyword is None or not isinstance(keyword.value, ast.Tuple):
            continue
        if isinstance(x, ast.Name) and isinstance(y, ast.Name) and len(keyword.value.elts) == 2:
            if p.source(keyword.value.elts[0]) != x.id:
                yield Candidate([p.sub(keyword.value, f"({x.id}, {y.id})")], "", model)


@operator("validation-split-20", "KER705")
def _(p: Program) -> Iterator[Candidate]:
    """``validation_split=20``, in per cent."""
    for model, fit in _fits(p):
        keyword = keyword_of(fit.call, "validation_split")
        if keyword is not None and (p.number(keyword.value) or 9) < 1:
            yield Candidate([p.sub(keyword.value, "20")], "", model)


@operator("validation-split-and-data", "KER704")
def _(p: Program) -> Iterator[Candidate]:
    """``validation_split`` beside ``validation_data``."""
    for model, fit in _fits(p):
        if keyword_of(fit.call, "validation_data") and not keyword_of(fit.call, "validation_split"):
            edits = plain(p.add_arg(fit.call, "validation_split=0.2"))
            if edits:
                yield Candidate(edits, "", model)


@operator("batch-size-0", "KER706")
def _(p: Program) -> Iterator[Candidate]:
    """``batch_size=0``."""
    for model, fit in _fits(p):
        keyword = keyword_of(fit.call, "batch_size")
        if keyword is not None:
            yield Candidate([p.sub(keyword.value, "0")], "", model)


@operator("epochs-0", "KER706")
def _(p: Program) -> Iterator[Candidate]:
    """``epochs=0``."""
    for model, fit in _fits(p):
        keyword = keyword_of(fit.call, "epochs")
        if keyword is not None:
            yield Candidate([p.sub(keyword.value, "0")], "", model)


@operator("class-weight-text-keys", "KER005 KER710")
def _(p: Program) -> Iterator[Candidate]:
    """``class_weight={'0': 1.0, '1': 2.0}``: no class has such a name."""
    for model, fit in _fits(p):
        head = p.head(model)
        if head is None or head.act not in BOTH or not model.compiles:
            continue
        keyword = keyword_of(fit.call, "class_weight")
        labels = fit.labels
        if keyword is None and argument(fit.call, "fit", "y") is not None:
            if labels is not None and labels.kind in ("binary", "classes"):
                edits = plain(p.add_arg(fit.call, 'class_weight={"0": 1.0, "1": 2.0}'))
                if edits:
                    yield Candidate(edits, "added", model)
        elif keyword is not None and isinstance(keyword.value, ast.Dict):
            keys = keyword.value.keys
            if keys and all(isinstance(k, ast.Constant) and isinstance(k.value, int) for k in keys):
                yield Candidate([p.sub(k, f'"{k.value}"') for k in keys], "changed", model)


@operator("class-weight-from-1", "KER710")
def _(p: Program) -> Iterator[Candidate]:
    """``class_weight={1: 1.0, 2: 2.0}`` where the classes are 0 and 1."""
    for model, fit in _fits(p):
        labels = fit.labels
        if labels is None or labels.kind != "binary" or keyword_of(fit.call, "class_weight"):
            continue
        edits = plain(p.add_arg(fit.call, "class_weight={1: 1.0, 2: 2.0}"))
        if edits:
            yield Candidate(edits, "", model)


def _scalings(p: Program) -> list[tuple[ast.AST, Edit]]:
    """Divisions by 255 in assignments, with the edit that takes them away."""
    found: list[tuple[ast.AST, Edit]] = []
    for node in p.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if p.number(node.right) == 255 and isinstance(p.parent[node], ast.Assign):
                found.append((node, Edit(p.end(node.left), p.end(node), "")))
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            if p.number(node.value) == 255:
                edit = p.drop_stmt(node)
                if edit is not None:
                    found.append((node, edit))
    return found


_SCALED = re.compile(
    r"Rescaling|Normalization\(|preprocess_input|StandardScaler|MinMaxScaler|per_image_stand|"
    r"\.std\(|mean\(|rescale=|127\.5|\* 2|feature_range"
)


@operator("pixels-not-scaled", "KER713")
def _(p: Program) -> Iterator[Candidate]:
    """The ``/ 255`` of ``keras.datasets`` images is dropped."""
    names = [
        m[1]
        for call in p.calls
        for m in [re.fullmatch(r"keras\.datasets\.(\w+)\.load_data", p.path(call.func) or "")]
        if m
    ]
    if len(names) != 1 or names[0] not in IMAGES or _SCALED.search(p.text):
        return
    found = _scalings(p)
    texts = p.text.count("255")
    fits = [m for m in p.models if m.fits and m.compiles]
    if 1 <= len(found) <= 4 and texts == len(found) and fits:
        edits = [edit for _, edit in found]
        where = fits[0]
        marks = [Edit(p.start(f.call), p.start(f.call), "") for f in where.fits[:1]]
        if p.between(edits[0].start, edits[0].end).count("(") <= 1:
            yield Candidate([*edits, *marks], names[0], where)


@operator("pixels-scaled-twice", "KER714")
def _(p: Program) -> Iterator[Candidate]:
    """``x = x / 255`` of ``keras.datasets`` images stands twice."""
    if not re.search(r"datasets", p.text) or _SCALED.search(p.text):
        return
    for node, _ in _scalings(p):
        stmt = p.parent[node] if isinstance(node, ast.BinOp) else node
        if isinstance(stmt, ast.AugAssign):
            edits = plain(p.insert_after(stmt, p.source(stmt)))
            if edits:
                yield Candidate(edits)


@operator("adapt-dropped", "KER718")
def _(p: Program) -> Iterator[Candidate]:
    """``normalization.adapt(x)`` is dropped."""
    for stmt in p.nodes:
        if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
            func = stmt.value.func
            if isinstance(func, ast.Attribute) and func.attr == "adapt":
                if isinstance(func.value, ast.Name):
                    kind = p._made(func.value.id)
                    if kind.endswith((".Normalization", ".TextVectorization", ".StringLookup")):
                        edits = plain(p.drop_stmt(stmt))
                        if edits:
                            yield Candidate(edits, kind.rpartition(".")[2])


@operator("preprocessing-of-another-model", "KER715")
def _(p: Program) -> Iterator[Candidate]:
    """``vgg16.preprocess_input`` -> that of a backbone that wants another range."""
    caffe = ("vgg16", "vgg19", "resnet50", "resnet")
    for call in p.calls:
        path = p.path(call.func) or ""
        match = re.fullmatch(r"keras\.applications\.(\w+)\.preprocess_input", path)
        if not match:
            continue
        other = "mobilenet_v2" if match[1] in caffe else "vgg16"
        if f"applications.{match[1]}" not in p.text and match[1] not in p.text:
            continue
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Attribute):
            owner = call.func.value
            text = f"{p.source(owner.value)}.{other}.preprocess_input"
            yield Candidate([p.sub(call.func, text)], f"{match[1]} -> {other}")
    for node in p.nodes:
        if isinstance(node, ast.ImportFrom) and node.module and len(node.names) == 1:
            match = re.fullmatch(r"keras\.applications\.(\w+)", canonical(node.module))
            if match and node.names[0].name == "preprocess_input":
                other = "mobilenet_v2" if match[1] in caffe else "vgg16"
                old = node.module
                start = p.start(node)
                start = (start[0], start[1] + len("from "))
                new = old.rpartition(".")[0] + "." + other
                text = p.doc.lines[start[0] - 1][start[1] : start[1] + len(old)]
                if text == old:
                    uses = [c for c in p.calls if p.source(c.func) == "preprocess_input"]
                    marks = [Edit(p.start(c), p.start(c), "") for c in uses[:1]]
                    edits = [Edit(start, (start[0], start[1] + len(old)), new), *marks]
                    yield Candidate(edits, f"{match[1]} -> {other}")


@operator("preprocessing-dropped", "KER715 KER713")
def _(p: Program) -> Iterator[Candidate]:
    """``preprocess_input(x)`` -> ``x`` before a pretrained backbone that trains or predicts."""
    if not re.search(r"\.(fit|predict)\(", p.text):
        return
    for call in p.calls:
        path = p.path(call.func) or ""
        match = re.fullmatch(r"keras\.applications\.(\w+)\.preprocess_input", path)
        if match and len(call.args) == 1 and "efficientnet" not in match[1]:
            if not call.keywords and "None" not in p.source(call):
                yield Candidate([p.sub(call, p.source(call.args[0]))], match[1])


@operator("class-mode-other", "KER727")
def _(p: Program) -> Iterator[Candidate]:
    """``class_mode='categorical'`` <-> ``'binary'`` while the loss stays."""
    for model in p.models:
        for fit in model.fits:
            if fit.labels is None or not fit.labels.source.startswith("flow_from"):
                continue
            for call in p.calls:
                if isinstance(call.func, ast.Attribute):
                    if call.func.attr == "flow_from_directory":
                        mode = keyword_of(call, "class_mode")
                        if mode is not None and isinstance(mode.value, ast.Constant):
                            word = "binary" if mode.value.value == "categorical" else "categorical"
                            edits = [p.sub(mode.value, p.quoted(mode.value, word))]
                            yield Candidate(edits, "", model)


@operator("scaler-result-discarded", "KER725")
def _(p: Program) -> Iterator[Candidate]:
    """``x = scaler.fit_transform(x)`` -> the call alone."""
    for stmt in p.nodes:
        if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call):
            func = stmt.value.func
            if isinstance(func, ast.Attribute) and func.attr in ("fit_transform", "transform"):
                if isinstance(func.value, ast.Name) and isinstance(stmt.targets[0], ast.Name):
                    kind = p._made(func.value.id)
                    name = stmt.targets[0].id
                    given = stmt.value.args[:1]
                    if re.search(r"(Standard|MinMax)Scaler$", kind) and given:
                        if isinstance(given[0], ast.Name) and given[0].id == name:
                            yield Candidate([p.sub(stmt, p.source(stmt.value))])


@operator("scaler-fitted-on-test", "KER725")
def _(p: Program) -> Iterator[Candidate]:
    """``scaler.transform(x_test)`` -> ``scaler.fit_transform(x_test)``."""
    for call in p.calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "transform" and call.args:
            if isinstance(func.value, ast.Name) and "test" in p.source(call.args[0]).lower():
                if re.search(r"(Standard|MinMax)Scaler$", p._made(func.value.id)):
                    end = p.end(func)
                    start = (end[0], end[1] - len("transform"))
                    yield Candidate([Edit(start, end, "fit_transform")])


@operator("predict-one-sample", "KER522")
def _(p: Program) -> Iterator[Candidate]:
    """``model.predict(x[:1])`` -> ``model.predict(x[0])``."""
    for call in p.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "predict" and call.args:
            given = call.args[0]
            if isinstance(given, ast.Subscript) and isinstance(given.slice, ast.Slice):
                yield Candidate([p.sub(given, f"{p.source(given.value)}[0]")])


# -- I. callbacks, saving


def _callbacks(p: Program) -> Iterator[tuple[ast.Call, str]]:
    for call in p.calls:
        module, name = p.what(call.func)
        if module == "callbacks" and not has_stars(call):
            if name in ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"):
                yield call, name


@operator("monitor-val-acc", "KER801")
def _(p: Program) -> Iterator[Candidate]:
    """``monitor='val_acc'`` where the metric is called accuracy."""
    metrics = re.findall(r"metrics\s*=\s*\[([^\]]*)\]", p.text)
    if (
        not metrics
        or not all("accuracy" in m for m in metrics)
        or re.search(r"['\"]acc['\"]|tuner\.search\(", p.text)
    ):
        return
    for call, name in _callbacks(p):
        keyword = keyword_of(call, "monitor")
        if keyword is not None and isinstance(keyword.value, ast.Constant):
            if str(keyword.value.value) in ("val_loss", "val_accuracy"):
                yield Candidate([p.sub(keyword.value, p.quoted(keyword.value, "val_acc"))], name)


@operator("monitor-without-validation", "KER802")
def _(p: Program) -> Iterator[Candidate]:
    """The validation data is dropped where a callback watches ``val_loss``."""
    for model, fit in _fits(p):
        called = keyword_of(fit.call, "callbacks")
        gone = [k for n in ("validation_data", "validation_split")
                for k in [keyword_of(fit.call, n)] if k is not None]  # fmt: skip
        if called is None or len(gone) != 1:
            continue
        inside = list(ast.walk(called.value))
        names = {n.id for n in inside if isinstance(n, ast.Name)}
        watched = []
        for call, name in _callbacks(p):
            monitor = keyword_of(call, "monitor")
            word = p.source(monitor.value) if monitor else "val_loss"
            stmt = p.parent[call]
            held = isinstance(stmt, ast.Assign) and isinstance(stmt.targets[0], ast.Name)
            if call in inside or (held and stmt.targets[0].id in names):
                if "val_" in word and (name != "ModelCheckpoint" or "save_best_only" in
                                       p.source(call)):  # fmt: skip
                    watched.append(call)
        if watched:
            edits = plain(p.drop_arg(fit.call, gone[0].value))
            if edits:
                marks = [Edit(p.start(c), p.start(c), "") for c in watched]
                yield Candidate([*edits, *marks], "", model)


@operator("mode-contradicts", "KER803")
def _(p: Program) -> Iterator[Candidate]:
    """``mode='max'`` beside a loss, ``mode='min'`` beside an accuracy."""
    for call, name in _callbacks(p):
        keyword = keyword_of(call, "monitor")
        if keyword is None or not isinstance(keyword.value, ast.Constant):
            continue
        word = str(keyword.value.value)
        if word not in ("val_loss", "loss", "val_accuracy", "val_acc", "accuracy"):
            continue
        mode = "max" if "loss" in word else "min"
        edit = p.set_arg(call, "", "mode", f'"{mode}"')
        if edit:
            yield Candidate([edit], name)


@operator("patience-over-epochs", "KER804")
def _(p: Program) -> Iterator[Candidate]:
    """The patience of EarlyStopping is the number of epochs."""
    epochs = {p.number(keyword_of(f.call, "epochs").value)
              for _, f in _fits(p) if keyword_of(f.call, "epochs")}  # fmt: skip
    if len(epochs) != 1 or None in epochs:
        return
    number = int(next(iter(epochs)))
    for call, name in _callbacks(p):
        keyword = keyword_of(call, "patience")
        if "restore_best_weights" in p.source(call):
            continue  # these come back without an early stop as well
        if name == "EarlyStopping" and keyword is not None and number > 3:
            value = p.number(keyword.value)
            if value is not None and value < number:
                yield Candidate([p.sub(keyword.value, str(number))])


@operator("plateau-epsilon", "KER005")
def _(p: Program) -> Iterator[Candidate]:
    """``ReduceLROnPlateau(epsilon=)``: swallowed."""
    for call, name in _callbacks(p):
        if name == "ReduceLROnPlateau" and keyword_of(call, "min_delta") is None:
            edits = plain(p.add_arg(call, "epsilon=1e-4"))
            if edits and keyword_of(call, "epsilon") is None:
                yield Candidate(edits)


@operator("plateau-factor-2", "KER808")
def _(p: Program) -> Iterator[Candidate]:
    """``ReduceLROnPlateau(factor=2.0)`` raises."""
    for call, name in _callbacks(p):
        if name == "ReduceLROnPlateau" and not call.args[1:2]:
            edit = p.set_arg(call, "", "factor", "2.0")
            if edit:
                yield Candidate([edit])


@operator("checkpoint-name", "KER007")
def _(p: Program) -> Iterator[Candidate]:
    """``ModelCheckpoint('best.keras')`` -> ``ModelCheckpoint('best')``."""
    for call, name in _callbacks(p):
        keyword = keyword_of(call, "filepath")
        path = keyword.value if keyword else (call.args[0] if call.args else None)
        if name == "ModelCheckpoint" and isinstance(path, ast.Constant):
            if str(path.value).endswith((".keras", ".h5", ".hdf5")):
                edits = [p.sub(path, p.quoted(path, str(path.value).rpartition(".")[0]))]
                yield Candidate(edits)


@operator("save-to-folder", "KER007")
def _(p: Program) -> Iterator[Candidate]:
    """``model.save('x.h5')`` -> ``model.save('x')``."""
    for call in p.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "save" and call.args:
            path = call.args[0]
            if p.is_model(call.func.value) and isinstance(path, ast.Constant):
                if str(path.value).endswith((".keras", ".h5")) and "/" not in str(path.value):
                    word = str(path.value).rpartition(".")[0]
                    yield Candidate([p.sub(path, p.quoted(path, word))])


@operator("history-acc", "KER006")
def _(p: Program) -> Iterator[Candidate]:
    """``history.history['accuracy']`` -> ``['acc']``."""
    if re.search(r"metrics\s*=\s*\[\s*['\"]acc['\"]", p.text):
        return
    for node in p.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if node.slice.value in ("accuracy", "val_accuracy"):
                if p.source(node.value).endswith(".history"):
                    word = str(node.slice.value).replace("accuracy", "acc")
                    yield Candidate([p.sub(node.slice, p.quoted(node.slice, word))])


# -- J. training state


@operator("recompile-dropped", "KER901")
def _(p: Program) -> Iterator[Candidate]:
    """fit, ``trainable`` changed, compile, fit: the second compile is dropped."""
    for model in p.models:
        for scope in {id(f.scope): f.scope for f in model.fits}.values():
            fits = [f for f in model.fits if f.scope is scope and not f.cond]
            compiles = [c for c in model.compiles if c.scope is scope and not c.cond]
            for compiled in compiles:
                before = [f for f in fits if f.stmt.lineno < compiled.stmt.lineno]
                after = [f for f in fits if f.stmt.lineno > compiled.stmt.lineno]
                if not before or not after:
                    continue
                lines = range(before[-1].stmt.lineno, compiled.stmt.lineno)
                changed = any(
                    isinstance(n, ast.Assign)
                    and n.lineno in lines
                    and isinstance(n.targets[0], ast.Attribute)
                    and n.targets[0].attr == "trainable"
                    for n in ast.walk(scope.node)
                )
                if changed:
                    edits = plain(p.drop_stmt(compiled.stmt))
                    if edits:
                        marks = [
                            Edit(p.start(n), p.start(n), "")
                            for n in ast.walk(scope.node)
                            if isinstance(n, ast.Assign)
                            and n.lineno in lines
                            and isinstance(n.targets[0], ast.Attribute)
                            and n.targets[0].attr == "trainable"
                        ]
                        yield Candidate([*edits, *marks], "", model)


@operator("trainable-misspelt", "KER905")
def _(p: Program) -> Iterator[Candidate]:
    """``layer.trainable = False`` -> ``layer.trainble = False``."""
    for node in p.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            target = node.targets[0]
            if target.attr == "trainable" and isinstance(node.value, ast.Constant):
                end = p.end(target)
                start = (end[0], end[1] - len("trainable"))
                yield Candidate([Edit(start, end, "trainble")])


@operator("compile-without-call", "KER924 KER907")
def _(p: Program) -> Iterator[Candidate]:
    """``model.compile(...)`` -> ``model.compile``."""
    for model in p.models:
        for compiled in model.compiles:
            if isinstance(compiled.stmt, ast.Expr):
                yield Candidate([p.sub(compiled.call, p.source(compiled.call.func))], "", model)


@operator("model-is-history", "KER906")
def _(p: Program) -> Iterator[Candidate]:
    """``model.fit(...)`` -> ``model = model.fit(...)`` with more to come."""
    for model, fit in _fits(p):
        if isinstance(fit.stmt, ast.Expr) and not fit.cond:
            name = p.source(fit.call.func.value)
            behind = "\n".join(p.doc.lines[fit.stmt.end_lineno : fit.stmt.end_lineno + 40])
            used = re.search(rf"\b{re.escape(name)}\.(evaluate|predict|save)\(", behind)
            anew = re.search(rf"^\s*{re.escape(name)}\s*=", behind, re.MULTILINE)
            if used and (anew is None or anew.start() > used.start()):
                place = p.start(fit.call)
                yield Candidate([Edit(place, place, f"{name} = ")], "", model)


@operator("compile-dropped", "KER907")
def _(p: Program) -> Iterator[Candidate]:
    """The only compile call is dropped, fit stays."""
    for model in p.models:
        if len(model.compiles) == 1 and model.fits and not model.compiles[0].cond:
            edits = plain(p.drop_stmt(model.compiles[0].stmt))
            if edits:
                marks = [Edit(p.start(f.call), p.start(f.call), "") for f in model.fits[:1]]
                yield Candidate([*edits, *marks], "", model)


def _is_symmetric(p: Program, function: ast.FunctionDef) -> bool:
    """Whether a loss may be the same with its arguments exchanged: means of differences."""
    text = "\n".join(p.source(stmt) for stmt in function.body)
    return not re.search(r"crossentropy|\blog\(|math\.log\(|/ \(?\w*\.?\w*\(?y_true", text)


@operator("loss-arguments-swapped", "KER910")
def _(p: Program) -> Iterator[Candidate]:
    """``def loss(y_true, y_pred)`` -> ``def loss(y_pred, y_true)``, of one that ``compile`` gets.

    Not where the two count alike, as in a squared error.
    """
    for node in p.nodes:
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == 2:
            one, two = node.args.args
            given = re.search(rf"loss\s*=\s*{node.name}\b", p.text)
            if (one.arg, two.arg) == ("y_true", "y_pred") and given and not _is_symmetric(p, node):
                yield Candidate([p.sub(one, "y_pred"), p.sub(two, "y_true")])


# -- K. the API of today


def _rename(words: str, new: str, *olds: str):
    """A keyword gets the name of another era, in calls of the classes or methods named."""

    def find(p: Program) -> Iterator[Candidate]:
        for call in p.calls:
            for old in olds:
                callee, _, keyword = old.partition(".")
                found = keyword_of(call, keyword)
                if found is None or has_stars(call):
                    continue
                if callee == "fit":
                    func = call.func
                    if not isinstance(func, ast.Attribute) or func.attr != "fit":
                        continue
                    if not p.is_model(func.value):
                        continue
                elif p.what(call.func)[1] != callee:
                    continue
                start = p.start(found)
                end = (start[0], start[1] + len(keyword))
                yield Candidate([Edit(start, end, new)], old)

    find.__doc__ = words
    return find


operator("nb-epoch", "KER003")(_rename("``epochs=`` -> ``nb_epoch=``.", "nb_epoch", "fit.epochs"))
operator("border-mode", "KER003")(
    _rename("``padding=`` -> ``border_mode=``.", "border_mode", "Conv2D.padding", "Conv1D.padding")
)
operator("init-keyword", "KER003")(
    _rename("``kernel_initializer=`` -> ``init=``.", "init", "Dense.kernel_initializer",
            "Conv2D.kernel_initializer")
)  # fmt: skip
operator("regularizer-old-name", "KER003")(
    _rename("``kernel_regularizer=`` -> ``W_regularizer=``.", "W_regularizer",
            "Dense.kernel_regularizer", "Conv2D.kernel_regularizer")
)  # fmt: skip
operator("subsample", "KER003")(
    _rename("``strides=`` -> ``subsample=``.", "subsample", "Conv2D.strides")
)
operator("model-input", "KER003")(
    _rename("``Model(inputs=)`` -> ``Model(input=)``.", "input", "Model.inputs")
)
operator("model-output", "KER003")(
    _rename("``Model(outputs=)`` -> ``Model(output=)``.", "output", "Model.outputs")
)


@operator("fit-workers", "KER003")
def _(p: Program) -> Iterator[Candidate]:
    """``fit(workers=4)``."""
    for model, fit in _fits(p):
        edits = plain(p.add_arg(fit.call, "workers=4"))
        if edits and keyword_of(fit.call, "workers") is None:
            yield Candidate(edits, "", model)


TYPOS = {
    ("layers", "Dense", "activation"): "activaton",
    ("layers", "Dense", "units"): "unit",
    ("layers", "Conv2D", "activation"): "activatoin",
    ("layers", "Conv2D", "kernel_size"): "kernal_size",
    ("layers", "Conv2D", "padding"): "pading",
    ("layers", "Conv2D", "filters"): "filter",
    ("layers", "Conv1D", "kernel_size"): "kernel_sizes",
    ("layers", "LSTM", "return_sequences"): "return_sequence",
    ("layers", "GRU", "return_sequences"): "return_sequence",
    ("layers", "Embedding", "input_dim"): "inputdim",
    ("layers", "Embedding", "mask_zero"): "mask_zeros",
    ("layers", "MaxPooling2D", "pool_size"): "poolsize",
    ("layers", "Input", "shape"): "shapes",
    ("optimizers", "Adam", "learning_rate"): "learning_rates",
    ("optimizers", "SGD", "momentum"): "momemtum",
    ("callbacks", "EarlyStopping", "patience"): "patient",
    ("callbacks", "ModelCheckpoint", "save_best_only"): "save_best",
    ("callbacks", "EarlyStopping", "monitor"): "monitors",
}
METHOD_TYPOS = {
    ("compile", "metrics"): "metric",
    ("compile", "optimizer"): "optimiser",
    ("compile", "loss"): "losses",
    ("fit", "epochs"): "epoch",
    ("fit", "batch_size"): "batchsize",
    ("fit", "validation_data"): "validation",
    ("fit", "callbacks"): "callback",
}


@operator("keyword-misspelt", "KER011")
def _(p: Program) -> Iterator[Candidate]:
    """A keyword of a layer, optimiser or callback is misspelt."""
    for call in p.calls:
        module, name = p.what(call.func)
        if not module or has_stars(call):
            continue
        for keyword in call.keywords:
            typo = TYPOS.get((module, name, keyword.arg or ""))
            if typo is not None:
                start = p.start(keyword)
                edit = Edit(start, (start[0], start[1] + len(keyword.arg)), typo)
                yield Candidate([edit], f"{name}.{keyword.arg}")


@operator("method-keyword-misspelt", "KER011")
def _(p: Program) -> Iterator[Candidate]:
    """A keyword of ``compile`` or ``fit`` is misspelt, on a model built in the file."""
    for model in p.models:
        calls = [(c.call, "compile") for c in model.compiles]
        calls += [(f.call, "fit") for f in model.fits if f.method == "fit"]
        for call, method in calls:
            if has_stars(call):
                continue
            for keyword in call.keywords:
                typo = METHOD_TYPOS.get((method, keyword.arg or ""))
                if typo is not None:
                    start = p.start(keyword)
                    edit = Edit(start, (start[0], start[1] + len(keyword.arg)), typo)
                    yield Candidate([edit], f"{method}.{keyword.arg}", model)


def _method(words: str, old: str, new: str):
    def find(p: Program) -> Iterator[Candidate]:
        for call in p.calls:
            func = call.func
            if isinstance(func, ast.Attribute) and func.attr == old:
                if p.is_model(func.value):
                    end = p.end(func)
                    yield Candidate([Edit((end[0], end[1] - len(old)), end, new)])

    find.__doc__ = words
    return find


operator("fit-generator", "KER004")(
    _method("``fit`` -> ``fit_generator``.", "fit", "fit_generator")
)
operator("predict-classes", "KER004")(
    _method("``predict`` -> ``predict_classes``.", "predict", "predict_classes")
)
operator("predict-proba", "KER004")(
    _method("``predict`` -> ``predict_proba``.", "predict", "predict_proba")
)
operator("evaluate-generator", "KER004")(
    _method("``evaluate`` -> ``evaluate_generator``.", "evaluate", "evaluate_generator")
)


MOVED = {
    "layers": {
        "Dense": "core", "Dropout": "core", "Activation": "core", "Flatten": "core",
        "Conv2D": "convolutional", "MaxPooling2D": "convolutional", "LSTM": "recurrent",
        "GRU": "recurrent", "Embedding": "embeddings", "BatchNormalization": "normalization",
        "TimeDistributed": "wrappers", "Bidirectional": "wrappers",
        "LeakyReLU": "advanced_activations", "Concatenate": "merge", "add": "merge",
    },
    "utils": {"to_categorical": "np_utils", "plot_model": "vis_utils"},
}  # fmt: skip


@operator("import-from-old-module", "KER001")
def _(p: Program) -> Iterator[Candidate]:
    """``from keras.layers import Dense`` -> ``from keras.layers.core import Dense``."""
    for node in p.nodes:
        if not isinstance(node, ast.ImportFrom) or node.module not in (
            "keras.layers",
            "keras.utils",
        ):
            continue
        holder: ast.AST | None = node
        while holder is not None and not isinstance(holder, ast.Try):
            holder = p.parent.get(holder)
        table = MOVED[node.module.partition(".")[2]]
        homes = {table.get(a.name) for a in node.names}
        if holder is None and len(homes) == 1 and None not in homes:
            start = p.start(node)
            start = (start[0], start[1] + len("from "))
            end = (start[0], start[1] + len(node.module))
            if p.between(start, end) == node.module:
                yield Candidate([Edit(start, end, f"{node.module}.{homes.pop()}")])


@operator("experimental-preprocessing", "KER001")
def _(p: Program) -> Iterator[Candidate]:
    """``layers.Rescaling`` -> ``layers.experimental.preprocessing.Rescaling``."""
    moved = ("Rescaling", "Normalization", "RandomFlip", "RandomRotation", "RandomZoom", "Resizing",
             "TextVectorization", "StringLookup", "CategoryEncoding", "Discretization")  # fmt: skip
    for call in p.calls:
        if p.what(call.func)[0] == "layers" and p.what(call.func)[1] in moved:
            func = call.func
            if isinstance(func, ast.Attribute) and "experimental" not in p.source(func):
                text = f"{p.source(func.value)}.experimental.preprocessing.{func.attr}"
                yield Candidate([p.sub(func, text)])


@operator("class-gone", "KER002")
def _(p: Program) -> Iterator[Candidate]:
    """``layers.LSTM`` -> ``layers.CuDNNLSTM``."""
    for call in p.calls:
        if p.what(call.func) in (("layers", "LSTM"), ("layers", "GRU")):
            func = call.func
            if isinstance(func, ast.Attribute) and not func.attr.startswith("CuDNN"):
                text = f"{p.source(func.value)}.CuDNN{func.attr}"
                yield Candidate([p.sub(func, text)])


@operator("input-without-comma", "KER012 KER520")
def _(p: Program) -> Iterator[Candidate]:
    """``Input(shape=(10,))`` -> ``Input(shape=(10))``."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Input"):
            keyword = keyword_of(call, "shape")
            if keyword is not None and isinstance(keyword.value, ast.Tuple):
                if len(keyword.value.elts) == 1:
                    text = f"({p.source(keyword.value.elts[0])})"
                    yield Candidate([p.sub(keyword.value, text)])


@operator("dense-in-out", "KER012")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(64)`` -> ``Dense(128, 64)``: inputs and outputs, as another library has it."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Dense") and len(call.args) == 1:
            place = p.start(call.args[0])
            if keyword_of(call, "activation") is None and p.number(call.args[0]) is not None:
                yield Candidate([Edit(place, place, "128, ")])


@operator("tf-op-on-tensor", "KER008")
def _(p: Program) -> Iterator[Candidate]:
    """``Concatenate()([a, b])`` in a functional model -> ``tf.concat([a, b], -1)``."""
    for model in p.models:
        if model.kind != "functional":
            continue
        for layer in model.layers:
            tf = p.tensorflow(layer.call.lineno)
            if tf and layer.name == "Concatenate" and layer.apply is not None:
                if not layer.call.args and not layer.call.keywords:
                    text = f"{tf}.concat({p.source(layer.apply.args[0])}, -1)"
                    yield Candidate([p.sub(layer.apply, text)], "", model)


@operator("units-under-another-name", "KER011")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(..., nodes=64)``: the units under a name of the user's own."""
    for call in p.calls:
        if p.what(call.func) == ("layers", "Dense") and len(call.args) >= 1 and not has_stars(call):
            if p.number(call.args[0]) is not None and len(call.args) == 1:
                place = p.start(call.args[0])
                yield Candidate([Edit(place, place, "nodes=")])
