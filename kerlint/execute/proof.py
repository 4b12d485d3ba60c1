"""The text of a trial: what the worker runs, and what people save and run without kerlint.

It contains the models as Python code, the source of the experiment, and the functions that the
experiment uses from the support modules. Experiments have no other implementation.
"""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Iterable, Iterator

from kerlint.execute.average_pooling import averaging
from kerlint.execute.builder import Claimed, function, plain
from kerlint.execute.channels import transposed
from kerlint.execute.shrink import HEAD, shrunk
from kerlint.execute.spec import (
    OTHERWISE_REPAIRED,
    CallTrial,
    ModelSpec,
    ModelTrial,
    Plain,
    TargetSpec,
    Trial,
)
from kerlint.lazy_dataclass import dataclass, replace

SUPPORT = (
    *("verdicts", "under_test", "data", "steps", "penalties", "training", "consequence"),
    *("units", "kept"),
)
HERE = os.path.dirname(os.path.abspath(__file__))

THIRD_PARTY = ("keras", "numpy", "tensorflow")

# The same numbers on any machine with the same versions, whatever its settings of Keras are.
SETTINGS = """\
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
"""
CONFIGURATION = """\
keras.config.set_floatx("float32")
keras.config.set_epsilon(1e-7)
keras.config.set_image_data_format("channels_last")
"""
ENDING = """\
if __name__ == "__main__":
    verdict = prove()
    print(f"{verdict.word}: {verdict.evidence}")
"""
MARK = "Saved by kerlint. This file needs Python, Keras and TensorFlow to run, and not kerlint."


@dataclass(frozen=True, slots=True)
class Proof:
    """The text of a trial in its parts, in the order in which they are written.

    ``models`` is what was made from the program, the rest is kerlint's own.
    """

    imports: str
    models: str
    library: str
    ending: str

    @property
    def text(self) -> str:
        return "\n\n".join(part for part in (self.imports, self.models, self.library) if part) + (
            f"\n\n{self.ending}\n\n{ENDING}"
        )


def proof(trial: Trial, experiment: str, level: int) -> Proof:
    """The text for one experiment, with the models shrunk to a level (see ``shrunk``).

    At the level ``HEAD`` they are what is left from the last layer with a kernel on.
    """
    if level == HEAD:
        assert isinstance(trial, ModelTrial)
        assert trial.head is not None
        return proof(trial.head, experiment, 0)
    if isinstance(trial, CallTrial):
        source = library(experiment)
        return Proof(source.imports, "", source.text, _calling(trial))
    written = "The model as it is written."
    if OTHERWISE_REPAIRED in trial.baseline.assumed:
        written = f"The model as it is written, with {OTHERWISE_REPAIRED}."
    models = [("as_written", written, trial.baseline)]
    added: frozenset[int] = frozenset()
    if trial.repaired is not None:
        models.append(("with_repairs", "The same model, repaired.", trial.repaired))
        added = frozenset(trial.repaired.by_id()) - frozenset(trial.baseline.by_id())
    texts = []
    for name, title, spec in models:
        made = shrunk(_prepared(spec, trial, averages(experiment)), level)
        new = added if spec is trial.repaired else frozenset()
        claimed = Claimed(trial.output, trial.layer, trial.last, new, trial.raises, trial.role)
        texts.append(function(name, title, made, claimed))
    given = ", ".join(f"build({name})" for name, _, _ in models)
    missing = ", None" if trial.repaired is None else ""
    ending = f"def prove():\n    return compare({given}{missing})\n"
    source = library(experiment, _names_in(texts))
    return Proof(source.imports, "\n\n".join([_title("the models"), *texts]), source.text, ending)


def _names_in(texts: Iterable[str]) -> frozenset[str]:
    """The names that the models take from elsewhere, and a few more."""
    return frozenset({"build"}).union(*(_uses(ast.parse(text)) for text in texts))


def _prepared(spec: ModelSpec, trial: ModelTrial, averages: bool) -> ModelSpec:
    """The model as the experiment wants it, with what the claim says of the targets."""
    if trial.lowest is not None and trial.highest is not None:
        objective = spec.objectives[trial.output]
        known = objective.targets or TargetSpec()
        known = replace(known, lowest=trial.lowest, highest=trial.highest)
        objectives = list(spec.objectives)
        objectives[trial.output] = replace(objective, targets=known)
        spec = replace(spec, objectives=tuple(objectives))
    spec = transposed(spec)
    return averaging(spec) if averages else spec


def _calling(trial: CallTrial) -> str:
    known: dict[str, Plain] = {
        "callee": trial.callee,
        "keyword": trial.keyword,
        "renamed": trial.renamed,
        "value": trial.value,
        "ignored": trial.ignored or None,
        "refused": trial.refused or None,
        "numpy": trial.numpy or None,
        "setting": trial.setting or None,
    }
    given = [f"{name}={plain(value)}" for name, value in known.items() if value is not None]
    inner = "".join(f"        {each},\n" for each in given)
    return f"def prove():\n    call = Call(\n{inner}    )\n    return attempt(call)\n"


def saved(text: str, title: str, evidence: str) -> str:
    """The text as a file of its own, with what it shows in front."""
    return f'"""{_quoted(title)}\n\n{_quoted(evidence)}\n\n{MARK}\n"""\n\n{text}'


def _quoted(text: str) -> str:
    """A text between three quotes, whatever it contains: reading it gives the same text again."""
    made = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in made
    )


def _title(words: str) -> str:
    return f"# -- {words} ".ljust(100, "-") + "\n"


# -- the source of experiments --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Library:
    """The source of an experiment with all that it uses."""

    imports: str
    text: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """A piece of source: a function, a constant, a method, or what a class has before those.

    ``names`` are those that it defines, ``uses`` those that it speaks of, ``owner`` the class of a
    method.
    """

    text: str
    names: frozenset[str]
    uses: frozenset[str]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class _Module:
    docstring: str
    units: tuple[_Unit, ...]
    imports: dict[str, str]


@functools.cache
def library(experiment: str, names: frozenset[str] = frozenset()) -> Library:
    """Put the source of an experiment together; ``names`` are what the models use of it."""
    own = _module("experiments", experiment)
    support = [_module("support", name) for name in SUPPORT]
    chosen = list(own.units)
    waiting = [unit for module in support for unit in module.units]
    # One after the other, until nothing that is there uses anything that is not.
    uses = {name for unit in chosen for name in unit.uses} | names
    while True:
        found = [unit for unit in waiting if _wanted(unit, uses)]
        if not found:
            break
        waiting = [unit for unit in waiting if unit not in found]
        uses.update(name for unit in found for name in unit.uses)
        chosen += found
    imports: dict[str, None] = {}
    for module in (own, *support):
        kept = {name for unit in module.units if unit in chosen for name in unit.uses}
        imports.update((text, None) for name, text in module.imports.items() if name in kept)
    used = _pieces(unit for module in support for unit in module.units if unit in chosen)
    comment = "\n".join(f"# {line}".rstrip() for line in own.docstring.splitlines())
    text = _title("the experiment") + f"\n{comment}\n\n{_pieces(own.units)}\n\n\n"
    text += _title("what it uses") + f"\n{used}\n"
    return Library(_imports(imports), text)


def averages(experiment: str) -> bool:
    """Whether an experiment wants averages in place of maxima."""
    return any("AVERAGES" in unit.names for unit in _module("experiments", experiment).units)


def _wanted(unit: _Unit, uses: set[str]) -> bool:
    """Whether a piece is used; a method that Python calls itself is whenever its class is."""
    if not unit.owner:
        return bool(unit.names & uses)
    special = any(name.startswith("__") for name in unit.names)
    return unit.owner in uses and (special or bool(unit.names & uses))


def _pieces(units: Iterable[_Unit]) -> str:
    """Pieces of source with the blank lines between them that Python's style asks for."""
    made = ""
    before = ""
    for unit in units:
        text = unit.text
        large = "def " in text or "class " in text
        if made and unit.owner:
            made += "\n\n"
        elif made:
            made += "\n\n\n" if large or before == "large" else "\n"
        made += text
        before = "large" if large else "small"
    return made


def _imports(found: Iterable[str]) -> str:
    """Imports in their order, with the settings before Keras is imported."""
    plain = {text for text in found if text.startswith("import ")} | {"import os", "import keras"}
    third = sorted(text for text in plain if text.split()[1] in THIRD_PARTY)
    named: dict[str, set[str]] = {}
    for text in found:
        if text.startswith("from "):
            module, _, name = text.removeprefix("from ").partition(" import ")
            named.setdefault(module, set()).add(name)
    groups = [f"from {module} import {', '.join(sorted(n))}" for module, n in sorted(named.items())]
    standard = "\n".join([*sorted(plain.difference(third)), *groups])
    return (
        f"from __future__ import annotations\n\n{standard}\n\n{SETTINGS}\n"
        f"{chr(10).join(third)}\n\n{CONFIGURATION}"
    )


@functools.cache
def _module(folder: str, name: str) -> _Module:
    """Take the source of a module apart."""
    with open(os.path.join(HERE, folder, f"{name}.py"), encoding="utf-8") as file:
        source = file.read()
    tree = ast.parse(source)
    lines = source.splitlines()
    imports: dict[str, str] = {}
    units: list[_Unit] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports.update((a.asname or a.name, ast.unparse(node)) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module is not None and not node.module.startswith(("kerlint.", "__future__")):
                for alias in node.names:
                    imports[alias.name] = f"from {node.module} import {alias.name}"
        elif isinstance(node, ast.ClassDef):
            units.extend(_class(node, lines))
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            units.append(_Unit(_source(node, lines), _names(node), _uses(node)))
    return _Module(ast.get_docstring(tree) or "", tuple(units), imports)


def _class(node: ast.ClassDef, lines: list[str]) -> Iterator[_Unit]:
    """A class in pieces: what comes before its methods, then each method."""
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    start, stop = _first_line(node, lines), node.end_lineno or node.lineno
    end = _first_line(methods[0], lines) if methods else stop
    head = "\n".join(lines[start:end]).rstrip()
    uses = {name for each in node.body if each not in methods for name in _uses(each)}
    uses.update(name for each in (*node.decorator_list, *node.bases) for name in _uses(each))
    yield _Unit(head, frozenset({node.name}), frozenset(uses))
    for method in methods:
        yield _Unit(
            _source(method, lines), frozenset({method.name}), _uses(method), owner=node.name
        )


def _source(node: ast.stmt, lines: list[str]) -> str:
    return "\n".join(lines[_first_line(node, lines) : node.end_lineno])


def _first_line(node: ast.stmt, lines: list[str]) -> int:
    """The index of the first line of a statement, with its decorators and the comment above it."""
    first = node.lineno - 1
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.decorator_list:
        first = node.decorator_list[0].lineno - 1
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        if lines[first - 1].lstrip().startswith("# --"):
            break
        first -= 1
    return first


def _names(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, ast.FunctionDef):
        return frozenset({node.name})
    return frozenset(
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )


def _uses(node: ast.AST) -> frozenset[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    names.update(each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute))
    return frozenset(names)
