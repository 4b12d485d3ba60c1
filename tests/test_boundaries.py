"""Who may import what: the one-way flow and the three boundaries of the design."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kerlint

TOP = Path(kerlint.__file__).parent
MODULES = sorted(path.relative_to(TOP) for path in TOP.rglob("*.py"))
KERAS = {"tensorflow", "keras", "tf_keras"}
# Downstream may know upstream, never the other way round.
MAY_NOT_KNOW = {
    "sources": "reading program rules repairs execute reports server run command",
    "program": "reading rules repairs execute reports server run command",
    "keras_api": "reading program rules repairs execute reports run command",
    "reading": "rules repairs execute reports server run command",
    "rules": "reading execute reports server run command sources",
    "saved": "reading program rules repairs execute reports server run command",
    "execute": "reading repairs reports server run command sources",
    "repairs": "server command",
    "reports": "reading rules repairs execute server run command",
    "notebooks": "reading rules repairs program server",
    "config": "reading program rules execute repairs server run",
    "catalogue": "reading program execute repairs reports server run command config",
    "plugins": "reading execute repairs reports server run command",
    "processes": "reading program rules execute repairs reports server run command config",
    "run": "command server notebooks",
}


def imported(module: Path) -> Iterator[str]:
    """The dotted names that ``module`` imports anywhere, annotations included."""
    for node in ast.walk(ast.parse((TOP / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_boundaries(module):
    names = set(imported(module))
    tops = {name.partition(".")[0] for name in names}
    part = module.parts[0]
    if part != "repairs" and module.parts[:2] != ("reading", "syntax"):
        assert "libcst" not in tops
    if part not in ("execute", "guard.py") and not module.as_posix().startswith(
        "keras_api/generate"
    ):
        assert not tops & KERAS
    known = {name.split(".")[1] for name in names if name.startswith("kerlint.")}
    assert not known & set(MAY_NOT_KNOW.get(part, "").split())


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_dataclasses_are_made_lazily(module):
    """``dataclasses.dataclass`` takes 0.6 ms for each class at every start."""
    name = module.as_posix()
    # What becomes a part of proofs knows nothing of kerlint, and nobody waits for the generator.
    if name.startswith(("execute/support", "execute/experiments", "keras_api/generate")):
        return
    if name != "lazy_dataclass.py":
        assert not {"dataclasses.dataclass", "dataclasses.replace"} & set(imported(module))


# The rooms of the reader, and what each may import of the others.
ROOMS = {
    "syntax": set(),
    "arrays": {"interpreter"},
    "library": {"syntax", "interpreter", "arrays"},
    "interpreter": {"syntax", "arrays", "library", "imports"},
    "imports": {"syntax", "interpreter"},
    "paths": {"syntax", "interpreter", "library", "imports"},
}
# The interpreter itself: expressions call functions, whose statements hold expressions.
INTERPRETER = {
    f"kerlint.reading.interpreter.{name}"
    for name in ("assignments", "calls", "expressions", "statements")
}


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_of_the_reader(room):
    modules = [m for m in MODULES if m.parts[0] == "reading" and Path(m.parts[1]).stem == room]
    names = {tuple(name.split(".")) for module in modules for name in imported(module)}
    known = {name[2] for name in names if name[:2] == ("kerlint", "reading") and len(name) > 2}
    assert known - {room} <= ROOMS[room]
    if room == "library":
        # They find the interpreter in the state: it imports them.
        assert not INTERPRETER & {".".join(name[:4]) for name in names}


def test_import_circles():
    """The only circle is the interpreter itself."""
    paths = {name_of(module): module for module in MODULES}
    # The package imports its engine when it is asked to lint; not when it is imported.
    graph = {
        name: {other for other in executed(module) if other in paths and other != name}
        for name, module in paths.items()
        if name != "kerlint"
    }
    assert {name for name in graph if name in reachable(graph, name)} == INTERPRETER


def name_of(module: Path) -> str:
    parts = ("kerlint", *module.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def executed(module: Path) -> Iterator[str]:
    """The modules that ``module`` imports when it runs, in functions too."""
    pending: list[ast.AST] = [ast.parse((TOP / module).read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (
                    inner
                    if (TOP.parent / inner.replace(".", "/")).with_suffix(".py").exists()
                    else node.module
                )
        pending.extend(ast.iter_child_nodes(node))


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = [*graph[start]]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(graph.get(name, ()))
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_module_says_its_reason_to_exist(module):
    tree = ast.parse((TOP / module).read_text(encoding="utf-8"))
    text = ast.get_docstring(tree)
    assert text, "no docstring"
    assert text.splitlines()[0].strip()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_drawer_for_everything(module):
    assert not {"utils", "helpers", "common", "misc"} & {*module.with_suffix("").parts}


def test_test_files_have_names_of_their_own():
    """pytest collects only one of two files of the same name, as tests are no packages."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
