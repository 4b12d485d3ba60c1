"""The command line: arguments in, exit code out."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from kerlint import __version__
from kerlint.command.options import (
    COMMANDS,
    COMPLETION,
    CONFIG,
    LINT,
    MIGRATE,
    RULES,
    SERVER,
    SHOW,
    Command,
    Values,
    parse,
)
from kerlint.command.terminal import is_coloured
from kerlint.lazy_dataclass import dataclass
from kerlint.processes import interrupts
from kerlint.run.recursion import allow_deep_calls

if TYPE_CHECKING:
    from kerlint.catalogue.entry import Entry
    from kerlint.config.settings import Settings
    from kerlint.execute.prove import Prover
    from kerlint.execute.user_data import UserData
    from kerlint.outcome import Outcome
    from kerlint.repairs.files import Fixed
    from kerlint.reports.report import Report
    from kerlint.run.baseline import Baseline
    from kerlint.run.engine import Run, Stdin

FINDINGS = 1
FAILED = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    name = words[0] if words and words[0] in COMMANDS else "check"
    if words[:1] == [name]:
        words = words[1:]
    _occupy_standard_descriptors()
    allow_deep_calls()
    # A stream that was closed by whoever started us is None; what is written there is lost.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A file name that is not text, or a character that the terminal lacks, must not fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        given = _environment(COMMANDS[name])
        values = parse(COMMANDS[name], words, given)
        if values is not None:
            _act(COMMANDS[name], values, given)
            return 0
        return _ask_typer(name, words, given)
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else FAILED
    except KeyboardInterrupt as error:
        return interrupts.code_of(error)


def _environment(command: Command) -> Values:
    """The options that are given as environment variables; mostly there are none."""
    if not any(name.startswith("KERLINT_") for name in os.environ):
        return {}
    from kerlint.command import environment

    try:
        return environment.given_for(command, os.environ)
    except ValueError as error:
        _refuse(str(error))


# How to name the option in a complaint that begins with it.
_naming: Callable[[str], str] = str


def _act(command: Command, values: Values, environ: Values) -> None:
    """Do what the words on the command line mean, and in ``environ`` what the environment has."""
    global _naming
    _naming = str
    if environ:
        from kerlint.command import environment

        _naming = partial(environment.named_in, values=values, given=environ, command=command)
    if command is LINT:
        _check(values)
    elif command is MIGRATE:
        _leave(lambda: _migrate(_Given(values)))
    elif command is RULES:
        _leave(lambda: _list_rules(_Given(values).word("output_format") or ""))
    elif command is SHOW:
        _leave(lambda: _show_models(_Given(values).words("models") or []))
    elif command is COMPLETION:
        _leave(lambda: _complete(_Given(values).words("shell") or []))
    elif command is CONFIG:
        _leave(lambda: _show_config(_Given(values)))
    elif command is SERVER:
        _leave(lambda: _serve(_Given(values)))
    else:
        given = _Given(values)
        _leave(lambda: _explain(given.words("rules") or [], given.word("output_format") or ""))


def _ask_typer(name: str, words: list[str], given: Values) -> int:
    """Print the help, or what is wrong with ``words``; they may also be right, but not plain."""
    from kerlint.command import environment, typed

    def act(command: Command, values: Values) -> None:
        _act(command, environment.filled(values, given, command), given)

    try:
        if name == "check":
            left = typed.run([LINT], words, act)
        else:
            others = [command for command in COMMANDS.values() if command is not LINT]
            left = typed.run(others, [name, *words], act)
    except Exception as error:
        if type(error).__name__ == "Abort":  # what typer makes of Ctrl-C
            return interrupts.code_of(error.__cause__)
        if not hasattr(error, "format_message"):  # not one of its complaints about the call
            raise
        _complain_about_call(error, name)
        return FAILED
    return left if isinstance(left, int) else 0


def _occupy_standard_descriptors() -> None:
    """Open what is closed of stdin, stdout and stderr, or the next file would take its place."""
    with contextlib.suppress(OSError):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(descriptor)


def _complain_about_call(error: Any, command: str) -> None:
    """Print what is wrong with the arguments, in one line or two."""
    from kerlint.config.settings import did_you_mean

    unknown = getattr(error, "option_name", None)
    if unknown and hasattr(error, "possibilities"):
        known = [name for param in error.ctx.command.params for name in param.opts]
        problem = f"no such option: {unknown}{did_you_mean(unknown, known)}"
    else:
        problem = error.format_message().rstrip(".").replace("Got unexpected extra", "unexpected")
        problem = problem.replace("argument(s)", "argument")  # in some releases of typer
        problem = problem[:1].lower() + problem[1:]
    _complain(problem)
    of_command = "" if command == "check" else f" {command}"
    print(f"Run 'kerlint{of_command} --help' for help.", file=sys.stderr)


@dataclass(frozen=True, slots=True)
class _Options:
    """The arguments that are not settings."""

    paths: tuple[str, ...]
    config: str | None
    isolated: bool
    output_file: str | None
    diff: bool
    add_ignore: str | None
    write_baseline: str | None
    only_drop: bool
    exit_zero: bool
    exit_non_zero_on_fix: bool
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
    plot: bool
    execute_timeout: float
    write_proof: str | None
    data: tuple[str, ...]


def _check(values: Values) -> None:
    """Lint, or show what linting would go by."""
    given = _Given(values)
    if given.flag("version"):
        print(f"kerlint {__version__}")
        return
    shows = [name for name in ("settings", "files", "unknown") if given.flag(f"show_{name}")]
    quiet = given.flag("quiet")
    stdin_filename = given.word("stdin_filename")
    write_proof = given.word("write_proof")
    data, paths = _data(given.words("data") or [], given.words("paths") or [])
    options = _Options(
        paths=_paths(paths, stdin_filename, quiet),
        config=given.word("config"),
        isolated=given.flag("isolated"),
        output_file=given.word("output_file"),
        diff=given.flag("diff"),
        add_ignore=_reason(given),
        write_baseline=_baseline_to_write(given),
        only_drop=bool(given.word("baseline")) and not given.flag("no_baseline"),
        exit_zero=given.flag("exit_zero"),
        exit_non_zero_on_fix=given.flag("exit_non_zero_on_fix"),
        statistics=given.flag("statistics"),
        no_fold=given.flag("no_fold"),
        quiet=quiet,
        colour=given.word("colour") or "",
        use_cache=not given.flag("no_cache"),
        jobs=_jobs(given.word("jobs")),
        stdin_filename=stdin_filename,
        force_exclude=given.flag("force_exclude"),
        show=shows[0] if shows else None,
        execute=given.flag("execute")
        or given.flag("plot")
        or write_proof is not None
        or bool(data),
        plot=given.flag("plot"),
        execute_timeout=_seconds(given.word("execute_timeout")),
        write_proof=write_proof,
        data=tuple(data),
    )
    raw = {
        "select": _split(given.words("select")),
        "extend-select": _split(given.words("extend_select")),
        "ignore": _split(given.words("ignore")),
        "preview": values["preview"],
        "extend-per-file-ignores": _pairs(given.words("per_file_ignores")),
        "exclude": _split(given.words("exclude")),
        "extend-exclude": _split(given.words("extend_exclude")),
        "respect-gitignore": values["respect_gitignore"],
        "target-keras": given.word("target_keras"),
        "backend": given.word("backend"),
        "output-format": given.word("output_format"),
        "fix": values["fix"],
        "unsafe-fixes": values["unsafe_fixes"],
        "fix-only": values["fix_only"],
        "fixable": _split(given.words("fixable")),
        "unfixable": _split(given.words("unfixable")),
        "baseline": "" if given.flag("no_baseline") else given.word("baseline"),
        "fail-on": given.word("fail_on"),
        "cache-dir": given.word("cache_dir"),
        "max-file-size": given.word("max_file_size"),
    }
    settings = {key: value for key, value in raw.items() if value is not None}
    if given.flag("watch"):
        _leave(lambda: _watch(options, settings))
    _leave(lambda: _run(options, settings))


@dataclass(frozen=True, slots=True)
class _Given:
    """The values of arguments and options with their types, by name."""

    values: Values

    def flag(self, name: str) -> bool:
        return bool(self.values[name])

    def word(self, name: str) -> str | None:
        value = self.values[name]
        assert value is None or isinstance(value, str)
        return value

    def words(self, name: str) -> list[str] | None:
        value = self.values[name]
        assert value is None or isinstance(value, (list, tuple))
        return list(value) if value else None


def _paths(paths: list[str], stdin_filename: str | None, quiet: bool) -> tuple[str, ...]:
    """The paths to check. A name for standard input means that it is to be read, as in ruff."""
    if stdin_filename is None or "-" in paths:
        return tuple(paths or ["."])
    if paths and not quiet:
        what = ", ".join(paths)
        _complain(f"warning: --stdin-filename reads standard input, so {what} is not checked")
    return ("-",)


def _data(data: list[str], paths: list[str]) -> tuple[list[str], list[str]]:
    """The files of ``--data``, which takes several at once, and the paths to check."""
    if not data:
        return data, paths
    arrays = [path for path in paths if path.endswith((".npy", ".npz"))]
    return [*data, *arrays], [path for path in paths if path not in arrays]


def _jobs(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        _refuse(f"--jobs must be a whole number of 1 or more, not {text!r}")
    return int(text)


def _reason(given: _Given) -> str | None:
    """The reason to write into comments that suppress findings, None if none are to be written."""
    reason = given.word("add_ignore")
    if reason is None:
        return None
    if given.flag("diff"):
        _refuse(
            "--add-ignore writes to files and --diff does not, so only one of them can be given"
        )
    if not reason.isprintable():
        _refuse(f"--add-ignore takes a reason that fits on a line, not {reason!r}")
    from kerlint.run.suppressions import is_suppression

    if is_suppression(f"# {reason}"):
        _refuse(f"--add-ignore takes a reason, not a suppression of its own: {reason!r}")
    return reason.strip()


def _baseline_to_write(given: _Given) -> str | None:
    path = given.word("write_baseline")
    if path == "":
        _refuse("--write-baseline takes the name of a file")
    for other in ("add_ignore", "diff") if path is not None else ():
        if given.values[other] not in (None, False):
            option = other.replace("_", "-")
            _refuse(f"only one of --write-baseline and --{option} can be given")
    return path


def _seconds(text: str | None) -> float:
    try:
        seconds = 20.0 if text is None else float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 86_400:
        _refuse(f"--execute-timeout must be a number of seconds from 0.1 to 86400, not {text!r}")
    return seconds


def _refuse(problem: str) -> NoReturn:
    """Exit because an argument is wrong."""
    _complain(problem)
    sys.exit(FAILED)


def _leave(action: Callable[[], int]) -> NoReturn:
    """Run ``action`` and exit with its code. Whatever goes wrong is one line, not a traceback."""
    from kerlint.config.settings import SettingsError

    try:
        code = action()
        with _quiet_pipe():
            sys.stdout.flush()
    except SettingsError as error:
        for problem in error.problems:
            _complain(problem)
        code = FAILED
    except KeyboardInterrupt as error:
        code = interrupts.code_of(error)
    except OSError as error:  # no space left for the report
        _complain(f"{error.filename or 'cannot write'}: {error.strerror or error}")
        _forget_stdout()
        code = FAILED
    except Exception as error:
        if os.environ.get("KERLINT_DEBUG"):
            raise
        _complain(f"this is a bug in kerlint; please report it: {type(error).__name__}: {error}")
        code = FAILED
    sys.exit(code)


def _complain(problem: str) -> None:
    from kerlint.reports.report import printable

    with contextlib.suppress(OSError):  # nobody is there to read it
        print(f"kerlint: {printable(_naming(problem))}", file=sys.stderr)


@contextlib.contextmanager
def _quiet_pipe() -> Iterator[None]:
    """Make it no error to write to a pipe that was closed, as in ``kerlint | head``."""
    try:
        yield
    except BrokenPipeError:
        _forget_stdout()


def _forget_stdout() -> None:
    """Python flushes stdout once more when it leaves, which would fail again, and loudly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _split(words: list[str] | None) -> list[str] | None:
    """Split an option that may be repeated, and that takes several words with commas between."""
    if words is None:
        return None
    return [part.strip() for word in words for part in word.split(",") if part.strip()]


def _pairs(words: list[str] | None) -> dict[str, list[str]] | None:
    """Turn ``tests/*:KER101,old.py:KER1`` into a table as in a config file."""
    if words is None:
        return None
    table: dict[str, list[str]] = {}
    for part in _split(words) or []:
        pattern, colon, code = part.rpartition(":")
        if not (pattern and colon and code):
            _refuse(
                f"--per-file-ignores takes PATTERN:RULE, such as 'tests/*:KER101', not {part!r}"
            )
        table.setdefault(pattern, []).append(code)
    return table


def _watch(options: _Options, given: Mapping[str, object]) -> int:
    """Check again whenever something changes."""
    from kerlint.command import watch
    from kerlint.config.settings import layer, resolver

    for option, used in (
        ("-", "-" in options.paths and options.stdin_filename is None),
        ("--stdin-filename", options.stdin_filename is not None),
        (f"--show-{options.show}", options.show is not None),
        ("--add-ignore", options.add_ignore is not None),
        ("--write-baseline", options.write_baseline is not None),
        ("--write-proof", options.write_proof is not None),
    ):
        if used:
            _refuse(f"--watch cannot be combined with {option}")

    def resolve() -> Callable[[str], Settings]:
        command_line = layer(given, os.getcwd(), "--")
        config, isolated = options.config, options.isolated
        return resolver(command_line, config=config, isolated=isolated, warn=lambda problem: None)

    return watch.watch(
        lambda tell: _run(options, given, tell),
        options.paths,
        resolve,
        others=[*options.data, *filter(None, [options.config])],
        quiet=options.quiet,
        complain=_complain,
    )


def _run(
    options: _Options,
    given: Mapping[str, object],
    tell: Callable[[Run, Fixed | None], None] = lambda run, fixed: None,
) -> int:
    """Check, report, and return the exit code. ``tell`` is called with what was done before."""
    from kerlint.config.settings import SettingsError, layer, resolver
    from kerlint.outcome import Coverage
    from kerlint.reports.report import Report

    try:
        cwd = os.getcwd()
    except OSError:
        raise SettingsError(["the current folder does not exist any more"]) from None
    if options.colour not in ("auto", "always", "never"):
        raise SettingsError([f"--color must be auto, always or never, not {options.colour!r}"])

    def warn(problem: str) -> None:
        if not options.quiet:
            _complain(f"warning: {problem}")

    command_line = layer(given, cwd, "--")
    for problem in command_line.warnings:
        warn(problem)
    settings_for = resolver(
        command_line, config=options.config, isolated=options.isolated, warn=warn
    )
    writing = options.write_baseline is not None and options.show is None
    if writing and not options.only_drop:
        settings_for = _without_baseline(settings_for)
    overall = settings_for(cwd)
    if options.show == "settings":
        return _show_settings(options, settings_for)
    if options.show == "files":
        return _show_files(options, settings_for, warn)
    broken = _complain_about_plugins()
    reports = _reports(options, overall)
    fixing = options.diff or overall.fix or overall.fix_only
    fixing = fixing and options.show is None
    before = _known_before(options, overall) if writing or overall.baseline else None
    stdin = _stdin(options, settings_for)
    run, trouble = _lint(options, settings_for, overall, stdin, fixing, warn)
    if trouble:
        _complain(trouble)
    for path in run.missing:
        _complain(f"{path}: no such file or folder{_perhaps_a_command(path)}")
    failed = bool(broken or run.missing or trouble)
    failed = failed or any(outcome.failed for outcome in run.outcomes)
    if options.show == "unknown":
        with _quiet_pipe():
            _show_unknown(run.outcomes, cwd, as_json=overall.output_format.startswith("json"))
        return FAILED if failed else 0
    fixed: Fixed | None = None
    if fixing:
        fixed = _fix(options, settings_for, overall, run, stdin, cwd)
        run = fixed.run
        failed = failed or bool(fixed.problems)
    tell(run, fixed)
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
        unsafe_fixes=overall.unsafe_fixes,
        fixed=None if fixed is None else fixed.fixed,
        known=sum(len(outcome.known) for outcome in run.outcomes),
    )
    if before is not None and writing and not options.only_drop:
        if fixed is not None and stdin is not None:
            _pass_on(stdin, fixed.stdin)
        _record(before, run.outcomes, settings_for, options, stdin is not None)
        return FAILED if failed else 0
    if options.show is None:
        _drop_or_tell(before, run.outcomes, settings_for, options)
    if options.add_ignore is not None:
        return _suppress(options.add_ignore, report, run.outcomes, stdin, fixed, options)
    if fixed is None:
        _write(report, reports, options)
    else:
        _show_fixed(report, fixed, stdin, reports, options, overall)
    if failed:
        return FAILED
    if options.exit_zero:
        return 0
    if fixed is not None and fixed.fixed and (options.diff or options.exit_non_zero_on_fix):
        return FINDINGS
    if options.diff or overall.fix_only:
        return 0
    return FINDINGS if any(map(report.fails, findings)) else 0


def _fix(
    options: _Options,
    settings_for: Callable[[str], Settings],
    overall: Settings,
    run: Run,
    stdin: Stdin | None,
    cwd: str,
) -> Fixed:
    """Apply the fixes that may be applied, or find out what they would change."""
    from kerlint.diagnostics import Applicability
    from kerlint.repairs.files import fix_files
    from kerlint.reports.report import place_of, shown_path

    with _progress("Fixing files", 1.0) as progress:
        fixed = fix_files(
            run,
            settings_for,
            least=Applicability.UNSAFE if overall.unsafe_fixes else Applicability.SAFE,
            names=(lambda path: shown_path(path, cwd)) if options.diff else None,
            stdin=stdin,
            jobs=options.jobs,
            progress=progress,
        )
    for path, problem in fixed.problems:
        _complain(f"{shown_path(path, cwd)}: {problem}")
    for left in () if options.quiet else fixed.left:
        finding = left.finding
        where = place_of(finding, cwd)
        _complain(f"{where}: {finding.code} was not fixed, because {left.reason}")
    return fixed


def _show_fixed(
    report: Report,
    fixed: Fixed,
    stdin: Stdin | None,
    reports: list[tuple[Callable[[Report], Iterator[str]], str | None]],
    options: _Options,
    settings: Settings,
) -> None:
    """Print the diff, or the fixed standard input, and what there is to say of the fixes.

    What is likely to be piped on goes to standard output, all else to standard error.
    """
    from kerlint.reports.report import summary_of_fixes

    filtering = stdin is not None and not options.diff
    with _quiet_pipe():
        if options.diff:
            from kerlint.reports.patches import on_terminal

            colour = is_coloured(options.colour)
            for each in fixed.diffs:
                for_people = colour or sys.stdout.isatty()
                sys.stdout.write(on_terminal(each, colour) if for_people else each)
        elif stdin is not None:
            _pass_on(stdin, fixed.stdin)
        sys.stdout.flush()
    if not options.diff and not settings.fix_only:
        _write(report, reports, options, sys.stderr if filtering else sys.stdout)
    elif not report.quiet:
        print(summary_of_fixes(report, would=options.diff), file=sys.stderr)


def _migrate(given: _Given) -> int:
    """Change code for an older Keras, and report what is left to decide."""
    import json

    from kerlint.config.settings import SettingsError, layer, resolver
    from kerlint.diagnostics import Applicability
    from kerlint.repairs.files import fix_files
    from kerlint.repairs.migration import CODES, as_json, compared, file_reports, render
    from kerlint.reports.report import shown_path
    from kerlint.run import engine

    output_format = given.word("output_format")
    if output_format not in ("text", "json"):
        raise SettingsError([f"--output-format must be text or json, not {output_format!r}"])
    diff, quiet = given.flag("diff"), given.flag("quiet")
    if given.flag("execute"):  # few people ask for it, and its modules take a while to import
        from kerlint.execute.prove import INSTALL, Prover, tensorflow_version

        if not tensorflow_version():
            _refuse(INSTALL)
    cwd = os.getcwd()
    wanted: dict[str, object] = {"select": list(CODES), "target-keras": "3", "baseline": ""}
    if given.words("exclude"):
        wanted["extend-exclude"] = _split(given.words("exclude"))
    settings_for = resolver(
        layer(wanted, cwd, "--"),
        config=given.word("config"),
        isolated=given.flag("isolated"),
        warn=lambda problem: _complain(f"warning: {problem}"),
    )
    jobs = _jobs(given.word("jobs"))
    with _progress("Checking files", 1.0) as progress:
        run = engine.lint_paths(
            given.words("paths") or [],
            settings_for,
            jobs=jobs,
            digests=True,
            own_process=True,
            progress=progress,
        )
    for path in run.missing:
        _complain(f"{path}: no such file or folder")
    before = {}
    if given.flag("execute"):
        for outcome in run.outcomes:
            if outcome.diagnostics:
                with contextlib.suppress(OSError), open(outcome.path, "rb") as file:
                    before[outcome.path] = file.read()
    with _progress("Changing files", 1.0) as progress:
        fixed = fix_files(
            run,
            settings_for,
            least=Applicability.UNSAFE,
            names=(lambda path: shown_path(path, cwd)) if diff else None,
            jobs=jobs,
            progress=progress,
            migrating=True,
        )
    for path, problem in fixed.problems:
        _complain(f"{shown_path(path, cwd)}: {problem}")
    models = {}
    if before and not diff:
        interrupts.raise_again()  # there is a process to be ended
        with Prover() as prover:
            for path in {finding.path for finding in fixed.fixed}:
                with open(path, "rb") as file:
                    models[path] = compared(path, before[path], file.read(), prover)
    reports = file_reports(fixed, models)
    with _quiet_pipe():
        if diff:
            sys.stdout.writelines(fixed.diffs)
        elif output_format == "json":
            print(json.dumps(as_json(reports), indent=2))
        else:
            sys.stdout.writelines(render(reports, cwd, would=diff, quiet=quiet))
        sys.stdout.flush()
    if run.missing or fixed.problems or any(outcome.failed for outcome in run.outcomes):
        return FAILED
    if diff:
        return FINDINGS if fixed.diffs else 0
    differ = any(check.result == "different" for checks in models.values() for check in checks)
    return FINDINGS if differ or any(each.open for each in reports) else 0


def _without_baseline(settings_for: Callable[[str], Settings]) -> Callable[[str], Settings]:
    """``settings_for`` as if no baseline were set."""
    from kerlint.lazy_dataclass import replace

    made: dict[Settings, Settings] = {}  # one object for each project, as before

    def without(folder: str) -> Settings:
        settings = settings_for(folder)
        if settings not in made:
            made[settings] = replace(settings, baseline=None)
        return made[settings]

    return without


def _known_before(options: _Options, overall: Settings) -> Baseline | None:
    """The baseline that is to be written, or is in use. Raises ``SettingsError`` for a bad one."""
    from kerlint.run.baseline import Baseline, load

    path = options.write_baseline
    if overall.baseline:
        return load(overall.baseline)
    if path is None:
        return None
    path = os.path.abspath(path)
    return load(path) if os.path.lexists(path) else Baseline(path, {})


def _record(
    before: Baseline,
    outcomes: tuple[Outcome, ...],
    settings_for: Callable[[str], Settings],
    options: _Options,
    filtering: bool,
) -> None:
    """Write a baseline with all that was found."""
    from kerlint.reports.report import counted, shown_path
    from kerlint.run.baseline import recorded, save

    made = recorded(before, outcomes, settings_for)
    save(made)
    if not options.quiet:
        files = counted(sum(map(bool, made.known.values())), "file")
        what = f"{counted(made.size, 'finding')} in {files}" if made.size else "no findings"
        with _quiet_pipe():
            print(
                f"{shown_path(made.path, os.getcwd())}: recorded {what}.",
                file=sys.stderr if filtering else sys.stdout,
            )


def _drop_or_tell(
    before: Baseline | None,
    outcomes: tuple[Outcome, ...],
    settings_for: Callable[[str], Settings],
    options: _Options,
) -> None:
    """Drop the known findings that are gone, if that is asked for, or say how many they are."""
    folders = {os.path.dirname(outcome.path) or os.getcwd() for outcome in outcomes}
    paths = {path for folder in folders if (path := settings_for(folder).baseline) is not None}
    if before is not None:
        paths.add(before.path)
    if not paths:
        return
    from kerlint.reports.report import counted, shown_path
    from kerlint.run.baseline import gone, load, moved, save, without

    for path in sorted(paths):
        known = load(path)
        dropped = gone(known, outcomes, settings_for)
        number = sum(map(len, dropped.values()))
        name = shown_path(path, os.getcwd())
        if options.write_baseline is not None:
            save(moved(without(known, dropped), options.write_baseline))
            name = shown_path(os.path.abspath(options.write_baseline), os.getcwd())
            message = f"{name}: dropped {counted(number, 'finding')} that {_is_or_are(number)} gone"
        else:
            message = (
                f"{name}: {counted(number, 'finding')} of this baseline {_is_or_are(number)} gone; "
                f"to drop what is gone, add `--baseline {name} --write-baseline {name}`"
            )
        if number and not options.quiet:
            _complain(message)


def _is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


def _suppress(
    reason: str,
    report: Report,
    outcomes: tuple[Outcome, ...],
    stdin: Stdin | None,
    fixed: Fixed | None,
    options: _Options,
) -> int:
    """Write comments that suppress what was found, and say how many; return the exit code."""
    from kerlint.repairs.ignores import suppress_in_files
    from kerlint.reports.report import (
        counted,
        place_of,
        printable,
        shown_path,
        summary,
        summary_of_fixes,
    )

    interrupts.raise_again()  # a file that is half written is to be removed
    given = None
    if stdin is not None:
        given = stdin.path, stdin.data if fixed is None else fixed.stdin
    done = suppress_in_files(outcomes, reason, given)
    for path, problem in done.problems:
        _complain(f"{shown_path(path, report.cwd)}: nothing was suppressed: {problem}")
    for finding, why in () if options.quiet else done.left:
        where = place_of(finding, report.cwd)
        _complain(f"{where}: {finding.code} was not suppressed, because {why}")
    if stdin is not None:
        _pass_on(stdin, done.stdin)
    if not options.quiet:
        out = sys.stdout if stdin is None else sys.stderr
        with _quiet_pipe():
            if fixed is not None:
                print(summary_of_fixes(report, would=False), file=out)
            if report.findings:
                files = counted(len({finding.path for finding in done.findings}), "file")
                what = f"{counted(len(done.findings), 'finding')} in {files}"
                print(f"Suppressed {what if done.findings else 'nothing'}.", file=out)
            elif not report.quiet:
                print(printable(summary(report)), file=out)
    if done.problems or report.failed:
        return FAILED
    remain = any(report.fails(finding) for finding, _ in done.left)
    return FINDINGS if remain and not options.exit_zero else 0


def _pass_on(stdin: Stdin, data: bytes) -> None:
    """Write ``data`` to standard output in place of what was read from standard input."""
    with _quiet_pipe():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        while stdin.unread and (piece := sys.stdin.buffer.read(_PIECE)):
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()


def _selects_a_rule(settings: Settings) -> bool:
    from kerlint.catalogue.codes import UNREADABLE_CODE, catalogue

    return any(
        settings.turns_on(entry)
        for entry in catalogue()
        if entry.code != UNREADABLE_CODE.code  # on whatever is selected
    )


def _named_target(target: str) -> str:
    """The Keras that was asked for, when it is not the newest one."""
    if target in ("2", "tf_keras"):
        return "Keras 2 (tf_keras)"
    return "" if target == "3" else f"Keras {target}"


def _complain_about_plugins() -> bool:
    """Whether a package that adds rules cannot be used, about which this prints a line."""
    from kerlint.plugins.scan import plugins

    added = plugins()
    for problem in () if added is None else added.problems:
        _complain(problem)
    return added is not None and bool(added.problems)


def _perhaps_a_command(path: str) -> str:
    """What to add to the complaint that there is no such ``path``."""
    from kerlint.catalogue.codes import catalogue
    from kerlint.config.settings import nearest

    if any(path.upper() == entry.code or path == entry.name for entry in catalogue()):
        return f"; to read about the rule, run `kerlint explain {path}`"
    command = nearest(path, COMMANDS)
    return f"; did you mean `kerlint {command}`?" if command else ""


def _lint(
    options: _Options,
    settings_for: Callable[[str], Settings],
    overall: Settings,
    stdin: Stdin | None,
    fixing: bool,
    warn: Callable[[str], None],
) -> tuple[Run, str]:
    """The outcomes, and why nothing could be proven (empty when it could, or was not asked for)."""
    if not options.execute:
        return _linted(options, settings_for, stdin, fixing, None, warn), ""
    from kerlint.execute.prove import Prover
    from kerlint.reports import measures
    from kerlint.run.cache import default_folder

    data = _user_data(options.data) if options.data else None
    interrupts.raise_again()  # there is a process to be ended
    folder = (overall.cache_dir or default_folder()) if options.use_cache else None
    measure = options.plot or measures(overall.output_format)
    with Prover(options.execute_timeout, folder, options.write_proof, data, measure) as prover:
        return _linted(options, settings_for, stdin, fixing, prover, warn), prover.trouble


def _user_data(paths: tuple[str, ...]) -> UserData:
    from kerlint.execute.prove import INSTALL, tensorflow_version
    from kerlint.execute.user_data import Unusable, load

    if not tensorflow_version():
        _refuse(INSTALL)  # NumPy comes with it
    try:
        return load(paths)
    except Unusable as error:
        _refuse(f"--data: {error}")


def _linted(
    options: _Options,
    settings_for: Callable[[str], Settings],
    stdin: Stdin | None,
    fixing: bool,
    prover: Prover | None,
    warn: Callable[[str], None],
) -> Run:
    from kerlint.run import engine

    outcomes = []
    # Importing TensorFlow takes seconds, in which something has to be seen.
    patience = 1.0 if prover is None else 0.0
    with (
        _progress("Checking files", patience) as progress,
        _progress("Testing findings", 0.0, moving=True) as proving,
    ):
        if stdin is not None:
            outcomes = _lint_stdin(options, stdin, prover, proving)
        run = engine.lint_paths(
            [path for path in options.paths if path != "-"],
            settings_for,
            jobs=options.jobs,
            use_cache=options.use_cache,
            force_exclude=options.force_exclude,
            all_models=options.show == "unknown",
            digests=fixing,
            prover=prover,
            own_process=True,
            progress=progress,
            proving=proving,
            warn=warn,
        )
    return engine.Run((*outcomes, *run.outcomes), run.missing)


def _stdin(options: _Options, settings_for: Callable[[str], Settings]) -> Stdin | None:
    """What is on standard input, if it is to be checked."""
    if "-" not in options.paths:
        return None
    from kerlint.run.engine import Stdin
    from kerlint.sources.read import MAX_NOTEBOOK_BYTES, is_notebook

    if options.stdin_filename is None:
        path, folder = "-", os.getcwd()
    else:
        path = os.path.abspath(options.stdin_filename)
        folder = os.path.dirname(path)
    settings = settings_for(folder)
    data, unread = _standard_input(
        MAX_NOTEBOOK_BYTES if is_notebook(path) else settings.max_file_size
    )
    return Stdin(path, data, unread, settings)


def _lint_stdin(
    options: _Options,
    stdin: Stdin,
    prover: Prover | None,
    proving: Callable[[int, int], None],
) -> list[Outcome]:
    from kerlint import prefilter
    from kerlint.run import engine
    from kerlint.sources.find import is_excluded
    from kerlint.sources.read import to_source, too_large

    path, data, settings = stdin.path, stdin.data, stdin.settings
    if options.stdin_filename and options.force_exclude and is_excluded(path, False, settings):
        return []
    if stdin.unread and not prefilter.names_keras(data, settings.aliases):
        return []
    outcome = engine.lint_source(
        too_large(path, len(data), len(data) - 1) if stdin.unread else to_source(path, data),
        data,
        settings,
        all_models=options.show == "unknown",
        prover=prover,
        own_process=True,
        proving=proving,
    )
    return [outcome]


def _standard_input(most: int) -> tuple[bytes, bool]:
    """What is read from stdin, and whether it is more than ``most`` bytes; it may have no end."""
    if sys.stdin is None:
        _refuse("standard input is closed, so there is nothing to check")
    data = bytearray()
    try:
        # In pieces: Python takes as much memory as it is asked to read.
        while len(data) <= most and (piece := sys.stdin.buffer.read(_PIECE)):
            data += piece
    except OSError as error:
        _refuse(f"standard input could not be read: {error.strerror or error}")
    return bytes(data), len(data) > most


_PIECE = 1_000_000  # bytes


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
    from kerlint.config.settings import SettingsError
    from kerlint.reports import destinations, renderer

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
    stream: TextIO | None = None,
) -> None:
    from kerlint.config.settings import SettingsError
    from kerlint.lazy_dataclass import replace

    stream = stream or sys.stdout

    for render, target in reports:
        if target is None:
            coloured = replace(report, colour=is_coloured(options.colour, stream))
            if options.plot:
                from kerlint.reports.blocks import characters

                coloured = replace(coloured, plot=characters(stream.encoding))
            with _quiet_pipe():
                stream.writelines(render(coloured))
                stream.flush()
            continue
        try:
            with open(target, "w", encoding="utf-8", errors="backslashreplace") as out:
                out.writelines(render(report))
        except OSError as error:
            raise SettingsError([f"{target}: {error.strerror or error}"]) from None


def _show_settings(options: _Options, settings_for: Callable[[str], Settings]) -> int:
    from kerlint.config.show import as_toml

    path = os.path.abspath(options.stdin_filename or options.paths[0])
    settings = settings_for(path if os.path.isdir(path) else os.path.dirname(path))
    with _quiet_pipe():
        sys.stdout.writelines(f"{line}\n" for line in as_toml(path, settings))
    return 0


def _show_files(
    options: _Options, settings_for: Callable[[str], Settings], warn: Callable[[str], None]
) -> int:
    from kerlint.reports.report import printable
    from kerlint.sources.find import Missing, find

    code = 0
    with _quiet_pipe():
        for item in find(
            [path for path in options.paths if path != "-"],
            settings_for,
            force_exclude=options.force_exclude,
            warn=warn,
        ):
            if isinstance(item, Missing):
                _complain(f"{item.path}: no such file or folder{_perhaps_a_command(item.path)}")
                code = FAILED
            else:
                print(printable(item.path))
    return code


def _show_unknown(outcomes: Iterable[Outcome], cwd: str, *, as_json: bool) -> None:
    """List the models that were read only in part, with the reasons."""
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
        print(f"{place(path, model.span, cwd)}: read only in part: {printable(model.description)}")
        for reason, at in model.unknown:
            where = f"{place(path, at, cwd)}: " if at else ""
            print(f"   = unknown: {where}{printable(reason)}")
    if models:
        print(f"Read completely: {len(models) - len(incomplete)} of {len(models)} models.")
    else:
        print("No models found.")


def _list_rules(output_format: str) -> int:
    from kerlint.catalogue import pages
    from kerlint.catalogue.codes import catalogue

    if _is_json(output_format):
        _print_json([pages.as_json(entry) for entry in catalogue()])
        return FAILED if _complain_about_plugins() else 0
    width = _terminal_width() if sys.stdout.isatty() else None
    with _quiet_pipe():
        for line in pages.table(catalogue(), width=width, colour=is_coloured("auto")):
            print(line)
        print("\nRun `kerlint explain CODE` to read about a rule.")
    return FAILED if _complain_about_plugins() else 0


def _show_models(paths: list[str]) -> int:
    """Print the programs that models are read as."""
    from kerlint.reports.report import printable
    from kerlint.saved.source import source_of_file
    from kerlint.sources.source import Unreadable

    code = 0
    for number, path in enumerate(paths):
        source = source_of_file(path, sys.maxsize)
        if isinstance(source, Unreadable):
            _complain(f"{path}: {source.reason}")
            code = FAILED
            continue
        with _quiet_pipe():
            if len(paths) > 1:
                print(f"{chr(10) * (number > 0)}# {printable(path)}")
            print(source.text, end="")
    return code


def _explain(selectors: list[str], output_format: str) -> int:
    from kerlint.catalogue import pages

    as_json = _is_json(output_format)
    entries = _entries(selectors)
    if as_json:
        _print_json([pages.as_json(entry) for entry in entries])
        return 0
    width = _terminal_width() if sys.stdout.isatty() else pages.MAX_WIDTH
    with _quiet_pipe():
        for number, entry in enumerate(entries):
            if number:
                print("\n")
            for line in pages.as_text(entry, width=width, colour=is_coloured("auto")):
                print(line)
    return 0


def _serve(given: _Given) -> int:
    from kerlint.server import start  # it needs what few have installed

    if given.flag("version"):
        print(f"kerlint {__version__}")
        return 0
    if not start.is_possible():
        _refuse(start.MISSING)
    if sys.stdin is not None and sys.stdin.isatty():
        _complain("the server waits for an editor on standard input; Ctrl-C ends it")
    return start.serve()


def _complete(words: list[str]) -> int:
    """Print the script for a shell, or what it asks for when somebody has pressed TAB."""
    from kerlint.command import completion

    with _quiet_pipe():
        if words[0] == completion.ASK and len(words) > 1:
            sys.stdout.writelines(f"{line}\n" for line in completion.answer(words[1], words[2:]))
            return 0
        if len(words) > 1:
            _refuse("completion takes one shell")
        print(completion.script(words[0]), end="")
    return 0


def _show_config(given: _Given) -> int:
    """List the settings, explain some of them, or print their schema."""
    from kerlint.config import pages

    if given.flag("schema"):
        with _quiet_pipe():
            print(_settings_schema(), end="")
        return 0
    words = given.words("settings")
    names = pages.named(words or [])
    if _is_json(given.word("output_format") or ""):
        _print_json([pages.as_json(name) for name in names])
        return 0
    width = min(_terminal_width(), 100) if sys.stdout.isatty() else 100
    with _quiet_pipe():
        if not words:
            sys.stdout.writelines(f"{line}\n" for line in pages.table(width))
            print("\nRun `kerlint config SETTING` to read more about a setting.")
        for number, name in enumerate(names if words else ()):
            if number:
                print("\n")
            sys.stdout.writelines(f"{line}\n" for line in pages.page(name, width))
    return 0


def _settings_schema() -> str:
    """The file that is shipped."""
    from kerlint.config import schema

    return schema.FILE.read_text(encoding="utf-8")


def _entries(selectors: list[str]) -> list[Entry]:
    """The rules that ``selectors`` match, each once, in the order in which they were asked for."""
    from kerlint.catalogue.codes import catalogue
    from kerlint.config.settings import SettingsError, did_you_mean, specificity

    found: dict[str, Entry] = {}
    problems = []
    for word in _split(selectors) or []:
        spellings = (word.upper(), word.lower())
        matching = [e for e in catalogue() if specificity(spellings, e.code, e.name)]
        found.update((entry.code, entry) for entry in matching)
        if not matching:
            known = [name for e in catalogue() for name in (e.code, e.name)]
            problems.append(f"unknown rule {word!r}{did_you_mean(word, known)}")
    if problems:
        raise SettingsError(problems)
    return list(found.values())


def _is_json(output_format: str) -> bool:
    if output_format not in ("text", "json"):
        _refuse(f"--output-format must be text or json, not {output_format!r}")
    return output_format == "json"


def _print_json(value: object) -> None:
    import json

    with _quiet_pipe():
        print(json.dumps(value, indent=2))


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
