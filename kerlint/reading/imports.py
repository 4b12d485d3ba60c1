"""The file in its project: which names it may bind, and what it imports from its neighbours."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from kerlint import keras_api, prefilter
from kerlint.config.aliases import Aliases, below, prefixes
from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.values import Fact, Site, Unknown
from kerlint.reading.interpreter import effects
from kerlint.reading.interpreter.state import Raised
from kerlint.reading.interpreter.values import (
    AbstractValue,
    DictValue,
    FileModule,
    Instance,
    LazyImport,
    ListValue,
    QualifiedName,
    Scope,
)
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.bindings import Names
from kerlint.reading.syntax.parsing import parse
from kerlint.sources.modules import dotted_names, file_of, is_library, located

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import State

SAMPLES = "samples"
MAX_FILES = 40  # other files that are read for one
_DEFINING = (syntax.FunctionDef, syntax.ClassDef, syntax.If, syntax.Try)
_DEFINING_SMALL = (syntax.Import, syntax.ImportFrom, syntax.Assign, syntax.AnnAssign)


@dataclass(slots=True)
class Project:
    """What is known around one file. ``path`` is where it lies, None for a text without a file.
    ``cells``: it is a notebook.

    ``given`` are arrays that were handed to kerlint, and that the text imports from ``samples``.
    ``dependencies`` collects the other files that were read: when one of them changes, what was
    found in this file may change.
    """

    names: Names
    path: str | None = None
    release: str = keras_api.LATEST  # of Keras, which decides what a star import binds
    cells: bool = False
    yields: bool = True  # whether a function of the file may be a generator
    adapts: int = 0  # how often the text adapts a layer to data, or gives it a vocabulary
    aliases: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Array] = field(default_factory=dict)
    dependencies: set[str] = field(default_factory=set)
    found: dict[tuple[str, str, int], str | None] = field(default_factory=dict)
    loaded: dict[str, Fact] = field(default_factory=dict)
    """Files that build no layer and hold nothing that changes: the same on every path."""

    def may_bind(self, word: str) -> bool:
        """Whether some statement of the file could bind this name.

        A star import of a module that is not a known library may bind anything.
        """
        if word in self.names.bound:
            return True
        return any(level > 0 or not _is_library(module) for module, level in self.names.stars)

    def module(self, state: State, path: str, site: Site) -> Fact | None:
        """A module of the project, when ``import path`` finds one; it is read when it is used."""
        found = self._find(path, 0, state)
        return Fact(LazyImport(found, None), site) if found is not None else None

    def imported(self, state: State, module: str, level: int, name: str, site: Site) -> Fact | None:
        """What ``from module import name`` binds, when that is a file of the project."""
        if name in self.given and module == SAMPLES:
            return Fact(self.given[name].replace(site=site, memory=site), site)
        found = self._find(module, level, state)
        if found is not None:
            return Fact(LazyImport(found, name), site)
        # A folder without an ``__init__.py`` is a package as well.
        inner = self._find(f"{module}.{name}", level, state) if module else None
        return Fact(LazyImport(inner, None), site) if inner is not None else None

    def resolved(self, state: State, fact: Fact) -> Fact:
        """The value behind a name that another file defines, reading that file if need be."""
        value = fact.value
        if not isinstance(value, LazyImport):
            return fact
        loaded = self._load(state, value.path)
        if loaded is not None and value.name is not None:
            loaded = self.member(state, loaded, value.name)
        if loaded is not None:
            return loaded
        unknown = Unknown(
            "imported from a file that kerlint did not read", fact.site, value.name or ""
        )
        return Fact(unknown, fact.site)

    def member(self, state: State, module: Fact, name: str) -> Fact | None:
        """A name of a module of the project, or a module inside a package."""
        value = module.value
        if not isinstance(value, FileModule):
            return None
        for dotted in dotted_names(value.path) if self.aliases else ():
            aliased = self.aliased(f"{dotted}.{name}", module.site)
            if aliased is not None:
                return aliased
        names = value.scope.names
        fact = names.get(name)
        # ``from . import layers`` in a package: the module of that name inside it.
        if fact is not None and fact.value != LazyImport(value.path, name):
            if isinstance(fact.value, LazyImport):
                # Should that file import the name from here, it ends at this.
                unknown = Unknown("imported by two files from each other", fact.site, name)
                names[name] = Fact(unknown, fact.site)
                fact = names[name] = self.resolved(state, fact)
            return fact
        if os.path.basename(value.path) == "__init__.py":
            inner = file_of(os.path.join(os.path.dirname(value.path), name))
            if inner is not None:
                return self._load(state, inner)
        return None

    def star(self, state: State, module: str, level: int) -> tuple[dict[str, Fact], bool]:
        """What a star import binds, and whether that is all; a known library binds no data."""
        found = self._find(module, level, state)
        loaded = self._load(state, found) if found is not None else None
        if loaded is None or not isinstance(loaded.value, FileModule):
            return {}, level == 0 and _is_library(module)
        scope = loaded.value.scope
        listed = scope.names.get("__all__")
        value: AbstractValue = listed.value if listed is not None else None
        if isinstance(value, ListValue) and value.complete:
            shown = {item.value for item in value.items}
            return {name: fact for name, fact in scope.names.items() if name in shown}, True
        names = {name: fact for name, fact in scope.names.items() if not name.startswith("_")}
        return names, not scope.starred

    # -- names that stand for names of Keras ------------------------------------------------------

    def aliased(self, path: str, site: Site, here: tuple[str, ...] = ()) -> Fact | None:
        """What ``path`` stands for by the settings; not inside of ``here``, the file's own names.

        The package that an alias is about is what it is by its own files.
        """
        for head, rest in prefixes(path) if self.aliases else ():
            target = self.aliases.get(head)
            if target is None or any(f"{own}.".startswith(f"{head}.") for own in here):
                continue
            there = keras_api.locate(f"{target}{rest}")
            if there is None or there.name is None:
                return None  # something that only the project has
            return Fact(QualifiedName(f"{target}{rest}", path), site)
        return None

    def aliased_attribute(
        self, state: State, owner: QualifiedName, name: str, site: Site
    ) -> Fact | None:
        """An attribute of a module or class that is an alias, or that has one."""
        found = self.aliased(f"{owner.alias or owner.dotted}.{name}", site)
        if found is not None or not owner.alias:
            return found
        # A module that has the names of a module of Keras, and others of its own.
        found = self.imported(state, owner.alias, 0, name, site)
        if found is not None:
            return self.resolved(state, found)
        return Fact(QualifiedName(f"{owner.alias}.{name}"), site)

    def aliased_import(
        self, state: State, module: str, level: int, name: str, site: Site
    ) -> Fact | None:
        """What ``from module import name`` binds, when that is an alias."""
        for meant, here in self._meant(state, module, level) if self.aliases else ():
            found = self.aliased(f"{meant}.{name}", site, here)
            if found is not None:
                return found
        return None

    def aliased_star(self, state: State, module: str, level: int, site: Site) -> dict[str, Fact]:
        """The aliases that a star import binds."""
        found: dict[str, Fact] = {}
        for meant, here in self._meant(state, module, level) if self.aliases else ():
            names = set(below(self.aliases, meant))
            of_module = self.aliased(meant, site, here)
            if of_module is not None and isinstance(of_module.value, QualifiedName):
                names |= keras_api.star_members(of_module.value.dotted, self.release)
            for name in names:
                fact = self.aliased(f"{meant}.{name}", site, here)
                if fact is not None:
                    found[name] = fact
        return found

    def _meant(
        self, state: State, module: str, level: int
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The names that an import may mean, and the names of the file if it is relative."""
        if not level:
            yield module, ()
            return
        here = state.file or self.path
        if here is None or not os.path.isfile(here):
            return
        base = os.path.dirname(os.path.abspath(here))
        for _ in range(level - 1):
            base = os.path.dirname(base)
        for package in dotted_names(base):
            yield f"{package}.{module}" if module else package, dotted_names(here)

    # -- finding and reading ----------------------------------------------------------------------

    def _find(self, module: str, level: int, state: State | None = None) -> str | None:
        here = state.file if state is not None and state.file else self.path
        if here is None:
            return None
        key = (here, module, level)
        if key not in self.found:
            self.found[key] = _located(here, module, level)
        return self.found[key]

    def _load(self, state: State, path: str) -> Fact | None:
        """Execute what a file defines; a file that imports itself ends here."""
        if path in state.files:
            return state.files[path]
        if path in self.loaded:
            return self.loaded[path]
        if self.path is not None and path == os.path.abspath(self.path):
            return None
        if len(state.files) >= MAX_FILES:
            return None
        self.dependencies.add(path)
        tree = tree_of(path, tuple(self.aliases.items()))
        if tree is None:
            return None
        scope = Scope()
        fact = Fact(FileModule(path, scope), Site(-1))
        state.files[path] = fact
        in_other_module, state.in_other_module = state.in_other_module, True
        file, state.file = state.file, path
        loops, state.unbounded_loops = state.unbounded_loops, 0
        before = _sizes(state)
        try:
            for statement in tree.body:
                if _defines(statement):
                    state.interpreter.execute(state, [statement], scope)
                elif not isinstance(statement, syntax.If):
                    effects.not_followed(state, statement, scope)
        except Raised:
            pass  # what it has defined so far is all that it defines
        finally:
            state.in_other_module, state.file, state.unbounded_loops = in_other_module, file, loops
        if _sizes(state) == before and not any(map(_changes, scope.names.values())):
            self.loaded[path] = fact
        return fact


def _sizes(state: State) -> tuple[int, ...]:
    """How much a path has built, decided and replaced: what another path would not have."""
    built = (len(state.layers), len(state.models), len(state.tensors), len(state.decisions))
    return (*built, len(state.patched), len(state.exposed))


def _changes(fact: Fact) -> bool:
    """Whether a value may hold something else later on."""
    value: AbstractValue = fact.value
    return isinstance(value, (Instance, DictValue)) or (
        isinstance(value, ListValue) and value.kind != "tuple"
    )


def _located(here: str, module: str, level: int) -> str | None:
    """The file that an import in the file ``here`` means."""
    if not os.path.isfile(here) or (not level and _is_library(module)):
        return None
    return located(os.path.dirname(os.path.abspath(here)), module, level)


def _defines(statement: syntax.Node) -> bool:
    """Whether a statement of a module binds names; what it does besides is not ours to follow."""
    if isinstance(statement, syntax.SimpleStatementLine):
        return any(isinstance(small, _DEFINING_SMALL) for small in statement.body)
    return isinstance(statement, _DEFINING) and not _is_main(statement)


def _is_main(statement: syntax.Node) -> bool:
    """``if __name__ == "__main__":`` is not for those who import."""
    test = statement.test if isinstance(statement, syntax.If) else None
    return (
        isinstance(test, syntax.Comparison)
        and isinstance(test.left, syntax.Name)
        and test.left.value == "__name__"
    )


def tree_of(path: str, aliases: Aliases = ()) -> syntax.Module | None:
    """The tree of another file of the project, the same one until the file changes."""
    return _tree(path, *_stamp(path), aliases)


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, -1
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _tree(path: str, mtime: int, size: int, aliases: Aliases) -> syntax.Module | None:
    if not 0 <= size <= prefilter.MAX_IMPORTED_BYTES:
        return None
    try:
        with open(path, "rb") as file:
            data = file.read()
        if not prefilter.is_worth_importing(data, aliases):
            return None
        text = data.decode("utf-8-sig")
    except (OSError, ValueError):
        return None
    return parse(text).tree


def _is_library(module: str) -> bool:
    return is_library(module) or keras_api.locate(module) is not None
