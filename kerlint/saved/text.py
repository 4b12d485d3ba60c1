"""A configuration as Python: the program that builds the same model, one layer to a line.

Every value is plain data and goes through ``repr``; a name is only written when Keras has it. All
else is imported from ``not_in_the_file``, of which the reader knows nothing.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.saved.architecture import Architecture, Config, NotReadable
from kerlint.saved.compiled import compile_arguments
from kerlint.saved.graph import Graph, Node, Ref, graph_of, name_of, refs_in
from kerlint.saved.objects import (
    MODELS,
    canonical,
    config_of,
    function_name,
    is_entry,
    is_operation,
    operation,
    short,
    signature_of,
    snake,
    taken,
    text_of,
)

ELSEWHERE: Final = "not_in_the_file"
MAX_LAYERS: Final = 20_000
_MAX_ITEMS: Final = 64  # of a list; vocabularies are longer
_MAX_TEXT: Final = 200
_MAX_NAME: Final = 80

_OPERATORS: Final = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Divide": "/",
    "TrueDivide": "/",
    "Matmul": "@",
    "Power": "**",
}
# Of TensorFlow, in functional models of Keras 2.
_OLD_OPERATORS: Final = {
    "__operators__.add": "+",
    "math.add": "+",
    "math.subtract": "-",
    "math.multiply": "*",
    "math.truediv": "/",
    "math.divide": "/",
    "linalg.matmul": "@",
    "math.pow": "**",
}
_DOTTED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What a configuration says and no program writes.
_NOT_WRITTEN: Final = frozenset({"batch_input_shape", "batch_shape", "quantization_config"})
_KINDS: Final = {
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "activation": "activations",
}


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a model, and the layer that each of its rows is about."""

    text: str
    layers: Mapping[int, str]


def write(architecture: Architecture, after: Sequence[str] = ()) -> Written:
    """Write a model as Python; ``after`` are lines that use ``model``.

    Raises ``NotReadable`` for what is not a model that can be written.
    """
    writer = _Writer()
    writer.policy = _policy(architecture)
    entry = architecture.model
    kind = _kind(entry)
    if kind:
        writer.model(entry, "model", "")
        if canonical(entry) in MODELS:
            writer.compile(architecture)
        for line in after:
            writer.emit(line)
    elif architecture.loose:
        writer.loose(architecture.loose)
    else:
        name = text_of(entry, "class_name").rpartition(">")[2][:60]
        raise NotReadable(
            f"it is a model of the class {name!a}, and its layers are not part of what Keras saves",
            valid=True,
        )
    return writer.written()


def _kind(entry: Config) -> str:
    """What sort of model an entry is; empty for one that is none, or of which nothing is known."""
    config = entry.get("config")
    if isinstance(config, Mapping):
        if "layers" in config and "output_layers" in config:
            return "functional"
        if isinstance(config.get("layers"), list) and canonical(entry) == "keras.Sequential":
            return "sequential"
    elif isinstance(config, list) and canonical(entry) == "keras.Sequential":
        return "sequential"
    return ""


def _policy(architecture: Architecture) -> str:
    """The dtype policy of most layers, when it is one of mixed precision."""
    config = config_of(architecture.model)
    found: dict[str, int] = {}
    layers = config.get("layers")
    for layer in layers if isinstance(layers, list) else ():
        if isinstance(layer, Mapping) and not is_operation(layer):
            policy = _dtype(config_of(layer).get("dtype"))
            if text_of(layer, "class_name") != "InputLayer":
                found[policy] = found.get(policy, 0) + 1
    most = max(found, key=lambda policy: found[policy], default="")
    return most if most in ("mixed_float16", "mixed_bfloat16") else ""


def _dtype(value: Any) -> str:
    """The name of a dtype or a policy."""
    if isinstance(value, Mapping):
        name = config_of(value).get("name")
        return name if isinstance(name, str) else ""
    return value if isinstance(value, str) else ""


@dataclass(slots=True)
class _Writer:
    lines: list[str] = field(default_factory=list)
    layer_of: dict[int, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    unknown_names: dict[str, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    policy: str = ""
    count: int = 0

    # -- lines ------------------------------------------------------------------------------------

    def emit(self, line: str, layer: str | None = None) -> None:
        self.lines.append(line)
        if layer:
            self.layer_of[len(self.lines)] = layer if len(layer) <= 200 else layer[:197] + "..."

    def written(self) -> Written:
        head = ["# The model as kerlint reads it: nothing was loaded or executed."]
        head.append("import keras")
        if "tf" in self.modules:
            head.append("import tensorflow as tf")
        names = ", ".join(name for name in ("layers", "ops") if name in self.modules)
        if names:
            head.append(f"from keras import {names}")
        if self.unknown_names:
            head.append(f"from {ELSEWHERE} import {', '.join(sorted(self.unknown_names.values()))}")
        head.append("")
        if self.policy:
            head.append(f"keras.mixed_precision.set_global_policy({quoted(self.policy)})")
        rows = {row + len(head): name for row, name in self.layer_of.items()}
        return Written("\n".join([*head, *self.lines]) + "\n", rows)

    def name(self, wanted: str) -> str:
        """A new name of the text, like ``wanted``."""
        base = re.sub(r"[^A-Za-z0-9_]+", "_", wanted)[:_MAX_NAME].strip("_")
        if (
            not _IDENTIFIER.fullmatch(base)
            or keyword.iskeyword(base)
            or keyword.issoftkeyword(base)
        ):
            base = f"layer_{base}".rstrip("_")
        name, number = base, 1
        while name in self.names or name in _TAKEN:
            number += 1
            name = f"{base}_{number}"
        self.names.add(name)
        return name

    def unknown(self, wanted: str) -> str:
        """Something that the configuration only has the name of."""
        wanted = wanted[:_MAX_NAME]
        if wanted not in self.unknown_names:
            last = wanted.rpartition(">")[2].rpartition(".")[2]
            self.unknown_names[wanted] = self.name(last or "unknown")
        return self.unknown_names[wanted]

    # -- values -----------------------------------------------------------------------------------

    def value(self, value: Any, kind: str = "") -> str:
        """An expression for a value of a configuration; ``kind`` is the family it is meant for."""
        if isinstance(value, str):
            return self.word(value, kind)
        if value is None or isinstance(value, (bool, int)):
            return repr(value)
        if isinstance(value, float):
            return repr(short(value)) if math.isfinite(value) else f'float("{value}")'
        if isinstance(value, Mapping):
            return self.mapping(value, kind)
        if isinstance(value, (list, tuple)):
            if len(value) > _MAX_ITEMS:
                return self.unknown("long_list")
            items = [self.value(item, kind) for item in value]
            if value and all(item is None or type(item) is int for item in value):
                return f"({', '.join(items)}{',' * (len(items) == 1)})"
            return f"[{', '.join(items)}]"
        return self.unknown("value")

    def word(self, value: str, kind: str) -> str:
        if kind in _LOOKED_UP and keras_api.resolve_string(_LOOKED_UP[kind], value) is None:
            return self.unknown(value)
        return quoted(value) if len(value) <= _MAX_TEXT else self.unknown("long_text")

    def mapping(self, value: Config, kind: str) -> str:
        if not is_entry(value):
            if len(value) > _MAX_ITEMS:
                return self.unknown("long_dictionary")
            items = (f"{self.word(str(k), '')}: {self.value(v, kind)}" for k, v in value.items())
            return f"{{{', '.join(items)}}}"
        word = text_of(value, "class_name")
        if word == "__tuple__":
            items = value.get("items", value.get("config"))
            return self.value(items if isinstance(items, list) else [], kind)
        if word == "function":
            return self.function(value, kind)
        if word == "__ellipsis__":
            return "..."
        if word == "__slice__":
            return f"slice({', '.join(self.value(config_of(value).get(k)) for k in _SLICE)})"
        if word.startswith("__"):
            return self.unknown(f"a_{word.strip('_')[:20]}")
        if word in ("DTypePolicy", "FloatDTypePolicy"):
            return quoted(_dtype(value))
        return self.made(value, kind)

    def function(self, value: Config, kind: str) -> str:
        name, known = function_name(value)
        if name in _OF_TENSORFLOW and kind == "activations":
            return quoted(_OF_TENSORFLOW[name])
        if known and kind in _LOOKED_UP and keras_api.resolve_string(_LOOKED_UP[kind], name):
            return quoted(name)
        if (
            text_of(value, "module") != "builtins"
            and known
            and _IDENTIFIER.fullmatch(name)
            and keras_api.exists(f"keras.ops.{name}")
        ):
            self.modules.add("ops")
            return f"ops.{name}"
        return self.unknown(name or "function")

    # -- objects ----------------------------------------------------------------------------------

    def made(self, entry: Config, kind: str = "") -> str:
        """A serialized object as a call, or as the text that Keras takes for it."""
        if _kind(entry):
            return self.model(entry, name_of(entry) or "inner", name_of(entry) or "inner")
        families = (kind, "layers") if kind and kind != "layers" else ()
        name = canonical(entry, families) if families else canonical(entry)
        config = config_of(entry)
        if name is None or name in MODELS:
            return f"{self.unknown(text_of(entry, 'class_name'))}(name={quoted(name_of(entry))})"
        if name == "keras.initializers.VarianceScaling":
            word = _variance_scaling(config)
            if word:
                return quoted(word)
        if name == "keras.metrics.MeanMetricWrapper" or name == "keras.losses.LossFunctionWrapper":
            fn = config.get("fn")
            return self.value(fn, kind)
        arguments = self.arguments(name, config)
        last = name.rpartition(".")[2]
        if not arguments and kind in _LOOKED_UP:
            word = snake(last)
            if keras_api.resolve_string(_LOOKED_UP[kind], word) == name:
                return quoted(word)
        return f"{self.path(name)}({', '.join(arguments)})"

    def path(self, name: str) -> str:
        if name.startswith("keras.layers."):
            self.modules.add("layers")
            return name.removeprefix("keras.")
        return name

    def arguments(self, name: str, config: Config) -> list[str]:
        """The arguments of a call as far as they are not the defaults of Keras."""
        signature = signature_of(name)
        params = {each.name: each for each in signature.params} if signature is not None else {}
        is_layer = name.startswith("keras.layers.")
        made: list[str] = []
        positional = True
        others = sorted((key for key in config if key not in params), key="name".__eq__)
        for key in (*params, *others):
            if key not in config or key in _NOT_WRITTEN or not _IDENTIFIER.fullmatch(key):
                positional = False
                continue
            if key == "name" and not is_layer and not _is_chosen(name, config):
                continue
            value, key = config[key], _RENAMED.get(key, key)
            if keyword.iskeyword(key) or not taken(name, key):
                continue
            param = params.get(key)
            required = param is not None and param.default is keras_api.REQUIRED
            if not required and _is_usual(key, value, self.policy):
                continue
            if key == "function" and name == "keras.layers.Lambda":
                function, known = function_name(value)
                made.append(self.unknown("function" if known else function or "function"))
                continue
            if name == "keras.layers.Lambda" and key in ("arguments", "output_shape", "mask"):
                continue
            if name == "keras.layers.Bidirectional" and key == "backward_layer":
                if _is_mirrored(config.get("layer"), value):
                    continue
            if param is not None and not required and _equal(value, param.default):
                continue
            text = self.value(value, _kind_of(key))
            if param is not None and not required and _means_the_same(key, text, param.default):
                continue
            if required and positional and param is not None and param.kind == "positional":
                made.append(text)
            else:
                positional = False
                made.append(f"{key}={text}")
        return made

    def layer(self, entry: Config) -> str:
        """A layer as an expression."""
        self.count += 1
        if self.count > MAX_LAYERS:
            raise NotReadable(f"it has more than {MAX_LAYERS:,} layers")
        return self.made(entry, "layers")

    def input(self, entry: Config) -> str:
        """An ``InputLayer`` as a call of ``keras.Input``."""
        config = config_of(entry)
        shape = config.get("batch_shape", config.get("batch_input_shape"))
        made: list[str] = []
        if isinstance(shape, list) and shape:
            if shape[0] is None:
                made.append(_sizes(shape[1:]))
            else:
                made.append(f"batch_shape={_sizes(shape)}")
        dtype = _dtype(config.get("dtype"))
        if dtype not in ("", "float32"):
            made.append(f"dtype={quoted(dtype)}")
        made += [f"{key}=True" for key in ("sparse", "ragged") if config.get(key) is True]
        made.append(f"name={quoted(name_of(entry))}")
        return f"keras.Input({', '.join(made)})"

    # -- models -----------------------------------------------------------------------------------

    def model(self, entry: Config, wanted: str, path: str) -> str:
        """Write a model, and return the variable that it is."""
        if _kind(entry) == "sequential":
            name = self.sequential(entry, wanted, path)
        else:
            name = self.functional(entry, wanted, path)
        if config_of(entry).get("trainable") is False:
            self.emit(f"{name}.trainable = False", path)
        return name

    def sequential(self, entry: Config, wanted: str, path: str) -> str:
        config = entry.get("config")
        inner = config.get("layers") if isinstance(config, Mapping) else config
        layers = [each for each in inner if is_entry(each)] if isinstance(inner, list) else []
        items: list[tuple[str, str]] = []
        shape = _stated_shape(layers, config if isinstance(config, Mapping) else {})
        if shape is not None:
            items.append((f"keras.Input({_sizes(shape)})", ""))
        for each in layers:
            name = f"{path}/{name_of(each)}" if path else name_of(each)
            if text_of(each, "class_name") == "InputLayer":
                items.append((self.input(each), name))
            elif _kind(each):
                items.append((self.model(each, name_of(each) or "inner", name or "inner"), name))
            else:
                items.append((self.layer(each), name))
        variable = self.name(wanted) if path else "model"
        self.emit(f"{variable} = keras.Sequential(")
        self.emit("    [")
        for text, layer in items:
            self.emit(f"        {text},", layer)
        self.emit("    ],")
        self.emit(f"    name={quoted(name_of(entry))},")
        self.emit(")")
        return variable

    def functional(self, entry: Config, wanted: str, path: str) -> str:
        graph = graph_of(config_of(entry))
        tensors: dict[tuple[str, int], str] = {}
        for ref in refs_in(graph.inputs):
            if (ref.layer, ref.node) not in tensors:
                self.source(ref, graph, path, tensors)
        counts: dict[str, int] = {}
        for node in graph.calls:
            counts[node.layer] = counts.get(node.layer, 0) + 1
            for ref in node.refs():
                if ref.layer in graph.layers and not graph.layers[ref.layer].get("inbound_nodes"):
                    if (ref.layer, ref.node) not in tensors:
                        self.source(ref, graph, path, tensors)
        made: dict[str, str] = {}
        for node in graph.calls:
            if node.key not in tensors:
                self.call(node, graph, path, tensors, made, counts[node.layer] > 1)
        inputs = self.ends(graph.inputs, tensors, graph)
        outputs = self.ends(graph.outputs, tensors, graph)
        variable = self.name(wanted) if path else "model"
        name = quoted(name_of(entry))
        self.emit(f"{variable} = keras.Model({inputs}, {outputs}, name={name})", path)
        return variable

    def source(
        self, ref: Ref, graph: Graph, path: str, tensors: dict[tuple[str, int], str]
    ) -> None:
        entry = graph.layers.get(ref.layer)
        if entry is None or text_of(entry, "class_name") != "InputLayer":
            raise NotReadable(f"its input {ref.layer[:60]!a} is not an input layer")
        variable = self.name(ref.layer or "input")
        tensors[ref.layer, ref.node] = variable
        self.emit(f"{variable} = {self.input(entry)}", f"{path}/{ref.layer}" if path else ref.layer)

    def ends(self, value: Any, tensors: Mapping[tuple[str, int], str], graph: Graph) -> str:
        if isinstance(value, Ref):
            return self.tensor(value, tensors, graph)
        if isinstance(value, Mapping):
            named = (f"{quoted(k)}: {self.ends(v, tensors, graph)}" for k, v in value.items())
            return f"{{{', '.join(named)}}}"
        items = [self.ends(item, tensors, graph) for item in value]
        return items[0] if len(items) == 1 else f"[{', '.join(items)}]"

    def tensor(self, ref: Ref, tensors: Mapping[tuple[str, int], str], graph: Graph) -> str:
        name = tensors[ref.layer, ref.node]
        return f"{name}[{ref.tensor}]" if _is_several(ref, graph) else name

    def call(
        self,
        node: Node,
        graph: Graph,
        path: str,
        tensors: dict[tuple[str, int], str],
        made: dict[str, str],
        shared: bool,
    ) -> None:
        """Write one call of a layer or an operation."""
        entry = graph.layers[node.layer]
        layer = f"{path}/{node.layer}" if path else node.layer

        def structure(value: Any) -> str:
            if isinstance(value, Ref):
                return self.tensor(value, tensors, graph)
            if isinstance(value, (list, tuple)) and any(True for _ in refs_in(value)):
                return f"[{', '.join(map(structure, value))}]"
            if isinstance(value, Mapping) and any(True for _ in refs_in(value)):
                items = (f"{quoted(str(k))}: {structure(v)}" for k, v in value.items())
                return f"{{{', '.join(items)}}}"
            return self.value(value)

        kwargs = {
            key: value
            for key, value in node.kwargs.items()
            if value is not None
            and _IDENTIFIER.fullmatch(key)
            and not keyword.iskeyword(key)
            # Keras notes that a layer was not called in training, whoever has asked for that.
            and not (key == "training" and value is False)
        }
        if is_operation(entry) or text_of(entry, "class_name") in _OLD_OPERATIONS:
            text = self.operation(entry, [*node.args], kwargs, structure)
            variable = self.name(node.layer)
            self.emit(f"{variable} = {text}", layer)
            tensors[node.key] = variable
            return
        arguments = [structure(value) for value in node.args]
        arguments += [f"{key}={structure(value)}" for key, value in kwargs.items()]
        if _kind(entry):
            if node.layer not in made:
                made[node.layer] = self.model(entry, node.layer or "inner", layer or "inner")
            function = made[node.layer]
        elif shared:
            if node.layer not in made:
                made[node.layer] = self.name(f"{node.layer}_layer")
                self.emit(f"{made[node.layer]} = {self.layer(entry)}", layer)
            function = made[node.layer]
        else:
            function = self.layer(entry)
        variable = self.name(node.layer or "tensor")
        self.emit(f"{variable} = {function}({', '.join(arguments)})", layer)
        tensors[node.key] = variable

    def operation(
        self, entry: Config, args: list[Any], kwargs: dict[str, Any], structure: Any
    ) -> str:
        """A function of ``keras.ops`` or TensorFlow, or the operator that stands for it."""
        word, config = text_of(entry, "class_name"), config_of(entry)
        if is_operation(entry):
            if word == "GetItem" and len(args) == 2:
                return f"{structure(args[0])}[{self.key(args[1])}]"
            sign = _OPERATORS.get(word)
            if sign and len(args) == 2 and not kwargs:
                return f"{structure(args[0])} {sign} {structure(args[1])}"
            name = operation(entry)
            if name is None:
                function = self.unknown(word)
            else:
                self.modules.add("ops")
                function = f"ops.{name}"
                signature = signature_of(f"keras.ops.{name}")
                for param in signature.params if signature is not None else ():
                    if param.name in config and param.name != "name" and param.name not in kwargs:
                        value = config[param.name]
                        if param.default is keras_api.REQUIRED or not _equal(value, param.default):
                            kwargs[param.name] = value
        else:
            name = text_of(config, "function")
            if name == "__operators__.getitem" and args:
                return f"{structure(args[0])}[{self.key(kwargs.get('slice_spec'))}]"
            sign = _OLD_OPERATORS.get(name)
            if sign and len(args) == 1 and len(kwargs) == 1 and "y" in kwargs:
                return f"{structure(args[0])} {sign} {structure(kwargs['y'])}"
            if name and _DOTTED.fullmatch(name) and "__" not in name:
                self.modules.add("tf")
                function = f"tf.{name}"
            else:
                function = self.unknown(name or word)
        given = [structure(value) for value in args]
        given += [f"{key}={structure(value)}" for key, value in kwargs.items()]
        return f"{function}({', '.join(given)})"

    def key(self, value: Any) -> str:
        """What is between the brackets of a subscript."""
        if is_entry(value) and text_of(value, "class_name") == "__tuple__":
            value = value.get("items", value.get("config"))
        parts = value if isinstance(value, list) else [value]
        return ", ".join(map(self.key_part, parts)) or "..."

    def key_part(self, value: Any) -> str:
        if isinstance(value, Mapping):
            config = config_of(value) if is_entry(value) else value
            if any(key in config for key in _SLICE):
                start, stop, step = ("" if config.get(k) is None else config[k] for k in _SLICE)
                texts = [each if each == "" else self.value(each) for each in (start, stop, step)]
                return ":".join(texts if texts[2] else texts[:2])
        return self.value(value)

    def loose(self, entries: Iterable[Config]) -> None:
        """Layers of which nobody knows how they are connected."""
        for entry in entries:
            if _kind(entry):
                self.model(entry, name_of(entry) or "inner", name_of(entry) or "inner")
            elif is_entry(entry):
                variable = self.name(name_of(entry) or "layer")
                self.emit(f"{variable} = {self.layer(entry)}", name_of(entry))

    # -- compile ----------------------------------------------------------------------------------

    def compile(self, architecture: Architecture) -> None:
        given = compile_arguments(architecture)
        if not given.arguments:
            return
        self.emit("model.compile(")
        for key, value, kind in given.arguments:
            self.emit(f"    {key}={self.value(value, kind)},")
        self.emit(f"){given.comment}")


_TAKEN: Final = frozenset({"keras", "layers", "ops", "tf", "slice", "float", "model", "x", "y"})
# What functions of TensorFlow call themselves, where that is not what Keras calls them.
_OF_TENSORFLOW: Final = {"softmax_v2": "softmax", "log_softmax_v2": "log_softmax"}
_SLICE: Final = ("start", "stop", "step")
_LOOKED_UP: Final = {
    "activations": "activation",
    "initializers": "initializer",
    "regularizers": "regularizer",
    "constraints": "constraint",
    "losses": "loss",
    "metrics": "metric",
    "optimizers": "optimizer",
}
_OLD_OPERATIONS: Final = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
_RENAMED: Final = {"lr": "learning_rate"}


def quoted(text: str) -> str:
    """A text in double quotes, where Python allows it; a long one is cut."""
    written = repr(text[:_MAX_TEXT])
    return written if '"' in written else f'"{written[1:-1]}"'


def _means_the_same(key: str, text: str, default: object) -> bool:
    """Whether an expression means what Keras takes when nothing is given: "uniform"."""
    if not isinstance(default, str) or text[:1] != '"':
        return text == repr(default)
    word = text[1:-1]
    kind = _LOOKED_UP.get(_kind_of(key))
    if word == default or kind is None:
        return word == default
    return keras_api.resolve_string(kind, word) == keras_api.resolve_string(kind, default)


def _is_chosen(name: str, config: Config) -> bool:
    """Whether a metric has a name of its own, under which it is logged."""
    own = text_of(config, "name")
    param = next((p for p in _params(name) if p.name == "name"), None)
    usual = param.default if param is not None and isinstance(param.default, str) else ""
    usual = usual or snake(name.rpartition(".")[2])
    return name.startswith("keras.metrics.") and re.sub(r"_\d+$", "", own) != usual


def _params(name: str) -> tuple[keras_api.Param, ...]:
    signature = signature_of(name)
    return signature.params if signature is not None else ()


def _kind_of(key: str) -> str:
    """The family of what an argument takes."""
    if key == "learning_rate":
        return "optimizers.schedules"
    if key in ("layer", "backward_layer", "cell", "cells"):
        return "layers"
    if key in ("inner_optimizer", "optimizer"):
        return "optimizers"
    return _KINDS.get(key.rpartition("_")[2], "")


def _is_usual(key: str, value: Any, policy: str) -> bool:
    """Whether an argument that every layer has says nothing."""
    if key == "trainable":
        return value is not False
    if key == "dtype":
        return _dtype(value) in ("", policy or "float32")
    if key == "activation":
        return value in ("linear", None)
    if key == "data_format":
        return value in ("channels_last", None)
    if key == "reduction":
        return value in ("auto", "sum_over_batch_size")
    return key in ("implementation", "zero_output_for_mask", "time_major", "input_length")


def _equal(value: Any, default: object) -> bool:
    """Whether a value of a configuration is what Keras takes when nothing is given."""
    if isinstance(value, list):
        if isinstance(default, tuple):
            return [*default] == value
        return type(default) is int and bool(value) and all(item == default for item in value)
    if isinstance(value, float) and isinstance(default, float):
        return short(value) == default
    return type(value) is type(default) and value == default


def _variance_scaling(config: Config) -> str:
    """What older versions of Keras saved ``glorot_uniform`` as, and its relatives."""
    if config.get("seed") is not None:
        return ""
    scale, mode = config.get("scale"), config.get("mode")
    family = {(1.0, "fan_avg"): "glorot", (2.0, "fan_in"): "he", (1.0, "fan_in"): "lecun"}
    if not isinstance(scale, (int, float)) or not isinstance(mode, str):
        return ""
    name = family.get((float(scale), mode))
    if name is None:
        return ""
    return f"{name}_uniform" if config.get("distribution") == "uniform" else f"{name}_normal"


def _is_mirrored(layer: Any, backward: Any) -> bool:
    """Whether the second layer of a ``Bidirectional`` is the one that Keras makes itself."""
    if backward is None:
        return True
    if not is_entry(layer) or not is_entry(backward):
        return False
    first, second = map(_sides, (layer, backward))
    return text_of(layer, "class_name") == text_of(backward, "class_name") and first == second


def _sides(value: Any) -> Any:
    """What the two layers of a ``Bidirectional`` have in common."""
    if isinstance(value, Mapping):
        own = ("name", "go_backwards", "seed", "dtype", "shared_object_id", "build_config")
        return {key: _sides(item) for key, item in value.items() if key not in own}
    return [*map(_sides, value)] if isinstance(value, list) else value


def _sizes(shape: Sequence[Any]) -> str:
    """A shape; what is not a size is free."""
    items = [repr(size) if type(size) is int else "None" for size in shape]
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def _stated_shape(layers: Sequence[Config], config: Config) -> Sequence[Any] | None:
    """The input shape of a stack without an ``InputLayer``, batch axis left out."""
    if not layers or text_of(layers[0], "class_name") == "InputLayer" or _kind(layers[0]):
        return None
    own = config_of(layers[0])
    for shape in (own.get("batch_input_shape"), config.get("build_input_shape")):
        if isinstance(shape, list) and shape:
            return shape[1:]
    return None


def _is_several(ref: Ref, graph: Graph) -> bool:
    """Whether a call returns several tensors, as far as the configuration shows."""
    if (ref.layer, ref.node) in graph.several:
        return True
    entry = graph.layers[ref.layer]
    config = config_of(entry)
    if config.get("return_state") is True or config_of(_inner(config)).get("return_state") is True:
        return True
    ends = config.get("output_layers") if _kind(entry) else None
    if isinstance(ends, list):
        return len(ends) > 1 and all(isinstance(each, list) for each in ends)
    return False


def _inner(config: Config) -> Config:
    layer = config.get("layer")
    return layer if isinstance(layer, Mapping) else {}
