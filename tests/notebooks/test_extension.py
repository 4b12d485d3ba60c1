"""The magics in a real IPython shell."""

from __future__ import annotations

import re
import subprocess
import sys
from unittest.mock import MagicMock

import pytest

import kerlint
from kerlint.notebooks import extension
from kerlint.notebooks.options import words_of

pytest.importorskip("IPython")

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

SOFTMAX = "model.add(Dense(1, activation='softmax'))"


class Session:
    """A shell, and what a cell prints. Names of Keras do nothing."""

    def __init__(self, capsys, load=True):
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        names = {name: MagicMock() for name in ("model", "Dense", "Sequential", "keras")}
        self.shell = InteractiveShell(config=config, user_ns=names)
        self.capsys = capsys
        if load:
            self.run("%load_ext kerlint")

    def run(self, cell, fails=False, **more):
        self.capsys.readouterr()
        result = self.shell.run_cell(cell, store_history=True, **more)
        captured = self.capsys.readouterr()
        assert result.success is not fails, captured
        self.err = captured.err
        return captured.out

    @property
    def found(self):
        return [
            (each.path, each.span.start.row, each.code) for each in self.shell.user_ns["_kerlint"]
        ]


@pytest.fixture
def session(project, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", MagicMock())
    made = Session(capsys)
    yield made
    if id(made.shell) in extension._sessions:
        made.run("%unload_ext kerlint")


def test_a_cell_is_checked_and_then_run(session):
    out = session.run(f"%%kerlint\nx = 1\n{SOFTMAX}\nprint('ran')\nx + 1")
    assert session.found == [("In [2]", 3, "KER101")]
    lines = out.splitlines()
    assert lines[0].startswith("In [2]:3:11: error: KER101 softmax")
    assert lines.index("ran") > lines.index(
        "1 error. To learn more, run `!kerlint explain KER101`."
    )
    assert lines[-1] == "Out[2]: 2"
    assert session.err == ""


def test_the_context_are_the_cells_before(session):
    session.run("units = 1\nD = Dense")
    session.run("%%kerlint\nmodel.add(D(units, activation='softmax'))")
    assert session.found == [("In [3]", 2, "KER101")]
    alone = kerlint.lint_source("model.add(D(units, activation='softmax'))")
    assert alone == []


def test_findings_of_other_cells_are_left_out_unless_they_concern_this_one(session):
    session.run(f"model = Sequential()\nmodel.add(keras.Input((4,)))\n{SOFTMAX}")
    session.run("%%kerlint\nx = 2")
    assert session.found == []
    session.run("%%kerlint\nmodel.compile(loss='mse', metrics=['accuracy'])")
    assert ("In [4]", 2, "KER126") in session.found
    assert ("In [2]", 3, "KER101") in session.found  # the loss takes part in it
    session.run("%kerlint")
    assert {code for _, _, code in session.found} == {"KER101", "KER126"}


def test_places_in_other_cells_are_named(session):
    session.run(f"model = Sequential()\nmodel.add(keras.Input((4,)))\n{SOFTMAX}")
    out = session.run("%%kerlint\nmodel.compile(loss='mse')")
    assert "In [2]:3:11: error: KER101" in out
    assert re.search(r"::: In \[3\]:2:\d+\n", out)


def test_nothing_found(session):
    assert session.run("%kerlint") == "kerlint: no findings in 2 cells, as nothing uses Keras\n"
    session.run("import keras")
    assert session.run("%kerlint") == "kerlint: no findings in 3 cells\n"
    out = session.run("%%kerlint\n3")
    assert out == "kerlint: no findings in this cell\nOut[5]: 3\n"
    assert session.shell.user_ns["_kerlint"] == []
    session.run("m = keras.Sequential([layer for layer in Sequential()])")
    out = session.run("%kerlint")
    assert out == "kerlint: no findings in 5 cells (1 model read only in part)\n"


def test_options(session):
    session.run(SOFTMAX)
    session.run("%kerlint --ignore KER101,KER102")
    assert session.found == []
    session.run("%kerlint --select softmax-on-one-unit")
    assert session.found == [("In [2]", 1, "KER101")]
    session.run(f"%%kerlint --select KER2 --select KER3\n{SOFTMAX}")
    assert session.found == []


def test_words():
    assert words_of("a.py 'b c.py'  # two files", windows=False) == ["a.py", "b c.py"]
    assert words_of("--select 'KER1, KER2' a\\b.py", windows=True) == [
        *("--select", "KER1, KER2", "a\\b.py")
    ]


def test_comments(session):
    session.run(f"%%kerlint -n  # only look\n{SOFTMAX}")
    assert len(session.found) == 1
    assert session.run("%kerlint --select KER2  # a few").startswith("kerlint: no findings")
    session.run("%kerlint on  # from now on")
    assert session.run("%kerlint off  # and no longer") == "kerlint no longer checks cells\n"


def test_settings_come_from_the_config_file(session, project):
    (project / "kerlint.toml").write_text('[severity]\nKER101 = "info"\n')
    session.run(f"%%kerlint\n{SOFTMAX}")
    (finding,) = session.shell.user_ns["_kerlint"]
    assert finding.severity is kerlint.Severity.INFO
    session.run(f"%%kerlint --isolated\n{SOFTMAX}")
    (finding,) = session.shell.user_ns["_kerlint"]
    assert finding.severity is kerlint.Severity.ERROR
    (project / "other.toml").write_text('ignore = ["ALL"]\n')
    session.run(f"%%kerlint --config other.toml\n{SOFTMAX}")
    assert session.found == []


def test_files(session, project):
    (project / "a.py").write_text(SOFTMAX)
    (project / "b c.py").write_text(SOFTMAX)
    out = session.run("%kerlint a.py 'b c.py'")
    assert out.startswith("a.py:1:11: error: KER101 ")
    assert [finding.path for finding in session.shell.user_ns["_kerlint"]] == [
        str(project / name) for name in ("a.py", "b c.py")
    ]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("--selct KER1", "no such option: --selct; did you mean '--select'?"),
        ("--select", "--select needs a value"),
        ("--select KER9999", "--select: unknown rule 'KER9999'"),
        ("--fix a.py", "--fix works on the command line only: `!kerlint --fix FILE`"),
        ("--isolated=3", "--isolated takes no value"),
        ("missing.py", "missing.py: no such file or folder"),
        ("--config missing.toml", "missing.toml: No such file or directory"),
        ("'abc", "no closing quotation: 'abc"),
        ("--no-run", "--no-run is an option of %%kerlint"),
        ("--execute-timeout soon", "--execute-timeout must be a number of seconds from 0.1"),
        ("on a.py", "%kerlint on takes options only, not 'a.py'"),
        ("on --selct KER1", "no such option: --selct"),
        ("--target-keras 99", "--target-keras must be"),
    ],
)
def test_wrong_words_are_one_line(session, words, problem):
    assert session.run(f"%kerlint {words}", fails=True) == ""
    assert session.err.startswith(f"UsageError: kerlint: {problem}")
    assert session.err.count("\n") == 1


def test_a_cell_is_not_run_if_the_words_are_wrong(session):
    for words in ("--selct KER1", "a.py", "--select"):
        session.run(f"%%kerlint {words}\nran = True", fails=True)
        assert session.err.startswith("UsageError: kerlint: ")
        assert session.err.count("\n") == 1
        assert "ran" not in session.shell.user_ns


def test_a_cell_can_be_checked_only(session):
    for option in ("--no-run", "-n"):
        session.run(f"%%kerlint {option}\n{SOFTMAX}\nran = True")
        assert session.found[-1][1:] == (2, "KER101")
        assert "ran" not in session.shell.user_ns


def test_the_cell_runs_as_any_other(session):
    out = session.run("%%kerlint\n\nx = 1\n1 / 0\n", fails=True)
    assert "----> 4 1 / 0" in out
    assert "extension.py" not in out + session.err
    out = session.run("%%kerlint\nimport asyncio\nawait asyncio.sleep(0)\n3")
    assert out.endswith(": 3\n")
    out = session.run("%%kerlint\n# first\nfrom __future__ import annotations\nprint(4)")
    assert out.endswith("\n4\n")
    out = session.run("%%kerlint\n%%time\nprint(5)")
    assert "\n5\n" in out
    assert "time" in out
    assert "Out[" not in session.run("%%kerlint\n3;")
    session.run("%%kerlint")
    assert "SyntaxError" in session.run("%%kerlint\ndef broken(:", fails=True)
    session.run("  %%kerlint\n  y = 6")
    assert session.shell.user_ns["y"] == 6


def test_ipython_is_told_when_a_cell_is_complete(session):
    check = session.shell.check_complete
    for magic in ("%%kerlint", "%%kerlint --no-run"):
        for body in ("", "\n", "\nx = 1", "\nx = 1\n\n"):
            assert check(magic + body) == check("%%time" + body)


def test_magics_and_shell_lines_are_understood(session):
    out = session.run(f"%%kerlint\n%matplotlib --list\n!true\nx = %pwd\n{SOFTMAX}")
    assert session.found == [("In [2]", 5, "KER101")]
    assert "SyntaxError" not in out


def test_what_python_says_itself_is_not_repeated(session):
    session.run(f"def broken(:\n{SOFTMAX}", fails=True)
    assert session.run("%kerlint").startswith("kerlint: no findings")
    session.run(f"def f(:\n\n{SOFTMAX}", fails=True)
    session.run("%%kerlint --no-run\nimport keras\ndef broken(:")
    assert session.found == []


def test_a_mended_cell_is_checked_as_it_is_now(session):
    text = f"model = Sequential()\nmodel.add(keras.Input((4,)))\n{SOFTMAX}"
    session.run(text, cell_id="one")
    session.run("x = 3", cell_id="two")
    session.run("%kerlint", cell_id="three")
    assert session.found == [("In [2]", 3, "KER101")]
    session.run(text.replace("softmax", "sigmoid"), cell_id="one")
    session.run("%kerlint", cell_id="three")
    assert session.found == []
    session.run(text)  # in a terminal, cells have no names
    session.run("%kerlint")
    assert session.found == [("In [7]", 3, "KER101")]
    session.run(text.replace("softmax", "sigmoid"))
    session.run("%kerlint")
    assert session.found == []


@pytest.mark.parametrize(
    "metadata", [{"cellId": "a"}, {"colab": {"cell_id": "a"}}, {"cellId": "a", "deletedCells": 3}]
)
def test_names_of_cells_in_messages(session, metadata):
    session.shell.parent_header = {"metadata": metadata}
    session.run("%kerlint on")
    session.run("x = 2")
    assert [run.cell for run in extension._sessions[id(session.shell)].runs] == [None, "a", "a"]
    session.shell.parent_header = {"metadata": {"cellId": "b", "deletedCells": ["a"]}}
    assert session.run("%kerlint") == "kerlint: no findings in 2 cells, as nothing uses Keras\n"


def test_automatically(session):
    assert session.run("%kerlint on") == (
        "kerlint checks each cell before it runs; %kerlint off ends this\n"
    )
    assert session.run("x = 3\nx") == "Out[3]: 3\n"
    out = session.run(f"print('ran')\n{SOFTMAX}")
    assert out.startswith("In [4]:2:11: error: KER101 ")
    assert out.index("ran\n") > out.index("explain KER101")
    assert "KER" not in session.run("y = 4")
    assert session.run("%kerlint off") == "kerlint no longer checks cells\n"
    assert "KER" not in session.run(SOFTMAX)


def test_automatically_with_options(session):
    session.run("%kerlint on --ignore KER101")
    assert "KER" not in session.run(SOFTMAX)
    session.run("%kerlint on")
    assert "KER101" in session.run(SOFTMAX)


def test_automatically_each_thing_is_told_once(session):
    session.run("%kerlint on")
    out = session.run(f"model = Sequential()\nmodel.add(keras.Input((4,)))\n{SOFTMAX}")
    assert "In [3]:3:11: error: KER101" in out
    session.run("model.compile(loss='mse', metrics=['accuracy'])")
    assert "KER" not in session.run("z = 1")
    assert "KER" not in session.run("model.summary()")


def test_a_failure_of_kerlint_does_not_stop_the_cell(session, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("something\nis wrong")

    session.run("%kerlint on")
    monkeypatch.setattr("kerlint.run.engine.lint_source", fail)
    assert session.run("print(7)") == "7\n"
    bug = "kerlint: this is a bug in kerlint; please report it: RuntimeError: something is wrong\n"
    assert session.err == bug
    assert session.run("%%kerlint\nprint(8)") == "8\n"
    assert session.err == bug
    assert session.run("%kerlint") == ""
    assert session.err == bug
    monkeypatch.setenv("KERLINT_DEBUG", "1")
    assert "RuntimeError" in session.run("%kerlint", fails=True)
    monkeypatch.undo()


def test_cells_from_before_the_extension(project, capsys):
    session = Session(capsys, load=False)
    session.run(f"model = Sequential()\n{SOFTMAX}")
    session.run("x = 1")
    session.run("%load_ext kerlint")
    session.run("%kerlint")
    assert session.found == [("In [1]", 2, "KER101")]
    session.run("%unload_ext kerlint")


def test_the_extension_can_be_unloaded_and_loaded_again(session):
    before = [*session.shell.input_transformers_cleanup]
    session.run("%load_ext kerlint")
    session.run("%unload_ext kerlint")
    session.run("%kerlint", fails=True)
    assert "not found" in session.err
    assert len(session.shell.input_transformers_cleanup) == len(before) - 1
    session.run("%load_ext kerlint")
    session.run("%reload_ext kerlint")
    assert session.shell.input_transformers_cleanup == before
    session.run(f"%%kerlint\n{SOFTMAX}")
    assert session.found[0][2] == "KER101"


def test_code_that_is_not_a_cell_does_not_count(session):
    session.shell.run_cell(SOFTMAX)
    session.run("%%capture out\nprint(3)")
    session.run("%kerlint")
    assert session.found == []
    session.run(f"%%kerlint\n{SOFTMAX}")
    assert session.found == [("In [4]", 2, "KER101")]


def test_a_reset_forgets_the_cells(session):
    session.run(f"model = Sequential()\n{SOFTMAX}")
    session.run("%reset -f")
    assert session.run("%kerlint") == "kerlint: no findings in 1 cell, as nothing uses Keras\n"


def test_imports_are_followed_if_the_notebook_is_known(session, project, monkeypatch):
    (project / "parts.py").write_text("from keras import layers\nout = layers.Dense(1)\n")
    (project / "n.ipynb").write_text("{}")
    cell = "import keras\nfrom parts import out\nm = keras.Sequential([out])"
    cell += "\nm.add(keras.layers.Softmax())"
    session.run(f"%%kerlint --no-run\n{cell}")
    assert session.found == []
    session.shell.user_ns["__vsc_ipynb_file__"] = str(project / "n.ipynb")
    session.run("%kerlint")
    assert session.found == [("In [2]", 5, "KER101")]
    del session.shell.user_ns["__vsc_ipynb_file__"]
    monkeypatch.setenv("JPY_SESSION_NAME", str(project / "n.ipynb"))
    session.run("%kerlint")
    assert session.found == [("In [2]", 5, "KER101")]


def test_help(session):
    assert session.run("%kerlint --help") == f"{extension.HELP}\n"
    assert session.run("%%kerlint -h\nprint(9)") == f"{extension.HELP}\n"
    assert "check all cells that were run so far" in session.run("%kerlint?")


def test_a_notebook_file_with_the_magic_is_read(project):
    cell = f'{{"cell_type": "code", "source": "%%kerlint --no-run\\n{SOFTMAX}"}}'
    (project / "a.ipynb").write_text(f'{{"cells": [{cell}]}}')
    (finding,) = kerlint.lint_paths("a.ipynb")
    assert (finding.span.cell, finding.span.start.row) == (1, 2)


def test_without_ipython_nothing_of_it_is_imported():
    program = "import sys, kerlint; kerlint.lint_source('x'); assert 'IPython' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
