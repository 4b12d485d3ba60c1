"""CPython's syntax tree as the one that the interpreter reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from kerlint.reading.syntax import tree


class Unsupported(Exception):
    """Syntax of a later Python than this module knows."""


def module_of(parsed: ast.Module, text: str) -> tree.Module:
    """The module of a text that CPython has parsed.

    Raises ``Unsupported``, and ``RecursionError`` for what is nested too deeply.
    """
    return tree.Module(_statements(parsed.body), text)


# -- expressions -----------------------------------------------------------------------------------


def _expression(node: ast.expr) -> tree.Expression:
    convert = _EXPRESSIONS.get(node.__class__)
    if convert is None:
        raise Unsupported
    return convert(node)


def _optional(node: ast.expr | None) -> tree.Expression | None:
    return None if node is None else _expression(node)


def _name(node: ast.Name) -> tree.Expression:
    return tree.Name(node.id)


def _constant(node: ast.Constant) -> tree.Expression:
    value: Any = node.value
    kind = value.__class__
    if kind is str or kind is bytes:
        return tree.SimpleString(value)
    if kind is int:
        return tree.Integer(value)
    if kind is float:
        return tree.Float(value)
    if kind is complex:
        return tree.Imaginary(value)
    if value is ...:
        return tree.Ellipsis()
    return tree.Name(repr(value))  # True, False, None


def _attribute(node: ast.Attribute) -> tree.Expression:
    return tree.Attribute(_expression(node.value), tree.Name(node.attr))


def _call(node: ast.Call) -> tree.Expression:
    func = _expression(node.func)
    if not node.keywords:
        return tree.Call(func, [_positional(each) for each in node.args])
    return tree.Call(func, _arguments(node.args, node.keywords))


def _arguments(args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> list[tree.Arg]:
    made = [_positional(each) for each in args]
    made += [_keyword(each) for each in keywords]
    if any(each.star for each in made[: len(args)]):
        # ``f(a=1, *b)``: the only case in which they may be written in another order.
        nodes: list[ast.expr | ast.keyword] = [*args, *keywords]
        places = [(each.lineno, each.col_offset) for each in nodes]
        made = [arg for _, arg in sorted(zip(places, made), key=lambda pair: pair[0])]
    return made


def _positional(node: ast.expr) -> tree.Arg:
    if isinstance(node, ast.Starred):
        return tree.Arg(_expression(node.value), None, "*")
    return tree.Arg(_expression(node), None, "")


def _keyword(node: ast.keyword) -> tree.Arg:
    if node.arg is None:
        return tree.Arg(_expression(node.value), None, "**")
    return tree.Arg(_expression(node.value), tree.Name(node.arg), "")


def _subscript(node: ast.Subscript) -> tree.Expression:
    value, inner = _expression(node.value), node.slice
    parts = inner.elts if isinstance(inner, ast.Tuple) and inner.elts else [inner]
    return tree.Subscript(value, [tree.SubscriptElement(_slice(part)) for part in parts])


def _slice(node: ast.expr) -> tree.Index | tree.Slice:
    if isinstance(node, ast.Slice):
        return tree.Slice(_optional(node.lower), _optional(node.upper), _optional(node.step))
    if isinstance(node, ast.Starred):
        return tree.Index(_expression(node.value), "*")
    return tree.Index(_expression(node), "")


def _unary(node: ast.UnaryOp) -> tree.Expression:
    return tree.UnaryOperation(_OPERATORS[node.op.__class__], _expression(node.operand))


def _binary(node: ast.BinOp) -> tree.Expression:
    # A long sum is nested as deep as it is long.
    pending = [node]
    while isinstance(pending[-1].left, ast.BinOp):
        pending.append(pending[-1].left)
    made = _expression(pending[-1].left)
    while pending:
        last = pending.pop()
        right = _expression(last.right)
        made = tree.BinaryOperation(made, _OPERATORS[last.op.__class__], right)
    return made


def _boolean(node: ast.BoolOp) -> tree.Expression:
    operator = _OPERATORS[node.op.__class__]
    made = _expression(node.values[0])
    for value in node.values[1:]:
        made = tree.BooleanOperation(made, operator, _expression(value))
    return made


def _comparison(node: ast.Compare) -> tree.Expression:
    return tree.Comparison(
        _expression(node.left),
        [
            tree.ComparisonTarget(_OPERATORS[operator.__class__], _expression(right))
            for operator, right in zip(node.ops, node.comparators)
        ],
    )


def _if_expression(node: ast.IfExp) -> tree.Expression:
    return tree.IfExp(_expression(node.test), _expression(node.body), _expression(node.orelse))


def _named(node: ast.NamedExpr) -> tree.Expression:
    return tree.NamedExpr(_expression(node.target), _expression(node.value))


def _lambda(node: ast.Lambda) -> tree.Expression:
    return tree.Lambda(_parameters(node.args), _expression(node.body))


def _await(node: ast.Await) -> tree.Expression:
    return tree.Await(_expression(node.value))


def _yield(node: ast.Yield) -> tree.Expression:
    return tree.Yield(_optional(node.value))


def _yield_from(node: ast.YieldFrom) -> tree.Expression:
    return tree.Yield(tree.From(_expression(node.value)))


def _tuple(node: ast.Tuple) -> tree.Expression:
    return tree.Tuple(_elements(node.elts))


def _list(node: ast.List) -> tree.Expression:
    return tree.List(_elements(node.elts))


def _set(node: ast.Set) -> tree.Expression:
    return tree.Set(_elements(node.elts))


def _elements(nodes: Sequence[ast.expr]) -> list[tree.Element | tree.StarredElement]:
    return [
        tree.StarredElement(_expression(each.value))
        if isinstance(each, ast.Starred)
        else tree.Element(_expression(each))
        for each in nodes
    ]


def _starred(node: ast.Starred) -> tree.Expression:
    return tree.StarredElement(_expression(node.value))


def _dict(node: ast.Dict) -> tree.Expression:
    return tree.Dict(
        [
            tree.StarredDictElement(_expression(value))
            if key is None
            else tree.DictElement(_expression(key), _expression(value))
            for key, value in zip(node.keys, node.values)
        ]
    )


def _list_comprehension(node: ast.ListComp) -> tree.Expression:
    return tree.ListComp(_expression(node.elt), _loops(node.generators))


def _set_comprehension(node: ast.SetComp) -> tree.Expression:
    return tree.SetComp(_expression(node.elt), _loops(node.generators))


def _generator(node: ast.GeneratorExp) -> tree.Expression:
    return tree.GeneratorExp(_expression(node.elt), _loops(node.generators))


def _dict_comprehension(node: ast.DictComp) -> tree.Expression:
    if node.value is None:  # ``{**each for each in all}`` of Python 3.15
        raise Unsupported
    return tree.DictComp(_expression(node.key), _expression(node.value), _loops(node.generators))


def _loops(generators: Sequence[ast.comprehension]) -> tree.CompFor:
    inner: tree.CompFor | None = None
    for each in reversed(generators):
        ifs = [tree.CompIf(_expression(test)) for test in each.ifs]
        inner = tree.CompFor(_expression(each.target), _expression(each.iter), ifs, inner)
    assert inner is not None
    return inner


def _formatted(node: ast.JoinedStr) -> tree.Expression:
    return tree.FormattedString(_pieces(node.values))


def _pieces(values: Sequence[ast.expr]) -> list[tree.FormattedPart]:
    made: list[tree.FormattedPart] = []
    for each in values:
        if isinstance(each, ast.Constant):
            made.append(tree.FormattedStringText(str(each.value)))
        elif isinstance(each, ast.FormattedValue):
            spec = each.format_spec
            made.append(
                tree.FormattedStringExpression(
                    _expression(each.value),
                    None if each.conversion < 0 else chr(each.conversion),
                    _pieces(spec.values) if isinstance(spec, ast.JoinedStr) else [],
                )
            )
        else:
            raise Unsupported
    return merged(made)  # CPython 3.12 has several texts side by side


def merged(
    parts: Sequence[tree.FormattedPart],
) -> list[tree.FormattedPart]:
    """Parts of an f-string with texts side by side joined, and without empty ones."""
    made: list[tree.FormattedPart] = []
    for part in parts:
        last = made[-1] if made else None
        if isinstance(part, tree.FormattedStringText):
            if part.value == "":
                continue
            if isinstance(last, tree.FormattedStringText):
                known = last.value is not None and part.value is not None
                made[-1] = tree.FormattedStringText(f"{last.value}{part.value}" if known else None)
                continue
        made.append(part)
    return made


_EXPRESSIONS: dict[type[ast.expr], Callable[[Any], tree.Expression]] = {
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _dict_comprehension,
    ast.GeneratorExp: _generator,
    ast.IfExp: _if_expression,
    ast.JoinedStr: _formatted,
    ast.Lambda: _lambda,
    ast.List: _list,
    ast.ListComp: _list_comprehension,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.Set: _set,
    ast.SetComp: _set_comprehension,
    ast.Starred: _starred,
    ast.Subscript: _subscript,
    ast.Tuple: _tuple,
    ast.UnaryOp: _unary,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}

_OPERATORS: dict[type[ast.AST], tree.Operator] = {
    ast.And: tree.And(),
    ast.Or: tree.Or(),
    ast.Not: tree.Not(),
    ast.UAdd: tree.Plus(),
    ast.USub: tree.Minus(),
    ast.Invert: tree.BitInvert(),
    ast.Add: tree.Add(),
    ast.Sub: tree.Subtract(),
    ast.Mult: tree.Multiply(),
    ast.Div: tree.Divide(),
    ast.FloorDiv: tree.FloorDivide(),
    ast.Mod: tree.Modulo(),
    ast.Pow: tree.Power(),
    ast.MatMult: tree.MatrixMultiply(),
    ast.BitAnd: tree.BitAnd(),
    ast.BitOr: tree.BitOr(),
    ast.BitXor: tree.BitXor(),
    ast.LShift: tree.LeftShift(),
    ast.RShift: tree.RightShift(),
    ast.Eq: tree.Equal(),
    ast.NotEq: tree.NotEqual(),
    ast.Lt: tree.LessThan(),
    ast.LtE: tree.LessThanEqual(),
    ast.Gt: tree.GreaterThan(),
    ast.GtE: tree.GreaterThanEqual(),
    ast.Is: tree.Is(),
    ast.IsNot: tree.IsNot(),
    ast.In: tree.In(),
    ast.NotIn: tree.NotIn(),
}
_AUGMENTED: dict[type[ast.AST], tree.Operator] = {
    ast.Add: tree.AddAssign(),
    ast.Sub: tree.SubtractAssign(),
    ast.Mult: tree.MultiplyAssign(),
    ast.Div: tree.DivideAssign(),
    ast.FloorDiv: tree.FloorDivideAssign(),
    ast.Mod: tree.ModuloAssign(),
    ast.Pow: tree.PowerAssign(),
    ast.MatMult: tree.MatrixMultiplyAssign(),
    ast.BitAnd: tree.BitAndAssign(),
    ast.BitOr: tree.BitOrAssign(),
    ast.BitXor: tree.BitXorAssign(),
    ast.LShift: tree.LeftShiftAssign(),
    ast.RShift: tree.RightShiftAssign(),
}


# -- parameters ------------------------------------------------------------------------------------


def _parameters(node: ast.arguments) -> tree.Parameters:
    names = [*node.posonlyargs, *node.args]
    missing: list[ast.expr | None] = [None] * (len(names) - len(node.defaults))
    made = [_param(*each) for each in zip(names, [*missing, *node.defaults])]
    first = len(node.posonlyargs)
    return tree.Parameters(
        made[first:],
        None if node.vararg is None else _param(node.vararg, None),
        [_param(*each) for each in zip(node.kwonlyargs, node.kw_defaults)],
        None if node.kwarg is None else _param(node.kwarg, None),
        made[:first],
    )


def _param(node: ast.arg, default: ast.expr | None) -> tree.Param:
    return tree.Param(tree.Name(node.arg), _annotation(node.annotation), _optional(default))


def _annotation(node: ast.expr | None) -> tree.Annotation | None:
    return None if node is None else tree.Annotation(_expression(node))


# -- small statements ------------------------------------------------------------------------------


def _expr(node: ast.Expr) -> tree.SmallStatement:
    return tree.Expr(_expression(node.value))


def _assign(node: ast.Assign) -> tree.SmallStatement:
    targets = [tree.AssignTarget(_expression(each)) for each in node.targets]
    return tree.Assign(targets, _expression(node.value))


def _annotated(node: ast.AnnAssign) -> tree.SmallStatement:
    annotation = tree.Annotation(_expression(node.annotation))
    return tree.AnnAssign(_expression(node.target), annotation, _optional(node.value))


def _augmented(node: ast.AugAssign) -> tree.SmallStatement:
    operator = _AUGMENTED[node.op.__class__]
    return tree.AugAssign(_expression(node.target), operator, _expression(node.value))


def _return(node: ast.Return) -> tree.SmallStatement:
    return tree.Return(_optional(node.value))


def _raise(node: ast.Raise) -> tree.SmallStatement:
    cause = None if node.cause is None else tree.From(_expression(node.cause))
    return tree.Raise(_optional(node.exc), cause)


def _assert(node: ast.Assert) -> tree.SmallStatement:
    return tree.Assert(_expression(node.test), _optional(node.msg))


def _delete(node: ast.Delete) -> tree.SmallStatement:
    if len(node.targets) == 1:
        return tree.Del(_expression(node.targets[0]))
    return tree.Del(tree.Tuple(_elements(node.targets)))


def _global(node: ast.Global) -> tree.SmallStatement:
    return tree.Global([tree.NameItem(tree.Name(name)) for name in node.names])


def _nonlocal(node: ast.Nonlocal) -> tree.SmallStatement:
    return tree.Nonlocal([tree.NameItem(tree.Name(name)) for name in node.names])


def _import(node: ast.Import) -> tree.SmallStatement:
    return tree.Import([_alias(each) for each in node.names])


def _import_from(node: ast.ImportFrom) -> tree.SmallStatement:
    module = None if node.module is None else _dotted(node.module)
    if node.names[0].name == "*":
        return tree.ImportFrom(module, tree.ImportStar(), node.level)
    return tree.ImportFrom(module, [_alias(each) for each in node.names], node.level)


def _alias(node: ast.alias) -> tree.ImportAlias:
    return tree.ImportAlias(_dotted(node.name), _as_name(node.asname))


def _dotted(name: str) -> tree.Attribute | tree.Name:
    first, *rest = name.split(".")
    made: tree.Attribute | tree.Name = tree.Name(first)
    for each in rest:
        made = tree.Attribute(made, tree.Name(each))
    return made


def _as_name(name: str | None) -> tree.AsName | None:
    return None if name is None else tree.AsName(tree.Name(name))


def _type_alias(node: Any) -> tree.SmallStatement:
    return tree.TypeAlias(tree.Name(node.name.id), _expression(node.value))


_SMALL: dict[type[ast.stmt], Callable[[Any], tree.SmallStatement]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.Break: lambda node: tree.Break(),
    ast.Continue: lambda node: tree.Continue(),
    ast.Delete: _delete,
    ast.Expr: _expr,
    ast.Global: _global,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Nonlocal: _nonlocal,
    ast.Pass: lambda node: tree.Pass(),
    ast.Raise: _raise,
    ast.Return: _return,
}


# -- statements ------------------------------------------------------------------------------------


def _statements(nodes: Sequence[ast.stmt]) -> list[tree.Statement]:
    made: list[tree.Statement] = []
    line: list[tree.SmallStatement] = []
    row: int | None = -1  # the one that the last small statement ends on
    for node in nodes:
        small = _SMALL.get(node.__class__)
        if small is None:
            compound = _COMPOUND.get(node.__class__)
            if compound is None:
                raise Unsupported
            made.append(compound(node))
            row = -1
            continue
        if node.lineno != row:
            line = []
            made.append(tree.SimpleStatementLine(line))
        line.append(small(node))  # behind a semicolon, if there is something before it
        row = node.end_lineno
    return made


def _block(nodes: Sequence[ast.stmt]) -> tree.IndentedBlock:
    return tree.IndentedBlock(_statements(nodes))


def _else(nodes: Sequence[ast.stmt]) -> tree.Else | None:
    return tree.Else(_block(nodes)) if nodes else None


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tree.CompoundStatement:
    return tree.FunctionDef(
        tree.Name(node.name),
        _parameters(node.args),
        _block(node.body),
        [tree.Decorator(_expression(each)) for each in node.decorator_list],
        _annotation(node.returns),
    )


def _class(node: ast.ClassDef) -> tree.CompoundStatement:
    given = _arguments(node.bases, node.keywords)
    return tree.ClassDef(
        tree.Name(node.name),
        _block(node.body),
        [each for each in given if each.keyword is None and each.star != "**"],
        [each for each in given if each.keyword is not None or each.star == "**"],
        [tree.Decorator(_expression(each)) for each in node.decorator_list],
    )


def _if(node: ast.If) -> tree.CompoundStatement:
    # A long chain of ``elif`` is nested as deep as it is long.
    chain = [node]
    while _is_elif(chain[-1]):
        chain.append(chain[-1].orelse[0])  # type: ignore[arg-type]
    orelse: tree.If | tree.Else | None = _else(chain[-1].orelse)
    for each in reversed(chain):
        orelse = tree.If(_expression(each.test), _block(each.body), orelse)
    assert isinstance(orelse, tree.If)
    return orelse


def _is_elif(node: ast.If) -> bool:
    """Whether the only statement behind ``else`` is an ``elif``: it begins where ``node`` does."""
    if len(node.orelse) != 1:
        return False
    only = node.orelse[0]
    return isinstance(only, ast.If) and only.col_offset == node.col_offset


def _for(node: ast.For | ast.AsyncFor) -> tree.CompoundStatement:
    return tree.For(
        _expression(node.target), _expression(node.iter), _block(node.body), _else(node.orelse)
    )


def _while(node: ast.While) -> tree.CompoundStatement:
    return tree.While(_expression(node.test), _block(node.body), _else(node.orelse))


def _with(node: ast.With | ast.AsyncWith) -> tree.CompoundStatement:
    items = [
        tree.WithItem(
            _expression(each.context_expr),
            None if each.optional_vars is None else tree.AsName(_expression(each.optional_vars)),
        )
        for each in node.items
    ]
    return tree.With(items, _block(node.body))


def _try(node: Any) -> tree.CompoundStatement:
    made = tree.Try if node.__class__ is ast.Try else tree.TryStar
    handlers = [
        tree.ExceptHandler(_block(each.body), _optional(each.type), _as_name(each.name))
        for each in node.handlers
    ]
    final = tree.Finally(_block(node.finalbody)) if node.finalbody else None
    return made(_block(node.body), handlers, _else(node.orelse), final)


def _match(node: ast.Match) -> tree.CompoundStatement:
    cases = [
        tree.MatchCase(_pattern(each.pattern), _block(each.body), _optional(each.guard))
        for each in node.cases
    ]
    return tree.Match(_expression(node.subject), cases)


_COMPOUND: dict[type[ast.stmt], Callable[[Any], tree.CompoundStatement]] = {
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.ClassDef: _class,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.If: _if,
    ast.Match: _match,
    ast.Try: _try,
    ast.While: _while,
    ast.With: _with,
}
if hasattr(ast, "TryStar"):  # Python 3.11
    _COMPOUND[ast.TryStar] = _try
if hasattr(ast, "TypeAlias"):  # Python 3.12
    _SMALL[ast.TypeAlias] = _type_alias


def _pattern(node: ast.pattern) -> tree.Pattern:
    if isinstance(node, ast.MatchValue):
        return tree.MatchValue(_expression(node.value))
    if isinstance(node, ast.MatchSingleton):
        return tree.MatchSingleton(tree.Name(repr(node.value)))
    if isinstance(node, ast.MatchAs):
        inner = None if node.pattern is None else _pattern(node.pattern)
        return tree.MatchAs(inner, _optional_name(node.name))
    if isinstance(node, ast.MatchOr):
        return tree.MatchOr([tree.MatchOrElement(_pattern(each)) for each in node.patterns])
    if isinstance(node, ast.MatchSequence):
        return tree.MatchList([_item(each) for each in node.patterns])
    if isinstance(node, ast.MatchMapping):
        pairs = zip(node.keys, node.patterns)
        elements = [tree.MatchMappingElement(_expression(a), _pattern(b)) for a, b in pairs]
        return tree.MatchMapping(elements, _optional_name(node.rest))
    if isinstance(node, ast.MatchClass):
        named = zip(node.kwd_attrs, node.kwd_patterns)
        return tree.MatchClass(
            _expression(node.cls),
            [tree.MatchSequenceElement(_pattern(each)) for each in node.patterns],
            [tree.MatchKeywordElement(tree.Name(a), _pattern(b)) for a, b in named],
        )
    raise Unsupported


def _item(node: ast.pattern) -> tree.MatchSequenceElement | tree.MatchStar:
    if isinstance(node, ast.MatchStar):
        return tree.MatchStar(_optional_name(node.name))
    return tree.MatchSequenceElement(_pattern(node))


def _optional_name(name: str | None) -> tree.Name | None:
    return None if name is None else tree.Name(name)
