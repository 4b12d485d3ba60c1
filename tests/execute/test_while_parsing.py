"""Models go to the worker while other files are parsed, and verdicts are kept as long as needed."""

from __future__ import annotations

import os
import time

import pytest

from kerlint.config.settings import resolver
from kerlint.execute.prove import VERDICTS, Prover
from kerlint.run import engine

pytestmark = pytest.mark.tensorflow

DEAD = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,))])
model.add(layers.Dense({units}, activation="relu", kernel_initializer="zeros"))
model.add(layers.Dense(1))
model.compile(loss="mse", optimizer="adam")
"""


def lint(folder, prover, progress=lambda done, total: None):
    settings_for = resolver(engine.from_keywords({"select": ["KER202"]}), isolated=True)
    return engine.lint_paths(
        [str(folder)], settings_for, jobs=1, use_cache=False, prover=prover, progress=progress
    )


def wait_for(condition, seconds=100.0):
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.05)
    return condition()


def test_the_first_finding_starts_the_worker(tmp_path):
    for units in (3, 4):
        (tmp_path / f"net{units}.py").write_text(DEAD.format(units=units))
    early = []

    def progress(done, total):
        if 0 < done < total:
            early.append(wait_for(lambda: prover.worker.pid is not None))

    with Prover(seconds=60) as prover:
        run = lint(tmp_path, prover, progress)
    assert early == [True]
    verdicts = [finding.verdict for outcome in run.outcomes for finding in outcome.diagnostics]
    assert verdicts == ["confirmed", "confirmed"]


def test_what_is_not_shown_is_not_tried(tmp_path):
    dead = DEAD.format(units=5).splitlines()
    dead[3] += "  # kerlint: ignore[KER202]"
    (tmp_path / "net.py").write_text("\n".join(dead) + "\n")
    (tmp_path / "sound.py").write_text(DEAD.format(units=6).replace("zeros", "he_normal"))
    early = []

    def progress(done, total):
        if done:
            early.append(wait_for(lambda: prover.worker.pid is not None, 1))

    with Prover(seconds=60) as prover:
        run = lint(tmp_path, prover, progress)
        assert prover.worker.pid is None
    assert early == [False, False]
    assert not any(outcome.diagnostics for outcome in run.outcomes)


def test_leaving_early_ends_what_was_begun(tmp_path):
    for units in range(3, 9):
        (tmp_path / f"net{units}.py").write_text(DEAD.format(units=units))
    pids = []

    class Interrupted(Exception):
        pass

    def progress(done, total):
        if done == 2:
            assert wait_for(lambda: prover.worker.pid is not None)
            pids.append(prover.worker.pid)
            raise Interrupted

    try:
        with Prover(seconds=60) as prover:
            lint(tmp_path, prover, progress)
    except Interrupted:
        pass
    assert wait_for(lambda: not os.path.exists(f"/proc/{pids[0]}"))
    assert prover.worker.folder is None


@pytest.mark.slow
def test_verdicts_of_no_use_for_long_are_forgotten(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "net.py").write_text(DEAD.format(units=5))
    kept = tmp_path / "kept"
    with Prover(seconds=60, folder=str(kept)) as prover:
        lint(tmp_path / "src", prover)
    [stored] = (kept / VERDICTS).iterdir()
    old = kept / VERDICTS / "0123.json"
    old.write_text("{}")
    month = 40 * 24 * 3600
    for path in (old, stored):
        os.utime(path, (time.time() - month, time.time() - month))
    # The stored verdict is used again here, and another one is added.
    (tmp_path / "src" / "other.py").write_text(DEAD.format(units=6))
    with Prover(seconds=60, folder=str(kept)) as prover:
        lint(tmp_path / "src", prover)
    assert not old.exists()
    assert stored.exists()
    assert len(list((kept / VERDICTS).iterdir())) == 2
