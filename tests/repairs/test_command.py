"""``--fix`` and ``--diff`` as people and programs use them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

HEAD = "from keras.optimizers import Adam\n"
IDLE = HEAD + "x = 1  # kerlint: ignore[KER605]\n"
CLEAN = HEAD + "x = 1\n"
SOFTMAX = HEAD + "y = Adam(beta_1=1.0)\n"
LINEAR = HEAD + "y = Adam(beta_1=0.9)\n"
BOTH = IDLE + "y = Adam(beta_1=1.0)\n"
CODES = ("--select", "KER013,KER605", "--output-format", "concise")


# To start processes takes time, and other tests here may have loaded TensorFlow.
pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def lint(kerlint, project):
    return lambda *words: kerlint(*CODES, *words)


@pytest.fixture
def file(project):
    path = project / "a.py"
    path.write_text(BOTH)
    return path


# -- what is changed, and the exit code -----------------------------------------------------------


def test_fix(lint, file):
    done = lint("--fix", "a.py")
    assert file.read_text() == CLEAN + "y = Adam(beta_1=1.0)\n"
    assert (done.code, done.err) == (1, "")
    first, last = done.out.splitlines()
    assert first.startswith("a.py:3:10: error: KER605 the loss becomes NaN")
    assert last.startswith(
        "Fixed 1 finding; 1 error remains in 1 file. 1 more can be fixed with `--unsafe-fixes`. "
        "Read 1 file."
    )
    assert (
        lint("--fix", "a.py")
        .out.splitlines()[-1]
        .startswith("Found 1 error in 1 file. 1 can be fixed with `--unsafe-fixes`. Read")
    )


def test_unsafe_fixes(lint, file):
    done = lint("--fix", "--unsafe-fixes", "a.py")
    assert file.read_text() == CLEAN + "y = Adam(beta_1=0.9)\n"
    assert (done.code, done.err) == (0, "")
    assert done.out == "Fixed 2 findings in 1 file; none remain. Read 1 file and found no models.\n"
    done = lint("--fix", "--unsafe-fixes", "a.py")
    assert (done.code, file.read_text()) == (0, CLEAN + "y = Adam(beta_1=0.9)\n")


def test_unsafe_fixes_alone_fix_nothing(lint, file):
    done = lint("--unsafe-fixes", "a.py")
    assert (done.code, file.read_text()) == (1, BOTH)
    assert "[*] 2 can be fixed with `--fix`. Read" in done.out
    assert "KER605 [*] the loss becomes NaN" in done.out


def test_no_unsafe_fixes(lint, file):
    done = lint("--no-unsafe-fixes", "a.py")
    assert "[*] 1 can be fixed with `--fix`. Read" in done.out
    assert "unsafe" not in lint("--fix", "--no-unsafe-fixes", "a.py").out


def test_what_can_be_fixed_is_said(lint, file):
    done = lint("a.py")
    assert (done.code, file.read_text()) == (1, BOTH)
    first, second, last = done.out.splitlines()
    assert first.startswith("a.py:2:8: warning: KER013 [*] unused suppression")
    assert second.startswith("a.py:3:10: error: KER605 the loss becomes NaN")
    assert last.startswith(
        "Found 1 error and 1 warning in 1 file. [*] 1 can be fixed with `--fix`, "
        "1 more with `--unsafe-fixes`. Read"
    )
    file.write_text(SOFTMAX)
    assert "1 can be fixed with `--fix --unsafe-fixes`." in lint("a.py").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--fix"], 0),
        (["--fix", "--exit-non-zero-on-fix"], 1),
        (["--fix", "--exit-non-zero-on-fix", "--exit-zero"], 0),
        (["--fix-only"], 0),
        (["--fix-only", "--exit-non-zero-on-fix"], 1),
        (["--diff"], 1),
        (["--diff", "--exit-zero"], 0),
        (["--fix", "--no-fix"], 1),
        (["--no-fix"], 1),
        (["--no-fix", "--fix"], 0),
        (["--fix-only", "--no-fix-only"], 1),
    ],
    ids=str,
)
def test_exit_codes(lint, file, words, code):
    file.write_text(IDLE)
    assert lint(*words, "a.py").code == code
    changed = words[-1] not in ("--no-fix", "--no-fix-only") and "--diff" not in words
    assert file.read_text() == (CLEAN if changed else IDLE)
    if changed:
        assert lint(*words, "a.py").code == 0  # nothing was fixed


def test_what_remains_below_fail_on(lint, file):
    assert lint("--fix", "a.py", "--severity", "x").code == 2
    file.write_text(BOTH.replace("KER605", "KER605, KER9999"))
    assert lint("--fix", "--ignore", "KER605", "--fail-on", "error", "a.py").code == 0


def test_fix_only(lint, file):
    done = lint("--fix-only", "a.py")
    assert file.read_text() == CLEAN + "y = Adam(beta_1=1.0)\n"
    assert (done.code, done.out) == (0, "")
    assert done.err == "Fixed 1 finding in 1 file. 1 more can be fixed with `--unsafe-fixes`.\n"
    done = lint("--fix-only", "--quiet", "a.py")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert lint("--fix-only", "a.py").err.startswith("Fixed nothing. ")


def test_reports_are_about_what_remains(kerlint, file):
    done = kerlint("--select", "KER013,KER605", "--fix", "--output-format", "json", "a.py")
    (finding,) = json.loads(done.out)
    assert finding["code"] == "KER605"
    assert finding["location"] == {"row": 3, "column": 10}
    assert finding["fix"]["applicability"] == "unsafe"


def test_nothing_is_written_without_a_fix(lint, project):
    path = project / "a.py"
    path.write_bytes(LINEAR.encode() + b"\r\n\t")
    before = path.stat().st_mtime_ns
    assert lint("--fix", "a.py").code == 0
    assert path.stat().st_mtime_ns == before


def test_all_bytes_outside_the_fix_stay(lint, project):
    text = "\ufeff" + IDLE + "# \u00e9\u2028 \tend"
    path = project / "a.py"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert lint("--fix", "a.py").code == 0
    assert path.read_bytes() == text.replace("\n", "\r\n").replace(
        "  # kerlint: ignore[KER605]", ""
    ).encode("utf-8")


# -- diffs ----------------------------------------------------------------------------------------


DIFF = """\
--- a.py
+++ a.py
@@ -1,3 +1,3 @@
 from keras.optimizers import Adam
-x = 1  # kerlint: ignore[KER605]
+x = 1
 y = Adam(beta_1=1.0)
"""


def test_diff(lint, file):
    done = lint("--diff", "a.py")
    assert file.read_text() == BOTH
    assert (done.code, done.out) == (1, DIFF)
    assert done.err == "Would fix 1 finding in 1 file. 1 more can be fixed with `--unsafe-fixes`.\n"


def test_diff_wins(lint, file):
    done = lint("--diff", "--fix", "--fix-only", "--quiet", "a.py")
    assert (done.code, done.out, done.err) == (1, DIFF, "")
    assert file.read_text() == BOTH


def test_no_diff(lint, file):
    file.write_text(SOFTMAX)
    done = lint("--diff", "a.py")
    assert (done.code, done.out) == (0, "")
    assert done.err == "Would fix nothing. 1 can be fixed with `--unsafe-fixes`.\n"


def test_diffs_of_several_files_are_in_order(lint, project):
    for name in ("c.py", "a.py", "b.py"):
        (project / name).write_text(IDLE)
    done = lint("--diff")
    heads = [line for line in done.out.splitlines() if line.startswith("---")]
    assert heads == ["--- a.py", "--- b.py", "--- c.py"]
    assert done.err == "Would fix 3 findings in 3 files.\n"


def test_diff_of_an_open_last_line(lint, file):
    file.write_text(IDLE[:-1])
    assert lint("--diff", "a.py").out == (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n from keras.optimizers import Adam\n"
        "-x = 1  # kerlint: ignore[KER605]\n\\ No newline at end of file\n"
        "+x = 1\n\\ No newline at end of file\n"
    )


def test_diff_on_a_terminal(lint, file):
    file.write_text(IDLE.replace("x = 1", "x = '\x1b[2J'"))
    out = lint("--diff", "--color", "always", "a.py").out
    assert "\x1b[2J" not in out
    assert "\x1b[31m-x = '" in out
    assert "\x1b[2J" in lint("--diff", "a.py").out  # as it is, for patch


# -- notebooks ------------------------------------------------------------------------------------


def notebook(*cells):
    made = [
        {
            "cell_type": kind,
            "execution_count": 7,
            "metadata": {"z": 1, "a": 2},
            "outputs": [{"text": ["# kerlint: ignore[KER605]\n"]}],
            "source": text.splitlines(keepends=True),
        }
        for kind, text in cells
    ]
    return json.dumps({"nbformat": 4, "cells": made, "metadata": {}, "nbformat_minor": 2}, indent=1)


CELLS = notebook(
    ("code", HEAD + "x = 1  # kerlint: ignore[KER605]"),
    ("markdown", "x = 1  # kerlint: ignore[KER605]"),
    ("code", "%matplotlib inline\n# kerlint: ignore[KER605]\nz = 2"),
)


def test_diff_of_a_notebook(lint, project):
    (project / "n.ipynb").write_text(CELLS)
    done = lint("--diff", "n.ipynb")
    assert done.code == 1
    assert done.out == (
        "--- n.ipynb:cell 1\n+++ n.ipynb:cell 1\n@@ -1,2 +1,2 @@\n"
        " from keras.optimizers import Adam\n"
        "-x = 1  # kerlint: ignore[KER605]\n\\ No newline at end of file\n"
        "+x = 1\n\\ No newline at end of file\n"
        "--- n.ipynb:cell 3\n+++ n.ipynb:cell 3\n@@ -1,3 +1,2 @@\n %matplotlib inline\n"
        "-# kerlint: ignore[KER605]\n z = 2\n\\ No newline at end of file\n"
    )
    assert (project / "n.ipynb").read_text() == CELLS


def test_fix_a_notebook(lint, project):
    path = project / "n.ipynb"
    path.write_text(CELLS)
    assert lint("--fix", "n.ipynb").code == 0
    assert path.read_text() == notebook(
        ("code", HEAD + "x = 1"),
        ("markdown", "x = 1  # kerlint: ignore[KER605]"),
        ("code", "%matplotlib inline\nz = 2"),
    )


# -- standard input -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [BOTH, CLEAN, "x = (\n", "", "import os\r\nprint 1"])
def test_stdin(kerlint_process, text):
    done = kerlint_process(*CODES, "--fix", "-", stdin=text.encode())
    assert done.out == text.replace("  # kerlint: ignore[KER605]", "")
    assert done.code == (1 if text == BOTH else 0)
    assert ("-:3:10: error: KER605" in done.err) is (text == BOTH)
    assert done.err.splitlines()[-1].split()[0] in ("Fixed", "All", "Nothing")


def test_stdin_as_a_file(kerlint_process, project):
    words = ("--fix-only", "--stdin-filename", "n.ipynb", "-q")
    done = kerlint_process(*CODES, *words, stdin=CELLS.encode())
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["cells"][0]["source"][1] == "x = 1"
    assert list(project.iterdir()) == [project / "setup.cfg"]


def test_diff_of_stdin(kerlint_process):
    done = kerlint_process(*CODES, "--diff", "-", stdin=BOTH.encode())
    assert (done.code, done.out) == (1, DIFF.replace("a.py", "-"))


def test_stdin_that_is_too_large_comes_through(kerlint_process):
    text = BOTH + "# more\n" * 1000
    done = kerlint_process(*CODES, "--fix", "--max-file-size", "100", "-", stdin=text.encode())
    assert (done.code, done.out) == (1, text)
    assert "more than max-file-size allows" in done.err


def test_stdin_that_is_excluded_comes_through(kerlint_process):
    words = ("--fix", "--stdin-filename", "build/a.py", "--force-exclude", "-q")
    done = kerlint_process(*CODES, *words, stdin=BOTH.encode())
    assert (done.code, done.out, done.err) == (0, BOTH, "")


# -- files that cannot be written -----------------------------------------------------------------


def test_read_only_files(lint, project):
    for name in ("a.py", "b.py", "c.py"):
        (project / name).write_text(IDLE)
    (project / "b.py").chmod(0o444)
    done = lint("--fix")
    assert done.code == 2
    assert done.err == "kerlint: b.py: was not fixed: the file is read-only\n"
    assert [(project / f"{x}.py").read_text() for x in "abc"] == [CLEAN, IDLE, CLEAN]
    assert done.out.splitlines()[0].startswith("b.py:2:8: warning: KER013 ")
    assert "Fixed 2 findings; 1 warning remains in 1 file." in done.out
    assert stat.S_IMODE((project / "b.py").stat().st_mode) == 0o444


def test_a_diff_of_read_only_files(lint, file):
    file.chmod(0o444)
    done = lint("--diff", "a.py")
    assert (done.code, done.out) == (1, DIFF)


def test_a_file_and_a_link_to_it(lint, project, file):
    (project / "link.py").symlink_to(file)
    file.write_text(IDLE)
    done = lint("--fix", "--jobs", "1", "a.py", "link.py")
    assert (done.code, done.err) == (0, "")
    assert done.out == "Fixed 1 finding in 1 file; none remain. Read 2 files.\n"
    assert file.read_text() == CLEAN


def test_symbolic_links(lint, project, file):
    (project / "link.py").symlink_to(file)
    assert lint("--fix", "link.py").code == 1
    assert (project / "link.py").is_symlink()
    assert "kerlint" not in file.read_text()


def test_files_that_change_meanwhile(lint, project, monkeypatch):
    from kerlint.repairs import files

    for name in ("a.py", "b.py"):
        (project / name).write_text(IDLE)
    fix = files._fix

    def disturbed(work):
        answer = fix(work)
        if work.outcome.path.endswith("a.py"):
            (project / "a.py").write_text(IDLE + "new = 1\n")
        return answer

    monkeypatch.setattr(files, "_fix", disturbed)
    done = lint("--fix", "--jobs", "1")
    assert done.code == 2
    assert done.err == "kerlint: a.py: was not fixed: it was changed in the meantime\n"
    assert (project / "a.py").read_text() == IDLE + "new = 1\n"
    assert (project / "b.py").read_text() == CLEAN


# -- what is taken back, or not even tried --------------------------------------------------------


def test_what_was_taken_back_is_said(lint, file, monkeypatch):
    from kerlint.diagnostics import Edit
    from kerlint.run import suppressions

    def broken(span, line):
        return Edit(span, "(")

    monkeypatch.setattr(suppressions, "_without_comment", broken)
    done = lint("--fix", "--unsafe-fixes", "a.py")
    assert file.read_text() == IDLE + "y = Adam(beta_1=0.9)\n"
    assert done.code == 1
    assert done.err == (
        "kerlint: a.py:2:8: KER013 was not fixed, because the file would no longer parse\n"
    )
    assert "[*]" not in done.out
    file.write_text(BOTH)
    assert lint("--fix", "--quiet", "a.py").err == ""


def test_refuted_findings_are_not_fixed(lint, file, monkeypatch):
    from kerlint.command import cli

    linted = cli._linted

    def refuted(*arguments):
        run = linted(*arguments)
        (outcome,) = run.outcomes
        found = tuple(replace(each, verdict="refuted") for each in outcome.diagnostics)
        return replace(run, outcomes=(replace(outcome, diagnostics=found),))

    monkeypatch.setattr(cli, "_linted", refuted)
    done = lint("--fix", "--unsafe-fixes", "a.py")
    assert (done.code, file.read_text()) == (0, BOTH)
    assert "2 refuted" in done.out


@pytest.mark.slow
@pytest.mark.tensorflow
def test_experiments_come_first(kerlint_process, project):
    path = project / "a.py"
    path.write_text(
        "import numpy as np\nimport keras\nfrom keras.layers import Dense\n"
        "# kerlint: ignore[KER101]\n"
        "model = keras.Sequential([keras.Input((4,)), Dense(1, activation='softmax')])\n"
        "model.compile(loss='binary_crossentropy', optimizer='adam')\n"
        "model.fit(np.random.rand(64, 4), np.random.randint(0, 2, 64))\n"
    )
    done = kerlint_process(
        *("--select", "KER013,KER101", "--output-format", "concise"),
        *("--execute", "--fix", "a.py"),
    )
    assert (done.code, done.err) == (1, "")
    first, last = done.out.splitlines()
    assert first.startswith("a.py:4:46: error: KER101 ")
    assert first.endswith(" [confirmed]")
    assert last.startswith("Fixed 1 finding; 1 error remains in 1 file (1 confirmed).")


# -- cache and processes --------------------------------------------------------------------------


def test_the_cache_is_never_stale(lint, file):
    os.utime(file, ns=(10**18, 10**18))
    for _ in range(2):
        lint("a.py")  # fills the cache, then uses it
    assert "Fixed 1 finding" in lint("--fix", "a.py").out
    assert "KER013" not in lint("a.py").out
    file.write_text(BOTH)
    os.utime(file, ns=(10**18, 10**18))
    assert "KER013" in lint("a.py").out


def test_what_was_cached_is_looked_at_again(lint, file):
    """A stamp may lie; what is written may not rest on it."""
    os.utime(file, ns=(10**18, 10**18))
    lint("a.py")
    other = BOTH.replace("x = 1  # kerlint: ignore[KER605]", "#        kerlint: ignore[KER605]")
    assert len(other) == len(BOTH)
    file.write_text(other)
    os.utime(file, ns=(10**18, 10**18))
    lint("--fix", "a.py")
    assert file.read_text() == SOFTMAX


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_files(kerlint_process, project, jobs):
    for number in range(30):
        padding = "# " + "x" * 10_000 + "\n"
        (project / f"m{number}.py").write_text(BOTH + padding)
    done = kerlint_process(*CODES, "--fix", "--unsafe-fixes", "--jobs", jobs)
    assert (done.code, done.err) == (0, "")
    assert (
        done.out
        == "Fixed 60 findings in 30 files; none remain. Read 30 files and found no models.\n"
    )
    assert all("kerlint" not in path.read_text() for path in project.glob("m*.py"))


def test_files_that_import_a_fixed_one_are_linted_again(lint, project, monkeypatch):
    from kerlint.repairs import files

    (project / "config.py").write_text("# kerlint: ignore[KER605]\nBETA = 1.0\n")
    (project / "a.py").write_text(
        "from config import BETA\nfrom keras.optimizers import Adam\nx = Adam(beta_1=BETA)\n"
    )
    (project / "b.py").write_text(SOFTMAX)
    look_again = files._look_again
    seen = []

    def noted(work):
        seen.append(os.path.basename(work.outcome.path))
        return look_again(work)

    monkeypatch.setattr(files, "_look_again", noted)
    assert "Fixed 1 finding; 2 errors remain in 2 files." in lint("--fix", "--jobs", "1").out
    assert seen == ["a.py"]


# -- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "words", "text"),
    [
        ("fix = true", [], CLEAN + "y = Adam(beta_1=1.0)\n"),
        ("fix = true", ["--no-fix"], BOTH),
        ("fix-only = true", [], CLEAN + "y = Adam(beta_1=1.0)\n"),
        ("unsafe-fixes = true", [], BOTH),
        ("unsafe-fixes = true", ["--fix"], CLEAN + "y = Adam(beta_1=0.9)\n"),
        (
            "unsafe-fixes = true",
            ["--fix", "--no-unsafe-fixes"],
            CLEAN + "y = Adam(beta_1=1.0)\n",
        ),
        ('fixable = ["KER605"]', ["--fix", "--unsafe-fixes"], IDLE + "y = Adam(beta_1=0.9)\n"),
        ('fixable = ["KER6"]\nunfixable=["KER605"]', ["--fix", "--unsafe-fixes"], BOTH),
        ('unfixable = ["unused-suppression"]', ["--fix"], BOTH),
        ('unfixable = ["ALL"]\nfixable = ["KER605"]', ["--fix", "--unsafe-fixes"], None),
        ('extend-safe-fixes = ["KER6"]', ["--fix"], CLEAN + "y = Adam(beta_1=0.9)\n"),
        ('extend-unsafe-fixes = ["ALL"]', ["--fix"], BOTH),
        (
            'extend-unsafe-fixes = ["ALL"]\nextend-safe-fixes = ["KER605"]',
            ["--fix"],
            IDLE + "y = Adam(beta_1=0.9)\n",
        ),
    ],
    ids=str,
)
def test_settings(lint, project, file, config, words, text):
    (project / "kerlint.toml").write_text(config + "\n")
    lint(*words, "a.py")
    assert file.read_text() == (IDLE + "y = Adam(beta_1=0.9)\n" if text is None else text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--fixable", "KER605"], IDLE + "y = Adam(beta_1=0.9)\n"),
        (["--unfixable", "KER0"], IDLE + "y = Adam(beta_1=0.9)\n"),
        (["--unfixable", "KER0", "--unfixable", "KER605"], BOTH),
    ],
)
def test_which_rules_are_fixed(lint, file, words, text):
    lint("--fix", "--unsafe-fixes", *words, "a.py")
    assert file.read_text() == text


def test_unfixable_findings_have_no_fix(kerlint, file):
    file.write_text(IDLE)
    words = ("--select", "KER013,KER605", "--output-format", "json", "a.py")
    (finding,) = json.loads(kerlint(*words).out)
    assert finding["fix"]["applicability"] == "safe"
    (finding,) = json.loads(kerlint(*words, "--unfixable", "KER013").out)
    assert finding["fix"] is None


def test_safe_fixes_made_unsafe_say_why(kerlint, project, file):
    (project / "kerlint.toml").write_text('extend-unsafe-fixes = ["KER013"]\n')
    file.write_text(IDLE)
    done = kerlint("--select", "KER013,KER605", "a.py")
    assert "= fix: Remove the comment (unsafe: the settings list it in" in done.out
    assert "1 can be fixed with `--fix --unsafe-fixes`." in done.out


@pytest.mark.parametrize("key", ["fixable", "unfixable", "extend-safe-fixes"])
def test_unknown_rules_in_settings(kerlint, project, file, key):
    (project / "kerlint.toml").write_text(f'{key} = ["KER9999"]\n')
    done = kerlint("a.py")
    assert f"{key}: unknown rule 'KER9999'" in done.err


# -- files that are not wholly understood ---------------------------------------------------------


def test_files_with_syntax_errors_are_not_fixed(kerlint, file):
    text = SOFTMAX + "print 'x'\n"
    file.write_text(text)
    done = kerlint("--select", "KER605", "--fix", "--unsafe-fixes", "a.py")
    assert (done.code, file.read_text()) == (1, text)
    assert "(by hand: kerlint could not read the whole file)" in done.out
    assert "can be fixed" not in done.out


def test_shown_in_full(kerlint, file):
    done = kerlint("--select", "KER013,KER605", "a.py")
    assert "KER013 [*] unused" in done.out
    assert "  = help: remove the comment\n\n" in done.out  # what the fix does is said already
    assert "  = fix: " in done.out
    assert "(unsafe: " in done.out


def test_nothing_of_this_is_imported_to_lint(file):
    code = (
        "import sys\nfrom kerlint.command.cli import main\nmain(['--select', 'KER013', 'a.py'])\n"
        "print(sorted(name for name in sys.modules if 'repairs' in name))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
