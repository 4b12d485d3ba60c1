"""The shape of what the Python API exports, which programs rely on."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import kerlint
from kerlint.diagnostics import Diagnostic

HERE = Path(__file__).parents[2]
CODE = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(1, "softmax")])
model.compile(loss="mse", metrics=["accuracy"])
keras.optimizers.Adam(lr=0.1)
"""
# The fields that the README documents, in order: none is taken away, and more may follow.
FIELDS = {
    "Diagnostic": {
        "code": "str",
        "name": "str",
        "severity": "Severity",
        "message": "str",
        "path": "str",
        "span": "Span",
        "label": "str",
        "help": "str",
        "related": "tuple[Related, ...]",
        "verdict": "str | None",
        "evidence": "str | None",
        "group": "str",
        "stage": "int",
        "fix": "Fix | None",
        "lines": "dict[int, str]",
        "measured": "Measured | None",
        "layer": "str | None",
    },
    "Span": {"start": "Position", "end": "Position", "cell": "int | None"},
    "Position": {"row": "int", "column": "int"},
    "Related": {"span": "Span", "message": "str", "path": "str | None", "line": "str | None"},
    "Fix": {
        "applicability": "Applicability",
        "message": "str",
        "edits": "tuple[Edit, ...]",
        "why": "str",
    },
    "Edit": {"span": "Span", "content": "str"},
}
REQUIRED = {"Diagnostic": 6, "Span": 2, "Position": 2, "Related": 2, "Fix": 3, "Edit": 2}


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name):
    kind = getattr(kerlint, name)
    fields = dataclasses.fields(kind)[: len(FIELDS[name])]
    assert {field.name: field.type for field in fields} == FIELDS[name]
    required = [
        field.name
        for field in dataclasses.fields(kind)
        if field.default is field.default_factory is dataclasses.MISSING
    ]
    assert required == list(FIELDS[name])[: REQUIRED[name]]


def test_words():
    assert [each.name for each in kerlint.Severity] == ["INFO", "WARNING", "ERROR"]
    assert [each.name for each in kerlint.Applicability] == ["DISPLAY", "UNSAFE", "SAFE"]
    assert kerlint.Severity.ERROR > kerlint.Severity.WARNING > kerlint.Severity.INFO
    assert str(kerlint.Severity.ERROR) == "error"
    assert f"{kerlint.Severity.WARNING:>8}|{kerlint.Applicability.SAFE}" == " warning|safe"
    assert kerlint.Severity.parse("Error") is kerlint.Severity.ERROR
    assert issubclass(kerlint.SettingsError, ValueError)


@pytest.fixture(scope="module")
def findings():
    found = kerlint.lint_source(CODE)
    assert {"KER003", "KER101", "KER126"} <= {finding.code for finding in found}
    return found


def test_findings_are_values(findings):
    again = pickle.loads(pickle.dumps(findings))
    assert again == findings
    assert type(again) is type(findings)
    assert [each.lines for each in again] == [each.lines for each in findings]
    assert set(again) == set(findings)
    with pytest.raises(dataclasses.FrozenInstanceError):
        findings[0].code = "KER999"
    assert dataclasses.replace(findings[0], code="KER999").code == "KER999"


def test_findings_are_a_list(findings):
    assert isinstance(findings, list)
    assert findings == list(findings)
    assert findings[0] in findings
    assert type(findings[0]) is Diagnostic
    assert type(findings[1:]) is kerlint.Findings
    assert kerlint.lint_source("x = 1") == []
    assert type(kerlint.lint_source("x = 1")) is kerlint.Findings
    assert sorted(findings, key=lambda each: each.sort_key) == findings


def test_paths_give_the_same_type(project, softmax):
    (project / "a.py").write_text(softmax)
    found = kerlint.lint_paths("a.py")
    assert type(found) is kerlint.Findings
    assert str(found[0]).startswith("a.py:1:11: error: KER101 ")


def test_dictionaries_are_those_of_json(project, kerlint_process):
    (project / "a.py").write_text(CODE)
    written = json.loads(kerlint_process("--output-format", "json").out)
    found = kerlint.lint_paths(["a.py"])
    assert found.to_dicts() == written
    assert any(each["group"] for each in written)
    for finding, listed in zip(found, written):
        assert {**listed, "group": None} == finding.to_dict()


def test_a_json_report_can_be_read(findings):
    of_layer = dataclasses.replace(findings[0], layer="out", verdict="confirmed", evidence="std 0")
    findings = kerlint.Findings([*findings, of_layer])
    report = json.loads(json.dumps(findings.to_dicts()))
    again = kerlint.Findings.from_dicts(report)
    assert again.to_dicts() == report
    assert [str(each) for each in again] == [str(each) for each in findings]
    assert "KER101" in again._repr_html_()


@pytest.mark.parametrize(
    "wrong", [{}, {"code": "KER101"}, 3, None, {"cell": None, "code": 1, "location": 2}]
)
def test_what_is_no_report_is_one_error(wrong, findings):
    with pytest.raises(ValueError, match="not a finding of a JSON report"):
        kerlint.Findings.from_dicts([*findings.to_dicts(), wrong])


def test_the_text_is_that_of_concise(project, kerlint_process):
    (project / "b.py").write_text(CODE)
    done = kerlint_process("--output-format", "concise", "--quiet")
    found = kerlint.lint_paths("b.py")
    written = done.out.replace("[*] ", "")  # the mark of what --fix would fix
    assert [str(finding) for finding in found] == written.splitlines()
    assert str(found) == f"{written}2 errors and 2 warnings"
    assert repr(found) == str(found)
    assert repr(found[0]).startswith("Diagnostic(code=")


def test_text_without_a_current_folder(tmp_path, monkeypatch, findings):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    before = str(findings[0]), findings._repr_html_()
    try:
        gone.rmdir()
    except OSError:
        pytest.skip("a folder in use cannot be removed here")
    assert (str(findings[0]), findings._repr_html_()) == before


def test_long_lists_are_cut_where_they_are_shown(findings):
    many = kerlint.Findings([findings[0]] * 1_234)
    lines = repr(many).splitlines()
    assert len(lines) < 210
    assert lines[-2:] == ["... and 1,034 more", "1,234 warnings"]
    assert "and 1,034 more" in many._repr_html_()
    assert repr(kerlint.Findings()) == "No findings"


def test_names_are_there_when_they_are_asked_for():
    program = textwrap.dedent(
        """
        import sys
        import kerlint

        def loaded():
            return {name for name in sys.modules if name.startswith("kerlint.")}

        assert not loaded()
        assert set(kerlint.__all__) <= set(dir(kerlint))
        assert not loaded()
        kerlint.Diagnostic
        assert loaded() <= {"kerlint.diagnostics", "kerlint.lazy_dataclass"}, loaded()
        assert kerlint.Diagnostic is kerlint.__dict__["Diagnostic"]
        for name in kerlint.__all__:
            getattr(kerlint, name)
        assert not {"libcst", "keras", "tensorflow", "tf_keras", "IPython"} & set(sys.modules)
        try:
            kerlint.Diagnosis
        except AttributeError as error:
            assert str(error) == "module 'kerlint' has no attribute 'Diagnosis'"
        else:
            raise AssertionError
        """
    )
    subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        check=True,
    )


@pytest.mark.slow
def test_types_of_a_program_of_the_users(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "right.py").write_text(
        textwrap.dedent(
            """
            from __future__ import annotations

            import json
            from concurrent.futures import ProcessPoolExecutor

            import kerlint


            def worst(findings: list[kerlint.Diagnostic]) -> kerlint.Severity | None:
                return max((finding.severity for finding in findings), default=None)


            def places(finding: kerlint.Diagnostic) -> list[tuple[str, int, int]]:
                spans: list[tuple[str | None, kerlint.Span]] = [(finding.path, finding.span)]
                spans += [(related.path, related.span) for related in finding.related]
                return [(path or "", span.start.row, span.end.column) for path, span in spans]


            def safe(fix: kerlint.Fix) -> tuple[kerlint.Edit, ...]:
                return fix.edits if fix.applicability is kerlint.Applicability.SAFE else ()


            try:
                found: kerlint.Findings = kerlint.lint_source("", select=["KER1"])
            except kerlint.SettingsError as error:
                print(error.problems[0])
            first: kerlint.Diagnostic = found[0]
            some: kerlint.Findings = found[:3]
            text: str = json.dumps(some.to_dicts()) + str(first.to_dict()["code"])
            again = kerlint.Findings.from_dicts(json.loads(text))
            start: kerlint.Position = again[0].span.start
            related: tuple[kerlint.Related, ...] = first.related
            with ProcessPoolExecutor() as pool:
                print(worst(next(pool.map(kerlint.lint_source, [""]))))
            print(kerlint.__version__)
            """
        )
    )
    (tmp_path / "wrong.py").write_text(
        "import kerlint\nkerlint.Diagnosis\nkerlint.lint_source(b'')\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10"]
    done = subprocess.run(
        [*command, "right.py", "wrong.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    # kerlint itself is read from its sources here, with packages that may have no types.
    own = ("right.py:", "wrong.py:")
    lines = [line for line in done.stdout.splitlines() if line.startswith(own)]
    assert [line.split(": error: ")[0] for line in lines] == ["wrong.py:2", "wrong.py:3"], (
        done.stdout
    )
    assert 'Module has no attribute "Diagnosis"' in lines[0]
