"""What a program of Keras code builds, read by a small and strict reader.

It shares no code with kerlint, so that both cannot be wrong in the same way. It gives up early: it
reads straight-line code only, one model to a name, and one output layer to a model.
"""

from __future__ import annotations

import ast
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.injection.documents import Doc, Edit, _cell_index

ALIASES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
}
_WITH_ONE_TARGET = (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.comprehension)
LAYERS = frozenset(
    [
        "Dense",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Conv2DTranspose",
        "SeparableConv2D",
        "DepthwiseConv2D",
        "Flatten",
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "Activation",
        "ReLU",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "Softmax",
        "BatchNormalization",
        "LayerNormalization",
        "MaxPooling1D",
        "MaxPooling2D",
        "MaxPooling3D",
        "AveragePooling1D",
        "AveragePooling2D",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "LSTM",
        "GRU",
        "SimpleRNN",
        "Bidirectional",
        "TimeDistributed",
        "Embedding",
        "Input",
        "InputLayer",
        "Reshape",
        "Permute",
        "RepeatVector",
        "Concatenate",
        "Add",
        "Multiply",
        "Masking",
        "ZeroPadding2D",
        "UpSampling2D",
        "Rescaling",
        "Normalization",
        "TextVectorization",
        "Resizing",
        "Lambda",
    ]
)
POSITIONS = {
    "Dense": ("units", "activation"),
    "Conv1D": ("filters", "kernel_size", "strides", "padding"),
    "Conv2D": ("filters", "kernel_size", "strides", "padding"),
    "Conv3D": ("filters", "kernel_size", "strides", "padding"),
    "Dropout": ("rate",),
    "Activation": ("activation",),
    "Embedding": ("input_dim", "output_dim"),
    "LSTM": ("units", "activation"),
    "GRU": ("units", "activation"),
    "SimpleRNN": ("units", "activation"),
    "compile": ("optimizer", "loss", "metrics"),
    "fit": ("x", "y", "batch_size", "epochs"),
    "fit_generator": ("generator", "steps_per_epoch", "epochs"),
    "predict": ("x",),
}
RNN = ("LSTM", "GRU", "SimpleRNN")
CONV = ("Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D")
HEADS = ("Dense", "Conv1D", "Conv2D", "Conv3D")
POOL = tuple(name for name in sorted(LAYERS) if "Pooling" in name)
LOSS_WORDS = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "MSE": "mean_squared_error",
    "MAE": "mean_absolute_error",
}
LOSS_CLASSES = {
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "BinaryCrossentropy": "binary_crossentropy",
    "MeanSquaredError": "mean_squared_error",
    "MeanAbsoluteError": "mean_absolute_error",
    "Huber": "huber",
}
CROSSENTROPIES = frozenset(
    ("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy")
)
REGRESSION = frozenset(("mean_squared_error", "mean_absolute_error", "huber"))
IMAGES = {"mnist": 10, "fashion_mnist": 10, "cifar10": 10, "cifar100": 100}
CLASSES = {**IMAGES, "reuters": 46, "imdb": 2}
SKLEARN = {
    "load_iris": ("classes", 3),
    "load_wine": ("classes", 3),
    "load_digits": ("classes", 10),
    "load_breast_cancer": ("binary", 2),
    "make_moons": ("binary", 2),
    "make_circles": ("binary", 2),
    "load_boston": ("numbers", None),
    "load_diabetes": ("numbers", None),
    "fetch_california_housing": ("numbers", None),
    "make_regression": ("numbers", None),
}
_FOR_KERAS_2 = re.compile(
    r"TF_USE_LEGACY_KERAS|\btf_keras\b|optimizers\.legacy\b|tensorflow\.compat\.v1 as tf\b|"
    r"tensorflow(-[cg]pu)?==(1\.|2\.\d\b|2\.1[0-5])|enable_eager_execution"
)
FOLDERS = ("image_dataset_from_directory", "text_dataset_from_directory")


@dataclass
class Labels:
    """What is visible of labels: ``kind`` onehot, classes, binary, numbers."""

    kind: str
    count: int | None
    source: str
    dataset: bool = False


@dataclass
class Layer:
    call: ast.Call
    name: str  # "" when it is no layer of Keras
    how: str  # list, add, functional
    stmt: ast.stmt
    cond: bool
    inner: Layer | None = None
    apply: ast.Call | None = None  # functional: Layer(...)(x)
    items: ast.List | ast.Tuple | None = None

    @property
    def real(self) -> Layer:
        return self.inner if self.inner is not None else self

    def arg(self, name: str) -> ast.expr | None:
        return argument(self.call, self.name, name)


def argument(call: ast.Call, callee: str, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    order = POSITIONS.get(callee, ())
    if name in order and order.index(name) < len(call.args):
        value = call.args[order.index(name)]
        return None if isinstance(value, ast.Starred) else value
    return None


def keyword_of(call: ast.Call, name: str) -> ast.keyword | None:
    return next((k for k in call.keywords if k.arg == name), None)


def has_stars(call: ast.Call) -> bool:
    return any(k.arg is None for k in call.keywords) or any(
        isinstance(a, ast.Starred) for a in call.args
    )


@dataclass
class Loss:
    node: ast.expr  # the string, the object or the function
    how: str  # string, object, function
    word: str
    from_logits: bool | None


@dataclass
class Compile:
    call: ast.Call
    stmt: ast.stmt
    cond: bool
    scope: Scope
    loss: Loss | None


@dataclass
class Fit:
    call: ast.Call
    stmt: ast.stmt
    cond: bool
    scope: Scope
    method: str
    labels: Labels | None
    target: str | None  # history = model.fit(...)


@dataclass
class Model:
    scope: Scope
    kind: str  # list, add, functional
    stmt: ast.stmt
    layers: list[Layer] = field(default_factory=list)
    complete: bool = True  # all layers are known, in order
    compiles: list[Compile] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    outputs: int = 1
    parts: list[Model] = field(default_factory=list)  # one for each of several outputs

    def labels(self) -> Labels | None:
        """The labels, when something is visible and nothing speaks against it."""
        known = [f.labels for f in self.fits if f.labels is not None]
        known = [labels for labels in known if labels.kind not in ("pairs", "bunch")]
        if not known or any(k.kind != known[0].kind for k in known):
            return None
        return known[0]

    @property
    def words(self) -> str:
        return " ".join((*sorted(self.names), self.scope.name)).lower()

    @property
    def where(self) -> str:
        """The compile call in the function that builds the model, or elsewhere."""
        if self.kind == "loose":
            return self.kind
        return "helper" if any(c.scope is not self.scope for c in self.compiles) else "same"


@dataclass
class Head:
    model: Model
    layer: Layer  # the Dense
    act: str  # softmax, sigmoid, linear, ...; "" when unknown
    node: ast.expr | None  # where the activation is written
    holder: Layer | None  # the layer that holds it: the Dense, or one of its own

    @property
    def units(self) -> ast.expr | None:
        return self.layer.arg("units") or self.layer.arg("filters")


@dataclass(eq=False)
class Scope:
    node: ast.AST
    name: str
    body: list[tuple[ast.stmt, bool]]
    returned: Model | None = None


class _Tensor:
    def __init__(self, layer: Layer | None, parents: list[_Tensor | None]) -> None:
        self.layer, self.parents = layer, parents


def statements(body: list[ast.stmt], cond: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """Statements of a scope in order; the flag says that one may not run, or run repeatedly."""
    for stmt in body:
        yield stmt, cond
        if isinstance(stmt, (ast.With, ast.AsyncWith)):
            yield from statements(stmt.body, cond)
        elif isinstance(stmt, ast.If):
            main = "__name__" in ast.dump(stmt.test)
            yield from statements(stmt.body, cond or not main)
            yield from statements(stmt.orelse, True)
        elif isinstance(stmt, (ast.For, ast.While, ast.AsyncFor)):
            yield from statements(stmt.body, True)
            yield from statements(stmt.orelse, True)
        elif isinstance(stmt, ast.Try):
            yield from statements(stmt.body, True)
            for handler in stmt.handlers:
                yield from statements(handler.body, True)
            yield from statements(stmt.orelse, True)
            yield from statements(stmt.finalbody, cond)


class Program:
    """What the operators ask of a document."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = "\n".join(doc.lines)
        self.names: dict[str, str] = {}
        self.star = False
        self.parent: dict[ast.AST, ast.AST] = {}
        self.nodes: list[ast.AST] = [doc.tree]
        for node in self.nodes:  # which grows
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, (ast.expr_context, ast.operator, ast.cmpop)):
                    self.parent[child] = node
                    self.nodes.append(child)
        self._whats: dict[ast.AST, tuple[str, str]] = {}
        self._bind()
        self.calls = sorted(
            (n for n in self.nodes if isinstance(n, ast.Call)),
            key=lambda n: (n.lineno, n.col_offset),
        )
        self.constants = self._constants()
        self.models: list[Model] = []
        self.helpers: dict[str, Model | None] = {}
        self._heads: list[Head] | None = None
        # Written for Keras 2 by its own words: what Keras 3 took away is no fault there.
        self.keras_2 = bool(_FOR_KERAS_2.search(self.text))
        self.bound: dict[tuple[ast.AST, str], set[bool]] = defaultdict(set)
        self.facts: dict[str, Labels] = {}
        self._read()

    # -- names ---------------------------------------------------------------------------------

    def _bind(self) -> None:
        own = {
            n.name
            for n in self.nodes
            if isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
        }
        self.own = own
        bound: dict[str, set[str]] = defaultdict(set)
        self.since: dict[str, int] = {}  # the line of the first import that binds a name
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    root = alias.name.split(".")[0]
                    bound[alias.asname or root].add(alias.name if alias.asname else root)
                    name = alias.asname or root
                    self.since[name] = min(self.since.get(name, node.lineno), node.lineno)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                for alias in node.names:
                    if alias.name == "*":
                        self.star = self.star or ("keras" in node.module)
                    else:
                        name = alias.asname or alias.name
                        bound[name].add(f"{node.module}.{alias.name}")
                        self.since[name] = min(self.since.get(name, node.lineno), node.lineno)
        for name, paths in bound.items():
            paths = {canonical(path) for path in paths}
            if len(paths) == 1 and name not in own:
                self.names[name] = paths.pop()
        for stmt in self.doc.tree.body:  # layers = tf.keras.layers
            if (
                isinstance(stmt, ast.Assign)
                and len(stmt.targets) == 1
                and isinstance(stmt.targets[0], ast.Name)
                and isinstance(stmt.value, ast.Attribute)
            ):
                path = self.path(stmt.value)
                if path is not None and path.startswith("keras"):
                    self.names.setdefault(stmt.targets[0].id, path)

    def path(self, node: ast.AST) -> str | None:
        """The dotted path behind a name, with the Keras inside TensorFlow written ``keras``."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.names.get(node.id)
        if root is None:
            if self.star and not parts and node.id in LAYERS and node.id not in self.own:
                return f"keras.layers.{node.id}"
            return None
        return canonical(".".join([root, *reversed(parts)]))

    def what(self, node: ast.AST) -> tuple[str, str]:
        """(module, name) of something of Keras: ("layers", "Dense"); ("", "") for others."""
        found = self._whats.get(node)
        if found is None:
            found = self._whats[node] = self._what(node)
        return found

    def _what(self, node: ast.AST) -> tuple[str, str]:
        path = self.path(node)
        if path is None or not path.startswith("keras."):
            return "", ""
        parts = path.split(".")
        name = ALIASES.get(parts[-1], parts[-1])
        if name in ("Sequential", "Model") and len(parts) <= 3:
            return "models", name
        if name == "Input":
            return "layers", name
        return (parts[1] if len(parts) > 2 else "", name)

    def _constants(self) -> dict[str, object]:
        seen: dict[str, list[object]] = defaultdict(list)
        for node in self.nodes:
            targets: list[ast.expr] = []
            value: ast.expr | None = None
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(
                node, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.comprehension)
            ):
                targets = [node.target]
            elif isinstance(node, ast.arg):
                seen[node.arg].append(None)
            for target in targets:
                for leaf in ast.walk(target):
                    if isinstance(leaf, ast.Name):
                        plain = isinstance(value, ast.Constant) and leaf is target
                        seen[leaf.id].append(value.value if plain else None)
        return {n: v[0] for n, v in seen.items() if len(v) == 1 and v[0] is not None}

    def number(self, node: ast.expr | None) -> float | None:
        value: object = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.Name):
            value = self.constants.get(node.id)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.number(node.operand)
            return -inner if inner is not None else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return value

    def tensorflow(self, before: int) -> str | None:
        """What the file writes for ``tensorflow``, if it is imported above that line."""
        for name, path in self.names.items():
            if path == "tensorflow" and self.since.get(name, before) < before:
                return name
        return None

    def root(self, node: ast.AST) -> str | None:
        """What the file writes for ``keras`` at a place."""
        tf = self.tensorflow(node.lineno)
        if tf is not None and re.search(rf"\b{tf}\.keras\.layers\.", self.text):
            return f"{tf}.keras"
        for name, path in self.names.items():
            if path == "keras" and name != "tf_keras":
                if self.since.get(name, node.lineno) < node.lineno:
                    return name
        return f"{tf}.keras" if tf else None

    def is_model(self, node: ast.expr) -> bool:
        """Whether a name is bound to models, and nothing else, in the function around it."""
        key = self._key(node)
        holder: ast.AST | None = node
        while holder is not None and not isinstance(
            holder, (ast.FunctionDef, ast.Lambda, ast.Module, ast.AsyncFunctionDef)
        ):
            holder = self.parent.get(holder)
        return key is not None and self.bound.get((holder, key)) == {True}

    def once(self, name: str) -> str:
        """The text of the value of a name that is assigned once; "" for others."""
        found = [
            n
            for n in self.nodes
            if isinstance(n, (ast.Assign, ast.AugAssign, ast.For))
            for t in (n.targets if isinstance(n, ast.Assign) else [n.target])
            if any(isinstance(leaf, ast.Name) and leaf.id == name for leaf in ast.walk(t))
        ]
        if len(found) != 1 or not isinstance(found[0], ast.Assign):
            return ""
        return self.source(found[0].value)

    # -- text ----------------------------------------------------------------------------------

    def place(self, line: int, column: int) -> tuple[int, int]:
        row = self.doc.lines[line - 1]
        return line, len(row.encode()[:column].decode(errors="ignore"))

    def start(self, node: ast.AST) -> tuple[int, int]:
        return self.place(node.lineno, node.col_offset)

    def end(self, node: ast.AST) -> tuple[int, int]:
        return self.place(node.end_lineno, node.end_col_offset)

    def between(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        lines = self.doc.lines[start[0] - 1 : end[0]]
        if len(lines) == 1:
            return lines[0][start[1] : end[1]]
        return "\n".join([lines[0][start[1] :], *lines[1:-1], lines[-1][: end[1]]])

    def source(self, node: ast.AST) -> str:
        return self.between(self.start(node), self.end(node))

    def sub(self, node: ast.AST, text: str) -> Edit:
        return Edit(self.start(node), self.end(node), text)

    def ahead(self, place: tuple[int, int]) -> str:
        """The text behind a place, up to two lines of it."""
        lines = self.doc.lines[place[0] - 1 : place[0] + 2]
        return "\n".join([lines[0][place[1] :], *lines[1:]])

    def drop_arg(self, call: ast.Call, value: ast.expr) -> Edit | None:
        """Take an argument out, with its comma."""
        parts: list[ast.AST] = sorted([*call.args, *call.keywords], key=self.start)
        index = next(
            (i for i, p in enumerate(parts) if p is value or getattr(p, "value", None) is value),
            None,
        )
        return self._drop(parts, index) if index is not None else None

    def _drop(self, parts: list[ast.AST], index: int) -> Edit | None:
        part = parts[index]
        if index > 0:
            start, end = self.end(parts[index - 1]), self.end(part)
            if not re.fullmatch(r"\s*,\s*(#[^\n]*\s*)*", self.between(start, self.start(part))):
                return None
            return Edit(start, end, "")
        if len(parts) > 1:
            start, end = self.start(part), self.start(parts[1])
            if not re.fullmatch(r"\s*,\s*", self.between(self.end(part), end)):
                return None
            return Edit(start, end, "")
        tail = self.ahead(self.end(part))
        comma = re.match(r"\s*,", tail)
        if comma and "\n" not in comma[0]:
            line, column = self.end(part)
            return Edit(self.start(part), (line, column + len(comma[0])), "")
        return Edit(self.start(part), self.end(part), "")

    def add_arg(self, call: ast.Call, text: str) -> Edit | None:
        parts: list[ast.AST] = sorted([*call.args, *call.keywords], key=self.start)
        if not parts:
            line, column = self.end(call)
            if self.doc.lines[line - 1][column - 1 : column] != ")":
                return None
            return Edit((line, column - 1), (line, column - 1), text)
        if isinstance(parts[-1], ast.GeneratorExp) or (
            isinstance(parts[-1], ast.keyword) and parts[-1].arg is None
        ):
            return None
        place = self.end(parts[-1])
        if not re.match(r"\s*[,)#]", self.ahead(place)):
            return None
        return Edit(place, place, f", {text}")

    def set_arg(self, call: ast.Call, callee: str, name: str, text: str) -> Edit | None:
        value = argument(call, callee, name)
        if value is not None:
            return self.sub(value, text)
        return self.add_arg(call, f"{name}={text}")

    def alone(self, stmt: ast.stmt) -> bool:
        """Whether a statement has its lines for itself."""
        start, end = self.start(stmt), self.end(stmt)
        before = self.doc.lines[start[0] - 1][: start[1]]
        behind = self.doc.lines[end[0] - 1][end[1] :]
        return not before.strip() and not re.match(r"\s*[^\s#]", behind)

    def drop_stmt(self, stmt: ast.stmt) -> Edit | None:
        if not self.alone(stmt):
            return self.sub(stmt, "pass")
        holder = self.parent[stmt]
        body = next(
            (
                getattr(holder, name)
                for name in ("body", "orelse", "finalbody")
                if isinstance(getattr(holder, name, None), list) and stmt in getattr(holder, name)
            ),
            None,
        )
        cell = self.doc.cells[_cell_index(self.doc, stmt.lineno)]
        last = stmt.end_lineno == cell.first + cell.count
        if body is None or (len(body) == 1 and not isinstance(holder, ast.Module)) or last:
            return self.sub(stmt, "pass")
        return Edit((stmt.lineno, 0), (stmt.end_lineno + 1, 0), "")

    def insert_after(self, stmt: ast.stmt, text: str) -> Edit | None:
        if not self.alone(stmt):
            return None
        row = self.doc.lines[stmt.end_lineno - 1]
        indent = re.match(r"\s*", self.doc.lines[stmt.lineno - 1])[0]
        place = (stmt.end_lineno, len(row))
        return Edit(place, place, f"\n{indent}{text}")

    def quoted(self, node: ast.expr, word: str) -> str:
        """A string in the quotes that the other one has."""
        text = self.source(node)
        quote = text[0] if text[:1] in "'\"" else '"'
        return f"{quote}{word}{quote}"

    # -- layers --------------------------------------------------------------------------------

    def layer_of(self, node: ast.expr, how: str, stmt: ast.stmt, cond: bool) -> Layer | None:
        if not isinstance(node, ast.Call):
            return None
        module, name = self.what(node.func)
        if module != "layers":
            return None
        layer = Layer(node, name, how, stmt, cond)
        if name in ("Bidirectional", "TimeDistributed") and node.args:
            layer.inner = self.layer_of(node.args[0], how, stmt, cond)
        return layer

    def activation(self, node: ast.expr | None) -> str:
        """An activation in one word; "" when it is not plain."""
        if node is None:
            return "linear"
        if isinstance(node, ast.Constant):
            if node.value is None:
                return "linear"
            return node.value.lower() if isinstance(node.value, str) else ""
        path = self.path(node)
        if path is not None and re.fullmatch(
            r"(tensorflow\.nn|tensorflow|keras\.activations|keras\.ops|keras\.ops\.nn)\.\w+", path
        ):
            return path.rpartition(".")[2]
        return ""

    def loss_of(self, node: ast.expr | None, scope: Scope) -> Loss | None:
        if node is None:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return Loss(node, "string", LOSS_WORDS.get(node.value, node.value), False)
        if isinstance(node, ast.Name) and node.id not in self.names:
            found = [
                s.value
                for s in self.nodes
                if isinstance(s, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == node.id for t in s.targets)
            ]
            if len(found) != 1 or not isinstance(found[0], ast.Call):
                return None
            node = found[0]
        if isinstance(node, ast.Call):
            module, name = self.what(node.func)
            if module not in ("losses", "metrics") or name not in LOSS_CLASSES or has_stars(node):
                return None
            flag = keyword_of(node, "from_logits")
            if flag is None and node.args:
                return None
            value: bool | None = False
            if flag is not None:
                plain = isinstance(flag.value, ast.Constant) and isinstance(flag.value.value, bool)
                value = flag.value.value if plain else None
            return Loss(node, "object", LOSS_CLASSES[name], value)
        module, name = self.what(node)
        if module in ("losses", "metrics", "objectives"):
            word = LOSS_CLASSES.get(name) or LOSS_WORDS.get(name, name)
            return Loss(node, "function", word, False)
        return None

    # -- reading -------------------------------------------------------------------------------

    def _read(self) -> None:
        module = Scope(self.doc.tree, "", list(statements(self.doc.tree.body)))
        self._run(module, {})
        outer = dict(self.facts)
        self.models.clear()
        self.bound.clear()
        functions = [n for n in self.nodes if isinstance(n, ast.FunctionDef)]
        counts = Counter(f.name for f in functions)
        for function in sorted(functions, key=lambda f: f.lineno):
            scope = Scope(function, function.name, list(statements(function.body)))
            arguments = function.args
            taken = {
                a.arg for a in (*arguments.args, *arguments.kwonlyargs, *arguments.posonlyargs)
            }
            known = {name: fact for name, fact in outer.items() if name not in taken}
            self._run(scope, known)
            plain = isinstance(self.parent.get(function), (ast.Module, ast.If, ast.With))
            if counts[function.name] == 1 and plain:
                self.helpers[function.name] = scope.returned
        self._run(module, {})
        self.module = module

    def _run(self, scope: Scope, facts: dict[str, Labels]) -> None:
        """Follow a scope in order: models, tensors, labels."""
        env: dict[str, object] = {}
        facts = dict(facts)
        returns = [s for s, _ in scope.body if isinstance(s, ast.Return) and s.value is not None]
        for stmt, cond in scope.body:
            if isinstance(stmt, ast.Assign):
                self._assign(stmt, cond, scope, env, facts)
            elif isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
                self._call(stmt.value, stmt, cond, scope, env, facts, None)
            elif isinstance(stmt, (ast.AugAssign, ast.AnnAssign, ast.For, ast.Delete)):
                target = getattr(stmt, "target", None)
                for leaf in ast.walk(target) if target is not None else ():
                    if isinstance(leaf, ast.Name):
                        self.bound[scope.node, leaf.id].add(False)
                        env.pop(leaf.id, None)
                        if not isinstance(stmt, ast.AugAssign):
                            facts.pop(leaf.id, None)
            elif isinstance(stmt, ast.Return) and len(returns) == 1 and stmt.value is not None:
                value = self._value(stmt.value, stmt, cond, scope, env)
                if isinstance(value, Model) and not cond:
                    value.names.add(scope.name)
                    scope.returned = value
        self.facts = facts

    def _key(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return node.id
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            return f"self.{node.attr}"
        return None

    def _assign(
        self,
        stmt: ast.Assign,
        cond: bool,
        scope: Scope,
        env: dict[str, object],
        facts: dict[str, Labels],
    ) -> None:
        if len(stmt.targets) != 1:
            for target in stmt.targets:
                for leaf in ast.walk(target):
                    if isinstance(leaf, ast.Name):
                        env.pop(leaf.id, None)
                        facts.pop(leaf.id, None)
            return
        target, value = stmt.targets[0], stmt.value
        self._label(target, value, cond, facts)
        key = self._key(target)
        if key is None:
            for leaf in ast.walk(target):
                if isinstance(leaf, ast.Name):
                    self.bound[scope.node, leaf.id].add(False)
                    env.pop(leaf.id, None)
            return
        if isinstance(value, ast.Call) and self._call(value, stmt, cond, scope, env, facts, key):
            self.bound[scope.node, key].add(False)
            env.pop(key, None)
            return
        found = self._value(value, stmt, cond, scope, env)
        loaded = isinstance(value, ast.Call) and self.what(value.func)[1] == "load_model"
        self.bound[scope.node, key].add(isinstance(found, Model) or loaded)
        if cond:
            found = None
        if found is None:
            env.pop(key, None)
        else:
            env[key] = found
            if isinstance(found, Model):
                found.names.add(key)

    def _value(
        self, node: ast.expr, stmt: ast.stmt, cond: bool, scope: Scope, env: dict[str, object]
    ) -> object:
        """A model, a tensor or a layer; None for anything else."""
        key = self._key(node)
        if key is not None:
            return env.get(key)
        if not isinstance(node, ast.Call):
            return None
        module, name = self.what(node.func)
        if (module, name) == ("models", "Sequential"):
            return self._sequential(node, stmt, cond, scope)
        if (module, name) == ("models", "Model"):
            return self._functional(node, stmt, cond, scope, env)
        if (module, name) == ("layers", "Input"):
            return _Tensor(self.layer_of(node, "functional", stmt, cond), [])
        if module == "layers" and name[:1].isupper():
            return self.layer_of(node, "functional", stmt, cond)
        if isinstance(node.func, ast.Name) and node.func.id in self.helpers:
            return self.helpers[node.func.id]
        return self._tensor(node, stmt, cond, scope, env)

    def _tensor(
        self, node: ast.expr, stmt: ast.stmt, cond: bool, scope: Scope, env: dict[str, object]
    ) -> _Tensor | None:
        key = self._key(node)
        if key is not None:
            found = env.get(key)
            return found if isinstance(found, _Tensor) else None
        if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
            return None
        made: object = None
        if isinstance(node.func, ast.Call):
            made = self.layer_of(node.func, "functional", stmt, cond)
        else:
            key = self._key(node.func)
            made = env.get(key) if key is not None else None
        if not isinstance(made, Layer):
            return None
        layer = Layer(made.call, made.name, "functional", stmt, cond, made.inner, node)
        if isinstance(node.args[0], (ast.List, ast.Tuple)):
            elements = node.args[0].elts
            return _Tensor(layer, [self._tensor(e, stmt, cond, scope, env) for e in elements])
        return _Tensor(layer, [self._tensor(node.args[0], stmt, cond, scope, env)])

    def _sequential(self, node: ast.Call, stmt: ast.stmt, cond: bool, scope: Scope) -> Model:
        model = Model(scope, "add", stmt, complete=not cond)
        items = node.args[0] if node.args else None
        for keyword in node.keywords:
            if keyword.arg == "layers":
                items = keyword.value
        if items is not None:
            model.kind = "list"
            if isinstance(items, (ast.List, ast.Tuple)):
                for item in items.elts:
                    layer = self.layer_of(item, "list", stmt, cond)
                    if layer is None:
                        model.complete = False
                        layer = Layer(ast.Call(item, [], []), "", "list", stmt, cond)
                    layer.items = items
                    model.layers.append(layer)
            else:
                model.complete = False
        self.models.append(model)
        return model

    def _functional(
        self, node: ast.Call, stmt: ast.stmt, cond: bool, scope: Scope, env: dict[str, object]
    ) -> Model | None:
        outputs = None
        if len(node.args) >= 2:
            outputs = node.args[1]
        for keyword in node.keywords:
            if keyword.arg in ("outputs", "output"):
                outputs = keyword.value
        if outputs is None:
            return None
        model = Model(scope, "functional", stmt, complete=not cond)
        if isinstance(outputs, (ast.List, ast.Tuple)) and len(outputs.elts) != 1:
            model.outputs = len(outputs.elts)
            for element in outputs.elts:
                part = Model(scope, "multi", stmt, complete=not cond)
                if self._chain(part, element, stmt, cond, scope, env):
                    self.models.append(part)
                model.parts.append(part)
            model.complete = False
            self.models.append(model)
            return model
        if isinstance(outputs, (ast.List, ast.Tuple)):
            outputs = outputs.elts[0]
        if not self._chain(model, outputs, stmt, cond, scope, env):
            return None
        self.models.append(model)
        return model

    def _chain(
        self,
        model: Model,
        output: ast.expr,
        stmt: ast.stmt,
        cond: bool,
        scope: Scope,
        env: dict[str, object],
    ) -> bool:
        """The layers of a model from its output back to its input, as far as it is one way."""
        tensor = self._tensor(output, stmt, cond, scope, env)
        chain: list[Layer] = []
        seen = 0
        while tensor is not None and tensor.layer is not None and seen < 500:
            chain.append(tensor.layer)
            seen += 1
            if not tensor.parents:
                break
            if len(tensor.parents) > 1:
                model.complete = False
                tensor = None
                break
            tensor = tensor.parents[0]
        if tensor is None:
            model.complete = False
        model.layers = list(reversed(chain))
        return bool(chain)

    def _call(
        self,
        node: ast.Call,
        stmt: ast.stmt,
        cond: bool,
        scope: Scope,
        env: dict[str, object],
        facts: dict[str, Labels],
        target: str | None,
    ) -> bool:
        """A method of a known model; True when it is one."""
        if not isinstance(node.func, ast.Attribute):
            return False
        key = self._key(node.func.value)
        model = env.get(key) if key is not None else None
        if not isinstance(model, Model):
            return False
        method = node.func.attr
        if method == "add" and len(node.args) == 1:
            layer = self.layer_of(node.args[0], "add", stmt, cond)
            if layer is None:
                layer = Layer(ast.Call(node.args[0], [], []), "", "add", stmt, cond)
                model.complete = False
            if cond:
                model.complete = False
            model.layers.append(layer)
            return True
        if method == "pop":
            model.complete = False
            model.layers.clear()
            return True
        if method == "compile":
            given = argument(node, "compile", "loss")
            model.compiles.append(Compile(node, stmt, cond, scope, self.loss_of(given, scope)))
            for part, own in zip(model.parts, self._parts(given, model.parts)):
                part.compiles.append(Compile(node, stmt, cond, scope, self.loss_of(own, scope)))
            return True
        if method in ("fit", "fit_generator", "train_on_batch"):
            labels = None
            y = argument(node, "fit", "y") if method != "fit_generator" else None
            if y is not None:
                labels = self._labels(y, facts)
            else:
                x = argument(node, method, "x" if method == "fit" else "generator")
                x = node.args[0] if x is None and node.args else x
                if x is not None and method != "train_on_batch":
                    labels = self._labels(x, facts)
                    if labels is not None and not labels.dataset:
                        labels = None
            model.fits.append(Fit(node, stmt, cond, scope, method, labels, target))
            return True
        return False

    def _parts(self, loss: ast.expr | None, parts: list[Model]) -> list[ast.expr | None]:
        """The loss of each output: one for all, a list, or a dictionary by the names of layers."""
        if isinstance(loss, (ast.List, ast.Tuple)):
            return list(loss.elts) if len(loss.elts) == len(parts) else [None] * len(parts)
        if not isinstance(loss, ast.Dict):
            return [loss] * len(parts)
        found: list[ast.expr | None] = []
        for part in parts:
            name = keyword_of(part.layers[-1].call, "name") if part.layers else None
            word = name.value.value if name and isinstance(name.value, ast.Constant) else None
            values = [
                value
                for key, value in zip(loss.keys, loss.values)
                if isinstance(key, ast.Constant) and key.value == word and word is not None
            ]
            found.append(values[0] if len(values) == 1 else None)
        return found

    # -- labels --------------------------------------------------------------------------------

    def _label(
        self, target: ast.expr, value: ast.expr, cond: bool, facts: dict[str, Labels]
    ) -> None:
        leaves = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        if isinstance(target, (ast.Subscript, ast.Attribute)):
            return
        if cond:
            for name in leaves:
                facts.pop(name, None)
            return
        if isinstance(target, ast.Name):
            found = self._labels(value, facts)
            if found is None:
                facts.pop(target.id, None)
            else:
                facts[target.id] = found
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            return
        found_all: list[Labels | None] = [None] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            found_all = [self._labels(v, facts) for v in value.elts]
        elif isinstance(value, ast.Call):
            path = self.path(value.func) or ""
            data = re.fullmatch(r"keras\.datasets\.(\w+)\.load_data", path)
            if data:
                self._pairs(target, dataset_labels(data[1]), facts)
                return
            if path.startswith("sklearn.datasets.") and len(target.elts) == 2:
                kind = SKLEARN.get(path.rpartition(".")[2])
                pairs = path.rpartition(".")[2].startswith("make_") or "return_X_y" in ast.dump(
                    value
                )
                if kind is not None and pairs:
                    found_all[1] = Labels(*kind, path.rpartition(".")[2])
            if path.endswith("train_test_split") and len(target.elts) == 2 * len(value.args):
                given = [self._labels(v, facts) for v in value.args]
                found_all = [given[i // 2] for i in range(len(target.elts))]
        elif isinstance(value, ast.Name):
            held = facts.get(value.id)
            if held is not None and held.kind == "pairs":
                self._pairs(target, dataset_labels(held.source), facts)
                return
        for element, fact in zip(target.elts, found_all, strict=True):
            for leaf in ast.walk(element):
                if isinstance(leaf, ast.Name):
                    facts.pop(leaf.id, None)
            if isinstance(element, ast.Name) and fact is not None:
                facts[element.id] = fact

    def _pairs(
        self, target: ast.Tuple | ast.List, fact: Labels | None, facts: dict[str, Labels]
    ) -> None:
        """``(x, y), (x_test, y_test) =`` the return value of a ``load_data``."""
        for element in target.elts:
            if isinstance(element, (ast.Tuple, ast.List)) and len(element.elts) == 2:
                first, second = element.elts
                if isinstance(first, ast.Name):
                    facts.pop(first.id, None)
                if isinstance(second, ast.Name):
                    facts.pop(second.id, None)
                    if fact is not None:
                        facts[second.id] = fact

    def _labels(self, node: ast.expr, facts: dict[str, Labels]) -> Labels | None:
        if isinstance(node, ast.Name):
            return facts.get(node.id)
        if isinstance(node, ast.Attribute) and node.attr == "values":
            return self._labels(node.value, facts)
        if isinstance(node, ast.Attribute) and node.attr == "target":
            held = self._labels(node.value, facts)
            if held is not None and held.kind == "bunch":
                return Labels(*SKLEARN[held.source], held.source)
            return None
        if isinstance(node, ast.Subscript):
            index = node.slice
            if isinstance(index, ast.Tuple):
                index = index.elts[0] if index.elts else index
            base = self._labels(node.value, facts)
            if base is not None and (isinstance(index, ast.Slice) or not base.dataset):
                return base if isinstance(index, (ast.Slice, ast.Name)) else None
            return None
        if not isinstance(node, ast.Call):
            return None
        _module, name = self.what(node.func)
        path = self.path(node.func) or ""
        data = re.fullmatch(r"keras\.datasets\.(\w+)\.load_data", path)
        if data:
            return Labels("pairs", None, data[1])
        if path.startswith("sklearn.datasets.") and path.rpartition(".")[2] in SKLEARN:
            return Labels("bunch", None, path.rpartition(".")[2])
        if name == "to_categorical" and node.args:
            below = self._labels(node.args[0], facts)
            count = self.number(argument(node, "", "num_classes"))
            if count is None and len(node.args) > 1:
                count = self.number(node.args[1])
            if count is None and below is not None:
                count = below.count
            if below is not None and below.kind == "onehot":
                return None
            return Labels("onehot", int(count) if count else None, "to_categorical")
        if path in ("tensorflow.one_hot",) or path.endswith("get_dummies"):
            return Labels("onehot", None, path.rpartition(".")[2])
        if name in FOLDERS:
            mode = argument(node, "", "label_mode")
            word = mode.value if isinstance(mode, ast.Constant) else None
            if mode is None or word == "int":
                return Labels("classes", None, name, True)
            if word == "categorical":
                return Labels("onehot", None, name, True)
            return Labels("binary", 2, name, True) if word == "binary" else None
        if isinstance(node.func, ast.Attribute):
            method, receiver = node.func.attr, node.func.value
            if method == "flow_from_directory":
                mode = argument(node, "", "class_mode")
                word = mode.value if isinstance(mode, ast.Constant) else None
                if mode is None or word == "categorical":
                    return Labels("onehot", None, method, True)
                if word == "binary":
                    return Labels("binary", 2, method, True)
                return Labels("classes", None, method, True) if word == "sparse" else None
            if method == "flow" and len(node.args) >= 2:
                below = self._labels(node.args[1], facts)
                if below is None:
                    return None
                return Labels(below.kind, below.count, below.source, True)
            if method == "from_tensor_slices" and len(node.args) == 1:
                pair = node.args[0]
                if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                    below = self._labels(pair.elts[1], facts)
                    if below is not None:
                        return Labels(below.kind, below.count, below.source, True)
                return None
            if method == "fit_transform" and isinstance(receiver, (ast.Name, ast.Call)):
                if isinstance(receiver, ast.Call):
                    kind = self.path(receiver.func) or ""
                else:
                    kind = self._made(receiver.id)
                return Labels("classes", None, "LabelEncoder") if "LabelEncoder" in kind else None
            if method in ("array", "asarray", "squeeze", "expand_dims") and node.args:
                if path.startswith("numpy."):
                    return self._labels(node.args[0], facts)
            base = self._labels(receiver, facts)
            if base is None:
                return None
            if method in ("astype", "copy", "ravel", "squeeze", "to_numpy", "reshape"):
                return base
            if base.dataset and method in (
                "shuffle", "batch", "prefetch", "cache", "take", "skip", "repeat"
            ):  # fmt: skip
                return base
        return None

    def _made(self, name: str) -> str:
        """The class that a name is made of, in the whole document."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                if any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                    return self.path(node.value.func) or ""
        return ""

    # -- heads ---------------------------------------------------------------------------------

    def heads(self) -> Iterator[Head]:
        """The Dense heads of models whose end is in straight-line code."""
        for model in self.models:
            head = self.head(model)
            if head is not None:
                yield head

    def all_heads(self) -> list[Head]:
        if self._heads is None:
            self._heads = [*self.heads(), *self.loose_heads()]
        return self._heads

    def head(self, model: Model) -> Head | None:
        if not model.layers or model.outputs != 1:
            return None
        last = model.layers[-1]
        if last.cond or has_stars(last.call):
            return None
        if last.name == "TimeDistributed" and last.inner is not None:
            last = last.inner
        if last.name in HEADS:
            node = last.arg("activation")
            return Head(model, last, self.activation(node), node, last if node else None)
        if last.name in ("Activation", "Softmax") and len(model.layers) > 1:
            below = model.layers[-2]
            if below.name == "TimeDistributed" and below.inner is not None:
                below = below.inner
            if below.name not in HEADS or below.cond or has_stars(below.call):
                return None
            if self.activation(below.arg("activation")) != "linear":
                return None
            if last.name == "Softmax":
                return (
                    None
                    if last.call.args or last.call.keywords
                    else Head(model, below, "softmax", None, last)
                )
            node = last.arg("activation")
            return Head(model, below, self.activation(node), node, last) if node else None
        return None

    def loose_heads(self) -> Iterator[Head]:
        """Heads that this reader does not follow to their loss, and that need no following.

        The file has one softmax (or one sigmoid, on one unit), and every ``compile`` in it has the
        one crossentropy that goes with it: wherever the model is built, this is its head.
        """
        for word, wanted in (
            ("softmax", ("categorical_crossentropy", "sparse_categorical_crossentropy")),
            ("sigmoid", ("binary_crossentropy",)),
        ):
            heads: list[tuple[ast.Call, ast.expr]] = []
            others = 0
            for node in self.nodes:
                if not isinstance(node, ast.Call):
                    continue
                module, name = self.what(node.func)
                if word in name.lower() and (module, name) != ("layers", "Dense"):
                    others += 1
                if module != "layers":
                    others += word in self.texts_of(node.func)
                    continue
                value = argument(node, name, "activation")
                if value is not None and self.activation(value) == word:
                    heads.append((node, value))
            compiles = self._all_compiles()
            if len(heads) != 1 or others or not compiles:
                continue
            call, value = heads[0]
            words = {c.loss.word if c.loss else "" for c in compiles}
            if self.what(call.func) != ("layers", "Dense") or has_stars(call):
                continue
            if len(words) != 1 or not words <= set(wanted):
                continue
            if word == "sigmoid" and self.number(argument(call, "Dense", "units")) != 1:
                continue
            stmt: ast.AST = call
            while not isinstance(stmt, ast.stmt):
                stmt = self.parent[stmt]
            holder = self.parent[call]
            layer = Layer(call, "Dense", "other", stmt, False)
            if isinstance(holder, (ast.List, ast.Tuple)):
                layer.how, layer.items = "list", holder
            elif isinstance(holder, ast.Call) and holder.func is call and len(holder.args) == 1:
                layer.how, layer.apply = "functional", holder
            elif isinstance(holder, ast.Call) and self.source(holder.func).endswith(".add"):
                layer.how = "add"
            model = Model(Scope(self.doc.tree, "", []), "loose", stmt, [layer], complete=False)
            model.compiles = compiles
            yield Head(model, layer, word, value, layer)

    def texts_of(self, node: ast.expr) -> str:
        """The last word of a callee: ``tf.nn.softmax`` -> ``softmax``."""
        return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")

    def _all_compiles(self) -> list[Compile]:
        """Every compile call with a loss; in straight code or not."""
        found = []
        scope = Scope(self.doc.tree, "", [])
        for call in self.calls:
            if not isinstance(call.func, ast.Attribute) or call.func.attr != "compile":
                continue
            if self.source(call.func.value) in ("re", "super()") or has_stars(call):
                return []
            loss = argument(call, "compile", "loss")
            if loss is None:
                return []
            stmt: ast.AST = call
            while not isinstance(stmt, ast.stmt):
                stmt = self.parent[stmt]
            found.append(Compile(call, stmt, False, scope, self.loss_of(loss, scope)))
        return found

    # -- edits on layers -----------------------------------------------------------------------

    def sibling(self, func: ast.expr, name: str) -> tuple[str, list[Edit]] | None:
        """How another layer is written beside ``func``, with the import that it needs."""
        if isinstance(func, ast.Attribute):
            return f"{self.source(func.value)}.{name}", []
        if not isinstance(func, ast.Name):
            return None
        path = self.names.get(name)
        if path is not None:
            return (name, []) if path.startswith("keras.") and path.endswith(f".{name}") else None
        if name in self.own:
            return None
        if self.star:
            return name, []
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                if any((a.asname or a.name) == func.id for a in node.names):
                    if not canonical(node.module).startswith("keras.layers"):
                        continue
                    place = self.end(node.names[-1])
                    return name, [Edit(place, place, f", {name}", silent=True)]
        return None

    def append_layer(self, head: Head, name: str, arguments: str) -> list[Edit] | None:
        """Put another layer at the end of a model."""
        return self.insert_layer(head.model.layers[-1], name, arguments)

    def insert_layer(self, before: Layer, name: str, arguments: str) -> list[Edit] | None:
        """Put another layer behind one."""
        found = self.sibling(before.call.func, name)
        if found is None:
            return None
        word, extra = found
        return self._behind(before, f"{word}({arguments})", extra)

    def _behind(self, layer: Layer, text: str, extra: list[Edit]) -> list[Edit] | None:
        if layer.how == "list":
            place = self.end(layer.call)
            if not re.match(r"\s*[,\])#]", self.ahead(place)):
                return None
            return [*extra, Edit(place, place, f", {text}")]
        if layer.how == "add":
            call = layer.stmt.value if isinstance(layer.stmt, ast.Expr) else None
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                return None
            edit = self.insert_after(layer.stmt, f"{self.source(call.func)}({text})")
            return [*extra, edit] if edit is not None else None
        if layer.apply is None:
            return None
        start, end = self.start(layer.apply), self.end(layer.apply)
        return [*extra, Edit(start, start, f"{text}("), Edit(end, end, ")")]

    def delete_layer(self, layer: Layer) -> list[Edit] | None:
        if layer.how == "list" and layer.items is not None:
            parts: list[ast.AST] = list(layer.items.elts)
            edit = self._drop(parts, parts.index(layer.call)) if layer.call in parts else None
            return [edit] if edit is not None else None
        if layer.how == "add":
            edit = self.drop_stmt(layer.stmt)
            return [edit] if edit is not None else None
        if layer.apply is not None and isinstance(layer.apply.args[0], (ast.Name, ast.Call)):
            return [self.sub(layer.apply, self.source(layer.apply.args[0]))]
        return None

    def drop_activation(self, head: Head) -> list[Edit] | None:
        if head.holder is None:
            return None
        if head.holder is head.layer:
            edit = self.drop_arg(head.layer.call, head.node)
            return [edit] if edit is not None else None
        return self.delete_layer(head.holder)

    def set_activation(self, head: Head, word: str) -> list[Edit] | None:
        if head.node is None:
            return None
        return [self.sub(head.node, activation_text(self, head.node, word))]


def canonical(path: str) -> str:
    for prefix in ("tensorflow.keras", "tf_keras", "tensorflow.python.keras"):
        if path == prefix or path.startswith(prefix + "."):
            return "keras" + path[len(prefix) :]
    return path


def dataset_labels(name: str) -> Labels | None:
    if name in ("boston_housing", "california_housing"):
        return Labels("numbers", None, f"keras.datasets.{name}")
    if name == "imdb":
        return Labels("binary", 2, "keras.datasets.imdb")
    if name in CLASSES:
        return Labels("classes", CLASSES[name], f"keras.datasets.{name}")
    return None


def variety(p: Program, node: ast.AST, number: int) -> int:
    """A number that is the same for the same place: people write one thing in several ways."""
    rng = random.Random(f"{p.doc.rel}/{node.lineno}/{node.col_offset}")
    return rng.randrange(number)


def activation_text(p: Program, node: ast.expr, word: str) -> str:
    """An activation as a string, mostly; sometimes as a function of TensorFlow or Keras."""
    tf = p.tensorflow(node.lineno)
    kind = variety(p, node, 6)
    if kind == 0 and tf is not None and word in ("relu", "tanh", "sigmoid", "softmax"):
        return f"{tf}.nn.{word}"
    root = p.root(node)
    if kind == 1 and root is not None:
        return f"{root}.activations.{word}"
    return p.quoted(node, word)
