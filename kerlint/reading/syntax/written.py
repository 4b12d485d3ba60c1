"""How a tree is written out, for the nodes that are frequent; libcst writes out the others.

libcst calls three functions for each node, and a context manager for most of them. Taking the parts
of a node from a table takes a third of that time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import FunctionType
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

_indented = CodegenState.add_indent_tokens
_dedent = CodegenState.decrease_indent


def write(tree: cst.Module, state: CodegenState, wanted: Collection[int]) -> None:
    """Write out a tree that the parser made, the nodes in ``wanted`` as libcst does it."""
    add, newline = state.tokens.append, state.default_newline
    pending: list[Any] = [tree.footer, tree.body, tree.header]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is cst.SimpleWhitespace:
            add(item.value)
        elif kind is str:
            add(item)
        elif kind is tuple or kind is list:
            pending += item[::-1]
        elif kind in _NOTHING:
            continue
        elif id(item) in wanted:
            item._codegen(state)
        elif kind is cst.Newline:
            add(newline if item.value is None else item.value)
        elif kind is FunctionType:
            item(state)
        elif kind in _PARTS:
            pending += _PARTS[kind](item)
        else:
            item._codegen(state)


_NOTHING = frozenset({type(None), cst.MaybeSentinel})


def _text(node: Any) -> tuple[Any, ...]:
    return (node.rpar, node.value, node.lpar) if node.lpar else (node.value,)


def _block(node: cst.IndentedBlock) -> tuple[Any, ...]:
    def indent(state: CodegenState) -> None:
        state.increase_indent(state.default_indent if node.indent is None else node.indent)

    return (_dedent, node.footer, node.body, indent, node.header)


def _if(node: cst.If) -> tuple[Any, ...]:
    orelse: Any = node.orelse
    if type(orelse) is cst.If:

        def orelse(state: CodegenState) -> None:
            node.orelse._codegen(state, is_elif=True)  # type: ignore[union-attr]

    return (
        *(orelse, node.body, ":", node.whitespace_after_test, node.test),
        *(node.whitespace_before_test, "if", _indented, node.leading_lines),
    )


def _function(node: cst.FunctionDef) -> tuple[Any, ...]:
    returns: Any = node.returns
    if returns is not None:

        def returns(state: CodegenState) -> None:
            node.returns._codegen(state, default_indicator="->")  # type: ignore[union-attr]

    return (
        *(node.body, ":", node.whitespace_before_colon, returns, ")", node.params),
        *(node.whitespace_before_params, "(", node.whitespace_after_type_parameters),
        *(node.type_parameters, node.whitespace_after_name, node.name, node.whitespace_after_def),
        *("def", node.asynchronous, _indented, node.lines_after_decorators, node.decorators),
        node.leading_lines,
    )


# From the last part to the first: the one on top of the stack is written next.
_PARTS: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    cst.Name: _text,
    cst.Integer: _text,
    cst.Float: _text,
    cst.SimpleString: _text,
    cst.Comment: lambda n: (n.value,),
    cst.Dot: lambda n: (n.whitespace_after, ".", n.whitespace_before),
    cst.Comma: lambda n: (n.whitespace_after, ",", n.whitespace_before),
    cst.AssignEqual: lambda n: (n.whitespace_after, "=", n.whitespace_before),
    cst.LeftParen: lambda n: (n.whitespace_after, "("),
    cst.RightParen: lambda n: (")", n.whitespace_before),
    cst.LeftSquareBracket: lambda n: (n.whitespace_after, "["),
    cst.RightSquareBracket: lambda n: ("]", n.whitespace_before),
    cst.LeftCurlyBrace: lambda n: (n.whitespace_after, "{"),
    cst.RightCurlyBrace: lambda n: ("}", n.whitespace_before),
    cst.TrailingWhitespace: lambda n: (n.newline, n.comment, n.whitespace),
    cst.EmptyLine: lambda n: (n.newline, n.comment, n.whitespace, _indented if n.indent else None),
    cst.ParenthesizedWhitespace: lambda n: (
        *(n.last_line, _indented if n.indent else None, n.empty_lines, n.first_line),
    ),
    cst.Attribute: lambda n: (n.rpar, n.attr, n.dot, n.value, n.lpar),
    cst.Call: lambda n: (
        *(n.rpar, ")", n.args, n.whitespace_before_args, "("),
        *(n.whitespace_after_func, n.func, n.lpar),
    ),
    cst.Arg: lambda n: (
        *(n.whitespace_after_arg, n.comma, n.value, n.equal, n.keyword),
        *(n.whitespace_after_star, n.star),
    ),
    cst.Element: lambda n: (n.comma, n.value),
    cst.DictElement: lambda n: (
        *(n.comma, n.value, n.whitespace_after_colon, ":", n.whitespace_before_colon, n.key),
    ),
    cst.List: lambda n: (n.rpar, n.rbracket, n.elements, n.lbracket, n.lpar),
    cst.Tuple: lambda n: (n.rpar, n.elements, n.lpar),
    cst.Dict: lambda n: (n.rpar, n.rbrace, n.elements, n.lbrace, n.lpar),
    cst.Subscript: lambda n: (
        *(n.rpar, n.rbracket, n.slice, n.lbracket, n.whitespace_after_value, n.value, n.lpar),
    ),
    cst.SubscriptElement: lambda n: (n.comma, n.slice),
    cst.Index: lambda n: (n.value, n.whitespace_after_star, n.star),
    cst.BinaryOperation: lambda n: (n.rpar, n.right, n.operator, n.left, n.lpar),
    cst.Expr: lambda n: (n.semicolon, n.value),
    cst.Assign: lambda n: (n.semicolon, n.value, n.targets),
    cst.AssignTarget: lambda n: (
        *(n.whitespace_after_equal, "=", n.whitespace_before_equal, n.target),
    ),
    cst.SimpleStatementLine: lambda n: (
        *(n.trailing_whitespace, n.body, _indented, n.leading_lines),
    ),
    cst.IndentedBlock: _block,
    cst.Else: lambda n: (
        *(n.body, ":", n.whitespace_before_colon, "else", _indented, n.leading_lines),
    ),
    cst.If: _if,
    cst.For: lambda n: (
        *(n.orelse, n.body, ":", n.whitespace_before_colon, n.iter, n.whitespace_after_in, "in"),
        *(n.whitespace_before_in, n.target, n.whitespace_after_for, "for", n.asynchronous),
        *(_indented, n.leading_lines),
    ),
    cst.With: lambda n: (
        *(n.body, ":", n.whitespace_before_colon, n.rpar, n.items, n.lpar),
        *(n.whitespace_after_with, "with", n.asynchronous, _indented, n.leading_lines),
    ),
    cst.FunctionDef: _function,
    cst.ClassDef: lambda n: (
        *(n.body, ":", n.whitespace_before_colon, n.rpar, n.keywords, n.bases, n.lpar),
        *(n.whitespace_after_type_parameters, n.type_parameters, n.whitespace_after_name, n.name),
        *(n.whitespace_after_class, "class", _indented, n.lines_after_decorators, n.decorators),
        n.leading_lines,
    ),
}
