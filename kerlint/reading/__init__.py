"""From a text to what it builds: an abstract interpreter of the user's code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kerlint.diagnostics import Span
from kerlint.program.values import Site
from kerlint.reading.names import Names, names_of
from kerlint.reading.parse import Parsed, Trouble, parse
from kerlint.reading.projects import Project
from kerlint.reading.replay import Way
from kerlint.reading.roots import Root, roots
from kerlint.reading.sites import Sites
from kerlint.sources.source import Source

__all__ = ["Reading", "Root", "Trouble", "Way", "read"]


@dataclass(slots=True)
class Reading:
    """One text, parsed, ready to be followed from its roots."""

    parsed: Parsed
    sites: Sites
    project: Project

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return self.parsed.troubles

    def roots(self) -> Iterator[Root]:
        """The ways into the code: the file, then functions and classes that nobody calls."""
        if self.parsed.tree is not None:
            yield from roots(self.parsed.tree, self.sites, self.project)

    def spans(self, sites: Iterable[Site]) -> dict[Site, Span]:
        """The places of sites in the text; costs one pass over the tree."""
        if self.parsed.tree is None:
            return {}
        return self.sites.spans(self.parsed.tree, sites)


def read(source: Source) -> Reading:
    """Parse a source; what cannot be parsed is in ``troubles``, and the rest is still read."""
    parsed = parse(source.text, [cell.first_row for cell in source.cells])
    names = names_of(parsed.tree) if parsed.tree is not None else Names()
    return Reading(parsed, Sites(), Project(names, source.path, bool(source.cells)))
