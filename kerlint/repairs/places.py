"""Where nodes begin and end, found by writing the tree out once, and how nodes belong together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple, TypeAlias

import libcst as cst
from libcst._nodes.internal import CodegenState

from kerlint.diagnostics import Position
from kerlint.program.values import Site
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.syntax.counterparts import Counterparts
from kerlint.reading.syntax.written import write

Side: TypeAlias = Literal["start", "end", "whole start", "whole end"]


class Nodes(NamedTuple):
    """What stands in the text for the sites of values."""

    sites: Sites
    counterparts: Counterparts

    def node(self, site: Site) -> cst.CSTNode:
        """The node at a site; one that is nowhere in the file if the site is in another file."""
        return self.counterparts.node(self.sites.node(site)) or cst.Pass()


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
    nodes = {id(place.node): place.node for place in places}
    state = _Places(tree, set(nodes))
    with suppress(_Enough):
        if any(isinstance(node, _NOT_ASKED_ABOUT) for node in nodes.values()):
            tree._codegen(state)
        else:
            write(tree, state, nodes)
    return state.positions()


class _Enough(Exception):
    """All places are known: the rest of the tree need not be written out."""


# The nodes that ``write`` writes out without looking whether they are wanted.
_NOT_ASKED_ABOUT = (cst.Module, cst.SimpleWhitespace)


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
    parents: dict[int, cst.CSTNode] = {}
    names: list[cst.Name] = []
    attributes: list[cst.Attribute] = []
    definitions: dict[str, list[cst.FunctionDef | cst.ClassDef]] = {}
    pending: list[Any] = [tree]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is cst.Name:
            around = parents[id(node)]
            # Names of attributes and of keyword arguments are no variables.
            if type(around) is cst.Attribute and around.attr is node:
                continue
            if type(around) is cst.Arg and around.keyword is node:
                continue
            names.append(node)
            continue
        if kind is cst.Attribute:
            attributes.append(node)
        elif kind is cst.FunctionDef or kind is cst.ClassDef:
            definitions.setdefault(node.name.value, []).append(node)
        for part in parts(node):
            parents.setdefault(id(part), node)
            pending.append(part)
    return Family(parents, names, attributes, definitions, {})


def nodes_in(tree: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What is in a node, but for white space and punctuation."""
    return (node for node, _ in _walk(tree))


def _walk(tree: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """Nodes in the order of the text, each with the node that it is in.

    ``CSTNode.children`` visits a node with a visitor of its own, which takes ten times as long.
    """
    pending = [(part, tree) for part in parts(tree)]
    while pending:
        pair = pending.pop()
        yield pair
        node = pair[0]
        pending.extend([(part, node) for part in parts(node)])


def parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes that a node is made of, the last one first, but for white space and punctuation."""
    found: list[cst.CSTNode] = []
    for value in _fields_of(node.__class__)(node):
        kind = value.__class__
        if kind is tuple or kind is list:
            found += value[::-1]
        elif kind not in _NO_NODES:  # isinstance() is slow for the classes of libcst
            found.append(value)
    return found


_NO_NODES = frozenset({bool, cst.MaybeSentinel, str, type(None)})


@cache
def _fields_of(kind: Hashable) -> Callable[[cst.CSTNode], Sequence[Any]]:
    """What takes the fields that can have other nodes from a node, the last one in the text first.

    It takes them all at once.
    """
    assert isinstance(kind, type)
    names = [
        field.name
        for field in dataclasses.fields(kind)
        if field.name not in _PUNCTUATION and not field.name.startswith("whitespace")
    ]
    for before, after in _OUT_OF_ORDER.get(kind, ()):
        names.remove(before)
        names.insert(names.index(after), before)
    names.reverse()
    if len(names) > 1:
        return attrgetter(*names)
    return lambda node: [getattr(node, name) for name in names]


_PUNCTUATION = frozenset(
    (
        *("colon", "comma", "dot", "equal", "first_colon", "second_colon", "semicolon"),
        *("separator", "trailing_comma", "lbrace", "lbracket", "lpar", "rbrace", "rbracket"),
        *("rpar", "footer", "header", "leading_lines", "lines_after_decorators"),
        "trailing_whitespace",
    )
)

# Fields that come before another one in the text and after it in the class.
_OUT_OF_ORDER: Mapping[type[cst.CSTNode], Sequence[tuple[str, str]]] = {
    cst.Arg: [("keyword", "value")],
    cst.ClassDef: [
        *(("decorators", "name"), ("type_parameters", "body")),
        *(("bases", "body"), ("keywords", "body")),
    ],
    cst.ExceptHandler: [("type", "body"), ("name", "body")],
    cst.ExceptStarHandler: [("type", "body"), ("name", "body")],
    cst.FunctionDef: [
        *(("decorators", "name"), ("type_parameters", "params"), ("returns", "body")),
    ],
    cst.IfExp: [("body", "test")],
    cst.MatchCase: [("guard", "body")],
    cst.Parameters: [("posonly_params", "params"), ("posonly_ind", "params")],
}


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
        return self._noting(node) if id(node) in self._wanted else _NOT_WANTED

    @contextmanager
    def _noting(self, node: cst.CSTNode) -> Iterator[None]:
        self._found.setdefault((id(node), "start"), len(self.tokens))
        yield
        self._found.setdefault((id(node), "end"), len(self.tokens))
