"""The pages of ``kerlint explain``: what is a section, and how it looks on a terminal."""

from __future__ import annotations

import re

import pytest

from kerlint.catalogue import pages
from kerlint.catalogue.codes import catalogue
from kerlint.catalogue.entry import Entry
from kerlint.diagnostics import Severity

PAGE = """\
The summary with ``code`` in it.

The first paragraph, which is long enough that it has to be wrapped at the width of a narrow
terminal. It names ``keras.layers.Dense(units=1, activation="softmax")`` and

the second paragraph. Note: this colon is no heading.

    an_indented = "block"  # stays as it is

Bad:
    model.add(Dense(1))  # a comment

    model.fit(x, y)
Good:
    if ready:
        model.add(Dense(2))
Tempting:
    model.add(Dense(units))

People say: "loss does not decrease", "why is it
always 1".

When kerlint stays silent:
    - The number of units is not known, because it comes from a file or from the command line.
    - Another reason.
"""
ESCAPE = re.compile(r"\x1b\[\d+m")


def entry(text=PAGE, **changes):
    given = {"default": True, "severity": Severity.ERROR, **changes}
    summary = text.partition("\n")[0]
    return Entry("KER999", "an-example", required_bytes=(), summary=summary, page=text, **given)


def test_sections():
    page = pages.parse(PAGE)
    assert page.summary == "The summary with ``code`` in it."
    assert page.description.startswith("The first paragraph")
    assert page.description.endswith("# stays as it is")
    assert page.bad == "model.add(Dense(1))  # a comment\n\nmodel.fit(x, y)"
    assert page.good == "if ready:\n    model.add(Dense(2))"
    assert page.tempting == "model.add(Dense(units))"
    assert page.people_say == ("loss does not decrease", "why is it always 1")
    assert page.silent.splitlines()[1] == "- Another reason."


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("A summary.\n\nProse.\n\nBad:\n    x\nGood:\n    y\n", ""),
        ("A summary.\n\nWhen kerlint stays silent: always.\n", "always."),
        ("A summary.\n\nWhen kerlint stays silent:\nOne.\n\nTwo.\n", "One.\n\nTwo."),
        ("A summary.\n\nWhen kerlint stays silent:\n\n    One.\n\n    Two.\n", "One.\n\nTwo."),
        ("A summary.", ""),
    ],
)
def test_pages_that_are_written_in_other_ways(text, silent):
    page = pages.parse(text)
    assert page.summary == "A summary."
    assert page.silent == silent
    assert list(pages.as_text(entry(text)))[2] == "A summary."


def test_order_of_the_sections():
    lines = list(pages.as_text(entry()))
    headings = [line for line in lines if line.endswith(":") and line[0] != " "]
    assert headings == [
        "Bad:",
        "Good:",
        "Right, although it looks similar:",
        "People say:",
        "When kerlint stays silent:",
    ]
    assert lines[:3] == [
        "KER999 an-example (error, on by default)",
        "",
        "The summary with `code` in it.",
    ]
    assert '    an_indented = "block"  # stays as it is' in lines


@pytest.mark.parametrize("width", [10, 50, 79, 300])
def test_prose_is_wrapped_and_code_is_not(width):
    lines = list(pages.as_text(entry(), width=width))
    code = {line for line in lines if line.startswith("    ")}
    assert all(len(line) <= max(40, min(width, pages.MAX_WIDTH)) for line in set(lines) - code)
    assert "    model.add(Dense(1))  # a comment" in lines
    words = " ".join(" ".join(lines).split())
    assert "not known, because it comes from a file or from the command line." in words


def test_items_of_a_list_have_a_hanging_indent():
    lines = list(pages.as_text(entry(), width=50))
    start = lines.index("When kerlint stays silent:") + 1
    assert lines[start].startswith("    - The number")
    assert lines[start + 1].startswith("      ")
    assert lines[-1] == "    - Another reason."


def test_colours_change_no_word():
    plain = "\n".join(pages.as_text(entry(), width=60))
    coloured = "\n".join(pages.as_text(entry(), width=60, colour=True))
    assert "\x1b[" not in plain
    assert ESCAPE.sub("", coloured) == plain.replace("`", "")
    assert "\x1b[1mBad:\x1b[0m" in coloured
    assert "\x1b[2m  # a comment\x1b[0m" in coloured


def test_how_a_rule_is_turned_on():
    (first, *_) = pages.as_text(entry(default=False, severity=Severity.INFO))
    assert first == (
        "KER999 an-example (info, off by default; turn it on with --extend-select KER999)"
    )


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_every_page_is_whole(rule):
    """No word gets lost between the docstring and the terminal."""
    shown = " ".join(" ".join(pages.as_text(rule)).split())
    text = rule.text.replace("\nTempting:\n", "\nRight, although it looks similar:\n")
    for paragraph in re.split(r"\n\s*\n|\n(?=Good:|Right, )", text):
        if not paragraph.startswith("People say"):
            assert " ".join(paragraph.replace("``", "`").split()) in shown
    for said in pages.parse(rule.text).people_say:
        assert f'"{said}"' in shown
