"""The rules themselves are checked: each tells of itself, and its examples do what they say."""

from __future__ import annotations

import ast
import re

import pytest
from examples import programs, snippets, whole

import kerlint
from kerlint.catalogue.codes import catalogue
from kerlint.catalogue.entry import Entry
from kerlint.config.settings import Selection, Settings
from kerlint.rules import all_rules
from kerlint.run.check_file import diagnose
from kerlint.sources.source import Source


def codes(code: str, entry: Entry) -> list[str]:
    found = kerlint.lint_source(code, extend_select=[entry.code])
    return [finding.code for finding in found]


by_code = pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.code)


def test_codes_and_names_are_unique() -> None:
    entries = catalogue()
    assert len({entry.code for entry in entries}) == len(entries)
    assert len({entry.name for entry in entries}) == len(entries)
    assert all(re.fullmatch(r"KER\d{3}", entry.code) for entry in entries)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name) for entry in entries)


@by_code
def test_a_rule_tells_of_itself(entry: Entry) -> None:
    lines = entry.text.splitlines()
    assert lines[0].strip().endswith("."), "the summary is a sentence"
    assert len(lines) > 3, "there is prose below the summary"
    assert not lines[1], "the summary stands alone"
    assert snippets(entry.text, "Bad")
    assert snippets(entry.text, "Good")


SECTIONS = ("Bad", "Good", "Tempting", "People say", "When kerlint stays silent")


@by_code
def test_a_page_has_its_sections_in_order(entry: Entry) -> None:
    found = re.findall(r"^([A-Z][\w ]*):", entry.text, re.MULTILINE)
    headings = [word for word in found if word in SECTIONS]
    assert headings == [word for word in SECTIONS if word in headings]


@pytest.mark.parametrize(
    "entry",
    [e for e in catalogue() if re.match(r"KER[1235]", e.code)],
    ids=lambda entry: entry.code,
)
def test_a_page_about_models_says_where_kerlint_stays_silent(entry: Entry) -> None:
    _, heading, end = entry.text.partition("\nWhen kerlint stays silent:\n")
    assert heading
    lines = end.rstrip().splitlines()
    assert lines
    assert all(line.startswith("    ") for line in lines)
    if not entry.default:
        assert f"--extend-select {entry.code}" in " ".join(entry.text.split())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_names_its_experiment(rule) -> None:
    assert rule.experiments or rule.untestable, "an experiment, or the reason why there is none"
    assert all(isinstance(word, bytes) and word for word in rule.required_bytes)


@by_code
@pytest.mark.parametrize("heading", ["Bad", "Good", "Tempting"])
def test_examples_parse(entry: Entry, heading: str) -> None:
    if (entry.code, heading) == ("KER000", "Bad"):
        pytest.skip("this one is about code that does not parse")
    ast.parse(snippets(entry.text, heading))


@by_code
def test_the_bad_example_is_found(entry: Entry) -> None:
    bad = snippets(entry.text, "Bad")
    assert entry.code in codes(whole(bad), entry)
    if entry.required_bytes:
        assert any(word in bad.encode() for word in entry.required_bytes)


@by_code
def test_an_experiment_is_looked_up_for_the_bad_example(entry: Entry) -> None:
    """With ``--execute`` a rule looks at the program once more, at what it asks for only."""
    source = Source("bad.py", whole(snippets(entry.text, "Bad")))
    settings = Settings(".", selections=(Selection(select=(entry.code,)),))
    found = [each.code for each in diagnose(source, settings, execute=True).diagnostics]
    assert entry.code in found or entry.code == "KER013"  # about comments for other rules


@by_code
def test_the_good_example_is_not_found(entry: Entry) -> None:
    assert entry.code not in codes(whole(snippets(entry.text, "Good")), entry)


WHAT_TO_WRITE = """\
the docstring has no `Tempting:`. After `Good:`, write a program that looks like the bug but is
right, such as one that a simpler version of this rule would report. If one program is not enough,
begin the next one with a blank line and a comment."""


@by_code
def test_a_rule_has_a_tempting_example(entry: Entry) -> None:
    assert snippets(entry.text, "Tempting"), f"{entry.code}: {WHAT_TO_WRITE}"


@by_code
def test_nothing_is_found_in_a_tempting_example(entry: Entry) -> None:
    """Nor is anything else, and it has the bytes without which the rule is not even asked."""
    for program in programs(snippets(entry.text, "Tempting")):
        assert codes(program, entry) == []
        if entry.required_bytes:
            assert any(word in program.encode() for word in entry.required_bytes)
