"""The graph of a functional model: which layer is called on what, in an order that can be run."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from kerlint.lazy_dataclass import dataclass
from kerlint.saved.architecture import Config, NotReadable


class Ref(NamedTuple):
    """A tensor of the graph: an output of one of the calls of a layer."""

    layer: str
    node: int
    tensor: int


@dataclass(frozen=True, slots=True)
class Node:
    """A call of a layer. In ``args`` and ``kwargs`` tensors are ``Ref``, all else is plain data."""

    layer: str
    index: int
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def refs(self) -> Iterator[Ref]:
        yield from refs_in((*self.args, *self.kwargs.values()))

    @property
    def key(self) -> tuple[str, int]:
        return self.layer, self.index


@dataclass(slots=True)
class Graph:
    """A functional model: its layers by name, the calls that its outputs need, in order."""

    layers: dict[str, Config]
    inputs: Any
    outputs: Any
    calls: list[Node] = field(default_factory=list)
    several: set[tuple[str, int]] = field(default_factory=set)
    """Calls of which another output than the first one is used."""


def refs_in(value: Any) -> Iterator[Ref]:
    """The tensors inside a structure, in order."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from refs_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from refs_in(item)


def graph_of(config: Config) -> Graph:
    """Read the configuration of a functional model; raises ``NotReadable`` for one that is not."""
    entries = [each for each in _list(config.get("layers")) if isinstance(each, Mapping)]
    layers: dict[str, Config] = {}
    for entry in entries:
        name = name_of(entry)
        if name in layers:
            raise NotReadable(f"two of its layers are called {_shown(name)}")
        layers[name] = entry
    nodes = {name: _nodes(name, entry, layers) for name, entry in layers.items()}
    nodes = _without_lost_masks(nodes, layers)
    inputs = _ends(config.get("input_layers"), layers)
    outputs = _ends(config.get("output_layers"), layers)
    used = [*refs_in(outputs), *refs_in(inputs)]
    used += (ref for calls in nodes.values() for node in calls for ref in node.refs())
    if not any(True for _ in refs_in(outputs)):
        raise NotReadable("it has no outputs")
    shift = _built_in(used, nodes)
    graph = Graph(layers, _shifted(inputs, shift), _shifted(outputs, shift))
    calls = {
        node.key: Node(
            node.layer,
            node.index,
            tuple(_shifted(each, shift) for each in node.args),
            {key: _shifted(each, shift) for key, each in node.kwargs.items()},
        )
        for each in nodes.values()
        for node in each
    }
    graph.calls = _in_order(calls, graph, list(layers))
    for ref in (*refs_in(graph.outputs), *(ref for each in graph.calls for ref in each.refs())):
        if ref.tensor:
            graph.several.add((ref.layer, ref.node))
    return graph


def _without_lost_masks(
    nodes: Mapping[str, list[Node]], layers: Mapping[str, Config]
) -> dict[str, list[Node]]:
    """The calls without masks that come out of a model within this one.

    Keras 3 saves the masks that it has passed on by itself, even where the other end is missing.
    """

    def is_lost(key: str, value: Any) -> bool:
        return "mask" in key and any(ref.layer not in layers for ref in refs_in(value))

    return {
        name: [
            Node(
                node.layer,
                node.index,
                node.args,
                {key: value for key, value in node.kwargs.items() if not is_lost(key, value)},
            )
            for node in calls
        ]
        for name, calls in nodes.items()
    }


def name_of(entry: Config) -> str:
    """The name of a layer; every version of Keras has it in the configuration of the layer."""
    inner = entry.get("config")
    name = entry.get("name") or (inner.get("name") if isinstance(inner, Mapping) else None)
    return name if isinstance(name, str) else ""


def _shown(name: str) -> str:
    return ascii(name[:60])


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _nodes(name: str, entry: Config, layers: Mapping[str, Config]) -> list[Node]:
    nodes = []
    for index, node in enumerate(_list(entry.get("inbound_nodes"))):
        if isinstance(node, Mapping):  # of Keras 3
            args = tuple(map(_tensors, _list(node.get("args"))))
            kwargs = node.get("kwargs")
            named = kwargs if isinstance(kwargs, Mapping) else {}
            nodes.append(Node(name, index, args, {str(k): _tensors(v) for k, v in named.items()}))
        else:
            nodes.append(_old_node(name, index, node, layers))
    return nodes


def _tensors(value: Any) -> Any:
    """A structure of Keras 3 with its tensors as ``Ref``."""
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            config = value.get("config")
            history = config.get("keras_history") if isinstance(config, Mapping) else None
            return _ref(history)
        return {key: _tensors(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_tensors(item) for item in value]
    return value


def _ref(history: Any) -> Ref:
    parts = _list(history)
    if len(parts) < 3 or not isinstance(parts[0], str):
        raise NotReadable("a connection between its layers is not what Keras writes")
    if type(parts[1]) is not int or type(parts[2]) is not int:
        raise NotReadable("a connection between its layers is not what Keras writes")
    return Ref(parts[0], parts[1], parts[2])


def _old_node(name: str, index: int, node: Any, layers: Mapping[str, Config]) -> Node:
    """A call as Keras 2 writes it: ``[["dense", 0, 0, {}], ...]``, or only one of these."""
    parts = _list(node)
    single = bool(parts) and isinstance(parts[0], str)
    given = [parts] if single else [*parts]
    if isinstance(node, Mapping) or not given:
        raise NotReadable(f"the inputs of its layer {_shown(name)} are not what Keras writes")
    tensors: list[Any] = []
    kwargs: Mapping[str, Any] = {}
    for each in given:
        each = _list(each)
        if len(each) > 2 and each[0] == "_CONSTANT_VALUE":
            tensors.append(each[2])
        else:
            tensors.append(_ref(each))
        if len(each) > 3 and isinstance(each[3], Mapping):
            kwargs = each[3]
    named = {str(key): _old_tensors(value, layers) for key, value in kwargs.items()}
    return Node(name, index, (tensors[0] if len(tensors) == 1 else tensors,), named)


def _old_tensors(value: Any, layers: Mapping[str, Config]) -> Any:
    if isinstance(value, list):
        if _is_old_tensor(value, layers):
            return Ref(value[0], value[1], value[2])
        return [_old_tensors(item, layers) for item in value]
    if isinstance(value, Mapping):
        return {key: _old_tensors(item, layers) for key, item in value.items()}
    return value


def _is_old_tensor(value: Sequence[Any], layers: Mapping[str, Config]) -> bool:
    return (
        len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] in layers
        and type(value[1]) is int
        and type(value[2]) is int
    )


def _ends(value: Any, layers: Mapping[str, Config]) -> Any:
    """The inputs or outputs of a model: one tensor, or several in a list or dictionary."""
    if isinstance(value, Mapping):
        return {str(key): _ends(item, layers) for key, item in value.items()}
    parts = _list(value)
    if len(parts) >= 3 and isinstance(parts[0], str) and type(parts[1]) is int:
        return _ref(parts)
    return [_ends(item, layers) for item in parts]


def _built_in(used: list[Ref], nodes: Mapping[str, list[Node]]) -> dict[str, int]:
    """The layers whose first call is not in the file: Keras counts that of a model on its inputs.

    Their calls are then counted from 1.
    """
    shifts: dict[str, int] = {}
    for ref in used:
        known = nodes.get(ref.layer)
        if known and ref.node >= len(known):
            shifts[ref.layer] = max(shifts.get(ref.layer, 0), ref.node - len(known) + 1)
    return shifts


def _shifted(value: Any, shifts: Mapping[str, int]) -> Any:
    if isinstance(value, Ref):
        shift = shifts.get(value.layer)
        return value if not shift else Ref(value.layer, value.node - shift, value.tensor)
    if isinstance(value, Mapping):
        return {key: _shifted(item, shifts) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shifted(item, shifts) for item in value]
    return value


def _in_order(
    calls: Mapping[tuple[str, int], Node], graph: Graph, names: Sequence[str]
) -> list[Node]:
    """The calls that the outputs need, each after those that it needs itself."""
    place = {name: number for number, name in enumerate(names)}
    needed: dict[tuple[str, int], set[tuple[str, int]]] = {}
    waiting = [(ref.layer, ref.node) for ref in refs_in(graph.outputs)]
    sources = {ref.layer for ref in refs_in(graph.inputs)}
    while waiting:
        key = waiting.pop()
        if key in needed:
            continue
        name, index = key
        if name not in graph.layers:
            raise NotReadable(f"its layer {_shown(name)} is used, and is not in the file")
        node = calls.get(key)
        if node is None:
            if index or graph.layers[name].get("inbound_nodes"):
                raise NotReadable(f"a call of its layer {_shown(name)} is not in the file")
            if name not in sources and not _is_input(graph.layers[name]):
                raise NotReadable(f"its layer {_shown(name)} is used, and is never called")
            needed[key] = set()
            continue
        needed[key] = {(ref.layer, ref.node) for ref in node.refs()}
        waiting += needed[key]
    users: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for key, uses in needed.items():
        for used in uses:
            users.setdefault(used, []).append(key)
    left = {key: len(uses) for key, uses in needed.items()}
    ready = [(place[name], index, name) for (name, index), count in left.items() if not count]
    heapq.heapify(ready)
    ordered: list[Node] = []
    done = 0
    while ready:
        _, index, name = heapq.heappop(ready)
        done += 1
        node = calls.get((name, index))
        if node is not None:
            ordered.append(node)
        for user in users.get((name, index), ()):
            left[user] -= 1
            if not left[user]:
                heapq.heappush(ready, (place[user[0]], user[1], user[0]))
    if done < len(needed):
        raise NotReadable("the connections of its layers form a cycle")
    return ordered


def _is_input(entry: Config) -> bool:
    return entry.get("class_name") == "InputLayer"
