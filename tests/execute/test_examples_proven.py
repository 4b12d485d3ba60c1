"""What the docstrings of the rules call bad is bad: confirmed in TensorFlow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from kerlint.catalogue import catalogue
from kerlint.rules import all_rules

EXPERIMENTS = {rule.code: rule.experiments for rule in all_rules()}
# Whose example has nothing that could be measured, and why.
UNPROVEN = {"KER114": "the range of the targets is what nobody knows"}


def docstrings() -> ModuleType:
    """The tests of the docstrings know how to read them."""
    path = Path(__file__).parents[1] / "rules" / "test_docstrings.py"
    spec = importlib.util.spec_from_file_location("docstrings_of_rules", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


READ = docstrings()


@pytest.mark.parametrize(
    "entry", [e for e in catalogue() if EXPERIMENTS.get(e.code)], ids=lambda entry: entry.code
)
def test_the_bad_example_is_confirmed(prove, entry):
    text = READ.whole(READ.snippets(entry.text, "Bad"))
    found = [f for f in prove(text, extend_select=[entry.code]) if f.code == entry.code]
    assert found
    for finding in found:
        wanted = "unproven" if entry.code in UNPROVEN else "confirmed"
        assert finding.verdict == wanted, finding.evidence
        if wanted == "confirmed":
            sentence, numbers = (finding.evidence or "").split("\n")
            assert sentence.startswith(("Built and tried: ", "Tried: "))
            assert sentence.endswith(".")
            assert numbers
