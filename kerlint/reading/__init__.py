"""From a text to what it builds: an abstract interpreter of the user's code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from kerlint import keras_api
from kerlint.config.aliases import Aliases
from kerlint.diagnostics import Span
from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.values import Site
from kerlint.reading.imports import Project, tree_of
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.paths.entry_points import EntryPoint, find_entry_points
from kerlint.reading.paths.execution import ExecutionPath
from kerlint.reading.syntax.bindings import Names, names_of
from kerlint.reading.syntax.parsing import (
    Parsed,
    ParseError,
    counterparts_of,
    parse,
    remember_trees,
)
from kerlint.reading.syntax.tree import Node, NotConcrete
from kerlint.sources.source import Source

if TYPE_CHECKING:
    from kerlint.reading.syntax.counterparts import Counterparts

__all__ = [
    "EntryPoint",
    "ExecutionPath",
    "NotConcrete",
    "ParseError",
    "Reading",
    "read",
    "remember_trees",
]


@dataclass(slots=True)
class Reading:
    """One parsed text, ready to be executed from its entry points."""

    parsed: Parsed
    sites: Sites
    project: Project

    @property
    def parse_errors(self) -> tuple[ParseError, ...]:
        return self.parsed.parse_errors

    def entry_points(self) -> Iterator[EntryPoint]:
        """The module, then functions and classes that nothing in it calls."""
        if self.parsed.tree is not None:
            yield from find_entry_points(
                self.parsed.tree, self.sites, self.project, len(self.parsed.text)
            )

    @property
    def left_out(self) -> dict[Site, str]:
        """Statements and functions that were too long to be followed, and what was lost."""
        return self.sites.left_out

    def counterparts(self) -> Counterparts:
        """The nodes of libcst, which know where they are; parsing them takes its time.

        Raises ``NotConcrete`` where libcst does not take the text.
        """
        found = None if self.parsed.tree is None else counterparts_of(self.parsed.tree)
        if found is None:
            raise NotConcrete
        return found

    def spans(self, sites: Iterable[Site]) -> dict[Site, Span]:
        """The places of sites in the text. Raises ``NotConcrete`` as ``counterparts`` does."""
        nodes = [(site, self.sites.node(site)) for site in sites if self.sites.has(site)]
        return _spans(self.counterparts(), nodes) if nodes and self.parsed.tree is not None else {}

    def spans_elsewhere(self, sites: Iterable[Site]) -> Iterator[tuple[Site, str, Span]]:
        """The places of sites in other files, with their paths."""
        left = {site: self.sites.node(site) for site in sites if self.sites.has(site)}
        for path in sorted(self.project.dependencies) if left else ():
            tree = tree_of(path, tuple(self.project.aliases.items()))
            parts = None if tree is None else counterparts_of(tree)
            if parts is not None:
                with suppress(NotConcrete):
                    for site, span in _spans(parts, left.items()).items():
                        del left[site]
                        yield site, path, span


def _spans(parts: Counterparts, nodes: Iterable[tuple[Site, Node]]) -> dict[Site, Span]:
    """The places of those nodes that belong to a tree."""
    from kerlint.reading.syntax.places import spans_of

    found = {site: parts.node(node) for site, node in nodes}
    spans = spans_of(parts.concrete, [node for node in found.values() if node is not None])
    return {site: spans[id(node)] for site, node in found.items() if id(node) in spans}


# On a row before any comment.
_ADAPTING = re.compile(r"^[^#\n]*\.(?:adapt|set_vocabulary)\b", re.MULTILINE)


def read(
    source: Source,
    release: str = keras_api.LATEST,
    aliases: Aliases = (),
    given: Mapping[str, Array] | None = None,
    *,
    concrete: bool = False,
) -> Reading:
    """Parse a source; what cannot be parsed is in ``parse_errors``, and the rest is still read.

    ``release``: the Keras that the code is meant for. ``aliases``: names that stand for names of
    Keras. ``given`` are arrays that the text imports from ``samples``. ``concrete``: only what
    libcst takes is read, so that all of it has its place.
    """
    parsed = parse(source.text, [cell.first_row for cell in source.cells], concrete=concrete)
    names = names_of(parsed.tree) if parsed.tree is not None else Names()
    project = Project(
        names,
        source.path if source.layers is None else None,  # no file is near a text of kerlint's own
        release,
        bool(source.cells),
        "yield" in source.text,
        len(_ADAPTING.findall(source.text)) if "adapt" in source.text else 0,
        dict(aliases),
        given=given or {},
    )
    return Reading(parsed, Sites(), project)
