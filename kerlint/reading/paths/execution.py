"""A file from its first statement on: read as it comes, then again with conditions turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import libcst as cst

from kerlint.program.model import Program
from kerlint.program.values import Site
from kerlint.reading.imports import Project
from kerlint.reading.interpreter import effects, escapes, statements
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.snapshots import (
    Snapshot,
    TooMuch,
)
from kerlint.reading.interpreter.state import (
    MAX_ELEMENTS,
    MIN_STEPS,
    Allowance,
    Condition,
    Exhausted,
    Raised,
    Run,
    is_flag,
    mark_as_cut,
)
from kerlint.reading.interpreter.values import Frame
from kerlint.reading.library import keras_objects
from kerlint.reading.paths import reach
from kerlint.reading.syntax.bindings import is_main_guard
from kerlint.reading.syntax.positions import Sites

MAX_NOTED = 5_000  # elements of lists and dictionaries; noting one costs as much as a third step


@dataclass(frozen=True, slots=True)
class Way:
    """One way through the code below one root: the program it builds, and the arms it took."""

    program: Program
    decisions: Mapping[Condition, int]
    """Index into ``program.decisions`` by condition."""
    steps: int = 0
    """Statements and expressions that were evaluated."""
    defaults: Mapping[Condition, Site] = field(default_factory=dict)
    """Defaults that were assumed, with where they are written; to turn one makes it unknown."""
    default_arms: Mapping[str, bool] = field(default_factory=dict)
    """What conditions on parameters come to with their defaults, by the text of the condition."""
    flags: Mapping[Condition, bool] = field(default_factory=dict)
    """Flags of the file that keep an arm from being read, with the arm that is read."""
    noted: Mapping[Condition, tuple[int, int]] = field(default_factory=dict)
    """How many calls and uses of names came before a condition, as far as that is known."""
    whole: bool = True
    """Whether the code was followed to its end."""


def way_of(run: Run, steps: int) -> Way:
    """What a run that has come to its end has seen."""
    flags = {flag: min(arms) for flag, arms in run.flags.values() if len(arms) == 1}
    return Way(
        run.program(),
        dict(run.taken),
        steps,
        dict(run.defaults),
        dict(run.default_arms),
        flags,
        dict(run.noted),
        not run.cut,
    )


def attempt(run: Run, action: Callable[[], None]) -> bool:
    """Follow code; what was built is marked when it turns out too long. Returns whether not."""
    try:
        action()
    except (Exhausted, RecursionError):
        mark_as_cut(run)
        return False
    return True


def finish(run: Run) -> None:
    """Run ``call`` of the models of the user's classes, and see what else becomes of models."""
    for fact in list(run.subclassed):
        keras_objects.finish_subclassed(run, fact)
    escapes.look_for_uses(run)


def _flat(body: Sequence[Any]) -> list[Any]:
    """Statements without the guard around those of a script: it holds whenever kerlint reads it."""
    found: list[Any] = []
    for statement in body:
        if is_main_guard(statement) and type(statement.body) is cst.IndentedBlock:
            found += _flat(statement.body.body)
        else:
            found.append(statement)
    return found


class File:
    """The statements of a file, which are followed from the first one as often as need be.

    With a condition turned a file goes the same way up to the statement that asks it, and most
    often again behind it (a helper resizes pictures that are too large; there is a GPU or none):
    only what lies between is read again, or if the two never meet, all from there on. For this one
    more run follows the first way and halts at each such statement.
    """

    def __init__(
        self,
        tree: cst.Module,
        sites: Sites,
        project: Project,
        allowance: Allowance | None = None,
    ) -> None:
        self._body = _flat(tree.body)
        self._allowance = allowance or Allowance()
        self._sites = sites
        self._project = project
        self._first: tuple[Run, Way] | None = None
        self._frames: list[Frame] = []
        self._long: set[int] = set()  # statements that took too many steps on some way
        self.entered: set[int] = set()
        """``id()`` of the nodes of functions and classes that some way has called."""
        # Of the run that halts: where, what was before that statement, and what behind it.
        self._halt = -1
        self._before: Snapshot | None = None
        self._behind: Snapshot | None = None
        self._frame = Frame()

    @property
    def first(self) -> Run:
        """The run that read the file as it comes."""
        if self._first is None:
            run, whole = self._read({})
            self._first = run, way_of(run, run.steps)
            self._halt = -1 if whole else len(self._body) + 1  # else: there is no way to follow
        return self._first[0]

    def follow(self, decisions: Mapping[Condition, bool]) -> Way:
        """The way through the file with some conditions decided."""
        first = self.first
        assert self._first is not None
        if not decisions:
            return self._first[1]
        if any(is_flag(condition) for condition in decisions):
            return self.follow_from_the_start(decisions)
        known = [first.met[condition] for condition in decisions if condition in first.met]
        # What other files hold lives on from one run to the next, and is not noted.
        alone = not self._project.dependencies
        if alone and known and min(known) >= self._halt:
            spent = self._halt_at(min(known))
            if spent is not None:
                return self._turned(decisions, spent)
        return self.follow_from_the_start(decisions)

    def follow_from_the_start(self, decisions: Mapping[Condition, bool]) -> Way:
        """The same, without the use of any other way."""
        run, _ = self._read(decisions)
        return way_of(run, run.steps)

    def release(self) -> None:
        """Forget all values, see ``Frame.release``."""
        for frame in (*self._frames, self._frame):
            frame.release()

    def _read(self, decisions: Mapping[Condition, bool]) -> tuple[Run, bool]:
        """Read everything; the second result is False when that ended too early."""
        run = Run(self._sites, INTERPRETER, decisions, self._project)
        self._allowance.grant(run)
        run.module = frame = Frame()
        self._frames.append(frame)
        ended: list[str] = []

        def action() -> None:
            ended.append(self._execute(run, frame, 0, len(self._body)))
            finish(run)

        whole = attempt(run, action) and not ended[0] and not run.cut
        self._allowance.spend(run.steps, run.cut)
        self.entered |= run.entered
        return run, whole

    def _execute(self, run: Run, frame: Frame, start: int, end: int) -> str:
        signal = ""
        for index in range(start, end):
            run.position = index
            statement = self._body[index]
            run.limit_statement()
            if index in self._long:
                run.limit = min(run.limit, run.steps + MIN_STEPS)
            known = len(frame.names), len(run.models)
            try:
                signal = statements.execute(run, [statement], frame, lasting=True)
            except Raised:
                signal = "raise"
            except (Exhausted, RecursionError):
                self._long.add(index)
                rest = not run.leave_out()
                if not run.forced:
                    self._sites.left_out[run.site(statement)] = "rest" if rest else "statement"
                if rest:
                    raise
                signal = ""
                mark_as_cut(run, reach.models_of(run, statement, frame, *known))
                effects.not_followed(run, statement, frame)
            if signal and self._goes_on(run, statement):
                signal = ""
            if signal:
                break
        run.position = end
        run.limit = run.end
        return signal

    def _goes_on(self, run: Run, statement: cst.CSTNode) -> bool:
        """Whether what follows a statement that raises or exits is read all the same.

        Each cell of a notebook runs by itself. What follows the last statement of a script is its
        functions.
        """
        return self._project.cells or statement is self._body[-1]

    def _halt_at(self, index: int) -> int | None:
        """Lead the run that halts to a statement; the steps it took, or None when it failed."""
        if index == self._halt:
            return 0
        if self._behind is None:
            run, start = Run(self._sites, INTERPRETER, {}, self._project), 0
            run.module = self._frame
        else:
            run, start = self._behind.resume({}), self._halt + 1
        self._allowance.grant(run)
        run.end = self._allowance.most
        steps = run.steps
        self._halt = index
        try:
            self._execute(run, self._frame, start, index)
            self._before = Snapshot(run, self._frame, limit=MAX_NOTED)
            self._execute(run, self._frame, index, min(index + 1, len(self._body)))
            self._behind = Snapshot(run, self._frame, limit=MAX_NOTED)
            if run.cut:
                raise Exhausted
        except (Exhausted, RecursionError, TooMuch):  # the stack is a little fuller than at first
            self._halt = len(self._body) + 1
            return None
        return run.steps - steps

    def _turned(self, decisions: Mapping[Condition, bool], spent: int) -> Way:
        """Read on from where the other run halts, until there is nothing new to be seen."""
        assert self._before is not None
        run = self._before.resume(decisions)
        self._allowance.grant(run)
        steps = run.steps - spent
        end = len(self._body)
        joined: list[Way] = []

        def action() -> None:
            assert self._before is not None
            behind = min(self._halt + 1, end)
            signal = self._execute(run, self._frame, self._halt, behind)
            if not signal:
                if self._meets(run, self._before):
                    joined.append(self._joined(run, run.steps - steps))
                    return
                self._execute(run, self._frame, behind, end)
            finish(run)

        attempt(run, action)
        self._allowance.spend(run.steps - steps, run.cut)
        self.entered |= run.entered
        return joined[0] if joined else way_of(run, run.steps - steps)

    def _meets(self, run: Run, start: Snapshot) -> bool:
        """Whether a run stands where the one that halts went on from, and goes on as that did.

        Nothing may be asked or noted again that the two have seen differently.
        """
        assert self._behind is not None
        if not run.forced.keys() <= run.taken.keys():
            return False
        other = self._behind.run
        if list(self.first.taken)[: len(other.taken)] != list(other.taken):
            return False  # the run that halts went another way than the first one
        for condition in {*run.taken, *other.taken}:
            if self.first.asked.get(condition, -1) <= self._halt:
                continue
            here, there = run.taken.get(condition), other.taken.get(condition)
            if here is None or there is None:
                return False
            if run.decisions[here].arm != other.decisions[there].arm:
                return False
        for key, use in other.uses.items():
            # The first of several is noted, which in this run would be a later one.
            if run.uses.get(key) != use and self.first.used.get(key, -1) > self._halt:
                return False
        if run.steps + self.first.steps - other.steps > self._allowance.most:
            return False
        if run.elements + self.first.elements - other.elements > MAX_ELEMENTS:
            return False
        try:
            return self._behind.is_like(run, start)
        except RecursionError:  # lists in lists in lists
            return False

    def _joined(self, run: Run, steps: int) -> Way:
        """A run up to here, then what the first run saw from here on."""
        assert self._behind is not None
        assert self._first is not None
        first, way = self._first
        before = self._behind.run
        taken = dict(run.taken)
        decisions = list(run.decisions)
        conditions = list(first.taken)
        for condition in conditions[len(before.decisions) :]:
            decision = first.decisions[first.taken[condition]]
            parent = None if decision.parent is None else taken[conditions[decision.parent]]
            taken[condition] = len(decisions)
            decisions.append(replace(decision, parent=parent))
        program = replace(way.program, decisions=tuple(decisions))
        if run.calls != before.calls:
            more = len(run.calls) - len(before.calls)
            later = first.calls[len(before.calls) :]
            if more:
                later = [replace(call, id=call.id + more) for call in later]
            calls = (*run.calls, *later)
            program = replace(program, calls=calls)
        if run.uses != before.uses:
            uses = run.uses | dict(list(first.uses.items())[len(before.uses) :])
            program = replace(program, uses=tuple(uses.values()))
        return Way(program, taken, steps, noted=dict(run.noted))
