"""Every public class, method and function of Keras, called with its own parameter names."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kerlint
from kerlint.reading import read
from kerlint.sources.source import Source

pytestmark = pytest.mark.tensorflow

HERE = Path(__file__).parent
CODES = ["KER001", "KER003", "KER004", "KER005", "KER011"]

# What is imported, how a program spells it, and the target.
SPELLINGS = {
    "keras": ("keras", "import keras", "keras", "3"),
    "tf.keras": ("keras._tf_keras.keras", "import tensorflow as tf", "tf.keras", "3"),
    "tf_keras": ("tf_keras", "import tf_keras", "tf_keras", "3"),
    "tf_keras for keras 2": ("tf_keras", "import keras", "keras", "2"),
    "tf_keras for tf.keras": ("tf_keras", "import tensorflow as tf", "tf.keras", "2"),
}
# The other spellings lead to the same facts.
OFTEN = "keras"
# These are there to raise an error, whatever they are given.
RAISING = {"3": {"add_metric"}, "2": {"to_yaml"}}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(each, marks=[] if each == OFTEN else pytest.mark.slow) for each in SPELLINGS
    ],
)
def spelled(request: pytest.FixtureRequest) -> tuple[dict[str, Any], str, str, str]:
    package, line, root, target = SPELLINGS[request.param]
    if importlib.util.find_spec(package.partition(".")[0]) is None:
        pytest.skip(f"{package} is not installed")
    done = subprocess.run(
        [sys.executable, str(HERE / "enumerate_public.py"), package],
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), line, root, target


def programs(public: dict[str, Any], line: str, root: str, target: str) -> Iterator[str]:
    """Build objects and call all their methods, or call functions; no value is known."""
    raising = RAISING["2" if "tf_keras" in root else target]
    paths = list(public)
    for start in range(0, len(paths), AT_ONCE):
        lines = [line, "from somewhere import value"]
        for number, path in enumerate(paths[start : start + AT_ONCE]):
            facts = public[path]
            name = root + path[len("keras") :]
            lines.append(f"made{number} = {name}({given(facts['parameters'])})")
            lines += [
                f"made{number}.{method}({given(names)})  # {path}"
                for method, names in facts.get("methods", {}).items()
                if method not in raising
            ]
        yield "\n".join(lines) + "\n"


AT_ONCE = 25  # classes and functions in one program


def given(names: list[str] | None) -> str:
    return ", ".join(f"{name}=value" for name in names or ())


def test_no_call_with_the_names_of_keras_itself_is_called_wrong(spelled) -> None:
    public, line, root, target = spelled
    wrong = []
    for text in programs(public, line, root, target):
        for finding in kerlint.lint_source(text, select=CODES, target_keras=target):
            row = text.splitlines()[finding.span.start.row - 1]
            wrong.append(f"{finding.code} {finding.message}: {row}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong[:50])


@pytest.mark.slow
def test_the_calls_are_seen(spelled) -> None:
    """A call that the reader does not connect with Keras could not be found wrong."""
    public, line, root, target = spelled
    written = seen = 0
    for text in programs(public, line, root, target):
        written += len(text.splitlines()) - 2
        base = next(iter(read(Source("made.py", text)).entry_points()))
        seen += len(base.execute({}).program.calls)
    assert written > 5000
    assert seen > 0.95 * written
