"""Proofs as scripts: they run without kerlint and show what the evidence says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.cli import main
from kerlint.execute.scripts import TEMPLATES
from kerlint.program.claims import EXPERIMENTS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

# A fixture for each experiment, and what the scripts print of it.
SHOWN = {
    "ker101/two_inputs.py": [("as written: standard deviation 0,", "repaired: standard deviation")],
    "ker102/one_sigmoid_unit.py": [("as written: loss 0 before", "repaired: loss")],
    "ker104/churn.py": [
        ("as written: weights times 1 give 0 to", "repaired: weights times 1 give")
    ],
    "ker107/topics_of_articles.py": [("as written: the loss that trains is", "repaired: the loss")],
    "ker108/several_labels.py": [("as written: loss", "repaired: loss")],
    "ker126/house_prices.py": [("as written: perfect predictions plus 0 score {'accuracy'", "")],
    "ker130/one_hot_for_sparse.py": [("as written: raises ValueError", "repaired: loss")],
    "ker133/minus_one_and_one.py": [("as written: loss", "to -")],
    "ker133/labels_divided_too.py": [("of labels that are divided", "of labels that are all 0")],
    "ker201/recurrent.py": [("as written: 1 different gradients among 8", "repaired: 8 different")],
    "ker202/in_the_argument.py": [("is exactly 0", "repaired: 64 different gradients among 64")],
    "ker301/forgotten_activations.py": [("as written: f(u+v)", "repaired: f(u+v)")],
    "ker502/after_convolutions.py": [("(None, 15, 15, 10)", "repaired: predictions of shape")],
    "migration/slips.py": [("unit= raises ValueError: Unrecognized", "units= is taken")],
}

RUN_ALL = """
import contextlib, io, json, pathlib, runpy, sys, warnings
warnings.simplefilter("ignore")
shown = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        runpy.run_path(str(path), run_name="__main__")
    shown[path.name] = out.getvalue()
assert "kerlint" not in sys.modules
print(json.dumps(shown))
"""


def test_there_is_a_script_for_each_experiment():
    assert {*TEMPLATES, "existence", "call_mode"} == set(EXPERIMENTS)


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, str]:
    """What the scripts for the fixtures print, each in a process that has no kerlint."""
    folder = tmp_path_factory.mktemp("proofs")
    paths = [str(FIXTURES / name) for name in SHOWN]
    main(["--isolated", "--no-cache", "-q", "--write-proof", str(folder), *paths])
    for path in folder.glob("slips_*"):
        if not path.name.startswith("slips_8_"):
            path.unlink()
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN_ALL, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    shown: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return shown


@pytest.mark.parametrize("name", SHOWN)
def test_scripts_show_it(printed, name):
    stem = Path(name).stem
    texts = [text for file, text in printed.items() if file.startswith(f"{stem}_")]
    assert texts
    for words in SHOWN[name]:
        for word in words:
            assert any(word in text for text in texts), texts
