"""Edits become bytes: what they say is done, and nothing else differs."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerlint.diagnostics import Edit, Position, Span
from kerlint.repairs.apply import Refused, edited
from kerlint.sources.lines import split_lines
from kerlint.sources.read import python_source, to_source


def edit(row, column, end_row, end_column, content, cell=None):
    return Edit(Span(Position(row, column), Position(end_row, end_column), cell), content)


def refused(path, data, *edits):
    with pytest.raises(Refused) as caught:
        edited(path, data, edits)
    assert "\n" not in caught.value.reason
    return caught.value.reason


# --- plain files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks_become_those_of_the_file(end):
    before = f"import a{end}x = 1{end}y = 2".encode()
    assert edited("a.py", before, [edit(2, 1, 2, 1, "import b\n")]) == (
        f"import a{end}import b{end}x = 1{end}y = 2".encode()
    )
    assert edited("a.py", before, [edit(2, 5, 3, 6, "(\n1,\n2)")]) == (
        f"import a{end}x = ({end}1,{end}2)".encode()
    )


def test_lines_with_different_ends_keep_them():
    before = b"f(1,\r\n  2,\n  3)\r\n"
    same = edit(1, 1, 3, 5, "f(1,\n  2,\n  3)")
    assert edited("a.py", before, [same]) == before
    assert edited("a.py", before, [edit(1, 1, 3, 5, "f(4,\n  2,\n  3)")]) == (
        b"f(4,\r\n  2,\n  3)\r\n"
    )
    assert edited("a.py", before, [edit(2, 1, 2, 1, "# new\n")]) == (
        b"f(1,\r\n# new\n  2,\n  3)\r\n"
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("declared", ["", "# coding: utf-8\n", "# coding: utf-8-sig\n"])
def test_byte_order_mark(mark, declared):
    before = mark + f"{declared}é = 'ü'; lr = 1\n".encode()
    row = 2 if declared else 1
    after = mark + f"{declared}é = 'ü'; learning_rate = 1\n".encode()
    assert edited("a.py", before, [edit(row, 10, row, 12, "learning_rate")]) == after


def test_declared_encoding():
    before = "# -*- coding: latin-1 -*-\r\nname = 'Müller'\r\n".encode("latin-1")
    after = "# -*- coding: latin-1 -*-\r\nname = 'Möller'\r\n".encode("latin-1")
    assert edited("a.py", before, [edit(2, 10, 2, 11, "ö")]) == after
    assert refused("a.py", before, edit(2, 10, 2, 11, "→")) == (
        r"its encoding, iso-8859-1, lacks the character '\u2192'"
    )


def test_declaration_of_the_encoding_must_stay():
    before = "#!/usr/bin/python\n# coding: latin-1\nname = 'Müller'\n".encode("latin-1")
    assert "another encoding" in refused("a.py", before, edit(1, 1, 1, 1, "import keras\n"))
    plain = b"#!/usr/bin/python\n# coding: latin-1\nname = 'x'\n"  # it reads the same
    assert edited("a.py", plain, [edit(1, 1, 1, 1, "import a\n")]) == b"import a\n" + plain


def test_what_has_several_forms_in_bytes():
    data = b"# coding: iso2022_jp\nx = '" + "日本".encode("iso2022_jp") + b"\x1b(B'\nlr = 1\n"
    assert "several ways" in refused("a.py", data, edit(3, 1, 3, 3, "rate"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("lr = 1".encode("utf-16"), "does not accept UTF-16"),
        (b"lr = 1\0", "NUL byte"),
        (b"lr = '\xff'", "not valid UTF-8"),
        (b"# coding: nonsense\nlr = 1", "unknown encoding"),
    ],
)
def test_what_cannot_be_read(data, reason):
    assert reason in refused("a.py", data, edit(1, 1, 1, 3, "rate"))


def test_tabs_and_form_feeds_count_as_one_column():
    before = b"if x:\n\tlr = 1\n\x0c\ny\x0b = 2\xe2\x80\xa8\n"
    assert edited("a.py", before, [edit(2, 2, 2, 4, "rate")]) == before.replace(b"lr", b"rate")
    assert edited("a.py", before, [edit(3, 2, 3, 2, "z")]) == before.replace(b"\x0c", b"\x0cz")
    assert edited("a.py", before, [edit(4, 6, 4, 7, "3")]) == before.replace(b"2", b"3")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_missing_final_line_break_stays_missing(end):
    before = f"a{end}b".encode()
    assert edited("a.py", before, [edit(3, 1, 3, 1, "c\n")]) == f"a{end}b{end}c".encode()
    assert edited("a.py", before, [edit(2, 1, 3, 1, "")]) == b"a"
    assert edited("a.py", before, [edit(2, 1, 3, 1, "c\nd\n")]) == f"a{end}c{end}d".encode()
    assert edited("a.py", before, [edit(2, 1, 3, 1, "c")]) == f"a{end}c".encode()
    assert edited("a.py", before, [edit(2, 2, 2, 2, "  # c")]) == f"a{end}b  # c".encode()
    assert edited("a.py", before, [edit(3, 1, 3, 1, "")]) == before
    assert edited("a.py", before, [edit(2, 1, 3, 1, ""), edit(1, 2, 1, 2, "c")]) == b"ac"


def test_row_after_a_final_line_break():
    assert edited("a.py", b"a\nb\n", [edit(3, 1, 3, 1, "c\n")]) == b"a\nb\nc\n"
    assert edited("a.py", b"a\nb\n", [edit(2, 1, 3, 1, "")]) == b"a\n"
    assert edited("a.py", b"", [edit(1, 1, 1, 1, "c\n")]) == b"c\n"


def test_insertions_at_one_place_keep_their_order():
    edits = [edit(1, 2, 1, 3, "X"), edit(1, 2, 1, 2, "1"), edit(1, 2, 1, 2, "2")]
    assert edited("a.py", b"abc", [*edits, edit(1, 3, 1, 3, "3")]) == b"a12X3c"


def test_the_same_replacement_twice_is_one():
    assert edited("a.py", b"abc", [edit(1, 2, 1, 3, "X"), edit(1, 2, 1, 3, "X")]) == b"aXc"


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([edit(1, 1, 1, 3, "X"), edit(1, 2, 1, 3, "Y")], "two of its edits overlap"),
        ([edit(1, 1, 1, 3, "X"), edit(1, 2, 1, 2, "Y")], "two of its edits overlap"),
        ([edit(1, 2, 1, 3, "X"), edit(1, 2, 1, 3, "Y")], "two of its edits overlap"),
        ([edit(1, 3, 1, 2, "X")], "an edit ends before it starts"),
        ([edit(1, 5, 1, 5, "X")], "line 1 has no column 5"),
        ([edit(1, 0, 1, 2, "X")], "line 1 has no column 0"),
        ([edit(0, 1, 1, 2, "X")], "there is no line 0"),
        ([edit(2, 2, 2, 2, "X")], "there is no line 2"),
        ([edit(3, 1, 3, 1, "X")], "there is no line 3"),
        ([edit(1, 1, 1, 1, "X", cell=1)], "the file is not a notebook"),
    ],
)
def test_edits_that_cannot_be(edits, reason):
    assert refused("a.py", b"abc", *edits) == reason


# --- notebooks -----------------------------------------------------------------------------------


def notebook(*sources, indent=1, ensure_ascii=False, final="\n"):
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {"z": 1, "a": [1.50]},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["é\n", "<b>"]}],
            "source": source,
        }
        for source in sources
    ]
    cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["lr\n", "lr"]})
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(content, indent=indent, ensure_ascii=ensure_ascii) + final).encode()


@pytest.mark.parametrize("indent", [None, 0, 1, 2, "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_only_the_source_of_the_cell_differs(indent, mark):
    before = mark + notebook(["x = 1\n", "lr = 2\n", "y"], ["z"], indent=indent)
    after = mark + notebook(["x = 1\n", "rate = 2\n", "y"], ["z"], indent=indent)
    assert edited("a.ipynb", before, [edit(2, 1, 2, 3, "rate", cell=2)]) == after


@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize(
    ("old", "edits", "new"),
    [
        (["a\n", "b"], [edit(1, 1, 1, 1, "i\n", cell=2)], ["i\n", "a\n", "b"]),
        (["a\n", "b"], [edit(1, 2, 1, 2, "\ni", cell=2)], ["a\n", "i\n", "b"]),
        (["a\n", "b"], [edit(2, 1, 2, 2, "c\nd", cell=2)], ["a\n", "c\n", "d"]),
        (["a\n", "b"], [edit(1, 2, 2, 1, "", cell=2)], ["ab"]),
        (["a\n", "b"], [edit(1, 1, 2, 1, "", cell=2)], ["b"]),
        (["a\n", "b"], [edit(2, 1, 3, 1, "", cell=2)], ["a"]),
        (["a\n", "b"], [edit(3, 1, 3, 1, "c\n", cell=2)], ["a\n", "b\n", "c"]),
        (["a\n", "b"], [edit(1, 1, 2, 2, "", cell=2)], []),
        (["a"], [edit(1, 1, 1, 1, "i\n", cell=2)], ["i\n", "a"]),
        (["a\r\n", "b"], [edit(1, 1, 1, 1, "i\n", cell=2)], ["i\r\n", "a\r\n", "b"]),
        (["a\nb\n", "c"], [edit(1, 1, 1, 2, "i\nj", cell=2)], ["i\nj\nb\n", "c"]),
        (["a", "\n", "b"], [edit(1, 2, 1, 2, "c", cell=2)], ["ac", "\n", "b"]),
        ("a\nb", [edit(2, 1, 2, 2, "c\n'\"\\", cell=2)], "a\nc\n'\"\\"),
        ("", [edit(1, 1, 1, 1, "a\n", cell=2)], "a\n"),
    ],
)
def test_the_form_of_the_source_stays(indent, old, edits, new):
    before, after = (
        notebook(old, ["x\n", "y"], indent=indent),
        notebook(new, ["x\n", "y"], indent=indent),
    )
    assert edited("a.ipynb", before, edits) == after


@pytest.mark.parametrize("indent", [None, 1])
def test_a_cell_without_text(indent):
    before, after = notebook([], ["x\n", "y"], indent=indent), notebook(["a\n", "b"], ["x\n", "y"])
    done = edited("a.ipynb", before, [edit(1, 1, 1, 1, "a\nb", cell=2)])
    assert json.loads(done) == json.loads(after)


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_escapes_stay(ensure_ascii):
    before = notebook(["x = 'é'  # 😀\n", "y = 'a'"], ensure_ascii=ensure_ascii)
    after = notebook(["x = 'ü'  # 😀\n", "y = 'ß😀'"], ensure_ascii=ensure_ascii)
    edits = [edit(1, 6, 1, 7, "ü", cell=2), edit(2, 6, 2, 7, "ß😀", cell=2)]
    assert edited("a.ipynb", before, edits) == after


def test_escapes_for_web_pages_stay():
    before = notebook(["x \\u003c 1\n", "y = 1"]).replace(rb"\\u003c", rb"\u003c")
    after = notebook(["x \\u003c 1\n", "y \\u003c 2"]).replace(rb"\\u003c", rb"\u003c")
    assert edited("a.ipynb", before, [edit(2, 3, 2, 6, "< 2", cell=2)]) == after
    same = edit(1, 1, 1, 6, "x < 1", cell=2)
    assert edited("a.ipynb", before, [same]) == before


def test_old_formats():
    old = {
        "worksheets": [
            {"cells": [{"cell_type": "heading", "level": 1, "source": "lr"}]},
            {"cells": [{"cell_type": "code", "input": ["lr = 1"], "language": "python"}]},
        ],
        "nbformat": 3,
    }
    before = json.dumps(old).encode()
    after = before.replace(b"lr = 1", b"rate = 1")
    assert edited("a.ipynb", before, [edit(1, 1, 1, 3, "rate", cell=2)]) == after


def test_of_equal_keys_the_last_counts():
    before = b'{"cells": 1, "cells": [{"source": "b", "cell_type": "code", "source": "lr"}]}'
    after = before.replace(b"lr", b"rate")
    assert edited("a.ipynb", before, [edit(1, 1, 1, 3, "rate", cell=1)]) == after


@pytest.mark.parametrize(
    ("cell", "row", "column", "end", "content", "allowed"),
    [
        ("%matplotlib inline\nlr = 1", 1, 1, 1, "import a\n", True),
        ("lr = 1\n%matplotlib inline", 2, 1, 1, "import a\n", True),
        ("%matplotlib inline\nlr = 1", 2, 1, 3, "rate", True),
        ("%matplotlib inline\nlr = 1", 1, 2, 5, "x", False),
        ("%matplotlib inline\nlr = 1", 1, 19, 19, "  # x", False),
        ("%%time\nlr = 1", 1, 1, 1, "import a\n", False),
        ("%%time\nlr = 1", 2, 1, 1, "import a\n", True),
        ("%time lr = 1", 1, 7, 9, "rate", True),
        ("if x:\n    %time lr = 1", 2, 11, 13, "rate", True),
        ("if x:\n    %time lr = 1", 2, 9, 13, "rate", False),
        ("%time lr = 1", 1, 7, 9, "(\nrate)", False),
        ("%time lr = 1", 1, 1, 1, "import a\n", False),
        ("!pip install \\\n  keras\nlr = 1", 2, 1, 1, "import a\n", False),
        ("lr = !ls", 1, 1, 3, "rate", True),
        ("lr = !ls", 1, 1, 8, "rate", False),
        ("pip install keras", 1, 1, 2, "rate", False),
        (">>> lr = 1\n>>> x", 1, 5, 7, "rate", True),
        (">>> lr = 1\n>>> x", 1, 1, 1, "import a\n", False),
        (">>> lr = 1\n>>> x", 2, 5, 5, "import a\n", False),
        ("  lr = 1\n  x", 1, 3, 5, "rate", True),
        ("  lr = 1\n  x", 1, 1, 5, "rate", False),
        ("?keras\nlr = 1", 1, 1, 1, "import a\n", True),
        ("x = 1\nkeras.layers?", 2, 1, 6, "x", False),
    ],
)
def test_magics(cell, row, column, end, content, allowed):
    before = notebook(cell)
    wanted = edit(row, column, row, end, content, cell=2)
    if allowed:
        rows = cell.split("\n")
        rows[row - 1] = rows[row - 1][: column - 1] + content + rows[row - 1][end - 1 :]
        assert edited("a.ipynb", before, [wanted]) == notebook("\n".join(rows))
    else:
        assert refused("a.ipynb", before, wanted) == f"line {row} of cell 2 is not plain Python"


def test_whole_lines_above_a_magic_may_go():
    before = notebook("a\nb\n%matplotlib inline")
    assert edited("a.ipynb", before, [edit(2, 1, 3, 1, "", cell=2)]) == notebook(
        "a\n%matplotlib inline"
    )
    refused("a.ipynb", before, edit(2, 2, 3, 1, "", cell=2))


def test_characters_that_no_text_can_have():
    before = notebook(["x = '\ud800'"], ensure_ascii=True)
    assert edited("a.ipynb", before, [edit(1, 1, 1, 2, "y", cell=2)]) == before.replace(
        b"x = ", b"y = "
    )
    assert "no Python text" in refused("a.ipynb", before, edit(1, 1, 1, 8, "y('\ufffd')", cell=2))


@pytest.mark.parametrize(
    ("data", "cell", "reason"),
    [
        (notebook("x"), 1, "cell 1 is not a cell of Python code"),
        (notebook("x"), 3, "cell 3 is not a cell of Python code"),
        (notebook("x"), None, "the file is a notebook"),
        (b"{", 1, "the file could not be read as a notebook"),
        (b"\xff", 1, "not valid UTF-8"),
    ],
)
def test_notebooks_that_cannot_be_edited(data, cell, reason):
    assert reason in refused("a.ipynb", data, edit(1, 1, 1, 1, "i", cell=cell))


# --- random edits --------------------------------------------------------------------------------

ENDS = re.compile(r"\r\n|\r|\n")
CHARACTERS = "ab \t\x0c\u2028'\"\\é😀<&/\n\n\n"
CONTENTS = st.text(st.sampled_from('xyü😀"\\>\n'), max_size=6)


@st.composite
def texts(draw, characters=CHARACTERS):
    """Texts with line ends that are all of one kind, or LF and CR LF."""
    text = draw(st.text(st.sampled_from(characters), max_size=40))
    kind = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]]))
    return re.sub("\n", lambda _: draw(st.sampled_from(kind)), text)


@st.composite
def edits_of(draw, text, cell=None):
    """Edits of ``text``, in order and apart, and what they make of it with LF as line end."""
    starts = [0, *(m.end() for m in ENDS.finditer(text))]
    places = [
        (start + i, Position(row, i + 1))
        for row, (start, line) in enumerate(zip(starts, split_lines(text)), 1)
        for i in range(len(line) + 1)
    ]
    count = draw(st.integers(0, 4))
    chosen = sorted(draw(st.lists(st.sampled_from(places), min_size=2 * count, max_size=2 * count)))
    edits, parts, at = [], [], 0
    for (start, first), (end, last) in zip(chosen[::2], chosen[1::2]):
        content = text[start:end] if draw(st.integers(0, 3)) == 0 else draw(CONTENTS)
        edits.append(Edit(Span(first, last, cell), content))
        parts += [text[at:start], content]
        at = end
    # Part by part: a line break that comes after a lone CR is one of its own.
    return edits, "".join(map(normal, [*parts, text[at:]]))


def normal(text):
    return ENDS.sub("\n", text)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_random_edits_of_a_file(data):
    text = data.draw(texts())
    edits, expected = data.draw(edits_of(text))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig"]))
    before = text.encode(encoding)
    after = edited("a.py", before, data.draw(st.permutations(edits)) if distinct(edits) else edits)
    source = python_source("a.py", after)
    assert normal(source.text) == expected
    assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    if "\r" not in text:
        assert source.text == expected
    if not edits:
        assert after == before


def distinct(edits):
    """Whether no two begin at one place, so that their order does not matter."""
    return len({e.span.start for e in edits}) == len(edits)


@st.composite
def sources(draw):
    """The source of a cell: one string, its lines in a list, or any pieces in a list."""
    text = draw(texts(CHARACTERS.replace("\x0c", "").replace("\u2028", "")))
    form = draw(st.sampled_from(["string", "lines", "pieces"]))
    if form == "string":
        return text
    if form == "lines":
        return [line for line in re.split(r"(?<=\n)", text) if line]
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_random_edits_of_a_notebook(data):
    cells = data.draw(st.lists(sources(), min_size=1, max_size=3))
    before = notebook(
        *cells,
        indent=data.draw(st.sampled_from([None, 1, 2, "\t"])),
        ensure_ascii=data.draw(st.booleans()),
        final=data.draw(st.sampled_from(["", "\n"])),
    )
    number = data.draw(st.integers(0, len(cells) - 1))
    code = "".join(cells[number])
    edits, expected = data.draw(edits_of(code, number + 2))
    source = to_source("a.ipynb", before)
    if source.shown != source.text:
        return  # it happens to have a magic
    after = edited("a.ipynb", before, edits)
    old, new = json.loads(before), json.loads(after)
    found = new["cells"][number + 1].pop("source")
    was = old["cells"][number + 1].pop("source")
    assert old == new
    assert isinstance(found, list) == isinstance(was, list)
    assert normal("".join(found)) == expected
    # Bytes outside of the source are the same.
    assert around(before, number) == around(after, number)


def around(data, number):
    """What is before the source of a code cell, and after it."""
    text = data.decode()
    at = [m.end() for m in re.finditer(r'"source":\s*', text)][number + 1]
    _, end = json.JSONDecoder().raw_decode(text, at)
    return text[:at], text[end:]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_span_replaced_by_its_own_text_changes_no_byte(data):
    cells = data.draw(st.lists(sources(), min_size=1, max_size=2))
    before = notebook(*cells, ensure_ascii=data.draw(st.booleans()))
    source = to_source("a.ipynb", before)
    edits = []
    for cell in source.cells:
        rows = split_lines(source.shown)[cell.first_row - 1 :][: cell.rows]
        last = Position(len(rows), len(rows[-1]) + 1)
        edits.append(Edit(Span(Position(1, 1), last, cell.number), "\n".join(rows)))
    assert edited("a.ipynb", before, edits) == before
