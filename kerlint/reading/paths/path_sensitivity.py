"""Path sensitivity: which findings hold whichever way the undecided branches of the code go.

A branch whose condition cannot be evaluated is followed both ways: first on the base path, then on
further paths with one branch after the other flipped. A finding depends on a branch if flipping it
removes the finding while the code it points at still runs. Findings that need two independent
branch outcomes are dropped: the path may be infeasible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.model import Program
from kerlint.program.values import Site
from kerlint.reading.interpreter.state import BranchKey, is_flag
from kerlint.reading.paths.entry_points import EntryPoint
from kerlint.reading.paths.execution import ExecutionPath

MAX_PATHS = 16  # paths from one entry point that are executed to find what other branches contain
MAX_FLAGS = 8  # flags that are flipped to see which names and arguments the dead branch uses
MAX_FLIPS = 32  # further paths to see what findings depend on, however long they are
JUDGING_STEPS = 100  # what it costs to run the rules on one more path, in steps
SHORT_STEPS = 10  # of a flipped path that reconverges at once, or little more
MAX_BRANCHES = 1_000  # that a finding is checked against; the time grows with their square

F = TypeVar("F")
Key = tuple[str, Site]  # the code and the place of a finding


@dataclass(slots=True)
class Budget:
    """Steps that may be spent on further paths through one file.

    Measured: a step takes 5 to 10 microseconds, parsing 2 for each character.
    """

    steps: int
    """Steps for paths that look for findings in other branches."""
    checks: int = 20_000
    """Steps for finding out what findings depend on, after the first ``MAX_FLIPS`` paths."""


@dataclass(slots=True)
class PathResult(Generic[F]):
    """One execution path and what the rules found on it."""

    path: ExecutionPath
    findings: Mapping[Key, F]
    evaluated: frozenset[Site]
    judged: bool = True
    """Whether the rules were run; not where the program is that of the base path."""


class Judge(Protocol[F]):
    """Finds what is wrong with the program that a path builds."""

    def findings(self, program: Program) -> Mapping[Key, F]:
        """The findings by code and place."""

    def sites_of(self, finding: F) -> frozenset[Site]:
        """Every place that a finding points at."""

    def needs_no_state(self, finding: F) -> bool:
        """Whether it is about a name or an argument, which is wrong whatever the data are."""

    def is_final(self, key: Key) -> bool:
        """Whether nothing new can be found at this place."""

    def precedes(self, finding: F, path: ExecutionPath, branch: BranchKey) -> bool:
        """Whether the finding was made before the branch was reached."""


def stable_findings(
    entry_point: EntryPoint, judge: Judge[F], budget: Budget
) -> Iterator[tuple[F, Program, tuple[Site, ...]]]:
    """Yield the findings of an entry point that depend on at most one chain of nested branches.

    A function without a caller is executed with its defaults. All of them together count as one
    more branch: a caller who passes nothing gets them all, but a caller who takes the other branch
    of a condition may well pass other values. The defaults that a finding depends on are yielded
    with it, by where they are written.

    A finding depends on a branch if flipping it removes the finding while one of the places that it
    points at is still evaluated. A helper that returns early (``if x is None: return``) skips all
    of them, which says nothing about the finding. Findings that need no state are also reported in
    branches that a flag of the file rules out (``augment = False``).
    """
    results: dict[frozenset[BranchKey], PathResult[F]] = {}
    first: dict[BranchKey, bool] = {}

    def result_of(flipped: frozenset[BranchKey]) -> PathResult[F]:
        if flipped not in results:
            path = entry_point.execute({condition: not first[condition] for condition in flipped})
            for condition, index in path.decisions.items():
                first.setdefault(condition, path.program.decisions[index].outcome)
            budget.steps -= path.steps
            results[flipped] = judged(path)
        return results[flipped]

    def judged(path: ExecutionPath) -> PathResult[F]:
        base = results.get(frozenset())
        if base is not None and _is_same(base.path.program, path.program):
            return PathResult(path, base.findings, base.evaluated, judged=False)
        return PathResult(path, judge.findings(path.program), _evaluated(path.program))

    def defaults_of(
        key: Key, sites: frozenset[Site], flipped: frozenset[BranchKey]
    ) -> tuple[Site, ...]:
        """Where the defaults are written without which there is no finding."""
        defaults = results[flipped].path.defaults
        first.update(dict.fromkeys(defaults, True))
        if not defaults or not _is_gone(key, sites, result_of(flipped.union(defaults))):
            return ()
        alone = [each for each in defaults if _is_gone(key, sites, result_of(flipped | {each}))]
        return tuple(defaults[each] for each in alone or defaults)

    def gives_up(condition: BranchKey, flipped: frozenset[BranchKey]) -> bool:
        """Whether the other outcome of a flipped branch only returns early."""
        other = results.get(flipped - {condition})
        mine = results[flipped].evaluated
        return condition in flipped and other is not None and other.evaluated < mine

    base = result_of(frozenset())
    pending: deque[BranchKey] = deque(base.path.decisions)
    met = set(pending)
    single: dict[BranchKey, PathResult[F]] = {}  # the result with this branch flipped
    while pending and len(results) < MAX_PATHS and budget.steps > 0:
        condition = pending.popleft()
        single[condition] = result_of(_prefix_of(condition, single, base, first))
        for other in single[condition].path.decisions:
            if other not in met:
                met.add(other)
                pending.append(other)

    for flag, outcome in [*base.path.flags.items()][:MAX_FLAGS]:
        if budget.steps > 0:
            first[flag] = outcome
            result_of(frozenset({flag}))

    read = base.evaluated.union(use.site for use in base.path.program.uses)
    done: set[Key] = set()
    checks = 0
    for flipped, found in [*results.items()]:
        for key, finding in found.findings.items():
            if key in done or judge.is_final(key):
                continue
            stateless = judge.needs_no_state(finding)
            sites = judge.sites_of(finding)
            if any(map(is_flag, flipped)) and not (stateless and read.isdisjoint(sites)):
                continue
            unread = [
                condition
                for condition in found.path.decisions
                if condition not in flipped
                and not (stateless and not _may_rule_out(condition, found.path))
                and not judge.precedes(finding, found.path, condition)
                and frozenset({*flipped, condition}) not in results
            ]
            most = max(MAX_FLIPS - checks, 0) + max(budget.checks, 0) // SHORT_STEPS
            most = min(most, MAX_BRANCHES)
            if not _is_nested({*flipped, *unread[most:]}, found.path):
                continue  # whatever the paths that are left would show
            depends_on = set(flipped)
            instead: set[BranchKey] = set()  # the other branch does something else instead
            for condition in found.path.decisions:
                if condition in flipped or judge.precedes(finding, found.path, condition):
                    continue
                both = frozenset({*flipped, condition})
                if both not in results:
                    if stateless and not _may_rule_out(condition, found.path):
                        continue
                    if checks >= MAX_FLIPS and budget.checks <= 0:
                        depends_on.add(condition)
                        continue
                    new = result_of(both)
                    if checks >= MAX_FLIPS:
                        budget.checks -= new.path.steps + (JUDGING_STEPS if new.judged else 0)
                    checks += 1
                    if not new.judged and new.path.whole:
                        # A path lists all branches: of a thousand paths that is a lot.
                        results[both] = replace(new, path=base.path)
                other_result = result_of(both)
                if key in other_result.findings:
                    continue
                cut = not other_result.path.whole and other_result.path.steps < found.path.steps
                if cut or _is_gone(key, sites, other_result):
                    depends_on.add(condition)
                elif not other_result.evaluated <= found.evaluated:
                    instead.add(condition)
            if not _is_nested(depends_on, found.path):
                continue
            assumed: tuple[Site, ...] = ()
            if _tests_known_value(depends_on, found.path, stateless):
                continue
            if not stateless:
                assumed = defaults_of(key, sites, flipped)
                if assumed and not all(
                    _by_default(condition, found.path) or gives_up(condition, flipped)
                    for condition in {*depends_on, *instead}
                ):
                    continue
            done.add(key)
            yield finding, found.path.program, assumed


def _is_same(one: Program, other: Program) -> bool:
    """Whether two programs differ in their decisions only; cheap, by identity."""
    return all(getattr(one, table) is getattr(other, table) for table in _TABLES)


_TABLES = tuple(name for name in Program.__match_args__ if name != "decisions")


def _prefix_of(
    condition: BranchKey,
    single: Mapping[BranchKey, PathResult[F]],
    base: PathResult[F],
    first: Mapping[BranchKey, bool],
) -> frozenset[BranchKey]:
    """What to flip to reach the other branch: this one, and those that it is nested in."""
    if condition in base.path.decisions:
        return frozenset({condition})
    for other, result in single.items():
        if condition in result.path.decisions:
            return frozenset({*_prefix_of(other, single, base, first), condition})
    return frozenset({condition})


def _is_nested(depends_on: set[BranchKey], path: ExecutionPath) -> bool:
    """Whether the branches are nested in one another: ``if`` inside ``if``."""
    indices = sorted(
        path.decisions[condition] for condition in depends_on if condition in path.decisions
    )
    if len(indices) <= 1:
        return True
    chain: set[int] = set()
    index: int | None = indices[-1]
    while index is not None:
        chain.add(index)
        index = path.program.decisions[index].parent
    return all(index in chain for index in indices)


def _is_gone(key: Key, sites: frozenset[Site], result: PathResult[F]) -> bool:
    """Whether a finding is gone although something that it points at is still evaluated."""
    return key not in result.findings and not sites.isdisjoint(result.evaluated)


def _by_default(condition: BranchKey, path: ExecutionPath) -> bool:
    """Whether a caller who passes nothing takes this branch: ``if flag:``."""
    index = path.decisions.get(condition)
    outcome = path.default_arms.get(condition[0])
    return (
        index is not None
        and outcome is not None
        and path.program.decisions[index].outcome == outcome
    )


def _tests_known_value(depends_on: set[BranchKey], path: ExecutionPath, stateless: bool) -> bool:
    """Whether a condition tests a value that kerlint knows in part: ``if y.min() < 0: y += 1``.

    What is known may rule the branch out. A name or an argument is wrong whatever the data are,
    but a branch may be dead for this type, or with this release
    (``{"lr": 0.1} if keras.__version__ < "2.3" else ...``).
    """
    known = (path.decisions[condition] for condition in depends_on if condition in path.decisions)
    asked = [path.program.decisions[index] for index in known]
    return any(
        each.typed or each.release if stateless else each.tests_known_value for each in asked
    )


def _may_rule_out(condition: BranchKey, path: ExecutionPath) -> bool:
    """Whether a condition can make a name or an argument right that is wrong: see above.

    Other conditions need not be flipped for a finding that needs no state. A branch that it is in
    does not remove it from the code, and two independent ones hardly ever decide on a name.
    """
    decision = path.program.decisions[path.decisions[condition]]
    return decision.typed or decision.release


def _evaluated(program: Program) -> frozenset[Site]:
    """Places where something was built or called on this path."""
    return frozenset(
        [
            *(layer.origin.site for layer in program.layers),
            *(apply.origin.site for apply in program.layer_calls),
            *(compiled.origin.site for compiled in program.compiles),
            *(fit.origin.site for fit in program.fits),
            *(call.origin.site for call in program.calls),
            *(each.origin.site for each in program.assignments),
            *(each.origin.site for each in program.discarded),
            *(site for compiled in program.compiles for site in _sites(compiled.args)),
        ]
    )


def _sites(args: Mapping[str, object]) -> Iterator[Site]:
    for fact in args.values():
        site = getattr(fact, "site", None)
        if site is not None:
            yield site
        items = getattr(getattr(fact, "value", None), "items", None)
        if isinstance(items, tuple):
            for item in items:
                yield item.site
