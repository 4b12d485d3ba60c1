"""The first screen of the README: the program, what kerlint prints, and what is said of Keras."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = "output of: kerlint --execute digits.py"


def without_expectations(text: str) -> str:
    """A fixture without the comments that say what is found in it."""
    lines = (line for line in text.splitlines(keepends=True) if not re.match(r"\s*#\s*\^", line))
    return re.sub(r"  # expect: .*", "", "".join(lines))


def test_the_program_is_a_fixture(readme) -> None:
    fixture = ROOT / "fixtures" / "digits.py"
    assert readme.one("example") == without_expectations(fixture.read_text(encoding="utf-8"))


def rounded(text: str) -> str:
    """Measured numbers differ a little from machine to machine."""
    before, proof, numbers = text.partition("   = proof: ")
    return before + proof + re.sub(r"-?\d+(\.\d+)?(e[+-]?\d+)?", "N", numbers)


@pytest.mark.tensorflow
def test_the_output_is_copied_from_a_run(readme, project, kerlint_process, same_in_readme) -> None:
    (project / "digits.py").write_text(readme.one("example"), encoding="utf-8")
    done = kerlint_process("--execute", "--execute-timeout", "100", "digits.py")
    assert (done.code, done.err) == (1, "")
    assert "= proof: " in done.out
    mark = f"<!-- {OUTPUT} -->\n```\n"
    wanted = mark + "$ kerlint --execute digits.py\n" + done.out + "```"
    same_in_readme(mark + readme.one(OUTPUT) + "```", wanted, rounded)


TRAIN = """
import json, logging, os, sys, warnings
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np

program = sys.stdin.read()
random = np.random.default_rng(0)
digits = random.random((10, 28, 28))
y = random.integers(0, 10, 6000)
x = (digits[y] + 0.3 * random.standard_normal((6000, 28, 28))) * 255
keras.datasets.mnist.load_data = lambda: ((x, y), None)

complaints = []
class Listener(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.WARNING:
            complaints.append(record.getMessage())
logging.getLogger().addHandler(Listener())
warnings.simplefilter("always")
warnings.showwarning = lambda message, *rest, **more: complaints.append(str(message))

keras.utils.set_random_seed(1)
names = {}
exec(program, names)
accuracy = names["model"].history.history["accuracy"][-1]
print("\\n" + json.dumps([keras.__version__, accuracy, complaints]))
"""


def trained(program: str) -> tuple[str, float, list[str]]:
    """The release of Keras, the accuracy after training, and what Keras complained about."""
    done = subprocess.run(
        [sys.executable, "-c", TRAIN],
        input=program,
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        timeout=600,
        check=True,
    )
    release, accuracy, complaints = json.loads(done.stdout.splitlines()[-1])
    return release, accuracy, complaints


@pytest.mark.tensorflow
@pytest.mark.slow
def test_keras_says_nothing_and_does_not_learn(readme) -> None:
    """Ten classes that are easy to tell apart take the place of the digits."""
    program = readme.one("example")
    release, accuracy, complaints = trained(program)
    assert complaints == []
    assert accuracy < 0.4
    if release.startswith("3."):
        assert f"Keras {'.'.join(release.split('.')[:2])} trains this model" in readme.text
    repaired = program.replace("layers.Dense(10)", 'layers.Dense(10, activation="softmax")')
    _, accuracy, complaints = trained(repaired)
    assert complaints == []
    assert accuracy > 0.95
