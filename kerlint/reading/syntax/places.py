"""Where nodes of libcst begin and end in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Literal, NamedTuple, TypeAlias

import libcst as cst
from libcst._nodes.internal import CodegenState

from kerlint.diagnostics import Position, Span
from kerlint.reading.syntax.written import write

Side: TypeAlias = Literal["start", "end", "whole start", "whole end"]


class Place(NamedTuple):
    """One end of a node: of the node alone, or with its parentheses, comma and white space."""

    node: cst.CSTNode
    side: Side


def start(node: cst.CSTNode) -> Place:
    return Place(node, "start")


def end(node: cst.CSTNode) -> Place:
    return Place(node, "end")


def whole_start(node: cst.CSTNode) -> Place:
    return Place(node, "whole start")


def whole_end(node: cst.CSTNode) -> Place:
    return Place(node, "whole end")


Key: TypeAlias = "tuple[int, Side]"


def key(place: Place) -> Key:
    """What stands for a place in the table of ``positions``: nodes compare slowly."""
    return id(place.node), place.side


def positions(tree: cst.Module, places: Iterable[Place]) -> dict[Key, Position]:
    """Rows and columns of places, from 1; places in other trees are left out.

    They are found by writing the tree out once. libcst's own position provider copies the tree and
    records every node, at twice the cost of parsing.
    """
    nodes = {id(place.node): place.node for place in places}
    state = _Places(tree, set(nodes))
    with suppress(_Enough):
        if any(isinstance(node, _NOT_ASKED_ABOUT) for node in nodes.values()):
            tree._codegen(state)
        else:
            write(tree, state, nodes)
    return state.positions()


def spans_of(tree: cst.Module, nodes: Iterable[cst.CSTNode]) -> dict[int, Span]:
    """The places of some nodes, by their ``id()``."""
    wanted = list(nodes)
    at = positions(tree, map(start, wanted)) if wanted else {}
    return {
        id(node): Span(at[key(start(node))], at[key(end(node))])
        for node in wanted
        if key(start(node)) in at
    }


class _Enough(Exception):
    """All places are known: the rest of the tree need not be written out."""


# The nodes that ``write`` writes out without looking whether they are wanted.
_NOT_ASKED_ABOUT = (cst.Module, cst.SimpleWhitespace)


_NOT_WANTED = nullcontext()


class _Places(CodegenState):
    """Notes between which tokens the wanted nodes stand while code is generated."""

    def __init__(self, tree: cst.Module, wanted: set[int]) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self._wanted = wanted
        self._left = set(wanted)
        self._found: dict[Key, int] = {}

    def positions(self) -> dict[Key, Position]:
        places: dict[int, Position] = {}
        row, column, last = 1, 1, 0
        for index in sorted(set(self._found.values())):
            text = "".join(self.tokens[last:index])
            # Python ends lines at \n, \r\n and \r only; str.splitlines knows more.
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            lines = text.count("\n")
            row += lines
            column = len(text) - text.rfind("\n") if lines else column + len(text)
            places[index], last = Position(row, column), index
        return {key: places[index] for key, index in self._found.items()}

    def pop_trailing_newline(self) -> None:
        """Called when everything is written; white space after the last node does not matter."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            self._found.setdefault((id(node), "whole start"), len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            at = id(node)
            self._found.setdefault((at, "whole end"), len(self.tokens))
            # Nodes without white space of their own note no other place.
            self._found.setdefault((at, "start"), self._found[at, "whole start"])
            self._found.setdefault((at, "end"), len(self.tokens))
            self._left.discard(at)
            if not self._left:
                raise _Enough

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
        self._found.setdefault((id(node), "start"), len(self.tokens))
        yield
        self._found.setdefault((id(node), "end"), len(self.tokens))
