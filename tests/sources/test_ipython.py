"""Cells as plain Python, compared with what IPython makes of them."""

from __future__ import annotations

import ast
import json
import os
import re
import warnings
from pathlib import Path

import pytest

from kerlint.sources.ipython import to_python

transformer = pytest.importorskip("IPython.core.inputtransformer2")

CELLS = [
    # plain Python stays as it is
    "",
    "\n\n",
    "x = 1",
    "x = 1\n",
    "def f(x):\n    return x % 2\n\nf(3)",
    "await f()",
    "async with a as b:\n    pass",
    "x = (1\n%2)",
    "print('%d'\n% 3)",
    "f(\n    a\n    , b\n    !=c)",
    "s = '''\n%matplotlib inline\n!ls\n?x\n'''",
    's = """a\n"""; t = """\n%time x"""',
    "s = 'it\\'s' # what?",
    "x = a \\\n% b",
    "x = a \\\n/ b",
    "s = 'a\\\n%b'",
    "# %matplotlib inline\n# !ls\n",
    "d = {'a': 1,\n'b': '}'\n}\nx = '('\ny = 1",
    "x = y == z != w",
    "x %= 2",
    "@decorator\ndef f(): ...",
    "lambda x=1: x",
    "x: int = 3",
    "f(x=3) % 2",
    "s = r'\\'\nt = 2",
    "s = rb'''\n!x'''",
    # line magics, shell lines
    "%matplotlib inline",
    "%matplotlib inline\nimport os\n%load_ext autoreload\n%autoreload 2\nx = 1",
    "!pip install keras",
    "!!ls",
    "x = 1\n!echo \"it's\nthat was a quote\ny = 2",
    "!echo \"it's\ny = 2",
    "!pip install a \\\n  b \\\n  c\nx = 1",
    "%%time x",
    "x = 1\n%%time\ny = 2",
    "# first\n%%time\ny = 2",
    "if x:\n    !ls\n    y = 2\nelse:\n    %cd ..\n",
    "for i in y:\n    %time f(i)\nz = 1",
    "def f():\n    !ls {x}\n    return 2",
    "%",
    "%time",
    "%time x = f(1, 2)",
    "%time for i in range(3): f(i)",
    "%timeit -n 10 -r3 model.predict(x)",
    "%timeit -qo f(x)",
    "%time f(1,\n2)",
    "%time x = f(1, \\\n    2)\ny = 2",
    "%prun -s cumulative f()",
    "%prun f()",
    "%run helpers.py",
    "%run -i './a/helpers' 3",
    "%run ../other.ipynb",
    "%pylab inline",
    "%who?",
    # assignments
    "files = !ls",
    "files=!ls *.py\nx = 1",
    "a, b = %sql select 1",
    "x = %time f()",
    "x: list = !ls",
    "x = y = !ls",
    "x = !ls \\\n -l\ny = 2",
    "if a:\n    x = !ls\nelse:\n    x = %pwd\n",
    "x = % 3",
    "x == !ls",
    "f(x=!ls)",
    "d['a'] = !ls",
    "s = 'a = !b'",
    # help
    "?x",
    "??x",
    "?",
    "x?",
    "x??",
    "keras.layers.Dense?",
    "x[0].a?",
    "x = keras.Input?",
    "f(a)?",
    "a.*b?",
    "x? # why",
    "How many letters did she write?",
    "if x:\n    y?\n",
    "!ls *.?",
    "x = !ls *.?",
    # automatic calls
    "/f x y",
    ",f a b",
    ";f a b",
    "/",
    ",",
    ",2,3,4",
    ",,,",
    "// no comment here",
    "/ x",
    # indentation, prompts
    "    x = 1\n    y = 2",
    "    x = 1\n\n    if x:\n        y = 2\n",
    "\n\n    !ls\n    x = 1",
    "\tx = 1\n\ty = 2",
    ">>> x = 1\n>>> if x:\n...     y = 2\n",
    ">>> x\n3",
    "  >>> x = 1\n  >>> y = 2",
    "In [1]: x = 1\n\nIn [2]: y = 2",
    "[nav] In [1]: x = 1",
    "def f():\n    '''\n    >>> f()\n    3\n    '''\n",
    # no Python
    "x = (1,\n!ls",
    "def f(:\n    pass\n!ls",
    "if x: !ls",
    "print 'a'",
    "x = '''\n!ls",
    "it's prose",
    # bodies of magics
    "%%bash\nls -l\ncd ..",
    "\n\n%%bash\nls",
    "  %%html\n  <b>x</b>",
    "%%writefile a.py\nimport keras\n",
    "%%nobody knows\nx = 1",
    "%%time?",
    "%%",
]


def plain(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError):
            return False
    return True


def ours(cell: str) -> str:
    return "\n".join(line.text for line in to_python(cell)) + "\n"


def theirs(cell: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return transformer.TransformerManager().transform_cell(cell)


def agrees(cell: str, *, exactly: bool = True) -> None:
    """Ours parses when IPython's does, has the same code in it, and the rows of the cell.

    Not exactly: ours may parse when that of this version of IPython does not.
    """
    mine, reference = ours(cell), theirs(cell)
    assert plain(mine) >= plain(reference), (mine, reference)
    assert not exactly or plain(mine) == plain(reference), (mine, reference)
    assert mine.count("\n") == cell.count("\n") + 1
    rows = mine.splitlines()
    for line in reference.splitlines() if plain(reference) else ():
        if line.strip() and "get_ipython()" not in line and not re.match(r"[\w,]*\(", line):
            assert line in rows
    # Each row is a piece of what the author wrote at that place, or stands for a magic.
    for line, written in zip(to_python(cell), cell.split("\n")):
        code = line.text.strip()
        if code and not re.search(r"(^|= )get_ipython\(\)$|^pass$|^from \S+ import \*$", code):
            at = len(line.text) - len(line.text.lstrip())
            assert written[at + line.shift :].rstrip() == code.rstrip() or not line.shift


@pytest.mark.parametrize("cell", CELLS)
def test_agrees_with_ipython(cell):
    agrees(cell)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not cell.lstrip().startswith("%%")])
@pytest.mark.parametrize("magic", ["%%time", "%%capture --no-stderr", "\n%%timeit -n1", "%%prun"])
def test_bodies_of_magics_are_cells(magic, cell):
    mine = ours(f"{magic}\n{cell}")
    assert mine.count("\n") == magic.count("\n") + 1 + cell.count("\n") + 1
    assert [line for line in mine.split("\n") if line] == [
        line for line in ours(cell).split("\n") if line
    ]


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("%matplotlib inline\nx = 1", ["pass", "x = 1"]),
        ("x = !ls \\\n -l\ny", ["x = get_ipython()", "", "y"]),
        ("%%time\n%%capture out\nx = 1", ["", "out = get_ipython()", "x = 1"]),
        ("%run models.py\n%run lib/layers", ["from models import *", "from lib.layers import *"]),
        ("%run ../models.ipynb", ["from __main__ import *"]),
        ("%%bash\nx=1\nls", ["", "", ""]),
        # Whether and when such a cell runs is not known, so what it binds is not known either.
        (
            "%%gpu\nimport a.b\nmodel, n = f(), 2\ndef g(): k = 1",
            ["a = model = n = g = get_ipython()", "", "", ""],
        ),
    ],
)
def test_what_stands_for_magics(cell, rows):
    assert [line.text for line in to_python(cell)] == rows


@pytest.mark.parametrize(
    ("cell", "code", "shift"),
    [
        ("%time model.fit(x)", "model.fit(x)", 6),
        ("if a:\n    %time  model.fit(x)", "    model.fit(x)", 7),
        ("%timeit -n 3 -q model.fit(x)", "model.fit(x)", 16),
        ("    x\n    model.fit(x)", "model.fit(x)", 4),
        ("  >>> model.fit(x)", "model.fit(x)", 6),
        ("    %time model.fit(x)", "model.fit(x)", 10),
        ("model.fit(x)", "model.fit(x)", 0),
    ],
)
def test_where_the_code_was_is_remembered(cell, code, shift):
    line = to_python(cell)[-1]
    assert (line.text, line.shift) == (code, shift)
    assert cell.split("\n")[-1].index("model") == line.text.index("model") + shift


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("  x = 1\ny = 2", "x = 1\ny = 2"),
        ("\n  # a\n  x = (1,\n       2)\ny", "\n# a\nx = (1,\n     2)\ny"),
        ("    # a\n    x = 1\n  # less", "# a\nx = 1\n# less"),
        ("# a\n  if x:\n    y\nz", "# a\nif x:\n  y\nz"),
    ],
)
def test_what_older_versions_dedent(cell, code):
    """Notebooks that were written with them are right where they are run."""
    assert ours(cell) == code + "\n"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("ls -l a", "pass"),
        ("pip install keras", "pass"),
        ("\ncd ..", "\npass"),
        ("time f(x)", "f(x)"),
        ("ls", "ls"),
        ("time = 3", "time = 3"),
        ("ls -l a\nx", "ls -l a\nx"),
        ("whatever -l .", "whatever -l ."),
    ],
)
def test_magics_without_their_sign(cell, code):
    """IPython looks for these later, in cells of one line."""
    assert ours(cell) == code + "\n"
    if code == "f(x)":
        assert to_python(cell)[0].shift == 5


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\n" * 3000 + "x",
        "!ls\n" * 3000,
        "(\n" * 3000 + "!ls",
        "(" * 100_000,
        "'" * 100_001,
        "'\\'" * 50_000,
        "\"'" * 50_001,
        "a" * 100_000 + " ?",
        "%time " + "(" * 10_000,
        "%time " + "-" * 40_000 + "1",
        "%%nobody\n" + "a.b" * 100_000,
        "x = " + "[" * 50_000 + "!ls",
        "%timeit" + " -q" * 30_000,
    ],
    ids=lambda cell: cell[:12],
)
def test_long_and_deep_cells_are_no_trouble(cell):
    # Of these a look at every pair of characters would take minutes.
    assert len(to_python(cell)) == cell.count("\n") + 1


@pytest.mark.skipif("KERLINT_NOTEBOOKS" not in os.environ, reason="KERLINT_NOTEBOOKS is not set")
def test_notebooks_of_others():
    """Every code cell below the folder that the variable names."""
    paths = sorted(Path(os.environ["KERLINT_NOTEBOOKS"]).rglob("*.ipynb"))
    assert paths
    for path in paths:
        for cell in json.loads(path.read_bytes()).get("cells", []):
            if cell["cell_type"] == "code" and "%%" not in "".join(cell["source"])[:3]:
                agrees("".join(cell["source"]), exactly=False)
