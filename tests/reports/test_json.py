"""JSON as programs and editors read it, checked against the schema that is shipped."""

from __future__ import annotations

import email.message
import importlib.metadata
import json
from pathlib import Path

import jsonschema
import pytest

import kerlint.reports.json
from kerlint.catalogue import addresses
from kerlint.diagnostics import Diagnostic, Position, Related, Severity, Span
from kerlint.reports import renderer
from kerlint.reports.report import Report

SCHEMA = json.loads(Path(kerlint.reports.json.SCHEMA).read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)
PLACE = Span(Position(1, 2), Position(3, 4))
FULL = Diagnostic(
    "KER101",
    "softmax-on-one-unit",
    Severity.WARNING,
    'a "quoted" \u2028 \udc80 message',
    "/x/a.py",
    Span(Position(1, 2), Position(3, 4), 5),
    label="not in JSON",
    help="do something",
    related=(Related(PLACE, "here"), Related(PLACE, "there", "/x/b.py")),
    verdict="confirmed",
    evidence="std 0.0",
)
BARE = Diagnostic("KER000", "syntax-error", Severity.ERROR, "no", "/x/a.py", PLACE)


def text(name, *findings):
    return "".join(renderer(name)(Report(findings, "/x")))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].endswith(":1")


@pytest.mark.parametrize("findings", [(), (BARE,), (FULL, BARE, FULL)])
def test_both_formats(findings):
    listed = json.loads(text("json", *findings))
    VALID.validate(listed)
    lines = text("json-lines", *findings).splitlines()
    assert [json.loads(line) for line in lines] == listed
    assert len(listed) == len(findings)


def test_fields():
    (it,) = json.loads(text("json", FULL))
    assert it == {
        "cell": 5,
        "code": "KER101",
        "end_location": {"row": 3, "column": 4},
        "evidence": "std 0.0",
        "filename": "/x/a.py",
        "fix": None,
        "group": None,
        "help": "do something",
        "layer": None,
        "location": {"row": 1, "column": 2},
        "message": 'a "quoted" \u2028 \udc80 message',
        "name": "softmax-on-one-unit",
        "noqa_row": 1,
        "related": [
            {
                "cell": None,
                "end_location": {"row": 3, "column": 4},
                "filename": name,
                "location": {"row": 1, "column": 2},
                "message": words,
            }
            for name, words in (("/x/a.py", "here"), ("/x/b.py", "there"))
        ],
        "severity": "warning",
        "url": None,
        "verdict": "confirmed",
    }


def test_the_schema_says_no():
    (it,) = json.loads(text("json", BARE))
    for change in ({"code": 1}, {"severity": "fatal"}, {"location": {"row": 0, "column": 1}}):
        with pytest.raises(jsonschema.ValidationError):
            VALID.validate([{**it, **change}])


def test_real_output(kerlint, project, softmax):
    (project / "a.py").write_text(f"{softmax}model.compile(loss='mse')\n")
    (project / "b.py").write_bytes(b"\0")
    done = kerlint("--output-format", "json")
    listed = json.loads(done.out)
    VALID.validate(listed)
    assert [it["filename"] for it in listed] == [str(project / "a.py"), str(project / "b.py")]
    assert done.out.isascii()


def test_nothing_found_is_an_empty_list(kerlint, project):
    assert json.loads(kerlint("--output-format", "json").out) == []
    assert kerlint("--output-format", "json-lines").out == ""


def test_nothing_is_folded():
    findings = [FULL.__class__(**{**_fields(BARE), "code": "KER003"}) for _ in range(9)]
    assert len(json.loads(text("json", *findings))) == 9


def _fields(it):
    return {name: getattr(it, name) for name in it.__dataclass_fields__}


@pytest.fixture
def published(monkeypatch):
    """The package as if it were published with these project URLs."""

    def publish(*urls):
        message = email.message.Message()
        for url in urls:
            message["Project-URL"] = url
        monkeypatch.setattr(importlib.metadata, "metadata", lambda name: message)
        addresses._page.cache_clear()

    yield publish
    monkeypatch.undo()
    addresses._page.cache_clear()


def test_the_address_of_a_rule_comes_from_the_package(published):
    published("Homepage, https://example.org", "Rules, https://example.org/rules")
    (it,) = json.loads(text("json", FULL))
    assert it["url"] == "https://example.org/rules#ker101"
    VALID.validate([it])
    sarif = json.loads(text("sarif", FULL))
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://example.org/rules#ker101"


def test_no_address_where_the_package_names_none(published):
    published("Homepage, https://example.org")
    assert json.loads(text("json", FULL))[0]["url"] is None
    assert "helpUri" not in text("sarif", FULL)
