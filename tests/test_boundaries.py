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
    "sources": {"reading", "program", "rules", "repairs", "execute", "reports", "server", "engine"},
    "program": {"reading", "rules", "repairs", "execute", "reports", "server", "engine", "cli"},
    "keras_api": {"reading", "program", "rules", "repairs", "execute", "reports", "engine", "cli"},
    "reading": {"rules", "repairs", "execute", "reports", "server", "engine", "cli"},
    "rules": {"reading", "execute", "reports", "server", "engine", "cli", "sources"},
    "execute": {"reading", "repairs", "reports", "server", "engine", "cli", "sources"},
    "reports": {"reading", "rules", "execute", "server", "engine", "cli"},
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
    if part not in ("reading", "repairs"):
        assert "libcst" not in tops
    if part != "execute" and not module.as_posix().startswith("keras_api/generate"):
        assert not tops & KERAS
    known = {name.split(".")[1] for name in names if name.startswith("kerlint.")}
    assert not known & MAY_NOT_KNOW.get(part, set())


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_module_says_its_reason_to_exist(module):
    tree = ast.parse((TOP / module).read_text(encoding="utf-8"))
    text = ast.get_docstring(tree)
    assert text, "no docstring"
    assert text.splitlines()[0].strip()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_drawer_for_everything(module):
    assert not {"utils", "helpers", "common", "misc"} & {*module.with_suffix("").parts}
