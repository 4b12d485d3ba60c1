"""The worker process: reads requests as lines of JSON, runs the text of trials, answers.

Started by ``kerlint.execute.process`` in an empty folder and with an environment of its own; what
it prints itself goes nowhere. TensorFlow is imported once, here and nowhere else.
"""

from __future__ import annotations

import functools
import gc
import os
import shutil
import sys
import time
import traceback
import types
from dataclasses import replace
from typing import TextIO

from kerlint.execute.proof import Proof, proof
from kerlint.execute.shrink import is_large
from kerlint.execute.spec import Answer, CallTrial, Ready, Request, Trial
from kerlint.execute.support.verdicts import (
    CONFIRMED,
    REFUTED,
    UNPROVEN,
    Verdict,
    in_a_line,
)
from kerlint.execute.wire import decode, encode

MEMORY = 4_000_000_000  # bytes of data beyond what TensorFlow itself takes
# Of the time that a request may take: a training that does not end by then says how far it came,
# and the process lives on.
SHARE = 0.85
LEVELS, LEVELS_OF_LARGE = (0, 2, 1), (2, 1, 0)  # of shrinking, in the order of the attempts
NAME = "kerlint_proof"  # of the module that a text is run as


def main() -> None:
    """Answer until there is nothing more to read."""
    answers = _private_stdout()
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
    for line in sys.stdin:
        request = decode(line, Request)
        _say(answers, attempt(request.trial, request.seconds))
    # The parent is gone without a word, or it would have ended this process itself.
    folder = os.environ.get("KERAS_HOME", "")
    if os.path.basename(folder).startswith("kerlint-"):
        shutil.rmtree(folder, ignore_errors=True)


def attempt(trial: Trial, seconds: float) -> Answer:
    """Try the experiments of a trial, until one confirms: that one outweighs others that refute."""
    deadline = time.monotonic() + SHARE * seconds
    found = []
    for experiment in trial.experiments:
        found.append(_tried(trial, experiment, deadline))
        if found[-1].word == CONFIRMED:
            return found[-1]
    chosen = next((answer for answer in found if answer.word == REFUTED), found[0])
    return replace(chosen, in_time=all(answer.in_time for answer in found))


def _tried(trial: Trial, experiment: str, deadline: float) -> Answer:
    try:
        return _on_levels(trial, experiment, deadline)
    except Exception as error:
        # Whatever goes wrong with one experiment is a reason, no end of the others.
        if os.environ.get("KERLINT_DEBUG"):
            traceback.print_exc()
        if type(error).__name__ == "OutOfTime":  # the class is in the text of the trial
            return Answer(UNPROVEN, f"{error} (see --execute-timeout)", experiment, in_time=False)
        text = f"the experiment failed: {type(error).__name__}: {in_a_line(error)}"
        return Answer(UNPROVEN, text, experiment)


def _on_levels(trial: Trial, experiment: str, deadline: float) -> Answer:
    """Try the models as small as Keras and the limits let them be."""
    from kerlint.execute.allowed import Refused
    from kerlint.execute.limits import TooLarge, judge

    if isinstance(trial, CallTrial):
        verdict = run(proof(trial, experiment, 0), deadline)
        return Answer(verdict.word, verdict.evidence, experiment, 0)
    reason = ""
    for level in LEVELS_OF_LARGE if is_large(trial.baseline) else LEVELS:
        try:
            for spec in (trial.baseline, trial.repaired):
                if spec is not None:
                    judge(spec)
            verdict = run(proof(trial, experiment, level), deadline)
        except TooLarge as error:
            reason = reason or str(error)
        except Refused as error:
            reason = str(error)
            if level == 0:
                break
        else:
            return Answer(verdict.word, verdict.evidence, experiment, level)
    return Answer(UNPROVEN, f"the model could not be built: {reason}", experiment)


def run(made: Proof, deadline: float) -> Verdict:
    """Run the text of a trial: that of the models with nothing but what they may use.

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
        names["DEADLINE"] = deadline
    allowed = {name: names[name] for name in SUPPORT & names.keys()}
    builders: dict[str, object] = {"__builtins__": {}, "keras": keras, **allowed}
    exec(compile(made.models, NAME, "exec"), builders)
    for name, builder in builders.items():
        if isinstance(builder, types.FunctionType) and name not in allowed:
            names[name] = judged(builder)
    exec(compile(made.ending, NAME, "exec"), names)
    found = names["prove"]()
    return Verdict(found.word, found.evidence)


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
