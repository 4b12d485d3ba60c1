"""libcst's syntax tree as the one that the interpreter reads, and which node is made from which."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kerlint.reading.syntax import tree
from kerlint.reading.syntax.from_ast import merged

Pairs = list[tuple[tree.Node, cst.CSTNode]]


def module_of(parsed: cst.Module, text: str = "") -> tree.Module:
    """The module of a text that libcst has parsed."""
    return tree.Module([statement_of(each, []) for each in parsed.body], text)


def statement_of(node: cst.BaseStatement, pairs: Pairs) -> tree.Statement:
    """Convert a statement, and add each new node to ``pairs`` with its libcst node."""
    return _Lowering(pairs).statement(node)


def expression_of(node: cst.BaseExpression) -> tree.Expression:
    return _Lowering([]).expression(node)


class _Lowering:
    """One method for each class of libcst, found by its name."""

    def __init__(self, pairs: Pairs) -> None:
        self._note = pairs.append

    def expression(self, node: Any) -> tree.Expression:
        method: Callable[[Any], tree.Expression] | None
        method = getattr(self, f"_{node.__class__.__name__}", None)
        made = tree.UnknownExpression() if method is None else method(node)
        self._note((made, node))
        return made

    def optional(self, node: Any) -> tree.Expression | None:
        return None if node is None else self.expression(node)

    def name(self, node: cst.Name) -> tree.Name:
        made = tree.Name(node.value)
        self._note((made, node))
        return made

    def optional_name(self, node: cst.Name | None) -> tree.Name | None:
        return None if node is None else self.name(node)

    def _Name(self, node: cst.Name) -> tree.Expression:
        return tree.Name(node.value)

    # -- literals

    def _Integer(self, node: cst.Integer) -> tree.Expression:
        return _number(node, tree.Integer)

    def _Float(self, node: cst.Float) -> tree.Expression:
        return _number(node, tree.Float)

    def _Imaginary(self, node: cst.Imaginary) -> tree.Expression:
        return _number(node, tree.Imaginary)

    def _Ellipsis(self, node: cst.Ellipsis) -> tree.Expression:
        return tree.Ellipsis()

    def _SimpleString(self, node: cst.SimpleString) -> tree.Expression:
        try:
            return tree.SimpleString(_text_of(node))
        except (ValueError, SyntaxError):
            return tree.BadLiteral()

    def _ConcatenatedString(self, node: cst.ConcatenatedString) -> tree.Expression:
        # Long texts are chains of hundreds of parts: walk them instead of recursing.
        pieces: list[cst.BaseExpression] = []
        pending: list[cst.BaseExpression] = [node]
        while pending:
            each = pending.pop()
            if isinstance(each, cst.ConcatenatedString):
                pending += [each.right, each.left]
            else:
                pieces.append(each)
        if all(isinstance(each, cst.SimpleString) for each in pieces):
            try:
                texts = [_text_of(each) for each in pieces]  # type: ignore[arg-type]
                joined = (b"" if isinstance(texts[0], bytes) else "").join(texts)  # type: ignore
            except (ValueError, SyntaxError, TypeError):
                return tree.BadLiteral()
            return tree.SimpleString(joined)
        parts: list[tree.FormattedPart] = []
        for each in pieces:
            if isinstance(each, cst.FormattedString):
                parts += self._parts(each.parts, "r" in each.prefix.lower())
            elif isinstance(each, cst.SimpleString):
                made = self._SimpleString(each)
                value = made.value if isinstance(made, tree.SimpleString) else None
                parts.append(tree.FormattedStringText(value if isinstance(value, str) else None))
            else:
                return tree.UnknownExpression()
        return tree.FormattedString(merged(parts))

    def _FormattedString(self, node: cst.FormattedString) -> tree.Expression:
        return tree.FormattedString(merged(self._parts(node.parts, "r" in node.prefix.lower())))

    def _parts(
        self, parts: Sequence[cst.BaseFormattedStringContent], raw: bool
    ) -> list[tree.FormattedPart]:
        made: list[tree.FormattedPart] = []
        for part in parts:
            if isinstance(part, cst.FormattedStringText):
                made.append(tree.FormattedStringText(_text_between(part.value, raw)))
            elif isinstance(part, cst.FormattedStringExpression):
                spec = merged(self._parts(part.format_spec or (), raw))
                conversion = part.conversion
                if part.equal is not None:  # ``f"{x=}"`` is ``f"x={x!r}"``
                    made.append(tree.FormattedStringText(_code_before(part)))
                    if conversion is None and part.format_spec is None:
                        conversion = "r"
                inner = self.expression(part.expression)
                made.append(tree.FormattedStringExpression(inner, conversion, spec))
                self._note((made[-1], part))
        return made

    # -- other expressions

    def _Attribute(self, node: cst.Attribute) -> tree.Expression:
        return tree.Attribute(self.expression(node.value), self.name(node.attr))

    def _Call(self, node: cst.Call) -> tree.Expression:
        return tree.Call(self.expression(node.func), self.args(node.args))

    def args(self, nodes: Sequence[cst.Arg]) -> list[tree.Arg]:
        made: list[tree.Arg] = []
        for node in nodes:
            value = self.expression(node.value)
            made.append(tree.Arg(value, self.optional_name(node.keyword), node.star))
            self._note((made[-1], node))
        return made

    def _Subscript(self, node: cst.Subscript) -> tree.Expression:
        value = self.expression(node.value)
        only = node.slice[0].slice if len(node.slice) == 1 else None
        if isinstance(only, cst.Index) and isinstance(only.value, cst.Tuple) and not only.star:
            if only.value.elements:
                return tree.Subscript(value, [self._item(each) for each in only.value.elements])
        return tree.Subscript(value, [self._slice(each) for each in node.slice])

    def _item(self, node: cst.BaseElement) -> tree.SubscriptElement:
        """What ``x[(a, b)]`` has in common with ``x[a, b]``."""
        star = "*" if isinstance(node, cst.StarredElement) else ""
        index = tree.Index(self.expression(node.value), star)
        made = tree.SubscriptElement(index)
        self._note((index, node))
        self._note((made, node))
        return made

    def _slice(self, node: cst.SubscriptElement) -> tree.SubscriptElement:
        part = node.slice
        inner: tree.Index | tree.Slice
        if isinstance(part, cst.Slice):
            lower, upper = self.optional(part.lower), self.optional(part.upper)
            inner = tree.Slice(lower, upper, self.optional(part.step))
        else:
            assert isinstance(part, cst.Index)
            inner = tree.Index(self.expression(part.value), part.star or "")
        made = tree.SubscriptElement(inner)
        self._note((inner, part))
        self._note((made, node))
        return made

    def _UnaryOperation(self, node: cst.UnaryOperation) -> tree.Expression:
        return tree.UnaryOperation(_operator(node.operator), self.expression(node.expression))

    def _BinaryOperation(self, node: cst.BinaryOperation) -> tree.Expression:
        # A long sum is nested as deep as it is long.
        pending = [node]
        while isinstance(pending[-1].left, cst.BinaryOperation):
            pending.append(pending[-1].left)
        made = self.expression(pending[-1].left)
        while pending:
            last = pending.pop()
            made = tree.BinaryOperation(made, _operator(last.operator), self.expression(last.right))
            if pending:
                self._note((made, last))
        return made

    def _BooleanOperation(self, node: cst.BooleanOperation) -> tree.Expression:
        pending = [node]
        while isinstance(pending[-1].left, cst.BooleanOperation):
            pending.append(pending[-1].left)
        made = self.expression(pending[-1].left)
        while pending:
            last = pending.pop()
            made = tree.BooleanOperation(
                made, _operator(last.operator), self.expression(last.right)
            )
            if pending:
                self._note((made, last))
        return made

    def _Comparison(self, node: cst.Comparison) -> tree.Expression:
        left = self.expression(node.left)
        targets: list[tree.ComparisonTarget] = []
        for each in node.comparisons:
            right = self.expression(each.comparator)
            targets.append(tree.ComparisonTarget(_operator(each.operator), right))
            self._note((targets[-1], each))
        return tree.Comparison(left, targets)

    def _IfExp(self, node: cst.IfExp) -> tree.Expression:
        test, body = self.expression(node.test), self.expression(node.body)
        return tree.IfExp(test, body, self.expression(node.orelse))

    def _NamedExpr(self, node: cst.NamedExpr) -> tree.Expression:
        return tree.NamedExpr(self.expression(node.target), self.expression(node.value))

    def _Lambda(self, node: cst.Lambda) -> tree.Expression:
        return tree.Lambda(self.parameters(node.params), self.expression(node.body))

    def _Await(self, node: cst.Await) -> tree.Expression:
        return tree.Await(self.expression(node.expression))

    def _Yield(self, node: cst.Yield) -> tree.Expression:
        return tree.Yield(
            self.source(node.value)
            if isinstance(node.value, cst.From)
            else self.optional(node.value)
        )

    def source(self, node: cst.From | None) -> tree.From | None:
        if node is None:
            return None
        made = tree.From(self.expression(node.item))
        self._note((made, node))
        return made

    def _Tuple(self, node: cst.Tuple) -> tree.Expression:
        return tree.Tuple(self.elements(node.elements))

    def _List(self, node: cst.List) -> tree.Expression:
        return tree.List(self.elements(node.elements))

    def _Set(self, node: cst.Set) -> tree.Expression:
        return tree.Set(self.elements(node.elements))

    def elements(
        self, nodes: Sequence[cst.BaseElement]
    ) -> list[tree.Element | tree.StarredElement]:
        made: list[tree.Element | tree.StarredElement] = []
        for node in nodes:
            value = self.expression(node.value)
            starred = isinstance(node, cst.StarredElement)
            made.append(tree.StarredElement(value) if starred else tree.Element(value))
            self._note((made[-1], node))
        return made

    def _StarredElement(self, node: cst.StarredElement) -> tree.Expression:
        return tree.StarredElement(self.expression(node.value))

    def _Dict(self, node: cst.Dict) -> tree.Expression:
        made: list[tree.DictElement | tree.StarredDictElement] = []
        for each in node.elements:
            if isinstance(each, cst.DictElement):
                key = self.expression(each.key)
                made.append(tree.DictElement(key, self.expression(each.value)))
            else:
                made.append(tree.StarredDictElement(self.expression(each.value)))
            self._note((made[-1], each))
        return tree.Dict(made)

    def _ListComp(self, node: cst.ListComp) -> tree.Expression:
        return tree.ListComp(self.expression(node.elt), self.loop(node.for_in))

    def _SetComp(self, node: cst.SetComp) -> tree.Expression:
        return tree.SetComp(self.expression(node.elt), self.loop(node.for_in))

    def _GeneratorExp(self, node: cst.GeneratorExp) -> tree.Expression:
        return tree.GeneratorExp(self.expression(node.elt), self.loop(node.for_in))

    def _DictComp(self, node: cst.DictComp) -> tree.Expression:
        key, value = self.expression(node.key), self.expression(node.value)
        return tree.DictComp(key, value, self.loop(node.for_in))

    def loop(self, node: cst.CompFor) -> tree.CompFor:
        target, iterated = self.expression(node.target), self.expression(node.iter)
        ifs: list[tree.CompIf] = []
        for each in node.ifs:
            ifs.append(tree.CompIf(self.expression(each.test)))
            self._note((ifs[-1], each))
        inner = None if node.inner_for_in is None else self.loop(node.inner_for_in)
        made = tree.CompFor(target, iterated, ifs, inner)
        self._note((made, node))
        return made

    # -- parameters

    def parameters(self, node: cst.Parameters) -> tree.Parameters:
        star = node.star_arg
        made = tree.Parameters(
            [self.param(each) for each in node.params],
            self.param(star) if isinstance(star, cst.Param) else None,
            [self.param(each) for each in node.kwonly_params],
            None if node.star_kwarg is None else self.param(node.star_kwarg),
            [self.param(each) for each in node.posonly_params],
        )
        self._note((made, node))
        return made

    def param(self, node: cst.Param) -> tree.Param:
        name, annotation = self.name(node.name), self.annotation(node.annotation)
        made = tree.Param(name, annotation, self.optional(node.default))
        self._note((made, node))
        return made

    def annotation(self, node: cst.Annotation | None) -> tree.Annotation | None:
        if node is None:
            return None
        made = tree.Annotation(self.expression(node.annotation))
        self._note((made, node))
        return made

    # -- small statements

    def small(self, node: cst.BaseSmallStatement) -> tree.SmallStatement:
        made: tree.SmallStatement = getattr(self, f"_{node.__class__.__name__}")(node)
        self._note((made, node))
        return made

    def _Expr(self, node: cst.Expr) -> tree.SmallStatement:
        return tree.Expr(self.expression(node.value))

    def _Assign(self, node: cst.Assign) -> tree.SmallStatement:
        targets: list[tree.AssignTarget] = []
        for each in node.targets:
            targets.append(tree.AssignTarget(self.expression(each.target)))
            self._note((targets[-1], each))
        return tree.Assign(targets, self.expression(node.value))

    def _AnnAssign(self, node: cst.AnnAssign) -> tree.SmallStatement:
        target, annotation = self.expression(node.target), self.annotation(node.annotation)
        assert annotation is not None
        return tree.AnnAssign(target, annotation, self.optional(node.value))

    def _AugAssign(self, node: cst.AugAssign) -> tree.SmallStatement:
        target, operator = self.expression(node.target), _operator(node.operator)
        return tree.AugAssign(target, operator, self.expression(node.value))

    def _Return(self, node: cst.Return) -> tree.SmallStatement:
        return tree.Return(self.optional(node.value))

    def _Raise(self, node: cst.Raise) -> tree.SmallStatement:
        return tree.Raise(self.optional(node.exc), self.source(node.cause))

    def _Assert(self, node: cst.Assert) -> tree.SmallStatement:
        return tree.Assert(self.expression(node.test), self.optional(node.msg))

    def _Del(self, node: cst.Del) -> tree.SmallStatement:
        target = node.target
        if isinstance(target, cst.Tuple) and len(target.elements) == 1 and not target.lpar:
            return tree.Del(self.expression(target.elements[0].value))  # ``del x,``
        return tree.Del(self.expression(target))

    def _Global(self, node: cst.Global) -> tree.SmallStatement:
        return tree.Global(self.items(node.names))

    def _Nonlocal(self, node: cst.Nonlocal) -> tree.SmallStatement:
        return tree.Nonlocal(self.items(node.names))

    def items(self, nodes: Sequence[cst.NameItem]) -> list[tree.NameItem]:
        made: list[tree.NameItem] = []
        for node in nodes:
            made.append(tree.NameItem(self.name(node.name)))
            self._note((made[-1], node))
        return made

    def _Import(self, node: cst.Import) -> tree.SmallStatement:
        return tree.Import([self.alias(each) for each in node.names])

    def _ImportFrom(self, node: cst.ImportFrom) -> tree.SmallStatement:
        module = None if node.module is None else self.dotted(node.module)
        level = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            star = tree.ImportStar()
            self._note((star, node.names))
            return tree.ImportFrom(module, star, level)
        return tree.ImportFrom(module, [self.alias(each) for each in node.names], level)

    _LazyImport, _LazyImportFrom = _Import, _ImportFrom

    def alias(self, node: cst.ImportAlias) -> tree.ImportAlias:
        made = tree.ImportAlias(self.dotted(node.name), self.as_name(node.asname))
        self._note((made, node))
        return made

    def dotted(self, node: cst.Attribute | cst.Name) -> tree.Attribute | tree.Name:
        made = self.expression(node)
        assert isinstance(made, (tree.Attribute, tree.Name))
        return made

    def as_name(self, node: cst.AsName | None) -> tree.AsName | None:
        if node is None:
            return None
        made = tree.AsName(self.expression(node.name))
        self._note((made, node))
        return made

    def _TypeAlias(self, node: cst.TypeAlias) -> tree.SmallStatement:
        return tree.TypeAlias(self.name(node.name), self.expression(node.value))

    def _Pass(self, node: cst.Pass) -> tree.SmallStatement:
        return tree.Pass()

    def _Break(self, node: cst.Break) -> tree.SmallStatement:
        return tree.Break()

    def _Continue(self, node: cst.Continue) -> tree.SmallStatement:
        return tree.Continue()

    # -- statements

    def statement(self, node: cst.BaseStatement) -> tree.Statement:
        made: tree.Statement = getattr(self, f"_{node.__class__.__name__}")(node)
        self._note((made, node))
        return made

    def _SimpleStatementLine(self, node: cst.SimpleStatementLine) -> tree.Statement:
        return tree.SimpleStatementLine([self.small(each) for each in node.body])

    def block(self, node: cst.BaseSuite) -> tree.IndentedBlock:
        body: list[tree.Statement]
        if isinstance(node, cst.IndentedBlock):
            body = [self.statement(each) for each in node.body]
        else:
            assert isinstance(node, cst.SimpleStatementSuite)
            line = tree.SimpleStatementLine([self.small(each) for each in node.body])
            self._note((line, node))
            body = [line]
        made = tree.IndentedBlock(body)
        self._note((made, node))
        return made

    def otherwise(self, node: cst.Else | None) -> tree.Else | None:
        if node is None:
            return None
        made = tree.Else(self.block(node.body))
        self._note((made, node))
        return made

    def decorators(self, nodes: Sequence[cst.Decorator]) -> list[tree.Decorator]:
        made: list[tree.Decorator] = []
        for node in nodes:
            made.append(tree.Decorator(self.expression(node.decorator)))
            self._note((made[-1], node))
        return made

    def _FunctionDef(self, node: cst.FunctionDef) -> tree.Statement:
        return tree.FunctionDef(
            self.name(node.name),
            self.parameters(node.params),
            self.block(node.body),
            self.decorators(node.decorators),
            self.annotation(node.returns),
        )

    def _ClassDef(self, node: cst.ClassDef) -> tree.Statement:
        return tree.ClassDef(
            self.name(node.name),
            self.block(node.body),
            self.args(node.bases),
            self.args(node.keywords),
            self.decorators(node.decorators),
        )

    def _If(self, node: cst.If) -> tree.Statement:
        # A long chain of ``elif`` is nested as deep as it is long.
        chain = [node]
        while isinstance(chain[-1].orelse, cst.If):
            chain.append(chain[-1].orelse)
        last = chain[-1].orelse
        assert not isinstance(last, cst.If)
        orelse: tree.If | tree.Else | None = self.otherwise(last)
        for each in reversed(chain):
            orelse = tree.If(self.expression(each.test), self.block(each.body), orelse)
            if each is not node:
                self._note((orelse, each))
        assert isinstance(orelse, tree.If)
        return orelse

    def _For(self, node: cst.For) -> tree.Statement:
        target, iterated = self.expression(node.target), self.expression(node.iter)
        return tree.For(target, iterated, self.block(node.body), self.otherwise(node.orelse))

    def _While(self, node: cst.While) -> tree.Statement:
        test, body = self.expression(node.test), self.block(node.body)
        return tree.While(test, body, self.otherwise(node.orelse))

    def _With(self, node: cst.With) -> tree.Statement:
        items: list[tree.WithItem] = []
        for each in node.items:
            items.append(tree.WithItem(self.expression(each.item), self.as_name(each.asname)))
            self._note((items[-1], each))
        return tree.With(items, self.block(node.body))

    def _Try(self, node: cst.Try) -> tree.Statement:
        handlers = [self.handler(each) for each in node.handlers]
        orelse, final = self.otherwise(node.orelse), self.final(node.finalbody)
        return tree.Try(self.block(node.body), handlers, orelse, final)

    def _TryStar(self, node: cst.TryStar) -> tree.Statement:
        handlers = [self.handler(each) for each in node.handlers]
        orelse, final = self.otherwise(node.orelse), self.final(node.finalbody)
        return tree.TryStar(self.block(node.body), handlers, orelse, final)

    def handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> tree.ExceptHandler:
        caught, name = self.optional(node.type), self.as_name(node.name)
        made = tree.ExceptHandler(self.block(node.body), caught, name)
        self._note((made, node))
        return made

    def final(self, node: cst.Finally | None) -> tree.Finally | None:
        if node is None:
            return None
        made = tree.Finally(self.block(node.body))
        self._note((made, node))
        return made

    def _Match(self, node: cst.Match) -> tree.Statement:
        subject = self.expression(node.subject)
        cases: list[tree.MatchCase] = []
        for each in node.cases:
            pattern, body = self.pattern(each.pattern), self.block(each.body)
            cases.append(tree.MatchCase(pattern, body, self.optional(each.guard)))
            self._note((cases[-1], each))
        return tree.Match(subject, cases)

    # -- patterns

    def pattern(self, node: cst.MatchPattern) -> tree.Pattern:
        made: tree.Pattern = getattr(self, f"_{node.__class__.__name__}")(node)
        self._note((made, node))
        return made

    def _MatchValue(self, node: cst.MatchValue) -> tree.Pattern:
        return tree.MatchValue(self.expression(node.value))

    def _MatchSingleton(self, node: cst.MatchSingleton) -> tree.Pattern:
        return tree.MatchSingleton(self.name(node.value))

    def _MatchAs(self, node: cst.MatchAs) -> tree.Pattern:
        inner = None if node.pattern is None else self.pattern(node.pattern)
        return tree.MatchAs(inner, self.optional_name(node.name))

    def _MatchOr(self, node: cst.MatchOr) -> tree.Pattern:
        parts: list[tree.MatchOrElement] = []
        for each in node.patterns:
            parts.append(tree.MatchOrElement(self.pattern(each.pattern)))
            self._note((parts[-1], each))
        return tree.MatchOr(parts)

    def _MatchList(self, node: cst.MatchSequence) -> tree.Pattern:
        parts: list[tree.MatchSequenceElement | tree.MatchStar] = []
        for each in node.patterns:
            if isinstance(each, cst.MatchStar):
                parts.append(tree.MatchStar(self.optional_name(each.name)))
            else:
                parts.append(tree.MatchSequenceElement(self.pattern(each.value)))
            self._note((parts[-1], each))
        return tree.MatchList(parts)

    _MatchTuple = _MatchList

    def _MatchMapping(self, node: cst.MatchMapping) -> tree.Pattern:
        parts: list[tree.MatchMappingElement] = []
        for each in node.elements:
            key = self.expression(each.key)
            parts.append(tree.MatchMappingElement(key, self.pattern(each.pattern)))
            self._note((parts[-1], each))
        return tree.MatchMapping(parts, self.optional_name(node.rest))

    def _MatchClass(self, node: cst.MatchClass) -> tree.Pattern:
        cls = self.expression(node.cls)
        parts: list[tree.MatchSequenceElement] = []
        for each in node.patterns:
            parts.append(tree.MatchSequenceElement(self.pattern(each.value)))
            self._note((parts[-1], each))
        named: list[tree.MatchKeywordElement] = []
        for given in node.kwds:
            key = self.name(given.key)
            named.append(tree.MatchKeywordElement(key, self.pattern(given.pattern)))
            self._note((named[-1], given))
        return tree.MatchClass(cls, parts, named)


def _operator(node: cst.CSTNode) -> tree.Operator:
    return _OPERATORS[node.__class__.__name__]


_OPERATORS = {kind.__name__: kind() for kind in tree.Operator.__subclasses__()}


# -- literals --------------------------------------------------------------------------------------


def _number(node: Any, kind: Any) -> tree.Expression:
    """A number; libcst's own way to its value compiles the text, at 10 times the cost."""
    text: str = node.value
    plain = text.isascii() and text.isdigit() and (text[0] != "0" or text == "0")
    try:
        if kind is tree.Integer:
            return tree.Integer(int(text) if plain else node.evaluated_value)
        if kind is tree.Float and "_" not in text:
            return tree.Float(float(text))
        made: tree.Expression = kind(node.evaluated_value)
    except (ValueError, SyntaxError, OverflowError):
        return tree.BadLiteral()
    return made


def _text_of(node: cst.SimpleString) -> str | bytes:
    """A text; see ``_number``. Raises ``ValueError`` or ``SyntaxError`` if Python refuses it."""
    text = node.value
    if text[0] in "'" + '"' and not _PUZZLING.search(text):
        text = text[3:-3] if text[:3] in _TRIPLE else text[1:-1]
        return _ESCAPE.sub(_escaped, text) if "\\" in text else text
    return node.evaluated_value


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES[match[1]]


_ESCAPES = {"n": "\n", "t": "\t", "'": "'", '"': '"'}
_ESCAPE = re.compile(r"\\([nt'\"])")
_PUZZLING = re.compile(r"\r|\\[^nt'\"]")
_TRIPLE = (3 * "'", 3 * '"')


def _text_between(text: str, raw: bool) -> str | None:
    """The text around the braces of an f-string; None if Python refuses it."""
    text = text.replace("{{", "{").replace("}}", "}").replace("\r\n", "\n").replace("\r", "\n")
    if raw or "\\" not in text:
        return text
    quoted = "'" + _PIECE.sub(_in_quotes, text) + "'"
    try:
        return str(cst.SimpleString(quoted).evaluated_value)
    except (ValueError, SyntaxError, cst.CSTValidationError):
        return None


def _in_quotes(match: re.Match[str]) -> str:
    """A piece of a text that may have several rows, for one in single quotes."""
    piece = match[0]
    if piece[0] == "\\":
        return "" if piece[-1] == "\n" else piece
    return "\\'" if piece == "'" else "\\n"


_PIECE = re.compile(r"\\[\s\S]|['\n]")


def _code_before(part: cst.FormattedStringExpression) -> str:
    """``x =`` of ``f"{x =}"``."""
    assert part.equal is not None
    pieces = (part.whitespace_before_expression, part.expression, part.whitespace_after_expression)
    return "".join(map(cst.Module([]).code_for_node, (*pieces, part.equal)))
