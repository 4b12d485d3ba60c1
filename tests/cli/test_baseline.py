"""Baselines: what stays quiet, what is new, what is gone, and the file that remembers."""

from __future__ import annotations

import json
import os

import pytest

import kerlint as package
from kerlint.config.settings import SettingsError
from kerlint.diagnostics import Diagnostic, Position, Severity, Span
from kerlint.outcome import Outcome
from kerlint.run.baseline import Baseline, Known, as_text, known_from, load, without_known

SOFTMAX = 'model.add(Dense(1, activation="softmax"))'


def finding(line, marked="", above="", code="KER101", row=7, path="a.py"):
    marked = marked or line.strip()
    column = line.index(marked) + 1
    span = Span(Position(row, column), Position(row, column + len(marked)))
    lines = {row - 1: above, row: line}
    return Diagnostic(code, "a-name", Severity.ERROR, "m", path, span, lines=lines)


@pytest.fixture
def new(tmp_path):
    """The rows of the findings that a baseline with others does not know."""

    def compare(known, found):
        path = tmp_path / "b.json"
        known = tuple(map(known_from, known))
        path.write_text(as_text(Baseline(str(path), {"a.py": known})))
        outcome = Outcome(str(tmp_path / "a.py"), tuple(found))
        after = without_known(outcome, str(path))
        assert len(after.known) + len(after.diagnostics) == len(found)
        return [each.span.start.row for each in after.diagnostics]

    return compare


BEFORE = finding("  model.add(Dense(1))  # old", "Dense(1)", "def f():")


@pytest.mark.parametrize(
    "now",
    [
        finding("  model.add(Dense(1))  # old", "Dense(1)", "def f():", row=99),
        finding("      model.add(Dense(1))  # old", "Dense(1)", "    def renamed():"),
        finding("\tmodel.add( Dense( 1, ) ) # old", "Dense( 1, )", "def f():"),
        finding("  net.add(Dense(1))", "Dense(1)", "  def f( ):"),
        finding("  model.add(Dense(2))", "Dense(2)", "def f():"),
    ],
)
def test_what_is_still_known(new, now):
    assert new([BEFORE], [now]) == []


@pytest.mark.parametrize(
    "now",
    [
        finding("  model.add(Dense(1))  # old", "Dense(1)", "def f():", code="KER102"),
        finding("  net.add(Dense(1))", "Dense(1)", "def g():"),
        finding("  net.add(Dense(1))", "Dense(1)"),
        finding("  model.add(Conv(1))", "Conv(1)", "def f():"),
    ],
)
def test_what_is_new(new, now):
    assert new([BEFORE], [now]) == [7]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("    model.add(Dense(1, name='a'))", "Dense(1, name='a')"), ("    Dense(1, name='a')",)),
        (("model.add(Dense(1, name='a'))", "Dense(1, name='a')"), ("model.add(Dense(", "Dense(")),
        (("f(2, border_mode='a')", "border_mode='a'"), ('    border_mode="a",', 'border_mode="a"')),
    ],
)
def test_code_may_be_spread_over_lines(new, one, other):
    one, other = finding(*one, above="a"), finding(*other, above="b")
    assert new([one], [other]) == new([other], [one]) == []
    assert new([one], [other, other]) == [7]


def test_quotes_may_change(new):
    assert new([finding("compile('adam', 'mse')")], [finding('compile("adam", "mse",)')]) == []


def test_a_second_equal_one_is_new(new):
    twice = [finding("x", above="a", row=2), finding("x", above="b", row=5)]
    assert new(twice[:1], twice) == [5]
    assert new(twice[1:], twice) == [2]
    assert new(twice, twice) == []
    assert new(twice, [*twice, finding("x", above="c", row=8)]) == [8]


def test_one_is_not_known_in_place_of_another(new):
    known = [finding("f(loss='mse')", "loss='mse'", "a"), finding("g(2)", above="b")]
    found = [finding("h(loss='mse')", "loss='mse'", "c", row=3), finding("g(2)", above="b")]
    assert new(known, found) == [3]


def test_long_lines(new):
    long = "f(" + ", ".join(map(str, range(200))) + ")"
    record = known_from(finding(long))
    assert len(record.line) < 200
    assert new([finding(long)], [finding("  " + long)]) == []
    assert new([finding(long)], [finding(long.replace("199", "200"))]) == [7]


def test_the_file_is_sorted_and_has_a_line_for_each(tmp_path):
    path = str(tmp_path / "b.json")
    records = (Known("KER2", "ü"), Known("KER1", "x", "y", "z"), Known("KER1", "a"))
    baseline = Baseline(path, {"b/c.py": records, "a.py": records[:1], "d.py": ()})
    text = as_text(baseline)
    assert text == (
        '{\n  "version": 1,\n  "findings": {\n'
        '    "a.py": [\n      {"code": "KER2", "line": "ü"}\n    ],\n'
        '    "b/c.py": [\n      {"code": "KER1", "line": "a"},\n'
        '      {"code": "KER1", "line": "x", "marked": "y", "context": "z"},\n'
        '      {"code": "KER2", "line": "ü"}\n    ]\n  }\n}\n'
    )
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    assert as_text(load(path)) == text
    assert json.loads(as_text(Baseline(path, {}))) == {"version": 1, "findings": {}}


def test_a_file_name_that_a_merge_has_left_twice(tmp_path):
    path = tmp_path / "b.json"
    path.write_text(
        '{"version": 1, "findings": {"a.py": [{"code": "KER1", "line": "x"}],\n'
        '"a.py": [{"code": "KER1", "line": "y"}]}}'
    )
    assert load(str(path)).known == {"a.py": (Known("KER1", "x"), Known("KER1", "y"))}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file; create it with --write-baseline"),
        (b"", "it is not JSON (Expecting value on line 1)"),
        (b"\xff", "it is not JSON"),
        (b"{\n<<<<<<< HEAD\n", "it has a merge conflict on line 2"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "it was not written by --write-baseline"),
        (b'{"version": true, "findings": {}}', "it was not written by --write-baseline"),
        (b'{"version": 1}', "it was not written by --write-baseline"),
        (b'{"version": 2, "findings": {}}', "it has version 2, and this kerlint reads 1 only"),
        (
            b'{"version": 1, "findings": {"a.py": [{"code": "KER1"}]}}',
            "what it records for 'a.py' is not as kerlint writes it",
        ),
        (
            b'{"version": 1, "findings": {"a.py": [{"code": 1, "line": "x"}]}}',
            "what it records for 'a.py' is not as kerlint writes it",
        ),
    ],
)
def test_a_baseline_that_cannot_be_used(kerlint, project, softmax, content, reason):
    (project / "a.py").write_text(softmax)
    path = project / "b.json"
    if content is not None:
        path.write_bytes(content)
    done = kerlint("--baseline", "b.json")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"kerlint: {path}: not a usable baseline: {reason}\n"
    if content is not None:  # what it does not understand it does not overwrite
        again = kerlint("--write-baseline", "b.json")
        assert (again.code, again.err) == (2, done.err)
        assert path.read_bytes() == content


# --- the command line ----------------------------------------------------------------------------


def test_from_the_first_run_on(kerlint, project, softmax, sigmoid):
    (project / "a.py").write_text(softmax)
    (project / "sub").mkdir()
    (project / "sub" / "b.py").write_text(sigmoid + softmax)
    (project / "sub" / "c.py").write_text(sigmoid)
    done = kerlint("--write-baseline", "sub/b.json")
    file = os.path.join("sub", "b.json")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{file}: recorded 2 findings in 2 files.\n"
    content = (project / file).read_text()
    assert list(json.loads(content)["findings"]) == ["../a.py", "b.py"]
    # Nothing is new.
    quiet = kerlint("--baseline", file)
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out.startswith("All checks passed!")
    assert quiet.out.endswith(" 2 known findings are not shown.\n")
    assert kerlint("--baseline", file, "-q").out == ""
    assert kerlint("--baseline", file, "--no-baseline").code == 1
    # Lines move, and there is a new finding.
    (project / "a.py").write_text(f"# moved\n\n{softmax}")
    (project / "sub" / "b.py").write_text(softmax + sigmoid + softmax)
    done = kerlint("--baseline", file, "--output-format", "concise")
    assert done.code == 1
    assert [line.partition(" ")[0] for line in done.out.splitlines()[:-1]] == ["sub/b.py:1:11:"]
    assert kerlint("--baseline", file, "--statistics").out.startswith("1  KER101")
    report = json.loads(kerlint("--baseline", file, "--output-format", "json").out)
    assert [each["location"]["row"] for each in report] == [1]
    # One is mended, one file is gone, and both drop out. What is new is not recorded with that.
    (project / "a.py").unlink()
    done = kerlint("--baseline", file)
    assert done.code == 1
    assert done.err == (
        f"kerlint: {file}: 1 finding of this baseline is gone; "
        f"to drop what is gone, add `--baseline {file} --write-baseline {file}`\n"
    )
    assert kerlint("--baseline", file, "-q").err == ""
    done = kerlint("--baseline", file, "--write-baseline", file)
    assert done.code == 1
    assert done.err == f"kerlint: {file}: dropped 1 finding that is gone\n"
    assert list(json.loads((project / file).read_text())["findings"]) == ["b.py"]
    assert kerlint("--baseline", file).err == ""


def test_only_what_was_looked_for_can_be_gone(kerlint, project, softmax, sigmoid):
    for name in ("a.py", "b.py", "c.py"):
        (project / name).write_text(softmax)
    assert kerlint("--write-baseline", "b.json").code == 0
    (project / "a.py").write_text(sigmoid)
    (project / "b.py").write_text(f"{sigmoid}model.add(\n")
    before = (project / "b.json").read_text()
    for words in (["c.py"], ["--select", "KER2"], ["--per-file-ignores", "a.py:KER1"], ["b.py"]):
        assert kerlint("--baseline", "b.json", *words).err == ""
    # Nor are they lost when a part of the project is recorded anew.
    for words in (["c.py"], ["--select", "KER2"]):
        assert kerlint("--write-baseline", "b.json", *words).code == 0
        assert (project / "b.json").read_text() == before
    done = kerlint("--baseline", "b.json")
    assert "1 finding of this baseline is gone" in done.err
    assert kerlint("--write-baseline", "b.json", "a.py", "c.py").code == 0
    assert list(json.loads((project / "b.json").read_text())["findings"]) == ["b.py", "c.py"]


def test_in_the_settings(kerlint, project, softmax, sigmoid):
    (project / "kerlint.toml").write_text('baseline = "known/b.json"\n')
    (project / "known").mkdir()
    (project / "a.py").write_text(softmax)
    assert kerlint().code == 2  # there is none yet
    assert kerlint("--write-baseline", "known/b.json").code == 0
    assert kerlint().code == 0
    os.chdir(project / "known")
    assert kerlint("..").code == 0
    assert kerlint("..", "--no-baseline").code == 1
    assert kerlint("..", "--isolated").code == 1
    shown = kerlint("--show-settings").out
    assert f'baseline = "{(project / "known" / "b.json").as_posix()}"' in shown
    # To record all is to accept what is new.
    (project / "a.py").write_text(softmax + softmax)
    assert kerlint("..").code == 1
    assert kerlint("..", "--write-baseline", "b.json").code == 0
    assert kerlint("..").code == 0
    assert [f.code for f in package.lint_paths([project], baseline="")] == ["KER101", "KER101"]
    assert package.lint_paths([project]) == []


def test_with_the_cache(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    words = ("--cache-dir", "cache")
    assert kerlint(*words).code == 1
    assert kerlint(*words, "--write-baseline", "b.json").code == 0
    assert kerlint(*words, "--baseline", "b.json").code == 0
    assert kerlint(*words).code == 1
    (project / "b.json").write_text('{"version": 1, "findings": {}}')
    assert kerlint(*words, "--baseline", "b.json").code == 1


def test_standard_input(kerlint_process, project, softmax):
    (project / "a.py").write_text(softmax)
    assert kerlint_process("--write-baseline", "b.json", "a.py").code == 0
    words = ("--baseline", "b.json", "--stdin-filename", "a.py", "-")
    done = kerlint_process(*words, stdin=f"\n{softmax}".encode())
    assert (done.code, done.err) == (0, "")
    assert kerlint_process(*words, stdin=(softmax + softmax).encode()).code == 1
    assert kerlint_process("--baseline", "b.json", "-", stdin=softmax.encode()).code == 1
    assert kerlint_process("--write-baseline", "b.json", "-", stdin=softmax.encode()).code == 0
    assert kerlint_process("--baseline", "b.json", "-", stdin=softmax.encode()).code == 0
    assert kerlint_process("--baseline", "b.json", "a.py").code == 0


def test_a_notebook_whose_cells_move(kerlint, project, softmax):
    def cell(source):
        return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}

    cells = [cell("import keras\n"), cell(softmax)]
    path = project / "a.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    assert kerlint("--write-baseline", "b.json").code == 0
    cells = [cells[0], cell("x = 1"), cell(["# new\n", softmax])]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    assert kerlint("--baseline", "b.json").code == 0


def test_fixes_and_comments_leave_what_is_known(kerlint, project, softmax, sigmoid):
    text = sigmoid.rstrip("\n") + "  # kerlint: ignore[KER101]\n"
    (project / "a.py").write_text(text)
    assert kerlint("--write-baseline", "b.json").code == 0
    (project / "a.py").write_text(text + softmax)
    assert kerlint("--baseline", "b.json", "--fix").code == 1
    assert (project / "a.py").read_text() == text + softmax
    assert kerlint("--baseline", "b.json", "--add-ignore").code == 0
    assert (project / "a.py").read_text() == (
        text + softmax.rstrip("\n") + "  # kerlint: ignore[KER101]\n"
    )


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--write-baseline="], "--write-baseline takes the name of a file"),
        (["--write-baseline=b", "--diff"], "only one of --write-baseline and --diff can be given"),
        (
            ["--write-baseline=b", "--add-ignore"],
            "only one of --write-baseline and --add-ignore can be given",
        ),
        (["--write-baseline=none/b.json"], "none/b.json: No such file or directory"),
    ],
)
def test_what_cannot_be_asked_for(kerlint, project, softmax, words, problem):
    (project / "a.py").write_text(softmax)
    done = kerlint(*words)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.endswith(problem)


def test_what_is_known_is_migrated(kerlint, project):
    (project / "kerlint.toml").write_text('baseline = "b.json"\n')
    (project / "a.py").write_text("from keras.layers.core import Dense\n")
    assert kerlint("--write-baseline", "b.json").code == 0
    assert kerlint().code == 0
    assert kerlint("migrate", ".").code == 0
    assert (project / "a.py").read_text() == "from keras.layers import Dense\n"


def test_from_python(tmp_path):
    with pytest.raises(SettingsError, match="not a usable baseline"):
        package.lint_source(SOFTMAX, baseline=str(tmp_path / "b.json"))
    path = tmp_path / "b.json"
    (found,) = package.lint_source(SOFTMAX, str(tmp_path / "a.py"))
    path.write_text(as_text(Baseline(str(path), {"a.py": (known_from(found),)})))
    assert package.lint_source(SOFTMAX, str(tmp_path / "a.py"), baseline=str(path)) == []
