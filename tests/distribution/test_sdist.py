"""What is distributed: the source distribution has the tests, and can be built from again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build")
from sdist import EVERYTHING_IN, FILES

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache")


@pytest.mark.slow
def test_sdist(tmp_path: Path) -> None:
    checkout = tmp_path / "kerlint"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*LEFT_OUT))
    files = {
        str(path.relative_to(checkout))
        for top in ("kerlint", *EVERYTHING_IN)
        for path in (checkout / top).rglob("*")
        if path.is_file()
    }
    files |= {*FILES, "LICENSE", "README.md", "pyproject.toml"}
    # The wheel is built from the source distribution.
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(tmp_path / "dist"), str(checkout)],
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        timeout=600,
        check=False,
    )
    if "No matching distribution" in done.stdout + done.stderr:
        pytest.skip("no package index")
    assert done.returncode == 0, done.stdout + done.stderr

    (sdist,) = (tmp_path / "dist").glob("kerlint-*.tar.gz")
    with tarfile.open(sdist) as archive:
        shipped = {name.partition("/")[2] for name in archive.getnames()}
    assert len(files) > 300
    assert files - shipped == set()
    assert not any("__pycache__" in name for name in shipped)
    assert {"tests/conftest.py", "fixtures/digits.py", ".github/CHANGELOG.md"} <= shipped

    (wheel,) = (tmp_path / "dist").glob("kerlint-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        installed = set(archive.namelist())
        (metadata,) = (name for name in installed if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
    package = {
        name
        for name in files
        if name.startswith("kerlint/") and name.endswith((".py", ".json", "py.typed"))
    }
    assert package <= installed
    assert {name.partition("/")[0] for name in installed} == {
        "kerlint",
        metadata.partition("/")[0],
    }
    assert "License-Expression: MIT\n" in text
    assert "Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence\n" in text
    assert "Classifier: License" not in text
