"""The snippets of the README do what the text around them says."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import re
import shlex
import subprocess
import sys
from unittest import mock

import pytest

import kerlint as package
from kerlint.config.settings import KEYS, from_toml

TESTED_HERE = {
    *("aliases", "cell", "commands", "drawing", "entry point", "findings", "guard"),
    *("lint model", "notebook", "output of: kerlint churn.keras", "own rule", "plot", "python"),
    *("schema", "settings", "suppressions"),
}
# In test_first_screen.py, test_installation.py, by .ci/run, and in tests/cli, scale and server.
TESTED_ELSEWHERE = {
    "example",
    "output of: kerlint --execute digits.py",
    "run",
    "extra",
    "pre-commit",
    "test",
    "slow tests",
    *("vscode", "neovim", "emacs", "helix"),
    "completion",
    "dask",
}


def test_every_snippet_is_tested(readme) -> None:
    marks = [snippet.mark for snippet in readme.snippets]
    assert len(marks) == readme.number_of_fences
    assert set(marks) == TESTED_HERE | TESTED_ELSEWHERE


@pytest.fixture
def example_project(project, softmax):
    """What the commands name: src/, old/, notebook.ipynb and model.py; call it to begin anew."""

    def begin():
        for path in ("src/a.py", "old/b.py", "model.py"):
            (project / path).parent.mkdir(exist_ok=True)
            (project / path).write_text(softmax)
        (project / "notebook.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
        return project

    return begin


# Commands that change files, or have nothing to report in a project with one softmax.
_CHANGING = {"--add-ignore", "--baseline", "--diff", "--fix", "--write-baseline", "migrate"}


def test_commands(readme, example_project, kerlint_process) -> None:
    lines = [line for text in readme.marked("commands") for line in text.splitlines()]
    assert len(lines) > 8
    for line in lines:
        stdin = None
        project = example_project()
        if line.startswith("cat model.py | "):
            line, stdin = line.partition(" | ")[2], (project / "model.py").read_bytes()
        program, *arguments = shlex.split(line, comments=True)
        assert program == "kerlint"
        # test_first_screen.py and tests/cli/test_watch.py run these.
        if {"--execute", "--watch"}.intersection(arguments):
            continue
        done = kerlint_process(*arguments, stdin=stdin)
        if _CHANGING.intersection(arguments):
            assert done.code in (0, 1), line
            assert not done.err.startswith("kerlint: "), line
            continue
        assert done.err == "", line
        words = arguments[:1] in (["config"], ["explain"], ["rules"])
        assert done.code == (0 if words else 1), line
        if "report.json" in line:
            assert (project / "report.json").is_file()


def test_options_that_the_text_names_exist(readme, kerlint) -> None:
    known = set(re.findall(r"--[a-z][a-z-]+", kerlint("--help").out))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme.text))
    of_others = {"--check", "--dist", "--strict", "--short"}  # ruff, pytest, mypy, git
    known.add("--schema")  # of `kerlint config`
    missing = named - known - of_others
    assert missing <= {"--no-fold"}, missing


def test_formats(readme, kerlint) -> None:
    complaint = kerlint("--output-format", "none-of-them").err
    formats = re.search(r"must be one of ([a-z, -]+), not", complaint)[1].split(", ")
    assert {"full", "concise", "json"} <= set(formats)
    section = readme.text.partition("\n## Reports\n")[2].partition("\n## ")[0]
    documented = set(re.findall(r"`([a-z-]+)`(?=[^|\n]*\|)", section))
    assert set(formats) <= documented
    shown = re.findall(r"[a-z-]+", kerlint("--help").out)
    assert set(formats) <= set(shown)


def test_codes_that_the_text_names_exist(readme, kerlint) -> None:
    codes = set(re.findall(r"KER\d{3}", readme.text))
    assert codes
    for code in codes:
        assert kerlint("explain", code).code == 0


def test_suppressions(readme, project, kerlint, softmax) -> None:
    lines = readme.one("suppressions").splitlines()
    assert len(lines) == 4
    for line in lines:
        text = line if line.startswith("model") else f"{line}\n{softmax}"
        (project / "a.py").write_text(text + "\n")
        assert kerlint("a.py", "--no-cache").code == 0, line
        bare = re.sub(r"  # kerlint.*", "", text)
        assert bare == text or package.lint_source(bare)


def test_python(readme, project, softmax) -> None:
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(softmax)
    printed = io.StringIO()
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        exec(compile(readme.one("python"), "README.md", "exec"), names)
    assert printed.getvalue().startswith("KER101 1 ")
    (finding,) = names["findings"]
    assert finding.code == "KER101"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(readme.one("findings"), "README.md", "exec"), names)
    assert printed.getvalue().startswith(f"{os.path.join('src', 'a.py')}:1:11: error: KER101 ")
    assert names["worst"] == names["findings"]
    assert names["rows"] == names["again"].to_dicts()


def test_fields_of_the_table_are_fields(readme) -> None:
    table = readme.text[readme.text.index("| Field | Type | Meaning |") :].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    fields = [each.name for each in dataclasses.fields(package.Diagnostic)]
    assert [name for name in fields if name in named] == named
    assert set(fields) - set(named) <= {"measured"}


def test_notebook(readme, project, capsys, softmax) -> None:
    shell_of = pytest.importorskip("IPython.core.interactiveshell")
    from traitlets.config import Config

    (project / "train.py").write_text(softmax)
    config = Config()
    config.HistoryManager.enabled = False
    shell = shell_of.InteractiveShell(config=config, user_ns={"model": mock.MagicMock()})
    for line in [*readme.one("notebook").splitlines(), readme.one("cell")]:
        capsys.readouterr()
        assert shell.run_cell(line, store_history=True).success
        assert capsys.readouterr().err == ""
    shell.run_cell("%kerlint train.py", store_history=True)
    assert [each.code for each in shell.user_ns["_kerlint"]] == ["KER101"]
    shell.run_cell("%unload_ext kerlint")


@pytest.mark.tensorflow
def test_guard(readme, keras) -> None:
    np = pytest.importorskip("numpy")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "softmax")])
    model.compile(loss="mse")
    names = {"model": model, "x": np.ones((8, 4)), "y": np.linspace(0.0, 3.0, 8)}
    with (
        pytest.warns(package.GuardWarning, match="KER101"),
        pytest.raises(package.GuardError, match="KER101"),
    ):
        exec(compile(readme.one("guard"), "README.md", "exec"), names)


LINEAR = "\n".join(
    [
        "import keras",
        "from keras import layers",
        "model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(4),",
        "    layers.Dense(1)])",
        'model.compile(loss="mse", metrics=["accuracy"])',
        "",
    ]
)


def test_settings(readme, project, kerlint) -> None:
    text = readme.one("settings")
    table = from_toml(text)["tool"]["kerlint"]
    assert set(table) <= set(KEYS)
    for folder in ("examples", "third_party", "src"):
        (project / folder).mkdir()
        (project / folder / "a.py").write_text(LINEAR)

    def found() -> set[tuple[str, str]]:
        lines = kerlint("--output-format", "concise", "--quiet").out.splitlines()
        pattern = re.compile(r"(\w+)[/\\]a\.py:.*?(KER\d{3})")
        return {match.groups() for match in map(pattern.match, lines) if match}

    folders = ("examples", "third_party", "src")
    assert found() == {(folder, code) for folder in folders for code in ("KER126", "KER301")}
    (project / "pyproject.toml").write_text(text)
    assert found() == {("src", "KER126")}
    (project / "pyproject.toml").unlink()
    (project / "kerlint.toml").write_text(
        text.replace("[tool.kerlint]\n", "", 1).replace("tool.kerlint.", "")
    )
    assert found() == {("src", "KER126")}


def test_table_of_settings(readme, same_in_readme) -> None:
    start, end = "<!-- table of settings -->\n", "<!-- end of table -->\n"
    shown = readme.text[readme.text.index(start) : readme.text.index(end)]
    rows = ["| Setting | Type | Default | Meaning |", "|---|---|---|---|"]
    for name, key in KEYS.items():
        default = f"`{key.default}`" if key.default else ""
        if name == "exclude":
            default = "see below"
        rows.append(f"| `{name}` | {key.kind} | {default} | {key.meaning} |")
    folders = re.findall(r'"([^"]+)"', KEYS["exclude"].default)
    below = "By default, kerlint skips " + ", ".join(f"`{name}`" for name in folders) + "."
    wanted = start + "\n" + "\n".join(rows) + "\n\n" + below + "\n\n"
    same_in_readme(shown, wanted)


def test_defaults_in_the_table_are_the_defaults() -> None:
    from kerlint.config.settings import combine, layer

    raw = {name: from_toml(f"x = {key.default}")["x"] for name, key in KEYS.items() if key.default}
    assert combine("/", [layer(raw, "/", "")]) == combine("/", [])


def test_version_of_python_and_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kerlint", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"kerlint {package.__version__}\n"


def test_config_files(readme, project, kerlint, softmax) -> None:
    (project / "a.py").write_text(softmax)
    for mark in ("aliases", "schema"):
        table = from_toml(readme.one(mark))
        table = table["tool"]["kerlint"] if mark == "aliases" else table
        assert set(table) <= set(KEYS)
        name = "pyproject.toml" if mark == "aliases" else "kerlint.toml"
        (project / name).write_text(readme.one(mark))
        done = kerlint("a.py", "--no-cache", "--config", name)
        assert (done.code, done.err) == (1, "")
    (group,) = from_toml(readme.one("entry point"))["project"]["entry-points"]
    assert group == "kerlint.rules"


def test_own_rule(readme) -> None:
    names: dict[str, object] = {}
    exec(compile(readme.one("own rule"), "README.md", "exec"), names)
    made = names["DropoutAboveHalf"]()
    assert made.code == "LAB101"
    assert made.subject is names["Layer"]


CHURN = """
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(32, activation="relu", name="dense"),
        layers.Dropout(0.3, name="dropout"),
        layers.Dense(1, activation="softmax", name="dense_1"),
    ],
)
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""


@pytest.mark.tensorflow
def test_models(readme, keras, project, kerlint, same_in_readme) -> None:
    np = pytest.importorskip("numpy")
    names: dict[str, object] = {}
    exec(CHURN, names)
    names["model"].save("churn.keras")
    done = kerlint("churn.keras")
    assert done.code == 1
    mark = "<!-- output of: kerlint churn.keras -->\n```\n"
    wanted = f"{mark}$ kerlint churn.keras\n{done.out}```"
    same_in_readme(mark + readme.one("output of: kerlint churn.keras") + "```", wanted)

    import tensorflow

    x, y = np.ones((8, 12), "float32"), np.ones((8, 1), "float32")
    dataset = tensorflow.data.Dataset.from_tensor_slices((x, y)).batch(4)
    given = {"model": names["model"], "x_train": x, "y_train": y, "dataset": dataset}
    program = readme.one("lint model").replace(
        "\nkerlint.lint_model(", "\nfound += kerlint.lint_model("
    )
    program = program.replace("import kerlint\n", "import kerlint\n\nfound = []\n")
    exec(compile(program, "README.md", "exec"), given)
    assert [each.code for each in given["found"]].count("KER101") == 4
    assert {each.layer for each in given["found"]} <= {"dense_1", ""}
