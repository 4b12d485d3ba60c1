"""After an edit, the tree that is patched is the one that is parsed from the whole text."""

from __future__ import annotations

import random
from pathlib import Path

import libcst as cst
import pytest

from kerlint.reading.syntax.reparsing import Memory

HERE = Path(__file__).parent
PROGRAM = (HERE.parent / "benchmarks" / "typical_program.txt").read_text(encoding="utf-8")
LINES = (
    "x = 1\n",
    "    x = 1\n",
    "# a comment\n",
    "    # a comment\n",
    "\n",
    "   \n",
    "if x:\n",
    "else:\n",
    "@decorated\n",
    "class A:\n",
    '"""\n',
    "x = (\n",
    ")\n",
    "\\\n",
    "    return x; y = 2\n",
    "\tx = 2\n",
)


def parse(text: str) -> cst.Module | None:
    try:
        return cst.parse_module(text)
    except Exception:
        return None


def same(text: str, memory: Memory) -> bool:
    """Whether there is a tree; it has to be that of the whole text."""
    calls = []

    def counted(part: str) -> cst.Module | None:
        calls.append(part)
        return parse(part)

    found, whole = memory.parsed(text, counted), parse(text)
    if found is None and whole is not None:
        found = memory.parsed(text, counted)  # it does not give up when it is asked again
    if whole is None or found is None:
        assert found is whole
        return False
    if whole.code != text:  # of some rows of only a backslash
        return False
    assert found.code == text
    assert found.deep_equals(whole)
    return len(calls) == 1 and len(calls[0]) < len(text) // 2


def edited(draw: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    first = draw.randrange(len(lines))
    what = draw.random()
    if what < 0.3:
        lines[first:first] = [draw.choice(LINES)]
    elif what < 0.5:
        del lines[first : first + draw.choice((1, 1, 2, 10))]
    elif what < 0.6:
        lines[first:first] = lines[draw.randrange(len(lines)) :][: draw.randint(1, 8)]
    elif what < 0.7:
        lines[first] = lines[first].rstrip("\n")
    else:
        line = lines[first]
        column = draw.randrange(len(line))
        new = draw.choice(("", "a", "(", ")", '"', "#", " ", "\t", ":", "\n", ",", "\r\n", "\f"))
        lines[first] = line[:column] + new + line[column + draw.choice((0, 1)) :]
    return "".join(lines)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_random_edits(seed: int, ends: str) -> None:
    draw = random.Random(seed)
    memory = Memory()
    good = PROGRAM.replace("\n", ends)
    assert not same(good, memory)
    quick = 0
    for _ in range(25):
        text = edited(draw, good)
        quick += same(text, memory)
        if parse(text) is not None:
            good = text
    assert quick > 4


def test_two_documents_do_not_disturb_each_other() -> None:
    memory = Memory()
    other = PROGRAM.replace("    ", "  ")
    for text in (PROGRAM, other):
        assert not same(text, memory)
    for text in (PROGRAM, other):
        assert same(text.replace("filters = 32", "filters = 33").replace("128", "129", 1), memory)
