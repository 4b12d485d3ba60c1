"""How a file spells things of Keras, and values as code."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import libcst as cst

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Entries, Fact, Items, Object, Ref, Value
from kerlint.reading.syntax.bindings import names_of
from kerlint.reading.syntax.from_libcst import module_of
from kerlint.reading.syntax.places import start
from kerlint.repairs.drafts import Draft, NotPlanned, inserted, item_added, item_inserted

_USUAL = {"numpy": "np", "tensorflow": "tf"}  # under which names people import packages


@dataclass(frozen=True, slots=True)
class Import:
    """A name that an import at the top of a file binds, with the absolute path that it stands for.

    ``line`` is the statement, and ``module`` what a ``from`` statement takes it out of.
    """

    name: str
    path: str
    line: cst.SimpleStatementLine
    module: str = ""


class Spelling:
    """The names of one file, whose text is given as well."""

    def __init__(self, tree: cst.Module, text: str) -> None:
        self._tree = tree
        self._text = text
        self._added: dict[str, Draft] = {}

    @cached_property
    def imports(self) -> list[Import]:
        """The imports at the top level of the file, in order."""
        found: list[Import] = []
        for line in self._tree.body:
            if isinstance(line, cst.SimpleStatementLine):
                for statement in line.body:
                    if isinstance(statement, cst.Import):
                        found.extend(_imports(statement, line))
                    elif isinstance(statement, cst.ImportFrom) and not statement.relative:
                        found.extend(_imports_from(statement, line))
        return found

    @cached_property
    def bound_otherwise(self) -> set[str]:
        """Names that something else than an import at the top binds, at whatever level."""
        imports = {id(each.line) for each in self.imports}
        rest = [line for line in self._tree.body if id(line) not in imports]
        return names_of(module_of(self._tree.with_changes(body=rest))).bound

    @cached_property
    def package(self) -> str:
        """Which Keras the file imports: "keras", "tensorflow.keras" or "tf_keras"."""
        for each in self.imports:
            located = keras_api.locate(each.path)
            if located is not None and located.package in ("keras", "tensorflow.keras", "tf_keras"):
                return located.package
        if any(each.path == "tensorflow" for each in self.imports):
            return "tensorflow.keras"
        return "keras"

    @cached_property
    def quote(self) -> str:
        """The quotes that texts of the file have."""
        return "'" if self._text.count("'") > self._text.count('"') else '"'

    def name(self, canonical: str) -> tuple[str, list[Draft]]:
        """The spelling of something of Keras, and what has to be imported for it."""
        family = canonical.partition(".")[2]
        full = f"{self.package}.{family}"
        best, length = "", -1
        for each in self.imports:
            if each.name in self.bound_otherwise:
                continue
            located = keras_api.locate(each.path)
            if located is not None and located.name == canonical:
                return each.name, []
            if full.startswith(each.path + ".") and len(each.path) > length:
                best, length = each.name + full[len(each.path) :], len(each.path)
        if best:
            return best, []
        return self._with_import(full)

    def path(self, full: str) -> tuple[str, list[Draft]]:
        """The spelling of an absolute path of Keras in its own package, and its import."""
        located = keras_api.locate(full)
        best, length = "", -1
        for each in self.imports:
            if each.name in self.bound_otherwise:
                continue
            if each.path == full:
                return each.name, []
            there = keras_api.locate(each.path)
            if (
                located is not None
                and there is not None
                and located.name is not None
                and (there.name, there.package) == (located.name, located.package)
                and keras_api.exists(each.path)
            ):
                return each.name, []
            if full.startswith(each.path + ".") and len(each.path) > length:
                best, length = each.name + full[len(each.path) :], len(each.path)
        return (best, []) if best else self._with_import(full)

    def package_name(self, package: str) -> tuple[str, list[Draft]]:
        """The name of a package itself, which is imported at the top of the file."""
        word = package.rpartition(".")[2]
        if word in self.bound_otherwise or any(each.name == word for each in self.imports):
            raise NotPlanned(f"`{word}` means something else in this file")
        first = next(each.line for each in self.imports if keras_api.locate(each.path) is not None)
        if "." in package:
            code = f"from {package.rpartition('.')[0]} import {word}"
        else:
            code = f"import {word}"
        return word, [inserted(start(first.body[0]), f"{code}\n")]

    def _with_import(self, full: str) -> tuple[str, list[Draft]]:
        module, _, word = full.rpartition(".")
        if word in self.bound_otherwise or any(each.name == word for each in self.imports):
            raise NotPlanned(f"`{word}` means something else in this file")
        if full not in self._added:
            self._added[full] = self.imported(module, word)
        return word, [self._added[full]]

    def outside(self, path: str) -> tuple[str, list[Draft]]:
        """The spelling of something of NumPy or TensorFlow, and what has to be imported for it."""
        package, _, rest = path.partition(".")
        for each in self.imports:
            if each.path == package and each.name not in self.bound_otherwise:
                return f"{each.name}.{rest}", []
        short = _USUAL[package]
        if short in self.bound_otherwise or any(each.name == short for each in self.imports):
            raise NotPlanned(f"`{short}` means something else in this file")
        if package not in self._added:
            lines = [each.line for each in self.imports if keras_api.locate(each.path) is not None]
            lines = lines or [each.line for each in self.imports]
            if not lines:
                raise NotPlanned("the file has no import at its top")
            code = f"import {package} as {short}\n"
            self._added[package] = inserted(start(lines[0].body[0]), code)
        return f"{short}.{rest}", [self._added[package]]

    def imported(self, module: str, name: str) -> Draft:
        """Import a name: in the statement that takes others out of the module, or in a new one."""
        for line in dict.fromkeys(each.line for each in self.imports if each.module == module):
            for statement in line.body:
                if isinstance(statement, cst.ImportFrom) and _module(statement) == module:
                    names = statement.names
                    if not isinstance(names, cst.ImportStar):
                        return _merged(statement, names, name)
        line = self._last_before(module, name)
        return inserted(start(line.trailing_whitespace.newline), f"\nfrom {module} import {name}")

    def _last_before(self, module: str, name: str) -> cst.SimpleStatementLine:
        """The statement after which a new import comes: among those of Keras, in their order."""
        lines = list(
            dict.fromkeys(
                each.line for each in self.imports if keras_api.locate(each.path) is not None
            )
        )
        if not lines:
            lines = [each.line for each in self.imports if each.path == "tensorflow"][:1]
        if not lines:
            raise NotPlanned("the file has no import of Keras at its top")
        body = list(self._tree.body)
        last = lines[0]
        for line in lines[1:]:
            between = body[body.index(last) + 1 : body.index(line)]
            if any(not isinstance(other, cst.SimpleStatementLine) for other in between):
                break
            if between and all(not _is_import(other) for other in between):
                break
            if self._tree.code_for_node(line).strip() > f"from {module} import {name}":
                break
            last = line
        return last

    def code(self, value: Value, quote: str = "") -> tuple[str, list[Draft]]:
        """A value as code, and what has to be imported for it."""
        if isinstance(value, str):
            return quoted(value, quote or self.quote), []
        if isinstance(value, float) and not math.isfinite(value):
            return f'float("{value}")', []
        if isinstance(value, float) and 0 < value < 1 and len(repr(value)) > _LONG:
            parts = round(1 / value)
            if 1 / parts == value:
                return f"1 / {parts}", []
        if value is None or isinstance(value, (bool, int, float)):
            return repr(value), []
        if isinstance(value, Ref):
            return self.name(value.name)
        if isinstance(value, Object) and not value.partial:
            called, drafts = self.name(value.name)
            words, more = self.arguments(value.args, quote, value.name)
            return f"{called}({words})", [*drafts, *more]
        if isinstance(value, Items) and value.complete and value.kind in ("list", "tuple"):
            words, drafts = self._joined([item.value for item in value.items], quote)
            if value.kind == "list":
                return f"[{words}]", drafts
            return f"({words},)" if len(value.items) == 1 else f"({words})", drafts
        if isinstance(value, Entries) and value.complete:
            made, drafts = [], []
            for key, fact in value.entries.items():
                text, more = self.code(fact.value, quote)
                made.append(f"{self.code(key, quote)[0]}: {text}")
                drafts.extend(more)
            return "{" + ", ".join(made) + "}", drafts
        raise NotPlanned("a value is not known well enough to be written down")

    def arguments(
        self, args: Mapping[str, Fact | Value], quote: str = "", callee: str = ""
    ) -> tuple[str, list[Draft]]:
        """Arguments as code: by keyword, but for the first one where that is usual."""
        made: list[str] = []
        drafts: list[Draft] = []
        for name, given in args.items():
            text, more = self.code(given.value if isinstance(given, Fact) else given, quote)
            first = not made and _SHORT.get(callee.rpartition(".")[2]) == name
            made.append(text if first else f"{name}={text}")
            drafts.extend(more)
        return ", ".join(made), drafts

    def _joined(self, values: Sequence[Value], quote: str) -> tuple[str, list[Draft]]:
        made = [self.code(value, quote) for value in values]
        return ", ".join(text for text, _ in made), [draft for _, more in made for draft in more]


_SHORT = {
    "Activation": "activation",
    "AlphaDropout": "rate",
    "Dense": "units",
    "Dropout": "rate",
    "L1": "l1",
    "L2": "l2",
    "Rescaling": "scale",
}
"""Classes that are usually given their first argument without its name."""

_LONG = 10  # characters of a number that is better written as a fraction


def quoted(text: str, quote: str = '"') -> str:
    """A text as a literal of Python in the given quotes."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    if quote == "'":
        inner = inner.replace('\\"', '"').replace("'", "\\'")
    return f"{quote}{inner}{quote}"


def dotted(node: cst.BaseExpression | None) -> str:
    """A name with dots as text; empty for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr.value}" if owner else ""
    return ""


def _module(statement: cst.ImportFrom) -> str:
    return "" if statement.relative else dotted(statement.module)


def _is_import(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and all(
        isinstance(statement, (cst.Import, cst.ImportFrom)) for statement in line.body
    )


def _imports(statement: cst.Import, line: cst.SimpleStatementLine) -> Iterator[Import]:
    for alias in statement.names:
        path = dotted(alias.name)
        if alias.asname is not None:
            yield Import(dotted(alias.asname.name), path, line)
        else:
            yield Import(path.partition(".")[0], path.partition(".")[0], line)


def _imports_from(statement: cst.ImportFrom, line: cst.SimpleStatementLine) -> Iterator[Import]:
    if isinstance(statement.names, cst.ImportStar):
        return
    module = _module(statement)
    for alias in statement.names:
        path = f"{module}.{dotted(alias.name)}"
        name = dotted(alias.asname.name if alias.asname is not None else alias.name)
        yield Import(name, path, line, module)


def _merged(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias], name: str) -> Draft:
    """Add a name to those of a statement, in their order where they have one."""
    words = [dotted(alias.name) for alias in names]
    order = order_of(words)
    before: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if isinstance(statement.lpar, cst.LeftParen):
        before = statement.lpar.whitespace_after
    if order is not None:
        for index, word in enumerate(words):
            if order(word) > order(name):
                return item_inserted(names, before, index, name)
    return item_added(names, before, name)


def order_of(words: Sequence[str]) -> Callable[[str], tuple[int, str]] | None:
    """The order that the names of an import are in; None where they are in none."""
    return next((key for key in _ORDERS if list(words) == sorted(words, key=key)), None)


def _by_case(word: str) -> tuple[int, str]:
    """Classes before functions."""
    return (0 if word[:1].isupper() else 1), word.lower()


def _by_letter(word: str) -> tuple[int, str]:
    return 0, word.lower()


def _by_type(word: str) -> tuple[int, str]:
    """Constants, classes, and the rest, as isort and ruff have it."""
    name = word.partition(" ")[0]
    if len(name) > 1 and name.isupper():
        return 0, word.lower()
    return (1 if name[:1].isupper() else 2), word.lower()


def _by_character(word: str) -> tuple[int, str]:
    return 0, word


_ORDERS = (_by_case, _by_letter, _by_type, _by_character)
