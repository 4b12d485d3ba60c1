"""The index of the rules is what the rules say, and saves the import of those that cannot fire."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.catalogue.codes import catalogue
from kerlint.rules import all_rules, catalogue_page, generate, load

TOP = Path(__file__).parents[2]


def test_the_index_is_up_to_date():
    assert generate.FILE.read_text(encoding="utf-8") == generate.text(), (
        f"a rule has changed: run `{generate.COMMAND}`"
    )


def test_the_page_of_all_rules_is_up_to_date():
    assert catalogue_page.FILE.read_text(encoding="utf-8") == catalogue_page.text(), (
        f"a rule has changed: run `{generate.COMMAND}`"
    )


def test_the_page_has_an_anchor_and_a_row_for_each_code():
    text = catalogue_page.FILE.read_text(encoding="utf-8")
    for entry in catalogue():
        assert text.count(f'<a id="{entry.code.lower()}"></a>') == 1
        assert text.count(f"| [{entry.code}](#{entry.code.lower()}) | {entry.name} |") == 1


# The example of KER114 has nothing that could be measured.
MEASURED = [rule.code for rule in all_rules() if rule.experiments and rule.code != "KER114"]


def test_each_experiment_was_measured_on_the_example():
    measured = json.loads(catalogue_page.MEASURED.read_text(encoding="utf-8"))["examples"]
    missing = [code for code in MEASURED if not measured.get(code, {}).get("evidence")]
    assert not missing, f"run `{catalogue_page.MEASURING} {' '.join(missing)}`"
    assert measured.keys() <= {entry.code for entry in catalogue()}


def test_each_entry_leads_to_its_rule():
    entries = [entry for entry in catalogue() if entry.module]
    assert [load(entry) for entry in entries] == list(all_rules())
    for entry, rule in zip(entries, all_rules()):
        assert entry.text == rule.page
        assert entry.summary == rule.summary
        assert (entry.name, entry.severity, entry.default) == (
            rule.name,
            rule.severity,
            rule.default,
        )


# Everything in one process, so that what was imported can be seen.
RUN = """\
import sys
from kerlint.command import cli
from kerlint.processes import workers

workers.can_fork = lambda: False
cli.main(["--no-cache", *sys.argv[2:]] if sys.argv[1] == "lint" else sys.argv[2:])
print(*(name for name in sys.modules if name.startswith("kerlint.")), file=sys.stderr)
"""


def imported(project, *arguments):
    """The modules of kerlint that a run imports, and the codes of the rules among them."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TOP)},
        cwd=project,
        check=True,
    )
    modules = done.stderr.split()
    return modules, set(re.findall(r"rules\.(ker\d{3})_", done.stderr))


def test_a_file_imports_the_rules_that_may_fire(project):
    (project / "a.py").write_text("import keras\nkeras.layers.Dense(4, activation='softmax')\n")
    _, rules = imported(project, "lint")
    assert {"ker000", "ker003", "ker101", "ker110"} <= rules
    assert not rules & {"ker504", "ker508"}
    _, rules = imported(project, "lint", "--select", "KER101,KER504")
    assert rules == {"ker000", "ker101"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("more", "rules"),
        ("lint", "--select", "KER1,softmax-twice", "--ignore", "KER101"),
        ("lint", "--show-settings"),
    ],
    ids=" ".join,
)
def test_listing_and_selecting_import_no_rule(project, arguments):
    (project / "a.py").write_text("import keras\nkeras.utils.set_random_seed(1)\n")
    modules, rules = imported(project, *arguments)
    assert not rules
    assert "kerlint.rules.index" in modules
    assert "kerlint.rules.base" not in modules
