"""The comparison with other tools says what was measured."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kerlint.catalogue import pages
from kerlint.catalogue.codes import catalogue

TOP = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| (\w+) \| (\w+) \| [^|]+ \| [^|]+ \| \[(KER\d+)\]\(([^)]+)\) \|$")
ROWS = [
    match.groups()
    for line in (TOP / ".github/COMPARISON.md").read_text(encoding="utf-8").splitlines()
    if (match := ROW.match(line))
]
MEASURED = json.loads((TOP / "kerlint/rules/measured.json").read_text(encoding="utf-8"))["examples"]
# Their examples have no data, so they are not trained when the rules are measured.
WITHOUT_DATA = {"KER126", "KER703"}
# What ruff says of the example only, which has nothing to do with the mistake.
ABOUT_STYLE = {"PLR6104"}


def test_the_table_is_read() -> None:
    assert len(ROWS) >= 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[3])
def test_what_keras_does_was_measured(row: tuple[str, ...]) -> None:
    _, keras, _, code, _ = row
    said = MEASURED[code].get("keras", "")
    if code in WITHOUT_DATA:
        assert not said
    else:
        assert said.startswith({"trains": "nothing", "warns": "it warns"}.get(keras, "it raises"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[3])
def test_links_lead_to_the_rule(row: tuple[str, ...]) -> None:
    _, _, _, code, link = row
    page, _, anchor = link.partition("#")
    text = (TOP / ".github" / page).read_text(encoding="utf-8")
    assert anchor == code.lower()
    assert f'<a id="{anchor}">' in text


def test_ruff_says_the_same_of_the_corrected_examples(tmp_path: Path) -> None:
    codes = {row[3] for row in ROWS}
    for entry in catalogue():
        if entry.code in codes:
            page = pages.parse(entry.text)
            (tmp_path / f"{entry.code}_bad.py").write_text(page.bad + "\n", encoding="utf-8")
            (tmp_path / f"{entry.code}_good.py").write_text(page.good + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "ALL", "--preview"]
    done = subprocess.run(
        [*command, "--output-format", "json", str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    found: dict[str, Counter[str]] = {}
    for each in json.loads(done.stdout):
        found.setdefault(Path(each["filename"]).stem, Counter())[each["code"]] += 1
    assert found, "ruff says something about the style of every example"
    for code in codes:
        only_bad = found.get(f"{code}_bad", Counter()) - found.get(f"{code}_good", Counter())
        assert set(only_bad) <= ABOUT_STYLE, code
