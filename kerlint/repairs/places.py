"""Where nodes begin and end, found by writing the tree out once, and the node around each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, NamedTuple, TypeAlias

import libcst as cst
from libcst._nodes.internal import CodegenState

from kerlint.diagnostics import Position

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
    """Rows and columns of places, from 1; places in other trees are left out."""
    state = _Places(tree, {id(place.node) for place in places})
    tree._codegen(state)
    return state.positions()


class Family(NamedTuple):
    """The node around each node, by ``id``, and the names that the file binds or reads.

    ``definitions`` are functions and classes by their names; ``bound`` is filled by ``Flow``: the
    names that a function or class binds, by ``id``.
    """

    parents: Mapping[int, cst.CSTNode]
    names: Sequence[cst.Name]
    attributes: Sequence[cst.Attribute]
    definitions: Mapping[str, Sequence[cst.FunctionDef | cst.ClassDef]]
    bound: dict[int, frozenset[str]]


def family_of(tree: cst.Module) -> Family:
    """Find out how the nodes of a tree belong together."""
    state = _Family(tree)
    tree._codegen(state)
    return Family(state.parents, state.names, state.attributes, state.definitions, {})


_NOT_WANTED = nullcontext()


class _Places(CodegenState):
    """Notes between which tokens the wanted nodes stand while code is generated."""

    def __init__(self, tree: cst.Module, wanted: set[int]) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self._wanted = wanted
        self._found: dict[Key, int] = {}

    def positions(self) -> dict[Key, Position]:
        places: dict[int, Position] = {}
        row, column, last = 1, 1, 0
        for index in sorted(set(self._found.values())):
            text = "".join(self.tokens[last:index])
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

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        return self._noting(node) if id(node) in self._wanted else _NOT_WANTED

    @contextmanager
    def _noting(self, node: cst.CSTNode) -> Iterator[None]:
        self._found.setdefault((id(node), "start"), len(self.tokens))
        yield
        self._found.setdefault((id(node), "end"), len(self.tokens))


class _Family(CodegenState):
    """Notes which node each node is in."""

    def __init__(self, tree: cst.Module) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self.parents: dict[int, cst.CSTNode] = {}
        self.names: list[cst.Name] = []
        self.attributes: list[cst.Attribute] = []
        self.definitions: dict[str, list[cst.FunctionDef | cst.ClassDef]] = {}
        self._around: list[cst.CSTNode] = [tree]

    def add_token(self, value: str) -> None:
        """What is written does not matter here."""

    def pop_trailing_newline(self) -> None:
        """As for ``add_token``."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        around = self._around[-1]
        self.parents.setdefault(id(node), around)
        self._around.append(node)
        if type(node) is cst.Name:
            # Names of attributes and of keyword arguments are no variables.
            if type(around) is cst.Attribute and around.attr is node:
                return
            if type(around) is cst.Arg and around.keyword is node:
                return
            self.names.append(node)
        elif type(node) is cst.Attribute:
            self.attributes.append(node)
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self.definitions.setdefault(node.name.value, []).append(node)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self._around.pop()
