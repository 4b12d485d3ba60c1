"""Info is shown to those who asked for its code, and hides nothing else."""

from __future__ import annotations

import pytest

import kerlint

LEFTOVER = "from keras.optimizers import Adam\nAdam(decay=0.0)\n"
TOO_MUCH = f"import keras\nx = {150 * '['}{150 * ']'}\n"


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, False),
        ({"select": ["KER005"]}, True),
        ({"select": ["KER0"]}, True),
        ({"select": ["ALL"]}, True),
        ({"extend_select": ["argument-ignored"]}, True),
        ({"extend_select": ["KER101"]}, False),
        ({"select": ["KER005"], "ignore": ["KER005"]}, False),
        ({"severity": {"KER005": "warning"}}, True),
        ({"severity": {"KER005": "info"}}, True),
    ],
)
def test_info_is_shown_when_its_code_is_named(settings: dict, shown: bool) -> None:
    codes = [finding.code for finding in kerlint.lint_source(LEFTOVER, **settings)]
    assert codes == (["KER005"] if shown else [])


def test_info_of_a_statement_that_was_not_read() -> None:
    assert kerlint.lint_source(TOO_MUCH) == []
    (finding,) = kerlint.lint_source(TOO_MUCH, extend_select=["KER000"])
    assert finding.severity.label == "info"


def test_a_suppression_of_hidden_info_is_in_use() -> None:
    text = "from keras.optimizers import Adam\nAdam(decay=0.0)  # kerlint: ignore[KER005]\n"
    assert kerlint.lint_source(text) == []
    assert kerlint.lint_source(text, select=["KER005", "KER013"]) == []


def test_hidden_info_fails_no_run(kerlint, project) -> None:
    (project / "old.py").write_text(LEFTOVER)
    assert kerlint("--fail-on", "info").code == 0
    assert kerlint("--fail-on", "info", "--extend-select", "KER005").code == 1
