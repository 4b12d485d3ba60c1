"""Which files can hold a finding at all, told from their bytes alone.

Parsing a file with a concrete syntax tree costs about a second for each megabyte, looking for a
few words in its bytes a hundredth of that, and most files of most projects hold no Keras. So a
file is parsed only when it holds a word of Keras and, for at least one selected rule, one of the
words without which that rule cannot fire. A file that is not parsed has no syntax error either:
kerlint is not there to say that somebody's template is no Python.

``in`` over single words is measurably faster than one regular expression of alternatives.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kerlint.settings import Settings


class Findable(Protocol):
    """``bytes``, or a file that is mapped into memory."""

    def find(self, word: bytes, /) -> int: ...


# A pasted fragment has no import, so names that hardly anybody but Keras has count too; names
# that other libraries share (Dropout, Adam, fit) always come with one of these.
KERAS_WORDS = (
    b"keras",
    b"Keras",
    b"tensorflow",
    b"Sequential",
    b"Dense",
    b"Conv1D",
    b"Conv2D",
    b"Conv3D",
    b"Convolution1D",
    b"Convolution2D",
    b"MaxPooling",
    b"AveragePooling",
    b"BatchNormalization",
    b"LayerNormalization",
    b"InputLayer",
    b"TimeDistributed",
    b"Bidirectional",
    b"SimpleRNN",
    b"LSTM",
    b"GRU",
    b"Embedding",
    b"ModelCheckpoint",
    b"EarlyStopping",
    b"ReduceLROnPlateau",
    b"ImageDataGenerator",
    b"to_categorical",
    b"pad_sequences",
    b"load_model",
    b"fit_generator",
    b"predict_classes",
    b"predict_generator",
    b"evaluate_generator",
    b"train_on_batch",
    b"model.compile",
    b"model.fit",
)


def names_keras(data: Findable) -> bool:
    """Whether ``data`` holds a word of Keras, as code or in any other way."""
    return any(data.find(word) >= 0 for word in KERAS_WORDS)


def codes_possible(data: bytes, settings: Settings) -> frozenset[str]:
    """The selected rules that can fire on ``data``; that the others cannot is certain."""
    if not names_keras(data):
        return frozenset()
    return frozenset(
        code
        for code, words in _words_of_rules(settings)
        if not words or any(word in data for word in words)
    )


@functools.lru_cache(maxsize=16)
def _words_of_rules(settings: Settings) -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """The selected rules, each with the words without any of which it cannot fire."""
    from kerlint.catalogue import FRONT_END, catalogue

    return tuple(
        (entry.code, entry.words)
        for entry in catalogue()
        if entry.code not in FRONT_END and settings.selects(entry.code, entry.name, entry.default)
    )
