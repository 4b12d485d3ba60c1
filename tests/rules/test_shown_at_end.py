"""The last expression of a notebook cell is shown, so its value is not thrown away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kerlint

START = "import numpy as np\nimport keras\nx = np.zeros((4, 2))\nmodel = keras.Sequential()\n"


def found(path: Path, cells: list[str]) -> list[tuple[int | None, int]]:
    """The cells and rows with a finding."""
    kept = [{"cell_type": "code", "metadata": {}, "source": source} for source in cells]
    path.write_text(json.dumps({"cells": kept, "metadata": {}, "nbformat": 4}), encoding="utf-8")
    findings = kerlint.lint_paths([str(path)], select=["KER733", "KER924"])
    return [(each.span.cell, each.span.start.row) for each in findings]


@pytest.mark.parametrize("end", ["x.reshape(8)", "model.compile", "np.expand_dims(x, 0)"])
@pytest.mark.parametrize("after", ["", "\n", "  # look", "\n\n# that is all\n"])
def test_the_end_of_a_cell(tmp_path, end, after):
    path = tmp_path / "book.ipynb"
    assert found(path, [START, f"y = 1\n{end}{after}", "print(x)"]) == []
    assert found(path, [START, f"{end}{after}"]) == []


@pytest.mark.parametrize("end", ["x.reshape(8)", "model.compile", "np.expand_dims(x, 0)"])
@pytest.mark.parametrize("after", ["\nprint(x)", ";", "\n\n# now\ny = 2"])
def test_before_the_end_of_a_cell(tmp_path, end, after):
    path = tmp_path / "book.ipynb"
    assert found(path, [START, f"y = 1\n{end}{after}", "print(x)"]) == [(2, 2)]


def test_in_a_loop(tmp_path):
    path = tmp_path / "book.ipynb"
    assert found(path, [START, "for i in range(2):\n    x.reshape(8)"]) == [(2, 2)]


@pytest.mark.parametrize("mark", ["# %%", "# In[3]:", '"""\n## Next\n"""'])
def test_parts_of_a_script(mark):
    text = f"{START}x.reshape(8)\n\n{mark}\nprint(x)\n"
    assert kerlint.lint_source(text, select=["KER733"]) == []
    assert len(kerlint.lint_source(f"{START}x.reshape(8)\nprint(x)\n", select=["KER733"])) == 1
