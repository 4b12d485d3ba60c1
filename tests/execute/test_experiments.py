"""Rules and experiments fit: each has its file, and says where its thresholds come from."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kerlint.execute import experiments
from kerlint.program.claims import EXPERIMENTS
from kerlint.rules import all_rules

HERE = Path(experiments.__file__).parent


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_names_experiments_or_says_why_there_are_none(rule):
    if rule.experiments:
        assert not rule.untestable
        assert len(set(rule.experiments)) == len(rule.experiments)
        kinds = {each.takes for each in rule.experiments}
        assert any(all(issubclass(kind, other) for other in kinds) for kind in kinds), (
            "one claim goes to all of them"
        )
    else:
        assert rule.untestable


def test_each_file_is_an_experiment_that_a_rule_can_name():
    files = {path.stem for path in HERE.glob("*.py")} - {"__init__"}
    assert files == set(EXPERIMENTS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_tells_of_itself(name):
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    text = ast.get_docstring(tree) or ""
    assert len(text.splitlines()) >= 3, "what is measured, and when it confirms and refutes"
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert functions & {"compare", "attempt"}
