"""Every finding that a fixture expects is confirmed in TensorFlow, or the fixture says why not.

``# unproven: KER105 reason`` on a line of its own stands for the findings of that code in the file,
``# unproven in part: KER105 reason`` for some of them.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from sampling import EXPERIMENTS, one_of_each, takes

from kerlint.config.settings import resolver
from kerlint.run import engine

ROOT = Path(__file__).resolve().parents[2] / "fixtures"
_EXPECT = re.compile(r"#\s*expect:\s*((?:KER\d{3}\s*)+)$", re.MULTILINE)
_UNPROVEN = re.compile(r"^\s*#\s*unproven:\s*(KER\d{3})\s+\S", re.MULTILINE)
_IN_PART = re.compile(r"^\s*#\s*unproven in part:\s*(KER\d{3})\s+\S", re.MULTILINE)
_OPTIONS = re.compile(r"^#\s*options:\s*(.*)$", re.MULTILINE)


def proven_files() -> list[Path]:
    """The fixtures that expect a finding which can be tried."""
    return [
        path
        for path in sorted(ROOT.rglob("*.py"))
        if any(EXPERIMENTS.get(code) for code in expected(path.read_text(encoding="utf-8")))
    ]


def expected(text: str) -> list[str]:
    return [code for match in _EXPECT.finditer(text) for code in match.group(1).split()]


def settings(text: str) -> dict[str, object]:
    """The options of a fixture as keywords."""
    words = [word for match in _OPTIONS.finditer(text) for word in shlex.split(match.group(1))]
    pairs = zip(words[::2], words[1::2], strict=True)
    made: dict[str, object] = {}
    for option, value in pairs:
        key = option.removeprefix("--").replace("-", "_")
        made[key] = value.split(",") if "select" in key or key == "ignore" else value
    return made


def tried(path: Path) -> set[object]:
    """The experiments that a fixture needs."""
    codes = expected(path.read_text(encoding="utf-8"))
    return {experiment for code in codes for experiment in EXPERIMENTS.get(code, ())}


@pytest.mark.parametrize(
    "path",
    one_of_each(proven_files(), tried, lambda path: path.stat().st_size),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_fixture_is_proven(path, prover):
    text = path.read_text(encoding="utf-8")
    settings_for = resolver(engine.from_keywords(settings(text)), isolated=True)
    run = engine.lint_paths([str(path)], settings_for, jobs=1, use_cache=False, prover=prover)
    excepted, in_part = set(_UNPROVEN.findall(text)), set(_IN_PART.findall(text))
    wrong = []
    words: dict[str, set[str]] = {code: set() for code in in_part}
    for finding in run.outcomes[0].diagnostics:
        if not EXPERIMENTS.get(finding.code) or takes(finding.code):
            continue
        if finding.code in in_part and finding.verdict in ("confirmed", "unproven"):
            words[finding.code].add(finding.verdict)
            continue
        wanted = "unproven" if finding.code in excepted else "confirmed"
        if finding.verdict != wanted:
            place = f"{finding.span.start.row}: {finding.code} {finding.verdict}"
            wrong.append(f"{place}: {finding.evidence}")
    assert not wrong, "\n".join(wrong)
    assert all(len(both) == 2 for both in words.values()), words
