"""Without TensorFlow and NumPy all tests are collected, and those that need them are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Python imports it when it starts, in all processes but the isolated ones.
SITECUSTOMIZE = """\
import sys
from importlib.machinery import PathFinder

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in ("keras", "numpy", "tensorflow", "tf_keras"):
            return None
        return super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Finder
"""
# Only collected: this takes long, and runs neither TensorFlow nor NumPy.
OTHERS = (
    *("cli", "fixtures", "fuzz", "plugins", "programs", "reading", "reports"),
    *("scale", "server", "sources"),
)


@pytest.mark.slow
def test_the_suite_without_them(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE)
    deselected = [f"--deselect=tests/{name}" for name in OTHERS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *deselected],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "TensorFlow is not installed" in done.stdout
    assert "could not import 'numpy'" in done.stdout
