"""Nodes of libcst made without its checks, for processes in which only its parser makes any."""

from __future__ import annotations

import dataclasses
from typing import Any

import libcst as cst


def make_nodes_quickly() -> None:
    """Replace the constructors of libcst's nodes, for the rest of this process.

    libcst checks each node when it is made, with its own parser too, which makes no bad ones (see
    the remark at ``CSTNode.__post_init__``), and sets the fields of frozen dataclasses one by one
    through ``object.__setattr__``. Without both parsing takes four fifths of the time (libcst 1.9,
    notebooks of 1.8 MB: 3.4 s, 2.8 s without the checks, 2.6 s with constructors as below). It is
    not undone: changing a class costs whatever Python knows about its instances.
    """
    if cst.Name.__init__.__module__ == __name__:
        return
    for kind in _FREQUENT:
        constructor = _constructor(kind)
        if constructor is not None:
            kind.__init__ = constructor  # type: ignore[method-assign]


# Ninety-nine of a hundred nodes of notebooks; each of the 120 other kinds would cost 0.1 ms at
# the start.
_FREQUENT: tuple[type[cst.CSTNode], ...] = (
    cst.Annotation,
    cst.Arg,
    cst.Assign,
    cst.AssignEqual,
    cst.AssignTarget,
    cst.AsName,
    cst.Attribute,
    cst.BinaryOperation,
    cst.Call,
    cst.Comma,
    cst.Comment,
    cst.Comparison,
    cst.ComparisonTarget,
    cst.DictElement,
    cst.Dict,
    cst.Dot,
    cst.Element,
    cst.EmptyLine,
    cst.Expr,
    cst.Float,
    cst.For,
    cst.FunctionDef,
    cst.If,
    cst.Import,
    cst.ImportAlias,
    cst.ImportFrom,
    cst.Index,
    cst.IndentedBlock,
    cst.Integer,
    cst.LeftCurlyBrace,
    cst.LeftParen,
    cst.LeftSquareBracket,
    cst.List,
    cst.Name,
    cst.Newline,
    cst.Param,
    cst.Parameters,
    cst.ParenthesizedWhitespace,
    cst.Return,
    cst.RightCurlyBrace,
    cst.RightParen,
    cst.RightSquareBracket,
    cst.SimpleStatementLine,
    cst.SimpleString,
    cst.SimpleWhitespace,
    cst.Subscript,
    cst.SubscriptElement,
    cst.TrailingWhitespace,
    cst.Tuple,
)


def _constructor(kind: type[cst.CSTNode]) -> Any:
    """``__init__`` that fills the slots of a node; None for classes that are not made of slots."""
    names: dict[str, Any] = {"__name__": __name__}
    params: list[str] = []
    body: list[str] = []
    for field in dataclasses.fields(kind):
        slot: Any = getattr(kind, field.name, None)
        if not field.init or not hasattr(slot, "__set__"):
            return None
        names[f"set_{field.name}"] = slot.__set__
        param = field.name
        if field.default is not dataclasses.MISSING:
            names[f"default_{field.name}"] = field.default
            param = f"{field.name}=default_{field.name}"
        elif field.default_factory is not dataclasses.MISSING:
            names[f"make_{field.name}"] = field.default_factory
            param = f"{field.name}=absent"
            body.append(f"if {field.name} is absent: {field.name} = make_{field.name}()")
        params.append(param)
        body.append(f"set_{field.name}(self, {field.name})")
    names["absent"] = object()
    # As dataclasses does itself: a function with these very parameters is the fastest there is.
    text = f"def __init__(self, {', '.join(params)}):\n " + "\n ".join(body or ["pass"])
    exec(text, names)
    return names["__init__"]
