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
from kerlint.reading.interpreter.snapshots import Snapshot, SnapshotTooLarge
from kerlint.reading.interpreter.state import (
    MAX_ELEMENTS,
    MIN_STEPS,
    Allowance,
    BranchKey,
    Exhausted,
    Raised,
    State,
    is_flag,
    mark_as_cut,
)
from kerlint.reading.interpreter.values import Scope
from kerlint.reading.library import keras_objects
from kerlint.reading.paths import reach
from kerlint.reading.syntax.bindings import is_main_guard
from kerlint.reading.syntax.positions import Sites

MAX_NOTED = 5_000  # elements of lists and dictionaries; noting one costs as much as a third step


@dataclass(frozen=True, slots=True)
class ExecutionPath:
    """One way through the code below one root: the program it builds, and the arms it took."""

    program: Program
    decisions: Mapping[BranchKey, int]
    """Index into ``program.decisions`` by condition."""
    steps: int = 0
    """Statements and expressions that were evaluated."""
    defaults: Mapping[BranchKey, Site] = field(default_factory=dict)
    """Defaults that were assumed, with where they are written; to turn one makes it unknown."""
    default_arms: Mapping[str, bool] = field(default_factory=dict)
    """What conditions on parameters come to with their defaults, by the text of the condition."""
    flags: Mapping[BranchKey, bool] = field(default_factory=dict)
    """Flags of the file that keep an arm from being read, with the arm that is read."""
    noted: Mapping[BranchKey, tuple[int, int]] = field(default_factory=dict)
    """How many calls and uses of names came before a condition, as far as that is known."""
    whole: bool = True
    """Whether the code was followed to its end."""


def path_of(state: State, steps: int) -> ExecutionPath:
    """What a run that has come to its end has seen."""
    flags = {flag: min(arms) for flag, arms in state.flags.values() if len(arms) == 1}
    return ExecutionPath(
        state.program(),
        dict(state.outcomes),
        steps,
        dict(state.defaults),
        dict(state.default_arms),
        flags,
        dict(state.noted),
        not state.cut,
    )


def attempt(state: State, action: Callable[[], None]) -> bool:
    """Follow code; what was built is marked when it turns out too long. Returns whether not."""
    try:
        action()
    except (Exhausted, RecursionError):
        mark_as_cut(state)
        return False
    return True


def finish(state: State) -> None:
    """Run ``call`` of the models of the user's classes, and see what else becomes of models."""
    for fact in list(state.subclassed):
        keras_objects.finish_subclassed(state, fact)
    escapes.look_for_uses(state)


def _flat(body: Sequence[Any]) -> list[Any]:
    """Statements without the guard around those of a script: it holds whenever kerlint reads it."""
    found: list[Any] = []
    for statement in body:
        if is_main_guard(statement) and type(statement.body) is cst.IndentedBlock:
            found += _flat(statement.body.body)
        else:
            found.append(statement)
    return found


class ModuleExecution:
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
        self._first: tuple[State, ExecutionPath] | None = None
        self._scopes: list[Scope] = []
        self._long: set[int] = set()  # statements that took too many steps on some way
        self.called: set[int] = set()
        """``id()`` of the nodes of functions and classes that some way has called."""
        # Of the run that halts: where, what was before that statement, and what behind it.
        self._halt = -1
        self._before: Snapshot | None = None
        self._behind: Snapshot | None = None
        self._scope = Scope()

    @property
    def first(self) -> State:
        """The run that read the file as it comes."""
        if self._first is None:
            state, whole = self._read({})
            self._first = state, path_of(state, state.steps)
            self._halt = -1 if whole else len(self._body) + 1  # else: there is no way to follow
        return self._first[0]

    def execute(self, decisions: Mapping[BranchKey, bool]) -> ExecutionPath:
        """The way through the file with some conditions decided."""
        first = self.first
        assert self._first is not None
        if not decisions:
            return self._first[1]
        if any(is_flag(condition) for condition in decisions):
            return self.execute_from_start(decisions)
        known = [
            first.first_asked_at[condition]
            for condition in decisions
            if condition in first.first_asked_at
        ]
        # What other files hold lives on from one run to the next, and is not noted.
        alone = not self._project.dependencies
        if alone and known and min(known) >= self._halt:
            spent = self._checkpoint_at(min(known))
            if spent is not None:
                return self._flipped(decisions, spent)
        return self.execute_from_start(decisions)

    def execute_from_start(self, decisions: Mapping[BranchKey, bool]) -> ExecutionPath:
        """The same, without the use of any other way."""
        state, _ = self._read(decisions)
        return path_of(state, state.steps)

    def release(self) -> None:
        """Forget all values, see ``Frame.release``."""
        for scope in (*self._scopes, self._scope):
            scope.release()

    def _read(self, decisions: Mapping[BranchKey, bool]) -> tuple[State, bool]:
        """Read everything; the second result is False when that ended too early."""
        state = State(self._sites, INTERPRETER, decisions, self._project)
        self._allowance.grant(state)
        state.module = scope = Scope()
        self._scopes.append(scope)
        ended: list[str] = []

        def action() -> None:
            ended.append(self._execute(state, scope, 0, len(self._body)))
            finish(state)

        whole = attempt(state, action) and not ended[0] and not state.cut
        self._allowance.spend(state.steps, state.cut)
        self.called |= state.called
        return state, whole

    def _execute(self, state: State, scope: Scope, start: int, end: int) -> str:
        signal = ""
        for index in range(start, end):
            state.position = index
            statement = self._body[index]
            state.limit_statement()
            if index in self._long:
                state.limit = min(state.limit, state.steps + MIN_STEPS)
            known = len(scope.names), len(state.models)
            try:
                signal = statements.execute(state, [statement], scope, lasting=True)
            except Raised:
                signal = "raise"
            except (Exhausted, RecursionError):
                self._long.add(index)
                rest = not state.leave_out()
                if not state.assumptions:
                    self._sites.left_out[state.site(statement)] = "rest" if rest else "statement"
                if rest:
                    raise
                signal = ""
                mark_as_cut(state, reach.models_of(state, statement, scope, *known))
                effects.not_followed(state, statement, scope)
            if signal and self._goes_on(state, statement):
                signal = ""
            if signal:
                break
        state.position = end
        state.limit = state.end
        return signal

    def _goes_on(self, state: State, statement: cst.CSTNode) -> bool:
        """Whether what follows a statement that raises or exits is read all the same.

        Each cell of a notebook runs by itself. What follows the last statement of a script is its
        functions.
        """
        return self._project.cells or statement is self._body[-1]

    def _checkpoint_at(self, index: int) -> int | None:
        """Lead the run that halts to a statement; the steps it took, or None when it failed."""
        if index == self._halt:
            return 0
        if self._behind is None:
            state, start = State(self._sites, INTERPRETER, {}, self._project), 0
            state.module = self._scope
        else:
            state, start = self._behind.resume({}), self._halt + 1
        self._allowance.grant(state)
        state.end = self._allowance.most
        steps = state.steps
        self._halt = index
        try:
            self._execute(state, self._scope, start, index)
            self._before = Snapshot(state, self._scope, limit=MAX_NOTED)
            self._execute(state, self._scope, index, min(index + 1, len(self._body)))
            self._behind = Snapshot(state, self._scope, limit=MAX_NOTED)
            if state.cut:
                raise Exhausted
        except (
            Exhausted,
            RecursionError,
            SnapshotTooLarge,
        ):  # the stack is a little fuller than at first
            self._halt = len(self._body) + 1
            return None
        return state.steps - steps

    def _flipped(self, decisions: Mapping[BranchKey, bool], spent: int) -> ExecutionPath:
        """Read on from where the other run halts, until there is nothing new to be seen."""
        assert self._before is not None
        state = self._before.resume(decisions)
        self._allowance.grant(state)
        steps = state.steps - spent
        end = len(self._body)
        joined: list[ExecutionPath] = []

        def action() -> None:
            assert self._before is not None
            behind = min(self._halt + 1, end)
            signal = self._execute(state, self._scope, self._halt, behind)
            if not signal:
                if self._reconverges(state, self._before):
                    joined.append(self._splice(state, state.steps - steps))
                    return
                self._execute(state, self._scope, behind, end)
            finish(state)

        attempt(state, action)
        self._allowance.spend(state.steps - steps, state.cut)
        self.called |= state.called
        return joined[0] if joined else path_of(state, state.steps - steps)

    def _reconverges(self, state: State, start: Snapshot) -> bool:
        """Whether a run stands where the one that halts went on from, and goes on as that did.

        Nothing may be asked or noted again that the two have seen differently.
        """
        assert self._behind is not None
        if not state.assumptions.keys() <= state.outcomes.keys():
            return False
        other = self._behind.state
        if list(self.first.outcomes)[: len(other.outcomes)] != list(other.outcomes):
            return False  # the run that halts went another way than the first one
        for condition in {*state.outcomes, *other.outcomes}:
            if self.first.last_asked_at.get(condition, -1) <= self._halt:
                continue
            here, there = state.outcomes.get(condition), other.outcomes.get(condition)
            if here is None or there is None:
                return False
            if state.decisions[here].outcome != other.decisions[there].outcome:
                return False
        for key, use in other.uses.items():
            # The first of several is noted, which in this run would be a later one.
            if state.uses.get(key) != use and self.first.used.get(key, -1) > self._halt:
                return False
        if state.steps + self.first.steps - other.steps > self._allowance.most:
            return False
        if state.elements + self.first.elements - other.elements > MAX_ELEMENTS:
            return False
        try:
            return self._behind.equivalent_to(state, start)
        except RecursionError:  # lists in lists in lists
            return False

    def _splice(self, state: State, steps: int) -> ExecutionPath:
        """A run up to here, then what the first run saw from here on."""
        assert self._behind is not None
        assert self._first is not None
        first, path = self._first
        before = self._behind.state
        taken = dict(state.outcomes)
        decisions = list(state.decisions)
        conditions = list(first.outcomes)
        for condition in conditions[len(before.decisions) :]:
            decision = first.decisions[first.outcomes[condition]]
            parent = None if decision.parent is None else taken[conditions[decision.parent]]
            taken[condition] = len(decisions)
            decisions.append(replace(decision, parent=parent))
        program = replace(path.program, decisions=tuple(decisions))
        if state.calls != before.calls:
            more = len(state.calls) - len(before.calls)
            later = first.calls[len(before.calls) :]
            if more:
                later = [replace(call, id=call.id + more) for call in later]
            calls = (*state.calls, *later)
            program = replace(program, calls=calls)
        if state.uses != before.uses:
            uses = state.uses | dict(list(first.uses.items())[len(before.uses) :])
            program = replace(program, uses=tuple(uses.values()))
        return ExecutionPath(program, taken, steps, noted=dict(state.noted))
