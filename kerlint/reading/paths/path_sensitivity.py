"""Which findings hold: the same code read on several ways through its undecided conditions.

A condition that the text does not decide is read both ways: once as it comes (the base), then with
one condition after the other turned. A finding that is there whichever way one condition goes does
not rest on it. A finding that rests on two conditions which have nothing to do with each other may
need a combination that never happens, and is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from kerlint.program.model import Program
from kerlint.program.values import Site
from kerlint.reading.interpreter.state import BranchKey, is_flag
from kerlint.reading.paths.entry_points import EntryPoint
from kerlint.reading.paths.execution import ExecutionPath

MAX_WORLDS = 16  # ways through one root that are read to see what other arms hold
MAX_FLAGS = 8  # flags that are turned to see which names and arguments the other arm uses
MAX_CHECKS = 32  # further ways, to see what findings rest on, however long they are
JUDGING = 100  # steps that are worth as much as it costs to ask the rules about one more way

F = TypeVar("F")
Key = tuple[str, Site]


@dataclass(slots=True)
class Budget:
    """Steps that may be spent on reading other arms of one file; what findings rest on is always
    checked. Measured: a step takes 5 to 10 microseconds, parsing 2 for each character."""

    steps: int
    checks: int = 20_000
    """Steps for checks beyond the first ``MAX_CHECKS`` of a root."""


@dataclass(slots=True)
class PathResult:
    path: ExecutionPath
    findings: Mapping[Key, object]
    evaluated: frozenset[Site]


def stable_findings(
    entry_point: EntryPoint,
    judge: Callable[[Program], dict[Key, F]],
    sites_of: Callable[[F], frozenset[Site]],
    budget: Budget,
    needs_no_state: Callable[[F], bool] = lambda finding: False,
    is_final: Callable[[Key], bool] = lambda key: False,
    is_before: Callable[[F, ExecutionPath, BranchKey], bool] = lambda finding, path, condition: (
        False
    ),
) -> Iterator[tuple[F, Program, tuple[Site, ...]]]:
    """Yield the findings of a root that rest on at most one line of conditions.

    A function that is read without a call is read with its defaults, all of which together count
    as one more condition: whoever passes nothing gets them all, but whoever takes the other arm of
    a condition may well pass other values. The defaults that a finding rests on are yielded with
    it, by where they are written.

    ``sites_of`` are all that a finding speaks of. It rests on a condition when it is gone with that
    turned and one of them is still there: a helper that gives up early (``if x is None: return``)
    takes all of them away, and decides nothing about what is wrong. ``needs_no_state``: the finding
    is about a name or an argument, which is wrong whatever is known of the data. Only these are
    looked for in arms that a flag of the file rules out (``augment = False``). ``is_final``: what
    is found at this place is known already. ``is_before``: the finding was there when the condition
    was asked first, so it is there whichever way that goes.
    """
    worlds: dict[frozenset[BranchKey], PathResult] = {}
    first: dict[BranchKey, bool] = {}

    def world(flipped: frozenset[BranchKey]) -> PathResult:
        if flipped not in worlds:
            path = entry_point.execute({condition: not first[condition] for condition in flipped})
            for condition, index in path.decisions.items():
                first.setdefault(condition, path.program.decisions[index].outcome)
            budget.steps -= path.steps
            worlds[flipped] = seen(path)
        return worlds[flipped]

    def seen(path: ExecutionPath) -> PathResult:
        base = worlds.get(frozenset())
        if base is not None and _is_same(base.path.program, path.program):
            return PathResult(path, base.findings, base.evaluated)
        return PathResult(path, judge(path.program), _evaluated(path.program))

    def defaults_of(
        key: Key, sites: frozenset[Site], flipped: frozenset[BranchKey]
    ) -> tuple[Site, ...]:
        """Where the defaults are written without which a finding is gone."""
        defaults = worlds[flipped].path.defaults
        first.update(dict.fromkeys(defaults, True))
        if not defaults or not _is_gone(key, sites, world(flipped.union(defaults))):
            return ()
        alone = [each for each in defaults if _is_gone(key, sites, world(flipped | {each}))]
        return tuple(defaults[each] for each in alone or defaults)

    def gives_up(condition: BranchKey, flipped: frozenset[BranchKey]) -> bool:
        """Whether the other arm of a turned condition only ends early, and does nothing else."""
        other = worlds.get(flipped - {condition})
        mine = worlds[flipped].evaluated
        return condition in flipped and other is not None and other.evaluated < mine

    base = world(frozenset())
    pending: deque[BranchKey] = deque(base.path.decisions)
    met = set(pending)
    single: dict[BranchKey, PathResult] = {}  # what is seen when this condition is turned
    while pending and len(worlds) < MAX_WORLDS and budget.steps > 0:
        condition = pending.popleft()
        single[condition] = world(_prefix_of(condition, single, base, first))
        for other in single[condition].path.decisions:
            if other not in met:
                met.add(other)
                pending.append(other)

    for flag, arm in [*base.path.flags.items()][:MAX_FLAGS]:
        if budget.steps > 0:
            first[flag] = arm
            world(frozenset({flag}))

    read = base.evaluated.union(use.site for use in base.path.program.uses)
    done: set[Key] = set()
    checks = 0
    for flipped, found in [*worlds.items()]:
        for key, finding in found.findings.items():
            if key in done or is_final(key):
                continue
            stateless = needs_no_state(finding)  # type: ignore[arg-type]
            sites = sites_of(finding)  # type: ignore[arg-type]
            if any(map(is_flag, flipped)) and not (stateless and read.isdisjoint(sites)):
                continue
            unread = [
                condition
                for condition in found.path.decisions
                if condition not in flipped
                and not is_before(finding, found.path, condition)  # type: ignore[arg-type]
                and frozenset({*flipped, condition}) not in worlds
            ]
            most = max(MAX_CHECKS - checks, 0) + max(budget.checks, 0) // JUDGING
            if not _is_nested({*flipped, *unread[most:]}, found.path):
                continue  # whatever the checks that are left would show
            depends_on = set(flipped)
            instead: set[BranchKey] = set()  # the other arm does something else instead
            for condition in found.path.decisions:
                if condition in flipped or is_before(finding, found.path, condition):  # type: ignore[arg-type]
                    continue
                both = frozenset({*flipped, condition})
                if both not in worlds:
                    if checks >= MAX_CHECKS:
                        if budget.checks <= 0:
                            depends_on.add(condition)
                            continue
                        budget.checks -= world(both).path.steps + JUDGING
                    checks += 1
                twin = world(both)
                if key in twin.findings:
                    continue
                cut = not twin.path.whole and twin.path.steps < found.path.steps
                if cut or _is_gone(key, sites, twin):
                    depends_on.add(condition)
                elif not twin.evaluated <= found.evaluated:
                    instead.add(condition)
            if not _is_nested(depends_on, found.path):
                continue
            assumed: tuple[Site, ...] = ()
            if _any_seen(depends_on, found.path, stateless):
                continue
            if not stateless:
                assumed = defaults_of(key, sites, flipped)
                if assumed and not all(
                    _by_default(condition, found.path) or gives_up(condition, flipped)
                    for condition in {*depends_on, *instead}
                ):
                    continue
            done.add(key)
            yield finding, found.path.program, assumed  # type: ignore[misc]


def _is_same(one: Program, other: Program) -> bool:
    """Whether two programs differ in their decisions only, at a glance."""
    return all(getattr(one, table) is getattr(other, table) for table in _TABLES)


_TABLES = tuple(part.name for part in fields(Program) if part.name != "decisions")


def _prefix_of(
    condition: BranchKey,
    single: Mapping[BranchKey, PathResult],
    base: PathResult,
    first: Mapping[BranchKey, bool],
) -> frozenset[BranchKey]:
    """What to turn to see the other arm of a condition: itself, and what made it appear at all."""
    if condition in base.path.decisions:
        return frozenset({condition})
    for other, world in single.items():
        if condition in world.path.decisions:
            return frozenset({*_prefix_of(other, single, base, first), condition})
    return frozenset({condition})


def _is_nested(depends_on: set[BranchKey], path: ExecutionPath) -> bool:
    """Whether the conditions are nested in one another: one line of ``if`` inside ``if``."""
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


def _is_gone(key: Key, sites: frozenset[Site], world: PathResult) -> bool:
    """Whether a finding is gone although something that it speaks of is still there."""
    return key not in world.findings and not sites.isdisjoint(world.evaluated)


def _by_default(condition: BranchKey, path: ExecutionPath) -> bool:
    """Whether a condition goes this way for a caller who passes nothing: ``if flag:``."""
    index = path.decisions.get(condition)
    arm = path.default_arms.get(condition[0])
    return index is not None and arm is not None and path.program.decisions[index].outcome == arm


def _any_seen(depends_on: set[BranchKey], path: ExecutionPath, stateless: bool) -> bool:
    """Whether one of the conditions asks about what is known itself: ``if y.min() < 0: y += 1``.

    A finding about a name or an argument is wrong whatever the data are, but an arm may not exist
    for this type, or not with this release (``{"lr": 0.1} if keras.__version__ < "2.3" else ...``).
    """
    known = (path.decisions[condition] for condition in depends_on if condition in path.decisions)
    asked = [path.program.decisions[index] for index in known]
    return any(
        each.typed or each.release if stateless else each.tests_known_value for each in asked
    )


def _evaluated(program: Program) -> frozenset[Site]:
    """Places where something was built or called on this way."""
    return frozenset(
        [
            *(layer.origin.site for layer in program.layers),
            *(apply.origin.site for apply in program.layer_calls),
            *(compiled.origin.site for compiled in program.compiles),
            *(fit.origin.site for fit in program.fits),
            *(call.origin.site for call in program.calls),
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
