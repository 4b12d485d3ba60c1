"""From the changes that a rule proposes to edits of the source.

A change is made where its value is written. A place that the program evaluates several times is
changed only if all of its evaluations are to be changed in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import libcst as cst

from kerlint import keras_api
from kerlint.diagnostics import Edit, Position, Span
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
    SetLoss,
    SetMetrics,
    SetOptimizer,
    SetText,
    SourceChange,
)
from kerlint.program.model import Compile, Layer, Program
from kerlint.program.values import NOWHERE, Entries, Fact, Items, Object, Site, Value, text_of
from kerlint.reading.interpreter.positions import Sites
from kerlint.repairs import drafts as make
from kerlint.repairs.drafts import INDENT, Draft, NotPlanned
from kerlint.repairs.homes import Homes
from kerlint.repairs.places import (
    Family,
    Key,
    end,
    family_of,
    key,
    positions,
    start,
    whole_end,
    whole_start,
)
from kerlint.repairs.spelling import Spelling, dotted
from kerlint.repairs.wanted import Planned, Wanted
from kerlint.repairs.written import WrittenChanges, short
from kerlint.sources.lines import split_lines

_Any = TypeVar("_Any")


def planned(
    tree: cst.Module, sites: Sites, text: str, wanted: Sequence[Wanted]
) -> list[Planned | None]:
    """Plan the edits of several findings of one file; None where there is no way to write them."""
    moves = [
        change for each in wanted for change in each.source_changes if isinstance(change, Move)
    ]
    planner = _Planner(tree, sites, moves)
    found: list[tuple[list[Draft], str] | None] = []
    for each in wanted:
        try:
            found.append(planner.plan(each))
        except NotPlanned:
            found.append(None)
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
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    if any(
        before.span.end > after.span.start or before.span == after.span
        for before, after in pairwise(ordered)
    ):
        return None  # two changes of one place: somebody has to write that by hand
    return Planned(tuple(ordered), message)


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

    def __init__(self, tree: cst.Module, sites: Sites, moves: Sequence[Move]) -> None:
        self._tree = tree
        self._sites = sites
        self._moved = moves
        self._spelling = Spelling(tree)
        self._source = WrittenChanges(tree, sites, self._spelling, lambda: self._family)

    def plan(self, wanted: Wanted) -> tuple[list[Draft], str]:
        """The drafts for one finding, and what they do in words."""
        drafts: list[Draft] = []
        said: dict[str, None] = {}
        for change in _distinct(wanted.changes):
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
            if isinstance(change, DropArg):
                return self._argument_dropped(call, layer.type, change.name)
            if change.name == "activation" and change.value == "linear":
                if layer.kind == "Activation":
                    return self._removed(layer, program), "remove `Activation`"
                arg = _argument(call, layer.type, change.name)
                if arg is not None and arg.keyword is not None:
                    return self._argument_dropped(call, layer.type, change.name)
            drafts, code = self._argument_set(
                call, layer.type, change.name, change.value, layer.args.get(change.name)
            )
            return drafts, f"set `{change.name}={code}`"
        if isinstance(change, (Remove, InsertBefore, InsertAfter)):
            layer = program.layers[change.layer]
            self._require_all(layer, change, wanted)
            if isinstance(change, Remove):
                return self._removed(layer, program), f"remove `{layer.kind}`"
            return self._layer_inserted(change, layer, program)
        compiled = program.compiles[change.compiled]
        for other in program.compiles:
            same = replace(change, compiled=other.id)
            if other.origin.site == compiled.origin.site and same not in wanted.changes:
                raise NotPlanned("the same call compiles other models")
        if isinstance(change, SetLoss):
            return self._loss(change, compiled, wanted)
        if isinstance(change, SetMetrics):
            return self._metrics(change, compiled, program)
        return self._optimizer(change, compiled)

    def _require_all(self, layer: Layer, change: Change, wanted: Wanted) -> None:
        """Refuse to change a place if not all that it makes is to be changed."""
        for other in wanted.program.layers:
            if other.origin.site == layer.origin.site and other.type == layer.type:
                if _moved(change, other.id) not in wanted.changes:
                    raise NotPlanned("the same code makes other layers, which are right")

    def _call(self, site: Site) -> cst.Call:
        if site == NOWHERE:
            raise NotPlanned("it is not written anywhere")
        node = self._sites.node(site)
        if not isinstance(node, cst.Call):
            raise NotPlanned("it is not made by a call")
        return node

    def _argument_set(
        self, call: cst.Call, callee: str, name: str, value: Value, old: Fact | None
    ) -> tuple[list[Draft], str]:
        arg = _argument(call, callee, name)
        if arg is None:
            if old is not None or any(each.star == "**" for each in call.args):
                raise NotPlanned(f"`{name}` is given in a way that kerlint cannot change")
            code, drafts = self._spelling.code(value)
            return [*drafts, make.argument_added(call, f"{name}={code}")], code
        return self._value_set(arg.value, value)

    def _value_set(self, node: cst.BaseExpression, value: Value) -> tuple[list[Draft], str]:
        """Write another value in place of an expression, or where its variable gets it."""
        literal = self._only_literal_of(node)
        target = node if literal is None else literal
        quote = target.quote[-1:] if isinstance(target, cst.SimpleString) else ""
        code, drafts = self._spelling.code(value, quote)
        return [*drafts, make.replaced(target, code)], code

    def _argument_dropped(self, call: cst.Call, callee: str, name: str) -> tuple[list[Draft], str]:
        arg = _argument(call, callee, name)
        if arg is None or arg.keyword is None:
            raise NotPlanned(f"`{name}` is not given by its name")
        return make.item_dropped(call.args, call.args.index(arg)), f"remove `{name}=`"

    # -- layers in and out ----------------------------------------------------------------------

    @cached_property
    def _family(self) -> Family:
        return family_of(self._tree)

    @cached_property
    def _homes(self) -> Homes:
        return Homes(self._tree, self._spelling, self._family)

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
        words, more = self._spelling.arguments(change.args)
        code = f"{name}({words})"
        drafts = [*drafts, *more]
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

    # -- loss, metrics, optimizer -----------------------------------------------------------------

    def _loss(self, change: SetLoss, compiled: Compile, wanted: Wanted) -> tuple[list[Draft], str]:
        old = compiled.args.get("loss")
        if compiled.step is not None:
            if old is None or not isinstance(old.value, Object):
                raise NotPlanned("the loss of the training loop is not an object")
            drafts, code = self._object_set(old.value, change.value)
            return drafts, f"set `{code}`"
        call = self._call(compiled.origin.site)
        arg = _argument(call, "keras.Model.compile", "loss")
        if arg is None or old is None:
            raise NotPlanned("the loss is not given in the call")
        node, fact = arg.value, old
        if isinstance(old.value, Items):
            if not isinstance(node, (cst.List, cst.Tuple)):
                raise NotPlanned("the losses are given elsewhere")
            if change.output >= len(node.elements) or change.output >= len(old.value.items):
                raise NotPlanned("there is no such loss")
            node, fact = node.elements[change.output].value, old.value.items[change.output]
        elif isinstance(old.value, Entries):
            raise NotPlanned("the losses are given by the names of the outputs")
        drafts, code = self._thing_set(node, fact, change.value)
        return drafts, f"set `loss={code}`"

    def _optimizer(self, change: SetOptimizer, compiled: Compile) -> tuple[list[Draft], str]:
        call = self._call(compiled.origin.site)
        old = compiled.args.get("optimizer")
        arg = _argument(call, "keras.Model.compile", "optimizer")
        if arg is None:
            if old is not None:
                raise NotPlanned("the optimizer is given elsewhere")
            code, drafts = self._spelling.code(change.value)
            return [
                *drafts,
                make.argument_added(call, f"optimizer={code}"),
            ], f"set `optimizer={code}`"
        drafts, code = self._thing_set(arg.value, old, change.value)
        return drafts, f"set `optimizer={code}`" if "=" not in code else f"set `{code}`"

    def _thing_set(
        self, node: cst.BaseExpression, old: Fact | None, value: Value
    ) -> tuple[list[Draft], str]:
        """Another loss or optimizer: in the call that makes it where that is of the same class."""
        if (
            isinstance(value, Object)
            and old is not None
            and isinstance(old.value, Object)
            and old.value.name == value.name
            and old.value.site != NOWHERE
        ):
            return self._object_set(old.value, value)
        return self._value_set(node, value)

    def _object_set(self, old: Object, new: Value) -> tuple[list[Draft], str]:
        """Other arguments for the call that makes an object."""
        if not isinstance(new, Object) or new.name != old.name:
            raise NotPlanned("it is of another class")
        call = self._call(old.site)
        drafts: list[Draft] = []
        said: list[str] = []
        for name in old.args:
            if name not in new.args:
                made, _ = self._argument_dropped(call, old.name, name)
                drafts.extend(made)
        for name, fact in new.args.items():
            before = old.args.get(name)
            if before is None or before.value != fact.value:
                made, code = self._argument_set(call, old.name, name, fact.value, before)
                drafts.extend(made)
                said.append(f"{name}={code}")
        kind = old.name.rpartition(".")[2]
        return drafts, ", ".join(said) if said else f"{kind}()"

    def _metrics(
        self, change: SetMetrics, compiled: Compile, program: Program
    ) -> tuple[list[Draft], str]:
        if len(program.models[compiled.model].outputs) > 1:
            raise NotPlanned("the metrics of several outputs are not told apart")
        call = self._call(compiled.origin.site)
        old = compiled.args.get("metrics")
        arg = next((a for a in call.args if a.keyword and a.keyword.value == "metrics"), None)
        shown = ", ".join(text_of(value) for value in change.values)
        said = f"set `metrics=[{shown}]`"
        if arg is None or old is None:
            raise NotPlanned("the metrics are not given in the call")
        node = arg.value
        facts = old.value.items if isinstance(old.value, Items) else (old,)
        elements: Sequence[cst.BaseElement] = ()
        if isinstance(node, (cst.List, cst.Tuple)):
            elements = node.elements
            if len(elements) != len(facts):
                raise NotPlanned("the metrics are made in another way")
        if not change.values:
            return make.item_dropped(call.args, call.args.index(arg)), "remove `metrics=`"
        values = [fact.value for fact in facts]
        if elements and len(change.values) == len(values):
            drafts: list[Draft] = []
            for element, fact, value in zip(elements, facts, change.values, strict=True):
                if fact.value != value:
                    drafts.extend(self._thing_set(element.value, fact, value)[0])
            return drafts, said
        if elements and _is_part(change.values, values):
            left = [index for index, value in enumerate(values) if value not in change.values]
            if len(left) == 1:
                return make.item_dropped(elements, left[0]), said
        drafts, made = [], []
        for value in change.values:
            if elements and value in values:
                made.append(self._tree.code_for_node(elements[values.index(value)].value))
            else:
                code, more = self._spelling.code(value)
                drafts.extend(more)
                made.append(code)
        return [*drafts, make.replaced(node, f"[{', '.join(made)}]")], said

    # -- changes of what is written -----------------------------------------------------------

    def _of_source(self, change: SourceChange) -> tuple[list[Draft], str]:
        if isinstance(change, Move):
            others = [self._sites.node(other.at) for other in dict.fromkeys(self._moved)]
            return self._homes.plan(change, self._sites.node(change.at), others)
        if isinstance(change, (Enclose, SetText, DropStatement)):
            return self._of_expression(change)
        return self._source.of(change)

    def _of_expression(self, change: Enclose | SetText | DropStatement) -> tuple[list[Draft], str]:
        node = self._sites.node(change.at)
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


_LITERALS = (cst.SimpleString, cst.Integer, cst.Float)


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
