"""What takes the place of statements that do not parse."""

from __future__ import annotations

import ast

import pytest

import kerlint
from kerlint.reading.syntax.parsing import UNREAD, counterparts_of, parse


@pytest.mark.parametrize(
    ("lost", "left"),
    [
        ("x = ??", "x = {}"),
        ("self.x, y = ??", "self.x, y = {}"),
        ("x //= ??", "x = {}"),
        ("x = = 3", "x = {}"),
        ("model.add(Dense(4)", "{}(model)"),
        ("self.model.add(Dense(units=, 4))", "{}(self.model)"),
        ("compute(??)", "pass"),
        ("print 'done'", "pass"),
        ("x == ??", "pass"),
        ("class = 3", "pass"),
        ("from keras import ??", "pass"),
    ],
)
def test_what_a_lost_statement_leaves(lost: str, left: str) -> None:
    parsed = parse(f"before = 1\n{lost}\nafter = 2\n")
    assert parsed.text == f"before = 1\n{left.format(UNREAD)}\nafter = 2\n"
    assert [trouble.row for trouble in parsed.parse_errors] == [2]


def test_a_lost_result() -> None:
    parsed = parse("def build():\n    return [\n        1, ??\n    ]\n")
    assert parsed.text == f"def build():\n    return {UNREAD}\n\n\n"


@pytest.mark.parametrize(
    ("statement", "severity", "message"),
    [
        ("x = 1" + " + 1" * 500, "info", "kerlint cannot read this: 500 operators"),
        ("x = " + 150 * "[" + 150 * "]", "info", "kerlint cannot read this: 150 nested brackets"),
        ("x = " + 250 * "[" + 250 * "]", "error", "syntax error: 250 nested brackets"),
        ("x = 1 +", "error", "syntax error: invalid syntax"),
    ],
)
def test_what_python_takes_is_no_error(statement: str, severity: str, message: str) -> None:
    text = f"import keras\n{statement}\n"
    (finding,) = kerlint.lint_source(text, extend_select=["KER000"])
    assert (finding.code, finding.severity.label) == ("KER000", severity)
    assert finding.message.startswith(message)
    assert (severity == "error") == (not is_python(statement))


def is_python(statement: str) -> bool:
    try:
        ast.parse(statement)
    except SyntaxError:
        return False
    return True


# -- what CPython takes and libcst does not -------------------------------------------------------

REFUSED = [
    ("(x): int = 1", ["x"]),
    ("(x): int", ["x"]),
    ("(net.units): int = 1", ["net.units"]),
    ("a = 1; (x): 'list[int]' = [a]", ["a", "x"]),
    ("(x): dict = {\n    'units': 1,\n}", ["x"]),
    ("(x): int = model.add(layer)", ["x", "model"]),
]
AROUND = {
    "module": "{}",
    "function": "def build(self):\n    before = 1\n{}\n    return before",
    "method": "class Net:\n    size = 2\n\n    def build(self):\n{}\n        self.size = 3",
    "branch": "if flag:\n    one = 1\nelif other:\n{}\nelse:\n    two = 2",
    "loop": "for item in items:\n    while item:\n{}\n        item -= 1",
    "handler": "try:\n    one = 1\nexcept ValueError:\n{}\nfinally:\n    two = 2",
    "tabs": "def build():\n\tif flag:\n{}\n\treturn 1",
}


def indented(statement: str, around: str) -> str:
    depth = {"module": "", "method": 8 * " ", "loop": 8 * " ", "tabs": "\t\t"}.get(around, 4 * " ")
    lines = statement.split("\n")
    return "\n".join(depth + line for line in lines)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(("statement", "bound"), REFUSED)
def test_only_that_statement_is_set_aside(statement, bound, around):
    text = "first = 1\n" + AROUND[around].format(indented(statement, around)) + "\nlast = 2\n"
    parsed = parse(text, concrete=True)
    assert parsed.tree is not None
    row = text[: text.index(statement.split("\n")[0])].count("\n") + 1
    (trouble,) = parsed.parse_errors
    assert (trouble.row, trouble.valid, trouble.lost) == (row, True, "statement")
    old, new = text.split("\n"), parsed.text.split("\n")
    rows = range(row - 1, row + statement.count("\n"))
    assert len(old) == len(new)
    assert [line for index, line in enumerate(new) if index not in rows] == [
        line for index, line in enumerate(old) if index not in rows
    ]
    for name in bound:
        assert name in new[row - 1]
        assert UNREAD in new[row - 1]


def test_several_in_one_file():
    text = "(a): int = 1\nclass Net:\n    (b): int = 2\n    c = 3\n(d): int = 4\ne = 5\n"
    parsed = parse(text, concrete=True)
    assert [trouble.row for trouble in parsed.parse_errors] == [1, 3, 5]
    assert parsed.text.count(UNREAD) == 3


def test_among_statements_that_no_python_takes():
    text = "print 'old'\n(a): int = 1\nb = ??\nc = 3\n"
    parsed = parse(text, concrete=True)
    assert parsed.tree is not None
    assert [(trouble.row, trouble.valid) for trouble in parsed.parse_errors] == [
        (1, False),
        (2, True),
        (3, False),
    ]


def test_a_block_on_one_row():
    parsed = parse("if flag: (x): int = 1\nelse: (y): int = 2\nz = 3\n", concrete=True)
    assert parsed.tree is not None
    assert parsed.text.endswith("z = 3\n")
    assert "x" in parsed.text.split("\n")[0]


def test_a_value_that_was_set_aside_is_unknown():
    text = (
        "from keras import layers\nunits = 1\n(units): int = 10\n"
        'layers.Dense(units, activation="softmax")\n'
    )
    assert codes(text) == []  # CPython has read it
    assert codes(text + 'layers.Dense(1, activation="softmax")\n') == ["KER000", "KER101"]


def codes(text: str) -> list[str]:
    return [each.code for each in kerlint.lint_source(text, extend_select=["KER000"])]


def test_cells_of_a_notebook():
    text = "x = 1\n(y): int = 2\nz = 3\n(y): int = 4\n"
    parsed = parse(text, [1, 3], concrete=True)
    assert parsed.tree is not None
    assert [trouble.row for trouble in parsed.parse_errors] == [2, 4]
    assert parsed.text == f"x = 1\ny = {UNREAD}\nz = 3\ny = {UNREAD}\n"


@pytest.mark.parametrize(
    ("header", "made"),
    [
        ("def build[??](units=3):", "def build(*args, **kwargs):"),
        ("async def build(units=??):", "def build(*args, **kwargs):"),
        ("class Net(Model, ??):", f"class Net({UNREAD}):"),
    ],
)
def test_a_definition_whose_header_does_not_parse_stays_one(header, made):
    parsed = parse(f"a = 1\n{header}\n    b = 2\n    return b\nc = 3\n")
    assert parsed.text == f"a = 1\n{made}\n    b = 2\n    return b\nc = 3\n"
    assert parsed.tree is not None


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("import keras\nx = = 1\n", "the rest of the file was read without this statement"),
        ("import keras\n" + "x = = 1\n" * 40, "nothing in this file was checked"),
    ],
)
def test_the_help_says_what_was_read(text, help):
    told = kerlint.lint_source(text, extend_select=["KER000"])
    assert {each.help for each in told} == {help}


SOFTMAX = "from keras import layers\nlayers.Dense(1, activation='softmax')\n"


def test_a_statement_that_only_cpython_takes_matters_where_something_is_shown():
    assert codes("import keras\n(x): int = 1\n") == []
    told = kerlint.lint_source(f"{SOFTMAX}(x): int = 1\n", extend_select=["KER000"])
    assert [each.code for each in told] == ["KER101", "KER000"]
    assert told[1].message == "kerlint cannot read this: its parser does not support this syntax"
    assert told[1].severity.label == "info"
    assert told[1].help == "the rest of the file was read without this statement"


@pytest.mark.parametrize(
    "form",
    [
        "\x0cx = 1\n\x0c\ny = 2",
        "if a:\n\x0c    x = 1",
        "with (open(a) as f, open(b) as g):\n    pass",
        "try:\n    pass\nexcept* (A, B) as e:\n    pass",
        "x[*a, 1]",
        "def f(*args: *Ts): pass",
        "match *a, b:\n    case [1, *_]: pass\n    case {'k': -3+4j, **r}: pass",
        "f'{a!r:>{w}}' f'{a=}' rf'\\d{a}'",
        "x: tuple = *a, 2",
        "@(lambda f: f)\ndef g(): pass",
        "class A:\n    x: int = 1\n    y: str",
        "def f():\n    if a:\n        pass\n      # odd\n    return 1",
        "del (a), b[0], (c, d)",
        "lambda *, a: (yield)",
        "0x1for x in y",
    ],
)
def test_forms_that_are_read_as_they_are(form):
    parsed = parse(form + "\n")
    assert parsed.tree is not None
    assert parsed.parse_errors == () or form.startswith("0x")


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("with a:", [1]),
        ("for a in b:", [1]),
        ("def f(a):", [1]),
        ("class A(B):", [1]),
        ("try:", [1]),
        ("match a:", [1]),
        ("if a:\nelse:", [1, 2]),
        ("@a.b", [1]),
    ],
)
@pytest.mark.parametrize("indent", ["", "    "])
def test_a_header_without_a_body_takes_nothing_else_away(header, rows, indent):
    around = "def g():\n    a = 1\n" if indent else ""
    own = "".join(f"{indent}{line}\n" for line in header.split("\n"))
    after = f"{indent}c = 2\n{indent}d = 3\n"
    parsed = parse(around + own + after)
    assert parsed.text.endswith(after)
    shift = around.count("\n")
    assert {trouble.row - shift for trouble in parsed.parse_errors} >= {1}
    assert {trouble.row - shift for trouble in parsed.parse_errors} <= set(rows)


def test_many_troubles_cost_little_more_than_one(monkeypatch):
    good = "    x = f(1)\n" * 400
    text = "class A:\n    a = 1\n" + "".join(
        f"  def f{i}():\n{good}    y = = 1\n" for i in range(9)
    )
    text = text.replace("    a = 1\n", "  a = 1\n") + "def g():\n" + (good + "    y = = 2\n") * 9
    seen = []
    real = ast.parse

    def counted(source, *args, **kwargs):
        try:
            tree = real(source, *args, **kwargs)
        except SyntaxError as error:
            seen.append(sum(map(bool, source.split("\n")[: error.lineno])))
            raise
        seen.append(sum(map(bool, source.split("\n"))))
        return tree

    monkeypatch.setattr(ast, "parse", counted)
    parsed = parse(text)
    assert parsed.tree is not None
    assert len(parsed.parse_errors) == 18
    # Rows that were parsed until an error was met, in all: the text twice, and some context.
    assert sum(seen) < 4 * text.count("\n")


def test_a_deep_block_leaves_what_it_may_have_changed_unknown():
    deep = "".join(f"{i * ' '}if a{i}:\n" for i in range(120))
    inner = 120 * " "
    body = f"{inner}units = 3\n{inner}import keras as k\n{inner}model.add(b)\n{inner}return units\n"
    parsed = parse("units = 1\n" + deep + body + "after = 2\n")
    assert parsed.tree is not None
    (trouble,) = parsed.parse_errors
    assert (trouble.row, trouble.column, trouble.lost) == (2, 1, "block")
    made = parsed.text.split("\n")
    assert f"units = {UNREAD}" in made
    assert f"k = {UNREAD}" in made
    assert f"{UNREAD}(model)" in made
    assert f"if {UNREAD}: return {UNREAD}" in made
    assert made[-2] == "after = 2"


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "lambda a, b=1: a, " * 400 + "]\n",
        "x = [" + "1 + 1, " * 400 + "]\n",
        "x = {" + "'a' 'b': -1, " * 400 + "}\n",
        "def f(" + "a=b.c, " * 400 + "): pass\n",
        "x = 1 + 1\n" * 400,
    ],
)
def test_what_commas_separate_is_no_chain(text):
    assert parse(text).parse_errors == ()
    assert parse(text).tree is not None


@pytest.mark.parametrize(
    ("text", "made", "column_offsets"),
    [
        ("a = 1\n\\\nb = 2\n", "a = 1\n\nb = 2\n", {}),
        ("a = 1\r\n\\\r\nb = 2\r\n", "a = 1\r\n\r\nb = 2\r\n", {}),
        ("if a:\n\\\n  \\\n\tb = 2\n", "if a:\n\n\n  b = 2\n", {4: -1}),
        ("if a:\n    \\\n  b = 2\n", "if a:\n\n    b = 2\n", {3: -2}),
        # libcst keeps these.
        ("if a:\n    b = 1\n\\\n\nelse:\n    b = 2\n", None, {}),
        ('a = """\n\\\n"""\nb = (\n\\\n1)\n', None, {}),
        ("a = 1 + \\\n\\\n 2\n", None, {}),
    ],
)
def test_a_row_of_only_a_backslash_keeps_the_rows_after_it(text, made, column_offsets):
    compile(text, "text", "exec")
    parsed = parse(text)
    assert parsed.tree is not None
    assert parsed.tree.text == parsed.text == (made or text)
    counterparts = counterparts_of(parsed.tree)
    assert counterparts is not None
    assert counterparts.concrete.code == parsed.text
    assert parsed.column_offsets == column_offsets
    assert parse(text, [1]).text == parsed.text


def test_rows_that_end_in_a_carriage_return_alone_are_kept_when_they_are_blanked():
    text = "a = 1\nb = ''' 1\r 2\n 3''' 4\r= = 5\r"
    parsed = parse(text)
    assert parsed.tree is not None
    assert "a = 1" in parsed.text
    assert [trouble.row for trouble in sorted(parsed.parse_errors, key=lambda each: each.row)] == [
        4,
        5,
    ]
    assert len(parsed.text.split("\n")) == 6
