"""Names of Keras that have moved: their imports and all their uses in a file, in one change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from kerlint import keras_api
from kerlint.keras_api.backend import LAYOUTS, Form, form_of, moved_to
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import Move
from kerlint.reading.syntax.places import end, start
from kerlint.repairs.drafts import (
    INDENT,
    Draft,
    NotPlanned,
    argument_added,
    inserted,
    item_added,
    item_dropped,
    item_inserted,
    replaced,
    without_lines,
)
from kerlint.repairs.family import Family, text_of
from kerlint.repairs.spelling import Spelling, dotted, order_of
from kerlint.rules.successors import kept_for_old_code, successor

WIDEST = 100
"""A line of imports that would be longer than this is not merged with another one."""

# Modules whose functions are used as ``ops.mean``, and not taken out of them one by one.
_MODULES_OF_FUNCTIONS = ("keras.ops", "keras.random")

# First parameters of functions that take lists there.
_TAKE_LISTS = ("shape", "tensors", "value", "values")

Plan = tuple[list[Draft], str]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A name that a ``from`` statement takes out of a module, and where it is today."""

    alias: cst.ImportAlias
    old: str
    new: str

    @property
    def name(self) -> str:
        """What the statement calls it in the file."""
        return bound_by(self.alias)

    @property
    def home(self) -> str:
        return self.new.rpartition(".")[0]

    @property
    def word(self) -> str:
        return self.new.rpartition(".")[2]

    @property
    def is_renamed(self) -> bool:
        """Whether its uses have to be renamed with it."""
        return self.alias.asname is None and self.word != dotted(self.alias.name)


class Homes:
    """Plans for one file. ``others`` of ``plan``: the places of all such changes."""

    def __init__(self, tree: cst.Module, spelling: Spelling, family: Family) -> None:
        self._tree = tree
        self._spelling = spelling
        self._family = family

    def plan(self, change: Move, node: cst.CSTNode, others: Sequence[cst.CSTNode]) -> Plan:
        """Write something as it is called today. ``others``: the places of all such changes."""
        if isinstance(node, cst.Call):
            form, new = form_of(change.path), moved_to(change.path)
            if not isinstance(node.func, (cst.Name, cst.Attribute)):
                raise NotPlanned("it is not called by its name")
            if form is not None:
                return self._call_rewritten(form, change.path, node.func)
            if new is None:
                raise NotPlanned("it has no one-to-one replacement")
            code, drafts = self.spelled(self._package_of(change.path) + new[len("keras") :])
            said = f"replace `{dotted(node.func)}` with `{code}`"
            return [*drafts, replaced(node.func, code)], said
        owner = self._around(node)
        if isinstance(owner, cst.ImportFrom) and owner.module is node:
            drafts, said = self._module_left(owner, change.release, others)
            return [*drafts, *self._spelled_out(change.path, change.release)], said
        if isinstance(owner, cst.ImportAlias):
            statement = self._around(owner)
            if isinstance(statement, cst.ImportFrom):
                drafts, said = self._name_moved(statement, owner, change.release)
                return [*drafts, *self._spelled_out(change.path, change.release)], said
            if isinstance(statement, cst.Import):
                return self._module_renamed(statement, owner, change)
        if not isinstance(node, (cst.Name, cst.Attribute)):
            raise NotPlanned("it is not a name with dots")
        return self._use(change.path, node, change.release)

    def _around(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self._family.parents.get(id(node))

    def _spelled_out(self, gone: str, release: str) -> list[Draft]:
        """What is gone may also be named by its whole path: ``keras.layers.core.Dense``."""
        drafts: list[Draft] = []
        roots = {each.name: each.path for each in self._spelling.imports}
        for name in self._family.names:
            path = roots.get(name.value)
            if path is None or not gone.startswith(f"{path}."):
                continue
            if name.value in self._spelling.bound_otherwise or self._is_in_import(name):
                continue
            chain: cst.CSTNode = name
            while path != gone and gone.startswith(path):
                outer = self._around(chain)
                if not isinstance(outer, cst.Attribute) or outer.value is not chain:
                    break
                chain, path = outer, f"{path}.{outer.attr.value}"
            if path == gone:
                outer = self._around(chain)
                while isinstance(outer, cst.Attribute) and outer.value is chain:
                    chain, path = outer, f"{path}.{outer.attr.value}"
                    outer = self._around(chain)
                assert isinstance(chain, (cst.Name, cst.Attribute))
                drafts.extend(self._use(path, chain, release)[0])
        return drafts

    # -- expressions ------------------------------------------------------------------------------

    def _use(self, path: str, node: cst.Name | cst.Attribute, release: str) -> Plan:
        """``K.mean`` or ``keras.layers.core.Dense`` in an expression."""
        form = form_of(path)
        if form is not None:
            return self._call_rewritten(form, path, node)
        if _REDUCTION.match(_home(path)) and isinstance(node, cst.Attribute):
            code = self._text_of(node.attr.value)
            return [replaced(node, code)], f"replace `{dotted(node)}` with `{code}`"
        if _home(path).endswith("keras.backend") and path.endswith("image_dim_ordering"):
            return self._layout(node)
        if dotted(node).rpartition(".")[2] != path.rpartition(".")[2]:
            raise NotPlanned("it is called by another name")
        gone = keras_api.missing_prefix(path, release) or path
        found: cst.BaseExpression = node
        while True:
            # A module is gone: the shortest path under it that is somewhere else today.
            new = _today(gone, release, is_module=gone != path)
            if new is not None and not _is_module(new):
                break
            rest = path[len(gone) + 1 :].split(".") if gone != path else []
            if not rest:
                raise NotPlanned("it has no one-to-one replacement")
            gone = f"{gone}.{rest[0]}"
        if ".legacy." in gone:
            call = self._around(node)
            if isinstance(call, cst.Call) and any(
                arg.keyword is not None and arg.keyword.value in ("decay", "lr")
                for arg in call.args
            ):
                raise NotPlanned("the new class has other arguments")
        for _ in range(path.count(".") - gone.count(".")):
            if not isinstance(found, cst.Attribute):
                raise NotPlanned("a part of the path is given by a name")
            found = found.value
        code, drafts = self._as_before(found, new) or self.spelled(new)
        return [*drafts, replaced(found, code)], f"replace `{dotted(found)}` with `{code}`"

    def _call_rewritten(self, form: Form, path: str, node: cst.Name | cst.Attribute) -> Plan:
        """``K.argmax(x)`` as ``ops.argmax(x, axis=-1)``."""
        call = self._around(node)
        if not isinstance(call, cst.Call) or call.func is not node or not call.args:
            raise NotPlanned("the function is not called")
        if any(arg.star for arg in call.args):
            raise NotPlanned("the arguments are passed in a list or dictionary")
        given: dict[str, cst.Arg] = {}
        drafts: list[Draft] = []
        names = dict((*form.parameters, *form.keywords))
        for index, arg in enumerate(call.args):
            if arg.keyword is not None:
                old = arg.keyword.value
                if old not in names and old == "name" and index:
                    drafts.extend(item_dropped(call.args, index))
                    continue
                if old not in names:
                    raise NotPlanned(f"`{old}=` has no equal")
                if names[old] != old and names[old]:
                    drafts.append(replaced(arg.keyword, names[old]))
            elif index < len(form.parameters):
                old = form.parameters[index][0]
            else:
                raise NotPlanned("there are more arguments than known")
            given[old] = arg
        first = form.parameters[0][0]
        if first not in given:
            raise NotPlanned("the first argument is missing")
        for name in form.required:
            old = next(old for old, new in names.items() if new == name)
            if old not in given or dotted(given[old].value) == "None":
                raise NotPlanned(f"`{old}` is not given")
        if form.whole and (
            form.whole not in given or not isinstance(given[form.whole].value, cst.Integer)
        ):
            raise NotPlanned(f"`{form.whole}` is not a number")
        what = given[first].value
        if isinstance(what, (cst.List, cst.Tuple)) and first not in _TAKE_LISTS:
            raise NotPlanned("several tensors are passed")
        if form.method or form.attribute:
            return self._on_first_argument(form, path, call, what)
        code, more = self.spelled(self._package_of(path) + form.new[len("keras") :])
        said = f"replace `{dotted(node)}` with `{code}`"
        drafts = [*more, replaced(node, code), *drafts]
        missing = [
            f"{new}={text}"
            for new, text in form.added.items()
            if not any(names[old] == new for old in given)
        ]
        if form.last:
            text = form.last
            if text.startswith("keras."):
                text, more = self.spelled(self._package_of(path) + text[len("keras") : -2])
                text, drafts = f"{text}()", [*drafts, *more]
            if call.args[-1].keyword is not None:
                raise NotPlanned("the arguments are passed by name")
            missing.append(text)
        if missing:
            drafts.append(argument_added(call, ", ".join(missing)))
            said += f", with `{', '.join(missing)}`"
        return drafts, said

    def _on_first_argument(
        self, form: Form, path: str, call: cst.Call, what: cst.BaseExpression
    ) -> Plan:
        """``K.set_value(v, 1)`` as ``v.assign(1)``, ``K.int_shape(x)`` as ``x.shape``."""
        if not isinstance(what, (cst.Name, cst.Attribute, cst.Subscript, cst.Call)):
            raise NotPlanned("the argument is an operation")
        if call.lpar or "#" in self._tree.code_for_node(call):
            raise NotPlanned("there is more in the call than arguments")
        if what is not call.args[0].value or call.args[0].keyword is not None:
            raise NotPlanned("the first argument is passed by name")
        said = " ".join(self._tree.code_for_node(call).split())
        value = self._tree.code_for_node(what)
        renamed: list[Draft] = []
        if isinstance(what, cst.Attribute) and form.method and what.attr.value == "lr":
            # ``model.optimizer.lr`` is gone as well.
            if dotted(what.value).rpartition(".")[2] == "optimizer":
                renamed = [replaced(what.attr, "learning_rate")]
                value = f"{value.removesuffix('lr')}learning_rate"
        if form.method:
            if len(call.args) != len(form.parameters) or call.args[1].keyword is not None:
                raise NotPlanned("the arguments are passed in another way")
            second = call.args[1]
            drafts = [
                *renamed,
                Draft(start(call), start(what), ""),
                Draft(end(what), start(second.value), f".{form.method}("),
            ]
            rest = self._tree.code_for_node(second.value)
            return drafts, f"replace `{said}` with `{value}.{form.method}({rest})`"
        if len(call.args) != 1:
            raise NotPlanned("there are other arguments")
        before, after = "", ""
        more: list[Draft] = []
        if form.new:
            code = form.new
            if code.startswith("keras."):
                code, more = self.spelled(self._package_of(path) + form.new[len("keras") :])
            before, after = f"{code}(", ")"
        drafts = [
            *more,
            Draft(start(call), start(what), before),
            Draft(end(what), end(call), f".{form.attribute}{after}"),
        ]
        return drafts, f"replace `{said}` with `{before}{value}.{form.attribute}{after}`"

    def _package_of(self, path: str) -> str:
        """The Keras that a path belongs to, or that the file imports."""
        if "keras" not in path:
            return self._spelling.package
        return path[: path.index("keras") + len("keras")]

    def _layout(self, node: cst.Name | cst.Attribute) -> Plan:
        """``K.image_dim_ordering() == "th"``, and the function that sets it."""
        call = self._around(node)
        if not isinstance(call, cst.Call) or call.func is not node:
            raise NotPlanned("the function is not called")
        old = node.value if isinstance(node, cst.Name) else node.attr.value
        new = old.replace("image_dim_ordering", "image_data_format")
        if isinstance(node, cst.Name):
            raise NotPlanned("the function has to be imported")
        if call.args:
            text = call.args[0].value
        else:
            owner = self._around(call)
            if isinstance(owner, cst.ComparisonTarget):
                owner = self._around(owner)
            if not isinstance(owner, cst.Comparison) or len(owner.comparisons) != 1:
                raise NotPlanned("what it returns is used otherwise")
            (target,) = owner.comparisons
            if not isinstance(target.operator, (cst.Equal, cst.NotEqual)):
                raise NotPlanned("what it returns is used otherwise")
            text = target.comparator if owner.left is call else owner.left
        if not isinstance(text, cst.SimpleString) or text.prefix:
            raise NotPlanned("it is not given as a literal")
        layout = LAYOUTS.get(text.raw_value)
        if layout is None or len(text.quote) != 1:
            raise NotPlanned("there is no such layout")
        written = f"{text.quote}{layout}{text.quote}"
        return [replaced(node.attr, new), replaced(text, written)], (
            f"replace `{old}` with `{new}`, and `{text.value}` with `{written}`"
        )

    def _as_before(self, node: cst.BaseExpression, new: str) -> tuple[str, list[Draft]] | None:
        """The new path from the same import as the old one: ``tf.keras`` stays ``tf.keras``."""
        root = dotted(node).partition(".")[0]
        paths = {each.path for each in self._spelling.imports if each.name == root}
        if len(paths) != 1 or root in self._spelling.bound_otherwise:
            return None
        (path,) = paths
        return (root + new[len(path) :], []) if new.startswith(f"{path}.") else None

    def _leads_to(self, full: str) -> bool:
        return any(
            full.startswith(f"{each.path}.") and each.name not in self._spelling.bound_otherwise
            for each in self._spelling.imports
        )

    def spelled(self, full: str) -> tuple[str, list[Draft]]:
        """The spelling of a path in its own package, and the import that it needs."""
        module, _, word = full.rpartition(".")
        plain = "keras" + module.partition("keras")[2]
        if plain == "keras.random" and not self._leads_to(full):
            # ``random`` alone is another module.
            package = self._package_of(module)
            owner, drafts = self._spelling.package_name(package)
            return f"{owner}.random.{word}", drafts
        if plain in _MODULES_OF_FUNCTIONS:
            owner, drafts = self._spelling.path(module)
            return f"{owner}.{word}", drafts
        return self._spelling.path(full)

    # -- from a.b import c ------------------------------------------------------------------------

    def _taken(self, statement: cst.ImportFrom, release: str) -> list[_Taken]:
        """All names of a statement with their new places, at as few modules as possible."""
        if isinstance(statement.names, cst.ImportStar):
            raise NotPlanned("everything is imported")
        module = dotted(statement.module)
        choices: list[tuple[cst.ImportAlias, str, list[str]]] = []
        for alias in statement.names:
            old = f"{module}.{dotted(alias.name)}"
            found = list(_choices(old, release))
            if not found:
                raise NotPlanned(f"`{old}` has no one-to-one replacement")
            choices.append((alias, old, found))
        homes = [home for _, _, found in choices for home in dict.fromkeys(map(_home, found))]
        best = sorted(dict.fromkeys(homes), key=lambda home: -homes.count(home))
        made = []
        for alias, old, found in choices:
            home = next(home for home in best if home in map(_home, found))
            new = next(new for new in found if _home(new) == home)
            made.append(_Taken(alias, old, new))
        return made

    def _module_left(
        self, statement: cst.ImportFrom, release: str, others: Sequence[cst.CSTNode]
    ) -> Plan:
        """``from keras.layers.core import Dense``: everything in it has another home."""
        taken = self._taken(statement, release)
        homes = list(dict.fromkeys(each.home for each in taken))
        for each in taken:
            if _is_module(each.new):
                self._require_members(each, release)
        renames = self._renames(each for each in taken if each.is_renamed)
        if len(homes) > 1:
            return [*renames, self._split(statement, taken)], _said(taken)
        (home,) = homes
        if not renames and self._line(statement) is not None:
            merged = self._merged(statement, taken, home, release, others)
            if merged is not None:
                return merged, f"import from `{home}`"
        assert statement.module is not None
        drafts = [*renames, replaced(statement.module, home)]
        drafts += [
            replaced(each.alias.name, each.word)
            for each in taken
            if each.word != dotted(each.alias.name)
        ]
        return drafts, f"import from `{home}`" if not renames else _said(taken)

    def _split(self, statement: cst.ImportFrom, taken: Sequence[_Taken]) -> Draft:
        """One statement for each of the new homes."""
        if "#" in self._tree.code_for_node(statement):
            raise NotPlanned("comments belong to the names")
        line = self._around(statement)
        alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        wrapped = isinstance(statement.lpar, cst.LeftParen)
        made = []
        for home in dict.fromkeys(each.home for each in taken):
            words = [_written(each) for each in taken if each.home == home]
            code = f"from {home} import {', '.join(words)}"
            if wrapped and alone and len(code) > WIDEST:
                listed = "".join(f"\n{INDENT}    {word}," for word in words)
                code = f"from {home} import ({listed}\n{INDENT})"
            made.append(code)
        return Draft(
            start(statement), end(statement), (f"\n{INDENT}" if alone else "; ").join(made)
        )

    def _merged(
        self,
        statement: cst.ImportFrom,
        taken: Sequence[_Taken],
        home: str,
        release: str,
        others: Sequence[cst.CSTNode],
    ) -> list[Draft] | None:
        """Take the names in another statement that imports from there, and drop this one.

        Several statements of which the names have the same home become one. None where that is not
        possible, or not nice.
        """
        line = self._line(statement)
        if line is None or not self._is_alone(line):
            return None
        there = self._statement_of(home, line)
        if there is not None:
            drafts = self._names_added(there, [_written(each) for each in taken])
            return None if drafts is None else [*drafts, without_lines(line)]
        group: list[tuple[cst.SimpleStatementLine, cst.ImportFrom, list[_Taken]]] = []
        for node in others:
            other = self._around(node)
            if not isinstance(other, cst.ImportFrom) or other.module is not node:
                continue
            outer = self._line(other)
            if outer is None or not self._is_alone(outer):
                continue
            try:
                names = self._taken(other, release)
            except NotPlanned:
                continue
            if any(each.home != home or each.is_renamed for each in names):
                continue
            group.append((outer, other, names))
        body = list(self._tree.body)
        group.sort(key=lambda each: body.index(each[0]))
        if len(group) < 2 or any(not self._only_imports(group[0][0], each[0]) for each in group):
            return None
        (_, first, _), *rest = group
        assert first.module is not None
        added = [_written(each) for _, _, names in rest for each in names]
        more = self._names_added(first, added)
        if more is None:
            return None
        return [
            replaced(first.module, home),
            *more,
            *(without_lines(outer) for outer, _, _ in rest),
        ]

    def _line(self, statement: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """The line of the top level that consists of this statement."""
        line = self._around(statement)
        if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
            return line if isinstance(self._around(line), cst.Module) else None
        return None

    def _is_alone(self, line: cst.SimpleStatementLine) -> bool:
        """Whether a line may go without a comment that belongs to it."""
        return "#" not in self._tree.code_for_node(line)

    def _statement_of(self, home: str, line: cst.SimpleStatementLine) -> cst.ImportFrom | None:
        """A statement that names of a module can be added to instead of those of a line."""
        for each in self._spelling.imports:
            if each.module != home or each.line is line or len(each.line.body) != 1:
                continue
            statement = each.line.body[0]
            if isinstance(statement, cst.ImportFrom) and self._only_imports(each.line, line):
                return statement
        return None

    def _only_imports(self, one: cst.SimpleStatementLine, other: cst.SimpleStatementLine) -> bool:
        """Whether nothing but imports stands between two lines of the top level."""
        body = list(self._tree.body)
        first, last = sorted((body.index(one), body.index(other)))
        return all(
            isinstance(line, cst.SimpleStatementLine)
            and all(isinstance(each, (cst.Import, cst.ImportFrom)) for each in line.body)
            for line in body[first : last + 1]
        )

    def _names_added(self, statement: cst.ImportFrom, words: Sequence[str]) -> list[Draft] | None:
        """Add names to a statement, in their order if they have one; None if it gets too long."""
        names = statement.names
        assert not isinstance(names, cst.ImportStar)
        there = [self._tree.code_for_node(alias).rstrip(", \n\t\\)") for alias in names]
        new = [word for word in dict.fromkeys(words) if word not in there]
        if {_bound(word) for word in new} & {bound_by(alias) for alias in names}:
            return None
        wrapped = isinstance(statement.lpar, cst.LeftParen)
        code = self._tree.code_for_node(statement)
        if not wrapped and ("\n" in code or len(", ".join([code, *new])) > WIDEST):
            return None
        before: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
        if isinstance(statement.lpar, cst.LeftParen):
            before = statement.lpar.whitespace_after
        order = order_of(there)
        at: dict[int, list[str]] = {}
        if order is not None:
            # Each before the first one that comes after it.
            for word in sorted(new, key=order):
                index = next(
                    (i for i, other in enumerate(there) if order(other) > order(word)), len(there)
                )
                at.setdefault(index, []).append(word)
        elif new:
            at[len(there)] = new
        drafts = []
        for index, added in at.items():
            if index < len(there):
                space = item_inserted(names, before, index, "").content[1:]
                drafts.append(item_inserted(names, before, index, f",{space}".join(added)))
            else:
                space = item_added(names, before, "").content.strip(",")
                drafts.append(item_added(names, before, f",{space}".join(added)))
        return drafts

    # -- a name in it -----------------------------------------------------------------------------

    def _name_moved(self, statement: cst.ImportFrom, alias: cst.ImportAlias, release: str) -> Plan:
        """``from keras.utils import np_utils`` or ``from keras.layers import CuDNNLSTM``."""
        old = f"{dotted(statement.module)}.{dotted(alias.name)}"
        if _REDUCTION.match(old):
            return [*self._dropped(statement, alias), *self._texts(alias)], (
                "write reductions as texts"
            )
        if _MERGE.match(old):
            return self._merge_replaced(statement, alias, old, release)
        found = list(_choices(old, release, is_module=True))
        if not found:
            raise NotPlanned(f"`{old}` has no one-to-one replacement")
        new = next((each for each in found if _home(each) == dotted(statement.module)), found[0])
        if _is_module(new) or not _home(new):
            return self._module_moved(statement, alias, old, new, release)
        taken = _Taken(alias, old, new)
        plain = "keras" + taken.home.partition("keras")[2]
        if alias.asname is None and plain in _MODULES_OF_FUNCTIONS:
            # ``from keras.backend import mean``: today ``ops.mean``.
            code, drafts = self.spelled(new)
            uses = self._uses(alias)
            if uses:
                return [
                    *drafts,
                    *self._dropped(statement, alias),
                    *(replaced(use, code) for use in uses),
                ], f"replace `{taken.name}` with `{code}`"
        renames = self._renames([taken], several=True) if taken.is_renamed else []
        return [*renames, *self._instead(statement, alias, [_written(taken)], taken.home)], (
            _said([taken])
        )

    def _texts(self, alias: cst.ImportAlias) -> list[Draft]:
        """``Reduction.SUM`` as ``"sum"``, everywhere."""
        drafts = []
        for use in self._uses(alias):
            member = self._around(use)
            if not isinstance(member, cst.Attribute) or member.value is not use:
                raise NotPlanned("the class is used as a whole")
            drafts.append(replaced(member, self._text_of(member.attr.value)))
        return drafts

    def _text_of(self, reduction: str) -> str:
        text = _REDUCTIONS.get(reduction)
        if text is None:
            raise NotPlanned(f"there is no reduction `{reduction}`")
        return self._spelling.code(text)[0]

    def _merge_replaced(
        self, statement: cst.ImportFrom, alias: cst.ImportAlias, old: str, release: str
    ) -> Plan:
        """The function ``merge`` of Keras 1: one function for each mode."""
        home = _home(old)
        drafts: list[Draft] = []
        words: dict[str, None] = {}
        for use in self._uses(alias):
            call = self._around(use)
            if isinstance(call, cst.Attribute):
                return self._module_moved(statement, alias, old, home, release)
            if not isinstance(call, cst.Call) or call.func is not use:
                raise NotPlanned("the function is not called")
            word, made = _merged_by(call)
            if not self._is_free(word, home):
                raise NotPlanned(f"`{word}` means something else in this file")
            words[word] = None
            drafts += [*made, replaced(use, word)]
        if not words:
            return self._dropped(statement, alias), "remove `merge`"
        listed = ", ".join(f"`{word}`" for word in words)
        return [*drafts, *self._instead(statement, alias, list(words), home)], (
            f"import {listed} from `{home}`"
        )

    def _module_moved(
        self, statement: cst.ImportFrom, alias: cst.ImportAlias, old: str, new: str, release: str
    ) -> Plan:
        """A module that is gone: what is used of it comes from its new home."""
        members = self._members(alias, old, release)
        home, _, word = new.rpartition(".")
        if any(_home(member) != new for _, member in members):
            raise NotPlanned("what is used of the module is in several others")
        if alias.asname is not None:
            if not home:
                raise NotPlanned("the package itself has another name")
            written = f"{word} as {bound_by(alias)}"
            return self._instead(statement, alias, [written], home), (
                f"import `{word}` from `{home}`"
            )
        if not members:
            return self._dropped(statement, alias), f"remove `{dotted(alias.name)}`"
        words = list(dict.fromkeys(member.rpartition(".")[2] for _, member in members))
        if new == dotted(statement.module) and all(self._is_free(each, new) for each in words):
            drafts = [replaced(use, member.rpartition(".")[2]) for use, member in members]
            listed = " and ".join([", ".join(f"`{w}`" for w in words[:-1]), f"`{words[-1]}`"])
            said = f"import {listed.removeprefix(' and ')} from `{new}`"
            return [*self._instead(statement, alias, words, new), *drafts], said
        if not home:
            raise NotPlanned("the package itself has another name")
        if word == bound_by(alias):
            written, drafts = word, []
        elif not self._is_free(word, new):
            written = f"{word} as {bound_by(alias)}"
            drafts = [
                replaced(use.attr, member.rpartition(".")[2])
                for use, member in members
                if use.attr.value != member.rpartition(".")[2]
            ]
        else:
            written = word
            drafts = [
                replaced(use, f"{word}.{member.rpartition('.')[2]}") for use, member in members
            ]
        return [*self._instead(statement, alias, [written], home), *drafts], (
            f"import `{word}` from `{home}`"
        )

    def _members(
        self, alias: cst.ImportAlias, old: str, release: str
    ) -> list[tuple[cst.Attribute, str]]:
        """The uses of a module, ``np_utils.to_categorical``, with the new paths of what is used."""
        made: list[tuple[cst.Attribute, str]] = []
        for use in self._uses(alias):
            member = self._around(use)
            if not isinstance(member, cst.Attribute) or member.value is not use:
                raise NotPlanned("the module is used as a whole")
            found = list(_choices(f"{old}.{member.attr.value}", release))
            if not found:
                raise NotPlanned(f"`{dotted(member)}` has no one-to-one replacement")
            made.append((member, found[0]))
        return made

    def _require_members(self, taken: _Taken, release: str) -> None:
        """Refuse to take a module from elsewhere that lacks something that is used of it."""
        for use in self._uses(taken.alias):
            member = self._around(use)
            if not isinstance(member, cst.Attribute) or member.value is not use:
                raise NotPlanned("the module is used as a whole")
            if not keras_api.exists(f"{taken.new}.{member.attr.value}", release):
                raise NotPlanned(f"`{taken.new}` does not have all that is used of it")

    def _uses(self, alias: cst.ImportAlias) -> list[cst.Name]:
        """The names that mean what an import binds."""
        name = bound_by(alias)
        if name in self._spelling.bound_otherwise or self._is_local(alias):
            raise NotPlanned(f"`{name}` means something else in this file")
        if len({each.path for each in self._spelling.imports if each.name == name}) > 1:
            raise NotPlanned(f"`{name}` is imported from several places")
        if "__all__" in self._spelling.bound_otherwise:
            raise NotPlanned("other files may import the name from here")
        uses = [
            each
            for each in self._family.names
            if each.value == name and not self._is_in_import(each)
        ]
        if any(isinstance(self._around(use), (cst.NameItem, cst.Del)) for use in uses):
            raise NotPlanned(f"`{name}` is deleted or declared global")
        return uses

    def _is_local(self, alias: cst.ImportAlias) -> bool:
        """Whether an import is not at the top level, where all other code sees it."""
        line = self._around(self._around(alias) or alias)
        return not isinstance(self._around(line) if line is not None else None, cst.Module)

    def _is_in_import(self, name: cst.Name) -> bool:
        node: cst.CSTNode | None = name
        while isinstance(node, (cst.Name, cst.Attribute, cst.AsName, cst.ImportAlias)):
            node = self._around(node)
        return isinstance(node, (cst.Import, cst.ImportFrom))

    def _is_free(self, word: str, home: str) -> bool:
        """Whether a name can be bound to something in a module: unused, or bound to that."""
        if word in self._spelling.bound_otherwise:
            return False
        same = [each.path for each in self._spelling.imports if each.name == word]
        if same:
            return all(path in (f"{home}.{word}", home) for path in same)
        return not any(
            each.value == word and not self._is_in_import(each) for each in self._family.names
        )

    def _renames(
        self, taken: Iterator[_Taken] | Sequence[_Taken], *, several: bool = False
    ) -> list[Draft]:
        """The uses of names that are called otherwise now.

        ``several``: all imports of the name are changed, and not just one.
        """
        drafts: list[Draft] = []
        for each in taken:
            if not self._is_free(each.word, each.home):
                raise NotPlanned(f"`{each.word}` means something else in this file")
            drafts.extend(replaced(use, each.word) for use in self._uses(each.alias))
            if not several and sum(one.name == each.name for one in self._spelling.imports) > 1:
                raise NotPlanned(f"`{each.name}` is imported more than once")
        return drafts

    def _instead(
        self, statement: cst.ImportFrom, alias: cst.ImportAlias, words: Sequence[str], home: str
    ) -> list[Draft]:
        """Import names from a module instead of one, wherever that is imported."""
        return [
            draft
            for found, each in self._alike(statement, alias)
            for draft in self._instead_here(found, each, words, home)
        ]

    def _dropped(self, statement: cst.ImportFrom, alias: cst.ImportAlias) -> list[Draft]:
        """Import everything but one name, wherever that is imported."""
        return [
            draft
            for found, each in self._alike(statement, alias)
            for draft in self._dropped_here(found, each)
        ]

    def _alike(
        self, statement: cst.ImportFrom, alias: cst.ImportAlias
    ) -> list[tuple[cst.ImportFrom, cst.ImportAlias]]:
        """The statements that bind the same name to the same thing: cells repeat their imports."""
        if self._is_local(alias):
            return [(statement, alias)]
        found: dict[int, tuple[cst.ImportFrom, cst.ImportAlias]] = {}
        for each in self._spelling.imports:
            if each.name != bound_by(alias) or each.module != dotted(statement.module):
                continue
            for other in each.line.body:
                if not isinstance(other, cst.ImportFrom) or isinstance(other.names, cst.ImportStar):
                    continue
                for name in other.names:
                    if bound_by(name) == each.name and dotted(other.module) == each.module:
                        found[id(name)] = other, name
        return list(found.values()) or [(statement, alias)]

    def _instead_here(
        self, statement: cst.ImportFrom, alias: cst.ImportAlias, words: Sequence[str], home: str
    ) -> list[Draft]:
        """Import names from a module instead of one that a statement imports."""
        names = statement.names
        assert not isinstance(names, cst.ImportStar)
        assert statement.module is not None
        there = [self._written_alias(each) for each in names]
        if dotted(statement.module) == home:
            new = [word for word in words if word not in there]
            if not new:
                return self._dropped_here(statement, alias)
            others = [each for each in there if each != self._written_alias(alias)]
            order = order_of(there) if len(there) > 1 else None
            if order is not None and len(new) == 1 and others:
                index = there.index(self._written_alias(alias))
                if sorted([*there[:index], new[0], *there[index + 1 :]], key=order) != [
                    *there[:index],
                    new[0],
                    *there[index + 1 :],
                ]:
                    more = self._names_added(statement, new)
                    if more is not None and not any(draft.first.node is alias for draft in more):
                        return [*item_dropped(names, names.index(alias)), *more]
            if alias.asname is not None:
                if new == [bound_by(alias)]:
                    return [Draft(start(alias), end(alias.asname.name), new[0])]
                new = [new[0].partition(" ")[0], *new[1:]]
            return [replaced(alias.name, ", ".join(new))]
        line = self._line(statement)
        if line is not None:
            other = self._statement_of(home, line)
            if other is not None:
                more = self._names_added(other, words)
                if more is not None and (len(names) > 1 or self._is_alone(line)):
                    return [*self._dropped_here(statement, alias), *more]
        code = f"from {home} import {', '.join(words)}"
        if len(names) == 1:
            if "#" in self._tree.code_for_node(statement):
                raise NotPlanned("a comment belongs to the name")
            return [Draft(start(statement), end(statement), code)]
        outer = self._around(statement)
        if not isinstance(outer, cst.SimpleStatementLine) or len(outer.body) != 1:
            raise NotPlanned("there are other statements on the line")
        drafts = item_dropped(names, names.index(alias))
        return [*drafts, inserted(start(outer.trailing_whitespace.newline), f"\n{INDENT}{code}")]

    def _dropped_here(self, statement: cst.ImportFrom, alias: cst.ImportAlias) -> list[Draft]:
        """Import everything but one name."""
        names = statement.names
        assert not isinstance(names, cst.ImportStar)
        if len(names) > 1:
            return item_dropped(names, names.index(alias))
        line = self._line(statement)
        if line is None or "#" in self._tree.code_for_node(statement):
            raise NotPlanned("nothing would be left of the line")
        return [without_lines(line)]

    def _written_alias(self, alias: cst.ImportAlias) -> str:
        name = dotted(alias.name)
        return f"{name} as {bound_by(alias)}" if alias.asname is not None else name

    # -- import a.b.c -----------------------------------------------------------------------------

    def _module_renamed(self, statement: cst.Import, alias: cst.ImportAlias, change: Move) -> Plan:
        """``import keras.utils.np_utils as U`` or ``import keras.layers.core``."""
        old = dotted(alias.name)
        new = _today(old, change.release, is_module=True)
        if new is None or not _is_module(new):
            raise NotPlanned(f"`{old}` has no one-to-one replacement")
        if alias.asname is not None:
            members = self._members(alias, old, change.release)
            if any(member != f"{new}.{use.attr.value}" for use, member in members):
                raise NotPlanned("what is used of the module is in several others")
            return [replaced(alias.name, new)], f"import `{new}`"
        root = old.partition(".")[0]
        if root in self._spelling.bound_otherwise:
            raise NotPlanned(f"`{root}` means something else in this file")
        drafts = []
        for name in self._family.names:
            if name.value != root or self._is_in_import(name):
                continue
            chain: cst.BaseExpression = name
            while dotted(chain) != old:
                outer = self._around(chain)
                if not isinstance(outer, cst.Attribute) or outer.value is not chain:
                    break
                chain = outer
            else:
                outer = self._around(chain)
                if not isinstance(outer, cst.Attribute) or outer.value is not chain:
                    raise NotPlanned("the module is used as a whole")
                if _today(dotted(outer), change.release) != f"{new}.{outer.attr.value}":
                    raise NotPlanned("what is used of the module is in several others")
                drafts.append(replaced(chain, new))
        if any(each.path == new for each in self._spelling.imports) or len(statement.names) > 1:
            raise NotPlanned("the module is imported already")
        return [replaced(alias.name, new), *drafts], f"import `{new}`"


def _merged_by(call: cst.Call) -> tuple[str, list[Draft]]:
    """What is called instead of ``merge``, and how its arguments change."""
    mode = "sum"
    drafts: list[Draft] = []
    axes: cst.Arg | None = None
    for index, arg in enumerate(call.args):
        word = arg.keyword.value if arg.keyword is not None else ("", "mode", "")[min(index, 2)]
        if word == "mode":
            if not isinstance(arg.value, cst.SimpleString):
                raise NotPlanned("the mode is not written as a literal")
            mode = text_of(arg.value)
            drafts += item_dropped(call.args, index)
        elif word in ("concat_axis", "dot_axes"):
            axes = arg
        elif arg.star or (word not in ("inputs", "name") and index):
            raise NotPlanned("there are other arguments")
    if mode not in _MODES:
        raise NotPlanned("there is no function for the mode")
    wanted = {"concat": ("concat_axis", "axis"), "dot": ("dot_axes", "axes")}.get(mode)
    if axes is not None:
        assert axes.keyword is not None
        if wanted is None or axes.keyword.value != wanted[0]:
            raise NotPlanned("the axes belong to another mode")
        drafts.append(replaced(axes.keyword, wanted[1]))
    elif mode == "dot":
        raise NotPlanned("the axes are not given")
    return _MODES[mode], drafts


_MODES = {
    "ave": "average",
    "concat": "concatenate",
    "dot": "dot",
    "max": "maximum",
    "mul": "multiply",
    "sum": "add",
}
_MERGE = re.compile(r"(?:tensorflow\.|tf_)?keras\.layers\.merge$")
_REDUCTION = re.compile(r"(?:tensorflow\.)?keras\.losses\.Reduction$")
_REDUCTIONS = {
    "AUTO": "sum_over_batch_size",
    "NONE": "none",
    "SUM": "sum",
    "SUM_OVER_BATCH_SIZE": "sum_over_batch_size",
}


def bound_by(alias: cst.ImportAlias) -> str:
    """The name that a part of an import statement binds."""
    return dotted(alias.asname.name if alias.asname is not None else alias.name)


def _bound(written: str) -> str:
    return written.rpartition(" as ")[2]


def _home(path: str) -> str:
    return path.rpartition(".")[0]


def _written(taken: _Taken) -> str:
    if taken.alias.asname is None or taken.name == taken.word:
        return taken.word
    return f"{taken.word} as {taken.name}"


def _said(taken: Sequence[_Taken]) -> str:
    homes: dict[str, list[str]] = {}
    for each in taken:
        homes.setdefault(each.home, []).append(f"`{each.word}`")
    return " and ".join(f"import {', '.join(words)} from `{home}`" for home, words in homes.items())


def _canonical(path: str) -> str | None:
    located = keras_api.locate(path)
    return located.name if located is not None else None


def _is_module(path: str) -> bool:
    name = _canonical(path)
    found = keras_api.symbol(name) if name is not None else None
    return name == "keras" or (found is not None and found.kind == "module")


_PRIVATE = re.compile(
    r"^(?:tensorflow\.python\.keras(?:\.api)?|keras\.src(?:\.api)?|keras\.api(?:\._v[12]\.keras)?"
    r"|keras\._tf_keras\.keras)(?=\.|$)"
)


def _choices(old: str, release: str, *, is_module: bool = False) -> Iterator[str]:
    """The public paths of today of something, the most natural one first."""
    located = keras_api.locate(old)
    if located is None:
        return
    if not located.private and keras_api.exists(old, release):
        yield old
        return
    new = _today(old, release, is_module=is_module)
    if new is None:
        return
    home, word = _home(new), new.rpartition(".")[2]
    short = old.rpartition(".")[2]
    package = new[: new.index("keras") + len("keras")]
    name = _canonical(new)
    public = _PRIVATE.sub(package, old)
    family = ".".join(_home(public)[len(package) :].split(".")[:2])
    for path in (
        public,
        f"{package}{family}.{short}",
        f"{home}.{short}",
        f"{package}.layers.{short}",
        f"{package}.models.{short}",
        new,
    ):
        same = _canonical(path) == name and name is not None
        if same and keras_api.exists(path, release):
            yield path
    if name is None:
        yield f"{home}.{word}"


def _today(old: str, release: str, *, is_module: bool = False) -> str | None:
    """Today's path of something, where it is one-to-one."""
    if ".dtensor." in old:
        return None  # what is there today takes no mesh
    new = keras_api.replacement(old, release)
    if not is_module and successor(old, release):
        new = _plain_successor(old, release)
    return new if new is not None else kept_for_old_code(old, release)


def _plain_successor(old: str, release: str) -> str | None:
    """``keras.optimizers.legacy.Adam``: the class of the same name."""
    owner, _, word = old.rpartition(".")
    if owner.endswith("keras.optimizers.legacy"):
        new = f"{owner.removesuffix('.legacy')}.{word}"
        return new if keras_api.exists(new, release) else None
    return f"{owner.removesuffix('.visualize_util')}.plot_model" if _plots(old) else None


def _plots(path: str) -> bool:
    return path.endswith("keras.utils.visualize_util.plot")
