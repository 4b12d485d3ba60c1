"""What a file or a live model says of itself: plain data, before it is written as a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from kerlint.lazy_dataclass import dataclass

Config = Mapping[str, Any]
"""A part of a configuration as JSON has it."""


class NotReadable(Exception):
    """There is nothing to check; the text is one line for people.

    ``valid``: the file may be in order, but it has no architecture that kerlint can read.
    """

    def __init__(self, reason: str, *, valid: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.valid = valid


@dataclass(frozen=True, slots=True)
class Architecture:
    """A serialized model and how it was compiled.

    ``compiled`` has the keys of ``get_compile_config``; empty for a model that was not compiled.
    ``trained``: the weights are not, or may not be, those that the initializers made, and callbacks
    may have changed the learning rate.
    ``loose`` are the layers of a model whose graph is not known: one of a class of the user's own.
    """

    model: Config
    compiled: Config = field(default_factory=dict)
    trained: bool = True
    loose: tuple[Config, ...] = ()
