"""KER511: ids for which an Embedding has no row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Rewrite, SetArg
from kerlint.program.data import Array
from kerlint.program.model import Layer
from kerlint.program.values import Unknown, shown
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import data_of


class EmbeddingIds(Rule):
    """An id is outside the table of the `Embedding`, which has rows from 0 to `input_dim - 1`.

    A Keras `Tokenizer` numbers words from 1 and leaves 0 for padding, so the largest id is
    `len(tokenizer.word_index)`, and the table needs one row more. Without it, the rarest word has
    no row: an error on a CPU, and zeros instead of an error on a GPU.

    The same goes for any other id that is not smaller than `input_dim`. Negative ids and fractions
    raise no error either: -1 is the last row, and 1.9 is cut off to 1.

    Bad:
        from tensorflow.keras.preprocessing.text import Tokenizer

        tokenizer = Tokenizer()
        tokenizer.fit_on_texts(["a cat", "a dog"])
        words = len(tokenizer.word_index)
        model = keras.Sequential([keras.Input((10,)), layers.Embedding(words, 16)])
    Good:
        from tensorflow.keras.preprocessing.text import Tokenizer

        tokenizer = Tokenizer()
        tokenizer.fit_on_texts(["a cat", "a dog"])
        words = len(tokenizer.word_index) + 1
        model = keras.Sequential([keras.Input((10,)), layers.Embedding(words, 16)])
    Tempting:
        import numpy as np

        x, y = np.random.randint(0, 100, (60, 10)), np.random.rand(60)
        model = keras.Sequential([keras.Input((10,)), layers.Embedding(100, 16)])
        model.add(layers.GlobalAveragePooling1D())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "indices[5,2] = 5000 is not in [0, 5000)", "InvalidArgumentError: indices"

    When kerlint stays silent:
        - The ids and `input_dim` are not known from the code.
        - The `Tokenizer` keeps only some of the words (`num_words=`), or the ids are changed
          before they reach the layer.
        - The `Embedding` is not the first layer of the model.
    """

    code = "KER511"
    severity = Severity.ERROR
    required_bytes = (b"Embedding(",)
    names = frozenset({"Embedding"})
    unsafe_because = "weights that were saved before no longer fit the model"
    untestable = "the experiments feed ids that the table has"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        size = layer.arg("input_dim")
        if layer.kind != "Embedding" or layer.custom or size is None or layer.partial:
            return
        if isinstance(size.value, Unknown):
            text = shown(size.value.symbol)
            found = _WORDS.fullmatch(text)
            if found is None or _limited(view):
                return
            yield Finding(
                size.used_at,
                f"`Embedding` has no row for the last word: the ids go up to `{text}`",
                label="one row too few",
                help=f"use `{text} + 1`, because the ids of a `Tokenizer` begin at 1",
                related=(Note(size.site, "the number of words"),) if size.copied_through else (),
                origin=layer.origin,
                rewrite=(Rewrite(size.used_at, (size.used_at, " + 1")),),
            )
            return
        rows = size.integer()
        data = _ids(layer, view)
        if rows is None or data is None:
            return
        low, high = data.lowest, data.highest
        fractions = data.integers is False
        repair: tuple[Change, ...] = ()
        if fractions and low is not None and high is not None:
            message = f"`Embedding` takes whole numbers, but is given numbers from {low:.4g} to "
            message += f"{high:.4g}, which it cuts off"
            help = "use a `Dense` layer for measurements, or give the ids as whole numbers"
        elif low is not None and low < 0:
            message = f"`Embedding` has rows from 0 on, but the ids begin at {low:.0f}"
            help = "number the ids from 0"
        elif high is not None and data.integers and high >= rows:
            message = f"`Embedding` has rows for the ids 0 to {rows - 1}, but the ids go up to "
            message += f"{high:.0f}"
            help = f"use `input_dim={high + 1:.0f}`"
            repair = (SetArg(layer.id, "input_dim", int(high) + 1),)
        else:
            return
        yield Finding(
            layer.origin.site if fractions else size.used_at,
            message,
            label="expects ids" if fractions else f"rows 0 to {rows - 1}",
            help=help,
            related=(Note(data.site, "the ids come from here"),),
            origin=layer.origin,
            rewrite=repair,
        )


_WORDS = re.compile(r"len\([\w.]*\bword_index\)")


def _limited(view: View) -> bool:
    """Whether a Tokenizer keeps some of its words only, or none was seen."""
    if any(name.endswith(".word_index.__setitem__") for name in view.names_called):
        return True  # a word of the user's own, such as that for the padding
    made = [call for call in view.program.calls if call.name.endswith(".text.Tokenizer")]
    return not made or any(
        call.partial or call.positional or any(name == "num_words" for name, _, _ in call.keywords)
        for call in made
    )


def _ids(layer: Layer, view: View) -> Array | None:
    """What a model whose first layer this is gets in ``fit``, when all of it agrees."""
    program = view.program
    found: list[Array | None] = []
    for fit in program.fits:
        model = program.models[fit.model]
        if fit.origin.fails or fit.method != "fit" or len(model.inputs) != 1:
            continue
        takers = view.graph.consumers.get(model.inputs[0], ())
        if any(taker.layer == layer.id for taker in takers):
            found.append(data_of(fit))
    if not found or any(data is None or data != found[0] for data in found):
        return None
    return found[0]
