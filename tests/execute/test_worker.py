"""The worker under attack: what is too large, endless, killed, or not there at all."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from planting import planted_job

from kerlint.config.settings import combine
from kerlint.execute import process
from kerlint.execute.jobs import Job
from kerlint.execute.process import Worker
from kerlint.execute.prove import Prover
from kerlint.program import claims
from kerlint.run import engine
from kerlint.sources.source import Source

pytestmark = pytest.mark.tensorflow

ZEROS = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,))])
model.add(layers.Dense({units}, activation="relu", kernel_initializer="zeros"))
model.add(layers.Dense(1))
model.compile(loss="mse", optimizer="adam")
"""


def lint(text: str, prover: Prover):
    outcome = engine.lint_source(
        Source("program.py", text), text.encode(), combine("/", []), prover=prover
    )
    return [finding for finding in outcome.diagnostics if finding.code == "KER202"]


def test_a_layer_of_a_billion_units_is_shrunk_and_said(prover):
    [finding] = lint(ZEROS.format(units=10**9), prover)
    assert finding.verdict == "confirmed"
    assert "64 units instead of 1000000000" in finding.evidence


def test_an_output_of_a_billion_units_is_not_built(prove):
    text = (
        "import keras\nfrom keras import layers\n"
        'model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="softmax"),'
        " layers.Dense(10**9)])\n"
        'model.compile(loss="mse", optimizer="adam")\n'
    )
    [finding] = [f for f in prove(text) if f.code == "KER101"]
    assert finding.verdict == "unproven"
    assert "parameters, more than the 50,000,000" in finding.evidence


def test_a_tensor_that_is_too_large_is_told_in_one_line(prove):
    text = (
        "import keras\nfrom keras import layers\n"
        "model = keras.Sequential([keras.Input((8, 8, 3))])\n"
        'model.add(layers.Conv2D(4, 3, activation="relu", kernel_initializer="zeros"))\n'
        "model.add(layers.UpSampling2D(1_000))\n"
        "model.add(layers.GlobalAveragePooling2D())\n"
        "model.add(layers.Dense(1))\n"
        'model.compile(loss="mse", optimizer="adam")\n'
    )
    [finding] = [f for f in prove(text) if f.code == "KER202"]
    assert finding.verdict == "unproven"
    assert "6000 x 6000 x 4 numbers for each sample" in finding.evidence
    assert "\n" not in finding.evidence
    assert "\x1b" not in finding.evidence


def test_thousands_of_layers_are_not_built(prove):
    text = (
        "import keras\nfrom keras import layers\n"
        "model = keras.Sequential([keras.Input((4,))])\n"
        'model.add(layers.Dense(4, activation="relu", kernel_initializer="zeros"))\n'
        + 'model.add(layers.Dense(4, activation="relu"))\n' * 1_500
        + 'model.compile(loss="mse", optimizer="adam")\n'
    )
    [finding] = [f for f in prove(text) if f.code == "KER202"]
    assert finding.verdict == "unproven"
    assert "1,501 layers, more than the 1,000" in finding.evidence


def test_what_keras_refuses_is_told(prover):
    text = ZEROS.format(units=-3)
    [finding] = lint(text, prover)
    assert finding.verdict == "unproven"
    assert "Keras rejects it" in finding.evidence


def slow_job() -> Job:
    """A model that takes minutes to build: LSTM layers unrolled over many steps."""
    text = (
        "import keras\nfrom keras import layers\n"
        "model = keras.Sequential([keras.Input((400, 4))])\n"
        'model.add(layers.Dense(4, activation="relu", kernel_initializer="zeros"))\n'
        + "model.add(layers.LSTM(64, return_sequences=True, unroll=True))\n" * 30
        + 'model.compile(loss="mse", optimizer="adam")\n'
    )
    from kerlint.run.check_file import diagnose

    jobs = diagnose(Source("slow.py", text), combine("/", []), execute=True).jobs
    return next(job for (code, _), job in jobs.items() if code == "KER202")


@pytest.mark.slow
def test_endless_building_ends_and_the_run_goes_on(monkeypatch):
    with Prover(seconds=100) as prover:
        [finding] = lint(ZEROS.format(units=8), prover)
        assert finding.verdict == "confirmed"
        with monkeypatch.context() as patch:
            patch.setattr(prover, "_seconds", 10)
            verdict = prover.verdict(slow_job())
        assert verdict.word == "unproven"
        assert verdict.evidence.startswith("the experiment took longer than 10 s")
        [finding] = lint(ZEROS.format(units=9), prover)
        assert finding.verdict == "confirmed"


def test_training_that_is_not_done_in_time_says_how_far_it_came():
    from kerlint.execute import worker

    text = (
        "import keras\nfrom keras import layers\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        'model.compile(loss="mse", optimizer="adam")\n'
    )
    trial = planted_job(text, claims.OVERFIT).trial
    answer = worker.attempt(trial, 0.0)
    assert answer.word == "unproven"
    assert answer.evidence == "out of time after 0 of 300 training steps (see --execute-timeout)"
    assert answer.level is None
    assert not answer.in_time, "it is tried again the next time"
    assert worker.attempt(trial, 60.0).in_time


@pytest.mark.skipif(process.processor_time(os.getpid()) is None, reason="only /proc tells")
def test_the_verdict_is_the_same_where_other_programs_take_the_processor():
    with Prover(seconds=100) as prover:
        [finding] = lint(ZEROS.format(units=8), prover)
        assert finding.verdict == "confirmed"
        pid = prover.worker.pid or 0
        prover._seconds = 3
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(5.0, lambda: os.kill(pid, signal.SIGCONT)).start()
        [finding] = lint(ZEROS.format(units=7), prover)
        assert finding.verdict == "confirmed", finding.evidence
        assert prover.worker.pid == pid


@pytest.mark.slow
def test_a_killed_worker_is_replaced():
    job = slow_job()
    with Prover(seconds=100) as prover:
        [finding] = lint(ZEROS.format(units=8), prover)
        assert finding.verdict == "confirmed"
        killer = threading.Timer(2.0, lambda: os.kill(prover.worker.pid or 0, signal.SIGKILL))
        killer.start()
        verdict = prover.verdict(job)
        assert verdict.word == "unproven"
        assert "crashed" in verdict.evidence
        [finding] = lint(ZEROS.format(units=9), prover)
        assert finding.verdict == "confirmed"


def test_nothing_is_left_behind():
    with Prover(seconds=60) as prover:
        lint(ZEROS.format(units=8), prover)
        pid, folder = prover.worker.pid, prover.worker.folder
        assert pid is not None
        assert folder is not None
        assert os.path.isdir(folder)
    assert not os.path.exists(folder)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_worker_that_never_starts_is_given_up(monkeypatch):
    monkeypatch.setattr(process, "WORKER", "sys.exit(3)")
    with Prover(seconds=5) as prover:
        [finding] = lint(ZEROS.format(units=8), prover)
        assert finding.verdict == "unproven"
        assert prover.trouble == "the process that runs TensorFlow failed to start 3 times"
        # From then on nothing is tried any more.
        started: list[None] = []
        monkeypatch.setattr(prover.worker, "start", lambda: started.append(None))
        lint(ZEROS.format(units=9), prover)
        assert not started


def test_the_worker_lives_apart(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text('raise SystemExit("the user\'s numpy")')
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    path = process.module_path()
    assert str(tmp_path) not in path
    assert "" not in path
    worker = Worker()
    made = process.environment("/elsewhere")
    assert not [name for name in made if name.startswith("PYTHON")]
    assert made["KERAS_BACKEND"] == "tensorflow"
    assert made["HOME"] == made["KERAS_HOME"] == "/elsewhere"
    assert worker.pid is None
    with Prover(seconds=60) as prover:
        [finding] = lint(ZEROS.format(units=8), prover)
        assert finding.verdict == "confirmed"
