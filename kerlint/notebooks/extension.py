"""``%load_ext kerlint``: the magics ``%kerlint`` and ``%%kerlint``.

IPython is not imported before it asks for this module, and little of it is used: what has been
there since IPython 7.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from kerlint.config.settings import Settings, SettingsError
from kerlint.diagnostics import Diagnostic, Related, Span
from kerlint.findings import Findings
from kerlint.lazy_dataclass import replace
from kerlint.notebooks.options import Asked, asked, words_of
from kerlint.notebooks.session import Run, notebook
from kerlint.outcome import Outcome

if TYPE_CHECKING:
    from kerlint.execute.prove import Prover

Result = TypeVar("Result")
HELP = """\
Check Keras code in the cells of this notebook.

    %kerlint                check all cells that were run so far
    %%kerlint               as the first line of a cell: check the cell, then run it
    %%kerlint --no-run      check the cell, and don't run it
    %kerlint on             check each cell from now on, just before it runs
    %kerlint off            and no longer
    %kerlint FILE...        check files, folders and notebooks

A cell is checked together with the cells before it, so names that they define are known. The
findings are shown above the output, and are in the variable _kerlint.

Options: --select, --extend-select and --ignore RULES, --target-keras RELEASE, --backend NAME,
--execute, --execute-timeout SECONDS, --config FILE and --isolated mean what they mean on the
command line; see !kerlint --help. Settings come from the nearest config file."""
RESULT = "_kerlint"
"""The variable that has the findings of the last check."""
_HERE = "--this-cell"  # what stands for %%kerlint, see _as_line
_MAGIC = re.compile(r"\s*%%?(?:kerlint|(?:re)?load_ext\s+kerlint)\b")
_FUTURE = re.compile(r"\s*from\s+__future__\s+import\b")
_NOTHING = re.compile(r"\s*(?:#.*)?$")
_SYNTAX_ERROR = "KER000"

_sessions: dict[int, _Session] = {}


def load_ipython_extension(shell: Any) -> None:
    """Called by ``%load_ext kerlint``."""
    if id(shell) not in _sessions:
        _sessions[id(shell)] = session = _Session(shell)
        session.begin()


def unload_ipython_extension(shell: Any) -> None:
    """Called by ``%unload_ext kerlint`` and ``%reload_ext kerlint``."""
    session = _sessions.pop(id(shell), None)
    if session is not None:
        session.end()


class _Session:
    """What is known of one IPython shell: the cells that were run, and what is to be checked."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.runs: list[Run] = []
        self.deleted: set[str] = set()
        self.last = 0  # the number of the last cell that has ended
        self.automatic: Asked | None = None
        self.told: set[tuple[object, ...]] = set()

    # -- what IPython calls -----------------------------------------------------------------------

    def begin(self) -> None:
        shell = self.shell
        texts = self._history()
        self.runs = [Run(number, text) for number, text in enumerate(texts) if number and text]
        self.last = max(len(texts) - 1, 0)
        shell.user_ns[RESULT] = Findings()
        shell.events.register("pre_run_cell", self.before_cell)
        shell.events.register("post_run_cell", self.after_cell)
        shell.register_magic_function(self.magic, "line_cell", "kerlint")
        transforms = shell.input_transformers_cleanup
        names = [getattr(each, "__name__", "") for each in transforms]
        at = names.index("cell_magic") if "cell_magic" in names else len(names)
        transforms.insert(at, _as_line)

    def end(self) -> None:
        shell = self.shell
        shell.events.unregister("pre_run_cell", self.before_cell)
        shell.events.unregister("post_run_cell", self.after_cell)
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop("kerlint", None)
        shell.input_transformers_cleanup.remove(_as_line)

    def before_cell(self, info: Any) -> None:
        if not info.store_history or not isinstance(info.raw_cell, str):
            return  # code of the editor's own, or a cell inside a cell
        if RESULT not in self.shell.user_ns:  # after %reset, what cells have defined is gone
            self._forget()
        cell = self._cell_of_editor(info)
        self.runs.append(Run(self.last + 1, info.raw_cell, cell))
        if self.automatic is not None and not _MAGIC.match(info.raw_cell):
            try:
                self._check_cell(self.automatic, again=False)
            except Exception as error:  # whatever is wrong with kerlint, the cell is to be run
                _complain(f"this is a bug in kerlint; please report it: {_in_one_line(error)}")

    def after_cell(self, result: Any) -> None:
        number = result.execution_count
        if not result.info.store_history or not isinstance(number, int):
            return
        if not self.runs or self.runs[-1].number <= self.last:
            return
        self.last = number
        run = self.runs.pop()
        if result.error_before_exec is None:  # else nothing of it was run
            self.runs.append(replace(run, number=number))

    def magic(self, line: str, cell: str | None = None) -> None:
        try:
            if cell is not None:  # not what a person has written, see _as_line
                self._check_cell(asked(words_of(line)))
                self.shell.run_cell(cell)
                return
            words = words_of(line)
            if words[:1] == [_HERE]:
                self._of_cell(asked(words[1:]))
            elif words[:1] == ["on"]:
                self._switch_on(asked(words[1:]))
            elif words == ["off"]:
                self.automatic = None
                print("kerlint no longer checks cells")
            else:
                self._of_notebook(asked(words))
        except (SettingsError, OSError) as error:
            from IPython.core.error import UsageError  # is shown as one line

            raise UsageError(f"kerlint: {' / '.join(str(error).splitlines())}") from None
        except Exception as error:
            if os.environ.get("KERLINT_DEBUG"):
                raise
            _complain(f"this is a bug in kerlint; please report it: {_in_one_line(error)}")

    magic.__doc__ = HELP

    # -- what people ask for ----------------------------------------------------------------------

    def _of_cell(self, it: Asked) -> None:
        if it.help:
            print(HELP)
            return
        if it.paths:
            _refuse(f"%%kerlint checks a cell; to check files, write %kerlint {it.paths[0]}")
        self._check_cell(it)

    def _switch_on(self, it: Asked) -> None:
        if it.paths:
            _refuse(f"%kerlint on takes options only, not {it.paths[0]!r}")
        _settings(it)  # what is wrong is said now
        self.automatic = it
        self.told.clear()
        print("kerlint checks each cell before it runs; %kerlint off ends this")

    def _of_notebook(self, it: Asked) -> None:
        if it.help:
            print(HELP)
        elif it.no_run:
            _refuse("--no-run is an option of %%kerlint")
        elif it.paths:
            outcomes = _lint_files(it)
            self._show([each for outcome in outcomes for each in outcome.diagnostics], outcomes)
        else:
            outcome, number = self._lint(it)
            findings = [_in_session(each) for each in _without_syntax(outcome)]
            self._show(findings, [outcome], f"in {number} cell{'s' * (number != 1)}")

    def _check_cell(self, it: Asked, *, again: bool = True) -> None:
        """Show what concerns the last cell; if ``again``, also what was shown before."""
        current = self.runs[-1].number
        outcome, _ = self._lint(it)
        found = []
        for finding in _without_syntax(outcome):
            spans = [each.span for each in finding.related if each.path is None]
            here = finding.span.cell == current
            if not here and (current not in [span.cell for span in spans]):
                continue
            key = (finding.code, finding.span, finding.message)
            if again or here or key not in self.told:
                found.append(_in_session(finding))
            self.told.add(key)
        if found or again:
            self._show(found, [outcome], "in this cell")

    def _lint(self, it: Asked) -> tuple[Outcome, int]:
        """What is found in the cells that were run, and how many they are."""
        from kerlint.run import engine
        from kerlint.sources.notebook import source_of_cells

        cells = notebook(self.runs, self.deleted)
        source = source_of_cells(self._path(), cells)
        data = source.text.encode("utf-8", "surrogatepass")
        settings = _settings(it)(os.getcwd())
        return _with_prover(
            it, lambda prover: engine.lint_source(source, data, settings, prover=prover)
        ), len(cells)

    def _history(self) -> Sequence[str]:
        """The texts of the cells, by their numbers."""
        return getattr(self.shell.history_manager, "input_hist_raw", ())

    def _forget(self) -> None:
        self.runs.clear()
        self.told.clear()
        self.last = max(len(self._history()) - 1, 0)
        self.shell.user_ns[RESULT] = Findings()

    def _path(self) -> str:
        """The file of the notebook if it is known, for its settings and what it imports."""
        names = (self.shell.user_ns.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME"))
        for name in names:
            if isinstance(name, str) and name.endswith(".ipynb") and os.path.isfile(name):
                return os.path.abspath(name)
        return os.path.join(os.getcwd(), "<notebook>")

    def _cell_of_editor(self, info: Any) -> str | None:
        """The editor's name of the cell that is to be run, if it has one."""
        message = getattr(self.shell, "parent_header", None)
        metadata = message.get("metadata") if isinstance(message, dict) else None
        metadata = metadata if isinstance(metadata, dict) else {}
        gone = metadata.get("deletedCells")  # of JupyterLab, since the cell that was run before
        if isinstance(gone, list):
            self.deleted.update(each for each in gone if isinstance(each, str))
        colab = metadata.get("colab")
        names = (
            getattr(info, "cell_id", None),
            metadata.get("cellId"),
            colab.get("cell_id") if isinstance(colab, dict) else None,
        )
        name = next((each for each in names if isinstance(each, str) and each), None)
        if name is not None:
            self.deleted.discard(name)  # it was brought back
        return name

    def _show(
        self, found: Sequence[Diagnostic], outcomes: Sequence[Outcome], where: str = ""
    ) -> None:
        findings = Findings(found)
        self.shell.user_ns[RESULT] = findings
        if not findings:
            print(_nothing(where, outcomes))
        elif hasattr(self.shell, "kernel"):  # a notebook, or another program that shows HTML
            data = {"text/plain": str(findings), "text/html": findings._repr_html_()}
            self.shell.display_pub.publish(data=data, metadata={})
        else:
            _print(findings)


# -- cells ----------------------------------------------------------------------------------------


def _as_line(lines: list[str]) -> list[str]:
    """A cell with ``%%kerlint`` as its first line: as the rest, with a call before it.

    The cell itself is then run as any other: tracebacks have its rows, ``await`` works and the last
    value is shown. For IPython this is one of its transformations of input.
    """
    match = re.match(r"%%kerlint(?=\s|$)(?!\?)(.*)", lines[0]) if lines else None
    if match is None:
        return lines
    options = match[1].strip()
    call = f"get_ipython().run_line_magic('kerlint', {f'{_HERE} {options}'!r})\n"
    if _is_not_run(options):
        return [call]
    body = lines[1:]
    first = next((at for at, line in enumerate(body) if not _NOTHING.match(line)), None)
    if first is None:
        return [call, *body]
    if _FUTURE.match(body[first]):  # has to come first
        return ["\n", *body[: first + 1], call, *body[first + 1 :]]
    if body[first].startswith("%%"):
        from IPython.core import inputtransformer2

        cell_magic: Any = inputtransformer2.cell_magic
        return [call, *body[:first], *cell_magic(body[first:])]
    return [call, *body]


_as_line.has_side_effects = True  # type: ignore[attr-defined]  # so that an editor does not ask it


def _is_not_run(options: str) -> bool:
    try:
        it = asked(words_of(options))
    except SettingsError:
        return True  # which the call will say
    return it.no_run or it.help or bool(it.paths)


def _in_session(finding: Diagnostic) -> Diagnostic:
    """``finding`` with places as people see them: the cell, and the row in it."""
    if finding.span.cell is None:
        return finding
    cell = finding.span.cell

    def placed(related: Related) -> Related:
        other = related.span.cell
        if related.path is not None or other is None:
            return related
        return replace(
            related,
            span=_in_cell(related.span),
            path=None if other == cell else _named(other),
        )

    return replace(
        finding,
        path=_named(cell),
        span=_in_cell(finding.span),
        related=tuple(map(placed, finding.related)),
    )


def _named(cell: int) -> str:
    return f"In [{cell}]"


def _in_cell(span: Span) -> Span:
    return Span(span.start, span.end)


def _without_syntax(outcome: Outcome) -> list[Diagnostic]:
    """The findings, but for what Python has said: that code could not be parsed."""
    if outcome.failed:
        return [*outcome.diagnostics]
    return [each for each in outcome.diagnostics if each.code != _SYNTAX_ERROR]


# -- checking -------------------------------------------------------------------------------------


def _settings(it: Asked) -> Callable[[str], Settings]:
    """The settings of a folder. Raises ``SettingsError``."""
    from kerlint.config.settings import layer, resolver

    given = layer(it.settings or {}, os.getcwd(), "--")
    for problem in given.warnings:
        _complain(f"warning: {problem}")
    return resolver(
        given,
        config=it.config,
        isolated=it.isolated,
        warn=lambda problem: _complain(f"warning: {problem}"),
    )


def _lint_files(it: Asked) -> Sequence[Outcome]:
    from kerlint.run import engine

    names = [os.path.expanduser(path) for path in it.paths]
    settings_for = _settings(it)
    run = _with_prover(
        it, lambda prover: engine.lint_paths(names, settings_for, jobs=1, prover=prover)
    )
    if run.missing:
        _refuse(f"{', '.join(run.missing)}: no such file or folder")
    return run.outcomes


def _with_prover(it: Asked, lint: Callable[[Prover | None], Result]) -> Result:
    if not it.execute:
        return lint(None)
    from kerlint.execute.prove import SECONDS, Prover

    with Prover(it.seconds or SECONDS) as prover:
        result = lint(prover)
        if prover.trouble:
            _complain(prover.trouble)
        return result


# -- words ----------------------------------------------------------------------------------------


def _print(findings: Findings) -> None:
    """The report of the command line, on a terminal."""
    from kerlint.command.terminal import is_coloured
    from kerlint.reports.full import render
    from kerlint.reports.report import Report
    from kerlint.shown import how_many

    colour = is_coloured("auto")
    sys.stdout.writelines(render(Report(tuple(findings), os.getcwd(), colour=colour, quiet=True)))
    worst = max(findings, key=lambda each: (each.verdict != "refuted", each.severity))
    print(f"{how_many(findings)}. To learn more, run `!kerlint explain {worst.code}`.")


def _nothing(where: str, outcomes: Sequence[Outcome]) -> str:
    """That nothing was found, and why that may mean little."""
    from kerlint.shown import counted

    text = f"kerlint: no findings {where}".rstrip()
    if not any(outcome.coverage.keras for outcome in outcomes):
        return f"{text}, as nothing uses Keras"
    partial = sum(outcome.coverage.partial for outcome in outcomes)
    return f"{text} ({counted(partial, 'model')} read only in part)" if partial else text


def _complain(problem: str) -> None:
    print(f"kerlint: {problem}", file=sys.stderr)


def _refuse(problem: str) -> NoReturn:
    raise SettingsError([problem])


def _in_one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
