"""The command line: arguments in, exit code out."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kerlint import __version__, interrupts

if TYPE_CHECKING:
    from kerlint.catalogue import Entry
    from kerlint.engine import Run
    from kerlint.execute.prove import Prover
    from kerlint.outcome import Outcome
    from kerlint.reports.report import Report
    from kerlint.settings import Settings

FINDINGS = 1
FAILED = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    app = _more_app if words and words[0] in ("rules", "explain") else _lint_app
    # A stream that was closed by whoever started us is None; what is written there is lost.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A file name that is no text, or a terminal that has no sign for it, is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=words, prog_name="kerlint")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else FAILED
    return 0


class _AsTheyAre:
    """A command whose options are texts and flags, which are taken as they are.

    Where it has pydantic (0.29 does), typer builds a validator for every option, given or not, of
    which texts and flags gain nothing: 0.2 s at each start, as long as importing libcst takes.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if hasattr(param, "get_runtime_param"):
                param.get_runtime_param = _AsGiven
        return params


class _Command(_AsTheyAre, typer.core.TyperCommand):
    """The linter, or one of the commands beside it."""


class _Group(_AsTheyAre, typer.core.TyperGroup):
    """The commands beside the linter."""


class _AsGiven:
    """What typer asks to convert an option."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if value is None and (param.multiple or param.nargs == -1):
            return ()
        return value


# Two commands stand beside the linter itself; each is taken for a command only as the first
# word, so that `kerlint ./rules` lints a folder of that name.
# Help without colours spares the import of rich.
_lint_app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
_more_app = typer.Typer(
    cls=_Group, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line says beside the settings."""

    paths: tuple[str, ...]
    config: str | None
    isolated: bool
    output_file: str | None
    exit_zero: bool
    statistics: bool
    no_fold: bool
    quiet: bool
    colour: str
    use_cache: bool
    jobs: int | None
    stdin_filename: str | None
    force_exclude: bool
    show: str | None
    execute: bool
    execute_timeout: float
    write_proof: str | None


@_lint_app.command(
    cls=_Command,
    epilog="Also: `kerlint rules` lists the rules, `kerlint explain CODE` explains one.",
)
def lint(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATHS", help="Files and folders, - for stdin [default: .]"),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help="Only these: codes, prefixes (KER1), names or ALL"),
    ] = None,
    extend_select: Annotated[
        list[str] | None, typer.Option(metavar="CODES", help="These too")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="CODES", help="Not these")] = None,
    per_file_ignores: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN:CODE", help="Not this code in files that match"),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERNS", help="Leave out these files, not the default ones"),
    ] = None,
    extend_exclude: Annotated[
        list[str] | None, typer.Option(metavar="PATTERNS", help="Leave out these files too")
    ] = None,
    force_exclude: Annotated[
        bool,
        typer.Option(
            "--force-exclude/--no-force-exclude",
            help="Even when they are named",
            show_default=False,
        ),
    ] = False,
    no_fold: Annotated[
        bool,
        typer.Option(
            "--no-fold",
            help="Show every finding in full, also where many in a file are the same",
            rich_help_panel="Output",
        ),
    ] = False,
    respect_gitignore: Annotated[
        bool | None,
        typer.Option(
            "--respect-gitignore/--no-respect-gitignore",
            help="Leave out what git ignores [default: yes]",
            show_default=False,
        ),
    ] = None,
    target_keras: Annotated[
        str | None,
        typer.Option(metavar="RELEASE", help="3, 3.8, 2 or tf_keras: what the code is to run on"),
    ] = None,
    backend: Annotated[
        str | None, typer.Option(metavar="NAME", help="tensorflow, jax, torch, ...")
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="full, concise, json, json-lines [default: full]"),
    ] = None,
    output_file: Annotated[
        str | None, typer.Option("--output-file", "-o", metavar="FILE", help="Not to stdout")
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(metavar="SEVERITY", help="error, warning or info [default: warning]"),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit code 0 even when there are findings")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="How often each code, instead of where")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Findings and nothing else")] = False,
    colour: Annotated[
        str, typer.Option("--color", metavar="WHEN", help="auto, always or never")
    ] = "auto",
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="This configuration, not the closest one")
    ] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="No configuration file at all")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither read nor write the cache")
    ] = False,
    cache_dir: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where the cache is")
    ] = None,
    max_file_size: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Of a file to read [default: 1 MB]")
    ] = None,
    jobs: Annotated[
        str | None,
        typer.Option("--jobs", "-j", metavar="N", help="Processes [default: all cores]"),
    ] = None,
    stdin_filename: Annotated[
        str | None, typer.Option(metavar="FILE", help="The name of what comes on stdin")
    ] = None,
    no_fix: Annotated[
        bool, typer.Option("--no-fix", help="Change no file", show_default=False)
    ] = True,
    execute: Annotated[
        bool,
        typer.Option("--execute", help="Build the models, never your code, and prove the findings"),
    ] = False,
    execute_timeout: Annotated[
        str | None,
        typer.Option(metavar="SECONDS", help="For each model [default: 20]"),
    ] = None,
    write_proof: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Each proof as a script there (implies --execute)"),
    ] = None,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Show the settings of the first path")
    ] = False,
    show_files: Annotated[
        bool, typer.Option("--show-files", help="Show which files would be linted")
    ] = False,
    show_unknown: Annotated[
        bool,
        typer.Option("--show-unknown", help="Show the models that were not understood, and why"),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version", is_eager=True)
    ] = False,
) -> None:
    """Find in Keras code what will go wrong in training, before anything is trained."""
    if version:
        print(f"kerlint {__version__}")
        return
    shows = [
        name
        for name, on in (
            ("settings", show_settings),
            ("files", show_files),
            ("unknown", show_unknown),
        )
        if on
    ]
    options = _Options(
        paths=tuple(paths or ["."]),
        config=config,
        isolated=isolated,
        output_file=output_file,
        exit_zero=exit_zero,
        statistics=statistics,
        no_fold=no_fold,
        quiet=quiet,
        colour=colour,
        use_cache=not no_cache,
        jobs=_jobs(jobs),
        stdin_filename=stdin_filename,
        force_exclude=force_exclude,
        show=shows[0] if shows else None,
        execute=execute or write_proof is not None,
        execute_timeout=_seconds(execute_timeout),
        write_proof=write_proof,
    )
    raw = {
        "select": _split(select),
        "extend-select": _split(extend_select),
        "ignore": _split(ignore),
        "extend-per-file-ignores": _pairs(per_file_ignores),
        "exclude": _split(exclude),
        "extend-exclude": _split(extend_exclude),
        "respect-gitignore": respect_gitignore,
        "target-keras": target_keras,
        "backend": backend,
        "output-format": output_format,
        "fail-on": fail_on,
        "cache-dir": cache_dir,
        "max-file-size": max_file_size,
    }
    given = {key: value for key, value in raw.items() if value is not None}
    _leave(lambda: _run(options, given))


def _jobs(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is no number of processes: it is a whole number from 1 on."
        raise typer.BadParameter(message, param_hint="'--jobs'")
    return int(text)


def _seconds(text: str | None) -> float:
    if text is None:
        return 20.0
    with contextlib.suppress(ValueError):
        if 0.1 <= float(text) <= 86_400:
            return float(text)
    message = f"{text!r} is no time in seconds: it is a number from 0.1 on."
    raise typer.BadParameter(message, param_hint="'--execute-timeout'")


def _leave(action: Callable[[], int]) -> NoReturn:
    """Run ``action`` and exit with its code; whatever goes wrong is a line, not a traceback."""
    from kerlint.settings import SettingsError

    try:
        code = action()
        with _quiet_pipe():
            sys.stdout.flush()
    except SettingsError as error:
        for problem in error.problems:
            _complain(problem)
        code = FAILED
    except KeyboardInterrupt:
        code = interrupts.CODE
    except OSError as error:  # no space left for the report, a current folder that is gone
        _complain(f"{error.filename or 'cannot write'}: {error.strerror or error}")
        _forget_stdout()
        code = FAILED
    except Exception as error:
        if os.environ.get("KERLINT_DEBUG"):
            raise
        _complain(f"failed, please report it: {type(error).__name__}: {error}")
        code = FAILED
    sys.exit(code)


def _complain(problem: str) -> None:
    print(f"kerlint: {problem}", file=sys.stderr)


@contextlib.contextmanager
def _quiet_pipe() -> Iterator[None]:
    """Writing into a pipe that nobody reads any more is no error: ``kerlint | head``."""
    try:
        yield
    except BrokenPipeError:
        _forget_stdout()


def _forget_stdout() -> None:
    """Python flushes stdout once more when it leaves, which would fail again, and loudly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _split(words: list[str] | None) -> list[str] | None:
    """Options may be repeated, and hold several words with commas between them."""
    if words is None:
        return None
    return [part.strip() for word in words for part in word.split(",") if part.strip()]


def _pairs(words: list[str] | None) -> dict[str, list[str]] | None:
    """``tests/*:KER101,old.py:KER1`` → a table as in a configuration file."""
    if words is None:
        return None
    table: dict[str, list[str]] = {}
    for part in _split(words) or []:
        pattern, colon, code = part.rpartition(":")
        if not (pattern and colon and code):
            from kerlint.settings import SettingsError

            raise SettingsError([f"--per-file-ignores: {part!r} is not PATTERN:CODE"])
        table.setdefault(pattern, []).append(code)
    return table


def _run(options: _Options, given: Mapping[str, object]) -> int:
    from kerlint.outcome import Coverage
    from kerlint.reports.report import Report
    from kerlint.settings import SettingsError, layer, resolver

    cwd = os.getcwd()
    if options.colour not in ("auto", "always", "never"):
        raise SettingsError([f"--color must be auto, always or never, not {options.colour!r}"])
    settings_for = resolver(
        layer(given, cwd, "--"), config=options.config, isolated=options.isolated
    )
    overall = settings_for(cwd)
    if options.show == "settings":
        return _show_settings(options, settings_for)
    if options.show == "files":
        return _show_files(options, settings_for)
    reports = _reports(options, overall)
    run, trouble = _lint(options, settings_for, overall)
    if trouble:
        _complain(trouble)
    for path in run.missing:
        _complain(f"{path}: no such file or folder")
    failed = bool(run.missing or trouble) or any(outcome.failed for outcome in run.outcomes)
    if options.show == "unknown":
        with _quiet_pipe():
            _show_unknown(run.outcomes, cwd, as_json=overall.output_format.startswith("json"))
        return FAILED if failed else 0
    findings = sorted(
        (finding for outcome in run.outcomes for finding in outcome.diagnostics),
        key=lambda finding: finding.sort_key,
    )
    coverage = sum((outcome.coverage for outcome in run.outcomes), Coverage())
    report = Report(
        tuple(findings),
        cwd,
        # After a failure, "all checks passed" would be wrong.
        quiet=options.quiet or (failed and not findings),
        fold=not options.no_fold,
        fail_on=overall.fail_on,
        coverage=coverage,
        target=_named_target(overall.target_keras),
        selected=bool(findings or coverage.parsed) or _selects_a_rule(overall),
        failed=failed,
    )
    _write(report, reports, options)
    if failed:
        return FAILED
    return FINDINGS if any(map(report.fails, findings)) and not options.exit_zero else 0


def _selects_a_rule(settings: Settings) -> bool:
    from kerlint.catalogue import UNREADABLE_CODE, catalogue

    return any(
        settings.selects(entry.code, entry.name, entry.default)
        for entry in catalogue()
        if entry.code != UNREADABLE_CODE.code  # on whatever is selected
    )


def _named_target(target: str) -> str:
    """The Keras that was asked for, when it is not the newest one."""
    if target in ("2", "tf_keras"):
        return "Keras 2 (tf_keras)"
    return "" if target == "3" else f"Keras {target}"


def _lint(
    options: _Options, settings_for: Callable[[str], Settings], overall: Settings
) -> tuple[Run, str]:
    """The outcomes, and why nothing could be proven (empty when it could, or was not asked for)."""
    if not options.execute:
        return _linted(options, settings_for, None), ""
    from kerlint.cache import default_folder
    from kerlint.execute.prove import Prover

    interrupts.raise_again()  # there is a process to be ended
    folder = (overall.cache_dir or default_folder()) if options.use_cache else None
    with Prover(options.execute_timeout, folder, options.write_proof) as prover:
        return _linted(options, settings_for, prover), prover.trouble


def _linted(
    options: _Options, settings_for: Callable[[str], Settings], prover: Prover | None
) -> Run:
    from kerlint import engine

    outcomes = []
    # Importing TensorFlow takes seconds, in which something has to be seen.
    patience = 1.0 if prover is None else 0.0
    with (
        _progress("Checking files", patience) as progress,
        _progress("Testing findings", 0.0, moving=True) as proving,
    ):
        if "-" in options.paths:
            outcomes = _lint_stdin(options, settings_for, prover, proving)
        run = engine.lint_paths(
            [path for path in options.paths if path != "-"],
            settings_for,
            jobs=options.jobs,
            use_cache=options.use_cache,
            force_exclude=options.force_exclude,
            all_models=options.show == "unknown",
            prover=prover,
            own_process=True,
            progress=progress,
            proving=proving,
        )
    return engine.Run((*outcomes, *run.outcomes), run.missing)


def _lint_stdin(
    options: _Options,
    settings_for: Callable[[str], Settings],
    prover: Prover | None,
    proving: Callable[[int, int], None],
) -> list[Outcome]:
    from kerlint import engine
    from kerlint.sources.find import is_excluded
    from kerlint.sources.read import to_source

    if options.stdin_filename is None:
        path, folder = "-", os.getcwd()
    else:
        path = os.path.abspath(options.stdin_filename)
        folder = os.path.dirname(path)
    settings = settings_for(folder)
    data = sys.stdin.buffer.read()
    if options.stdin_filename and options.force_exclude and is_excluded(path, False, settings):
        return []
    outcome = engine.lint_source(
        to_source(path, data),
        data,
        settings,
        all_models=options.show == "unknown",
        prover=prover,
        proving=proving,
    )
    return [outcome]


@contextlib.contextmanager
def _progress(
    what: str, patience: float, *, moving: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal, for runs that take longer than ``patience`` seconds.

    ``moving``: it shows the time as it passes. This takes a thread, so no process may be forked.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    started = time.monotonic()
    bar: Any = None
    task: Any = None

    def update(done: int, total: int) -> None:
        nonlocal bar, task
        if bar is None and done < total and time.monotonic() - started >= patience:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            bar = Progress(
                TextColumn(what),
                BarColumn(),
                MofNCompleteColumn(),
                *[TimeElapsedColumn()] * moving,
                console=Console(stderr=True),
                transient=True,
                auto_refresh=moving,
                refresh_per_second=4,
            )
            bar.start()
            task = bar.add_task(what, total=total)
        if bar is not None:
            bar.update(task, completed=done, refresh=True)
            if done == total:
                bar.stop()  # another bar may follow
                bar = None

    try:
        yield update
    finally:
        if bar is not None:
            bar.stop()  # it has hidden the cursor


def _reports(
    options: _Options, settings: Settings
) -> list[tuple[Callable[[Report], Iterator[str]], str | None]]:
    """The functions that write the reports, and the files to write to (None: standard output)."""
    from kerlint.reports import destinations, renderer
    from kerlint.settings import SettingsError

    try:
        return [
            (renderer(name, statistics=options.statistics), file or options.output_file)
            for name, file in destinations(settings.output_format)
        ]
    except ValueError as error:
        raise SettingsError([str(error)]) from None


def _write(
    report: Report,
    reports: Iterable[tuple[Callable[[Report], Iterator[str]], str | None]],
    options: _Options,
) -> None:
    from dataclasses import replace

    from kerlint.settings import SettingsError

    for render, target in reports:
        if target is None:
            coloured = replace(report, colour=_coloured(options.colour))
            with _quiet_pipe():
                sys.stdout.writelines(render(coloured))
                sys.stdout.flush()
            continue
        try:
            with open(target, "w", encoding="utf-8", errors="backslashreplace") as out:
                out.writelines(render(report))
        except OSError as error:
            raise SettingsError([f"{target}: {error.strerror or error}"]) from None


def _coloured(when: str) -> bool:
    """As agreed on https://no-color.org and https://force-color.org; the option beats both."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _show_settings(options: _Options, settings_for: Callable[[str], Settings]) -> int:
    from dataclasses import fields

    from kerlint.catalogue import catalogue

    path = os.path.abspath(options.paths[0])
    settings = settings_for(path if os.path.isdir(path) else os.path.dirname(path))
    print(f"# the settings of {path}")
    for each in fields(settings):
        value = getattr(settings, each.name)
        if each.name == "selections":
            continue
        print(f"{each.name.replace('_', '-')} = {_shown(value)}")
    on = [e.code for e in catalogue() if settings.selects(e.code, e.name, e.default)]
    print(f"rules = {_shown(tuple(on))}")
    return 0


def _shown(value: Any) -> str:
    """A setting's value as people write it."""
    from kerlint.diagnostics import Severity

    if isinstance(value, Severity):
        return f'"{value.label}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if hasattr(value, "base"):
        base = os.path.relpath(value.base)
        lines = value.lines if hasattr(value, "lines") else (value.pattern, *value.ignore)
        return f'{{ in = "{base}", patterns = {_shown(lines)} }}'
    return str(value)


def _show_files(options: _Options, settings_for: Callable[[str], Settings]) -> int:
    from kerlint.sources.find import Missing, find

    code = 0
    with _quiet_pipe():
        for item in find(
            [path for path in options.paths if path != "-"],
            settings_for,
            force_exclude=options.force_exclude,
        ):
            if isinstance(item, Missing):
                _complain(f"{item.path}: no such file or folder")
                code = FAILED
            else:
                print(item.path)
    return code


def _show_unknown(outcomes: Iterable[Outcome], cwd: str, *, as_json: bool) -> None:
    """List the models that were not read completely, with the reasons."""
    from kerlint.reports.report import place, printable

    models = [(outcome.path, model) for outcome in outcomes for model in outcome.models]
    incomplete = [(path, model) for path, model in models if not model.complete]
    if as_json:
        import json

        from kerlint.reports.json import place_as_json

        listed = [
            {
                **place_as_json(path, model.span),
                "description": model.description,
                "unknown": [
                    {"reason": reason, **(place_as_json(path, at) if at else {})}
                    for reason, at in model.unknown
                ],
            }
            for path, model in incomplete
        ]
        print(json.dumps(listed, indent=2))
        return
    for path, model in incomplete:
        print(
            f"{place(path, model.span, cwd)}: not read completely: {printable(model.description)}"
        )
        for reason, at in model.unknown:
            where = f"{place(path, at, cwd)}: " if at else ""
            print(f"   = unknown: {where}{printable(reason)}")
    print(f"{len(models) - len(incomplete)} of {len(models)} models were read completely.")


@_more_app.command("rules", cls=_Command)
def rules(
    output_format: Annotated[
        str, typer.Option("--output-format", metavar="FORMAT", help="text or json")
    ] = "text",
) -> None:
    """List all rules: code, severity, whether it is on by default, and what it is about."""
    _leave(lambda: _list_rules(output_format))


def _list_rules(output_format: str) -> int:
    from kerlint.catalogue import catalogue
    from kerlint.settings import SettingsError

    if output_format not in ("text", "json"):
        raise SettingsError([f"--output-format must be text or json, not {output_format!r}"])
    entries = catalogue()
    with _quiet_pipe():
        if output_format == "json":
            import json

            print(json.dumps([_entry_as_json(entry) for entry in entries], indent=2))
            return 0
        width = max(len(entry.name) for entry in entries)
        for entry in entries:
            on = " " if entry.default else "-"
            print(
                f"{entry.code} {on} {entry.severity.label:7}  {entry.name:{width}}  {entry.summary}"
            )
        print("\n- marks rules that are off until they are selected.")
    return 0


def _entry_as_json(entry: Entry) -> dict[str, object]:
    return {
        "code": entry.code,
        "name": entry.name,
        "severity": entry.severity.label,
        "default": entry.default,
        "summary": entry.summary,
        "explanation": entry.text,
    }


@_more_app.command("explain", cls=_Command)
def explain(
    rule: Annotated[str, typer.Argument(metavar="CODE_OR_NAME", help="KER101, or its name")],
) -> None:
    """Explain one rule, with an example of what is wrong and of what is right."""
    _leave(lambda: _explain(rule))


def _explain(word: str) -> int:
    from kerlint.catalogue import catalogue
    from kerlint.settings import SettingsError, did_you_mean

    entries = catalogue()
    for entry in entries:
        if word.upper() == entry.code or word.lower() == entry.name:
            on = "on by default" if entry.default else "off until it is selected"
            with _quiet_pipe():
                print(f"{entry.code} {entry.name} ({entry.severity.label}, {on})\n")
                print(entry.text.rstrip())
            return 0
    known = [name for entry in entries for name in (entry.code, entry.name)]
    raise SettingsError([f"unknown rule {word!r}{did_you_mean(word, known)}"])
