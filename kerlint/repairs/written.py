"""Edits for changes of what is written: arguments of calls, literals, and single statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from kerlint.program.changes import (
    AssignResult,
    At,
    Constant,
    DivideBy,
    DropArgument,
    DropFirst,
    DropPositional,
    InputFirst,
    JoinArguments,
    KeepAxis,
    MakeTuple,
    MakeWhole,
    NameArgument,
    NameByParameters,
    Named,
    Outside,
    Positional,
    RenameArgument,
    RenameAttribute,
    RenameFile,
    RenameMethod,
    RenameResult,
    RepeatItem,
    Rewrite,
    SetArgument,
    SetValue,
    SkipAttribute,
    SourceChange,
    SwapParameters,
    TupleForList,
    Written,
)
from kerlint.program.values import NOWHERE, Site
from kerlint.reading.syntax.bindings import names_of
from kerlint.reading.syntax.from_libcst import module_of
from kerlint.reading.syntax.places import end, start, whole_end, whole_start
from kerlint.repairs import drafts as make
from kerlint.repairs.drafts import INDENT, Draft, Item, NotPlanned
from kerlint.repairs.family import Family, Nodes, nodes_in, text_of
from kerlint.repairs.spelling import Spelling, dotted, quoted

_TIGHT = (cst.Attribute, cst.Call, cst.Integer, cst.Name, cst.Subscript)  # may be divided
_LONGEST = 60  # characters of code that a message quotes
_HISTORY = ("epoch", "history", "params")  # what a History object has and a model has not

Made = tuple[list[Draft], str]


class _Given(NamedTuple):
    """A keyword argument: in the call, or in the dictionary that is unpacked into it."""

    items: Sequence[Item]
    place: int
    key: cst.BaseExpression
    value: cst.BaseExpression


class WrittenChanges:
    """Plans the changes of what is written in one file."""

    def __init__(
        self, tree: cst.Module, nodes: Nodes, spelling: Spelling, family: Callable[[], Family]
    ) -> None:
        self._tree = tree
        self._nodes = nodes
        self._spelling = spelling
        self._family = family

    def of(self, change: SourceChange) -> Made:
        """The drafts of one change, and what they do in words."""
        match change:
            case SetArgument():
                return self._argument_set(change)
            case DropArgument():
                given = self._keyword(self._call(change.call), change.name)
                return make.item_dropped(given.items, given.place), f"remove `{change.name}=`"
            case RenameArgument():
                return self._argument_renamed(change)
            case RenameMethod():
                func = self._call(change.call).func
                if not isinstance(func, cst.Attribute):
                    raise NotPlanned("it is not called as a method")
                return [make.replaced(func.attr, change.new)], f"call `{change.new}()`"
            case Rewrite():
                return self._rewritten(change)
            case NameArgument():
                node = self._expression(change.at)
                arg = self._around(node)
                if not isinstance(arg, cst.Arg) or arg.keyword is not None or arg.star:
                    raise NotPlanned("the argument is not given by its position")
                if change.unless and change.unless in self._code(node):
                    raise NotPlanned("the argument is something else")
                named = make.inserted(whole_start(node), f"{change.name}=")
                return [named], f"pass `{change.name}=` by its name"
            case NameByParameters():
                return self._named_by_parameters(change)
            case SwapParameters():
                return self._parameters_swapped(change)
            case DropPositional():
                call = self._call(change.call)
                arg = self._positional(call, change.index)
                code = self._code(arg.value)
                return make.item_dropped(call.args, change.index), f"remove `{short(code)}`"
            case JoinArguments():
                return self._joined(change)
            case SetValue():
                return self._value_set(change)
            case MakeTuple():
                node = self._expression(change.at)
                code = self._code(node)
                if node.lpar:
                    new = f"{code[:-1]},)"
                    return [make.replaced(node, new)], f"write `{short(new)}`"
                if isinstance(node, cst.Tuple):
                    raise NotPlanned("it is a tuple")
                drafts = [
                    make.inserted(whole_start(node), "("),
                    make.inserted(whole_end(node), ",)"),
                ]
                return drafts, f"write `({short(code)},)`"
            case DivideBy():
                return self._divided(change)
            case TupleForList():
                return self._tuple_for_list(change)
            case MakeWhole():
                return self._whole(change)
            case KeepAxis():
                return self._axis_kept(change)
            case RepeatItem():
                return self._repeated(change)
            case AssignResult():
                return self._assigned(change)
            case RenameResult():
                return self._result_renamed(change)
            case RenameAttribute():
                target = self._nodes.node(change.at)
                if not isinstance(target, cst.Attribute):
                    raise NotPlanned("it is not an attribute")
                said = f"replace `{target.attr.value}` with `{change.new}`"
                return [make.replaced(target.attr, change.new)], said
            case DropFirst():
                return self._first_dropped(change)
            case SkipAttribute():
                call = self._call(change.call)
                func = call.func
                if (
                    not isinstance(func, cst.Attribute)
                    or not isinstance(func.value, cst.Attribute)
                    or not isinstance(self._around(call), cst.Expr)
                ):
                    raise NotPlanned("the result is used, too")
                owner = self._code(func.value.value)
                return [make.replaced(func.value, owner)], f"call `{owner}.{func.attr.value}()`"
            case InputFirst():
                return self._input_first(change)
            case RenameFile():
                return self._file_renamed(change)
            case _:
                raise NotPlanned("it is planned elsewhere")

    # -- nodes ----------------------------------------------------------------------------------

    def _call(self, site: Site) -> cst.Call:
        if site == NOWHERE:
            raise NotPlanned("it is not written anywhere")
        node = self._nodes.node(site)
        if not isinstance(node, cst.Call):
            raise NotPlanned("it is not made by a call")
        return node

    def _expression(self, site: At) -> cst.BaseExpression:
        """What is written at a place: the value, where that is an argument."""
        if isinstance(site, Positional):
            return self._positional(self._call(site.call), site.index).value
        if site == NOWHERE:
            raise NotPlanned("it is not written anywhere")
        node = self._nodes.node(site)
        if isinstance(node, cst.Arg):
            return node.value
        if not isinstance(node, cst.BaseExpression):
            raise NotPlanned("it is not an expression")
        return node

    def _code(self, node: cst.CSTNode) -> str:
        return self._tree.code_for_node(node)

    def _around(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self._family().parents.get(id(node))

    def _places_of(self, name: str) -> list[cst.Name]:
        return [node for node in self._family().names if node.value == name]

    def _only_value_of(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """What a variable is given, where nothing else in the file uses it."""
        if not isinstance(node, cst.Name):
            return None
        named = self._places_of(node.value)
        others = [name for name in named if name is not node]
        if len(named) != 2 or len(others) != 1:
            return None
        target = self._around(others[0])
        assign = self._around(target) if isinstance(target, cst.AssignTarget) else None
        if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
            return None
        return assign.value

    # -- arguments ------------------------------------------------------------------------------

    def _find(self, call: cst.Call, name: str) -> _Given | None:
        for index, arg in enumerate(call.args):
            if arg.keyword is not None and arg.keyword.value == name:
                return _Given(call.args, index, arg.keyword, arg.value)
        for arg in call.args:
            if arg.star == "**":
                value = self._only_value_of(arg.value) or arg.value
                found = _entry(value, name)
                if found is not None:
                    return found
        return None

    def _keyword(self, call: cst.Call, name: str) -> _Given:
        found = self._find(call, name)
        if found is None:
            raise NotPlanned("the argument is not given by its name")
        return found

    def _positional(self, call: cst.Call, index: int) -> cst.Arg:
        args = call.args[: index + 1]
        if len(args) <= index or any(arg.star or arg.keyword is not None for arg in args):
            raise NotPlanned("the argument is not given by its position")
        return args[index]

    def _argument_set(self, change: SetArgument) -> Made:
        call = self._call(change.call)
        code, drafts = self._written(change.value)
        given = self._find(call, change.name)
        said = f"set `{change.name}={short(code)}`"
        if given is None:
            if any(each.star == "**" for each in call.args):
                raise NotPlanned("the argument may be given already")
            return [*drafts, make.argument_added(call, f"{change.name}={code}")], said
        return [*drafts, make.replaced(given.value, code)], said

    def _argument_renamed(self, change: RenameArgument) -> Made:
        call = self._call(change.call)
        if self._find(call, change.new) is not None:
            raise NotPlanned("the new name is given as well")
        given = self._keyword(call, change.name)
        new = change.new
        if isinstance(given.key, cst.SimpleString):
            new = quoted(new, given.key.quote[-1:])
        return [make.replaced(given.key, new)], f"replace `{change.name}=` with `{change.new}=`"

    def _named_by_parameters(self, change: NameByParameters) -> Made:
        arg = self._around(self._expression(change.at))
        call = self._around(arg) if arg is not None else None
        if not isinstance(arg, cst.Arg) or not isinstance(call, cst.Call):
            raise NotPlanned("it is not an argument")
        params = self._parameters(change.of)
        first = call.args.index(arg)
        drafts, names = [], []
        for index, each in enumerate(call.args):
            if each.star or (each.keyword is None and index >= len(params)):
                raise NotPlanned("the arguments are given in another way")
            if index >= first and each.keyword is None:
                names.append(params[index])
                drafts.append(make.inserted(whole_start(each.value), f"{params[index]}="))
        said = " and ".join(f"`{name}=`" for name in names)
        return drafts, f"pass {said} by {'their names' if len(names) > 1 else 'its name'}"

    def _parameters(self, name: str) -> list[str]:
        """The parameters of ``call`` of a class of this file, if there is only one of the name."""
        found = [
            node
            for node in nodes_in(self._tree)
            if isinstance(node, cst.ClassDef) and node.name.value == name
        ]
        made = [
            each
            for node in found
            for each in node.body.body
            if isinstance(each, cst.FunctionDef) and each.name.value == "call"
        ]
        if len(found) != 1 or len(made) != 1:
            raise NotPlanned("what the layer takes is not known")
        params = made[0].params
        if params.posonly_params:
            raise NotPlanned("what the layer takes has no names")
        return [param.name.value for param in params.params[1:]]

    def _parameters_swapped(self, change: SwapParameters) -> Made:
        node = self._around(self._nodes.node(change.at))
        if not isinstance(node, cst.FunctionDef):
            raise NotPlanned("it is not a function")
        params = [param for param in node.params.params if param.name.value != "self"][:2]
        if len(params) < 2:
            raise NotPlanned("it has other parameters")
        for each in nodes_in(self._tree):
            called = dotted(each.func) if isinstance(each, cst.Call) else ""
            if called.rpartition(".")[2] == node.name.value:
                raise NotPlanned("the function is also called here")
        first, second = params
        if any(param.annotation is not None or param.default for param in (first, second)):
            raise NotPlanned("the parameters differ in more than their names")
        return [
            make.replaced(first.name, second.name.value),
            make.replaced(second.name, first.name.value),
        ], f"swap the parameters `{first.name.value}` and `{second.name.value}`"

    def _joined(self, change: JoinArguments) -> Made:
        call = self._call(change.call)
        args = [self._positional(call, i) for i in range(change.first, change.last + 1)]
        opening, closing = change.brackets[0], change.brackets[1]
        code = ", ".join(self._code(arg.value) for arg in args)
        return [
            make.inserted(whole_start(args[0].value), opening),
            make.inserted(whole_end(args[-1].value), closing),
        ], f"replace `{short(code)}` with `{short(opening + code + closing)}`"

    # -- values -----------------------------------------------------------------------------------

    def _rewritten(self, change: Rewrite) -> Made:
        node = self._expression(change.at)
        code, drafts = self._written(change.code)
        said = f"replace `{short(self._code(node))}` with `{short(code)}`"
        if change.code.count(change.at) == 1:
            index = change.code.index(change.at)
            before, _ = self._written(change.code[:index])
            after, _ = self._written(change.code[index + 1 :])
            if before:
                drafts = [*drafts, make.inserted(whole_start(node), before)]
            if after:
                drafts = [*drafts, make.inserted(whole_end(node), after)]
            return drafts, said
        return [*drafts, make.replaced(node, code)], said

    def _value_set(self, change: SetValue) -> Made:
        node = self._expression(change.at)
        literal = node if _is_literal(node) else self._only_value_of(node)
        if literal is None or not _is_literal(literal):
            raise NotPlanned("the value is used in other places, too")
        self._require_one_use(literal)
        if isinstance(literal, cst.SimpleString) and isinstance(change.value, str):
            code = _in_its_quotes(literal, change.value)
            said = f"replace `{short(literal.value)}` with `{short(code)}`"
            return [make.replaced(literal, code)], said
        quote = literal.quote[-1:] if isinstance(literal, cst.SimpleString) else ""
        code, drafts = self._spelling.code(change.value, quote)
        said = f"replace `{short(self._code(literal))}` with `{short(code)}`"
        return [*drafts, make.replaced(literal, code)], said

    def _require_one_use(self, value: cst.BaseExpression) -> None:
        """Refuse to change what a variable is given that something else may read."""
        node: cst.CSTNode = value
        around = self._around(node)
        while isinstance(around, (cst.DictElement, cst.Element, cst.Dict, cst.List, cst.Tuple)):
            node, around = around, self._around(around)
        if not isinstance(around, cst.Assign):
            return
        target = around.targets[0].target
        if not isinstance(target, cst.Name) or len(self._places_of(target.value)) != 2:
            raise NotPlanned("the value is used in other places, too")

    def _whole(self, change: MakeWhole) -> Made:
        node = self._expression(change.at)
        divided = node if isinstance(node, cst.BinaryOperation) else self._only_value_of(node)
        if isinstance(divided, cst.BinaryOperation) and isinstance(divided.operator, cst.Divide):
            operator = divided.operator
            first = whole_end(operator.whitespace_before)
            last = whole_start(operator.whitespace_after)
            return [Draft(first, last, "//")], "divide with `//`"
        literal = node if divided is None or _is_literal(node) else divided
        if isinstance(literal, cst.Float) and literal.evaluated_value.is_integer():
            self._require_one_use(literal)
            code = str(int(literal.evaluated_value))
            return [make.replaced(literal, code)], f"write `{code}`"
        if not isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.BinaryOperation)):
            raise NotPlanned("it is not a quotient")
        return [
            make.inserted(whole_start(node), "int("),
            make.inserted(whole_end(node), ")"),
        ], f"write `int({short(self._code(node))})`"

    def _first_dropped(self, change: DropFirst) -> Made:
        node = self._expression(change.at)
        shape = self._only_value_of(node) or node
        self._require_one_use(shape)
        if isinstance(shape, (cst.Tuple, cst.List)) and len(shape.elements) > 1:
            drafts = make.item_dropped(shape.elements, 0)
            second = shape.elements[1]
            if len(shape.elements) == 2 and not isinstance(second.comma, cst.Comma):
                if isinstance(shape, cst.Tuple):
                    drafts = [*drafts, make.inserted(end(second), ",")]
            return drafts, f"remove `{short(self._code(shape.elements[0].value))}`"
        if not isinstance(node, cst.Attribute) or node.attr.value != "shape":
            raise NotPlanned("the shape is made in another place")
        code = f"{self._code(node)}[1:]"
        return [make.inserted(whole_end(node), "[1:]")], f"write `{short(code)}`"

    def _divided(self, change: DivideBy) -> Made:
        node = self._expression(change.at)
        if isinstance(change.by, Constant):
            by = self._spelling.code(change.by.value)[0]
        else:
            divisor = self._expression(change.by)
            if not isinstance(divisor, (cst.Name, cst.Integer)):
                raise NotPlanned("the batch size is put together")
            by = self._code(divisor)
        drafts = []
        close = ""
        if not node.lpar and not isinstance(node, _TIGHT):
            drafts, close = [make.inserted(whole_start(node), "(")], ")"
        return [*drafts, make.inserted(whole_end(node), f"{close} // {by}")], f"divide it by `{by}`"

    def _tuple_for_list(self, change: TupleForList) -> Made:
        node = self._expression(change.at)
        if not isinstance(node, cst.List) or not node.elements:
            raise NotPlanned("the list is not written out")
        self._require_one_use(node)
        alone = len(node.elements) == 1 and not isinstance(node.elements[0].comma, cst.Comma)
        opening, closing = node.lbracket, node.rbracket
        return [
            Draft(whole_start(opening), whole_start(opening.whitespace_after), "("),
            Draft(whole_end(closing.whitespace_before), whole_end(closing), ",)" if alone else ")"),
        ], "write a tuple"

    def _axis_kept(self, change: KeepAxis) -> Made:
        call = self._call(change.call)
        found = self._find(call, change.name)
        node = found.value if found is not None else self._positional(call, 0).value
        index = _index_of(node)
        if index is not None:
            number = index.evaluated_value
            code = f"{number or ''}:{number + 1}"
            return [make.replaced(index, code)], f"take a slice, `[{code}]`"
        if not isinstance(node, (cst.Name, cst.Attribute, cst.Subscript, cst.Call)):
            raise NotPlanned("the sample is made in another way")
        new, drafts = self._spelling.outside("numpy.newaxis")
        code = f"{short(self._code(node))}[{new}]"
        return [*drafts, make.inserted(whole_end(node), f"[{new}]")], f"write `{code}`"

    def _repeated(self, change: RepeatItem) -> Made:
        node = self._expression(change.at)
        if not isinstance(node, cst.BinaryOperation):
            raise NotPlanned("the list is not multiplied here")
        items, count = node.left, node.right
        if not isinstance(items, cst.List):
            items, count = count, items
        if not isinstance(items, cst.List) or len(items.elements) != 1:
            raise NotPlanned("the list has several items")
        item = items.elements[0].value
        if not isinstance(item, cst.Call):
            raise NotPlanned("the layer is made in another place")
        if any(arg.keyword is not None and arg.keyword.value == "name" for arg in item.args):
            raise NotPlanned("the layers would have the same name")
        code = f"[{self._code(item)} for _ in range({self._code(count)})]"
        said = f"replace `{short(self._code(node))}` with `{short(code)}`"
        return [make.replaced(node, code)], said

    # -- statements -------------------------------------------------------------------------------

    def _assigned(self, change: AssignResult) -> Made:
        call = self._call(change.call)
        statement = self._around(call)
        if not isinstance(statement, cst.Expr):
            raise NotPlanned("it is not a statement of its own")
        if change.argument:
            owner: cst.BaseExpression = self._positional(call, 0).value
        else:
            owner = call
            while isinstance(owner, cst.Call) and isinstance(owner.func, cst.Attribute):
                owner = owner.func.value
        name = dotted(owner)
        if not name or owner is call:
            raise NotPlanned("it is not called on a variable")
        self._require_bound(name.partition(".")[0], statement)
        return [make.inserted(start(statement), f"{name} = ")], f"assign the result to `{name}`"

    def _require_bound(self, name: str, node: cst.CSTNode) -> None:
        """Refuse to bind a name in a function that is only read there."""
        around = self._around(node)
        while around is not None and not isinstance(around, (cst.FunctionDef, cst.Module)):
            around = self._around(around)
        if isinstance(around, cst.FunctionDef):
            if name not in names_of(module_of(self._tree.with_changes(body=[around]))).bound:
                raise NotPlanned("the variable belongs to the code around the function")

    def _result_renamed(self, change: RenameResult) -> Made:
        call = self._call(change.call)
        assign = self._around(call)
        if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
            raise NotPlanned("the result is not assigned")
        target, func = assign.targets[0].target, call.func
        owner = dotted(func.value) if isinstance(func, cst.Attribute) else ""
        if not isinstance(target, cst.Name) or target.value != owner:
            raise NotPlanned("the result does not replace the object")
        for place in self._places_of(owner):
            used = self._around(place)
            if isinstance(used, cst.Attribute) and used.attr.value in _HISTORY:
                raise NotPlanned("the result is used, too")
        if not change.name:
            return [
                Draft(whole_start(assign), whole_start(call), "")
            ], f"do not assign the result to `{owner}`"
        if self._places_of(change.name):
            raise NotPlanned("the name is in use")
        return [make.replaced(target, change.name)], f"assign the result to `{change.name}`"

    def _file_renamed(self, change: RenameFile) -> Made:
        uses = {id(self._expression(site)) for site in change.uses}
        drafts: list[Draft] = []
        known: set[int] = set()
        ends: set[str] = set()
        for site in change.literals:
            whole = self._expression(site)
            around = self._around(whole)
            if isinstance(around, cst.Assign) and len(around.targets) == 1:
                target = around.targets[0].target
                if not isinstance(target, cst.Name) or any(
                    place is not target and id(place) not in uses
                    for place in self._places_of(target.value)
                ):
                    raise NotPlanned("the name of the file is used for something else, too")
            elif id(whole) not in uses:
                raise NotPlanned("the name of the file is used for something else, too")
            literal = _last_text(whole)
            end_of_it = _text_of(literal) if literal is not None else ""
            start_of_it = change.old.removesuffix(end_of_it)
            if (
                not isinstance(literal, cst.SimpleString)
                or not end_of_it
                or start_of_it + end_of_it != change.old
                or not change.name.startswith(start_of_it)
            ):
                raise NotPlanned("the name of the file is put together")
            new = change.name[len(start_of_it) :]
            drafts.append(make.replaced(literal, _in_its_quotes(literal, new)))
            known.add(id(literal))
            ends.add(end_of_it)
        for text in _strings(self._tree):
            if id(text) not in known and any(each in _text_of(text) for each in ends):
                raise NotPlanned("another text has the name of the file in it")
        more = f" in {len(drafts)} places" if len(drafts) > 1 else ""
        name = change.name if len(change.name) <= _LONGEST else f"...{change.name[3 - _LONGEST :]}"
        return drafts, f"name the file `{name}`{more}"

    def _input_first(self, change: InputFirst) -> Made:
        call = self._call(change.call)
        given = self._keyword(call, change.name)
        name, drafts = self._spelling.name("keras.Input")
        code = f"{name}({change.new}={self._code(given.value)})"
        drafts = [*drafts, *make.item_dropped(given.items, given.place)]
        said = f"state the shape in `{short(code)}`"
        around = self._around(call)
        if isinstance(around, cst.Element):
            items = self._around(around)
            if isinstance(items, cst.List) and items.elements[0] is around:
                first = make.item_inserted(items.elements, items.lbracket.whitespace_after, 0, code)
                return [*drafts, first], said
        outer = self._around(around) if isinstance(around, cst.Arg) else None
        statement = self._around(outer) if outer is not None else None
        line = self._around(statement) if statement is not None else None
        if (
            isinstance(outer, cst.Call)
            and isinstance(outer.func, cst.Attribute)
            and outer.func.attr.value == "add"
            and isinstance(statement, cst.Expr)
            and isinstance(line, cst.SimpleStatementLine)
            and len(line.body) == 1
        ):
            added = f"{self._code(outer.func)}({code})\n{INDENT}"
            return [*drafts, make.inserted(start(statement), added)], said
        raise NotPlanned("the layer is not the first one of a list")

    def _written(self, written: Written) -> tuple[str, list[Draft]]:
        """Code with its names spelled as in this file."""
        made: list[str] = []
        drafts: list[Draft] = []
        for piece in written:
            if isinstance(piece, (Named, Outside)):
                if isinstance(piece, Named):
                    name, more = self._spelling.name(piece.name)
                else:
                    name, more = self._spelling.outside(piece.path)
                made.append(name)
                drafts.extend(more)
            elif isinstance(piece, Constant):
                code, more = self._spelling.code(piece.value)
                made.append(code)
                drafts.extend(more)
            elif isinstance(piece, str):
                made.append(piece)
            else:
                made.append(self._code(self._expression(piece)))
        return "".join(made), drafts


def _entry(node: cst.BaseExpression, name: str) -> _Given | None:
    """An entry of a dictionary that is written out: ``{"lr": 0.1}``, ``dict(lr=0.1)``."""
    if isinstance(node, cst.Dict):
        for index, element in enumerate(node.elements):
            if isinstance(element, cst.DictElement) and text_of(element.key) == name:
                return _Given(node.elements, index, element.key, element.value)
    if isinstance(node, cst.Call) and dotted(node.func) == "dict":
        for index, arg in enumerate(node.args):
            if arg.keyword is not None and arg.keyword.value == name:
                return _Given(node.args, index, arg.keyword, arg.value)
    return None


def _is_literal(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        node = node.expression
    return isinstance(node, (cst.SimpleString, cst.Integer, cst.Float))


def _index_of(node: cst.BaseExpression) -> cst.Integer | None:
    """The number in ``x[0]``."""
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1:
        return None
    inner = node.slice[0].slice
    if isinstance(inner, cst.Index) and isinstance(inner.value, cst.Integer):
        return inner.value
    return None


def _last_text(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The literal that a text ends with: ``os.path.join(folder, "model.h5")``."""
    if isinstance(node, cst.Call) and node.args and dotted(node.func).endswith("path.join"):
        last = node.args[-1]
        return last.value if last.keyword is None and not last.star else None
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Divide)):
        return node.right
    return node


def _in_its_quotes(literal: cst.SimpleString, text: str) -> str:
    """Another text with the prefix and the quotes of a literal, where it needs no escapes."""
    quote, prefix = literal.quote, literal.prefix
    if "b" in prefix.lower():
        raise NotPlanned("it is not a text")
    if any(char in text for char in ("\\", quote[0], "\n")) or not text.isprintable():
        if text != text_of(literal):
            return quoted(text, quote[-1:])
    return f"{prefix}{quote}{text}{quote}"


def _strings(tree: cst.Module) -> Iterator[cst.CSTNode]:
    """All texts of a file, and the fixed parts of those that are put together."""
    for node in nodes_in(tree):
        if isinstance(node, (cst.SimpleString, cst.FormattedStringText)):
            yield node


def _text_of(node: cst.CSTNode) -> str:
    if isinstance(node, cst.FormattedStringText):
        return node.value
    return text_of(node)


def short(code: str) -> str:
    """Code as a message quotes it."""
    words = " ".join(code.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 3] + "..."
