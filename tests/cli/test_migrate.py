"""``kerlint migrate``: code for an older Keras runs on Keras 3, and what is left is listed."""

from __future__ import annotations

import json

import pytest

OLD = """\
from keras.models import Sequential
from keras.layers.core import Dense  # the core
from keras.utils import np_utils

labels = np_utils.to_categorical([0, 1, 2])
model = Sequential()
model.add(Dense(3, activation="softmax", input_dim=4))
model.compile("sgd", "categorical_crossentropy")
model.fit_generator(batches)
"""
NEW = """\
from keras.models import Sequential
from keras.layers import Dense  # the core
from keras.utils import to_categorical

labels = to_categorical([0, 1, 2])
model = Sequential()
model.add(Dense(3, activation="softmax", input_dim=4))
model.compile("sgd", "categorical_crossentropy")
model.fit(batches)
"""


def test_files_are_changed_and_what_was_done_is_listed(kerlint, project):
    (project / "old.py").write_text(OLD)
    (project / "new.py").write_text(NEW)
    done = kerlint("migrate", ".")
    assert done.code == 0
    assert (project / "old.py").read_text() == NEW
    assert done.out.startswith("old.py: ")
    assert "new.py" not in done.out
    assert "Nothing is left to decide." in done.out
    assert kerlint("migrate", ".").out == "Nothing to migrate.\n"


def test_a_diff_changes_nothing(kerlint, project):
    (project / "old.py").write_text(OLD)
    done = kerlint("migrate", "--diff", "old.py")
    assert done.code == 1
    assert "+model.fit(batches)\n" in done.out
    assert (project / "old.py").read_text() == OLD


def test_what_a_person_must_decide(kerlint, project):
    program = NEW + "import keras\nrate = keras.optimizers.TFOptimizer\n"
    (project / "old.py").write_text(program)
    done = kerlint("migrate", "old.py")
    assert done.code == 1
    assert "1 left to decide" in done.out
    assert "decide: " in done.out
    found = json.loads(kerlint("migrate", "--output-format", "json", "old.py").out)
    assert [each["code"] for each in found[0]["open"]] == ["KER002"]
    assert found[0]["changes"] == []


def test_other_findings_do_not_hold_it_up(kerlint, project):
    program = OLD.replace("Dense(3,", "Dense(1,")  # a softmax over one unit
    (project / "old.py").write_text(program)
    assert kerlint("migrate", "old.py").code == 0
    assert (project / "old.py").read_text() == program.replace(
        OLD[: OLD.index("model.add")], NEW[: NEW.index("model.add")]
    ).replace("fit_generator", "fit")


def test_a_path_that_does_not_exist(kerlint, project):
    done = kerlint("migrate", "nowhere.py")
    assert done.code == 2
    assert "nowhere.py: no such file or folder" in done.err


CALLS = """\
from keras.layers import Convolution2D, Input
from keras.models import Model

a = Input((12, 12, 3))
b = Convolution2D(8, 3, 3, border_mode="same", subsample=(2, 2))(a)
c = Convolution2D(8, 3, 3, border_mode="same", subsample=(2, 2))(b)
model = Model(a, c)
model.reset_states()
model.reset_states()
"""


def test_what_is_the_same_is_said_once(kerlint, project):
    (project / "old.py").write_text(CALLS)
    done = kerlint("migrate", "old.py")
    changed = '8, (3, 3), padding="same", strides=(2, 2)'
    assert (project / "old.py").read_text().count(changed) == 2
    lines = done.out.splitlines()
    assert [line.split("  ")[1:] for line in lines if "(3, 3)" in line] == [
        [
            " 5, 6",
            "KER003, KER508",
            "Replace `border_mode=` with `padding=` and replace `3, 3` with `(3, 3)`; "
            "replace `subsample=` with `strides=`",
        ]
    ]
    assert sum("`reset_states()` does not exist" in line for line in lines) == 1
    assert any(line.strip().startswith("8, 9  KER004  ") for line in lines)
    assert "2 places left to decide." in done.out


@pytest.mark.tensorflow
def test_the_models_are_the_same(kerlint, project):
    (project / "old.py").write_text(OLD.replace("fit_generator(batches)", "summary()"))
    done = kerlint("migrate", "--execute", "old.py")
    assert done.code == 0
    assert "model `model`: same (15 parameters, output (None, 3), " in done.out
