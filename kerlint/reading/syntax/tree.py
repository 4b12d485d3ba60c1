"""The syntax tree that the interpreter reads: code without its layout.

The classes have the names and fields of those of libcst, without whitespace, brackets and commas.
A tree is made from CPython's (``from_ast.py``), which takes a fraction of the time that libcst
needs, or from libcst's (``from_libcst.py``), and is the same either way. What means the same is the
same here: a text in several pieces is one ``SimpleString``, ``x[1, 2]`` is ``x[(1, 2)]``, and what
stands behind a colon is an ``IndentedBlock``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_):
        return lambda made: made


# Fields of any class that hold neither nodes nor sequences of nodes.
_NO_CODE = frozenset({"conversion", "level", "operator", "star"})


@dataclass_transform(eq_default=False)
class _Kind(type):
    """Makes a class with a slot for each annotation, and with an ``__init__`` that fills them.

    A dataclass would be the same, but its methods would be compiled whenever kerlint starts.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> _Kind:
        hints: dict[str, str] = members.get("__annotations__", {})
        names = tuple(each for each, hint in hints.items() if not hint.startswith("ClassVar"))
        members["__slots__"] = names
        members.setdefault("FIELDS", tuple(each for each in names if each not in _NO_CODE))
        made: Any = super().__new__(cls, name, bases, members)
        if names and "__init__" not in members:
            made.__init__ = _INITS[len(names)](*(getattr(made, each).__set__ for each in names))
        return made  # type: ignore[no-any-return]


def _init_1(a: Any) -> Any:
    def __init__(self: Any, one: Any) -> None:
        a(self, one)

    return __init__


def _init_2(a: Any, b: Any) -> Any:
    def __init__(self: Any, one: Any, two: Any) -> None:
        a(self, one)
        b(self, two)

    return __init__


def _init_3(a: Any, b: Any, c: Any) -> Any:
    def __init__(self: Any, one: Any, two: Any, three: Any) -> None:
        a(self, one)
        b(self, two)
        c(self, three)

    return __init__


def _init_4(a: Any, b: Any, c: Any, d: Any) -> Any:
    def __init__(self: Any, one: Any, two: Any, three: Any, four: Any) -> None:
        a(self, one)
        b(self, two)
        c(self, three)
        d(self, four)

    return __init__


def _init_5(a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    def __init__(self: Any, one: Any, two: Any, three: Any, four: Any, five: Any) -> None:
        a(self, one)
        b(self, two)
        c(self, three)
        d(self, four)
        e(self, five)

    return __init__


_INITS: dict[int, Callable[..., Any]] = {
    1: _init_1,
    2: _init_2,
    3: _init_3,
    4: _init_4,
    5: _init_5,
}


class Node(metaclass=_Kind):
    """``FIELDS`` are the fields that hold code: nodes, sequences of nodes, or None."""

    FIELDS: ClassVar[tuple[str, ...]] = ()


class Expression(Node):
    pass


class SmallStatement(Node):
    """A statement without a block, of which a line may have several."""


class Statement(Node):
    pass


class CompoundStatement(Statement):
    pass


class Pattern(Node):
    """What a ``case`` asks for."""


class Module(Node):
    """A file, with the text that was parsed, and its ``Counterparts`` once they were asked for."""

    body: Sequence[Statement]
    text: str
    counterparts: object
    FIELDS = ("body",)

    def __init__(self, body: Sequence[Statement], text: str) -> None:
        self.body = body
        self.text = text
        self.counterparts = None


class NotConcrete(Exception):
    """libcst does not take a text that CPython takes, or takes it for something else."""


def walk(node: Node | None) -> Iterator[Node]:
    """``node`` and all nodes in it, in the order of their fields."""
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is list or kind is tuple:
            pending += item[::-1]
        elif item is not None:
            yield item
            pending += [getattr(item, name) for name in kind.FIELDS[::-1]]


# -- expressions -----------------------------------------------------------------------------------


class Name(Expression):
    """The name."""

    value: str
    FIELDS = ()


class Integer(Expression):
    value: int
    FIELDS = ()


class Float(Expression):
    value: float
    FIELDS = ()


class Imaginary(Expression):
    value: complex
    FIELDS = ()


class SimpleString(Expression):
    """One text, which may be written in several pieces."""

    value: str | bytes
    FIELDS = ()


class BadLiteral(Expression):
    """A number or text that Python refuses."""


class Ellipsis(Expression):
    pass


class UnknownExpression(Expression):
    """One of a later Python, which is not interpreted."""


class FormattedString(Expression):
    """An f-string."""

    parts: Sequence[FormattedPart]


class FormattedPart(Node):
    pass


class FormattedStringText(FormattedPart):
    """Between the braces; None if Python refuses it."""

    value: str | None
    FIELDS = ()


class FormattedStringExpression(FormattedPart):
    expression: Expression
    conversion: str | None
    format_spec: Sequence[FormattedPart]


class Attribute(Expression):
    value: Expression
    attr: Name


class Call(Expression):
    func: Expression
    args: Sequence[Arg]


class Arg(Node):
    value: Expression
    keyword: Name | None
    star: str


class Subscript(Expression):
    value: Expression
    slice: Sequence[SubscriptElement]


class SubscriptElement(Node):
    slice: Index | Slice


class Index(Node):
    value: Expression
    star: str


class Slice(Node):
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class UnaryOperation(Expression):
    operator: Operator
    expression: Expression


class BinaryOperation(Expression):
    left: Expression
    operator: Operator
    right: Expression


class BooleanOperation(Expression):
    left: Expression
    operator: Operator
    right: Expression


class Comparison(Expression):
    left: Expression
    comparisons: Sequence[ComparisonTarget]


class ComparisonTarget(Node):
    operator: Operator
    comparator: Expression


class IfExp(Expression):
    test: Expression
    body: Expression
    orelse: Expression


class NamedExpr(Expression):
    target: Expression
    value: Expression


class Lambda(Expression):
    params: Parameters
    body: Expression


class Await(Expression):
    expression: Expression


class Yield(Expression):
    value: Expression | From | None


class From(Node):
    item: Expression


class Tuple(Expression):
    elements: Sequence[Element | StarredElement]


class List(Expression):
    elements: Sequence[Element | StarredElement]


class Set(Expression):
    elements: Sequence[Element | StarredElement]


class Element(Node):
    value: Expression


class StarredElement(Expression):
    value: Expression


class Dict(Expression):
    elements: Sequence[DictElement | StarredDictElement]


class DictElement(Node):
    key: Expression
    value: Expression


class StarredDictElement(Node):
    value: Expression


class ListComp(Expression):
    elt: Expression
    for_in: CompFor


class SetComp(Expression):
    elt: Expression
    for_in: CompFor


class GeneratorExp(Expression):
    elt: Expression
    for_in: CompFor


class DictComp(Expression):
    key: Expression
    value: Expression
    for_in: CompFor


class CompFor(Node):
    target: Expression
    iter: Expression
    ifs: Sequence[CompIf]
    inner_for_in: CompFor | None


class CompIf(Node):
    test: Expression


# -- functions' parameters -------------------------------------------------------------------------


class Parameters(Node):
    params: Sequence[Param]
    star_arg: Param | None
    kwonly_params: Sequence[Param]
    star_kwarg: Param | None
    posonly_params: Sequence[Param]


class Param(Node):
    name: Name
    annotation: Annotation | None
    default: Expression | None


class Annotation(Node):
    annotation: Expression


# -- small statements ------------------------------------------------------------------------------


class Expr(SmallStatement):
    value: Expression


class Assign(SmallStatement):
    targets: Sequence[AssignTarget]
    value: Expression


class AssignTarget(Node):
    target: Expression


class AnnAssign(SmallStatement):
    target: Expression
    annotation: Annotation
    value: Expression | None


class AugAssign(SmallStatement):
    target: Expression
    operator: Operator
    value: Expression


class Return(SmallStatement):
    value: Expression | None


class Raise(SmallStatement):
    exc: Expression | None
    cause: From | None


class Assert(SmallStatement):
    test: Expression
    msg: Expression | None


class Del(SmallStatement):
    target: Expression


class Global(SmallStatement):
    names: Sequence[NameItem]


class Nonlocal(SmallStatement):
    names: Sequence[NameItem]


class NameItem(Node):
    name: Name


class Import(SmallStatement):
    names: Sequence[ImportAlias]


class ImportFrom(SmallStatement):
    module: Attribute | Name | None
    names: Sequence[ImportAlias] | ImportStar
    level: int


class ImportAlias(Node):
    name: Attribute | Name
    asname: AsName | None


class ImportStar(Node):
    pass


class AsName(Node):
    name: Expression


class TypeAlias(SmallStatement):
    name: Name
    value: Expression


class Pass(SmallStatement):
    pass


class Break(SmallStatement):
    pass


class Continue(SmallStatement):
    pass


# -- statements ------------------------------------------------------------------------------------


class SimpleStatementLine(Statement):
    body: Sequence[SmallStatement]


class IndentedBlock(Node):
    """Also what stands behind a colon on the same row."""

    body: Sequence[Statement]


class FunctionDef(CompoundStatement):
    name: Name
    params: Parameters
    body: IndentedBlock
    decorators: Sequence[Decorator]
    returns: Annotation | None


class ClassDef(CompoundStatement):
    name: Name
    body: IndentedBlock
    bases: Sequence[Arg]
    keywords: Sequence[Arg]
    decorators: Sequence[Decorator]


class Decorator(Node):
    decorator: Expression


class If(CompoundStatement):
    test: Expression
    body: IndentedBlock
    orelse: If | Else | None


class Else(Node):
    body: IndentedBlock


class For(CompoundStatement):
    target: Expression
    iter: Expression
    body: IndentedBlock
    orelse: Else | None


class While(CompoundStatement):
    test: Expression
    body: IndentedBlock
    orelse: Else | None


class With(CompoundStatement):
    items: Sequence[WithItem]
    body: IndentedBlock


class WithItem(Node):
    item: Expression
    asname: AsName | None


class Try(CompoundStatement):
    body: IndentedBlock
    handlers: Sequence[ExceptHandler]
    orelse: Else | None
    finalbody: Finally | None


class TryStar(CompoundStatement):
    body: IndentedBlock
    handlers: Sequence[ExceptHandler]
    orelse: Else | None
    finalbody: Finally | None


class ExceptHandler(Node):
    body: IndentedBlock
    type: Expression | None
    name: AsName | None


class Finally(Node):
    body: IndentedBlock


class Match(CompoundStatement):
    subject: Expression
    cases: Sequence[MatchCase]


class MatchCase(Node):
    pattern: Pattern
    body: IndentedBlock
    guard: Expression | None


class MatchValue(Pattern):
    value: Expression


class MatchSingleton(Pattern):
    value: Name


class MatchAs(Pattern):
    pattern: Pattern | None
    name: Name | None


class MatchStar(Node):
    name: Name | None


class MatchOr(Pattern):
    patterns: Sequence[MatchOrElement]


class MatchOrElement(Node):
    pattern: Pattern


class MatchList(Pattern):
    """Also a tuple."""

    patterns: Sequence[MatchSequenceElement | MatchStar]


class MatchSequenceElement(Node):
    value: Pattern


class MatchMapping(Pattern):
    elements: Sequence[MatchMappingElement]
    rest: Name | None


class MatchMappingElement(Node):
    key: Expression
    pattern: Pattern


class MatchClass(Pattern):
    cls: Expression
    patterns: Sequence[MatchSequenceElement]
    kwds: Sequence[MatchKeywordElement]


class MatchKeywordElement(Node):
    key: Name
    pattern: Pattern


# -- operators -----------------------------------------------------------------------------------


class Operator(Node):
    pass


class And(Operator):
    pass


class Or(Operator):
    pass


class Not(Operator):
    pass


class Plus(Operator):
    pass


class Minus(Operator):
    pass


class BitInvert(Operator):
    pass


class Add(Operator):
    pass


class Subtract(Operator):
    pass


class Multiply(Operator):
    pass


class Divide(Operator):
    pass


class FloorDivide(Operator):
    pass


class Modulo(Operator):
    pass


class Power(Operator):
    pass


class MatrixMultiply(Operator):
    pass


class BitAnd(Operator):
    pass


class BitOr(Operator):
    pass


class BitXor(Operator):
    pass


class LeftShift(Operator):
    pass


class RightShift(Operator):
    pass


class AddAssign(Operator):
    pass


class SubtractAssign(Operator):
    pass


class MultiplyAssign(Operator):
    pass


class DivideAssign(Operator):
    pass


class FloorDivideAssign(Operator):
    pass


class ModuloAssign(Operator):
    pass


class PowerAssign(Operator):
    pass


class MatrixMultiplyAssign(Operator):
    pass


class BitAndAssign(Operator):
    pass


class BitOrAssign(Operator):
    pass


class BitXorAssign(Operator):
    pass


class LeftShiftAssign(Operator):
    pass


class RightShiftAssign(Operator):
    pass


class Equal(Operator):
    pass


class NotEqual(Operator):
    pass


class LessThan(Operator):
    pass


class LessThanEqual(Operator):
    pass


class GreaterThan(Operator):
    pass


class GreaterThanEqual(Operator):
    pass


class Is(Operator):
    pass


class IsNot(Operator):
    pass


class In(Operator):
    pass


class NotIn(Operator):
    pass
