"""Where nodes of libcst are in the text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

import libcst as cst
from libcst._nodes.internal import CodegenState

from kerlint.diagnostics import Position, Span
from kerlint.reading.syntax.written import write


def spans_of(tree: cst.Module, wanted: Collection[int]) -> dict[int, Span]:
    """The places of some nodes, by their ``id()``, found by writing the tree out once.

    libcst's own position provider copies the tree and records every node, at twice the cost of
    parsing; this records only what is asked for. Columns count characters from 1.
    """
    if not wanted:
        return {}
    state = _Recorder(tree.default_indent, tree.default_newline, wanted)
    with suppress(_Enough):
        write(tree, state, wanted)
    return state.spans()


_NOT_WANTED = nullcontext()


class _Enough(Exception):
    """All places are known: the rest of the tree need not be written out."""


class _Recorder(CodegenState):
    """Notes between which tokens the wanted nodes stand while code is generated."""

    def __init__(self, indent: str, newline: str, wanted: Collection[int]) -> None:
        super().__init__(default_indent=indent, default_newline=newline)
        self._wanted = wanted
        self._starts: dict[int, int] = {}
        self._found: dict[int, tuple[int, int]] = {}

    def spans(self) -> dict[int, Span]:
        """The places of the nodes that were met."""
        places: dict[int, Position] = {}
        row, column, last = 1, 1, 0
        for index in sorted({index for found in self._found.values() for index in found}):
            text = "".join(self.tokens[last:index])
            # Python ends lines at \n, \r\n and \r only; str.splitlines knows more.
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            lines = text.count("\n")
            row += lines
            column = len(text) - text.rfind("\n") if lines else column + len(text)
            places[index], last = Position(row, column), index
        return {node: Span(places[a], places[b]) for node, (a, b) in self._found.items()}

    def pop_trailing_newline(self) -> None:
        """Called when everything is written; whitespace after the last node does not matter."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            self._starts.setdefault(id(node), len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted and id(node) not in self._found:
            self._note(node, self._starts[id(node)])

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
        start = len(self.tokens)
        try:
            yield
        finally:
            self._note(node, start)

    def _note(self, node: cst.CSTNode, start: int) -> None:
        self._found[id(node)] = start, len(self.tokens)
        if len(self._found) == len(self._wanted):
            raise _Enough
