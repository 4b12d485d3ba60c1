"""How long --execute takes: TensorFlow's import, then each experiment on the models of fixtures.

    python tests/benchmarks/execute.py [PATH ...]

Experiments run in this process as they do in the worker, one after the other: seconds of processor
time for the model as written and the repaired one together. At the median, structural experiments
should stay below 0.3 s, those that train below 1 s.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from pathlib import Path

from kerlint.execute.spec import ModelTrial

TRAINING = {"training_trial", "overfit", "loss_sign", "class_in_the_middle"}
# Those that say what a defect costs, for which they train a small model.
TRAINING |= {"confident_gradient", "gradient_symmetry", "loss_at_start"}
SECONDS = 60.0  # for one model; what takes as long shows
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def trials(paths: list[Path]) -> list[ModelTrial]:
    """The trials of all findings, those about calls left out."""
    from kerlint.config.settings import Selection, combine
    from kerlint.run.check_file import diagnose
    from kerlint.sources.source import Source

    everything = Selection(extend_select=("ALL",))
    settings = combine("/", [])
    settings = type(settings)(root="/", selections=(everything,))
    found = []
    for path in paths:
        diagnosis = diagnose(Source(str(path), path.read_text("utf-8")), settings, execute=True)
        made = [job.trial for job in diagnosis.jobs.values() if job.text]
        found.extend(each for each in made if isinstance(each, ModelTrial))
    return found


def main(arguments: list[str]) -> None:
    os.environ.update(
        TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1"
    )
    paths = [Path(word) for word in arguments] or sorted(FIXTURES.rglob("*.py"))
    found = trials(paths)
    started = time.monotonic()
    import tensorflow  # noqa: F401

    print(f"importing TensorFlow: {time.monotonic() - started:.2f} s")
    from kerlint.execute.worker import attempt

    gc.collect()
    gc.freeze()
    attempt(found[0], SECONDS)  # the first model of a process pays for what all of them use
    times: dict[str, list[float]] = {}
    for trial in found:
        started = time.process_time()
        attempt(trial, SECONDS)
        name = trial.experiments[0]
        times.setdefault(name, []).append(time.process_time() - started)
    for name, taken in sorted(times.items()):
        print(
            f"{name:22} {len(taken):3} models, median {statistics.median(taken):.2f} s, "
            f"longest {max(taken):.2f} s"
        )
    for title, chosen in (
        ("structural", [t for n, all_ in times.items() if n not in TRAINING for t in all_]),
        ("training", [t for n, all_ in times.items() if n in TRAINING for t in all_]),
    ):
        if chosen:
            print(f"{title}: median {statistics.median(chosen):.2f} s of {len(chosen)} models")


if __name__ == "__main__":
    main(sys.argv[1:])
