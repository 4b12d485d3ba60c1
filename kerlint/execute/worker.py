"""The worker process: reads requests as lines of JSON, runs the text of trials, answers.

Started by ``kerlint.execute.process`` in an empty folder and with an environment of its own; what
it prints itself goes nowhere. TensorFlow is imported once, here and nowhere else.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import queue
import subprocess
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from kerlint.execute.proof import Proof, proof
from kerlint.execute.shrink import HEAD, is_dear, is_large
from kerlint.execute.spec import Answer, CallTrial, ModelTrial, Ready, Request, Trial
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN, Verdict, in_a_line
from kerlint.execute.wire import decode, encode
from kerlint.lazy_dataclass import replace

if TYPE_CHECKING:
    from kerlint.execute.measuring import Kept
    from kerlint.measured import Measured

MEMORY = 4_000_000_000  # bytes of data beyond what TensorFlow itself takes
# Of the time that a request may take: a training that does not end by then says how far it came,
# and the process lives on.
SHARE = 0.85
LEVELS, LEVELS_OF_LARGE = (0, 2, 1), (2, 1, 0)  # of shrinking, in the order of the attempts
REMOVE = "import shutil, sys; sys.stdin.read(); shutil.rmtree(sys.argv[1], ignore_errors=True)"
Deadline = tuple[float, float]  # on the clocks of time.monotonic() and time.process_time()
NAME = "kerlint_proof"  # of the module that a text is run as


def main() -> None:
    """Answer until there is nothing more to read."""
    answers = _private_stdout()
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    try:
        import keras  # noqa: F401
        import tensorflow  # noqa: F401
    except Exception as error:
        _say(answers, Ready(f"{type(error).__name__}: {error}"))
        return
    _limit_memory()
    # What TensorFlow holds stays: Keras collects garbage before each model, and would look at it.
    gc.collect()
    gc.freeze()
    _say(answers, Ready())
    while True:
        request = decode(requests.get(), Request)

        def keep(answer: Answer) -> None:
            _say(answers, replace(answer, final=False))

        _say(answers, attempt(request.trial, request.seconds, keep, measure=request.measure))


def _read_requests(requests: queue.SimpleQueue[str]) -> None:
    """Read what to do, and end this process when the parent is gone; in a thread.

    A parent that was killed could not end this process, which would import TensorFlow or train a
    model for nobody.
    """
    # Not by sys.stdin: Python could not take that down at its end while this thread reads it.
    with open(os.dup(0), encoding="utf-8") as lines:
        for line in lines:
            requests.put(line)
    folder = os.environ.get("KERAS_HOME", "")
    if os.path.basename(folder).startswith("kerlint-"):
        _remove_after_this_process(folder)
    os._exit(0)


def _remove_after_this_process(folder: str) -> None:
    """Start a process that removes the folder once this one has ended.

    While this one runs, its other thread may be importing Keras, which writes there.
    """
    # Its standard input is a pipe that closes when this process ends.
    with contextlib.suppress(OSError):
        subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", REMOVE, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.path.dirname(folder),
        )


def attempt(
    trial: Trial,
    seconds: float,
    kept: Callable[[Answer], None] | None = None,
    *,
    measure: bool = False,
) -> Answer:
    """Try the experiments of a trial until one confirms the finding.

    If none does, an experiment in which the defect showed counts more than one that refutes the
    finding. ``kept`` is called with the best answer so far before each further experiment.
    ``measure``: answers have what can be drawn.
    """
    deadline = (time.monotonic() + SHARE * seconds, time.process_time() + SHARE * seconds)
    found = []
    for experiment in trial.experiments:
        found.append(_tried(trial, experiment, deadline, measure))
        if found[-1].word == CONFIRMED:
            return found[-1]
        if kept is not None and len(found) < len(trial.experiments):
            kept(_weightiest(found))
    return _weightiest(found)


def _weightiest(found: list[Answer]) -> Answer:
    """The answer that counts: one that confirms, then one that saw the defect as it is written."""
    chosen = max(
        found,
        key=lambda answer: (
            answer.word == CONFIRMED,
            answer.shown,
            answer.word == REFUTED,
            answer.level is not None,
        ),
    )
    return replace(chosen, in_time=all(answer.in_time for answer in found))


def _tried(trial: Trial, experiment: str, deadline: Deadline, measure: bool) -> Answer:
    try:
        return _on_levels(trial, experiment, deadline, measure)
    except Exception as error:
        # Whatever goes wrong with one experiment is a reason, no end of the others.
        if os.environ.get("KERLINT_DEBUG"):
            traceback.print_exc()
        if type(error).__name__ == "OutOfTime":  # the class is in the text of the trial
            return Answer(UNPROVEN, f"{error} (see --execute-timeout)", experiment, in_time=False)
        text = f"the experiment failed: {type(error).__name__}: {in_a_line(error)}"
        return Answer(UNPROVEN, text, experiment)


def _on_levels(trial: Trial, experiment: str, deadline: Deadline, measure: bool) -> Answer:
    """Try the models as small as Keras and the limits let them be."""
    from kerlint.execute.allowed import Refused
    from kerlint.execute.limits import TooLarge, judge

    if isinstance(trial, CallTrial):
        verdict = run(proof(trial, experiment, 0), deadline)
        return Answer(verdict.word, verdict.evidence, experiment, 0)
    reason = ""
    refused = False  # Keras does not take the model as it is written, in whatever size
    undecided = None
    for level in _levels(trial):
        if refused and level != HEAD:
            continue
        try:
            whole = (trial.baseline, trial.repaired) if level != HEAD else ()
            for spec in whole:
                if spec is not None:
                    judge(spec)
            kept: list[Kept] | None = [] if measure else None
            verdict = run(proof(trial, experiment, level), deadline, kept)
        except TooLarge as error:
            reason = reason or str(error)
        except Refused as error:
            reason = str(error)
            refused = level == 0
        else:
            answer = Answer(verdict.word, verdict.evidence, experiment, level, verdict.shown)
            if kept:
                answer = replace(answer, measured=_measured(kept, experiment, level == HEAD))
            if level != HEAD or verdict.word != UNPROVEN:
                return answer
            undecided = answer
    if undecided is not None:
        return undecided
    return Answer(UNPROVEN, f"the model could not be built: {reason}", experiment)


def _levels(trial: ModelTrial) -> tuple[int, ...]:
    """The levels to try, in this order; the end of a model first where all of it is dear."""
    levels = LEVELS_OF_LARGE if is_large(trial.baseline) else LEVELS
    if trial.head is None:
        return levels
    first = is_dear(trial.baseline) and not trial.last_resort
    return (HEAD, *levels) if first else (*levels, HEAD)


def _measured(kept: list[Kept], experiment: str, part: bool) -> Measured | None:
    """What can be drawn; whatever goes wrong with it, the verdict stands."""
    from kerlint.execute.measuring import measured

    try:
        return measured(kept, experiment, part)
    except Exception:
        if os.environ.get("KERLINT_DEBUG"):
            traceback.print_exc()
        return None


def run(made: Proof, deadline: Deadline, kept: list[Kept] | None = None) -> Verdict:
    """Run the text of a trial: that of the models with nothing but what they may use.

    ``kept`` takes the models and what was measured on them, for ``kerlint.execute.measuring``.
    Raises ``Refused`` where a model cannot be built.
    """
    import keras

    from kerlint.execute.allowed import SUPPORT, check
    from kerlint.execute.limits import judged

    check(made.models)
    module = types.ModuleType(NAME)
    sys.modules[NAME] = module  # where dataclasses look up their own module
    names = module.__dict__
    exec(_compiled(made.imports), names)
    exec(_compiled(made.library), names)
    if "DEADLINE" in names:
        names["DEADLINE"], names["SPENT"] = deadline
    if "KEPT" in names:
        names["KEPT"] = kept
    allowed = {name: names[name] for name in SUPPORT & names.keys()}
    builders: dict[str, object] = {"__builtins__": {}, "keras": keras, **allowed}
    exec(compile(made.models, NAME, "exec"), builders)
    for name, builder in builders.items():
        if isinstance(builder, types.FunctionType) and name not in allowed:
            names[name] = judged(builder) if kept is None else _noted(judged(builder), name, kept)
    exec(compile(made.ending, NAME, "exec"), names)
    found = names["prove"]()
    return Verdict(found.word, found.evidence, found.shown)


def _noted(builder: Callable[[], Any], name: str, kept: list[Kept]) -> Callable[[], Any]:
    """A function that builds a model and keeps it, with the name of its text."""

    def build() -> Any:
        made = builder()
        kept.append((made, name, None))
        return made

    return build


@functools.lru_cache(64)
def _compiled(text: str) -> types.CodeType:
    """The code of what is the same in many texts."""
    return compile(text, NAME, "exec")


def _private_stdout() -> TextIO:
    """The pipe to the parent, for answers only: what TensorFlow prints goes to stderr's file."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _say(answers: TextIO, message: Ready | Answer) -> None:
    answers.write(encode(message) + "\n")
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
