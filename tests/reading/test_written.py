"""What is written out without libcst is what libcst writes, and so are the places of nodes."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst._nodes.internal import CodegenState
from libcst.metadata import MetadataWrapper, PositionProvider

from kerlint.reading.syntax.places import spans_of
from kerlint.reading.syntax.written import write

TOP = Path(__file__).parents[2]
ODD = """\
# a comment
@ decorate ( 1 )
async def f(a, *, b: int = 2) -> int:  # more
    if (a): return  b
    elif a :
        pass
    else :
      x = y = [1,2 , (3 ,)] ; del x
      # the end

    async with a as b, (c) as d : await e
    for i , j in {** a, 'b' : 1}: print( * a , k = (not  b) , ** c )
    else: return -a [ 1 : 2, ... ] . b
class A ( B , metaclass = C ) :
    "text" 'and more'
    x: int = f"{a!r:>{b}}"
with (
    a as b,  # first
    c,
):
    lambda x = 1, * y: (yield)

"""


@pytest.mark.parametrize("path", [None, *sorted(TOP.glob("fixtures/*/forms.py"))[::6]], ids=str)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_text_and_the_places(path: Path | None, newline: str) -> None:
    text = (ODD if path is None else path.read_text("utf-8")).replace("\n", newline)
    tree = cst.parse_module(text)
    state = CodegenState(tree.default_indent, tree.default_newline)
    write(tree, state, ())
    assert "".join(state.tokens) == text

    places = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    wanted = [node for node in places if not isinstance(node, _WITHOUT_PLACE)]
    for part in (wanted[::3], wanted[1::7], wanted[-1:]):
        spans = spans_of(tree, part)
        for node in part:
            span, place = spans[id(node)], places[node]
            found = (span.start.row, span.start.column - 1, span.end.row, span.end.column - 1)
            start, end = place.start, place.end  # type: ignore[attr-defined]
            assert found == (start.line, start.column, end.line, end.column), type(node)


# No finding is about white space, and the places of blocks are taken with their line ends.
_WITHOUT_PLACE = (
    *(cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.Newline, cst.EmptyLine),
    *(cst.Comment, cst.Module, cst.BaseCompoundStatement, cst.BaseSuite, cst.Else),
    cst.SimpleStatementLine,
)
