"""How the nodes of a file belong together, and which of them values stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import libcst as cst

from kerlint.program.values import Site
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.syntax.counterparts import Counterparts
from kerlint.reading.syntax.from_libcst import expression_of
from kerlint.reading.syntax.tree import SimpleString


class Nodes(NamedTuple):
    """What stands in the text for the sites of values."""

    sites: Sites
    counterparts: Counterparts

    def node(self, site: Site) -> cst.CSTNode:
        """The node at a site; one that is nowhere in the file if the site is in another file."""
        return self.counterparts.node(self.sites.node(site)) or cst.Pass()


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


def text_of(node: cst.CSTNode | None) -> str:
    """The text that a literal stands for; '' for what is no text, or that Python refuses."""
    made = expression_of(node) if isinstance(node, cst.SimpleString) else None
    value = made.value if isinstance(made, SimpleString) else ""
    return value if isinstance(value, str) else ""


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
