"""Notebooks: what is read of them, what is said of bad ones, and where findings are told to be."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import kerlint as package
from kerlint.sources.notebook import notebook_source
from kerlint.sources.source import Source, Unreadable

PYTHON = {"kernelspec": {"language": "python", "name": "python3", "display_name": "Python 3"}}


def code(source, **fields):
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
        **fields,
    }


def prose(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells, metadata=PYTHON):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def as_bytes(content):
    return json.dumps(content, ensure_ascii=False).encode()


def read(content):
    source = notebook_source("a.ipynb", as_bytes(content))
    assert isinstance(source, Source), source
    return source


def findings(*cells, **settings):
    found = package.lint_source(json.dumps(notebook(*cells)), "a.ipynb", **settings)
    return [(f.span.cell, f.span.start.row, f.span.start.column, f.code) for f in found]


class TestReading:
    def test_cells_are_numbered_as_editors_do(self):
        cells = [prose("# a"), code("x = 1\n"), {"cell_type": "raw", "source": "x"}, code("y = 2")]
        source = read(notebook(*cells))
        assert source.text == "x = 1\n\ny = 2\n"
        assert [(c.number, c.first_row, c.rows) for c in source.cells] == [(2, 1, 2), (4, 3, 1)]

    def test_lists_of_lines_and_strings(self):
        source = read(notebook(code(["x = 1\n", "y = 2"]), code("z = 3"), code([])))
        assert source.text == "x = 1\ny = 2\nz = 3\n\n"

    def test_older_formats(self):
        cells = [
            {"cell_type": "heading", "level": 1, "source": "a"},
            {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"]},
            {"cell_type": "code", "language": "julia", "input": "z"},
        ]
        sheets = [{"cells": cells}, {"cells": [{"cell_type": "code", "input": "w = 1"}]}]
        source = read({"metadata": {}, "nbformat": 3, "worksheets": sheets})
        assert source.text == "x = 1\ny = 2\nw = 1\n"
        assert [c.number for c in source.cells] == [2, 4]

    @pytest.mark.parametrize(
        "metadata",
        [
            {},
            None,
            {"kernelspec": "odd"},
            {"kernelspec": {"language": "Python"}},
            {"language_info": {"name": "ipython", "version": "3"}},
            {"kernelspec": {"language": "sage"}, "language_info": {"name": "python"}},
        ],
    )
    def test_python(self, metadata):
        assert read(notebook(code("x"), metadata=metadata)).text == "x\n"

    @pytest.mark.parametrize(
        "metadata", [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}]
    )
    def test_other_languages(self, metadata):
        assert read(notebook(code("x"), metadata=metadata)).text == ""

    def test_a_cell_in_another_language(self):
        other = code("x", metadata={"vscode": {"languageId": "sql"}})
        assert read(notebook(other, code("y"))).text == "y\n"

    def test_line_ends(self):
        assert read(notebook(code("x\r\ny\rz"))).text == "x\ny\nz\n"

    def test_byte_order_mark(self):
        data = b"\xef\xbb\xbf" + as_bytes(notebook(code("é")))
        source = notebook_source("a.ipynb", data)
        assert isinstance(source, Source)
        assert source.text == "é\n"

    def test_what_is_shown_is_what_was_written(self):
        source = read(notebook(code("    %time x\n    !ls"), code("y")))
        assert source.text == "x\npass\ny\n"
        assert source.shown == "    %time x\n    !ls\ny\n"
        assert source.column_offsets == {1: 10, 2: 4}

    def test_empty(self):
        for content in (b"", b" \n", as_bytes(notebook())):
            source = notebook_source("a.ipynb", content)
            assert isinstance(source, Source)
            assert source.text == ""


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (b'{"cells": [\n  }', "not valid JSON (", (2, 3)),
        (b'{"cells": "\xff"}', "byte 11 is not valid UTF-8", (1, 12)),
        ('{"cells": []}'.encode("utf-16"), "is not valid UTF-8", (1, 1)),
        (b"[]", "not an object", (1, 1)),
        (b"{}", "no list of cells", (1, 1)),
        (b'{"cells": 3}', "no list of cells", (1, 1)),
        (b'{"cells": [3]}', "cell 1 is not a JSON object", (1, 1)),
        (as_bytes(notebook(prose("a"), code(3))), "source of cell 2 is not text", (1, 1)),
        (as_bytes(notebook(code(["a", 3]))), "source of cell 1 is not text", (1, 1)),
        (as_bytes(notebook(code(None))), "source of cell 1 is not text", (1, 1)),
        (b"[" * 200_000, "nested too deeply", (1, 1)),
        (b"<<<<<<< HEAD\n", "not valid JSON (Expecting value)", (1, 1)),
    ],
)
def test_bad_notebooks_are_one_line(kerlint, project, softmax, data, reason, place):
    told = notebook_source("a.ipynb", data)
    assert isinstance(told, Unreadable)
    assert told.reason.startswith("could not be read as a notebook: ")
    assert reason in told.reason
    assert "\n" not in told.reason
    assert (told.row, told.column) == place
    (project / "a.ipynb").write_bytes(data)
    (project / "b.py").write_text(softmax)
    done = kerlint("--output-format", "concise", "--quiet", "--no-cache")
    first, second = done.out.splitlines()
    assert first.startswith(
        f"a.ipynb:{place[0]}:{place[1]}: error: KER000 could not be read as a notebook"
    )
    assert second.startswith("b.py:1:11: error: KER101 ")
    assert done.err == ""


class TestFindings:
    def test_cells_are_one_program(self):
        first = code("from keras import Sequential, layers\nunits, head = 1, 'softmax'")
        last = code("model = Sequential([\n    layers.Dense(units, activation=head)])")
        assert findings(prose("x"), first, prose("y"), last) == [(4, 2, 5, "KER101")]

    def test_order_is_that_of_the_document(self, softmax):
        build = "model = keras.Sequential()\n" + softmax
        cells = [code("import keras", execution_count=9), code(build, execution_count=1)]
        assert findings(*cells) == [(2, 2, 11, "KER101")]

    @pytest.mark.parametrize(
        ("cell", "row", "column"),
        [
            ("%matplotlib inline\n{}", 2, 11),
            ("%%time\n{}", 2, 11),
            ("%time {}", 1, 17),
            ("    {}    y", 1, 15),
            ("!pip install \\\n   keras\n{}", 3, 11),
            ("files = !ls\n{}", 2, 11),
            (">>> {}", 1, 15),
            ("\n\n    %%capture out\n    {}", 4, 15),
        ],
    )
    def test_beside_magics(self, softmax, cell, row, column):
        cells = [code("import keras"), code(cell.replace("{}", softmax))]
        assert findings(*cells) == [(2, row, column, "KER101")]

    @pytest.mark.parametrize("magic", ["%%bash", "%%writefile a.py", "%%nobody_knows"])
    def test_bodies_of_other_magics_are_not_read(self, softmax, magic):
        assert findings(code("import keras"), code(f"{magic}\n{softmax}")) == []

    @pytest.mark.parametrize(
        "broken",
        ["x = (1,", "x = '''", "def f(:\n    pass", "if x:", "x = 1 \\", "class A(", "it's\nprose"],
    )
    def test_a_broken_cell_hides_no_other(self, softmax, broken):
        found = findings(code(softmax), code(broken), code(softmax))
        assert [(cell, code) for cell, _, _, code in found] == [
            (1, "KER101"),
            (2, "KER000"),
            (3, "KER101"),
        ]

    def test_two_broken_cells_do_not_make_a_whole_one(self, softmax):
        found = findings(code("x = (1,"), code("2)"), code(softmax))
        assert [(cell, code) for cell, _, _, code in found] == [
            (1, "KER000"),
            (2, "KER000"),
            (3, "KER101"),
        ]

    def test_prose_in_a_code_cell_is_told_once(self, softmax):
        lines = "\n".join(f"this is line {i} of some prose, is it not" for i in range(40))
        found = findings(code(lines), code(softmax))
        assert [(cell, code) for cell, _, _, code in found] == [(1, "KER000"), (2, "KER101")]

    def test_what_no_python_can_hold(self, softmax):
        assert findings(code("s = '\0 \ud800'"), code(softmax)) == [(2, 1, 11, "KER101")]
        assert [f[3] for f in findings(code("\0"), code(softmax))] == ["KER000", "KER101"]

    def test_await_at_the_top(self, softmax):
        assert findings(code("await f()"), code(softmax)) == [(2, 1, 11, "KER101")]

    def test_a_script_that_was_run_may_bind_anything(self, project, softmax):
        build = "model = Sequential()\n" + softmax
        assert findings(code(build)) == [(1, 2, 11, "KER101")]
        assert findings(code("%run ../other.ipynb"), code(build)) == []

    def test_a_script_that_is_there_is_followed(self, kerlint, project, softmax):
        (project / "heads.py").write_text("HEAD = 'softmax'\n")
        cells = [code("import keras\n%run heads.py"), code("keras.layers.Dense(1, HEAD)")]
        (project / "a.ipynb").write_bytes(as_bytes(notebook(*cells)))
        done = kerlint("a.ipynb", "--output-format", "concise", "--quiet", "--no-cache")
        assert done.out.startswith("a.ipynb:1:1: error: KER101 [cell 2] ")


class TestSuppressions:
    def test_on_the_line(self, softmax):
        silenced = softmax.rstrip() + "  # kerlint: ignore[KER101]"
        assert findings(code(softmax), code(f"%time x\n{silenced}\n{softmax}")) == [
            (1, 1, 11, "KER101"),
            (2, 3, 11, "KER101"),
        ]

    def test_the_same_row_of_another_cell(self, softmax):
        found = findings(code("x = 1  # kerlint: ignore[KER101]"), code(softmax))
        assert found == [(1, 1, 8, "KER013"), (2, 1, 11, "KER101")]

    def test_a_whole_notebook(self, softmax):
        assert findings(code(softmax), prose("x"), code("x = 1\n# kerlint: ignore-file\n")) == []
        whole = code("# kerlint: ignore-file[KER101]")
        assert findings(code(softmax), whole) == []

    def test_in_prose_and_in_output_it_is_no_comment(self, softmax):
        output = {"output_type": "stream", "name": "stdout", "text": "# kerlint: ignore-file"}
        cells = [prose("# kerlint: ignore-file"), code(softmax, outputs=[output])]
        assert findings(*cells) == [(2, 1, 11, "KER101")]

    def test_columns_are_those_of_the_author(self):
        cells = [code("import keras"), code("    x = 1  # kerlint: ignore[KER101]")]
        assert findings(*cells) == [(2, 1, 12, "KER013")]

    def test_after_a_broken_cell(self, softmax):
        silenced = softmax.rstrip() + "  # kerlint: ignore"
        cells = [code("x = '''"), code(f"{silenced}\ns = '# kerlint: ignore'")]
        assert [f[3] for f in findings(*cells)] == ["KER000"]


class TestCommandLine:
    @pytest.fixture
    def written(self, project, softmax):
        cells = [prose("# Keras"), code("%matplotlib inline\nimport keras\n"), code(softmax)]
        (project / "a.ipynb").write_bytes(as_bytes(notebook(*cells)))
        return project

    def test_found_in_folders(self, kerlint, written):
        done = kerlint("--output-format", "concise", "--quiet")
        assert done.code == 1
        assert done.out.startswith("a.ipynb:1:11: error: KER101 [cell 3] ")

    def test_checkpoints_are_left_out(self, kerlint, written):
        (written / ".ipynb_checkpoints").mkdir()
        (written / "a.ipynb").rename(written / ".ipynb_checkpoints" / "a-checkpoint.ipynb")
        assert kerlint().code == 0

    def test_code_frame(self, kerlint, project, softmax):
        cells = [code("import keras"), code("    %time x = 1\n    %time " + softmax)]
        (project / "a.ipynb").write_bytes(as_bytes(notebook(*cells)))
        lines = kerlint("--output-format", "full", "--quiet").out.splitlines()
        assert lines[0].startswith("a.ipynb:2:21: error: KER101 [cell 2] ")
        assert lines[2:4] == ["1 |     %time x = 1", "2 |     %time " + softmax.rstrip()]
        assert lines[4].index("^") == lines[3].index("Dense")

    def test_json(self, kerlint, written):
        (finding,) = json.loads(kerlint("--output-format", "json").out)
        assert finding["cell"] == 3
        assert finding["location"] == {"row": 1, "column": 11}
        assert finding["end_location"] == {"row": 1, "column": 41}

    def test_the_same_from_the_cache(self, kerlint, written):
        first = kerlint("--output-format", "json").out
        assert kerlint("--output-format", "json").out == first

    def test_the_same_from_processes(self, kerlint, written, monkeypatch):
        (written / "b.ipynb").write_bytes((written / "a.ipynb").read_bytes())
        monkeypatch.setattr("kerlint.run.engine.POOL_BYTES_FORKED", 1)
        alone = kerlint("--jobs", "1", "--no-cache").out
        assert alone.count("error: KER101") == 2
        assert kerlint("--jobs", "2", "--no-cache").out == alone

    def test_stdin(self, kerlint_process, written):
        data = (written / "a.ipynb").read_bytes()
        arguments = ["-", "--output-format", "concise", "--stdin-filename", "b.ipynb"]
        done = kerlint_process(*arguments, stdin=data)
        assert done.out.startswith("b.ipynb:1:11: error: KER101 [cell 3] ")

    def test_code_counts_and_not_pictures(self, kerlint, project, softmax):
        picture = {
            "output_type": "display_data",
            "metadata": {},
            "data": {"image/png": "iVBO" * 5000},
        }
        (project / "a.ipynb").write_bytes(as_bytes(notebook(code(softmax, outputs=[picture]))))
        done = kerlint("--max-file-size", "1 kB", "--output-format", "concise", "--quiet")
        assert "KER101" in done.out
        (project / "a.ipynb").write_bytes(as_bytes(notebook(code(softmax * 100))))
        done = kerlint("--max-file-size", "1 kB", "--output-format", "concise", "--quiet")
        assert "more than max-file-size allows (1,000)" in done.out
        (project / "a.ipynb").write_bytes(as_bytes(notebook(code("x = 1\n" * 1000))))
        assert kerlint("--max-file-size", "1 kB").code == 0

    def test_what_cells_printed_is_not_code(self, project, softmax):
        """A notebook without Keras is not parsed, whatever its output says."""
        output = {"output_type": "stream", "name": "stdout", "text": "import keras\n" + softmax}
        cells = [code("x = 1", outputs=[output]), prose(softmax)]
        (project / "a.ipynb").write_bytes(as_bytes(notebook(*cells)))
        program = (
            "import sys; from kerlint.command.cli import main; "
            "code = main(['--no-cache', '--quiet']);"
            "sys.exit(10 * ('libcst' in sys.modules) + code)"
        )
        environment = {
            **os.environ,
            "PYTHONPATH": os.path.dirname(os.path.dirname(package.__file__)),
        }
        done = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
        assert done.returncode == 0
