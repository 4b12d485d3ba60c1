"""Rules and experiments fit: what a rule names exists, and says where its thresholds come from."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kerlint.execute import experiments
from kerlint.rules import all_rules

HERE = Path(experiments.__file__).parent


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_names_experiments_or_says_why_there_are_none(rule):
    if rule.experiment.startswith("none:"):
        assert len(rule.experiment) > len("none: because")
        assert experiments.named(rule.experiment) == []
        return
    words = [part.partition(":")[0].strip() for part in rule.experiment.split(";")]
    assert experiments.named(rule.experiment) == words


@pytest.mark.parametrize("module", sorted(set(experiments.MODULES.values())))
def test_an_experiment_tells_of_itself(module):
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    text = ast.get_docstring(tree) or ""
    assert len(text.splitlines()) >= 3, "what is measured, and when it confirms and refutes"
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert functions & {"compare", "attempt"}
