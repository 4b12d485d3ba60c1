"""The report as a page: whole, safe, readable for everybody, and small."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from page_reader import Element, read

from kerlint.diagnostics import (
    MIGRATION,
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Position,
    Related,
    Severity,
    Span,
)
from kerlint.measured import (
    NO_GRADIENT,
    GradientLength,
    Histogram,
    LayerBuilt,
    LossCurve,
    Measured,
    ModelMeasured,
    UnitGradients,
)
from kerlint.outcome import Coverage
from kerlint.reports import measures
from kerlint.reports.html import render
from kerlint.reports.report import Report

# A process forked from one that runs TensorFlow may die, and other tests here may have loaded it.
pytestmark = pytest.mark.usefixtures("in_this_process")

HERE = "/home/me/src"
HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style></title></textarea><b>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- --><![CDATA[ ]]>",
    "&lt;&#60;&amp",
    "javascript:alert(1)",
    "`</code><svg onload=alert(1)>`",
    "\u202e\u2066txt\u200f",
    "\x00\x1b[31m\x7f\x9b\ud800",
    "Größe 模型 \U0001f600",
)


def span(row, column, end_column, cell=None):
    return Span(Position(row, column), Position(row, end_column), cell)


def finding(row=2, code="KER101", **more):
    lines = {row - 1: "model = Sequential()", row: 'model.add(Dense(1, activation="softmax"))'}
    values = {
        "code": code,
        "name": "softmax-on-one-unit",
        "severity": Severity.ERROR,
        "message": "softmax over a single unit always outputs `1.0`",
        "path": f"{HERE}/ratings.py",
        "span": span(row, 11, 41),
        "lines": lines,
        "label": "one unit",
        "help": "use `sigmoid`",
        **more,
    }
    return Diagnostic(**values)


def fix(*edits, applicability=Applicability.SAFE, why=""):
    return Fix(applicability, "Use another activation", edits, why)


def units(layer, classes, steps=4):
    distinct = len({*classes} - {NO_GRADIENT})
    return UnitGradients(
        layer, len(classes), distinct, classes.count(NO_GRADIENT), tuple(classes), steps
    )


LAYERS = (
    LayerBuilt("input_layer", "InputLayer", ((None, 4),), 0),
    LayerBuilt("dense", "Dense", ((None, 8),), 40),
    LayerBuilt("two", "LSTM", ((None, 1), (None, 3)), 1_009),
)
MEASURED = Measured(
    "gradient_symmetry",
    ModelMeasured(
        LAYERS,
        1_049,
        (units("dense", [NO_GRADIENT] * 8), units("two", [0] * 40)),
        (GradientLength("dense", 1e-9), GradientLength("two", 0.5)),
        Histogram("", -1.0, 1.0, (0, 0, 0, 6), 1.0, 1.0),
        LossCurve("mean_squared_error", (0, 5, 9), (3.0, 2.5, float("nan")), 10),
        ("n = 4",),
    ),
    ModelMeasured(
        LAYERS,
        1_049,
        (units("dense", [*range(8)]), units("two", [*range(40)])),
        (GradientLength("dense", 0.25), GradientLength("two", 0.5)),
        Histogram("", -1.0, 1.0, (1, 2, 2, 0), -0.9, 0.4, 1),
        LossCurve("mean_squared_error", (0, 5, 9), (3.0, 0.5, 0.001), 10),
    ),
)
PROVEN = finding(
    verdict="confirmed",
    evidence="Built and tried: always 1.\noutput std 0",
    measured=MEASURED,
    fix=fix(Edit(span(2, 31, 40), '"sigmoid"'), applicability=Applicability.UNSAFE, why="it is"),
    related=(
        Related(span(2, 1, 6), "the model"),
        Related(span(9, 1, 4), "called here", f"{HERE}/main.py", "run()"),
        Related(span(3, 1, 2), "and here", f"{HERE}/gone.py"),
    ),
)


def page_of(*findings, **report):
    return "".join(render(Report(findings, HERE, **report)))


def shown(*findings, **report) -> Element:
    return read(page_of(*findings, **report))


def one(root, tag, name=None):
    found = [each for each in root.all(tag) if name is None or name in each.classes()]
    assert len(found) == 1, (tag, name, len(found))
    return found[0]


def many():
    """Findings of all kinds, in several files."""
    return (
        PROVEN,
        finding(5, verdict="refuted", evidence="not so", severity=Severity.WARNING),
        finding(7, severity=Severity.INFO, code="KER999", lines={}),
        finding(3, path=f"{HERE}/net.ipynb", span=span(3, 11, 41, cell=4)),
        *(
            finding(row, "KER003", path=f"{HERE}/old.py", group=MIGRATION, message="in Keras 3")
            for row in range(2, 8)
        ),
        finding(2, path=f"{HERE}/story.py", group="a", message="leads", stage=0),
        finding(4, path=f"{HERE}/story.py", group="a", message="follows", measured=MEASURED),
    )


# -- the whole ------------------------------------------------------------------------------------


def test_it_is_well_formed_and_has_landmarks():
    root = shown(*many())
    assert root.attributes["lang"] == "en"
    assert [each.tag for each in one(root, "body").children] == ["a", "header", "main", "footer"]
    assert one(root, "nav").attributes["aria-label"]
    title = one(one(root, "head"), "title")
    assert title.text == "kerlint: 10 errors, 1 warning and 1 info in 4 files"


def test_headings_are_in_order_and_none_is_left_out():
    headings = shown(*many()).all("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(each.tag[1]) for each in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(each.text.strip() for each in headings)


def test_ids_are_unique_and_links_go_to_them():
    root = shown(*many())
    ids = [each.attributes["id"] for each in root.all() if "id" in each.attributes]
    assert len(set(ids)) == len(ids)
    for each in root.all("a"):
        assert each.attributes["href"][1:] in ids, each.attributes
    for name in ("aria-labelledby", "aria-describedby"):
        for each in root.all():
            for wanted in each.attributes.get(name, "").split():
                assert wanted in ids


def test_nothing_is_loaded_and_nothing_runs():
    page = page_of(*many())
    root = read(page)
    policy = one(root, "head").children[1]
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"
    assert "default-src 'none'" in policy.attributes["content"]
    assert "unsafe-eval" not in policy.attributes["content"]
    assert not root.all("script", "link", "img", "iframe", "object", "embed", "base", "form")
    for each in root.all():
        assert not {"src", "srcset", "action", "xlink:href", "background"} & each.attributes.keys()
        assert each.attributes.get("href", "#").startswith("#")
        assert not [name for name in each.attributes if name.startswith("on")]
    style = one(root, "style").text
    assert not re.search(r"url\(|@import|expression|https?:", style)


def test_the_same_findings_give_the_same_page():
    assert page_of(*many()) == page_of(*many())
    assert page_of(*many()).isascii(), "it is the same in whatever encoding it is written"


def test_no_findings():
    coverage = Coverage(files=3, keras=2, parsed=2, models=1)
    root = shown(coverage=coverage)
    assert one(root, "h1").text == "All checks passed"
    assert "Read 3 files and 1 model." in one(root, "main").text + one(root, "header").text
    assert not root.all("article", "section")


def test_after_a_failure_nothing_is_said_to_be_right():
    root = shown(coverage=Coverage(files=1, keras=1), failed=True, quiet=True)
    assert one(root, "h1").text == "Not everything could be checked"
    assert "passed" not in one(root, "header").text


def test_what_was_fixed_is_told():
    root = shown(finding(), fixed=(finding(), finding(4)), coverage=Coverage(files=1))
    assert "Fixed 2 findings." in one(root, "p", "lead").text
    root = shown(fixed=(finding(),), coverage=Coverage(files=1, keras=1))
    assert one(root, "h1").text == "Fixed 1 finding in 1 file; none remain"


def test_who_reads_the_overview_knows_how_it_is():
    coverage = Coverage(files=9, keras=8, parsed=8, models=7, partial=1)
    root = shown(*many(), coverage=coverage, target="Keras 3.8")
    lead = one(root, "p", "lead").text
    assert "Tested by experiment: 1 confirmed and 1 refuted." in lead
    assert "Checked against Keras 3.8." in lead
    assert "1 can be fixed with --fix --unsafe-fixes." in lead
    assert "Read 9 files and 7 models (1 only in part; see --show-unknown)." in lead
    rules, files = root.all("table")[:2]
    assert [each.text for each in rules.all("caption")] == ["Findings by rule"]
    rows = [[cell.text for cell in row.children] for row in rules.all("tr")[1:]]
    assert rows[0] == ["KER003 softmax-on-one-unit", "error", "6"]
    rows = [[cell.text for cell in row.children] for row in files.all("tr")[1:]]
    assert rows[0] == ["old.py", "6", "0", "0"]


def test_tables_have_headers():
    root = shown(*many())
    for table in root.all("table"):
        assert all("scope" in each.attributes for each in table.all("th"))
        first = table.all("tr")[0]
        assert all(each.tag == "th" for each in first.children)
        for row in table.all("tr")[1:]:
            assert row.children[0].tag == "th"
        assert table.all("caption") or "units" in parent_of(root, table).classes()


def parent_of(root, element):
    return next(each for each in [root, *root.all()] if element in each.children)


def test_long_tables_are_folded():
    found = [finding(path=f"{HERE}/{number}.py") for number in range(40)]
    files = shown(*found).all("table")[1:3]
    assert [len(table.all("tr")) for table in files] == [1 + 12, 1 + 28]


# -- findings -------------------------------------------------------------------------------------


def test_a_finding_has_its_code_its_fix_and_its_proof():
    card = shown(PROVEN).all("article")[0]
    heading = one(card, "h4").text
    assert "error" in heading
    assert "line 2, column 11" in heading
    assert "confirmed" in heading
    assert "always outputs 1.0" in heading, "backticks are for code"
    assert [mark.text for mark in card.all("mark")] == [
        "model",
        'Dense(1, activation="softmax")',
        "run",
    ]
    assert [each.text for each in card.all("dt")] == ["See", "Help", "Fix", "Proof"]
    assert "gone.py, line 3: and here" in card.text
    assert "Use another activation (unsafe: it is)" in card.text
    assert one(card, "del").text == '- model.add(Dense(1, activation="softmax"))'
    assert one(card, "ins").text == '+ model.add(Dense(1, activation="sigmoid"))'
    assert one(one(card, "ins"), "b").text == "sigmoid"
    assert "Tested on model 1, 3 layers, 1,049 parameters." in card.text


def test_findings_about_one_mistake_are_folded_below_the_one_that_leads():
    first, second = (finding(row, group="a", message=f"m{row}", stage=row) for row in (2, 4))
    outer, inner = shown(second, first).all("article")
    assert "m2" in one(outer, "h4").text
    assert one(outer, "summary").text == "1 more finding about the same mistake"
    assert inner in one(outer, "details").children
    assert "m4" in one(inner, "h5").text
    assert len(shown(second, first, fold=False).all("details")) == 1, "the page of the rule"


def test_a_migration_is_a_list():
    found = [finding(row, "KER003", group=MIGRATION, message="in Keras 3") for row in range(3, 8)]
    card = one(shown(finding(2, "KER001", group=MIGRATION), *found), "article")
    assert "5 more places need a change" in one(card, "summary").text
    assert "on lines 3, 4, 5, 6 and 7" in one(card, "li").text


def test_cells_of_notebooks():
    it = finding(3, path=f"{HERE}/net.ipynb", span=span(3, 11, 41, cell=4))
    assert "cell 4, line 3, column 11" in shown(it).all("h4")[0].text


def test_layers_of_saved_models():
    found = [
        finding(layer="a<b>", measured=MEASURED, verdict="confirmed", path=f"{HERE}/m.keras"),
        finding(3, layer="", path=f"{HERE}/m.keras"),
    ]
    root = shown(*found)
    headings = [each.text for each in root.all("h4")]
    assert "KER101 layer a<b> " in headings[0]
    assert "KER101 the model " in headings[1]
    assert "Tested for KER101 at layer a<b>." in root.text


def test_the_pages_of_the_rules_are_in_it():
    root = shown(finding(), finding(3, code="KER999"))
    [rule] = [each for each in root.all("details") if "rule" in each.classes()]
    assert rule.children[1].attributes["id"] == "KER101", "a link opens what it is inside of"
    assert "softmax-on-one-unit" in one(rule, "h3").text
    assert {each.text for each in rule.all("h4")} >= {"Wrong", "Right", "People say"}
    assert len(rule.all("pre")) >= 2


def test_boxes_leave_out_findings():
    root = shown(*many())
    boxes = root.all("input")
    assert [each.attributes["id"] for each in boxes] == ["show-e", "show-w", "show-i", "show-r"]
    style = one(root, "style").text
    for each in boxes:
        kind = each.attributes["id"][-1]
        assert f"body:has(#{each.attributes['id']}:not(:checked)) .f.{kind}" in style
        assert any(kind in card.classes() for card in root.all("article"))
    assert not shown(finding(), finding(4, severity=Severity.INFO)).all("input"), "two are few"


# -- fixes ----------------------------------------------------------------------------------------


def changes(it):
    card = shown(it).all("article")[0]
    return [each.text for each in card.all("del", "ins")]


def test_lines_that_the_report_does_not_have_are_read_from_the_file(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"import keras\r\n\r\nx = 1\r\nmodel.add(y)\r\n")
    edits = Edit(span(1, 13, 13), "\nimport os"), Edit(span(4, 1, 6), "net")
    it = finding(4, path=str(path), span=span(4, 1, 6), lines={4: "model.add(y)"}, fix=fix(*edits))
    assert changes(it) == ["+ import os", "- model.add(y)", "+ net.add(y)"]
    path.write_text("another\nfile\n")
    assert changes(it) == [], "it was changed since"
    assert "import os" in page_of(it)


def test_a_line_is_removed(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("a\nb\nc\n")
    whole = Edit(Span(Position(2, 1), Position(3, 1)), "")
    it = finding(2, path=str(path), span=span(2, 1, 2), lines={1: "a", 2: "b"}, fix=fix(whole))
    assert changes(it) == ["- b"]


def test_fixes_of_standard_input():
    far = Edit(span(70, 1, 1), "import os\n")
    it = finding(path="-", fix=fix(far))
    assert changes(it) == []
    assert "import os" in page_of(it)


def test_a_fix_in_a_notebook(tmp_path):
    import json

    cells = [["x = 1\n", "y = 2"], ["import keras\n", "model.add(z)"]]
    content = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(content))
    it = finding(
        path=str(path),
        span=span(2, 1, 6, cell=2),
        lines={2: "model.add(z)"},
        fix=fix(Edit(span(1, 1, 13, cell=2), "import tf"), Edit(span(1, 1, 6, cell=1), "w = 1")),
    )
    assert changes(it) == ["- x = 1", "+ w = 1", "- import keras", "+ import tf"]


# -- pictures -------------------------------------------------------------------------------------


def test_each_picture_has_a_title_and_says_what_it_shows():
    root = shown(PROVEN)
    pictures = root.all("svg")
    assert len(pictures) == 4 + 3
    for each in pictures:
        title, words = each.children[:2]
        assert (title.tag, words.tag) == ("title", "desc")
        assert each.attributes["role"] == "img"
        assert each.attributes["aria-labelledby"].split() == [
            title.attributes["id"],
            words.attributes["id"],
        ]
        assert title.text
        assert words.text
    words = [each.children[1].text for each in pictures]
    assert words[0] == "none of 8 gets a gradient"
    assert words[2] == "all 40 get the same"
    assert words[3] == "40 of 40 distinct"
    assert words[4] == "As written: always 1. Repaired: from -0.9 to 0.4; 1 are NaN or infinite"
    assert words[5] == (
        "As written: 3 at first, NaN or infinite after 9 steps. "
        "Repaired: from 3 to 0.001 in 9 steps"
    )
    assert words[6].startswith("As written: 1e-09 in dense, 0.5 in two.")


def test_what_pictures_show_is_written_next_to_them():
    """Nobody has to see colours."""
    for figure in shown(PROVEN).all("figure"):
        for picture in figure.all("svg"):
            for sentence in picture.children[1].text.split(". "):
                assert (
                    sentence.removeprefix("As written: ").removeprefix("Repaired: ") in figure.text
                )


def test_units_with_the_same_gradient_are_one_shape():
    same, apart = shown(PROVEN).all("svg")[2:4]
    shapes = [each.attributes["d"].count("M") for each in same.all("path")]
    assert shapes == [1]
    assert sum(each.attributes["d"].count("M") for each in apart.all("path")) == 40
    widths = [float(each.attributes["width"]) for each in (same, apart)]
    assert widths[0] == widths[1]


def test_all_coordinates_are_numbers():
    nothing = Histogram("", 0.0, 1.0, (0, 0), 0.0, 0.0, 7)
    alone = LossCurve("", (0,), (float("nan"),), 1)
    flat = LossCurve("", (0, 1), (0.0, 0.0), 2)
    odd = [
        replace(MEASURED.written, outputs=nothing, losses=alone, lengths=()),
        replace(MEASURED.written, outputs=None, losses=flat, units=()),
        replace(MEASURED.written, losses=LossCurve("", (0, 3), (-5.0, 2e9), 4)),
        replace(MEASURED.written, lengths=(GradientLength("a", 0.0),)),
        replace(MEASURED.written, units=(units("x", []),)),
    ]
    for first in (None, *odd):
        for second in (None, *odd):
            it = finding(measured=Measured("overfit", first, second))
            for each in shown(it).all("path", "circle", "text", "svg"):
                values = " ".join(each.attributes.values()).lower()
                assert "nan" not in values
                assert "inf" not in values


def test_losses_of_two_kinds_are_shares():
    other = replace(MEASURED.repaired, losses=replace(MEASURED.repaired.losses, loss="hinge"))
    it = replace(PROVEN, measured=replace(MEASURED, repaired=other))
    assert "as a share of the first" in shown(it).text
    assert "as a share of the first" not in shown(PROVEN).text


def test_the_same_pictures_are_shown_once():
    root = shown(PROVEN, replace(PROVEN, span=span(3, 11, 41)))
    assert len(root.all("svg")) == 7
    assert "The pictures are those of KER101 on line 2." in root.text


def test_no_pictures_without_measurements():
    root = shown(finding(verdict="confirmed", evidence="so"))
    assert not root.all("svg", "figure")
    assert "Models" not in one(root, "main").text + one(root, "nav").text
    bare = ModelMeasured(LAYERS, 1)
    it = finding(measured=Measured("output_shape", bare, bare))
    root = shown(it, replace(it, span=span(3, 11, 41)))
    assert not root.all("svg", "figure")
    assert "pictures" not in one(root, "main").text
    assert not [each for each in root.all("div") if "figures" in each.classes()]


def test_models_and_their_layers():
    root = shown(PROVEN)
    [model] = [each for each in root.all("article") if "model" in each.classes()]
    assert "Model 1 3 layers, 1,049 parameters" in one(model, "h3").text
    assert "Tested for KER101 on line 2." in model.text
    assert "Assumed: n = 4." in model.text
    rows = [[cell.text for cell in row.children] for row in one(model, "tbody").all("tr")]
    assert rows == [
        ["input_layer", "InputLayer", "(None, 4)", "0"],
        ["dense", "Dense", "(None, 8)", "40"],
        ["two", "LSTM", "(None, 1), (None, 3)", "1,009"],
    ]


def test_models_that_differ_are_two_tables():
    more = replace(MEASURED.repaired, layers=LAYERS[:2])
    root = shown(replace(PROVEN, measured=replace(MEASURED, repaired=more, part=True)))
    [model] = [each for each in root.all("article") if "model" in each.classes()]
    assert len(model.all("table")) == 2
    assert "Only the end of the model was built" in model.text
    root = shown(replace(PROVEN, measured=replace(MEASURED, written=None)))
    assert "The model was not built as it is written." in root.text


def test_deep_models_are_folded():
    layers = tuple(replace(LAYERS[1], name=f"dense_{number}") for number in range(100))
    strips = [units(f"dense_{number}", [0, 1, number % 5]) for number in range(40)]
    it = Measured("x", ModelMeasured(layers, 4_000, tuple(strips)), None)
    root = shown(finding(measured=it, verdict="refuted"))
    folded = [each for each in root.all("details") if "rule" not in each.classes()]
    assert [one(each, "summary").text for each in folded] == [
        "28 more layers",
        "As written: 100 layers",
    ]
    first = [each.text for each in one(root, "figure").all("tbody")[0].all("th")]
    assert first[:4] == ["dense_0", "dense_1", "dense_5", "dense_6"], "what is wrong comes first"
    assert len(root.all("svg")) == 40


# -- what is hostile ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_users_becomes_part_of_the_page(text):
    calm = shown(*hostile_findings("calm"))
    page = page_of(*hostile_findings(text))
    root = read(page)
    assert elements(root) == elements(calm)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", page)
    assert not [c for c in root.text if c in "\u202e\u2066\u200f\ud800\x1b"]


def elements(root):
    """All but those that only divide text: code between backticks, parts of a line."""
    return [
        (each.tag, sorted(each.attributes))
        for each in root.all()
        if each.tag not in ("code", "b", "wbr")
    ]


def hostile_findings(text):
    layers = tuple(replace(each, name=text, kind=text) for each in LAYERS)
    model = replace(
        MEASURED.written,
        layers=layers,
        assumed=(text,),
        units=(units(text, [0, 1]),),
        lengths=(GradientLength(text, 1.0), GradientLength(text, 2.0)),
        outputs=replace(MEASURED.written.outputs, layer=text),
    )
    yield finding(
        code="KER101",
        name=text,
        message=text,
        path=f"{HERE}/{text}.py",
        label=text,
        help=text,
        evidence=text,
        verdict="confirmed",
        measured=Measured("overfit", model, None),
        layer=text,
        lines={1: "x", 2: f'{text} model.add(Dense(1, activation="softmax"))'},
        related=(
            Related(span(2, 1, 2), text),
            Related(span(5, 1, 2), text, f"{HERE}/{text}/b.py", text),
            Related(span(6, 1, 2), text, text),
        ),
        fix=fix(Edit(span(2, 1, 1), text), applicability=Applicability.UNSAFE, why=text),
    )
    yield finding(9, path=f"{HERE}/{text}.py", fix=fix(Edit(span(99, 1, 1), text)))


def test_what_looks_like_the_end_of_a_line_does_not_end_it():
    it = finding(lines={1: "", 2: "a\u2028b\x0cc\tmodel.add(y)"}, label="")
    card = one(shown(it), "article")
    assert len(card.all("div")[0].children) == 1


# -- sizes ----------------------------------------------------------------------------------------


def test_many_findings_stay_small():
    found = []
    for number in range(5_000):
        path = f"{HERE}/part{number // 20}/module.py"
        edit = Edit(span(number % 20 + 2, 31, 40), '"sigmoid"')
        found.append(
            finding(
                number % 20 + 2,
                path=path,
                fix=fix(edit, applicability=Applicability.UNSAFE, why="it predicts other values"),
            )
        )
    page = page_of(*found)
    assert len(page) < 7_000_000
    root = read(page)
    assert len([each for each in root.all("article") if "f" in each.classes()]) == 5_000


def test_a_very_long_line_is_cut():
    it = finding(lines={2: "x" * 100_000 + "Dense"}, span=span(2, 100_001, 100_006))
    assert len(page_of(it)) < len(page_of(finding())) + 1_000


# -- colours --------------------------------------------------------------------------------------

READ, SEEN = 4.5, 3.0  # WCAG 2: text, and what is drawn
PAIRS = [
    *(("text", on, READ) for on in ("bg", "panel", "added", "removed")),
    *(("muted", on, READ) for on in ("bg", "panel")),
    ("link", "bg", READ),
    *((name, on, READ) for name in ("error", "warning", "info") for on in ("bg", "panel")),
    *((name, f"{name}-tint", READ) for name in ("error", "warning", "info")),
    ("good", "bg", READ),
    ("written", "bg", READ),
    ("repaired", "bg", READ),
    *((f"u{number}", "bg", SEEN) for number in range(8)),
    ("none", "bg", SEEN),
]


def schemes():
    style = one(shown(finding()), "style").text
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    assert "prefers-color-scheme: dark" in style
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", light))
    return {
        "light": found,
        "dark": {**found, **dict(re.findall(r"--([a-z0-9-]+): (#\w{6})", dark))},
    }


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(scheme, front, back, least):
    colours = schemes()[scheme]
    light, dark = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_both_schemes_have_all_colours():
    style = one(shown(finding()), "style").text
    light, dark = (
        set(re.findall(r"--([a-z0-9-]+): #", each))
        for each in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    )
    assert light == dark
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", style)) - {"mono", "at"}
    assert used <= light
    assert not re.findall(r"#[0-9a-f]{3,6}\b", re.sub(r":root \{.*?\}", "", style, flags=re.DOTALL))


# -- the command line -----------------------------------------------------------------------------


def test_only_this_format_measures():
    assert measures("html")
    assert measures("full,html:report.html")
    assert not measures("full,json:html.json")


def test_a_file_and_standard_output(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--output-format", "html:report.html,concise")
    assert done.code == 1
    assert "KER101" in done.out
    page = (project / "report.html").read_text("ascii")
    assert read(page)
    assert kerlint("--output-format", "html").out == page
    kerlint("--output-format", "html", "-o", "other.html")
    assert (project / "other.html").read_text("ascii") == page
    (project / "kerlint.toml").write_text('output-format = "html"\n')
    assert kerlint().out == page
