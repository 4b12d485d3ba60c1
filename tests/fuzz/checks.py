"""Gives one input to kerlint in this process, and says what is wrong with what comes back."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import tempfile
import time
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from unittest import mock

from inputs import ARGUMENTS, IGNORES, NOTHING, PROJECT, SETTINGS, STATELESS, Input

from kerlint.command.cli import main
from kerlint.config.settings import Settings, SettingsError, combine, layer, resolver
from kerlint.outcome import Outcome
from kerlint.program.model import ApiReference, Call
from kerlint.reports import formats, renderer
from kerlint.reports.report import Report
from kerlint.rules import all_rules
from kerlint.run.check_file import diagnose
from kerlint.run.engine import lint_paths, lint_source
from kerlint.sources.read import to_source
from kerlint.sources.source import Source

MAX_SECONDS = 10.0  # of processor time
MAX_MEGABYTES = 500.0  # resident, the interpreter with its modules included

# A text of which nothing is read, and of which a line says so.
REFUSED = "refused"

Place = tuple[str, int, int, int | None]


@dataclass(frozen=True, slots=True)
class Result:
    """``problem`` is empty when all is well; ``digest`` is equal for equal results."""

    problem: str = ""
    detail: str = ""
    digest: str = ""
    refused: bool = False
    seconds: float = 0.0
    megabytes: float = 0.0

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def check(given: Input, *, again: bool = False) -> Result:
    """Run one input. What ends or hangs the process is for the caller to see.

    ``again``: only to compare the results.
    """
    if again:
        given = replace(given, keeps=NOTHING)
    _forget_peak()
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = _RUNS.get(given.form, _run_text)(given)
    except Exception as error:
        result = Result("exception", _where(error))
    seconds = time.process_time() - start
    megabytes = _peak()
    problem, detail = result.problem, result.detail
    if not problem and seconds > MAX_SECONDS:
        problem, detail = "slow", f"more than {MAX_SECONDS:.0f} s"
    if not problem and megabytes > MAX_MEGABYTES:
        problem, detail = "memory", f"more than {MAX_MEGABYTES:.0f} MB"
    return Result(problem, detail, result.digest, result.refused, seconds, megabytes)


def _where(error: BaseException) -> str:
    """The error and the innermost place in kerlint, which tell alike failures from others."""
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/kerlint/" in f.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
    return f"{type(error).__name__} in {place}: {str(error)[:200]}"


# -- one text -------------------------------------------------------------------------------------


def _run_text(given: Input) -> Result:
    used = _settings(given)
    data = given.data
    source = to_source(given.file_name, data)
    outcome = lint_source(source, data, used, all_models=_chance(given, 4))
    problem, detail = _failure(outcome)
    if not problem and isinstance(source, Source) and _chance(given, 5):
        diagnose(source, used, models=True, execute=True)  # raises what lint_source reports
    if not problem and _chance(given, 6):
        problem, detail = _bad_report(outcome)
    if not problem:
        problem, detail = _lost(given, used, outcome)
    return Result(problem, detail, _digest(outcome), _is_refused(outcome))


def _settings(given: Input) -> Settings:
    return combine(os.getcwd(), [layer(given.settings, os.getcwd(), "settings: ")])


def _chance(given: Input, one_in: int) -> bool:
    """The same answer for the same input, in any process."""
    text = given.hostile.encode("utf-8", "surrogatepass")
    return hashlib.sha256(bytes([one_in]) + text).digest()[0] % one_in == 0


def _failure(outcome: Outcome) -> tuple[str, str]:
    if outcome.failed:
        return "exception", outcome.diagnostics[0].message
    for finding in outcome.diagnostics:
        start, end = finding.span.start, finding.span.end
        if min(start.row, start.column, end.row, end.column) < 1 or end < start:
            return "odd place", f"{finding.code}: {finding.span}"
        if "\n" in finding.message or not finding.message:
            return "odd message", f"{finding.code}: {finding.message!r}"
        for part in (finding.message, finding.help, finding.label):
            if "_does_not_parse_" in part:
                return "odd message", f"{finding.code}: {part!r}"
    return "", ""


def _is_refused(outcome: Outcome) -> bool:
    return outcome.coverage.unread > 0 and bool(outcome.diagnostics)


def _digest(outcome: Outcome) -> str:
    return hashlib.sha256(_as_text(outcome).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _as_text(outcome: Outcome) -> str:
    report = Report(outcome.diagnostics, os.getcwd())
    text = "".join(renderer("json")(report))
    return f"{text}{outcome.models!r}{outcome.coverage!r}{outcome.dependencies!r}"


# -- findings that must be kept -------------------------------------------------------------------


def _lost(given: Input, used: Settings, outcome: Outcome) -> tuple[str, str]:
    """Findings of the untouched text that are not there any more."""
    if given.keeps == NOTHING or _is_refused(outcome):
        return "", ""
    there = {_place(given, *each) for each in _places(outcome)}
    for code, row, column, cell in _kept(given, used):
        moved = given.moved(row, cell)
        if _place(given, code, moved[0], column, moved[1]) not in there:
            return "lost", f"{code} at {row}:{column}" + (f" of cell {cell}" if cell else "")
    return "", ""


def _place(given: Input, code: str, row: int, column: int, cell: int | None) -> Place:
    return code, row, 0 if given.changes_columns else column, cell


def _places(outcome: Outcome) -> list[Place]:
    return [
        (each.code, each.span.start.row, each.span.start.column, each.span.cell)
        for each in outcome.diagnostics
    ]


def _kept(given: Input, used: Settings) -> list[Place]:
    """The findings of the untouched text that must be found again."""
    found = _findings(given.untouched_data, given.file_name, used)
    if given.keeps == STATELESS:
        rows = _straight_rows(given.head)
        found = tuple(each for each in found if each[0] in _stateless() and each[1] in rows)
    # Whether a comment silences something, and what does not parse, is not a matter of the code.
    return [each for each in found if each[0] not in ("KER013", "KER000")]


@functools.lru_cache(maxsize=256)
def _findings(data: bytes, name: str, used: Settings) -> tuple[Place, ...]:
    return tuple(_places(lint_source(to_source(name, data), data, used)))


@functools.cache
def _stateless() -> frozenset[str]:
    """The codes of rules about a name or a call as it is written."""
    return frozenset(rule.code for rule in all_rules() if rule.subject in (Call, ApiReference))


def _straight_rows(text: str) -> set[int]:
    """The rows of statements at module level that have no others in them."""
    from corpus import parsed

    tree = parsed(text)
    return {
        row
        for statement in (tree.body if tree is not None else ())
        if not hasattr(statement, "body")
        for row in range(statement.lineno, (statement.end_lineno or 0) + 1)
    }


# -- reports --------------------------------------------------------------------------------------


def _bad_report(outcome: Outcome) -> tuple[str, str]:
    """Every format can be written, and what has a grammar can be read."""
    report = Report(outcome.diagnostics, os.getcwd(), coverage=outcome.coverage)
    for name in formats():
        text = "".join(renderer(name)(report))
        try:
            text.encode("utf-8")
            if name in ("json", "sarif", "gitlab"):
                json.loads(text)
            elif name == "json-lines":
                [json.loads(line) for line in text.split("\n") if line]
            elif name == "junit":
                ElementTree.fromstring(text)
        except (ValueError, ElementTree.ParseError) as error:
            return "odd report", f"{name}: {error}"
        if name in ("concise", "full", "grouped") and any(
            ord(c) < 0x20 and c not in "\n\t" for c in text
        ):
            return "odd report", f"{name}: control characters"
    return "", ""


# -- files and folders ----------------------------------------------------------------------------

WRONG = 'from keras.layers import Dense\nd = Dense(1, activation="softmax")\n'


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="kerlint-fuzz-") as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(here)


def _digest_of(text: str, folder: Path) -> str:
    text = text.replace(str(folder), "FOLDER")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _run_project(given: Input) -> Result:
    used = _settings(given)
    with _folder() as folder:
        Path("zq_other.py").write_bytes(given.other_file)
        Path("input.py").write_bytes(given.data)
        Path("pyproject.toml").touch()
        run = lint_paths(["input.py", "zq_other.py"], lambda _: used, jobs=1, use_cache=False)
        digest = _digest_of("".join(map(_as_text, run.outcomes)), folder)
        for outcome in run.outcomes:
            problem, detail = _failure(outcome)
            if problem:
                return Result(problem, detail, digest)
        outcome = run.outcomes[0]
        problem, detail = _lost(given, used, outcome)
    return Result(problem, detail, digest, _is_refused(outcome))


def _run_settings(given: Input) -> Result:
    """Mistakes are refused in clear lines; else the settings can be used."""
    with _folder() as folder:
        Path("kerlint.toml").write_bytes(given.data)
        Path("input.py").write_text(WRONG)
        told: list[str] = []
        settings_for = resolver(layer({}, str(folder), ""), warn=told.append)
        try:
            run = lint_paths(["."], settings_for, jobs=1, use_cache=False)
        except SettingsError as error:
            return Result(digest=_digest_of(str(error), folder))
        text = "".join(map(_as_text, run.outcomes)) + "".join(told)
        for outcome in run.outcomes:
            problem, detail = _failure(outcome)
            if problem:
                return Result(problem, detail)
        return Result(digest=_digest_of(text, folder))


def _run_ignores(given: Input) -> Result:
    patterns = given.data.decode("utf-8", "replace").split("\n")
    with _folder() as folder:
        for name in ("input.py", "a/b/c.py", "ä/input.py"):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(WRONG)
        Path(".gitignore").write_bytes(given.data)
        Path("pyproject.toml").touch()
        found = []
        for raw in (
            {},
            {"exclude": patterns},
            {"per-file-ignores": {p: ["KER1"] for p in patterns}},
        ):
            told: list[str] = []
            try:
                settings_for = resolver(
                    layer(raw, str(folder), ""), isolated=True, warn=told.append
                )
                run = lint_paths(["."], settings_for, jobs=1, use_cache=False)
            except SettingsError as error:
                found.append(str(error))
                continue
            found += [*map(_as_text, run.outcomes), *told]
        return Result(digest=_digest_of("".join(found), folder))


def _run_arguments(given: Input) -> Result:
    """Any command line ends with one of the exit codes, and without a traceback."""
    words = json.loads(given.hostile)
    out, complaints = _Stream(), _Stream()
    with _folder() as folder:
        Path("input.py").write_text(WRONG)
        Path("pyproject.toml").touch()
        stdin = io.TextIOWrapper(io.BytesIO(WRONG.encode()))
        environment = {"XDG_CACHE_HOME": str(folder), "HOME": str(folder), "NO_COLOR": "1"}
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(complaints),
            mock.patch("sys.stdin", stdin),
            mock.patch.dict(os.environ, environment),
        ):
            try:
                code = main(words)
            except SystemExit as error:
                code = error.code
        text = out.written() + complaints.written()
        if code not in (0, 1, 2, None):
            return Result("exit code", f"{code!r}: {text[-200:]}")
        if "Traceback" in text or "please report it" in text:
            return Result("exception", text[-400:])
        if "--jobs" in text or "-version" in given.hostile:
            return Result()  # some text depends on the machine
        return Result(digest=_digest_of(f"{code}{text}", folder))


class _Stream(io.TextIOWrapper):
    """Standard output that is kept; surrogates are what file names have for other bytes."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", errors="surrogateescape")

    def written(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode("utf-8", "replace")


_RUNS = {
    PROJECT: _run_project,
    SETTINGS: _run_settings,
    IGNORES: _run_ignores,
    ARGUMENTS: _run_arguments,
}

# -- memory ---------------------------------------------------------------------------------------


def _forget_peak() -> None:
    """Let the kernel measure the peak anew; elsewhere the peak is that of all inputs so far."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def _peak() -> float:
    """The peak of resident memory in megabytes."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
