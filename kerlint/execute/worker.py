"""The worker process: reads jobs as lines of JSON, builds models, tries experiments, answers.

Started by ``kerlint.execute.process`` in an empty folder and with an environment of its own; what
it prints itself goes nowhere. TensorFlow is imported once, here and nowhere else.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import queue
import shutil
import threading
import traceback
from dataclasses import replace
from typing import Any, TextIO

from kerlint.execute.verdicts import UNPROVEN, Verdict, as_json, combined, in_a_line

MEMORY = 4_000_000_000  # bytes of data beyond what TensorFlow itself takes


def main() -> None:
    """Answer until there is nothing more to read."""
    answers = _private_stdout()
    jobs: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_jobs, args=(jobs,), daemon=True).start()
    try:
        import keras
        import tensorflow
    except Exception as error:
        _say(answers, {"failed": f"{type(error).__name__}: {error}"})
        return
    _limit_memory()
    # What TensorFlow holds stays: Keras collects garbage before each model, and would look at it.
    gc.collect()
    gc.freeze()
    _say(answers, {"ready": [tensorflow.__version__, keras.__version__]})
    while True:
        job = json.loads(jobs.get())
        verdict = attempt(job)
        _say(answers, {"id": job["id"], **as_json(verdict)})


def _read_jobs(jobs: queue.SimpleQueue[str]) -> None:
    """Read what to do, and end this process when the parent is gone; in a thread.

    A parent that was killed could not end this process, which would import TensorFlow or train a
    model for nobody.
    """
    # Not by sys.stdin: Python could not take that down at its end while this thread reads it.
    with open(os.dup(0), encoding="utf-8") as lines:
        for line in lines:
            jobs.put(line)
    folder = os.environ.get("KERAS_HOME", "")
    if os.path.basename(folder).startswith("kerlint-"):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def attempt(job: dict[str, Any]) -> Verdict:
    """Try the experiments of one job, until one confirms."""
    return combined(_tried(job))


def _tried(job: dict[str, Any]) -> list[Verdict]:
    found: list[Verdict] = []
    for name in job["experiments"]:
        try:
            module = importlib.import_module(f"kerlint.execute.experiments.{name}")
            if "call" in job:
                verdict = module.attempt(job["call"])
            else:
                verdict = _on_models(module, job)
        except Exception as error:
            # Whatever goes wrong with one experiment is a reason, no end of the others.
            if os.environ.get("KERLINT_DEBUG"):
                traceback.print_exc()
            text = f"the experiment failed: {type(error).__name__}: {in_a_line(error)}"
            verdict = Verdict(UNPROVEN, text)
        found.append(replace(verdict, experiment=name))
        if verdict.word == "confirmed":
            break
    return found


def _on_models(module: Any, job: dict[str, Any]) -> Verdict:
    """Build baseline and twin, as small as Keras and the limits let them be, and compare them."""
    from kerlint.execute.build import Refused, TooLarge
    from kerlint.execute.shrink import is_large, shrunk
    from kerlint.execute.subject import Subject

    levels: tuple[int, ...] = (2, 1, 0) if is_large(job["baseline"]) else (0, 2, 1)
    if job.get("as_written"):
        levels = (0,)
    reason = ""
    for level in levels:
        try:
            pair = [
                None
                if description is None
                else Subject.of(shrunk(description, level) if level else description)
                for description in (job["baseline"], job["twin"])
            ]
        except TooLarge as error:
            reason = reason or str(error)
            continue
        except Refused as error:
            reason = str(error)
            if level == 0:
                break
            continue
        baseline, twin = pair
        assert baseline is not None
        verdict: Verdict = module.compare(baseline, twin, job["claim"])
        return verdict
    return Verdict(UNPROVEN, f"the model could not be built: {reason}")


def _private_stdout() -> TextIO:
    """The pipe to the parent, for answers only: what TensorFlow prints goes to stderr's file."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _limit_memory() -> None:
    """Let a model that outgrows its welcome fail by itself, where the system can see to that."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as statm:
            pages = int(statm.read().split()[5])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (ImportError, OSError, ValueError):
        return
