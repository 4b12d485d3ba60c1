"""Findings about one mistake are told together, and stay findings of their own elsewhere."""

from __future__ import annotations

import json

import pytest

from kerlint.diagnostics import MIGRATION, Diagnostic, Position, Severity, Span
from kerlint.reports.groups import by_leader

ONE_MISTAKE = """\
from keras import Sequential, layers
from keras.datasets import mnist

(x, y), _ = mnist.load_data()
model = Sequential([layers.Flatten(), layers.Dense(1, activation="softmax")])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
model.fit(x / 255, y)
"""

TWO_MODELS = """\
from keras import Input, Model, layers
from keras.datasets import mnist

# A process forked from one that runs TensorFlow may die, and other tests here may have loaded it.
pytestmark = pytest.mark.usefixtures("in_this_process")

(x, y), _ = mnist.load_data()

def build():
    inputs = Input((28, 28))
    hidden = layers.Dense(16, activation="relu")(layers.Flatten()(inputs))
    return Model(inputs, layers.Dense(1, activation="softmax")(hidden))

first = build()
first.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
first.fit(x / 255, y)
second = Model(first.input, layers.Dense(3, activation="softmax")(first.layers[2].output))
second.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
second.fit(x / 255, y)
"""

OLD_SCRIPT = """\
from keras.models import Sequential
from keras.layers.core import Dense
from keras.utils import np_utils

model = Sequential()
model.add(Dense(output_dim=8, init="uniform", activation="relu"))
model.add(Dense(output_dim=4, init="uniform", activation="relu"))
model.add(Dense(output_dim=1, activation="softmax"))
model.compile(optimizer="sgd", loss="binary_crossentropy")
model.fit(x, y, nb_epoch=3)
"""


@pytest.fixture
def full(project, kerlint):
    def run(text, *arguments):
        (project / "a.py").write_text(text)
        return kerlint("--isolated", "--output-format", "full", *arguments, "a.py").out

    return run


@pytest.fixture
def found(project, kerlint):
    def run(text):
        (project / "a.py").write_text(text)
        return json.loads(kerlint("--isolated", "--output-format", "json", "a.py").out)

    return run


def blocks(text):
    return [block for block in text.split("\n\n") if block.startswith("a.py:")]


def test_softmax_on_one_unit_with_mse_and_accuracy_is_one_story(full):
    (story,) = blocks(full(ONE_MISTAKE))
    assert story.startswith("a.py:5:39: error: KER101 ")
    *_, help, fix, loss, metric = story.splitlines()
    assert "= help: " in help
    assert "= fix: " in fix
    assert loss.lstrip().startswith("= also: warning KER116 on line 6: ")
    assert metric.lstrip().startswith("= also: warning KER126 on line 6: ")


def test_without_folding_each_has_a_block(full):
    assert len(blocks(full(ONE_MISTAKE, "--no-fold"))) == 3


def test_each_stays_a_finding_with_the_place_of_its_leader(found):
    findings = found(ONE_MISTAKE)
    assert [finding["code"] for finding in findings] == ["KER101", "KER116", "KER126"]
    leader = {"cell": None, "code": "KER101", "location": {"row": 5, "column": 39}}
    assert [finding["group"] for finding in findings] == [leader] * 3


def test_each_compiled_output_has_a_story_of_its_own(found):
    groups = {}
    for finding in found(TWO_MODELS):
        groups.setdefault(json.dumps(finding["group"]), []).append(finding["code"])
    assert len(groups) == 2
    assert sorted(map(sorted, groups.values())) == [
        ["KER101", "KER116", "KER126"],
        ["KER115"],
    ]


def test_an_old_script_is_one_story_of_migration(full):
    migration, *others = blocks(full(OLD_SCRIPT))
    assert migration.startswith("a.py:2:6: error: KER001 ")
    assert "the code is written for an older Keras, and 7 more places need a change" in migration
    assert "`kerlint migrate` changes what it can" in migration
    assert "KER003 on lines 6, 7 and 8: `Dense` does not take `output_dim=`" in migration
    assert "KER003 on lines 6 and 7: `Dense` does not take `init=`" in migration
    assert migration.endswith("it is now `epochs=` -> write `epochs=3`")
    assert [block.split()[2] for block in others] == ["KER101"]


def test_three_places_of_a_migration_are_not_many(full):
    few = "\n".join(line for line in OLD_SCRIPT.splitlines() if "output_dim" not in line)
    assert len(blocks(full(few))) == 3


def finding(code, severity=Severity.WARNING, group="one", stage=1, row=1, verdict=None):
    place = Span(Position(row, 1), Position(row, 2))
    return Diagnostic(
        code, "name", severity, "says", "/a.py", place, group=group, stage=stage, verdict=verdict
    )


@pytest.mark.parametrize(
    ("worse", "other"),
    [
        (finding("KER131", Severity.ERROR), finding("KER126")),
        (finding("KER131", stage=0), finding("KER106", stage=1)),
        (finding("KER106", stage=1), finding("KER105", stage=2)),
        (finding("KER106"), finding("KER107", row=2)),
        (finding("KER106"), finding("KER101", Severity.ERROR, verdict="refuted")),
    ],
)
def test_what_breaks_the_training_first_leads(worse, other):
    assert by_leader([worse, other]) == [(worse, other)]
    assert by_leader([other, worse]) == [(worse, other)]


def test_groups_do_not_cross_files_and_findings_without_one_are_alone():
    here, there = finding("KER001", group=MIGRATION), finding("KER001", group=MIGRATION)
    there = Diagnostic(
        there.code, "name", there.severity, "says", "/b.py", there.span, group=MIGRATION
    )
    alone = [finding("KER301", group="", row=row) for row in (1, 2)]
    assert [len(group) for group in by_leader([here, there, *alone])] == [1, 1, 1, 1]
