"""KER143: an attention mask that is 1 where it should be 0."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import FUTURE, PADDING, Array
from kerlint.program.graph import one_input
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Fact, TensorRef
from kerlint.rules.base import Finding, Note, Rule, View

_ATTENTION = frozenset({"MultiHeadAttention", "GroupQueryAttention"})
_SEEN = {
    FUTURE: ("steps after it", "is 1 for the steps after the own one"),
    PADDING: ("padding", "is 1 where the ids are 0"),
}


class InvertedAttentionMask(Rule):
    """The attention mask is 1 where the layer must not look.

    `keras.layers.MultiHeadAttention` looks at the places where `attention_mask` is 1 or True. In
    code that adds `mask * -1e9` to the scores, 1 means the opposite: do not look here. Such a mask
    given to the Keras layer shows each step only the steps after it, or only the padding. A model
    that predicts the next token then sees the token itself: it reached an accuracy of 0.95 on
    random tokens, where 0.15 is all that can be learned.

    Bad:
        import numpy as np

        ahead = 1 - np.tril(np.ones((10, 10)))
        x = keras.Input((10, 16))
        outputs = layers.MultiHeadAttention(2, 8)(x, x, attention_mask=ahead)
        model = keras.Model(x, layers.Dense(5, activation="softmax")(outputs))
    Good:
        x = keras.Input((10, 16))
        outputs = layers.MultiHeadAttention(2, 8)(x, x, use_causal_mask=True)
        model = keras.Model(x, layers.Dense(5, activation="softmax")(outputs))
    Tempting:
        import numpy as np

        past = 1 - np.triu(np.ones((1, 10, 10)), k=1)
        x = keras.Input((10, 16))
        outputs = layers.MultiHeadAttention(2, 8)(x, x, attention_mask=past)
        model = keras.Model(x, layers.Dense(5, activation="softmax")(outputs))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say:
        "transformer accuracy too good", "causal mask keras MultiHeadAttention",
        "loss goes to zero but generated text is nonsense", "attention_mask 1 or 0"

    When kerlint stays silent:
        - The attention layer is a class of the user, which may use the mask the other way round.
        - It is not known how the mask is made, or it is combined with another one.
    """

    code = "KER143"
    severity = Severity.ERROR
    required_bytes = (b"attention_mask",)
    names = _ATTENTION
    untestable = "experiments build layers without the arguments of their calls"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for call in view.graph.layer_calls.get(layer.id, ()):
            mask = call.args.get("attention_mask")
            kind = _kind(mask, view) if mask is not None else ""
            if mask is None or kind not in _SEEN:
                continue
            seen, is_one = _SEEN[kind]
            help = "invert the mask: 1 means that the layer looks there"
            if kind == FUTURE:
                help = "use `use_causal_mask=True`, or invert the mask"
            yield Finding(
                call.origin.site,
                f"`attention_mask` lets each step see only the {seen}"
                if kind == FUTURE
                else f"`attention_mask` lets the layer see only the {seen}",
                label="looks where the mask is 1",
                help=help,
                related=_made(mask, call, is_one),
                origin=call.origin,
            )
            return


def _made(mask: Fact, call: LayerCall, is_one: str) -> tuple[Note, ...]:
    value = mask.value
    site = value.site if isinstance(value, Array) else mask.site
    return (Note(site, is_one),) if site not in (-1, call.origin.site) else ()


def _kind(mask: Fact, view: View) -> str:
    """Which entries of a mask are 1; empty when that is not known."""
    if isinstance(mask.value, TensorRef):
        return _kind_of_tensor(mask.value.tensor, view)
    return mask.value.mask if isinstance(mask.value, Array) else ""


# Operations that leave which entries are 1, that exchange 0 and 1, and comparisons.
_KEEPING = frozenset({"cast", "expand_dims", "getitem", "reshape"})
_INVERTING = frozenset({"logical_not", "invert"})
_COMPARING = {"equal": True, "eq": True, "not_equal": False, "ne": False}


def _kind_of_tensor(tensor: int, view: View) -> str:
    """The same for a mask that the model makes of token ids, whose padding is 0."""
    inverted = False
    for call in view.graph.back(tensor):
        layer = view.layer(call)
        word = layer.type.rpartition(".")[2]
        if not layer.operation or not one_input(call):
            return ""
        values = [fact.value for name, fact in layer.args.items() if name not in ("dtype", "axis")]
        if word in _COMPARING:
            is_padding = _COMPARING[word] is not inverted
            return PADDING if is_padding and len(values) == 2 and 0 in values else ""
        if word in ("sub", "subtract"):
            if len(values) != 2 or values[0] not in (1, True):
                return ""
            inverted = not inverted
        elif word in _INVERTING:
            inverted = not inverted
        elif word not in _KEEPING:
            return ""
    return ""
