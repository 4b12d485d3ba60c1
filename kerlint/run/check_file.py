"""From one text to its findings: read it, run the rules on every path, locate what they found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias

from kerlint.catalogue.codes import UNREADABLE_CODE, catalogue
from kerlint.catalogue.entry import Entry
from kerlint.config.settings import Settings
from kerlint.diagnostics import Diagnostic, ModelReport, Position, Span
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Coverage
from kerlint.plugins.scan import plugins
from kerlint.program.changes import (
    Change,
    DropArg,
    InsertAfter,
    InsertBefore,
    Remove,
    SetArg,
    SetLoss,
    SetMetrics,
    SetOptimizer,
    SourceChange,
    Swap,
)
from kerlint.program.data import Array
from kerlint.program.model import ApiReference, Call, Layer, Program
from kerlint.program.values import NOWHERE, Fact, Site, Unknown
from kerlint.reading import EntryPoint, ExecutionPath, NotConcrete, Reading, read
from kerlint.reading.interpreter.state import BranchKey
from kerlint.reading.paths.path_sensitivity import Budget, Key, stable_findings
from kerlint.repairs.wanted import Planned, Wanted
from kerlint.rules import all_rules, load
from kerlint.rules.base import Finding, Note, Rule, Target, View, name_of_subject, subjects
from kerlint.rules.groups import Group, group_of
from kerlint.run.backend import backend_of
from kerlint.run.legacy_switch import legacy_switch
from kerlint.run.locator import Locator, ModelGaps
from kerlint.run.recursion import allow_deep_calls
from kerlint.sources.source import Source

if TYPE_CHECKING:
    from kerlint.execute.jobs import Job
    from kerlint.execute.user_data import UserData
    from kerlint.run.layer_reports import LayerReport, LayersSeen

MIN_STEPS = 5_000  # see Budget: some 30 ms for a small file with many undecided conditions

# Learning rates that are set while a model is trained, also in methods that nobody calls here.
# ``self.lr = lr`` is an attribute of something else.
_RATE_IS_SET = re.compile(r"(?<!\bself)\.(?:learning_rate|lr)(?:\s*=[^=]|\.assign)")
_SETTING_RATES = ("set_value(", "RateScheduler")
_SCHEDULING = (
    *("onecycle", "one_cycle", "warmup", "warm_up"),
    *("lrfind", "lr_find"),
)
# ``lr_schedule`` alone is what people call a schedule that an optimizer is given.
_SCHEDULER = re.compile(r"lr_?sched(?!ules?\b)")
_CYCLIC = re.compile(r"cycl\w{0,20}lr")


def _sets_rates(text: str) -> bool:
    """Whether a text sets learning rates in training, by itself or by the names that it uses."""
    # Single words are found many times faster than by one expression for all of them.
    if any(word in text for word in _SETTING_RATES):
        return True
    if (".lr" in text or ".learning_rate" in text) and _RATE_IS_SET.search(text):
        return True
    small = text.lower()
    if any(word in small for word in _SCHEDULING):
        return True
    if ("lrsched" in small or "lr_sched" in small) and _SCHEDULER.search(small):
        return True
    return "cycl" in small and _CYCLIC.search(small) is not None


# Variables that no layer has, other than counters: ``tf.Variable(0)``.
_OWN_VARIABLES = re.compile(r"Variable\((?!\s*(?:initial_value=)?[\d.]+\s*[,)])")

# What makes objects of the user known to Keras, or lets it run code from files.
_REGISTERING = (
    "CustomObjectScope",
    "custom_object_scope",
    "enable_unsafe_deserialization",
    "get_custom_objects",
    "register_keras_serializable",
    "set_custom_objects",
)

_NAMES_KEPT = 4096  # for each type of subject: names come from the files of the user

# Claims about a name or a call as it is written hold whoever calls the function around it.
_WITHOUT_STATE = (Call, ApiReference)
_ABOUT_THE_API = "KER0"  # how the codes of rules begin that look at a name or an argument only


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that is to be said about one text."""

    diagnostics: tuple[Diagnostic, ...]
    models: tuple[ModelReport, ...] = ()
    dependencies: tuple[str, ...] = ()
    jobs: Mapping[tuple[str, Span], Job] = field(default_factory=dict)
    coverage: Coverage = Coverage()
    failed: bool = False
    """A rule of another package has failed, and a finding says so."""
    layers: tuple[LayerReport, ...] = ()


def diagnose(
    source: Source,
    settings: Settings,
    *,
    possible: frozenset[str] | None = None,
    models: bool = False,
    execute: bool = False,
    data: UserData | None = None,
    given: Mapping[str, Array] | None = None,
    layers: LayersSeen | None = None,
) -> Diagnosis:
    """Lint one text with the rules that the settings select.

    ``possible`` are the codes of the rules that can fire on it, if that is known; the others are
    not even imported.
    ``models`` asks for a report on every model, which costs a pass over the tree of its own.
    ``execute`` asks for what can be tried to confirm or refute each finding, with ``data`` of the
    user's where there are any. ``given`` are arrays that the text imports, see ``read``.
    ``layers`` collects what is known of each layer, which is reported.
    """
    allow_deep_calls()
    rest = (settings, possible, models, execute, data, given, layers)
    try:
        return _diagnosed(source, *rest, concrete=False)
    except NotConcrete:  # then the statements that libcst does not take are left out
        if layers is not None:
            layers.clear()
        return _diagnosed(source, *rest, concrete=True)


def _diagnosed(
    source: Source,
    settings: Settings,
    possible: frozenset[str] | None,
    models: bool,
    execute: bool,
    data: UserData | None,
    given: Mapping[str, Array] | None,
    layers: LayersSeen | None,
    *,
    concrete: bool,
) -> Diagnosis:
    """See ``diagnose`` and ``read``."""
    rules = _selected(settings, possible)
    target = Target(_release(settings.target_keras))
    switch = legacy_switch(source) if target.is_keras_3 else None
    if switch is not None:
        target = Target("2", through_tensorflow=True)
    target = replace(
        target,
        backend=settings.backend or backend_of(source.shown),
        sets_rates=_sets_rates(source.text),
        own_variables=_OWN_VARIABLES.search(source.text) is not None,
        registers=any(word in source.text for word in _REGISTERING),
    )
    reading = read(source, target.release, settings.aliases, given, concrete=concrete)
    budget = Budget(max(MIN_STEPS, len(source.text) // 4))
    judge = _Judge(rules, target, models, layers)
    by_place: dict[Key, list[tuple[EntryPoint, _Found, Program]]] = {}
    paths: dict[int, list[_Judged]] = {}  # by the id() of a program on one of them
    for entry_point in reading.entry_points():
        judge.judged = []
        for found, program, assumed in stable_findings(entry_point, judge, budget):
            finding = _with_defaults(found.finding, assumed)
            found = replace(found, finding=_placed(finding, program))
            by_place.setdefault(found.key, []).append((entry_point, found, program))
            paths[id(program)] = judge.judged
            if entry_point.function is None or found.rule.subject in _WITHOUT_STATE:
                judge.final.add(found.key)
    kept: dict[Key, tuple[Rule, Finding, Group]] = {}
    jobs: dict[Key, Job] = {}
    wanted: dict[Key, Wanted] = {}
    built: dict[int, dict[Site, list[Layer]]] = {}
    for key, all_found in by_place.items():
        # What a function does with its callers' values is judged where they call it.
        for entry_point, found, program in all_found:
            if entry_point.is_called and found.rule.subject not in _WITHOUT_STATE:
                continue
            group = group_of(found.rule, found.finding, found.subject, program)
            kept[key] = found.rule, found.finding, group
            if found.finding.repair or found.finding.rewrite:
                same = [
                    finding
                    for _, other, made in all_found
                    if made is program
                    for finding in (other.finding, *other.again)
                ]
                asked = _wanted(program, same)
                if _is_wanted_everywhere(key, asked, paths[id(program)], found.rule, built):
                    wanted[key] = asked
            job = judge.job(found.rule, found.finding, View(program, target), data, execute)
            if job is not None:
                jobs[key] = job
            break
    locator = Locator(source, reading)
    diagnostics = [
        *locator.parse_errors(rules),
        *locator.left_out(rules),
        *locator.findings(kept, _planned(reading, wanted)),
        *(broken_rule(rule, source.path, error) for rule, error in judge.broken.items()),
    ]
    return Diagnosis(
        tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)),
        tuple(locator.models(judge.models)),
        tuple(sorted(reading.project.dependencies | ({switch} if switch else set()))),
        locator.jobs(jobs, {key: finding for key, (_, finding, _) in kept.items()}),
        locator.coverage(judge.partial),
        bool(judge.broken),
        () if layers is None else locator.layers(layers),
    )


def broken_rule(rule: Rule, path: str, error: Exception) -> Diagnostic:
    """What is reported instead of the findings of a rule that fails, which is not kerlint's."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return Diagnostic(
        UNREADABLE_CODE.code,
        UNREADABLE_CODE.name,
        UNREADABLE_CODE.severity,
        f"the rule {rule.code} of {rule.plugin} failed on this file: {text[:200]}; please report "
        "it to the authors of that package",
        path,
        Span(Position(1, 1), Position(1, 1)),
    )


_Judged: TypeAlias = "tuple[Program, dict[Key, _Found]]"


def _is_wanted_everywhere(
    key: Key,
    wanted: Wanted,
    judged: Iterable[_Judged],
    rule: Rule,
    built: dict[int, dict[Site, list[Layer]]],
) -> bool:
    """Whether the same is found on every other path through the code on which it can be judged.

    What is right on one of them is not to be changed. ``built`` keeps which layers of a program
    were made at a place, by the ``id()`` of the program.
    """
    places = {
        (layer.origin.site, layer.type, change.name, _site_of(layer, change.name)): change
        for change in wanted.changes
        if isinstance(change, (SetArg, DropArg))
        for layer in (wanted.program.layers[change.layer],)
    }
    sites = {site for site, _, _, _ in places}
    for program, found in judged if places else ():
        if program is wanted.program:
            continue
        if id(program) not in built:
            built[id(program)] = _by_site(program)
        same = [layer for site in sites for layer in built[id(program)].get(site, ())]
        if not same:
            continue
        finding = found.get(key)
        mine = (
            [] if finding is None else _wanted(program, (finding.finding, *finding.again)).changes
        )
        compiled: frozenset[int] | None = None
        for layer in same:
            for (site, kind, name, source), change in places.items():
                if (layer.origin.site, layer.type, _site_of(layer, name)) != (site, kind, source):
                    continue
                if replace(change, layer=layer.id) in mine:
                    continue
                if compiled is None:
                    compiled = _compiled(program)
                if layer.id in compiled or (rule.subject is Layer and finding is None):
                    return False
    return True


def _by_site(program: Program) -> dict[Site, list[Layer]]:
    found: dict[Site, list[Layer]] = {}
    for layer in program.layers[program.own.layers :]:
        found.setdefault(layer.origin.site, []).append(layer)
    return found


def _site_of(layer: Layer, name: str) -> Site:
    fact = layer.args.get(name)
    return fact.site if fact is not None else NOWHERE


def _compiled(program: Program) -> frozenset[int]:
    """The layers of models that are compiled."""
    view = View(program)
    models = {compiled.model for compiled in program.compiles}
    return frozenset().union(*(view.layers_in(model) for model in models))


def _wanted(program: Program, same: Iterable[Finding]) -> Wanted:
    """All changes for one place."""
    of_model: list[Change] = []
    of_source: list[SourceChange] = []
    for finding in same:
        of_model.extend(finding.repair)
        for change in finding.rewrite:
            if isinstance(change, _OF_MODEL):
                of_model.append(change)
            else:
                of_source.append(change)
    return Wanted(program, tuple(of_model), tuple(of_source))


def _planned(reading: Reading, wanted: Mapping[Key, Wanted]) -> Mapping[Key, Planned]:
    """The edits that the repairs of the findings come to, where they can be written."""
    if not wanted or reading.parsed.tree is None:
        return {}
    # Few files have something to repair.
    from kerlint.repairs.family import Nodes
    from kerlint.repairs.plan import planned

    parts = reading.counterparts()
    nodes = Nodes(reading.sites, parts)
    made = planned(parts.concrete, nodes, reading.parsed.text, list(wanted.values()))
    return {key: plan for key, plan in zip(wanted, made, strict=True) if plan is not None}


_OF_MODEL = (
    *(SetArg, DropArg, Remove, InsertBefore, InsertAfter, Swap),
    *(SetLoss, SetMetrics, SetOptimizer),
)


@lru_cache(maxsize=64)
def _selected(settings: Settings, possible: frozenset[str] | None) -> tuple[Rule, ...]:
    return tuple(
        _rule_of(entry)
        for entry in catalogue()
        if entry.module
        and (possible is None or entry.code in possible or entry.code == UNREADABLE_CODE.code)
        and settings.turns_on(entry)
    )


def _rule_of(entry: Entry) -> Rule:
    if not entry.plugin:
        return load(entry)
    added = plugins()
    assert added is not None
    return added.rules[entry.code]


def _release(target: str) -> str:
    """The release of Keras in the data that a target names."""
    if target in ("3", "3.15"):
        return "3.15"
    if target in ("2", "tf_keras"):
        return "2"
    return target


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding on one path, about a subject of its program.

    ``index``: of the call or use that is wrong by itself, else -1. ``again`` is what was found
    at the same place when it was evaluated another time.
    """

    rule: Rule
    finding: Finding
    subject: object
    index: int
    again: list[Finding] = field(default_factory=list, compare=False)

    @property
    def key(self) -> Key:
        return self.rule.code, self.finding.at


class _Judge:
    """Runs the rules on the programs that paths build, and notes the models on them.

    ``with_gaps``: what is not known of the models is wanted too.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        target: Target,
        with_gaps: bool,
        layers: LayersSeen | None = None,
    ) -> None:
        self._rules = rules
        self._target = target
        self._with_gaps = with_gaps
        self._layers = layers
        self.final: set[Key] = set()
        self.judged: list[_Judged] = []
        """What was found on each path."""
        self.broken: dict[Rule, Exception] = {}
        """Rules of other packages that have failed on this file."""
        self.models: dict[Site, ModelGaps] = {}
        """What is not known of each model on any path, by where it is built."""
        self.partial: dict[Site, bool] = {}
        """Whether models are known in part only, by where they are built."""

    def findings(self, program: Program) -> dict[Key, _Found]:
        _note_partial(program, self.partial)
        if self._with_gaps:
            _note_gaps(program, self.models)
        if self._layers is not None:
            self._layers.note(program)
        found = _judge(self._rules, View(program, self._target), self.broken)
        self.judged.append((program, found))
        return found

    def job(
        self, rule: Rule, finding: Finding, view: View, data: UserData | None, execute: bool
    ) -> Job | None:
        """What ``--execute`` is to try, if it is asked for."""
        if not execute or rule in self.broken:
            return None
        if not rule.plugin:
            return _job(rule, finding, view, data)
        try:
            return _job(rule, finding, view, data)
        except Exception as error:
            self.broken[rule] = error
            return None

    def sites_of(self, found: _Found) -> frozenset[Site]:
        finding = found.finding
        origin = () if finding.origin is None else (finding.origin.site,)
        return frozenset((finding.at, *origin, *(note.site for note in finding.related)))

    def needs_no_state(self, found: _Found) -> bool:
        return found.rule.code.startswith(_ABOUT_THE_API)

    def is_final(self, key: Key) -> bool:
        return key in self.final

    def precedes(self, found: _Found, path: ExecutionPath, branch: BranchKey) -> bool:
        noted = path.noted.get(branch)
        which = 0 if found.rule.subject is Call else 1
        return noted is not None and 0 <= found.index < noted[which]


def _judge(rules: tuple[Rule, ...], view: View, broken: dict[Rule, Exception]) -> dict[Key, _Found]:
    by_rule: dict[Rule, dict[Key, _Found]] = {}
    for kind, concerned in _by_subject(rules).items():
        name_of = name_of_subject.get(kind)
        for subject in subjects(kind, view):
            asked = concerned.rules if name_of is None else concerned.of(name_of(subject))
            if kind is Call and subject.aliased:  # type: ignore[attr-defined]
                asked = tuple(r for r in asked if not r.code.startswith(_ABOUT_THE_API))
            for rule in asked:
                made = rule.check if not rule.plugin else partial(_checked, rule, broken)
                for finding in made(subject, view):
                    found, key = by_rule.setdefault(rule, {}), (rule.code, finding.at)
                    if key not in found:
                        index = _index_of(subject, rule, view.program)
                        found[key] = _Found(rule, finding, subject, index)
                    else:
                        found[key].again.append(finding)
    in_order = sorted(by_rule, key=rules.index) if len(by_rule) > 1 else by_rule
    return {key: found for rule in in_order for key, found in by_rule[rule].items()}


def _checked(
    rule: Rule, broken: dict[Rule, Exception], subject: object, view: View
) -> Iterator[Finding]:
    """What a rule of another package finds, until it fails: all other rules go on."""
    if rule in broken:
        return
    try:
        for finding in rule.check(subject, view):
            if not isinstance(finding, Finding):
                raise TypeError(f"check() must yield a Finding, not {type(finding).__name__}")
            if not isinstance(finding.at, int) or not isinstance(finding.message, str):
                raise TypeError("a Finding has a Site as `at` and a text as `message`")
            yield finding
    except Exception as error:
        broken[rule] = error


@lru_cache(maxsize=64)
def _by_subject(rules: tuple[Rule, ...]) -> dict[type, _Concerned]:
    found: dict[type, list[Rule]] = {}
    for rule in rules:
        if rule.subject is not None:
            found.setdefault(rule.subject, []).append(rule)
    return {kind: _Concerned(tuple(asked)) for kind, asked in found.items()}


class _Concerned:
    """The rules that look at one type of subject, by the name of the subject."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self._by_name: dict[str, tuple[Rule, ...]] = {}

    def of(self, name: str) -> tuple[Rule, ...]:
        found = self._by_name.get(name)
        if found is None:
            if len(self._by_name) >= _NAMES_KEPT:
                self._by_name.clear()
            found = tuple(rule for rule in self.rules if rule.concerns(name))
            self._by_name[name] = found
        return found


def _index_of(subject: object, rule: Rule, program: Program) -> int:
    if rule.subject not in _WITHOUT_STATE or not rule.code.startswith(_ABOUT_THE_API):
        return -1
    noted = program.calls if rule.subject is Call else program.uses
    return next(index for index, other in enumerate(noted) if other is subject)


def _job(rule: Rule, finding: Finding, view: View, data: UserData | None) -> Job | None:
    from kerlint.execute.jobs import jobs_of

    # What else is to be repaired does not depend on what was selected to be reported.
    usual = tuple(other for other in all_rules() if other.default)
    others = [found.finding for found in _judge(usual, view, {}).values()]
    assert rule.subject is not None
    name_of = name_of_subject.get(rule.subject)
    evaluations = [
        other
        for subject in subjects(rule.subject, view)
        if name_of is None or rule.concerns(name_of(subject))
        for other in rule.check(subject, view)
        if other.at == finding.at
    ]
    return jobs_of(rule, evaluations, others, view, data)


def _placed(finding: Finding, program: Program) -> Finding:
    """Say where the call came from, when the same place is right on another evaluation."""
    origin = finding.origin
    if origin is None or not origin.calls:
        return finding
    others = [
        layer
        for layer in program.layers
        if layer.origin.site == origin.site and layer.origin.calls != origin.calls
    ]
    if not others:
        return finding
    note = Note(origin.calls[-1], "called from here")
    related = finding.related if note in finding.related else (*finding.related, note)
    return replace(finding, related=related)


def _note_partial(program: Program, partial: dict[Site, bool]) -> None:
    """Note the models of a program by where they are built, and whether they are known in part."""
    for model in program.models[program.own.models :]:
        site = model.origin.site
        if not partial.get(site, False):
            partial[site] = bool(model.gaps) or any(
                True
                for index in model.graph
                for _ in _unknown_arguments(program.layers[program.layer_calls[index].layer])
            )


def _with_defaults(finding: Finding, assumed: Iterable[Site]) -> Finding:
    """Say which defaults of parameters a finding needs: a call may pass something else."""
    notes = tuple(Note(site, "with this default") for site in assumed)
    return replace(finding, related=(*finding.related, *notes)) if notes else finding


def _note_gaps(program: Program, models: dict[Site, ModelGaps]) -> None:
    """Collect what is not known of each model, on any path."""
    for model in program.models[program.own.models :]:
        name = model.name or model.type.rpartition(".")[2]
        _, gaps = models.setdefault(model.origin.site, (f"{model.kind} model {name}", {}))
        for gap in model.gaps:
            gaps[gap.reason, gap.site] = None
        for index in model.graph:
            layer = program.layers[program.layer_calls[index].layer]
            for reason, site in _unknown_arguments(layer):
                gaps[reason, site] = None


def _unknown_arguments(layer: Layer) -> Iterable[tuple[str, Site]]:
    if layer.partial:
        yield f"some arguments of {layer.kind} are not known", layer.origin.site
    for name, fact in layer.args.items():
        if isinstance(fact, Fact) and isinstance(fact.value, Unknown) and not fact.value.symbol:
            yield f"{layer.kind}({name}=...): {fact.value.reason}", fact.site
