"""Sites: the table of syntax nodes that values point to, and their positions in the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from kerlint.diagnostics import Position, Span
from kerlint.program.values import REBOUND, Fact, Site
from kerlint.reading.syntax.written import write

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        self.changes: dict[int, tuple[cst.CSTNode, Changes]] = {}
        # The same of several methods at once.
        self.together: dict[tuple[int, ...], tuple[Sequence[cst.CSTNode], Changes]] = {}
        self.tests: dict[int, frozenset[str]] = {}  # the names in conditions, by id() of the node
        self.elements = 0  # elements that all paths have spent, see ``State.has_room``
        # What was too long to be followed, with what was lost: a "statement", a
        # "function" or the "rest" of the file.
        self.left_out: dict[Site, str] = {}
        self.tree: cst.Module | None = None  # of the file that is linted
        # Variables that Keras does not see, by id() of the class, see own_layers.
        self.plain: dict[int, list[tuple[str, cst.Call]]] = {}
        self.handled: frozenset[str] | None = None  # attributes that the file changes by hand
        # What a traced function does in Python, by id() of the node, see graphs.
        self.traced: dict[int, list[tuple[str, cst.CSTNode, str]]] = {}
        self.unread: dict[int, bool] = {}  # whether nothing reads a result, by id() of the call
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

    def name_of(self, name: str, site: Site) -> str:
        """What an unknown value is called that is bound to a name here.

        Another one that is bound to the same name is another value, and so are conditions on it.
        """
        first = self.named.setdefault(name, site)
        return name if first == site else f"{name}{REBOUND}{site}"

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
            write(tree, state, wanted)
        return state.spans()


_NOT_WANTED = nullcontext()


class _Enough(Exception):
    """All places are known: the rest of the tree need not be written out."""


class _Recorder(CodegenState):
    """Notes between which tokens the wanted nodes stand while code is generated."""

    def __init__(self, indent: str, newline: str, wanted: dict[int, Site]) -> None:
        super().__init__(default_indent=indent, default_newline=newline)
        self._wanted = wanted
        self._starts: dict[int, int] = {}
        self._found: dict[Site, tuple[int, int]] = {}

    def spans(self) -> dict[Site, Span]:
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
        return {site: Span(places[a], places[b]) for site, (a, b) in self._found.items()}

    def pop_trailing_newline(self) -> None:
        """Called when everything is written; whitespace after the last node does not matter."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            self._starts.setdefault(id(node), len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        site = self._wanted.get(id(node))
        if site is not None and site not in self._found:
            self._note(site, self._starts[id(node)])

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
            self._note(self._wanted[id(node)], start)

    def _note(self, site: Site, start: int) -> None:
        self._found[site] = start, len(self.tokens)
        if len(self._found) == len(self._wanted):
            raise _Enough
