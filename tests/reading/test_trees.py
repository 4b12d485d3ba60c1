"""The same tree comes from CPython's parser and from libcst's, and its nodes have counterparts."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libcst as cst
import pytest

from kerlint.reading.syntax import from_ast, from_libcst, tree
from kerlint.reading.syntax.parsing import counterparts_of, parse

TOP = Path(__file__).parents[2]

FORMS = [
    "a = b = c, *d = 1, 2.5, 3j, 1_000, 0x1F",
    "x: int = 1\ny: list[str]",
    "a += 1; b //= 2; c @= d; del x, y; del (z,)",
    "if a: b; c\nelif d: e\nelse: f",
    "if a:\n    b\nelse:\n    if c:\n        d",
    "if (a and\n        b): c",
    "for i, (j, *k) in x:\n    break\nelse:\n    continue",
    "while a: pass",
    "try:\n    a\nexcept (B, C) as d:\n    raise E from d\nelse:\n    f\nfinally:\n    g",
    "with a as b, (c) as (d, e), f: g",
    "async def f():\n    async with a: await b\n    async for c in d: yield e\n    return",
    "def f(a, b: int = 1, /, c=2, *d: e, g, h=3, **i) -> j: yield from k",
    "def f(*, a): pass",
    "@a.b(1)\n@c\nclass D(E, *F, metaclass=G, **H):\n    '''text'''\n    x = 1",
    "lambda: 0; lambda a, *b, c=1, **d: a",
    "f(a, *b, c=1, **d); f(a=1, *b); f(x for x in y); f()",
    "x[1]; x[1, 2]; x[(1, 2)]; x[1:2, ..., ::3]; x[()]; x[(a,)]; x[:]",
    "a < b <= c != d is not e not in f",
    "a or b and not c or d",
    "-a ** +b @ ~c << 1 | 2 ^ 3 & 4 % 5 // 6 / 7 - 8",
    "a if b else c if d else e",
    "[a for b in c if d if e for f in g]; {a: b for c in d}; {a for b in c}",
    "{**a, 'b': 1}; {1, *a}; [*a, 1]; (); (a,); []; {}",
    "(a := 1); print(b := 2)",
    "'a' 'b' \"c\"; b'a' b'b'; 'a\\tb' r'\\t'; '''a\n'b'\n'''; 'a\\\nb'",
    "f'{a}'; f'a{b!r:>{c}}d{{}}e'; f'{a=}'; f'{a = !s:5}'; f'' 'b' f'{c}' 'd'; rf'\\d{a}'",
    "f'''a\n{b}\\\n'c'''; f'{a:}'; f'{a!a}'; f'\\n{a}'",
    "import a, b.c, d.e as f\nfrom . import g\nfrom ..h.i import j as k, l\nfrom m import *",
    "global a, b\nassert a, b\nassert c",
    "def f():\n    nonlocal a",
    "match a:\n    case 1 | -2 | 'a' | None: b\n    case [c, *_, d] | (e, f): g",
    "match a, b:\n    case {'c': d, **e} if f: g\n    case H(i, j=k) as l: m\n    case _: n",
    "x = 1  # comment\n\n\n# another\ny = (\n    2,  # more\n)\n",
    "if a:\n\tb\n\tif c:\n\t\td\nelif e:\n\tf",
    "True, False, None, ...",
    "print(*a, sep='', **b)(c)[d].e",
    "a = yield\n",
    "\f\na = 1\n",
]
LATER = [
    "x[a, *b]",
    "try:\n    a\nexcept* B: c",
    "type A[T] = list[T]",
    "def f[T: int, *Ts, **P](a: T) -> T: pass",
    "class A[T]: pass",
    "f'{'a'}{f'{b}'}'",
]


def dumped(item: Any) -> Any:
    """All of a tree, to compare it with another."""
    if isinstance(item, list | tuple):
        return [dumped(each) for each in item]
    if isinstance(item, tree.Module):
        return dumped(item.body)
    if isinstance(item, tree.Node):
        kind = type(item)
        return [kind.__name__, *(dumped(getattr(item, name)) for name in kind.__slots__)]
    return repr(item)


def assert_same(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = from_ast.module_of(ast.parse(text), text)
    other = from_libcst.module_of(cst.parse_module(text), text)
    assert dumped(one) == dumped(other)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("text", FORMS)
def test_forms(text: str, newline: str) -> None:
    assert_same(text.replace("\n", newline))


@pytest.mark.parametrize("text", LATER)
def test_forms_of_later_versions(text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError:
        assert parse(text).tree is not None  # libcst knows them in any Python
    else:
        assert_same(text)


def readable(top: Path) -> Iterator[str]:
    """The texts of the Python files below a folder that both parsers take."""
    for path in sorted(top.rglob("*.py")):
        text = path.read_bytes().decode()
        try:
            ast.parse(text)
            cst.parse_module(text)
        except (SyntaxError, ValueError, cst.ParserSyntaxError):
            continue
        yield text


SLOW = [pytest.param(each, marks=pytest.mark.slow) for each in ("fixtures", "kerlint", "tests")]


@pytest.mark.parametrize("folder", ["fixtures/ker101", *SLOW])
def test_files(folder: str) -> None:
    count = 0
    for text in readable(TOP / folder):
        assert_same(text)
        count += 1
    assert count >= 2


@pytest.mark.parametrize("text", FORMS)
def test_each_node_has_its_counterpart(text: str) -> None:
    module = parse(text).tree
    assert module is not None
    counterparts = counterparts_of(module)
    assert counterparts is not None
    for node in tree.walk(module):
        if isinstance(node, tree.FormattedStringText):
            continue
        found = counterparts.node(node)
        assert found is not None
        wanted = type(node).__name__
        assert type(found).__name__ in {wanted, *ELSEWHERE.get(wanted, ())}


# What means the same is the same class in the tree, but not in libcst's.
ELSEWHERE = {
    "SimpleString": ["ConcatenatedString"],
    "FormattedString": ["ConcatenatedString"],
    "IndentedBlock": ["SimpleStatementSuite"],
    "SimpleStatementLine": ["SimpleStatementSuite"],
    "SubscriptElement": ["Element"],
    "Index": ["Element"],
    "MatchList": ["MatchTuple"],
}


def test_a_node_of_another_file_has_none() -> None:
    module, other = parse("a = 1").tree, parse("a = 1").tree
    assert module is not None
    assert other is not None
    counterparts = counterparts_of(module)
    assert counterparts is not None
    assert counterparts.node(other.body[0]) is None


def test_a_text_that_libcst_takes_for_something_else() -> None:
    module = parse("a = 1\nb = 2").tree
    assert module is not None
    module.text = "a = 1"
    assert counterparts_of(module) is None
    module.text = "a = 1\nb = (2,)"
    counterparts = counterparts_of(module)
    assert counterparts is not None
    with pytest.raises(tree.NotConcrete):
        counterparts.node(module.body[1])
