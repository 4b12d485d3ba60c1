"""A first, shallow look at a tree: which names it binds, and which words it holds."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from kerlint.lazy_dataclass import dataclass
from kerlint.reading.syntax import tree as syntax
from kerlint.sources.modules import is_library


@dataclass(slots=True)
class Names:
    """``bound``: every name that some statement of the file binds, at whatever level.

    ``rebound``: those that functions declare global. ``stars``: modules of star imports, with their
    level of relative import. ``imports_code``: whether a module is imported that may be a file of
    the project, or another package that is built on Keras.
    """

    bound: set[str] = field(default_factory=set)
    rebound: set[str] = field(default_factory=set)
    stars: list[tuple[str, int]] = field(default_factory=list)
    imports_code: bool = False


def names_of(tree: syntax.Module) -> Names:
    """Collect the names that a file binds, without entering expressions that bind nothing."""
    names = Names()
    pending: list[Any] = list(tree.body)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is syntax.SimpleStatementLine or kind is syntax.IndentedBlock:
            pending.extend(node.body)
        elif kind is syntax.Assign:
            for target in node.targets:
                _target(target.target, names)
        elif kind is syntax.AnnAssign or kind is syntax.AugAssign:
            _target(node.target, names)
        elif kind is syntax.Import:
            for alias in node.names:
                _alias(alias, names, whole=True)
                names.imports_code = names.imports_code or not is_library(_dotted(alias.name))
        elif kind is syntax.ImportFrom:
            root = _dotted(node.module) if node.module is not None and not node.level else ""
            names.imports_code = names.imports_code or not is_library(root)
            if type(node.names) is syntax.ImportStar:
                module = _dotted(node.module) if node.module is not None else ""
                names.stars.append((module, node.level))
            else:
                for alias in node.names:
                    _alias(alias, names, whole=False)
        elif kind is syntax.FunctionDef:
            names.bound.add(node.name.value)
            params = node.params
            for param in (*params.posonly_params, *params.params, *params.kwonly_params):
                names.bound.add(param.name.value)
            for star in (params.star_arg, params.star_kwarg):
                if type(star) is syntax.Param:
                    names.bound.add(star.name.value)
            pending.append(node.body)
        elif kind is syntax.ClassDef:
            names.bound.add(node.name.value)
            pending.append(node.body)
        elif kind is syntax.For:
            _target(node.target, names)
            pending.append(node.body)
            if node.orelse is not None:
                pending.append(node.orelse.body)
        elif kind is syntax.With:
            for item in node.items:
                if item.asname is not None:
                    _target(item.asname.name, names)
            pending.append(node.body)
        elif kind is syntax.If or kind is syntax.While:
            pending.append(node.body)
            if node.orelse is not None:
                pending.append(node.orelse)
        elif kind is syntax.Else or kind is syntax.Finally:
            pending.append(node.body)
        elif kind is syntax.Try or kind is syntax.TryStar:
            pending.append(node.body)
            for handler in node.handlers:
                if handler.name is not None:
                    _target(handler.name.name, names)
                pending.append(handler.body)
            pending.extend(part for part in (node.orelse, node.finalbody) if part is not None)
        elif kind is syntax.Global:
            names.rebound.update(item.name.value for item in node.names)
        elif kind is syntax.Match:
            pending.extend(case.body for case in node.cases)
    return names


def _target(node: Any, names: Names) -> None:
    if type(node) is syntax.Name:
        names.bound.add(node.value)
    elif isinstance(node, (syntax.Tuple, syntax.List)):
        for element in node.elements:
            _target(element.value, names)
    elif type(node) is syntax.StarredElement:
        _target(node.value, names)


def _alias(alias: syntax.ImportAlias, names: Names, *, whole: bool) -> None:
    if alias.asname is not None:
        _target(alias.asname.name, names)
    else:
        dotted = _dotted(alias.name)
        names.bound.add(dotted.partition(".")[0] if whole else dotted)


def _dotted(node: Any) -> str:
    parts: list[str] = []
    while type(node) is syntax.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is syntax.Name:
        parts.append(node.value)
    return ".".join(reversed(parts))


def is_main_guard(statement: syntax.Node) -> bool:
    """``if __name__ == "__main__":``, with nothing but that."""
    if type(statement) is not syntax.If or type(statement.test) is not syntax.Comparison:
        return False
    test = statement.test
    if type(test.left) is not syntax.Name or test.left.value != "__name__":
        return False
    target = test.comparisons[0]
    return (
        len(test.comparisons) == 1
        and type(target.operator) is syntax.Equal
        and type(target.comparator) is syntax.SimpleString
        and target.comparator.value == "__main__"
        and statement.orelse is None
    )
