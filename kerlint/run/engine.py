"""The steps of a run: paths, sources, prefilter, check, suppressions; processes and cache."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from kerlint.catalogue.codes import FAILED_ON, UNREADABLE_CODE
from kerlint.config.settings import (
    Layer,
    Selection,
    Settings,
    combine,
    layer,
    resolver,
    selected_in_vain,
)
from kerlint.diagnostics import Applicability, Diagnostic, Position, Severity, Span
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Coverage, Outcome
from kerlint.plugins.scan import plugins
from kerlint.prefilter import Prefilter, names_keras
from kerlint.processes import interrupts, workers
from kerlint.run import suppressions
from kerlint.run.cache import NO_STAMP, Cache, Stamp, digest_of, stamp_of
from kerlint.run.recursion import allow_deep_calls
from kerlint.sources.find import Missing, SourceFile, find
from kerlint.sources.lines import split_lines
from kerlint.sources.read import (
    is_model,
    is_notebook,
    python_source,
    read_bytes,
    to_source,
    too_large,
)
from kerlint.sources.source import Source, Unreadable

if TYPE_CHECKING:
    from kerlint.config.aliases import Aliases
    from kerlint.execute.jobs import Job
    from kerlint.execute.prove import Prover
    from kerlint.execute.user_data import UserData
    from kerlint.program.data import Array
    from kerlint.run.layer_reports import LayersSeen
    from kerlint.saved.architecture import Architecture

Work = TypeVar("Work")
Result = TypeVar("Result")

# A process pool costs about 40 ms where processes can be forked, and lets two cores share about
# 1.5 s of work for each megabyte; where they are spawned, each imports the parser anew (0.3 s).
POOL_BYTES_FORKED = 200_000
POOL_BYTES_SPAWNED = 1_000_000
# Making it quicker to make nodes takes 6 ms, as long as parsing this much.
QUICK_NODES_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a run: one outcome for each file, in order, and paths that do not exist."""

    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stdin:
    """What came from standard input. ``path`` is the name that it goes by.

    ``unread``: there is more of it than is checked.
    """

    path: str
    data: bytes
    unread: bool
    settings: Settings


@dataclass(frozen=True, slots=True)
class _Requests:
    """What is wanted besides findings: reports on all models or layers, jobs for ``--execute``,
    digests.

    ``given`` are the samples of ``lint_model``.
    """

    all_models: bool = False
    jobs: bool = False
    own_process: bool = False
    data: UserData | None = None
    digests: bool = False
    given: Mapping[str, Array] | None = None
    layers: bool = False


@dataclass(frozen=True, slots=True)
class _Task:
    """A file that has passed the prefilter and waits to be parsed.

    ``data`` is its bytes; of a notebook it is the code only, which ``source`` holds already.
    ``possible`` are the codes of the rules that can fire on it.
    """

    index: int
    path: str
    data: bytes
    settings: Settings
    stamp: Stamp
    digest: str
    possible: frozenset[str]
    source: Source | None = None


def lint_paths(
    paths: Iterable[str],
    settings_for: Callable[[str], Settings],
    *,
    jobs: int | None = None,
    use_cache: bool = True,
    force_exclude: bool = False,
    all_models: bool = False,
    digests: bool = False,
    prover: Prover | None = None,
    own_process: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    proving: Callable[[int, int], None] = lambda done, total: None,
    warn: Callable[[str], None] = lambda problem: None,
) -> Run:
    """Lint the files that ``paths`` name.

    ``all_models`` reads every file that uses Keras, even when no rule can fire on it. ``digests``:
    outcomes with findings say which content they are about, but for some from the cache. ``prover``
    tests the findings while other files are still being parsed. ``own_process``: nobody else
    needs libcst in this process, see ``kerlint.reading.syntax.quick_nodes``. ``progress`` is called
    with the number of files parsed so far and their total, ``proving`` with that of the tested
    findings. ``warn`` is called with what is wrong with files such as a .gitignore.
    """
    allow_deep_calls()
    data = None if prover is None else prover.data
    wants = _Requests(all_models, prover is not None, own_process, data, digests)
    found: dict[int, Outcome] = {}
    missing = []
    work: list[_Task] = []
    caches: dict[Settings, Cache] = {}
    prefilters: dict[Aliases, Prefilter] = {}
    items = find(paths, settings_for, force_exclude=force_exclude, warn=warn)
    for index, item in enumerate(items):
        if isinstance(item, Missing):
            missing.append(item.path)
        elif isinstance(item, Unreadable):
            settings = settings_for(os.path.dirname(item.path))
            found[index] = _without_known(_unreadable(item, settings), settings)
        else:
            cache = None
            if use_cache and not all_models:
                if item.settings not in caches:
                    caches[item.settings] = Cache.open(item.settings)
                cache = caches[item.settings]
            aliases = item.settings.aliases
            prefilter = prefilters.get(aliases) or prefilters.setdefault(
                aliases, Prefilter(aliases)
            )
            outcome: Outcome | _Task
            try:
                outcome = _without_parsing(index, item, prefilter, cache, wants)
            except Exception as error:
                outcome = _failed(item.path, error)
            if isinstance(outcome, _Task):
                work.append(outcome)
            else:
                found[index] = _without_known(outcome, item.settings)
    progress(0, len(work))
    try:
        with closing(_parsed(work, jobs, wants)) as parsed:
            for done, (each, outcome) in enumerate(parsed, 1):
                if each.digest:
                    outcome = replace(outcome, digest=each.digest)
                found[each.index] = shown = _without_known(outcome, each.settings)
                if prover is not None:
                    if done == 1:  # not before: processes are started by forking this one
                        for known in tuple(found.values()):
                            prover.begin(_jobs_of(known))
                    prover.begin(_jobs_of(shown))
                if not outcome.failed and each.digest and each.settings in caches:
                    caches[each.settings].store(outcome, each.stamp, each.digest)
                progress(done, len(work))
    finally:  # what a long run has found is worth keeping when it is interrupted
        for cache in caches.values():
            for prefilter in prefilters.values():
                cache.looked_at(prefilter.imported)
            cache.save()
    outcomes = tuple(found[index] for index in sorted(found))
    if prover is not None:
        outcomes = _tried(outcomes, prover, proving)
    return Run(outcomes, tuple(missing))


def _without_known(outcome: Outcome, settings: Settings) -> Outcome:
    """``outcome`` without what a baseline keeps quiet."""
    if settings.baseline is None:
        return outcome
    from kerlint.run.baseline import without_known  # only here: most projects have none

    return without_known(outcome, settings.baseline)


def _jobs_of(outcome: Outcome) -> list[Job]:
    """The jobs of the findings that are shown; suppressed ones are not tested."""
    keys = ((finding.code, finding.span) for finding in outcome.diagnostics)
    return [outcome.jobs[key] for key in keys if key in outcome.jobs]


def _tried(
    outcomes: Iterable[Outcome], prover: Prover, proving: Callable[[int, int], None]
) -> tuple[Outcome, ...]:
    """The outcomes with a verdict for each finding that can be tested."""
    outcomes = tuple(outcomes)
    total = sum(len(_jobs_of(outcome)) for outcome in outcomes)
    done = 0
    proving(done, total)

    def one_more() -> None:
        nonlocal done
        done += 1
        proving(done, total)

    return tuple(
        replace(
            outcome,
            diagnostics=prover.proven(outcome.diagnostics, outcome.jobs, one_more),
            jobs={},
        )
        if outcome.jobs
        else outcome
        for outcome in outcomes
    )


def lint_source(
    source: Source | Unreadable,
    data: bytes,
    settings: Settings,
    *,
    all_models: bool = False,
    layers: bool = False,
    prover: Prover | None = None,
    own_process: bool = False,
    proving: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Lint a text that is not a file, without cache; ``data`` is its bytes.

    ``layers`` asks for a report on every layer, as ``all_models`` does for models.
    """
    if isinstance(source, Unreadable):
        return _without_known(_unreadable(source, settings), settings)
    if is_notebook(source.path):
        data = _code_of(source)
    users = None if prover is None else prover.data
    wants = _Requests(all_models, prover is not None, own_process, users, layers=layers)
    look = Prefilter(settings.aliases).look_at(source.path, data, settings)
    if look.possible or (look.keras and (wants.all_models or wants.layers)):
        work = _Task(0, source.path, data, settings, NO_STAMP, "", look.possible, source)
        ((_, outcome),) = _parsed([work], 1, wants)
        outcome = _without_known(outcome, settings)
        return outcome if prover is None else _tried([outcome], prover, proving)[0]
    return _without_known(_filtered(source, data, settings, look.keras), settings)


def _without_parsing(
    index: int, item: SourceFile, prefilter: Prefilter, cache: Cache | None, wants: _Requests
) -> Outcome | _Task:
    """The outcome of a file that need not be parsed; else the work that is left to do."""
    if is_model(item.path):  # even reading one is left to a process that may crash
        return _Task(index, item.path, b"", item.settings, NO_STAMP, "", frozenset())
    stamp = stamp_of(item.path)
    if cache is not None:
        cached = cache.by_stamp(item.path, stamp)
        if cached is not None and not (wants.jobs and cached.diagnostics):
            return cached
    uses_keras = partial(names_keras, aliases=item.settings.aliases)
    data = read_bytes(item.path, item.settings.max_file_size, uses_keras)
    if data is None:
        return Outcome(item.path, coverage=Coverage(files=1))
    if isinstance(data, Unreadable):
        return _unreadable(data, item.settings)
    digest = digest_of(data) if cache is not None or wants.digests else ""
    if cache is not None:
        cached = cache.by_content(item.path, stamp, digest)
        if cached is not None and not (wants.jobs and cached.diagnostics):
            return replace(cached, digest=digest)
    source: Source | Unreadable | None = None
    if is_notebook(item.path):
        # The words that the prefilter looks for must not be found in what the cells printed.
        source = _small_enough(to_source(item.path, data), item.settings)
        data = _code_of(source) if isinstance(source, Source) else b""
    look = prefilter.look_at(item.path, data, item.settings)
    if look.possible or (look.keras and wants.all_models):
        assert not isinstance(source, Unreadable)
        return _Task(index, item.path, data, item.settings, stamp, digest, look.possible, source)
    if source is None:
        source = to_source(item.path, data)
    if isinstance(source, Unreadable):
        outcome = _unreadable(source, item.settings)
    else:
        outcome = _filtered(source, data, item.settings, look.keras)
    if cache is not None:
        cache.store(outcome, stamp, digest, prefiltered=look.imports)
    return replace(outcome, digest=digest) if outcome.diagnostics else outcome


def _code_of(source: Source) -> bytes:
    return source.text.encode("utf-8", "surrogatepass")


def _small_enough(source: Source | Unreadable, settings: Settings) -> Source | Unreadable:
    """``source``, unless the code of the notebook is larger than a file may be."""
    if isinstance(source, Unreadable) or len(source.text) <= settings.max_file_size:
        return source
    if names_keras(_code_of(source), settings.aliases):
        return too_large(source.path, len(_code_of(source)), settings.max_file_size)
    return Source(source.path, "")


def _filtered(source: Source, data: bytes, settings: Settings, keras: bool) -> Outcome:
    """The outcome of a file that is not parsed: only its suppressions can be wrong."""
    coverage = Coverage(files=1, keras=int(keras))
    if not suppressions.may_have_suppressions(data):
        return Outcome(source.path, coverage=coverage)
    findings = _finished(source, data, settings, ())
    return Outcome(source.path, tuple(findings), coverage=coverage)


def _lint(work: _Task, wants: _Requests) -> Outcome:
    """Parse and check one file that has passed the prefilter."""
    if work.source is None and is_model(work.path):
        return _lint_model(work, wants)
    source = work.source or to_source(work.path, work.data)
    if isinstance(source, Unreadable):
        return _unreadable(source, work.settings)
    return _parse(source, work, wants)


def _lint_model(work: _Task, wants: _Requests) -> Outcome:
    """Check the model in a file."""
    from kerlint.saved.source import source_of_file  # only here: few runs are about models

    try:
        source = source_of_file(work.path, work.settings.max_file_size)
    except Exception as error:
        if isinstance(error, MemoryError) and wants.own_process and workers.can_fork():
            raise
        return _failed(work.path, error)
    if isinstance(source, Unreadable):
        return _unreadable(source, work.settings)
    return _parse_model(source, work.settings, wants)


def _parse_model(
    source: Source, settings: Settings, wants: _Requests, *, fresh: bool = False
) -> Outcome:
    """Check the text that stands for a model, with the rules that say something of it."""
    from kerlint.catalogue.codes import catalogue
    from kerlint.saved.rules import DATA, rules_for

    text = _code_of(source)
    codes = (
        entry.code
        for entry in catalogue()
        if not entry.required_bytes
        or entry.code in DATA  # their words are those of programs that load data
        or any(word in text for word in entry.required_bytes)
    )
    possible = rules_for(codes, fresh=fresh, data=wants.given is not None)
    work = _Task(0, source.path, text, settings, NO_STAMP, "", possible, source)
    return _parse(source, work, wants)


def _parse(source: Source, work: _Task, wants: _Requests) -> Outcome:
    """Diagnose a text; whatever goes wrong becomes one line instead of a traceback."""
    data, settings = work.data, work.settings
    try:
        silenced = (
            source.layers is None
            and suppressions.may_have_suppressions(data)
            and suppressions.ignores_whole_file(suppressions.suppressions_in(source))
        )
        if silenced:
            return Outcome(source.path, coverage=Coverage(files=1, keras=1, ignored=1))
        from kerlint.run.check_file import diagnose

        # Millions of young objects that all live as long as the tree: collecting is for later.
        collecting = gc.isenabled()
        gc.disable()
        try:
            diagnosis = diagnose(
                source,
                _with_syntax_errors(settings),
                possible=work.possible,
                models=wants.all_models,
                execute=wants.jobs,
                data=wants.data,
                given=wants.given,
                layers=_layers_seen() if wants.layers else None,
            )
        finally:
            if collecting:
                gc.enable()
        findings = _finished(
            source, data, settings, diagnosis.diagnostics, unread=diagnosis.coverage.unread > 0
        )
        if source.layers is not None:
            findings = [_described_only(finding, "", edits=False) for finding in findings]
        elif diagnosis.coverage.unread or diagnosis.coverage.statements:
            why = "kerlint could not read the whole file"
            findings = [_described_only(finding, why) for finding in findings]
    except Exception as error:
        if isinstance(error, MemoryError) and wants.own_process and workers.can_fork():
            raise  # the worker ends and gives its memory back
        return _failed(source.path, error)
    return Outcome(
        source.path,
        tuple(findings),
        diagnosis.models,
        diagnosis.dependencies,
        failed=diagnosis.failed,
        jobs=diagnosis.jobs,
        coverage=diagnosis.coverage,
        layers=diagnosis.layers,
    )


def _layers_seen() -> LayersSeen:
    from kerlint.run.layer_reports import LayersSeen  # only for editors

    return LayersSeen()


def _with_syntax_errors(settings: Settings) -> Settings:
    """KER000 is reported whatever is selected: code that was not read is not code that is right."""
    always = Selection(extend_select=(UNREADABLE_CODE.code,))
    return replace(settings, selections=(*settings.selections, always))


def _finished(
    source: Source,
    data: bytes,
    settings: Settings,
    found: Iterable[Diagnostic],
    *,
    unread: bool = False,
) -> list[Diagnostic]:
    """``found`` after per-file-ignores, suppressions and severities, with the lines to show.

    ``unread``: nothing of the text was read, which is shown however little it says of the code.
    """
    settings = settings.of_file(source.path)
    findings = _not_ignored(found, settings)
    if (
        source.layers is None
        and suppressions.may_have_suppressions(data)
        and (findings or suppressions.may_be_idle(data))
    ):
        findings = suppressions.apply(
            source,
            settings,
            suppressions.suppressions_in(source),
            findings,
            complete=not any(f.code == UNREADABLE_CODE.code for f in findings),
        )
    if findings:
        lines = split_lines(source.shown)
        findings = [
            _with_lines(_with_severity(_with_fix(finding, settings), settings), source, lines)
            for finding in findings
            if (unread and finding.code == UNREADABLE_CODE.code)
            or settings.shows(finding.code, finding.name, finding.severity)
        ]
    return sorted(findings, key=lambda finding: finding.sort_key)


def _not_ignored(found: Iterable[Diagnostic], settings: Settings) -> list[Diagnostic]:
    """``found`` without codes that are off, which for rules only ``per-file-ignores`` can add."""
    kept = []
    for finding in found:
        if finding.code == UNREADABLE_CODE.code:
            # See _with_syntax_errors; only its own code or name turns it off.
            off = any(
                word in (UNREADABLE_CODE.code, UNREADABLE_CODE.name)
                for selection in settings.selections
                for word in selection.ignore
            )
        else:
            off = not settings.selects(finding.code, finding.name, True)
        if not off:
            kept.append(finding)
    return kept


def _with_severity(finding: Diagnostic, settings: Settings) -> Diagnostic:
    severity = settings.severity_of(finding.code, finding.name, finding.severity)
    return finding if severity is finding.severity else replace(finding, severity=severity)


_SET_UNSAFE = "the settings list it in extend-unsafe-fixes"


def _with_fix(finding: Diagnostic, settings: Settings) -> Diagnostic:
    """``finding`` with its fix as the settings see it: barred, safe or unsafe."""
    fix = finding.fix
    if fix is None or not settings.fix_selections:
        return finding
    if not settings.fixes(finding.code, finding.name):
        return replace(finding, fix=None)
    now = settings.applicability(finding.code, finding.name, fix.applicability)
    if now is fix.applicability:
        return finding
    why = fix.why or _SET_UNSAFE if now is Applicability.UNSAFE else ""
    return replace(finding, fix=replace(fix, applicability=now, why=why))


def _described_only(finding: Diagnostic, why: str, *, edits: bool = True) -> Diagnostic:
    """``finding`` with a fix to look at, such as where what was not read may depend on it."""
    fix = finding.fix
    if fix is None:
        return finding
    shown = replace(fix, applicability=Applicability.DISPLAY, why=why)
    return replace(finding, fix=shown if edits else replace(shown, edits=()))


def _with_lines(finding: Diagnostic, source: Source, lines: list[str]) -> Diagnostic:
    """``finding`` with the lines that its code frame shows."""
    if finding.lines:
        return finding
    first, last = 1, len(lines)
    for cell in source.cells:
        if cell.number == finding.span.cell:
            first, last = cell.first_row, cell.first_row + cell.rows - 1
    rows = {finding.span.start.row - 1, finding.span.start.row}
    for related in finding.related:
        if related.path is None and related.span.cell == finding.span.cell:
            rows.add(related.span.start.row)
    shown = {row: lines[first + row - 2] for row in sorted(rows) if 1 <= row <= last - first + 1}
    return replace(finding, lines=shown)


def _unreadable(it: Unreadable, settings: Settings) -> Outcome:
    finding = _no_rule(it.path, it.reason, it.row, it.column)
    if it.valid:
        finding = replace(finding, severity=Severity.INFO)
    settings = settings.of_file(it.path)
    kept = _not_ignored([finding], settings)
    findings = tuple(_with_severity(each, settings) for each in kept)
    return Outcome(it.path, findings, coverage=Coverage(unread=1))


def _failed(path: str, error: Exception) -> Outcome:
    if os.environ.get("KERLINT_DEBUG"):
        import traceback

        traceback.print_exc()
    return broke_down(path, _in_one_line(error))


def broke_down(path: str, reason: str, then: str = "; please report it") -> Outcome:
    """The outcome of a file that was not checked, for a ``reason`` that is not in the file."""
    message = f"{FAILED_ON}: {reason}{then}"
    finding = _no_rule(path, message, 1, 1)
    return Outcome(path, (finding,), failed=True, coverage=Coverage(unread=1))


def _no_rule(path: str, message: str, row: int, column: int) -> Diagnostic:
    place = Position(row, column)
    return Diagnostic(
        UNREADABLE_CODE.code,
        UNREADABLE_CODE.name,
        UNREADABLE_CODE.severity,
        message,
        path,
        Span(place, place),
    )


def _in_one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if len(text) > 200:
        text = text[:200] + "..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


# --- processes -----------------------------------------------------------------------------------


def _parsed(
    work: list[_Task], jobs: int | None, wants: _Requests
) -> Generator[tuple[_Task, Outcome], None, None]:
    """The outcomes of ``work`` as they come."""
    work = sorted(work, key=lambda each: (-len(each.data), each.path))
    if not wants.own_process:
        for each in work:
            yield each, _lint(each, wants)
        return
    with closing(shared_out(work, partial(_lint, wants=wants), _size, jobs)) as results:
        for each, result in results:
            if isinstance(result, workers.Lost):
                yield each, broke_down(each.path, result.reason)
            else:
                yield each, result


def shared_out(
    work: Sequence[Work],
    do: Callable[[Work], Result],
    size: Callable[[Work], int],
    jobs: int | None,
) -> Generator[tuple[Work, Result | workers.Lost], None, None]:
    """The results of ``work`` as they come, from several processes when that is faster.

    This is for a process that is kerlint's own. It parses nothing itself where it can be forked: a
    file that crashes the parser must not end the run.
    """
    if not work:
        return
    total = sum(map(size, work))
    forked = workers.can_fork()
    jobs = min(jobs or usable_cores(), len(work))
    if total < (POOL_BYTES_FORKED if forked else POOL_BYTES_SPAWNED):
        jobs = min(jobs, 1)
    load = partial(load_the_core, total)
    if forked or jobs > 1:
        with closing(workers.results(work, workers.Task(do, load, size), jobs)) as results:
            yield from results
        return
    load()
    interrupts.raise_again()
    for each in work:
        yield each, do(each)


def _size(work: _Task) -> int:
    return len(work.data)


def usable_cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_the_core(size: int) -> None:
    """Import what every file needs, and tell the collector that it will stay.

    ``size`` is how much there is to parse, in bytes.
    """
    global _loaded
    allow_deep_calls()
    if _loaded:
        return
    _loaded = True
    try:
        import kerlint.run.check_file  # noqa: F401
        from kerlint.reading.syntax.parsing import prepare_libcst

        if size > QUICK_NODES_BYTES:
            # In much there is something to show; what is forked from here need not import it.
            prepare_libcst(load=size > POOL_BYTES_FORKED)
    except Exception:
        pass  # reported for each file, by _lint
    gc.freeze()
    gc.enable()  # see kerlint.__main__


_loaded = False


# --- from Python ---------------------------------------------------------------------------------


def findings_in_text(text: str, filename: str, settings: Mapping[str, object]) -> list[Diagnostic]:
    """See ``kerlint.lint_source``."""
    allow_deep_calls()
    source: Source | Unreadable = Source(filename, text.removeprefix("\ufeff"))
    data = text.encode("utf-8", "surrogatepass")
    if is_notebook(filename):
        source = to_source(filename, data)
    elif not text.isascii() or "\0" in text:
        # What no file could hold, a string can: half a surrogate pair. A coding comment, though,
        # says nothing of a text that is decoded already.
        as_file = python_source(filename, data)
        source = as_file if isinstance(as_file, Unreadable) else source
    settings_here = combine(os.getcwd(), [from_keywords(settings)])
    for problem in selected_in_vain(settings_here):
        warnings.warn(problem, stacklevel=3)
    return list(lint_source(source, data, settings_here).diagnostics)


def findings_in_paths(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str], settings: Mapping[str, object]
) -> list[Diagnostic]:
    """See ``kerlint.lint_paths``."""
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    settings_for = resolver(from_keywords(settings))
    # No processes: the caller may have threads.
    names = [os.fspath(path) for path in paths]
    run = lint_paths(names, settings_for, jobs=1, warn=warnings.warn)
    if run.missing:
        raise FileNotFoundError(f"no such file or folder: {', '.join(run.missing)}")
    findings = (finding for outcome in run.outcomes for finding in outcome.diagnostics)
    return sorted(findings, key=lambda finding: finding.sort_key)


def lint_architecture(
    name: str,
    architecture: Architecture,
    settings: Settings,
    *,
    after: Sequence[str] = (),
    given: Mapping[str, Array] | None = None,
    fresh: bool = False,
    prover: Prover | None = None,
) -> Outcome:
    """Lint a model that is no file. See ``kerlint.live`` for the arguments."""
    from kerlint.saved.source import source_of

    allow_deep_calls()
    source = source_of(name, architecture, settings.max_file_size, after)
    if isinstance(source, Unreadable):
        return _unreadable(source, settings)
    users = None if prover is None else prover.data
    wants = _Requests(False, prover is not None, False, users, given=given)
    outcome = _parse_model(source, settings, wants, fresh=fresh)
    if prover is None:
        return outcome
    return _tried([outcome], prover, lambda done, total: None)[0]


def from_keywords(settings: Mapping[str, object]) -> Layer:
    """The settings that are given from Python, checked."""
    raw = {key.replace("_", "-"): value for key, value in settings.items()}
    made = layer(raw, os.getcwd(), "settings: ")
    added = plugins()
    for problem in (*made.warnings, *(added.problems if added is not None else ())):
        warnings.warn(problem, stacklevel=4)
    return made
