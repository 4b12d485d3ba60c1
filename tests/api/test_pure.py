"""``lint_source`` is a pure function: the same in threads and processes, and it touches nothing."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

import kerlint

HERE = Path(__file__).parents[2]
TEXTS = [
    "model.add(Dense(1, activation='softmax'))",
    "import keras\nkeras.layers.Dense(units=3, unit=4)\n",
    "import keras\ndef broken(:\n",
    "x = 1",
]


def test_in_spawned_processes():
    expected = list(map(kerlint.lint_source, TEXTS))
    assert [len(found) for found in expected] == [1, 1, 1, 0]
    context = multiprocessing.get_context("spawn")
    lint = partial(kerlint.lint_source, select=["KER0", "KER1"])
    with ProcessPoolExecutor(1, context) as pool:
        found = list(pool.map(kerlint.lint_source, TEXTS))
        selected = list(pool.map(lint, TEXTS))
    assert found == selected == expected
    assert all(type(each) is kerlint.Findings for each in found)
    assert found[0][0].lines == expected[0][0].lines


def test_in_threads():
    texts = TEXTS * 5
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(kerlint.lint_source, texts)) == list(map(kerlint.lint_source, texts))


def test_errors_can_be_pickled():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        wrong = pool.submit(kerlint.lint_source, "", selct=["KER1"])
        with pytest.raises(kerlint.SettingsError, match="unknown key 'selct'") as caught:
            wrong.result()
    assert len(caught.value.problems) == 1


def test_nothing_is_read_or_written(tmp_path):
    program = textwrap.dedent(
        """
        import sys
        import kerlint

        text = "import keras, helper\\nfrom helper import layer\\n" + sys.argv[1]
        first = kerlint.lint_source(text)  # imports and compiles what it needs
        assert kerlint.lint_source(text) == first and len(first) == 1
        events = []
        # CPython's parser is called through compile(), so that is no reason to worry.
        watched = ("open", "os.", "socket.", "subprocess.", "exec", "import")
        sys.addaudithook(lambda name, _: name.startswith(watched) and events.append(name))
        again = kerlint.lint_source(text)
        noted = tuple(events)
        assert not noted, noted
        assert again == first
        """
    )
    (tmp_path / "helper.py").write_text("from keras import layers\nlayer = layers.Dense(3)\n")
    subprocess.run(
        [sys.executable, "-c", program, TEXTS[0]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        check=True,
    )
