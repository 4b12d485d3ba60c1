"""Everything the command line does beside linting."""

from __future__ import annotations

import json

import kerlint as package


def test_version(kerlint):
    done = kerlint("--version")
    assert (done.code, done.out) == (0, f"kerlint {package.__version__}\n")


def test_help_is_complete(kerlint):
    done = kerlint("--help")
    assert done.code == 0
    for option in ("--select", "--target-keras", "--stdin-filename", "--no-fix", "--show-unknown"):
        assert option in done.out
    assert "kerlint explain" in done.out


def test_rules(kerlint):
    done = kerlint("rules")
    assert done.code == 0
    codes = [line.split()[0] for line in done.out.splitlines() if line.startswith("KER")]
    assert codes == sorted(codes)
    assert {"KER000", "KER013", "KER101"} <= set(codes)


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


def test_explain_what_is_not_there(kerlint):
    done = kerlint("explain", "softmax-on-one-unti")
    assert done.code == 2
    assert done.err == (
        "kerlint: unknown rule 'softmax-on-one-unti'; did you mean 'softmax-on-one-unit'?\n"
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
    assert "a.py:6:12: not read completely" in done.out
    assert "a.py:4" not in done.out
    assert done.out.endswith("1 of 2 models were read completely.\n")
    (model,) = json.loads(kerlint("--show-unknown", "--output-format", "json").out)
    assert model["location"] == {"row": 6, "column": 12}
    assert model["unknown"][0]["reason"]


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
