"""Where a value goes from the place where it is written: whether all of that is to be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import libcst as cst

from kerlint.lazy_dataclass import dataclass
from kerlint.repairs.family import Family, parts, text_of

Covered: TypeAlias = "Mapping[tuple[int, str], object]"
"""What is to be changed, by ``id``: expressions, and calls with the argument that ``**`` gives."""

_Function: TypeAlias = "cst.FunctionDef | cst.Lambda"


@dataclass(slots=True)
class Flow:
    """Follows values through variables, parameters and dictionaries of one file."""

    family: Family

    def feeds_only(self, node: cst.CSTNode, covered: Covered) -> bool:
        """Whether the value of an expression reaches expressions that are covered, and no other."""
        return _Walk(self.family, covered).reaches(node)

    def scope(self, name: cst.Name) -> cst.CSTNode | None:
        return _Walk(self.family, {}).scope(name)


@dataclass(slots=True)
class _Walk:
    family: Family
    covered: Covered
    left: int = 200  # steps, so that code that calls itself comes to an end

    def around(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self.family.parents.get(id(node))

    def reaches(self, node: cst.CSTNode) -> bool:
        self.left -= 1
        if self.left < 0:
            return False
        if (id(node), "") in self.covered:
            return True
        parent = self.around(node)
        if isinstance(parent, cst.IfExp) and parent.test is not node:
            return self.reaches(parent)
        if isinstance(parent, cst.Assign) and parent.value is node and len(parent.targets) == 1:
            return self._bound(parent.targets[0].target)
        if isinstance(parent, cst.AnnAssign) and parent.value is node:
            return self._bound(parent.target)
        if isinstance(parent, cst.Param) and parent.default is node:
            return self._parameter(parent)
        if isinstance(parent, cst.Arg):
            return self._given(parent)
        if isinstance(parent, cst.DictElement) and parent.value is node:
            around = self.around(parent)
            key = text_of(parent.key)
            return bool(key) and isinstance(around, cst.Dict) and self._kept(around, key)
        return False

    def _given(self, arg: cst.Arg) -> bool:
        """An argument of a call: of ``dict``, or of a function of this file."""
        call = self.around(arg)
        if not isinstance(call, cst.Call) or arg.star:
            return False
        if isinstance(call.func, cst.Name) and call.func.value == "dict":
            return arg.keyword is not None and self._kept(call, arg.keyword.value)
        param = self._parameter_of(call, arg)
        return param is not None and self._parameter(param)

    def _bound(self, target: cst.BaseExpression) -> bool:
        """A variable or an attribute that is bound once: each time that it is read."""
        if not isinstance(target, (cst.Name, cst.Attribute)):
            return False
        others = list(self._others(target))
        return bool(others) and all(self.reaches(other) for other in others)

    def _kept(self, collection: cst.Dict | cst.Call, key: str) -> bool:
        """A dictionary: each time that the value of the key is taken out of it."""
        parent = self.around(collection)
        if isinstance(parent, cst.Arg) and parent.star == "**":
            return self._unpacked(parent, key)
        if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
            target = parent.targets[0].target
        elif isinstance(parent, cst.AnnAssign):
            target = parent.target
        else:
            return False
        if not isinstance(target, (cst.Name, cst.Attribute)):
            return False
        others = list(self._others(target))
        return bool(others) and all(self._taken(other, key) for other in others)

    def _taken(self, read: cst.CSTNode, key: str) -> bool:
        parent = self.around(read)
        if isinstance(parent, cst.Subscript) and parent.value is read:
            index = parent.slice[0].slice if len(parent.slice) == 1 else None
            word = text_of(index.value) if isinstance(index, cst.Index) else ""
            if not word:
                return False
            return word != key or self.reaches(parent)
        if isinstance(parent, cst.Arg) and parent.star == "**":
            return self._unpacked(parent, key)
        return False

    def _unpacked(self, arg: cst.Arg, key: str) -> bool:
        call = self.around(arg)
        if not isinstance(call, cst.Call):
            return False
        if (id(call), key) in self.covered:
            return True
        function, offset = self._function_of(call)
        params = () if function is None else function.params.params[offset:]
        param = next((each for each in params if each.name.value == key), None)
        return param is not None and self._parameter(param)

    def _parameter(self, param: cst.Param) -> bool:
        """A parameter: each time that the body of its function reads it."""
        others = list(self._others(param.name))
        return bool(others) and all(self.reaches(other) for other in others)

    def _parameter_of(self, call: cst.Call, arg: cst.Arg) -> cst.Param | None:
        function, offset = self._function_of(call)
        if function is None:
            return None
        params = function.params
        if arg.keyword is not None:
            named = (*params.params, *params.kwonly_params)
            return next((p for p in named if p.name.value == arg.keyword.value), None)
        index = call.args.index(arg)
        if any(each.star for each in call.args[:index]):
            return None
        places = [*params.posonly_params, *params.params][offset:]
        return places[index] if index < len(places) else None

    def _function_of(self, call: cst.Call) -> tuple[cst.FunctionDef | None, int]:
        """The only function of this file that a call may mean, and how many arguments it adds."""
        func = call.func
        if isinstance(func, cst.Name):
            name = func.value
        elif isinstance(func, cst.Attribute):
            name = func.attr.value
        else:
            return None, 0
        found = self.family.definitions.get(name, ())
        if len(found) != 1:
            return None, 0
        made = found[0]
        if isinstance(made, cst.ClassDef):
            inner = [
                each
                for each in made.body.body
                if isinstance(each, cst.FunctionDef) and each.name.value == "__init__"
            ]
            return (inner[0], 1) if len(inner) == 1 else (None, 0)
        if made.decorators:
            return None, 0
        method = isinstance(self.around(self.around(made) or made), cst.ClassDef)
        if method != isinstance(func, cst.Attribute):
            return None, 0
        return made, int(method)

    def _others(self, bound: cst.Name | cst.Attribute) -> Iterator[cst.CSTNode]:
        """Where else the file uses a variable or an attribute."""
        if isinstance(bound, cst.Attribute):
            yield from self._attributes(bound.attr.value, bound)
            return
        scope = self.scope(bound)
        if isinstance(scope, cst.ClassDef):
            yield from self._attributes(bound.value, None)
        for name in self.family.names:
            if name.value == bound.value and name is not bound and self.scope(name) is scope:
                yield name

    def _attributes(self, word: str, but: cst.Attribute | None) -> Iterator[cst.CSTNode]:
        for attribute in self.family.attributes:
            if attribute.attr.value == word and attribute is not but:
                yield attribute

    def scope(self, name: cst.Name) -> cst.CSTNode | None:
        """The function or class whose variable a name is; None for a variable of the module."""
        node: cst.CSTNode = name
        inner = True  # a name in the body of a class, not in one of its methods
        while True:
            parent = self.around(node)
            if parent is None or isinstance(parent, cst.Module) or parent is node:
                return None
            if isinstance(parent, cst.Param) and parent.name is not name:
                # Defaults and annotations are evaluated around the function.
                params = self.around(parent)
                function = self.around(params) if params is not None else None
                if function is None:
                    return None
                node = function
                continue
            if isinstance(parent, (cst.FunctionDef, cst.Lambda)):
                own = not (isinstance(parent, cst.FunctionDef) and parent.name is node)
                if own and name.value in self._bound_in(parent):
                    return parent
                inner = inner and not own
            elif isinstance(parent, cst.ClassDef):
                if inner and parent.name is not node and name.value in self._bound_in(parent):
                    return parent
            node = parent

    def _bound_in(self, scope: cst.FunctionDef | cst.Lambda | cst.ClassDef) -> frozenset[str]:
        found = self.family.bound.get(id(scope))
        if found is None:
            found = frozenset(_binds(scope))
            self.family.bound[id(scope)] = found
        return found


def _binds(scope: cst.FunctionDef | cst.Lambda | cst.ClassDef) -> Iterator[str]:
    """The names that a function or class binds itself."""
    if not isinstance(scope, cst.ClassDef):
        params = scope.params
        for param in (*params.posonly_params, *params.params, *params.kwonly_params):
            yield param.name.value
        for star in (params.star_arg, params.star_kwarg):
            if isinstance(star, cst.Param):
                yield star.name.value
    if isinstance(scope, cst.Lambda):
        return
    declared: set[str] = set()
    bound: set[str] = set()
    pending: list[cst.CSTNode] = [scope.body]
    while pending:
        node = pending.pop()
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            bound.add(node.name.value)
            continue
        if isinstance(node, (cst.Global, cst.Nonlocal)):
            declared.update(item.name.value for item in node.names)
        elif isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For)):
            bound.update(_names_in(node.target))
        elif isinstance(node, cst.AsName):
            bound.update(_names_in(node.name))
        elif isinstance(node, cst.NamedExpr):
            bound.update(_names_in(node.target))
        elif isinstance(node, cst.Lambda):
            continue
        pending.extend(parts(node))
    yield from bound - declared


def _names_in(target: cst.CSTNode) -> Iterator[str]:
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _names_in(element.value)
