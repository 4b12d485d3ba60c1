"""--execute as people see it: proofs, refuted findings, JSON, kept verdicts, no TensorFlow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kerlint.diagnostics import Severity
from kerlint.execute import prove as prove_module
from kerlint.execute.process import Worker
from kerlint.prefilter import Look
from kerlint.program.changes import SetArg
from kerlint.program.claims import GRADIENT_SYMMETRY
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Rule
from kerlint.run import check_file

DEAD = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,))])
model.add(layers.Dense(8, activation="relu", kernel_initializer="zeros"))
model.add(layers.Dense(1))
model.compile(loss="mse", optimizer="adam")
"""
SOUND = DEAD.replace(', kernel_initializer="zeros"', "")


class Suspicious(Rule):
    """Finds something wrong with a sound layer."""

    code = "KER999"
    severity = Severity.ERROR
    experiments = (GRADIENT_SYMMETRY,)

    def check(self, layer: Layer, view):
        if layer.kind == "Dense" and layer.arg("activation") is not None:
            repair = (SetArg(layer.id, "activation", "tanh"),)
            yield Finding(layer.origin.site, "suspicious", claim=view.claim(layer), repair=repair)


@pytest.fixture
def suspicious(monkeypatch):
    selected = check_file._selected
    monkeypatch.setattr(check_file, "_selected", lambda *asked: (*selected(*asked), Suspicious()))
    look = Look(keras=True, imports=False, possible=frozenset(["KER999"]))
    monkeypatch.setattr("kerlint.prefilter.Prefilter.look_at", lambda *_: look)


@pytest.fixture
def starts(monkeypatch):
    """Counts how often a worker is started."""
    started = []
    start = Worker.start

    def counted(self):
        if self.pid is None:
            started.append(1)
        start(self)

    monkeypatch.setattr(Worker, "start", counted)
    return started


@pytest.mark.tensorflow
def test_proof_in_the_report_and_in_json(project, kerlint):
    (project / "dead.py").write_text(DEAD)
    result = kerlint("--execute", "--output-format", "full,json:out.json", "dead.py")
    assert result.code == 1
    assert (
        "= proof: Built and tried: no gradient ever reaches dense; repaired, the units of"
        in result.out
    )
    [finding] = json.loads((project / "out.json").read_text())
    assert finding["verdict"] == "confirmed"
    assert "8 of 8 units of dense receive a gradient of their own" in finding["evidence"]


@pytest.mark.tensorflow
def test_a_refuted_finding_is_shown_and_does_not_fail_the_run(project, kerlint, suspicious):
    (project / "sound.py").write_text(SOUND)
    assert kerlint("sound.py", "--no-cache").code == 1
    result = kerlint("--execute", "sound.py")
    assert result.code == 0
    assert "error: KER999 suspicious [refuted]" in result.out
    assert "= refuted: Built and tried: the units of dense learn different things." in result.out


def test_no_finding_no_worker(project, kerlint, starts):
    (project / "sound.py").write_text(SOUND)
    assert kerlint("--execute", "sound.py").code == 0
    assert not starts


@pytest.mark.slow
@pytest.mark.tensorflow
def test_verdicts_are_kept(project, kerlint, starts):
    (project / "dead.py").write_text(DEAD)
    first = kerlint("--execute", "dead.py")
    assert len(starts) == 1
    again = kerlint("--execute", "dead.py")
    assert len(starts) == 1
    assert again.out == first.out
    (project / "dead.py").write_text(DEAD.replace("Dense(8", "Dense(9"))
    assert "9 of 9 units" in kerlint("--execute", "dead.py").out
    assert len(starts) == 2
    kerlint("--execute", "--no-cache", "dead.py")
    assert len(starts) == 3


@pytest.mark.slow
@pytest.mark.tensorflow
def test_without_execute_nothing_is_said_of_verdicts(project, kerlint):
    (project / "dead.py").write_text(DEAD)
    kerlint("--execute", "dead.py")
    result = kerlint("--output-format", "json", "dead.py")
    assert json.loads(result.out)[0]["verdict"] is None


@pytest.mark.slow
@pytest.mark.tensorflow
def test_stdin(kerlint_process):
    result = kerlint_process("--execute", "--output-format", "json", "-", stdin=DEAD.encode())
    assert json.loads(result.out)[0]["verdict"] == "confirmed"
    assert result.code == 1
    assert not result.err


@pytest.mark.slow
@pytest.mark.tensorflow
def test_notebooks(project, kerlint):
    cells = [
        {"cell_type": "code", "source": DEAD, "metadata": {}, "outputs": [], "execution_count": 1}
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "dead.ipynb").write_text(json.dumps(notebook))
    assert "= proof:" in kerlint("--execute", "dead.ipynb").out


def test_no_tensorflow(project, kerlint, monkeypatch):
    monkeypatch.setattr(prove_module, "tensorflow_version", lambda: "")
    (project / "dead.py").write_text(DEAD)
    result = kerlint("--execute", "dead.py")
    assert result.code == 2
    assert result.err == ("kerlint: --execute needs TensorFlow: pip install 'kerlint[execute]'\n")
    assert "KER202" in result.out


def test_no_tensorflow_and_nothing_to_prove(project, kerlint, monkeypatch):
    monkeypatch.setattr(prove_module, "tensorflow_version", lambda: "")
    (project / "sound.py").write_text(SOUND)
    assert kerlint("--execute", "sound.py").code == 0


@pytest.mark.tensorflow
def test_a_folder_for_proofs_that_cannot_be_written(project, kerlint, starts):
    (project / "dead.py").write_text(DEAD)
    (project / "file").write_text("")
    result = kerlint("--write-proof", "file", "dead.py")
    assert result.code == 2
    assert result.err.startswith("kerlint: cannot save proofs in file: ")
    assert "KER202" in result.out
    assert not starts, "found out before anything is tried"
    assert (project / "file").read_text() == ""


def test_importing_execute_imports_no_tensorflow():
    code = (
        "import sys, kerlint.execute.prove, kerlint.execute.jobs, kerlint.execute.proof\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def heed_ctrl_c():
    # A shell starts what it puts into the background with SIGINT ignored, and that is inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.tensorflow
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupted_it_leaves_nothing_behind(project, tmp_path):
    for number in range(40):
        (project / f"dead{number}.py").write_text(DEAD.replace("Dense(8", f"Dense({8 + number}"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TMPDIR": str(temporary),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--execute", "--no-cache", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=heed_ctrl_c,
    ) as process:
        deadline = time.monotonic() + 600
        while not list(temporary.glob("kerlint-*")):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(0.5)  # TensorFlow alone takes longer to import
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
    assert process.returncode == 130
    assert b"Traceback" not in err + out
    assert not list(temporary.glob("kerlint-*"))


def test_a_line_that_is_used_twice_is_tried_twice(prove):
    text = """\
import keras
from keras import layers

def network(activation, width):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(width, activation="relu")])
    model.add(layers.Dense(1, activation=activation))
    model.compile(loss="mse", optimizer="adam")
    return model

number = network("softmax", 8)
answer = network("sigmoid", 8)
other = network("softmax", 16)
"""
    [finding] = [finding for finding in prove(text) if finding.code == "KER101"]
    assert finding.verdict == "confirmed"
    assert finding.evidence.endswith("(confirmed for 2 of 2 uses of this line)")
