"""Reads a Keras release that can no longer be imported, from its source text alone."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from kerlint.keras_api.generate.shape import ObjectData, ReleaseData, Signature, is_plain

# Backends that bind the same names as the TensorFlow one, and folders that are not the library.
_SKIPPED = frozenset(
    {"theano_backend", "cntk_backend", "integration_test", "testing_infra", "tests", "benchmarks"}
)


@dataclass(frozen=True, slots=True)
class _Definition:
    """A class or function where it is written."""

    module: str
    node: ast.ClassDef | ast.FunctionDef

    @property
    def id(self) -> str:
        return f"{self.module}.{self.node.name}"


@dataclass(frozen=True, slots=True)
class _Module:
    path: str


@dataclass(frozen=True, slots=True)
class _Value:
    """Something assigned in a module that is neither a class, a function nor a module of Keras."""

    id: str


@dataclass(frozen=True, slots=True)
class _Link:
    """A name imported from a module that was still being read (modules import in circles)."""

    module: str
    name: str


_Binding = _Definition | _Module | _Value | _Link
_FOREIGN = None  # imported from outside the package: no part of Keras


@dataclass(slots=True)
class _Package:
    """The modules under one root, with what each of them binds."""

    root: str
    files: dict[str, Path]
    bindings: dict[str, dict[str, _Binding | None]] = field(default_factory=dict)

    def bound(self, module: str) -> dict[str, _Binding | None]:
        """Return the names of ``module``; partial while the module is being read (cycles)."""
        if module in self.bindings:
            return self.bindings[module]
        names: dict[str, _Binding | None] = {}
        self.bindings[module] = names
        if module in self.files:
            tree = ast.parse(self.files[module].read_text("utf-8"))
            _Reader(self, module, names).block(tree.body, override=True)
        return names

    def look_up(self, module: str, name: str) -> _Binding | None:
        found = self.bound(module).get(name)
        if found is None and f"{module}.{name}" in self.files:
            return _Module(f"{module}.{name}")
        return found

    def follow(self, binding: _Binding | None) -> _Binding | None:
        """Return what a link ends at, once everything has been read."""
        for _ in range(9):
            if not isinstance(binding, _Link):
                return binding
            binding = self.look_up(binding.module, binding.name)
        return None


@dataclass(slots=True)
class _Reader:
    package: _Package
    module: str
    names: dict[str, _Binding | None]

    def block(self, body: list[ast.stmt], *, override: bool) -> None:
        for statement in body:
            self.statement(statement, override)

    def bind(self, name: str, binding: _Binding | None, override: bool) -> None:
        if override or name not in self.names:
            self.names[name] = binding

    def statement(self, node: ast.stmt, override: bool) -> None:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            self.bind(node.name, _Definition(self.module, node), override)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                self.plain_import(alias, override)
        elif isinstance(node, ast.ImportFrom):
            self.import_from(node, override)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    binding = self.evaluate(node.value) or _Value(f"{self.module}.{target.id}")
                    self.bind(target.id, binding, override)
        elif isinstance(node, ast.If):
            # Of two arms the first speaks for the usual case (TensorFlow 2, a recent Python).
            self.block(node.body, override=override)
            self.block(node.orelse, override=False)
        elif isinstance(node, ast.Try):
            self.block(node.body, override=override)
            for handler in node.handlers:
                self.block(handler.body, override=False)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.names.pop(target.id, None)

    def plain_import(self, alias: ast.alias, override: bool) -> None:
        inside = alias.name == self.package.root or alias.name.startswith(self.package.root + ".")
        if not inside:
            self.bind(alias.asname or alias.name.partition(".")[0], _FOREIGN, override)
        elif alias.asname:
            self.bind(alias.asname, _Module(alias.name), override)

    def import_from(self, node: ast.ImportFrom, override: bool) -> None:
        source = node.module or ""
        if node.level:
            is_package = self.package.files[self.module].name == "__init__.py"
            parts = self.module.split(".")
            parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
            source = ".".join([*parts, source] if source else parts)
        inside = source == self.package.root or source.startswith(self.package.root + ".")
        for alias in node.names:
            if alias.name == "*":
                if inside:
                    for name, binding in list(self.package.bound(source).items()):
                        if not name.startswith("_"):
                            self.bind(name, binding, override)
                continue
            found = self.package.look_up(source, alias.name) if inside else _FOREIGN
            if inside and found is None:
                found = _Link(source, alias.name)
            self.bind(alias.asname or alias.name, found, override)

    def evaluate(self, node: ast.expr) -> _Binding | None:
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.package.follow(self.evaluate(node.value))
            if isinstance(owner, _Module):
                return self.package.look_up(owner.path, node.attr)
        return None


def _modules(folder: Path, root: str) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = list(path.relative_to(folder).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if not any(part in _SKIPPED or part.endswith("_test") for part in parts):
            files[".".join([root, *parts])] = path
    return files


def signature_of(node: ast.FunctionDef, *, bound: bool) -> Signature:
    """Return the parameters of ``node``, without the first one when it is a bound method."""
    arguments = node.args
    result: Signature = []
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = list(zip(positional, defaults, strict=True))
    for argument, default in pairs[1:] if bound else pairs:
        result.append(_parameter(argument.arg, default))
    if arguments.vararg:
        result.append("*" + arguments.vararg.arg)
    elif arguments.kwonlyargs:
        result.append("*")
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        result.append(_parameter(argument.arg, keyword_default))
    if arguments.kwarg:
        result.append("**" + arguments.kwarg.arg)
    return result


def _parameter(name: str, default: ast.expr | None) -> object:
    if default is None:
        return name
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return [name]
    return [name, value] if is_plain(value) else [name]


def _resolve_bases(package: _Package, found: _Definition) -> list[_Definition]:
    """Return the classes that ``found`` inherits from, nearest first, those of Keras only."""
    result: list[_Definition] = []
    if not isinstance(found.node, ast.ClassDef):
        return result
    for base in found.node.bases:
        reader = _Reader(package, found.module, package.bound(found.module))
        binding = package.follow(reader.evaluate(base))
        if isinstance(binding, _Definition) and binding.id != found.id:
            for one in [binding, *_resolve_bases(package, binding)]:
                if one not in result:
                    result.append(one)
    return result


def _is_static(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def _is_property(node: ast.FunctionDef) -> bool:
    return any(
        (isinstance(d, ast.Name) and d.id == "property")
        or (isinstance(d, ast.Attribute) and d.attr in ("setter", "abstractproperty"))
        for d in node.decorator_list
    )


def _describe(package: _Package, found: _Definition) -> ObjectData:
    node = found.node
    if isinstance(node, ast.FunctionDef):
        return {
            "kind": "function",
            "name": node.name,
            "bases": [],
            "signature": signature_of(node, bound=False),
            "methods": {},
            "reachable": {},
        }
    bases = _resolve_bases(package, found)
    init: Signature | None = None
    for one in [found, *bases]:
        for item in one.node.body:
            if init is None and isinstance(item, ast.FunctionDef) and item.name == "__init__":
                init = signature_of(item, bound=True)
    methods = _methods(node)
    reachable: dict[str, Signature] = {}
    for one in reversed([found, *bases]):
        assert isinstance(one.node, ast.ClassDef)
        for method, shown in _methods(one.node).items():
            if shown is None:
                reachable.pop(method, None)
            else:
                reachable[method] = shown
    return {
        "kind": "class",
        "name": node.name,
        "bases": [one.id for one in bases],
        "signature": init,
        "methods": methods,
        "reachable": reachable,
    }


def _methods(node: ast.ClassDef) -> dict[str, Signature | None]:
    """Return what a class itself defines; None for a property."""
    return {
        item.name: None if _is_property(item) else signature_of(item, bound=not _is_static(item))
        for item in node.body
        if isinstance(item, ast.FunctionDef)
        and (item.name == "__call__" or not item.name.startswith("_"))
    }


def read(folder: Path) -> ReleaseData:
    """Read the ``keras`` package in ``folder`` (the folder that holds ``keras/__init__.py``)."""
    package = _Package("keras", _modules(folder / "keras", "keras"))
    objects: dict[str, ObjectData] = {}
    definitions: dict[str, _Definition] = {}
    trees: dict[str, dict[str, dict[str, str]]] = {"keras": {}}
    for module in package.files:
        package.bound(module)
    for module in package.files:
        names = dict(package.bound(module))
        parent, _, last = module.rpartition(".")
        if parent:
            trees["keras"].setdefault(parent, {}).setdefault(last, module)
            objects[module] = _plain_object("module", last)
        for name, linked in names.items():
            binding = package.follow(linked)
            if (name.startswith("_") and name != "__version__") or binding is None:
                continue
            if isinstance(binding, _Definition):
                key = binding.id
                definitions[key] = binding
            elif isinstance(binding, _Module):
                key = binding.path
                objects.setdefault(key, _plain_object("module", key.rpartition(".")[2]))
            elif isinstance(binding, _Link):
                continue
            else:
                key = binding.id
                objects.setdefault(key, _plain_object("value", name))
            trees["keras"].setdefault(module, {})[name] = key
    for definition in list(definitions.values()):
        for base in _resolve_bases(package, definition):
            definitions.setdefault(base.id, base)
    for key, definition in definitions.items():
        objects[key] = _describe(package, definition)
    api = "keras.api._v2.keras"
    under_api = {
        module: names
        for module, names in trees["keras"].items()
        if module == api or module.startswith(api + ".")
    }
    if under_api:  # the package that TensorFlow of that time showed as tf.keras
        trees["tensorflow.keras"] = {
            "keras" + module[len(api) :]: {
                name: ("keras" + key[len(api) :] if key.startswith(api) else key)
                for name, key in names.items()
                if not name.startswith("_")
            }
            for module, names in under_api.items()
        }
        for module, shown in trees["tensorflow.keras"].items():
            for name, key in shown.items():
                objects.setdefault(key, _plain_object("module", name))
            objects.setdefault(module, _plain_object("module", module.rpartition(".")[2]))
    trees["keras"] = {
        module: {name: key for name, key in names.items() if not key.startswith("keras.api")}
        for module, names in trees["keras"].items()
        if not module.startswith("keras.api")
    }
    return {"trees": trees, "objects": objects, "strings": {}, "private": {}}


def read_names(folder: Path, root: str) -> dict[str, list[str]]:
    """Return the public names of every module of the package ``root`` that lies in ``folder``."""
    package = _Package(root, _modules(folder, root))
    for module in package.files:
        package.bound(module)
    result: dict[str, list[str]] = {}
    for module in package.files:
        names = {
            name
            for name, binding in package.bound(module).items()
            if not name.startswith("_") and package.follow(binding) is not None
        }
        result[module] = sorted(names)
    for module in package.files:
        parent, _, last = module.rpartition(".")
        if parent in result and last not in result[parent]:
            result[parent] = sorted([*result[parent], last])
    return result


def _plain_object(kind: str, name: str) -> ObjectData:
    return {
        "kind": kind,
        "name": name,
        "bases": [],
        "signature": None,
        "methods": {},
        "reachable": {},
    }
