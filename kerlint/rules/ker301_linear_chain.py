"""KER301: consecutive layers without a non-linearity between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from kerlint.diagnostics import Severity
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import SUPERPOSITION, ChainClaim
from kerlint.program.heads import activation_of
from kerlint.program.layers import CONVOLUTIONS, where, width_argument
from kerlint.program.model import Dim, Layer, LayerCall, Model
from kerlint.program.values import Items, Unknown
from kerlint.rules.base import Finding, Note, Rule, View

# What lies between two layers and is affine itself, at least when the model predicts.
AFFINE = where(lambda kind: kind.affine and kind.default_activation is None)


@dataclass(frozen=True, slots=True)
class Link:
    """A layer with weights in a chain: ``width`` is what it gives, ``given`` what it takes."""

    layer: Layer
    given: Dim
    width: Dim


class LinearChain(Rule):
    """Stacked layers without an activation collapse into a single linear layer.

    A `Dense` layer without an activation is a linear map, and several linear maps in a row are
    again one linear map. The extra layers cost time but cannot learn anything that a single layer
    could not. Dropout, BatchNormalization, Flatten and average pooling between them do not change
    that; max pooling does.

    Two convolutions without an activation between them are, apart from the borders, one
    convolution with a larger window. That is sometimes done on purpose, so kerlint reports
    chains of convolutions only as info, which is shown when you select this rule:
    `--extend-select KER301`. A convolution followed by `Dense` is a warning like any other
    chain.

    Bad:
        model = keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(64),
                layers.Dense(64),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
    Good:
        model = keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(64, activation="relu"),
                layers.Dense(64, activation="relu"),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
    Tempting:
        model = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                layers.Conv2D(16, 3),
                layers.MaxPooling2D(),  # not linear
                layers.Conv2D(16, 3),
                layers.ReLU(),  # the activation is a layer
                layers.Flatten(),
                layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say:
        "loss does not decrease", "no better than linear regression",
        "adding layers does not help"

    When kerlint stays silent:
        - A layer is narrower than both its neighbors, as in a low-rank factorization or a
          linear autoencoder: then the chain is a deliberate restriction.
        - The convolutions are depthwise, pointwise (1x1) or along one axis: parts of a
          factorized one.
        - Layers are shared, frozen or constrained, or branches are added or joined between
          them.
        - The model has no activation anywhere and is never compiled: it only shows how
          layers are put together.
    """

    code = "KER301"
    severity = Severity.WARNING
    required_bytes = (b"Dense", b"Conv")
    experiments = (SUPERPOSITION,)
    unsafe_because = "the model then predicts other values"

    def check(self, model: Model, view: View) -> Iterator[Finding]:
        if model.gaps or model.kind in ("application", "unknown"):
            return
        used: set[int] = set()
        chains: list[list[Link]] = []
        for index in model.graph:
            apply = view.program.layer_calls[index]
            if index in used:
                continue
            chain = list(_chain(apply, view, used))
            if len(chain) > 1:
                chains.append(chain)
        stacks = [stack for chain in chains for stack in _stacks(chain) if _is_waste(stack)]
        others = [chain for chain in chains if _has_convolution(chain) and _is_waste(chain)]
        if not (stacks or others) or not (_trained(model, view) or _has_activation(model, view)):
            return
        # A convolution before the one Dense layer that ends the chain is a mistake like any other.
        mixed = [chain for chain in others if _ends_in_dense(chain)]
        rest = [chain for chain in others if not _ends_in_dense(chain)]
        if stacks:
            yield _finding(stacks, _of_dense(stacks[0]), None, view)
        if mixed:
            yield _finding(mixed, _of_convolutions(mixed[0]), None, view)
        if rest:
            yield _finding(rest, _of_convolutions(rest[0]), Severity.INFO, view)


def _finding(
    chains: list[list[Link]], message: str, severity: Severity | None, view: View
) -> Finding:
    """One finding for all chains of a model, at the first layer of the first."""
    first, *rest = chains[0]
    origin = first.layer.origin
    notes = {link.layer.origin.site: "no activation here either" for link in rest[:-1]}
    notes |= {rest[-1].layer.origin.site: "the next layer"} if len(rest) == 1 else {}
    notes |= {chain[0].layer.origin.site: "no activation here either" for chain in chains[1:]}
    notes.pop(origin.site, None)
    return Finding(
        origin.site,
        message,
        label="no activation",
        help='add an activation, such as `activation="relu"`',
        related=tuple(Note(site, words) for site, words in list(notes.items())[:4]),
        severity=severity,
        origin=origin,
        claim=one_map(first.layer, rest[-1].layer, view),
        repair=repair(link.layer for chain in chains for link in chain[:-1]),
    )


def _of_dense(chain: list[Link]) -> str:
    return (
        f"{len(chain)} `Dense` layers without an activation between them "
        "can do no more than a single one"
    )


def _of_convolutions(chain: list[Link]) -> str:
    if _is_convolutional(chain):
        return (
            f"{len(chain)} convolutions without an activation between them "
            "can do no more than one with a larger window"
        )
    *first, last = (link.layer.kind for link in chain)
    names = f"{', '.join(f'`{name}`' for name in first)} and `{last}`"
    return f"{names} without an activation between them can do no more than one linear layer"


def _stacks(chain: list[Link]) -> Iterator[list[Link]]:
    """The parts of a chain that are Dense layers only."""
    for dense, links in itertools.groupby(chain, lambda link: link.layer.kind == "Dense"):
        found = list(links)
        if dense and len(found) > 1:
            yield found


def _is_convolutional(chain: list[Link]) -> bool:
    return all(link.layer.kind in CONVOLUTIONS for link in chain)


def _ends_in_dense(chain: list[Link]) -> bool:
    """Whether convolutions are followed by a single Dense layer."""
    return not _is_convolutional(chain) and not any(_stacks(chain))


def _has_convolution(chain: list[Link]) -> bool:
    return any(link.layer.kind in CONVOLUTIONS for link in chain)


def _is_waste(chain: list[Link]) -> bool:
    return not _autoencoder(chain) and _redundant(chain)


def _trained(model: Model, view: View) -> bool:
    """Whether the model, or one that contains it, is compiled here."""
    for compiled in view.program.compiles:
        if compiled.model == model.id:
            return True
        held = view.layers_in(compiled.model)
        if any(view.program.layers[layer].model == model.id for layer in held):
            return True
    return False


def _has_activation(model: Model, view: View) -> bool:
    found = (activation_of(view.program.layers[i], view.program) for i in view.layers_in(model.id))
    return any(a is not None and a.name not in (None, "linear") for a in found)


def _chain(apply: LayerCall, view: View, used: set[int]) -> Iterator[Link]:
    """The layers from here on with only affine layers between; the last has any activation."""
    current: LayerCall | None = apply
    while current is not None:
        link = _link(current, view)
        if link is None:
            return
        yield link
        used.add(current.id)
        found = activation_of(link.layer, view.program)
        if found is None or found.name != "linear":
            return
        current = _next(current, view)


def _next(apply: LayerCall, view: View) -> LayerCall | None:
    """The one application that takes the output, past layers that are affine."""
    for after in view.graph.straight(apply.outputs[0]):
        layer = view.layer(after)
        if layer.custom or layer.operation or after.repeated:
            return None
        does_nothing = layer.kind == "Activation" and _linear(layer, view)
        if layer.kind not in AFFINE and not does_nothing:
            return after
    return None


def _linear(layer: Layer, view: View) -> bool:
    found = activation_of(layer, view.program)
    return found is not None and found.name == "linear"


def _link(apply: LayerCall, view: View) -> Link | None:
    """A Dense layer or plain convolution that is used once and trained as usual."""
    layer = view.graph.inner_layer(apply)
    if layer.kind != "Dense" and layer.kind not in CONVOLUTIONS:
        return None
    if layer.partial or apply.repeated or len(apply.inputs) != 1:
        return None
    if len(view.graph.layer_calls.get(layer.id, ())) != 1:
        return None
    special = ("trainable", "kernel_constraint", "groups")
    if any(name in layer.args for name in special) or _pointwise(layer):
        return None
    given = _width(apply.inputs[0], view)
    width = _width(apply.outputs[0], view)
    if width is None:
        size = width_argument(layer)
        if size is not None:
            width = size.value if isinstance(size.value, Unknown) else size.integer()
    return Link(layer, given, width)


def _width(tensor: int, view: View) -> Dim:
    shape = view.program.tensors[tensor].shape
    return None if isinstance(shape, Unknown) or len(shape) < 2 else shape[-1]


def _pointwise(layer: Layer) -> bool:
    """A convolution over single pixels or along one axis: a part of a factorised one."""
    if layer.kind == "Dense":
        return False
    size = layer.arg("kernel_size")
    if size is None:
        return True
    value = size.value
    if isinstance(value, Items):
        numbers = [item.integer() for item in value.items]
        return not numbers or any(number is None or number == 1 for number in numbers)
    number = size.integer()
    return number is None or number == 1


def _redundant(chain: list[Link]) -> bool:
    """Whether some layer of the chain is provably not the narrow point that makes a low rank."""
    return any(_wide(link, after) for link, after in itertools.pairwise(chain))


def _wide(link: Link, after: Link) -> bool:
    """Whether a layer is at least as wide as a neighbour, so that it restricts nothing.

    A width that is not known, or has but a name, proves only that it equals the same name.
    """
    return _at_least(link.width, after.width) or _at_least(link.width, link.given)


def _at_least(left: Dim, right: Dim) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left >= right
    if right == 1:
        return left is not None
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return bool(left.symbol) and left.symbol == right.symbol
    return False


def _autoencoder(chain: list[Link]) -> bool:
    """Whether the chain squeezes its input and gives back as many numbers."""
    given, out = chain[0].given, chain[-1].width
    inner = [link.width for link in chain[:-1]]
    if not isinstance(given, int) or given != out:
        return False
    return all(isinstance(width, int) and width < given for width in inner)


def one_map(first: Layer, last: Layer, view: View) -> ChainClaim:
    """The claim that from the input of one layer to the output of another is one affine map."""
    return view.chain_claim(first, last)


def repair(layers: Iterable[Layer]) -> tuple[Change, ...]:
    """An activation for each layer that lacks one."""
    return tuple(SetArg(layer.id, "activation", "relu") for layer in layers)
