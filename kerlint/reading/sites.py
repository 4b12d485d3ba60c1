"""The table of syntax nodes that values point to, and their places in the text when asked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

from kerlint.diagnostics import Position, Span
from kerlint.program.values import Fact, Site

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sites:
    """Numbers for nodes. A node keeps its number for as long as the tree lives."""

    __slots__ = ("_index", "_nodes", "literals", "paths")

    def __init__(self) -> None:
        # What evaluates to the same whenever it is met, by id() of the node.
        self.literals: dict[int, Fact] = {}
        self.paths: dict[int, tuple[str, Fact]] = {}  # with the path of what stands before the dot
        self._index: dict[int, Site] = {}
        self._nodes: list[cst.CSTNode] = []

    def of(self, node: cst.CSTNode) -> Site:
        known = self._index.get(id(node))
        if known is not None:
            return known
        site: Site = len(self._nodes)  # type: ignore[assignment] # Site() is a call, and this is hot
        self._index[id(node)] = site
        self._nodes.append(node)
        return site

    def node(self, site: Site) -> cst.CSTNode:
        return self._nodes[site]

    def spans(self, tree: cst.Module, sites: Iterable[Site]) -> dict[Site, Span]:
        """Places of some nodes, found by writing the tree out once.

        libcst's own position provider copies the tree and records every node, at twice the cost of
        parsing; this records only what is asked for. Columns count characters from 1.
        """
        wanted = {id(self._nodes[site]): site for site in sites if 0 <= site < len(self._nodes)}
        if not wanted:
            return {}
        state = _Recorder(tree.default_indent, tree.default_newline, wanted)
        with suppress(_Enough):
            tree._codegen(state)
        return state.found


_NOT_WANTED = nullcontext()


class _Enough(Exception):
    """All places are known: the rest of the tree need not be written out."""


class _Recorder(CodegenState):
    """Notes where the wanted nodes begin and end while code is generated."""

    def __init__(self, indent: str, newline: str, wanted: dict[int, Site]) -> None:
        super().__init__(default_indent=indent, default_newline=newline)
        self._wanted = wanted
        self._row = 1
        self._column = 1
        self._starts: dict[int, Position] = {}
        self.found: dict[Site, Span] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def add_token(self, value: str) -> None:
        # Python ends lines at \n, \r\n and \r only; str.splitlines knows more.
        if "\n" in value or "\r" in value:
            flat = value.replace("\r\n", "\n").replace("\r", "\n")
            self._row += flat.count("\n")
            self._column = len(flat) - flat.rfind("\n")
        else:
            self._column += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            self._starts.setdefault(id(node), Position(self._row, self._column))

    def after_codegen(self, node: cst.CSTNode) -> None:
        site = self._wanted.get(id(node))
        if site is not None and site not in self.found:
            end = Position(self._row, self._column)
            self._note(site, Span(self._starts[id(node)], end))

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        # Called inside a node's own code generation, after its leading white space and parentheses.
        return self._noting(node) if id(node) in self._wanted else _NOT_WANTED

    @contextmanager
    def _noting(self, node: cst.CSTNode) -> Iterator[None]:
        start = Position(self._row, self._column)
        try:
            yield
        finally:
            self._note(self._wanted[id(node)], Span(start, Position(self._row, self._column)))

    def _note(self, site: Site, span: Span) -> None:
        self.found[site] = span
        if len(self.found) == len(self._wanted):
            raise _Enough
