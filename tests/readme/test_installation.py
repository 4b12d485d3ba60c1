"""kerlint is installed as the README says: with pip, with its extra, and by pre-commit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("package_index")]


def run(command, folder: Path, **more) -> subprocess.CompletedProcess[str]:
    """Run ``command`` as in a fresh terminal."""
    inherited = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "COLUMNS")
    env = {name: value for name, value in os.environ.items() if name not in inherited}
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return subprocess.run(
        command,
        cwd=folder,
        env={**env, **more},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_install_and_run(readme, checkout, tmp_path) -> None:
    folder = tmp_path / "kerlint"
    shutil.copytree(checkout, folder)
    # `python3` is the interpreter that runs the tests.
    command = readme.one("run").replace("python3 ", f"{sys.executable} ", 1)
    done = run(["bash", "-euo", "pipefail", "-c", command], folder)
    assert done.returncode == 1, done.stderr
    assert "KER103" in done.stdout
    assert "fixtures/digits.py:11:9" in done.stdout
    # The schemas and the facts about Keras are installed too.
    done = run([".venv/bin/kerlint", "rules", "--output-format", "json"], tmp_path / "kerlint")
    assert len(json.loads(done.stdout)) > 30

    # TensorFlow is not downloaded: what pip would do is enough.
    command = readme.one("extra").replace("install", "install --dry-run --no-deps --report -", 1)
    done = run(["bash", "-euo", "pipefail", "-c", command.replace("pip", "pip -qq", 1)], folder)
    assert done.returncode == 0, done.stderr
    (package,) = json.loads(done.stdout)["install"]
    assert package["requested_extras"] == ["execute"]
    required = package["metadata"]["requires_dist"]
    assert any(each.startswith("tensorflow") and "execute" in each for each in required)


def test_pre_commit(readme, checkout, tmp_path, softmax) -> None:
    pytest.importorskip("pre_commit")
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=0"]
    clone = tmp_path / "clone"
    shutil.copytree(checkout, clone)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        assert run([*git, *words], clone).returncode == 0
    revision = run(["git", "rev-parse", "--short", "HEAD"], clone).stdout.strip()

    project = tmp_path / "project"
    project.mkdir()
    config = readme.one("pre-commit").replace("/path/to/kerlint", str(clone), 1)
    assert "rev: 0123abc " in config
    config = config.replace("0123abc", f'"{revision}"', 1)
    (project / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    (project / "model.py").write_text(softmax)
    (project / "notes.txt").write_text(softmax)
    # pre-commit names each file; what the settings exclude is left out all the same.
    (project / "kerlint.toml").write_text('extend-exclude = ["third_party/"]\n')
    (project / "third_party").mkdir()
    (project / "third_party" / "theirs.py").write_text(softmax)
    cell = {"cell_type": "code", "metadata": {}, "source": softmax, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "a notebook.ipynb").write_text(json.dumps(notebook))
    for words in (["init", "-q"], ["add", "-A"]):
        assert run([*git, *words], project).returncode == 0
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    more = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = run(command, project, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "model.py:1:11" in done.stdout
    assert "KER101" in done.stdout
    assert "a notebook.ipynb:1:11" in done.stdout
    assert "notes.txt" not in done.stdout
    assert "theirs.py" not in done.stdout
    (project / "a notebook.ipynb").unlink()
    (project / "model.py").write_text("import keras\n")
    done = run(command, project, **more)
    assert done.returncode == 0, done.stdout + done.stderr

    fixing = config.replace("id: kerlint", "id: kerlint-fix")
    (project / ".pre-commit-config.yaml").write_text(fixing, encoding="utf-8")
    (project / "model.py").write_text("import keras\nrate = keras.optimizers.SGD(lr=0.1)\n")
    done = run(command, project, **more)
    assert done.returncode == 1, "pre-commit fails where a hook has changed a file"
    fixed = "import keras\nrate = keras.optimizers.SGD(learning_rate=0.1)\n"
    assert (project / "model.py").read_text() == fixed, done.stdout + done.stderr
