"""From the changes that a rule proposes to edits of the source.

A change is made where its value is written. A place that the program evaluates several times is
changed only if all of its evaluations are to be changed in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import libcst as cst

from kerlint import keras_api
from kerlint.diagnostics import Edit, Position, Span
from kerlint.lazy_dataclass import replace
from kerlint.program.changes import (
    Change,
    DropArg,
    DropStatement,
    Enclose,
    InsertAfter,
    InsertBefore,
    Move,
    Remove,
    SetArg,
    SetClass,
    SetLoss,
    SetMade,
    SetMetrics,
    SetOptimizer,
    SetText,
    SourceChange,
    Swap,
)
from kerlint.program.model import Compile, Layer, Model, Program
from kerlint.program.objectives import output_names
from kerlint.program.values import (
    NOWHERE,
    Entries,
    External,
    Fact,
    Items,
    Object,
    Ref,
    Site,
    Value,
)
from kerlint.reading.syntax.places import Key, end, key, positions, start, whole_end, whole_start
from kerlint.repairs import drafts as make
from kerlint.repairs.drafts import INDENT, Draft, NotPlanned
from kerlint.repairs.family import Family, Nodes, family_of, text_of
from kerlint.repairs.flow import Flow
from kerlint.repairs.homes import Homes
from kerlint.repairs.spelling import Spelling, dotted
from kerlint.repairs.wanted import Planned, Wanted
from kerlint.repairs.written import WrittenChanges, short
from kerlint.sources.lines import split_lines

_Any = TypeVar("_Any")


def planned(
    tree: cst.Module, nodes: Nodes, text: str, wanted: Sequence[Wanted]
) -> list[Planned | None]:
    """Plan the edits of several findings of one file; None where there is no way to write them."""
    moves = [
        change for each in wanted for change in each.source_changes if isinstance(change, Move)
    ]
    found = _Planner(tree, nodes, text, moves).plans(wanted)
    places = [
        place
        for plan in found
        if plan is not None
        for draft in plan[0]
        for place in (draft.first, draft.last)
    ]
    at = positions(tree, places) if places else {}
    lines = split_lines(text) if places else []
    return [_placed(plan, at, lines) if plan is not None else None for plan in found]


def _placed(
    plan: tuple[list[Draft], str], at: Mapping[Key, Position], lines: Sequence[str]
) -> Planned | None:
    drafts, message = plan
    edits: dict[Edit, None] = {}
    for draft in drafts:
        first, last = at.get(key(draft.first)), at.get(key(draft.last))
        if first is None or last is None:
            return None  # in another file
        if draft.lines:
            span = _whole_lines(first, last, lines)
        else:
            span = Span(first, last)
        line = lines[first.row - 1]
        indentation = line[: len(line) - len(line.lstrip(" \t\f"))]
        edits[Edit(span, draft.content.replace(INDENT, indentation))] = None
    ordered = _joined(sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)), lines)
    if any(
        before.span.end > after.span.start or before.span == after.span
        for before, after in pairwise(ordered)
    ):
        return None  # two changes of one place: somebody has to write that by hand
    return Planned(tuple(ordered), message)


def _joined(ordered: Sequence[Edit], lines: Sequence[str]) -> list[Edit]:
    """The edits, where what is taken away twice is taken away once.

    An argument goes with the comma after it, and the last one with the comma before it. Where both
    go, the comma of the argument before them goes as well.
    """
    found: list[Edit] = []
    for edit in ordered:
        last = found[-1] if found else None
        if last is not None and last.content == edit.content == "":
            if edit.span.start <= last.span.end:
                start, end = last.span.start, max(last.span.end, edit.span.end)
                closed = lines[end.row - 1][end.column - 1 :].startswith(")")
                if closed and lines[start.row - 1][: start.column - 1].endswith(","):
                    start = replace(start, column=start.column - 1)
                found[-1] = replace(last, span=replace(last.span, start=start, end=end))
                continue
        found.append(edit)
    return found


def _whole_lines(first: Position, last: Position, lines: Sequence[str]) -> Span:
    """From the end of the line before to the end of the last line, so that no line is left."""
    stop = Position(last.row, len(lines[last.row - 1]) + 1)
    if first.row == 1:
        return Span(Position(1, 1), Position(last.row + 1, 1))
    return Span(Position(first.row - 1, len(lines[first.row - 2]) + 1), stop)


def _distinct(changes: Sequence[_Any]) -> list[_Any]:
    """Each change once; some hold tables, which have no hash."""
    return [change for i, change in enumerate(changes) if change not in changes[:i]]


class _Planner:
    """Plans for one file. ``moves``: the names of all findings that are somewhere else today."""

    def __init__(self, tree: cst.Module, nodes: Nodes, text: str, moves: Sequence[Move]) -> None:
        self._tree = tree
        self._nodes = nodes
        self._moved = moves
        self._spelling = Spelling(tree, text)
        self._writing = WrittenChanges(tree, nodes, self._spelling, lambda: self._family)
        self._covered: dict[tuple[int, str], Value] = {}
        self._collecting = False

    def plans(self, wanted: Sequence[Wanted]) -> list[tuple[list[Draft], str] | None]:
        """The plans of all findings; None where there is no way to write them.

        What several findings change in the same way may come from one place.
        """
        possible = [True] * len(wanted)
        while True:
            self._covered = {}
            self._collecting = True
            for index, each in enumerate(wanted):
                before = dict(self._covered)
                possible[index] = possible[index] and self._attempt(each) is not None
                if not possible[index]:
                    self._covered = before
            self._collecting = False
            found = [self._attempt(w) if able else None for w, able in zip(wanted, possible)]
            left = [plan is not None for plan in found]
            if left == possible:
                return found
            possible = left

    def _attempt(self, wanted: Wanted) -> tuple[list[Draft], str] | None:
        try:
            return self._plan(wanted)
        except NotPlanned:
            return None

    def _plan(self, wanted: Wanted) -> tuple[list[Draft], str]:
        """The drafts for one finding, and what they do in words."""
        drafts: list[Draft] = []
        said: dict[str, None] = {}
        for change in _distinct(wanted.changes):
            if isinstance(change, Remove) and self._replacement(change, wanted) is not None:
                continue
            made, words = self._of_model(change, wanted)
            drafts.extend(made)
            said[words] = None
        for source_change in _distinct(wanted.source_changes):
            made, words = self._of_source(source_change)
            drafts.extend(made)
            said[words] = None
        words = " and ".join(said)
        return list(dict.fromkeys(drafts)), words[:1].upper() + words[1:]

    # -- changes of the model -----------------------------------------------------------------

    def _of_model(self, change: Change, wanted: Wanted) -> tuple[list[Draft], str]:
        program = wanted.program
        if isinstance(change, (SetArg, DropArg)):
            layer = program.layers[change.layer]
            self._require_all(layer, change, wanted)
            call = self._call(layer.origin.site)
            old = layer.args.get(change.name)
            if isinstance(change, DropArg):
                return self._argument_dropped(call, layer.type, change.name, old)
            if change.name == "activation" and change.value == "linear":
                if layer.kind == "Activation":
                    return self._removed(layer, program), "remove `Activation`"
                if old is not None and _default(layer.type, change.name) is None:
                    return self._argument_dropped(call, layer.type, change.name, old)
            drafts, words = self._argument_set(call, layer.type, change.name, change.value, old)
            return drafts, f"set `{words}`"
        if isinstance(change, Swap):
            return self._swapped(change, wanted)
        if isinstance(change, InsertAfter) and Remove(change.layer) in wanted.changes:
            return self._class_replaced(change, wanted)
        if isinstance(change, (Remove, InsertBefore, InsertAfter)):
            layer = program.layers[change.layer]
            self._require_all(layer, change, wanted)
            if isinstance(change, Remove):
                return self._removed(layer, program), f"remove `{layer.kind}`"
            return self._layer_inserted(change, layer, program)
        compiled = program.compiles[change.compiled]
        self._require_all_models(change, compiled, wanted)
        if isinstance(change, SetLoss):
            return self._loss(change, compiled, wanted)
        if isinstance(change, SetMetrics):
            return self._metrics(change, compiled, program)
        return self._optimizer(change, compiled, wanted)

    def _require_all(self, layer: Layer, change: Change, wanted: Wanted) -> None:
        """Refuse to change a place if not all that it makes is to be changed.

        A value that comes from elsewhere is changed there: then the layers count that get it.
        """
        name = change.name if isinstance(change, (SetArg, DropArg)) else ""
        source = self._source(layer, name)
        for other in wanted.program.layers:
            if other.origin.site != layer.origin.site or other.type != layer.type:
                continue
            if source != NOWHERE and self._source(other, name) != source:
                continue
            if _moved(change, other.id) not in wanted.changes:
                raise NotPlanned("the same code makes other layers, which are right")

    def _require_all_models(
        self, change: SetLoss | SetMetrics | SetOptimizer, compiled: Compile, wanted: Wanted
    ) -> None:
        """Refuse to change a call of ``compile`` if it compiles models that are right.

        What is written elsewhere is changed there: then those count that get the same.
        """
        name = "loss" if isinstance(change, SetLoss) else "metrics"
        name = "optimizer" if isinstance(change, SetOptimizer) else name
        given = compiled.args.get(name)
        node = self._nodes.node(compiled.origin.site)
        arg = None
        if compiled.step is None and isinstance(node, cst.Call):
            arg = _argument(node, "keras.Model.compile", name)
        elsewhere = (
            given is not None
            and given.site != NOWHERE
            and (arg is None or self._nodes.node(given.site) is not arg.value)
        )
        for other in wanted.program.compiles:
            if other.origin.site != compiled.origin.site:
                continue
            its = other.args.get(name)
            if elsewhere and its is not None and given is not None and its.site != given.site:
                continue
            if replace(change, compiled=other.id) not in wanted.changes:
                raise NotPlanned("the same call compiles other models")

    def _source(self, layer: Layer, name: str) -> Site:
        """Where the value of an argument comes from, if that is not the argument itself."""
        fact = layer.args.get(name)
        if fact is None or fact.site == NOWHERE or layer.origin.site == NOWHERE:
            return NOWHERE
        node = self._nodes.node(layer.origin.site)
        arg = _argument(node, layer.type, name) if isinstance(node, cst.Call) else None
        if arg is not None and self._nodes.node(fact.site) is arg.value:
            return NOWHERE
        return fact.site

    def _call(self, site: Site) -> cst.Call:
        if site == NOWHERE:
            raise NotPlanned("it is not written anywhere")
        node = self._nodes.node(site)
        if not isinstance(node, cst.Call):
            raise NotPlanned("it is not made by a call")
        return node

    # -- values ---------------------------------------------------------------------------------

    def _argument_set(
        self, call: cst.Call, callee: str, name: str, value: Value, old: Fact | None
    ) -> tuple[list[Draft], str]:
        """Give an argument another value; what is written in the end comes along as words."""
        arg = _argument(call, callee, name)
        if arg is not None:
            return self._value_set(arg.value, value, old, name)
        stars = any(each.star == "**" for each in call.args)
        if old is not None and stars:
            target = self._origin_of(old, (id(call), name), value)
            return self._written_over(target, value, old, name)
        if old is not None or stars:
            raise NotPlanned(f"`{name}` is given in a way that kerlint cannot change")
        code, drafts = self._spelling.code(value)
        return [*drafts, make.argument_added(call, f"{name}={code}")], f"{name}={code}"

    def _value_set(
        self, node: cst.BaseExpression, value: Value, old: Fact | None, name: str
    ) -> tuple[list[Draft], str]:
        """Write another value in place of an expression, or where it comes from."""
        if old is not None and isinstance(old.value, Object) and old.value.site != NOWHERE:
            if isinstance(value, Object) and old.value.name == value.name:
                target = self._target(node, value, old)
                if isinstance(target, cst.Call):
                    return self._object_set(old.value, value)
        if old is not None and isinstance(old.value, Object) and name in ("loss", "metrics"):
            value = _class_for(value) or value  # an object stays one
        return self._written_over(self._target(node, value, old), value, old, name)

    def _target(
        self, node: cst.BaseExpression, value: Value, old: Fact | None
    ) -> cst.BaseExpression:
        """Where the value of an expression is written: there, or elsewhere for it alone."""
        if old is None or old.site == NOWHERE or self._nodes.node(old.site) is node:
            if not _is_fixed(node, old):
                raise NotPlanned("the value is worked out")
            return node
        return self._origin_of(old, (id(node), ""), value)

    def _origin_of(self, old: Fact, key: tuple[int, str], value: Value) -> cst.BaseExpression:
        """The place of a value that is changed wherever it goes to."""
        if self._covered.setdefault(key, value) != value:
            raise NotPlanned("it is to become two values")
        source = self._nodes.node(old.site) if old.site != NOWHERE else None
        if not isinstance(source, cst.BaseExpression) or not _is_fixed(source, old):
            raise NotPlanned("the value is worked out")
        if not self._collecting:
            same = {key: None for key, other in self._covered.items() if other == value}
            if not self._flow.feeds_only(source, same):
                raise NotPlanned("the value is used for something else too")
        return source

    def _written_over(
        self, target: cst.BaseExpression, value: Value, old: Fact | None, name: str
    ) -> tuple[list[Draft], str]:
        quote = target.quote[-1:] if isinstance(target, cst.SimpleString) else ""
        kin = _kin(target, value, old)
        code, drafts = (kin, []) if kin else self._spelling.code(value, quote)
        if kin and isinstance(value, Object) and value.args:
            words, drafts = self._spelling.arguments(value.args, quote, value.name)
            code = f"{kin.removesuffix('()')}({words})"
        around = self._around(target)
        words = f"{name}={code}"
        if isinstance(around, cst.Assign) and len(around.targets) == 1:
            bound = self._tree.code_for_node(around.targets[0].target).strip()
            words = f"{bound} = {code}"
        elif isinstance(around, cst.Param):
            words = f"{around.name.value}={code}"
        elif isinstance(around, cst.Arg) and around.keyword is not None:
            words = f"{around.keyword.value}={code}"
        return [*drafts, make.replaced(target, code)], words

    def _argument_dropped(
        self, call: cst.Call, callee: str, name: str, old: Fact | None
    ) -> tuple[list[Draft], str]:
        """Leave an argument to its default, or give it where its value comes from elsewhere."""
        arg = _argument(call, callee, name)
        here = arg is not None and (
            old is None or old.site == NOWHERE or self._nodes.node(old.site) is arg.value
        )
        if arg is not None and arg.keyword is not None and not here:
            try:
                drafts, words = self._argument_set(call, callee, name, _default(callee, name), old)
                return drafts, f"set `{words}`"
            except NotPlanned:
                here = self._is_variable(arg.value)
                if not here:
                    raise
        if here and arg is not None and arg.keyword is not None:
            return make.item_dropped(call.args, call.args.index(arg)), f"remove `{name}=`"
        if here and arg is not None and arg is call.args[-1]:
            return make.item_dropped(call.args, call.args.index(arg)), f"remove `{name}`"
        drafts, words = self._argument_set(call, callee, name, _default(callee, name), old)
        return drafts, f"set `{words}`"

    def _is_variable(self, node: cst.CSTNode) -> bool:
        """Whether a name is a variable with one value, whose other uses do not matter here."""
        if not isinstance(node, cst.Name):
            return False
        scope = self._flow.scope(node)
        bound = [
            name
            for name in self._family.names
            if name.value == node.value
            and isinstance(self._around(name), (*_BINDING, cst.Param))
            and self._flow.scope(name) is scope
        ]
        return len(bound) == 1 and isinstance(self._around(bound[0]), cst.AssignTarget)

    # -- layers in and out ----------------------------------------------------------------------

    @cached_property
    def _family(self) -> Family:
        return family_of(self._tree)

    @cached_property
    def _homes(self) -> Homes:
        return Homes(self._tree, self._spelling, self._family)

    @cached_property
    def _flow(self) -> Flow:
        return Flow(self._family)

    def _around(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self._family.parents.get(id(node))

    def _statement(self, call: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """The line that consists of this expression or assignment."""
        statement = self._around(call)
        line = self._around(statement) if statement is not None else None
        if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
            return line
        return None

    def _added(self, call: cst.Call) -> tuple[cst.Call, cst.SimpleStatementLine] | None:
        """The ``model.add(...)`` that a layer is the argument of, with its line."""
        arg = self._around(call)
        outer = self._around(arg) if isinstance(arg, cst.Arg) else None
        if (
            isinstance(outer, cst.Call)
            and isinstance(outer.func, cst.Attribute)
            and outer.func.attr.value == "add"
            and len(outer.args) == 1
        ):
            line = self._statement(outer)
            if line is not None and isinstance(line.body[0], cst.Expr):
                return outer, line
        return None

    def _applied(self, layer: Layer, program: Program) -> cst.Call:
        """The only call of a layer on a tensor."""
        calls = [each for each in program.layer_calls if each.layer == layer.id]
        if len(calls) != 1:
            raise NotPlanned("the layer is used more than once")
        node = self._call(calls[0].origin.site)
        if len(node.args) != 1 or node.args[0].star or len(calls[0].inputs) != 1:
            raise NotPlanned("the layer has several inputs")
        return node

    def _removed(self, layer: Layer, program: Program) -> list[Draft]:
        call = self._call(layer.origin.site)
        element = self._around(call)
        if isinstance(element, cst.Element):
            items = self._around(element)
            if isinstance(items, (cst.List, cst.Tuple)) and len(items.elements) > 1:
                return make.item_dropped(items.elements, items.elements.index(element))
            raise NotPlanned("the list would be empty")
        added = self._added(call)
        if added is not None:
            return [make.without_lines(self._removable(added[1]))]
        applied = self._applied(layer, program)
        if applied.func is not call:
            raise NotPlanned("the layer has a name")
        given = applied.args[0].value
        line = self._statement(applied)
        assign = line.body[0] if line is not None else None
        if (
            line is not None
            and isinstance(assign, cst.Assign)
            and len(assign.targets) == 1
            and dotted(assign.targets[0].target)
            and dotted(assign.targets[0].target) == dotted(given)
        ):
            return [make.without_lines(self._removable(line))]
        return [make.replaced(applied, self._tree.code_for_node(given))]

    def _replacement(self, change: Remove, wanted: Wanted) -> InsertAfter | None:
        """The layer that is inserted where another one is taken out."""
        for other in wanted.changes:
            if isinstance(other, InsertAfter) and other.layer == change.layer:
                return other
        return None

    def _class_replaced(self, change: InsertAfter, wanted: Wanted) -> tuple[list[Draft], str]:
        """Make another layer in place of one."""
        layer = wanted.program.layers[change.layer]
        self._require_all(layer, change, wanted)
        call = self._call(layer.origin.site)
        name, drafts = self._spelling.name(change.type)
        words, more = self._spelling.arguments(change.args, callee=change.type)
        kind = change.type.rpartition(".")[2]
        said = f"replace `{layer.kind}` with `{kind}({words})`"
        return [*drafts, *more, make.replaced(call, f"{name}({words})")], said

    def _swapped(self, change: Swap, wanted: Wanted) -> tuple[list[Draft], str]:
        """Each of two layers is made where the other one was."""
        program = wanted.program
        layers = program.layers[change.layer], program.layers[change.other]
        traded = [
            {getattr(each, name) for each in wanted.changes if isinstance(each, Swap)}
            for name in ("layer", "other")
        ]
        for layer, those in zip(layers, traded, strict=True):
            for other in program.layers:
                if other.origin.site == layer.origin.site and other.id not in those:
                    raise NotPlanned("the same code makes other layers, which are right")
        calls = [self._call(layer.origin.site) for layer in layers]
        for layer, call in zip(layers, calls, strict=True):
            listed = isinstance(self._around(call), cst.Element)
            if not listed and self._added(call) is None:
                if self._applied(layer, program).func is not call:
                    raise NotPlanned("the layer has a name")
        codes = [self._tree.code_for_node(call) for call in calls]
        drafts = [make.replaced(calls[0], codes[1]), make.replaced(calls[1], codes[0])]
        return drafts, f"move `{layers[0].kind}` after `{layers[1].kind}`"

    def _removable(self, line: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
        block = self._around(line)
        if isinstance(block, cst.Module) or (
            isinstance(block, cst.IndentedBlock) and len(block.body) > 1
        ):
            return line
        raise NotPlanned("the block would be empty")

    def _layer_inserted(
        self, change: InsertBefore | InsertAfter, layer: Layer, program: Program
    ) -> tuple[list[Draft], str]:
        call = self._call(layer.origin.site)
        name, drafts = self._spelling.name(change.type)
        words, more = self._spelling.arguments(change.args, callee=change.type)
        moved, dropped = self._shape_moved(change, call)
        words = ", ".join(each for each in (words, moved) if each)
        code = f"{name}({words})"
        drafts = [*drafts, *more, *dropped]
        kind = change.type.rpartition(".")[2]
        after = isinstance(change, InsertAfter)
        where = "after" if after else "before"
        said = f"insert `{kind}({words})` {where} `{layer.kind}`"
        element = self._around(call)
        if isinstance(element, cst.Element):
            items = self._around(element)
            if not isinstance(items, (cst.List, cst.Tuple)):
                raise NotPlanned("the layers are not in a list")
            before: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
            if isinstance(items, cst.List):
                before = items.lbracket.whitespace_after
            elif items.lpar:
                before = items.lpar[-1].whitespace_after
            index = items.elements.index(element) + after
            if index < len(items.elements):
                return [*drafts, make.item_inserted(items.elements, before, index, code)], said
            return [*drafts, make.item_added(items.elements, before, code)], said
        added = self._added(call)
        if added is not None:
            outer, line = added
            written = f"{self._tree.code_for_node(outer.func)}({code})"
            if after:
                place = start(line.trailing_whitespace.newline)
                return [*drafts, make.inserted(place, f"\n{INDENT}{written}")], said
            return [*drafts, make.inserted(start(line.body[0]), f"{written}\n{INDENT}")], said
        applied = self._applied(layer, program)
        named = self._named_result(applied)
        if named is not None:
            line, variable = named
            if after:
                place = start(line.trailing_whitespace.newline)
                written = f"\n{INDENT}{variable} = {code}({variable})"
                return [*drafts, make.inserted(place, written)], said
            if dotted(applied.args[0].value) == variable:
                written = f"{variable} = {code}({variable})\n{INDENT}"
                return [*drafts, make.inserted(start(line.body[0]), written)], said
        if after:
            return [
                *drafts,
                make.inserted(start(applied), f"{code}("),
                make.inserted(end(applied), ")"),
            ], said
        given = applied.args[0].value
        return [
            *drafts,
            make.inserted(start(given), f"{code}("),
            make.inserted(end(given), ")"),
        ], said

    def _shape_moved(
        self, change: InsertBefore | InsertAfter, call: cst.Call
    ) -> tuple[str, list[Draft]]:
        """The input shape, which the first layer of a model is given."""
        if isinstance(change, InsertAfter):
            return "", []
        moved: list[str] = []
        drafts: list[Draft] = []
        for arg in call.args:
            if arg.keyword is not None and arg.keyword.value in (
                "input_shape",
                "batch_input_shape",
            ):
                moved.append(f"{arg.keyword.value}={self._tree.code_for_node(arg.value)}")
                drafts.extend(make.item_dropped(call.args, call.args.index(arg)))
            elif arg.keyword is not None and arg.keyword.value == "input_dim":
                raise NotPlanned("the size of the input is given to this layer")
        return ", ".join(moved), drafts

    def _named_result(self, applied: cst.Call) -> tuple[cst.SimpleStatementLine, str] | None:
        """The line ``x = layer(...)``, with the name that the result gets."""
        line = self._statement(applied)
        assign = line.body[0] if line is not None else None
        if line is None or not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
            return None
        target = assign.targets[0].target
        return (line, target.value) if isinstance(target, cst.Name) else None

    # -- loss, metrics, optimizer -----------------------------------------------------------------

    def _loss(self, change: SetLoss, compiled: Compile, wanted: Wanted) -> tuple[list[Draft], str]:
        old = compiled.args.get("loss")
        program = wanted.program
        if compiled.step is not None:
            if old is None or not isinstance(old.value, Object):
                raise NotPlanned("the loss of the training loop is not an object")
            self._require_all_compiled("loss", old, change, wanted)
            drafts, words = self._thing_made_again(old.value, change.value)
            return drafts, f"set `{words}`"
        call = self._call(compiled.origin.site)
        arg = _argument(call, "keras.Model.compile", "loss")
        if arg is None or old is None:
            raise NotPlanned("the loss is not given in the call")
        node, fact = arg.value, old
        if isinstance(old.value, Items):
            node, fact = self._item(old, change.output)
        elif isinstance(old.value, Entries):
            model = program.models[compiled.model]
            node, fact = self._entry(old, _name_of_output(model, program, old, change.output))
        elif len(program.models[compiled.model].outputs) > 1:
            raise NotPlanned("one loss is meant for several outputs")
        if isinstance(fact.value, Object):
            self._require_all_compiled("loss", fact, change, wanted)
        drafts, words = self._thing_set(node, fact, change.value, "loss")
        return drafts, f"set `{words}`"

    def _item(self, collection: Fact, index: int) -> tuple[cst.BaseExpression, Fact]:
        """One item of a list that is written out, wherever that is."""
        node = self._nodes.node(collection.site) if collection.site != NOWHERE else None
        items = collection.value
        if not isinstance(node, (cst.List, cst.Tuple)) or not isinstance(items, Items):
            raise NotPlanned("the list is made in another way")
        if len(node.elements) != len(items.items) or index >= len(items.items):
            raise NotPlanned("the list has no such item")
        return node.elements[index].value, items.items[index]

    def _entry(self, collection: Fact, name: str | None) -> tuple[cst.BaseExpression, Fact]:
        """One value of a dictionary that is written out, wherever that is."""
        node = self._nodes.node(collection.site) if collection.site != NOWHERE else None
        entries = collection.value
        if not isinstance(entries, Entries) or name is None or name not in entries.entries:
            raise NotPlanned("the dictionary has no such key")
        if isinstance(node, cst.Dict):
            for element in node.elements:
                if isinstance(element, cst.DictElement) and text_of(element.key) == name:
                    return element.value, entries.entries[name]
        if isinstance(node, cst.Call):
            for arg in node.args:
                if arg.keyword is not None and arg.keyword.value == name:
                    return arg.value, entries.entries[name]
        raise NotPlanned("the dictionary is made in another way")

    def _require_all_compiled(
        self, name: str, old: Fact, change: SetLoss | SetOptimizer, wanted: Wanted
    ) -> None:
        """Refuse to change an object if not all that is compiled with it is to be changed."""
        value = old.value
        if not isinstance(value, Object) or value.site == NOWHERE:
            return
        for other in wanted.program.compiles:
            given = other.args.get(name)
            facts = [] if given is None else _all_in(given)
            for index, fact in enumerate(facts):
                if not isinstance(fact.value, Object) or fact.value.site != value.site:
                    continue
                same = replace(change, compiled=other.id)
                if isinstance(same, SetLoss) and len(facts) > 1:
                    same = replace(same, output=index)
                if same not in wanted.changes:
                    raise NotPlanned("other models are compiled with the same object")

    def _optimizer(
        self, change: SetOptimizer, compiled: Compile, wanted: Wanted
    ) -> tuple[list[Draft], str]:
        old = compiled.args.get("optimizer")
        if compiled.step is not None:
            raise NotPlanned("the optimizer of a training loop is not given in a call")
        call = self._call(compiled.origin.site)
        arg = _argument(call, "keras.Model.compile", "optimizer")
        if arg is None:
            if old is not None or any(each.star == "**" for each in call.args):
                raise NotPlanned("the optimizer is given elsewhere")
            code, drafts = self._spelling.code(change.value)
            added = make.argument_added(call, f"optimizer={code}")
            return [*drafts, added], f"set `optimizer={code}`"
        if old is not None and not _is_class(old.value, _name_of(change.value)):
            self._require_all_compiled("optimizer", old, change, wanted)
        drafts, words = self._thing_set(arg.value, old, change.value, "optimizer")
        return drafts, f"set `{words}`"

    def _thing_set(
        self, node: cst.BaseExpression, old: Fact | None, value: Value, name: str
    ) -> tuple[list[Draft], str]:
        """Another loss or optimizer: in the call that makes it where there is one."""
        if old is not None and isinstance(old.value, Object) and old.value.site != NOWHERE:
            if isinstance(value, Object) and old.value.name == value.name:
                return self._object_set(old.value, value)
            if self._nodes.node(old.value.site) is not node and _class_for(value) is not None:
                return self._thing_made_again(old.value, value)
        return self._value_set(node, value, old, name)

    def _thing_made_again(self, old: Object, value: Value) -> tuple[list[Draft], str]:
        """An object of another class where the one before is made."""
        if isinstance(value, Object) and old.name == value.name:
            return self._object_set(old, value)
        new = _class_for(value)
        if new is None or old.site == NOWHERE:
            raise NotPlanned("it is not an object")
        node = self._nodes.node(old.site)
        if not isinstance(node, cst.Call):
            raise NotPlanned("it is not made by a call")
        return self._written_over(node, new, Fact(old, old.site), "loss")

    def _object_set(self, old: Object, new: Object) -> tuple[list[Draft], str]:
        """Other arguments for the call that makes an object."""
        call = self._call(old.site)
        drafts: list[Draft] = []
        said: list[str] = []
        dropped: list[str] = []
        for name, fact in old.args.items():
            if name not in new.args:
                made, words = self._argument_dropped(call, old.name, name, fact)
                drafts.extend(made)
                dropped.append(words)
        for name, fact in new.args.items():
            before = old.args.get(name)
            if before is None or before.value != fact.value:
                made, words = self._argument_set(call, old.name, name, fact.value, before)
                drafts.extend(made)
                said.append(words)
        kind = old.name.rpartition(".")[2]
        return drafts, ", ".join(said) if said else f"{kind}()"

    def _metrics(
        self, change: SetMetrics, compiled: Compile, program: Program
    ) -> tuple[list[Draft], str]:
        call = self._call(compiled.origin.site)
        old = compiled.args.get("metrics")
        arg = _argument(call, "keras.Model.compile", "metrics")
        if arg is None or old is None:
            raise NotPlanned("the metrics are not given in the call")
        model = program.models[compiled.model]
        node, fact = arg.value, old
        if isinstance(old.value, Entries):
            node, fact = self._entry(old, _name_of_output(model, program, old, change.output))
        elif len(model.outputs) > 1:
            node, fact = self._item(old, change.output)
        facts = fact.value.items if isinstance(fact.value, Items) else (fact,)
        elements: Sequence[cst.BaseElement] = ()
        if isinstance(fact.value, Items):
            written = self._nodes.node(fact.site) if fact.site != NOWHERE else None
            if written is not node:
                key = id(node), ""
                self._covered.setdefault(key, Items("list", tuple(map(Fact, change.values))))
                if written is None or not (
                    self._collecting or self._flow.feeds_only(written, {key: None})
                ):
                    raise NotPlanned("the list of metrics is used for something else too")
            if not isinstance(written, (cst.List, cst.Tuple)):
                raise NotPlanned("the metrics are made in another way")
            node, elements = written, written.elements
            if len(elements) != len(facts):
                raise NotPlanned("the metrics are made in another way")
        if not change.values and node is arg.value:
            return make.item_dropped(call.args, call.args.index(arg)), "remove `metrics=`"
        values = [fact.value for fact in facts]
        drafts: list[Draft] = []
        codes: list[str] = []
        if elements and len(change.values) == len(values):
            objects: list[str] = []
            for element, fact, value in zip(elements, facts, change.values, strict=True):
                if fact.value == value:
                    codes.append(self._tree.code_for_node(element.value))
                    continue
                more, words = self._thing_set(element.value, fact, value, "metrics")
                drafts.extend(more)
                if isinstance(value, Object) and _is_class(fact.value, value.name):
                    objects.append(words)
                    codes.append(f"{value.name.rpartition('.')[2]}({words})")
                else:
                    codes.append(words.partition("=")[2].strip())
            changed = sum(f.value != v for f, v in zip(facts, change.values, strict=True))
            words = objects[0] if len(set(objects)) == 1 and changed == 1 else _listed(codes)
            return drafts, f"set `{words}`"
        if elements and _is_part(change.values, values):
            left = [index for index, value in enumerate(values) if value not in change.values]
            if len(left) == 1:
                dropped = self._tree.code_for_node(elements[left[0]].value)
                return make.item_dropped(elements, left[0]), f"remove `{short(dropped)}`"
        for value in change.values:
            if elements and value in values:
                codes.append(self._tree.code_for_node(elements[values.index(value)].value))
            else:
                code, more = self._spelling.code(value)
                drafts.extend(more)
                codes.append(code)
        return [*drafts, make.replaced(node, f"[{', '.join(codes)}]")], f"set `{_listed(codes)}`"

    # -- changes of what is written -----------------------------------------------------------

    def _of_source(self, change: SourceChange) -> tuple[list[Draft], str]:
        if isinstance(change, Move):
            others = [self._nodes.node(other.at) for other in dict.fromkeys(self._moved)]
            return self._homes.plan(change, self._nodes.node(change.at), others)
        if isinstance(change, (Enclose, SetText, DropStatement)):
            return self._of_expression(change)
        if isinstance(change, SetMade):
            call = self._call(change.call)
            drafts, words = self._argument_set(
                call, change.callee, change.name, change.value, change.old
            )
            return drafts, f"set `{words}`"
        if isinstance(change, SetClass):
            call = self._call(change.call)
            kind = change.name.rpartition(".")[2]
            if isinstance(call.func, cst.Attribute):
                return [make.replaced(call.func.attr, kind)], f"use `{kind}`"
            name, drafts = self._spelling.name(change.name)
            return [*drafts, make.replaced(call.func, name)], f"use `{kind}`"
        return self._writing.of(change)

    def _of_expression(self, change: Enclose | SetText | DropStatement) -> tuple[list[Draft], str]:
        node = self._nodes.node(change.at)
        if not isinstance(node, cst.BaseExpression):
            raise NotPlanned("it is not an expression")
        if isinstance(change, Enclose):
            drafts = [make.inserted(whole_end(node), change.after)]
            if not change.before:
                return drafts, f"append `{change.after}`"
            drafts.append(make.inserted(whole_start(node), change.before))
            return drafts, f"enclose it as `{change.before}...{change.after}`"
        if isinstance(change, DropStatement):
            line = self._statement(node)
            if line is None or not isinstance(line.body[0], cst.Expr):
                raise NotPlanned("it is a part of something else")
            said = " ".join(self._tree.code_for_node(node).split())
            return [make.without_lines(self._removable(line))], f"remove `{short(said)}`"
        return self._text_set(node, change.text)

    def _text_set(self, node: cst.BaseExpression, text: str) -> tuple[list[Draft], str]:
        """Another text in place of a literal that is used for one thing only."""
        literal = node
        if isinstance(node, cst.Name):
            found = self._only_literal_of(node)
            if found is None:
                raise NotPlanned("the text is used for something else as well")
            literal = found
        if not isinstance(literal, cst.SimpleString) or literal.prefix:
            raise NotPlanned("the text is not written as a literal")
        outer: cst.CSTNode | None = self._around(literal)
        while isinstance(outer, (cst.Element, cst.DictElement, cst.List, cst.Tuple, cst.Dict)):
            outer = self._around(outer)
        if isinstance(outer, cst.Assign) and literal is node:
            target = outer.targets[0].target
            named = [
                name
                for name in self._family.names
                if isinstance(target, cst.Name) and name.value == target.value
            ]
            if len(outer.targets) > 1 or len(named) != 2:
                raise NotPlanned("the text is used for something else as well")
        elif not isinstance(outer, (cst.Arg, cst.Assign)):
            raise NotPlanned("the text is used for something else as well")
        code = self._spelling.code(text, literal.quote[-1:])[0]
        said = f"replace `{short(literal.value)}` with `{code}`"
        return [make.replaced(literal, code)], said

    # -- variables ------------------------------------------------------------------------------

    def _only_literal_of(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """The literal that a variable is given, where nothing else in the file uses it."""
        if not isinstance(node, cst.Name):
            return None
        named = [name for name in self._family.names if name.value == node.value]
        others = [name for name in named if name is not node]
        target = self._around(others[0]) if len(named) == 2 and others else None
        assign = self._around(target) if isinstance(target, cst.AssignTarget) else None
        if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
            return None
        return assign.value if isinstance(assign.value, _LITERALS) else None


_BINDING = (
    *(cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr),
    *(cst.AsName, cst.Element, cst.StarredElement, cst.NameItem, cst.ImportAlias),
)
"""What may bind a name that is directly in it."""

_LITERALS = (cst.SimpleString, cst.Integer, cst.Float)

_OF_TENSORFLOW = frozenset(
    {"elu", "gelu", "log_softmax", "relu", "selu", "sigmoid", "softmax", "softplus", "tanh"}
)
"""Activations that ``tf.nn`` has under the same name."""


def _listed(codes: Sequence[str]) -> str:
    return f"metrics=[{short(', '.join(codes))}]"


def _name_of(value: Value) -> str:
    return value.name if isinstance(value, Object) else ""


def _is_class(value: Value, name: str) -> bool:
    return isinstance(value, Object) and value.name == name


def _name_of_output(model: Model, program: Program, given: Fact, index: int) -> str | None:
    """The key of an output in a dictionary that is given to ``compile``."""
    names = output_names(model, program)
    entries = given.value.entries if isinstance(given.value, Entries) else {}
    if len(names) == 1 and len(entries) == 1:
        return next((key for key in entries if isinstance(key, str)), None)
    return names[index] if index < len(names) else None


def _all_in(given: Fact) -> list[Fact]:
    """The losses in a list or dictionary, or the one that is given for all."""
    if isinstance(given.value, Items):
        return list(given.value.items)
    if isinstance(given.value, Entries):
        return list(given.value.entries.values())
    return [given]


def _is_fixed(node: cst.CSTNode, old: Fact | None) -> bool:
    """Whether an expression is the value itself, and not worked out of others."""
    if old is not None and isinstance(old.value, (Ref, External)):
        return bool(dotted(node)) if isinstance(node, cst.BaseExpression) else False
    if old is not None and isinstance(old.value, Object) and isinstance(node, cst.Call):
        return True
    if isinstance(node, cst.Name):
        return node.value in ("True", "False", "None")
    if isinstance(node, (cst.Attribute, cst.Call, cst.Subscript, cst.FormattedString, cst.IfExp)):
        return False
    return all(_is_fixed(child, None) for child in node.children)


def _class_for(value: Value) -> Object | None:
    """The object that stands for a loss which is named by a text."""
    if isinstance(value, Object):
        return value
    name = keras_api.resolve_string("loss", value) if isinstance(value, str) else None
    if name is None:
        return None
    module, _, word = name.rpartition(".")
    made = f"{module}.{'KL' if word.startswith('kl_') else ''}" + "".join(
        part.capitalize() for part in word.removeprefix("kl_").split("_")
    )
    symbol = keras_api.symbol(made)
    return Object(made, {}, NOWHERE) if symbol is not None and symbol.is_class else None


def _kin(target: cst.BaseExpression, value: Value, old: Fact | None) -> str:
    """The code of a value in the way in which the old one is written: ``tf.nn.relu``."""
    before = old.value if old is not None else None
    if isinstance(target, cst.Attribute) and isinstance(value, str):
        owner = dotted(target.value)
        if isinstance(before, External) and before.path.startswith("tensorflow.nn."):
            return f"{owner}.{value}" if value in _OF_TENSORFLOW else ""
        if isinstance(before, Ref):
            if owner.endswith(".nn"):
                return f"{owner}.{value}" if value in _OF_TENSORFLOW else ""
            symbol = keras_api.symbol(f"{before.name.rpartition('.')[0]}.{value}")
            return f"{owner}.{value}" if symbol is not None and not symbol.is_class else ""
    if (
        isinstance(target, cst.Call)
        and isinstance(target.func, cst.Attribute)
        and isinstance(before, Object)
        and isinstance(value, Object)
        and before.name.rpartition(".")[0] == value.name.rpartition(".")[0]
    ):
        return f"{dotted(target.func.value)}.{value.name.rpartition('.')[2]}()"
    return ""


def _default(callee: str, name: str) -> Value:
    """The default of a parameter, where that can be written down."""
    signature = keras_api.signature(callee)
    for param in signature.params if signature is not None else ():
        default = param.default
        if param.name == name and (default is None or isinstance(default, (str, int, float))):
            return default
    raise NotPlanned(f"the default of `{name}` is not known")


def _moved(change: Change, layer: int) -> Change:
    """The same change of another layer."""
    assert isinstance(change, (SetArg, DropArg, Remove, InsertBefore, InsertAfter))
    return replace(change, layer=layer)


def _is_part(values: Sequence[Value], of: Sequence[Value]) -> bool:
    return all(value in of for value in values)


def _argument(call: cst.Call, callee: str, name: str) -> cst.Arg | None:
    """The argument for a parameter, also under an old name or by its position."""
    for arg in call.args:
        if arg.keyword is not None:
            word = arg.keyword.value
            if word == name:
                return arg
            rename = keras_api.renamed_argument(callee, word)
            if rename is not None and rename.name == name and rename.one_to_one:
                return arg
    signature = keras_api.signature(callee)
    places = [word for word in signature.positional if word != "self"] if signature else []
    if name in places:
        index = places.index(name)
        if index < len(call.args) and all(
            arg.keyword is None and not arg.star for arg in call.args[: index + 1]
        ):
            return call.args[index]
    return None
