"""The file in its project: which names it may bind, and what it imports from its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kerlint import keras_api
from kerlint.program.values import Fact
from kerlint.reading.names import Names

if TYPE_CHECKING:
    from kerlint.reading.run import Run


@dataclass(slots=True)
class Project:
    """What is known around one file. ``path`` is where it lies, None for a text without a file."""

    names: Names
    path: str | None = None
    dependencies: set[str] = field(default_factory=set)

    def may_bind(self, word: str) -> bool:
        """Whether some statement of the file could bind this name.

        A star import of a module that is not Keras may bind anything.
        """
        if word in self.names.bound:
            return True
        return any(level > 0 or not _known_library(module) for module, level in self.names.stars)

    def module(self, run: Run, path: str) -> Fact | None:
        """A module of the project, when ``import path`` finds one."""
        return None

    def imported(self, run: Run, module: str, level: int, name: str) -> Fact | None:
        """What ``from module import name`` binds, when that is a file of the project."""
        return None

    def member(self, run: Run, dotted: str, name: str) -> Fact | None:
        """The attribute of a module of the project."""
        return None

    def star(self, run: Run, module: str, level: int) -> dict[str, Fact]:
        """What a star import from a file of the project binds."""
        return {}


def _known_library(module: str) -> bool:
    root = module.partition(".")[0]
    return keras_api.locate(module) is not None or root in (
        "math",
        "numpy",
        "matplotlib",
        "os",
        "pylab",
        "random",
        "scipy",
        "sklearn",
        "time",
        "tkinter",
        "typing",
    )
