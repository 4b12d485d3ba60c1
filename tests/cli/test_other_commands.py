"""Everything the command line does other than linting."""

from __future__ import annotations

import json

import pytest

import kerlint as package
from kerlint.catalogue import pages
from kerlint.catalogue.codes import catalogue


def test_version(kerlint):
    done = kerlint("--version")
    assert (done.code, done.out) == (0, f"kerlint {package.__version__}\n")


def lint_parameters():
    import typer

    from kerlint.command import options, typed

    made = typed.app([options.LINT], lambda command, values: None)
    return typer.main.get_command(made).params


def test_help_has_every_option_in_a_group(kerlint):
    done = kerlint("--help")
    assert done.code == 0
    assert done.out.startswith("Find the bugs in Keras code")
    options = [param for param in lint_parameters() if param.param_type_name == "option"]
    assert len(options) > 25
    for param in options:
        assert all(name in done.out for name in (*param.opts, *param.secondary_opts))
        assert getattr(param, "rich_help_panel", None) or "--help" in param.opts, param.opts
    headings = [line for line in done.out.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings == [
        "Commands:",
        "Arguments:",
        "Rule selection:",
        "File selection:",
        "Output:",
        "Fixes:",
        "Known findings:",
        "Exit code:",
        "Experiments:",
        "Configuration:",
        "Cache and performance:",
        "Other options:",
    ]


def test_help_is_made_of_sentences():
    for param in lint_parameters():
        text = (param.help or "").partition(" [default")[0]
        assert text[:1].isupper() or "--help" in param.opts, text
        assert not text.endswith("."), "the full stop is added"


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_help_fits_the_terminal(kerlint, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in (["-h"], ["explain", "-h"], ["rules", "-h"]):
        lines = kerlint(*words).out.splitlines()
        assert max(map(len, lines)) <= max(columns, 60)


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["check", "--help"], ["check", "-h"], ["src", "-h"]], ids=" ".join
)
def test_ways_to_ask_for_help(kerlint, words):
    assert kerlint(*words) == kerlint("--help")


def test_help_of_the_other_commands(kerlint):
    assert "Usage: kerlint rules [OPTIONS]\n" in kerlint("rules", "-h").out
    done = kerlint("explain", "--help")
    assert done.code == 0
    assert "Usage: kerlint explain [OPTIONS] RULES...\n" in done.out


def test_check_may_be_written(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    assert kerlint("check") == kerlint()
    assert kerlint("check", "a.py") == kerlint("a.py")
    assert kerlint("check", "--quiet", "a.py") == kerlint("--quiet", "a.py")


def test_a_folder_called_check(kerlint, project, softmax, sigmoid):
    """As with ruff, the first word is the command; a path in front of the name makes it a path."""
    (project / "check").mkdir()
    (project / "check" / "a.py").write_text(softmax)
    (project / "good.py").write_text(sigmoid)
    assert kerlint("check", "good.py").code == 0
    assert kerlint("./check").code == 1
    assert kerlint("check", "check").code == 1
    assert kerlint("good.py", "check").code == 1


def test_rules(kerlint):
    done = kerlint("rules")
    assert done.code == 0
    heading, *rows, empty, hint = done.out.splitlines()
    assert heading.split() == ["Code", "Severity", "Default", "Name", "Summary"]
    assert (empty, hint) == ("", "Run `kerlint explain CODE` to read about a rule.")
    table = [row.split(maxsplit=4) for row in rows]
    codes = [code for code, *_ in table]
    assert codes == sorted(codes)
    assert codes == [entry.code for entry in catalogue()]
    assert {on for _, _, on, *_ in table} == {"on", "off"}
    assert table[codes.index("KER101")][1:4] == ["error", "on", "softmax-on-one-unit"]
    assert all(summary.endswith(".") and "``" not in summary for *_, summary in table)


def test_rules_in_a_narrow_terminal():
    lines = list(pages.table(catalogue(), width=100))
    assert all(len(line) <= 100 for line in lines)
    assert len(lines) > len(catalogue()) + 1
    words = " ".join(" ".join(lines[1:]).split())
    assert all(len(line) > 60 for line in pages.table(catalogue(), width=50))
    assert catalogue()[0].code in words


def test_rules_as_json(kerlint):
    rules = json.loads(kerlint("rules", "--output-format", "json").out)
    by_code = {rule["code"]: rule for rule in rules}
    assert by_code["KER101"]["name"] == "softmax-on-one-unit"
    assert by_code["KER101"]["severity"] == "error"
    assert by_code["KER101"]["default"] is True
    assert "Bad:" in by_code["KER013"]["explanation"]


def test_explain(kerlint):
    by_code = kerlint("explain", "KER101")
    assert by_code.code == 0
    assert by_code.out.startswith("KER101 softmax-on-one-unit (error, on by default)\n")
    assert kerlint("explain", "softmax-on-one-unit").out == by_code.out
    assert kerlint("explain", "ker101").out == by_code.out


def test_explain_several(kerlint):
    def titles(*words):
        done = kerlint("explain", *words)
        assert done.code == 0
        names = {f"{entry.code} {entry.name}" for entry in catalogue()}
        lines = (line.partition(" (")[0] for line in done.out.splitlines())
        return [line.split()[0] for line in lines if line in names]

    everything = [entry.code for entry in catalogue()]
    assert titles("KER201", "KER101") == ["KER201", "KER101"]
    assert titles("KER13") == [code for code in everything if code.startswith("KER13")]
    assert titles("ker1,KER101", "softmax-on-one-unit") == [
        code for code in everything if code.startswith("KER1")
    ]
    assert titles("all") == everything


def test_explain_as_json(kerlint):
    (rule,) = json.loads(kerlint("explain", "KER101", "--output-format", "json").out)
    assert rule["code"] == "KER101"
    assert rule["bad"] == 'layers.Dense(1, activation="softmax")'
    assert rule["good"].startswith("layers.Dense(1, ")
    assert "layers.Softmax(axis=1)" in rule["tempting"]
    assert "accuracy stuck at 0.5" in rule["people_say"]
    several = json.loads(kerlint("explain", "KER2", "--output-format", "json").out)
    assert [each["code"] for each in several] == [f"KER20{number}" for number in range(1, 7)]
    listed = json.loads(kerlint("rules", "--output-format", "json").out)
    assert rule in listed


def test_explain_what_is_not_there(kerlint):
    done = kerlint("explain", "softmax-on-one-unti", "KER101", "KER999")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "kerlint: unknown rule 'softmax-on-one-unti'; did you mean 'softmax-on-one-unit'?\n"
        "kerlint: unknown rule 'KER999'\n"
    )


def test_a_folder_called_rules(kerlint, project, softmax):
    (project / "rules").mkdir()
    (project / "rules" / "a.py").write_text(softmax)
    assert kerlint("./rules").code == 1
    assert kerlint("--quiet", "rules").code == 1


def test_show_files(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "b.txt").write_text(softmax)
    done = kerlint("--show-files")
    assert (done.code, done.out) == (0, f"{project / 'a.py'}\n")
    assert kerlint("--show-files", "nowhere").code == 2


def test_show_unknown(kerlint, project):
    (project / "a.py").write_text(
        "from elsewhere import make\n"
        "from keras import Sequential, layers\n"
        "def known():\n"
        "    return Sequential([layers.Input((3,)), layers.Dense(1)])\n"
        "def unknown():\n"
        "    return Sequential([layers.Input((3,)), make(), layers.Dense(1)])\n"
    )
    done = kerlint("--show-unknown")
    assert done.code == 0
    assert "a.py:6:12: read only in part: " in done.out
    assert "a.py:4" not in done.out
    assert done.out.endswith("Read completely: 1 of 2 models.\n")
    (model,) = json.loads(kerlint("--show-unknown", "--output-format", "json").out)
    assert model["location"] == {"row": 6, "column": 12}
    assert model["unknown"][0]["reason"]


def test_show_unknown_without_models(kerlint, project):
    (project / "a.py").write_text("import keras\n")
    assert kerlint("--show-unknown").out == "No models found.\n"


def test_statistics(kerlint, project, softmax):
    (project / "a.py").write_text(softmax * 3 + "x = 1  # kerlint: ignore[KER101]\n")
    done = kerlint("--statistics", "--quiet")
    assert done.code == 1
    assert done.out == "3  KER101  softmax-on-one-unit\n1  KER013  unused-suppression\n"
    counted = json.loads(kerlint("--statistics", "--output-format", "json").out)
    assert counted[0] == {"code": "KER101", "name": "softmax-on-one-unit", "count": 3}


def test_output_file(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--output-format", "json", "--output-file", "out.json")
    assert (done.code, done.out) == (1, "")
    assert json.loads((project / "out.json").read_text())[0]["code"] == "KER101"
    done = kerlint("--output-file", "no/such/folder")
    assert done.code == 2
    assert done.err == "kerlint: no/such/folder: No such file or directory\n"


def test_several_reports_from_one_run(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--output-format", "json:out.json,concise")
    assert done.out.startswith("a.py:1:11: error: KER101")
    assert json.loads((project / "out.json").read_text())[0]["code"] == "KER101"
    assert kerlint("--output-format", "json,concise").code == 2


def test_no_fix_is_accepted(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    assert kerlint("--no-fix", "a.py").code == 1
    assert (project / "a.py").read_text() == softmax
