"""Sites: the table of syntax nodes that values point to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerlint.program.values import REBOUND, Fact, Site
from kerlint.reading.syntax import tree as syntax

if TYPE_CHECKING:
    from kerlint.reading.interpreter.effects import Changes


class Sites:
    """Numbers for nodes. A node keeps its number for as long as the tree lives."""

    __slots__ = (
        "_index",
        "_nodes",
        "aliased",
        "changes",
        "effects",
        "elements",
        "handled",
        "left_out",
        "literals",
        "named",
        "paths",
        "plain",
        "tests",
        "together",
        "traced",
        "tree",
        "unread",
    )

    def __init__(self) -> None:
        # Where objects are made by a name of the project's own that the settings say is Keras's.
        self.aliased: set[Site] = set()
        # What evaluates to the same whenever it is met, by id() of the node.
        self.literals: dict[int, Fact] = {}
        self.paths: dict[int, tuple[str, Fact]] = {}  # with the path of what stands before the dot
        self.effects: dict[int, Any] = {}  # of pieces of code, by id() of the node, see havoc
        self.named: dict[str, Site] = {}  # unknown values: where a name was bound first
        # What functions change that others call, with their nodes, which so stay alive.
        self.changes: dict[int, tuple[syntax.Node, Changes]] = {}
        # The same of several methods at once.
        self.together: dict[tuple[int, ...], tuple[Sequence[syntax.Node], Changes]] = {}
        self.tests: dict[int, frozenset[str]] = {}  # the names in conditions, by id() of the node
        self.elements = 0  # elements that all paths have spent, see ``State.has_room``
        # What was too long to be followed, with what was lost: a "statement", a
        # "function" or the "rest" of the file.
        self.left_out: dict[Site, str] = {}
        self.tree: syntax.Module | None = None  # of the file that is linted
        # Variables that Keras does not see, by id() of the class, see own_layers.
        self.plain: dict[int, list[tuple[str, syntax.Call]]] = {}
        self.handled: frozenset[str] | None = None  # attributes that the file changes by hand
        # What a traced function does in Python, by id() of the node, see graphs.
        self.traced: dict[int, list[tuple[str, syntax.Node, str]]] = {}
        self.unread: dict[int, bool] = {}  # whether nothing reads a result, by id() of the call
        self._index: dict[int, Site] = {}
        self._nodes: list[syntax.Node] = []

    def of(self, node: syntax.Node) -> Site:
        known = self._index.get(id(node))
        if known is not None:
            return known
        site: Site = len(self._nodes)  # type: ignore[assignment] # Site() is a call, and this is hot
        self._index[id(node)] = site
        self._nodes.append(node)
        return site

    def name_of(self, name: str, site: Site) -> str:
        """What an unknown value is called that is bound to a name here.

        Another one that is bound to the same name is another value, and so are conditions on it.
        """
        first = self.named.setdefault(name, site)
        return name if first == site else f"{name}{REBOUND}{site}"

    def node(self, site: Site) -> syntax.Node:
        return self._nodes[site]

    def has(self, site: Site) -> bool:
        return 0 <= site < len(self._nodes)
