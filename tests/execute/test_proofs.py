"""Saved proofs: each runs without kerlint, and prints what it quotes."""

from __future__ import annotations

import ast
import builtins
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.config.settings import resolver
from kerlint.execute import experiments, support
from kerlint.execute.proof import MARK, SUPPORT, library
from kerlint.execute.prove import Prover
from kerlint.program.claims import EXPERIMENTS
from kerlint.run import engine

pytestmark = pytest.mark.tensorflow

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

# Nothing of kerlint can be imported, and nothing of the folder the process runs in.
ALONE = 'import sys; sys.modules["kerlint"] = None\n'
RUN_ONE = f'{ALONE}import runpy; runpy.run_path(sys.argv[1], run_name="__main__")'
RUN_ALL = f"""{ALONE}
import contextlib, io, json, pathlib, runpy, warnings
shown = {{}}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    out, warned = io.StringIO(), []
    with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        runpy.run_path(str(path), run_name="__main__")
    shown[path.name] = [out.getvalue(), [str(each.message) for each in caught]]
print(json.dumps(shown))
"""
# What Keras warns of in the models of the fixtures: it is what they are there for.
DESERVED = (
    "You are using a softmax over axis",
    "In loss categorical_crossentropy, expected y_pred.shape to be",
    "`from_logits=True`, but the `output` argument was produced by",
    '"`categorical_crossentropy` received `from_logits=True`, but the `output` argument',
)


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KERAS_BACKEND": "jax"},  # whatever else is set
    )


def quoted(path: Path) -> str:
    """What a saved proof says that it prints."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")), clean=False)
    assert docstring is not None
    return docstring.split("\n\n")[1]


def save(prover: Prover, folder: Path, *paths: Path) -> None:
    """Save the proofs for some files as ``--write-proof`` does."""
    settings_for = resolver(engine.from_keywords({"select": ["ALL"]}), isolated=True)
    before, prover._proofs = prover._proofs, str(folder)
    try:
        names = [str(path) for path in paths]
        engine.lint_paths(names, settings_for, jobs=1, use_cache=False, prover=prover)
    finally:
        prover._proofs = before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, prover: Prover) -> Path:
    """The proofs of all fixtures."""
    folder = tmp_path_factory.mktemp("proofs")
    save(prover, folder, FIXTURES)
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """What they print, and of what Keras warns, one after the other in a single process."""
    done = run(RUN_ALL, str(folder))
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, tuple[str, list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
def test_each_proof_prints_what_it_quotes(folder, shown):
    assert len(shown) > 150
    wrong = []
    for name, (printed, _) in shown.items():
        if printed.strip() != quoted(folder / name).strip():
            wrong.append(f"{name}\n  quotes {quoted(folder / name)}\n  prints {printed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_nothing_but_the_model_makes_keras_warn(shown):
    wrong = [
        f"{name}: {message}"
        for name, (_, messages) in shown.items()
        for message in messages
        if not any(words in message for words in DESERVED)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_each_prints_it_in_a_process_of_its_own(folder):
    """One for each experiment, with nothing before it that could have set anything."""
    tried: dict[str, Path] = {}
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        words = text.partition("# -- the experiment")[2].splitlines()[2]
        tried.setdefault(words, path)
    assert len(tried) >= 12
    for path in tried.values():
        done = run(RUN_ONE, str(path))
        assert done.returncode == 0, done.stderr[-3000:]
        assert done.stdout.strip() == quoted(path).strip()
        assert not [line for line in done.stderr.splitlines() if "structure of `inputs`" in line]


PROGRAM = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,)), layers.Dense({units}, activation="{activation}")])
model.add(layers.Dense(1, activation="softmax"))
model.compile(loss="mse", optimizer="adam")
"""


@pytest.mark.slow
def test_what_was_shrunk_is_saved_as_it_was_tried(prover, tmp_path):
    path = tmp_path / "large.py"
    path.write_text(PROGRAM.format(units=10**9, activation="relu"))
    save(prover, tmp_path / "proofs", path)
    [made] = (tmp_path / "proofs").iterdir()
    assert "64 units instead of 1000000000" in quoted(made)
    assert run(RUN_ONE, str(made)).stdout.strip() == quoted(made)


def test_what_could_not_be_tried_is_not_saved(prover, tmp_path):
    path = tmp_path / "refused.py"
    text = PROGRAM.format(units=4, activation="relu")
    refused = text.replace('"softmax"', '"softmax", bias_initializer="no such thing"')
    assert refused != text
    path.write_text(refused)
    save(prover, tmp_path / "proofs", path)
    assert not (tmp_path / "proofs").exists()


def test_another_file_is_never_replaced(prover, tmp_path, monkeypatch):
    monkeypatch.setattr(prover, "_written", set())
    path = tmp_path / "net.py"
    path.write_text(PROGRAM.format(units=4, activation="relu"))
    (tmp_path / "proofs").mkdir()
    mine = tmp_path / "proofs" / "net_4_ker101.py"
    mine.write_text("mine")
    for _ in range(2):
        # The second run replaces what the first has saved.
        monkeypatch.setattr(prover, "_written", set())
        save(prover, tmp_path / "proofs", path)
        assert mine.read_text() == "mine"
        assert sorted(each.name for each in (tmp_path / "proofs").iterdir()) == [
            "net_4_ker101.py",
            "net_4_ker101_2.py",
        ]


@pytest.mark.slow
def test_a_proof_says_how_to_run_it(folder):
    for path in folder.glob("*.py"):
        assert MARK in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")


# -- the text of experiments ----------------------------------------------------------------------


def modules() -> list[Path]:
    own = sorted(Path(experiments.__file__).parent.glob("[a-z]*.py"))
    return own + [Path(support.__file__).parent / f"{name}.py" for name in SUPPORT]


def test_no_two_modules_define_the_same_name():
    """They become one module in the text of a proof."""
    shared = {}
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            names = [node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
                names = [n for n in names if n[:1].isupper() and n.isupper()]
            for name in names:
                shared.setdefault(name, set()).add(path)
    common = {path for path in modules() if path.parent.name == "support"}
    for name, paths in shared.items():
        assert len(paths) == 1 or not paths & common, f"{name} is defined in {paths}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_a_module_of_experiments_imports_what_a_proof_can_import(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None
            top = node.module.partition(".")[0]
            assert top != "kerlint" or node.module.startswith("kerlint.execute.support.")
            assert not [alias for alias in node.names if alias.asname], "one name in all modules"
        elif isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= {
                *("keras", "numpy", "tensorflow"),
                *sys.stdlib_module_names,
            }


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_text_of_an_experiment_has_all_that_it_uses(name):
    """Each name that the text reads is one that it defines, imports, or that Python has."""
    made = library(name)
    tree = ast.parse(f"{made.imports}\n{made.text}")
    defined = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            defined.update((alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name is not None:
            defined.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used <= defined, used - defined
