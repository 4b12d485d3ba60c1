"""Literals have the values that Python gives them."""

from __future__ import annotations

import ast
import warnings

import libcst as cst
import pytest

from kerlint.reading.syntax.from_libcst import expression_of
from kerlint.reading.syntax.parsing import parse

LITERALS = r"""
0
00
7
1_000
0x1F
0b101
0o17
0.0
1.
.5
1e-3
1E5
1_0.5
3.14e+10
2j
''
'a'
"it's"
'it\'s'
"say \"it\""
'a\nb\tc'
'\\n'
'\\\n'
'\\\\'
'\d+\.\w'
'\x41\u0042'
'\0'
r'a\nb'
b'a\nb'
u'a\nb'
R"\d"
rb'\n'
'''a\nb'c'''
'''a"b'''
'é\n→'
"""


@pytest.mark.parametrize("text", [*LITERALS.split("\n")[1:-1], "'''a\nb\\\nc'''", "'a\\\nb'"])
def test_value(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes
        wanted = ast.literal_eval(text)
        module = parse(text).tree
        assert module is not None
        (line,) = module.body
        for node in (line.body[0].value, expression_of(cst.parse_expression(text))):
            assert (type(node.value), node.value) == (type(wanted), wanted)
