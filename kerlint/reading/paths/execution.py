"""Executing a module: once along the base path, then again with branches flipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.model import Program
from kerlint.program.values import Site
from kerlint.reading.imports import Project
from kerlint.reading.interpreter import effects, escapes, statements
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
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
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.bindings import is_main_guard
from kerlint.reading.syntax.identifiers import LEAVES, inside
from kerlint.reading.syntax.unread import READ_ANY, unread

MAX_NOTED = 5_000  # elements of lists and dictionaries; noting one costs as much as a third step


@dataclass(frozen=True, slots=True)
class ExecutionPath:
    """One path from an entry point: the program it builds, and the outcomes of its branches."""

    program: Program
    decisions: Mapping[BranchKey, int]
    """Index into ``program.decisions`` by branch."""
    steps: int = 0
    """Statements and expressions that were evaluated."""
    defaults: Mapping[BranchKey, Site] = field(default_factory=dict)
    """Defaults that were assumed, with where they are written; flipping one makes it unknown."""
    default_arms: Mapping[str, bool] = field(default_factory=dict)
    """What conditions on parameters come to with their defaults, by the text of the condition."""
    flags: Mapping[BranchKey, bool] = field(default_factory=dict)
    """Flags of the file that make a branch dead, with the outcome that is executed."""
    noted: Mapping[BranchKey, tuple[int, int]] = field(default_factory=dict)
    """How many calls and uses of names came before a branch, as far as that is known."""
    whole: bool = True
    """Whether the code was executed to its end."""


def path_of(state: State, steps: int) -> ExecutionPath:
    """The path that a state has followed to its end."""
    flags = {flag: min(arms) for flag, arms in state.flags.values() if len(arms) == 1}
    program = state.program()
    idle = _idle(program, state.sites)
    return ExecutionPath(
        replace(program, idle=idle) if idle else program,
        dict(state.outcomes),
        steps,
        dict(state.defaults),
        dict(state.default_arms),
        flags,
        dict(state.noted),
        not state.cut,
    )


def _idle(program: Program, sites: Sites) -> frozenset[int]:
    """The calls of layers whose output gets a name that nothing reads."""
    if sites.tree is None or not any(model.kind in _WIRED for model in program.models):
        return frozenset()
    taken = {tensor for call in program.layer_calls for tensor in call.inputs}
    taken.update(tensor for model in program.models for tensor in model.outputs)
    loose = [
        call
        for call in program.layer_calls
        if taken.isdisjoint(call.outputs) and not program.layers[call.layer].operation
    ]
    if not loose:
        return frozenset()
    places = {call.id: id(sites.node(call.origin.site)) for call in loose}
    new = set(places.values()) - sites.unread.keys()
    if new:
        found = unread(sites.tree, new)
        sites.unread.update((place, place in found) for place in new)
    return frozenset(call for call, place in places.items() if sites.unread[place])


_WIRED = frozenset({"functional", "subclassed"})


def attempt(state: State, action: Callable[[], None]) -> bool:
    """Execute code; False, and models marked as incomplete, when it takes too many steps."""
    try:
        action()
    except (Exhausted, RecursionError):
        mark_as_cut(state)
        return False
    return True


def finish(state: State) -> None:
    """Execute ``call`` of the user's model classes, and note which models escape."""
    for fact in list(state.subclassed):
        keras_objects.finish_subclassed(state, fact)
    escapes.look_for_uses(state)


def _flat(body: Sequence[Any]) -> list[Any]:
    """Statements, those under ``if __name__ == "__main__"`` among them: it is always true here."""
    found: list[Any] = []
    for statement in body:
        if is_main_guard(statement) and type(statement.body) is syntax.IndentedBlock:
            found += _flat(statement.body.body)
        else:
            found.append(statement)
    return found


_DEFERRED = (syntax.FunctionDef, syntax.ClassDef, syntax.Lambda)


def _last_reads(body: Sequence[Any]) -> dict[str, int] | None:
    """The last statement that may read each name; None when one of them may read any name.

    Code of functions and classes may run at any time: what it names is read after the last one.
    """
    last: dict[str, int] = {}
    deferred: set[str] = set()
    for index, statement in enumerate(body):
        words, defers = _reads(statement)
        if not READ_ANY.isdisjoint(words):
            return None
        last.update(dict.fromkeys(words, index))
        if defers:
            deferred |= words
    last.update(dict.fromkeys(deferred, len(body)))
    return last


def _reads(statement: syntax.Node) -> tuple[set[str], bool]:
    """The names in a statement but for those that it only binds; and whether it defines code."""
    words: set[str] = set()
    defers = False
    pending: list[Any] = [statement]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is syntax.Name:
            words.add(item.value)
            continue
        if kind is syntax.AssignTarget and item.target.__class__ is syntax.Name:
            continue
        defers = defers or kind in _DEFERRED
        for part in inside(kind)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in LEAVES:
                pending.append(part)
    return words, defers


class ModuleExecution:
    """The statements of a module, executed along as many paths as needed.

    A flipped branch shares its prefix with the base path, and usually reconverges after the
    branching statement (a helper resizes images that are too large; there is a GPU or not). So one
    more state follows the base path and is checkpointed before and after that statement. The
    flipped path starts at the first checkpoint. If its state equals the second one, the rest of the
    base path is spliced on; otherwise it is executed to the end.
    """

    def __init__(
        self,
        tree: syntax.Module,
        sites: Sites,
        project: Project,
        allowance: Allowance | None = None,
    ) -> None:
        self._body = _flat(tree.body)
        sites.tree = tree
        self._allowance = allowance or Allowance()
        self._sites = sites
        self._project = project
        self._base: tuple[State, ExecutionPath] | None = None
        self._scopes: list[Scope] = []
        self._long: set[int] = set()  # statements that took too many steps on some path
        self.called: set[int] = set()
        """``id()`` of the nodes of functions and classes that some path has called."""
        # The statement of the checkpoint, and the states before and after it.
        self._checkpoint = -1
        self._before: Snapshot | None = None
        self._after: Snapshot | None = None
        self._scope = Scope()

    @property
    def base(self) -> State:
        """The state at the end of the base path."""
        if self._base is None:
            state, whole = self._read({})
            self._base = state, path_of(state, state.steps)
            # Without a whole path there is nothing to share.
            self._checkpoint = -1 if whole else len(self._body) + 1
        return self._base[0]

    def execute(self, decisions: Mapping[BranchKey, bool]) -> ExecutionPath:
        """The path with some branches decided."""
        base = self.base
        assert self._base is not None
        if not decisions:
            return self._base[1]
        if any(is_flag(condition) for condition in decisions):
            return self.execute_from_start(decisions)
        known = [
            base.first_asked_at[condition]
            for condition in decisions
            if condition in base.first_asked_at
        ]
        # What other files hold lives on from one path to the next, and is not in the snapshots.
        alone = not self._project.dependencies
        if alone and known and min(known) >= self._checkpoint:
            spent = self._advance_checkpoint(min(known))
            if spent is not None:
                return self._flipped(decisions, spent)
        return self.execute_from_start(decisions)

    def execute_from_start(self, decisions: Mapping[BranchKey, bool]) -> ExecutionPath:
        """The same path, executed without checkpoints."""
        state, _ = self._read(decisions)
        return path_of(state, state.steps)

    def release(self) -> None:
        """Forget all values, see ``Scope.release``."""
        for scope in (*self._scopes, self._scope):
            scope.release()

    def _read(self, decisions: Mapping[BranchKey, bool]) -> tuple[State, bool]:
        """Execute everything; the second result is False when that ended too early."""
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
            # Python refuses the others outside of functions and loops: code that was pasted.
            if signal and (signal != "raise" or self._goes_on(state, statement)):
                signal = ""
            if signal:
                break
        state.position = end
        state.limit = state.end
        return signal

    def _goes_on(self, state: State, statement: syntax.Node) -> bool:
        """Whether what follows a statement that raises or exits is read all the same.

        Each cell of a notebook runs by itself. What follows the last statement of a script is its
        functions.
        """
        return self._project.cells or statement is self._body[-1]

    def _advance_checkpoint(self, index: int) -> int | None:
        """Advance the checkpoint to a statement; the steps it took, or None when it failed."""
        if index == self._checkpoint:
            return 0
        if self._after is None:
            state, start = State(self._sites, INTERPRETER, {}, self._project), 0
            state.module = self._scope
        else:
            state, start = self._after.resume({}), self._checkpoint + 1
        self._allowance.grant(state)
        state.end = self._allowance.most
        steps = state.steps
        self._checkpoint = index
        try:
            self._execute(state, self._scope, start, index)
            self._before = Snapshot(state, self._scope, limit=MAX_NOTED)
            self._execute(state, self._scope, index, min(index + 1, len(self._body)))
            self._after = Snapshot(state, self._scope, limit=MAX_NOTED)
            if state.cut:
                raise Exhausted
        except (
            Exhausted,
            RecursionError,
            SnapshotTooLarge,
        ):  # the stack is a little fuller than at first
            self._checkpoint = len(self._body) + 1
            return None
        return state.steps - steps

    def _flipped(self, decisions: Mapping[BranchKey, bool], spent: int) -> ExecutionPath:
        """Execute from the checkpoint until the path reconverges, or to the end."""
        assert self._before is not None
        state = self._before.resume(decisions)
        self._allowance.grant(state)
        steps = state.steps - spent
        end = len(self._body)
        spliced: list[ExecutionPath] = []

        def action() -> None:
            assert self._before is not None
            behind = min(self._checkpoint + 1, end)
            signal = self._execute(state, self._scope, self._checkpoint, behind)
            if not signal:
                if self._reconverges(state, self._before):
                    spliced.append(self._splice(state, state.steps - steps))
                    return
                self._execute(state, self._scope, behind, end)
            finish(state)

        attempt(state, action)
        self._allowance.spend(state.steps - steps, state.cut)
        self.called |= state.called
        return spliced[0] if spliced else path_of(state, state.steps - steps)

    def _reconverges(self, state: State, start: Snapshot) -> bool:
        """Whether this state equals the base path's state after the statement (reconvergence).

        No branch on which the two differ may be asked again, and no use noted again.
        """
        assert self._after is not None
        if not state.assumptions.keys() <= state.outcomes.keys():
            return False
        other = self._after.state
        if list(self.base.outcomes)[: len(other.outcomes)] != list(other.outcomes):
            return False  # the checkpoint is not on the base path
        for condition in {*state.outcomes, *other.outcomes}:
            if self.base.last_asked_at.get(condition, -1) <= self._checkpoint:
                continue
            here, there = state.outcomes.get(condition), other.outcomes.get(condition)
            if here is None or there is None:
                return False
            if state.decisions[here].outcome != other.decisions[there].outcome:
                return False
        for key, use in other.uses.items():
            # The first of several is noted, which on this path would be a later one.
            if state.uses.get(key) != use and self.base.used.get(key, -1) > self._checkpoint:
                return False
        if state.steps + self.base.steps - other.steps > self._allowance.most:
            return False
        if state.elements + self.base.elements - other.elements > MAX_ELEMENTS:
            return False
        try:
            return self._after.equivalent_to(state, start, self._is_read_later)
        except RecursionError:  # lists in lists in lists
            return False

    def _is_read_later(self, name: str) -> bool:
        """Whether code that may run after the checkpoint may read a name of the module."""
        last = self._last_reads
        return last is None or last.get(name, -1) > self._checkpoint

    @cached_property
    def _last_reads(self) -> dict[str, int] | None:
        return _last_reads(self._body)

    def _splice(self, state: State, steps: int) -> ExecutionPath:
        """This path up to here, then the rest of the base path."""
        assert self._after is not None
        assert self._base is not None
        base, path = self._base
        before = self._after.state
        taken = dict(state.outcomes)
        decisions = list(state.decisions)
        conditions = list(base.outcomes)
        for condition in conditions[len(before.decisions) :]:
            decision = base.decisions[base.outcomes[condition]]
            parent = None if decision.parent is None else taken[conditions[decision.parent]]
            taken[condition] = len(decisions)
            decisions.append(replace(decision, parent=parent))
        program = replace(path.program, decisions=tuple(decisions))
        if state.calls != before.calls:
            more = len(state.calls) - len(before.calls)
            later = base.calls[len(before.calls) :]
            if more:
                later = [replace(call, id=call.id + more) for call in later]
            calls = (*state.calls, *later)
            program = replace(program, calls=calls)
        if state.uses != before.uses:
            uses = state.uses | dict(list(base.uses.items())[len(before.uses) :])
            program = replace(program, uses=tuple(uses.values()))
        return ExecutionPath(program, taken, steps, noted=dict(state.noted))
