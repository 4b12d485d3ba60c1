"""Walks over the graph of a program: each call of a layer once, however the graph branches."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable

import pytest

import kerlint
from kerlint.program.fate import left_alone
from kerlint.program.graph import Graph, one_input
from kerlint.program.heads import head_of
from kerlint.program.model import Layer, LayerCall, Model, Origin, Program, Tensor
from kerlint.program.values import NOWHERE, Fact, LayerRef
from kerlint.program.weights import weighted_after

HERE = Origin(NOWHERE)
LONG = 2000


class Drawn:
    """A program that is wired up call by call."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.tensors: list[Tensor] = []
        self.layer_calls: list[LayerCall] = []
        self.models: list[Model] = []

    def input(self) -> int:
        self.tensors.append(Tensor(len(self.tensors), (None, 4), None, NOWHERE))
        return len(self.tensors) - 1

    def layer(self, kind: str, *, wrapped: int | None = None, model: int | None = None) -> int:
        made = Layer(
            len(self.layers), f"keras.layers.{kind}", {}, HERE, wrapped=wrapped, model=model
        )
        self.layers.append(made)
        return made.id

    def call(self, layer: int | str, *inputs: int) -> int:
        made = self.layer(layer) if isinstance(layer, str) else layer
        tensor = Tensor(len(self.tensors), (None, 4), len(self.layer_calls), NOWHERE)
        self.tensors.append(tensor)
        self.layer_calls.append(LayerCall(len(self.layer_calls), made, inputs, (tensor.id,), HERE))
        return tensor.id

    def model(self, inputs: tuple[int, ...], outputs: tuple[int, ...], first: int = 0) -> int:
        graph = tuple(range(first, len(self.layer_calls)))
        made = Model(len(self.models), "functional", "", inputs, outputs, graph, HERE)
        self.models.append(made)
        return made.id

    @property
    def graph(self) -> Graph:
        return Graph(
            Program(
                layers=tuple(self.layers),
                tensors=tuple(self.tensors),
                layer_calls=tuple(self.layer_calls),
                models=tuple(self.models),
            )
        )


def everywhere(apply: LayerCall) -> bool:
    return True


def kinds(graph: Graph, calls: Iterable[LayerCall]) -> list[str]:
    return [graph.layer(apply).kind for apply in calls]


def test_back_and_forward_on_a_line() -> None:
    drawn = Drawn()
    x = drawn.input()
    y = drawn.call("Softmax", drawn.call("Dropout", drawn.call("Dense", x)))
    graph = drawn.graph
    assert kinds(graph, graph.back(y)) == ["Softmax", "Dropout", "Dense"]
    assert kinds(graph, graph.forward(x)) == ["Dense", "Dropout", "Softmax"]
    assert kinds(graph, graph.straight(x)) == ["Dense", "Dropout", "Softmax"]


def test_walks_stop_where_through_says() -> None:
    drawn = Drawn()
    x = drawn.input()
    y = drawn.call("Softmax", drawn.call("Dropout", drawn.call("Dense", x)))
    graph = drawn.graph

    def drops(apply: LayerCall) -> bool:
        return graph.layer(apply).kind == "Dropout"

    assert kinds(graph, graph.back(y, through=drops)) == ["Softmax"]
    before = graph.back(graph.program.layer_calls[1].outputs[0], through=drops)
    assert kinds(graph, before) == ["Dropout", "Dense"]


def test_a_merge_ends_a_walk_unless_it_is_to_go_through() -> None:
    drawn = Drawn()
    x, other = drawn.input(), drawn.input()
    both = drawn.call("Add", drawn.call("Dense", x), drawn.call("Embedding", other))
    y = drawn.call("Softmax", both)
    graph = drawn.graph
    assert kinds(graph, graph.back(y)) == ["Softmax", "Add"]
    assert kinds(graph, graph.back(y, through=everywhere)) == [
        "Softmax",
        "Add",
        "Dense",
        "Embedding",
    ]
    assert kinds(graph, graph.straight(x)) == ["Dense"]


def test_branches() -> None:
    drawn = Drawn()
    x = drawn.input()
    trunk = drawn.call("Dense", x)
    drawn.call("Softmax", trunk)
    drawn.call("ReLU", trunk)
    graph = drawn.graph
    assert kinds(graph, graph.straight(x)) == ["Dense"]
    assert graph.only_consumer(trunk) is None
    assert kinds(graph, graph.forward(x)) == ["Dense", "Softmax", "ReLU"]


def test_an_output_of_a_model_is_an_end_even_if_something_takes_it() -> None:
    drawn = Drawn()
    x = drawn.input()
    y = drawn.call("Dense", x)
    drawn.model((x,), (y,))
    drawn.call("Dense", y)
    graph = drawn.graph
    assert graph.is_end(y)
    assert kinds(graph, graph.straight(x)) == ["Dense"]


@pytest.mark.parametrize("walk", [Graph.back, Graph.forward])
def test_diamonds_are_walked_once(walk: Callable[..., Iterable[LayerCall]]) -> None:
    """``x = Add()([x, x])`` 200 times has 2 to the power of 200 ways through it."""
    drawn = Drawn()
    first = x = drawn.input()
    for _ in range(200):
        x = drawn.call("Add", drawn.call("ReLU", x), drawn.call("ReLU", x))
        x = drawn.call("Add", x, x)
    graph = drawn.graph
    start = x if walk is Graph.back else first
    calls = list(walk(graph, start, through=everywhere))
    assert sorted(apply.id for apply in calls) == list(range(len(drawn.layer_calls)))


def test_long_chains() -> None:
    drawn = Drawn()
    first = x = drawn.input()
    x = drawn.call("Dense", x)
    start = x
    for _ in range(LONG):
        x = drawn.call("Identity", x)
    drawn.model((first,), (x,))
    last = drawn.call("Dense", drawn.call("Identity", x))
    graph = drawn.graph
    assert len(list(graph.back(last))) == LONG + 3
    assert len(list(graph.straight(start))) == LONG
    head = head_of(x, graph)
    assert head.layer is drawn.layers[0]
    assert len(head.arranging) == LONG
    assert weighted_after(start, graph) is None  # it is an output before it is taken
    drawn.models.clear()
    found = weighted_after(start, drawn.graph)
    assert found is not None
    assert [layer.kind for layer in found] == ["Dense"]


def test_models_in_models_and_wrappers_in_wrappers() -> None:
    drawn = Drawn()
    x = drawn.input()
    y = drawn.call("Dense", x)
    inner = drawn.model((x,), (y,))
    for _ in range(LONG):
        outer, before = drawn.input(), len(drawn.layer_calls)
        y = drawn.call(drawn.layer("Functional", model=inner), outer)
        inner = drawn.model((outer,), (y,), before)
    wrapper = drawn.layer("Dense")
    for _ in range(LONG):
        wrapper = drawn.layer("TimeDistributed", wrapped=wrapper)
    drawn.call(wrapper, x)
    graph = drawn.graph
    assert len(graph.layers_in(inner)) == LONG + 1
    assert head_of(y, graph).layer is drawn.layers[0]
    assert len(graph.layer_calls[drawn.layers[wrapper].id]) == 1
    assert left_alone(graph) == frozenset()


def test_a_model_inside_itself_ends() -> None:
    drawn = Drawn()
    x = drawn.input()
    layer = drawn.layer("Functional", model=0)
    y = drawn.call(layer, x)
    drawn.model((x,), (y,))
    graph = drawn.graph
    assert graph.layers_in(0) == {layer}
    assert head_of(y, graph).layer is None


def test_a_model_with_gaps_is_not_entered() -> None:
    drawn = Drawn()
    x = drawn.input()
    y = drawn.call("Dense", x)
    drawn.model((x,), (y,))
    outer = drawn.input()
    z = drawn.call(drawn.layer("Functional", model=0), outer)
    graph = drawn.graph
    assert kinds(graph, graph.back(z, into_models=True)) == ["Dense"]
    assert kinds(graph, graph.back(z)) == ["Functional"]


def test_activations_of_activations() -> None:
    """``Activation(Activation(...))``, each the argument of the next."""
    layers = [Layer(0, "keras.layers.Softmax", {}, HERE)]
    for index in range(1, LONG):
        args = {"activation": Fact(LayerRef(index - 1))}
        layers.append(Layer(index, "keras.layers.Activation", args, HERE))
    tensors = (Tensor(0, (None, 4), None, NOWHERE), Tensor(1, (None, 4), 0, NOWHERE))
    layer_calls = (LayerCall(0, LONG - 1, (0,), (1,), HERE),)
    program = Program(layers=tuple(layers), tensors=tensors, layer_calls=layer_calls)
    assert head_of(1, Graph(program)).activations[0].name == "softmax"


def test_one_input() -> None:
    assert one_input(LayerCall(0, 0, (1,), (2,), HERE))
    assert not one_input(LayerCall(0, 0, (1, 1), (2,), HERE))


# What rules see beyond a long way or a diamond: the walk has no length after which it gives up.
LONG_WAY = """\
import keras
from keras import layers

inputs = keras.Input((8,))
x = layers.Dense(16, kernel_initializer="zeros")(inputs)  # KER202
for _ in range(8):
    x = layers.Dropout(0.1)(x)
x = layers.ReLU()(x)
x = layers.Dense(64)(x)  # KER301
for _ in range(30):
    x = layers.Dropout(0.1)(x)
x = layers.Dense(3, activation="softmax")(x)
for _ in range(30):
    x = layers.Identity()(x)
outputs = layers.Softmax()(x)  # KER110
model = keras.Model(inputs, outputs)
model.compile("adam", "sparse_categorical_crossentropy")
"""


def test_rules_look_past_any_number_of_layers() -> None:
    expected = {
        (number, line.partition("# ")[2])
        for number, line in enumerate(LONG_WAY.splitlines(), 1)
        if "# KER" in line
    }
    found = kerlint.lint_source(LONG_WAY)
    assert {(each.span.start.row, each.code) for each in found} == expected


def test_findings_beside_diamonds() -> None:
    text = textwrap.dedent(
        """\
        import keras
        from keras import layers

        inputs = keras.Input((8,))
        x = layers.Dense(8, kernel_initializer="ones")(inputs)
        for _ in range(40):
            x = layers.Add()([x, x])
        outputs = layers.Dense(1, activation="softmax")(x)
        model = keras.Model(inputs, outputs)
        model.compile("adam", "mse")
        """
    )
    assert [(each.span.start.row, each.code) for each in kerlint.lint_source(text)] == [
        (8, "KER101")
    ]
