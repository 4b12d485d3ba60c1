"""The fixtures of rules about arguments and statements, with all of their fixes applied."""

# ruff: noqa: SIM905 (a long list of numbers reads better as running text)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kerlint.config.settings import combine
from kerlint.diagnostics import Applicability
from kerlint.repairs.rounds import fix_source
from kerlint.run import engine
from kerlint.sources.source import Source

CODES = [
    f"KER{number}"
    for number in (
        "003 005 006 007 011 012 139 404 405 406 409 508 513 519 520 522 603 608 702 705 706 708 "
        "710 712 716 725 727 728 729 733 801 803 806 808 905 906 910 916 917 921 924 925"
    ).split()
]
FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = [
    path
    for path in sorted(FIXTURES.rglob("*.py"))
    if re.search("|".join(CODES), path.read_text(encoding="utf-8"))
    and path.name != "two_numbers_from_one.py"  # in Python 2, which no fix is applied to
]


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fixed_fixture(path):
    settings = combine("/", [engine.from_keywords({"select": CODES})])
    data = path.read_bytes()

    def lint(content):
        return engine.lint_source(Source(str(path), content.decode()), content, settings)

    made = fix_source(str(path), data, lint, Applicability.UNSAFE)
    assert not made.left
    offered = [each.code for each in lint(made.data).diagnostics if each.fix is not None]
    assert not offered
    again = fix_source(str(path), made.data, lint, Applicability.UNSAFE)
    assert again.data == made.data
