"""Finds the libcst node that corresponds to a node of the interpreter's tree.

libcst's tree has what the other lacks: where things are in the text, and how they are laid out. It
is parsed when something is to be shown or repaired, which in most files there is not.
"""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint.reading.syntax import from_libcst, tree
from kerlint.reading.syntax.identifiers import inside


class Counterparts:
    """``concrete`` is libcst's tree of the text of ``module``."""

    def __init__(self, module: tree.Module, concrete: cst.Module) -> None:
        """Raises ``NotConcrete`` where they differ in the number of statements."""
        if len(module.body) != len(concrete.body):
            raise tree.NotConcrete
        self.concrete = concrete
        self._module = module
        self._statements: dict[int, int] = {}  # the number of the statement, by id() of the node
        self._found: dict[int, cst.CSTNode] = {id(module): concrete}

    def node(self, node: tree.Node) -> cst.CSTNode | None:
        """The node of libcst for one of the module; None for one of another module.

        A text in an f-string has none either.

        Raises ``NotConcrete`` where the trees are not alike.
        """
        found = self._found.get(id(node))
        if found is None:
            if not self._statements:
                for number, statement in enumerate(self._module.body):
                    for each in _walk(statement):
                        self._statements[id(each)] = number
            number = self._statements.get(id(node), -1)
            if number < 0:
                return None
            self._match(number)
            found = self._found.get(id(node))
        return found

    def _match(self, number: int) -> None:
        """Relate all nodes of a statement."""
        pairs: from_libcst.Pairs = []
        statement = self._module.body[number]
        made = from_libcst.statement_of(self.concrete.body[number], pairs)
        origins = {id(mine): theirs for mine, theirs in pairs}
        ours, others = _walk(statement), _walk(made)
        if [each.__class__ for each in ours] != [each.__class__ for each in others]:
            raise tree.NotConcrete
        self._found.update(
            (id(mine), origins[id(other)])
            for mine, other in zip(ours, others)
            if id(other) in origins
        )


def _walk(node: tree.Node) -> list[tree.Node]:
    """``node`` and all nodes in it, always in the same order."""
    found: list[tree.Node] = []
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if item.__class__ is list:
            pending += item
        elif item is not None:
            found.append(item)
            pending += inside(item.__class__)(item)
    return found
