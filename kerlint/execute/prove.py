"""Findings with jobs → findings with verdicts: one worker, a time limit, kept verdicts."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import metadata, util

from kerlint import __version__
from kerlint.diagnostics import Diagnostic, Span
from kerlint.execute.jobs import Job
from kerlint.execute.process import Broken, Died, TookTooLong, Worker
from kerlint.execute.spec import Answer, Request
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN
from kerlint.execute.user_data import UserData
from kerlint.execute.wire import Malformed, decode, encode
from kerlint.files import forget_old, read_file
from kerlint.lazy_dataclass import replace

SECONDS = 20.0
_MAX_VERDICT = 1_000_000  # bytes of the file of a kept verdict
MAX_NAME = 80  # characters of a proof's name that come from the name of the linted file
VERDICTS = "verdicts"  # the folder of kept verdicts in that of the cache
INSTALL = "--execute needs TensorFlow: pip install 'kerlint[execute]'"


class Prover:
    """Runs the experiments of one run of kerlint; use it as a context manager.

    One thread asks the worker, so that files can be parsed while TensorFlow is imported and models
    are tried; nothing else speaks with the worker.

    ``seconds`` is the time that one model may take. ``folder`` is where verdicts are kept, None for
    nowhere. ``proofs`` is where each experiment is saved as a script of its own. ``data`` are the
    user's, which jobs are made with. ``measure``: findings have what can be drawn of the evidence.
    """

    def __init__(
        self,
        seconds: float = SECONDS,
        folder: str | None = None,
        proofs: str | None = None,
        data: UserData | None = None,
        measure: bool = False,
    ) -> None:
        self.data = data
        self._measure = measure
        self._seconds = seconds
        self._folder = folder
        self._proofs = proofs
        self._written: set[str] = set()
        self.worker = Worker()
        self._known: dict[str, Answer] = {}
        self._begun: dict[str, Future[Answer]] = {}
        self._thread: ThreadPoolExecutor | None = None
        self._stored = False
        self.trouble = ""

    def __enter__(self) -> Prover:
        if self._proofs is not None:
            # Found out now, not after minutes of experiments.
            try:
                os.makedirs(self._proofs, exist_ok=True)
                with tempfile.TemporaryFile(dir=self._proofs):
                    pass
            except OSError as error:
                self.trouble = _not_saved(self._proofs, error)
        return self

    def __exit__(self, *_: object) -> None:
        # In this order: a thread that waits for an answer has it as soon as the worker is gone.
        self.worker.close()
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
        self.worker.stop()
        if self._stored and self._folder is not None:
            with contextlib.suppress(OSError):
                forget_old(os.path.join(self._folder, VERDICTS))

    def begin(self, jobs: Iterable[Job]) -> None:
        """Try jobs in the background, in the order in which they come."""
        for job in jobs:
            for each in (job, *job.others):
                if each.text and self._remembered(each) is None:
                    self._future(each)

    def verdict(self, job: Job) -> Answer:
        """Try one job; never raises for what the job is about.

        Of several evaluations of one place one that is confirmed is enough, and it is said of how
        many it is true.
        """
        return self._decided(job)[0]

    def _decided(self, job: Job) -> tuple[Answer, Job, Answer]:
        """The verdict on a place, the evaluation that decided it, and the verdict on that one."""
        jobs = (job, *job.others)
        answers = [self._answer(each) for each in jobs]
        place = _deciding(answers)
        found = answers[place]
        decided = jobs[place]
        text = found.evidence
        if len(jobs) > 1:
            count = sum(answer.word == found.word for answer in answers)
            text += f" ({found.word} for {count} of {len(jobs)} uses of this line)"
        if decided.data:
            text += f"\n{decided.data}"
        return replace(found, evidence=text), decided, found

    def _answer(self, job: Job) -> Answer:
        if not job.text:
            return Answer(UNPROVEN, job.unproven)
        return self._remembered(job) or self._future(job).result()

    def _future(self, job: Job) -> Future[Answer]:
        if job.text not in self._begun:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "kerlint-prover")
            self._begun[job.text] = self._thread.submit(self._attempt, job)
        return self._begun[job.text]

    def _attempt(self, job: Job) -> Answer:
        """Ask the worker; in the thread."""
        if not tensorflow_version():
            self.trouble = INSTALL
        if self.trouble:
            return Answer(UNPROVEN, self.trouble)
        try:
            answer = self.worker.ask(Request(job.trial, self._seconds, self._measure))
        except TookTooLong:
            return Answer(
                UNPROVEN,
                f"the experiment took longer than {self._seconds:g} s (see --execute-timeout)",
            )
        except Died:
            return Answer(UNPROVEN, "TensorFlow crashed or ran out of memory")
        except Broken as error:
            self.trouble = str(error)
            return Answer(UNPROVEN, self.trouble)
        except Malformed:
            return Answer(UNPROVEN, "the process that runs TensorFlow gave no answer")
        if answer.in_time:
            self._remember(job, answer)
        return answer

    def proven(
        self,
        findings: Iterable[Diagnostic],
        jobs: Mapping[tuple[str, Span], Job],
        done: Callable[[], None] = lambda: None,
    ) -> tuple[Diagnostic, ...]:
        """The findings of one file with verdict and evidence, where their rule has a test."""
        made = []
        for finding in findings:
            job = jobs.get((finding.code, finding.span))
            if job is not None:
                found, decided, own = self._decided(job)
                finding = replace(
                    finding,
                    verdict=found.word,
                    evidence=found.evidence,
                    measured=found.measured if self._measure else None,
                )
                if self._proofs is not None and own.level is not None:
                    self._write(self._proofs, finding, decided, own)
                done()
            made.append(finding)
        return tuple(made)

    def _write(self, folder: str, finding: Diagnostic, job: Job, answer: Answer) -> None:
        """Save the text that the worker has run; one for each finding, whatever else is there."""
        from kerlint.execute.proof import proof, saved

        assert answer.level is not None
        text = proof(job.trial, answer.experiment, answer.level).text
        title = f"{finding.code} {finding.name}: {finding.message}"
        text = saved(text, title, f"{answer.word}: {answer.evidence}")
        names = (os.path.join(folder, f"{name}.py") for name in _numbered(_stem(finding)))
        path = next(p for p in names if p not in self._written and _replaceable(p))
        self._written.add(path)
        try:
            os.makedirs(folder, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            self.trouble = _not_saved(folder, error)

    # -- verdicts of earlier runs -----------------------------------------------------------------

    def _remembered(self, job: Job) -> Answer | None:
        key = _key(job, self._measure)
        if key not in self._known and self._folder is not None:
            with contextlib.suppress(OSError, ValueError, RecursionError):
                stored = read_file(self._file(key), _MAX_VERDICT).decode("utf-8")
                self._known[key] = decode(stored, Answer)
                os.utime(self._file(key))  # it is of use still, and not to be forgotten
        return self._known.get(key)

    def _remember(self, job: Job, answer: Answer) -> None:
        self._keep(_key(job, self._measure), answer)
        if self._measure:  # for runs that draw nothing
            self._keep(_key(job, False), replace(answer, measured=None))

    def _keep(self, key: str, answer: Answer) -> None:
        self._known[key] = answer
        if self._folder is None:
            return
        self._stored = True
        folder = os.path.dirname(self._file(key))
        with contextlib.suppress(OSError):
            os.makedirs(folder, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=folder, suffix=".new", delete=False
            ) as file:
                file.write(encode(answer))
            os.replace(file.name, self._file(key))

    def _file(self, key: str) -> str:
        assert self._folder is not None
        return os.path.join(self._folder, VERDICTS, f"{key}.json")


def _deciding(answers: Sequence[Answer]) -> int:
    """The place of the answer that counts: one that confirms, else one that refutes.

    Where the defect showed without a proof, none that refutes another evaluation counts for more.
    """
    weights = [(a.word == CONFIRMED, a.shown, a.word == REFUTED) for a in answers]
    return weights.index(max(weights))


def _stem(finding: Diagnostic) -> str:
    """The name of the file for a proof, in letters that any file system takes."""
    stem = os.path.splitext(os.path.basename(finding.path))[0][:MAX_NAME]
    cell = f"_cell{finding.span.cell}" if finding.span.cell else ""
    name = f"{stem}{cell}_{finding.span.start.row}_{finding.code}".lower()
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)


def _not_saved(folder: str, error: OSError) -> str:
    return f"cannot save proofs in {folder}: {error.strerror or error}"


def _replaceable(path: str) -> bool:
    """Whether the file may be written: it does not exist, or is a proof from an earlier run."""
    from kerlint.execute.proof import MARK

    try:
        with open(path, encoding="utf-8") as file:
            return MARK in file.read(20_000)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in itertools.count(2):
        yield f"{name}_{number}"


def _key(job: Job, measure: bool) -> str:
    text = json.dumps([__version__, _fingerprint(), tensorflow_version(), job.text, measure])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@functools.cache
def _fingerprint() -> str:
    """Changes whenever an experiment of the installed kerlint does."""
    stamps = []
    for folder, _, names in os.walk(os.path.dirname(os.path.abspath(__file__))):
        for name in names:
            if name.endswith(".py"):
                status = os.stat(os.path.join(folder, name))
                stamps.append((name, status.st_mtime_ns, status.st_size))
    return repr(sorted(stamps))


@functools.cache
def tensorflow_version() -> str:
    """The versions that verdicts rest on; empty when there is no TensorFlow to run."""
    if util.find_spec("tensorflow") is None or util.find_spec("keras") is None:
        return ""
    found = []
    for name in ("tensorflow", "tensorflow-cpu", "keras"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return ", ".join(found) or "unknown"
