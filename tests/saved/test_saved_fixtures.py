"""What Keras saves of the models of the fixtures gives the findings of their source.

``models_of.py`` executes the fixtures without training and saves every model; a finding in the
saved model has to be one of the source, at the call that made the layer, and the other way round.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kerlint
from kerlint.saved.rules import ARCHITECTURE, FRESH
from tests.fixtures.expectations import expectations, fixture_files

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]
HERE = Path(__file__).resolve()
ROOT = HERE.parents[2] / "fixtures"
SELECT = sorted(ARCHITECTURE)

# Findings in a saved model that its program does not have, with the reason.
ONLY_SAVED = {
    ("fate/quiet_features_for_a_forest.py", "KER104"): "the program never trains the model",
    ("fate/quiet_rebuilt_from_its_config.py", "KER101"): "the program makes another model of it",
    ("ker101/quiet_exit_after_training.py", "KER101"): "the program ends before it",
    ("ker103/quiet_name_of_an_own_loss.py", "KER103"): "the program registers another loss",
    ("ker111/quiet_exemptions.py", "KER111"): "another model of the program shows what is inside",
    ("ker112/quiet_exemptions.py", "KER112"): "the layer has a name for its own sake",
    ("ker120/quiet_exemptions.py", "KER120"): "Keras does not save the axis",
    ("ker145/quiet_exemptions.py", "KER145"): "names of layers depend on what was made before",
    ("ker306/forms.py", "KER306"): "the row of the cell",
    ("ker410/quiet_exemptions.py", "KER401"): "an axis that is written out is the default",
    ("ker525/forms.py", "KER505"): "Keras raises, and the layers before it are missing",
    ("ker601/quiet_rate_is_set.py", "KER601"): "the program sets the rate later",
    ("ker601/quiet_search.py", "KER601"): "the program compares rates",
    ("ker911/forms.py", "KER119"): "the user's own loss has a name of Keras",
}
# Findings in a program that its saved models do not have.
ONLY_WRITTEN = {
    "fate/compiled_again.py": "a compile that another one replaces",
    "ker012/flags_by_position.py": "the layers of a layer of the user's own",
    "ker103/loops.py": "training steps of the user's own",
    "ker109/own_losses.py": "losses of the user's own",
    "ker115/exclusive_or.py": "labels",
    "ker115/digits_by_distance.py": "labels",
    "ker119/forms.py": "labels",
    "ker135/forms.py": "labels",
    "ker126/quiet_brier_of_three.py": "labels",
    "ker143/forms.py": "masks that are constants",
    "ker306/forms.py": "the row of the cell",
    "ker518/forms.py": "what the function of a Lambda does",
    "ker508/fourth_number.py": "Keras raises",
    "ker605/in_a_class.py": "Keras raises",
    "ker713/quiet_exemptions.py": "a model that another one replaces",
    "ker713/saturated.py": "labels",
    "seeds/two_clouds.py": "the data are missing, and so is the layer",
    "shapes/subclassed.py": "layers of a class of the user's own",
    "ker919/forms.py": "the layers of a layer of the user's own",
    "ker919/quiet_exemptions.py": "the layers of a layer of the user's own",
    **dict.fromkeys(
        (f"ker{number}/forms.py" for number in (404, 501, 503, 505, 520)), "Keras raises"
    ),
}


def programs() -> list[Path]:
    return [
        path
        for path in fixture_files(ROOT)
        if path.suffix == ".py"
        and "migration" not in path.parts
        and "target-keras" not in path.read_text(encoding="utf-8")
    ]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Each program with the models that it builds."""
    folder = tmp_path_factory.mktemp("models")
    done = subprocess.run(
        [sys.executable, str(HERE.with_name("models_of.py")), str(folder), *map(str, programs())],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def found_in(path: str) -> list[tuple[str, str]]:
    found = kerlint.lint_paths(path, select=SELECT)
    return [(each.code, each.layer or "") for each in found if each.code != "KER000"]


def saved(program: dict[str, Any]) -> Iterator[tuple[str, str, int | None]]:
    """The findings in the archives of a program, with the row that made the layer."""
    for model in program["models"]:
        for code, layer in found_in(model["files"].get(".keras", os.devnull)):
            yield code, layer, model["rows"].get(layer) if layer else None


def test_the_findings_are_those_of_the_source(models):
    counts: Counter[str] = Counter()
    wrong = []
    for program in models:
        path = Path(program["program"])
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        assert expectations(text)
        source = kerlint.lint_source(text, str(path), select=SELECT)
        rows = {
            id(each): {
                row
                for span in (each.span, *(related.span for related in each.related))
                for row in range(span.start.row, span.end.row + 1)
            }
            for each in source
        }
        there = list(saved(program))
        for code, layer, row in there:
            same = [e for e in source if e.code == code and (row is None or row in rows[id(e)])]
            if not same and (name, code) not in ONLY_SAVED:
                wrong.append(f"{name}: only in the saved model: {code} {layer} of row {row}")
            counts["same" if same else "only saved"] += 1
        for each in source if program["models"] else ():
            same = [it for it in there if it[0] == each.code]
            if not any(it[2] is None or it[2] in rows[id(each)] for it in same):
                counts["only written"] += 1
                if name not in ONLY_WRITTEN:
                    wrong.append(f"{name}:{each.span.start.row}: only in the source: {each.code}")
        counts["models"] += len(program["models"])
    print(dict(counts))
    assert not wrong, "\n".join(wrong)
    assert counts["models"] > 700
    assert counts["same"] > 150


# Keras does not save in HDF5 whose a function or layer of this name is.
ONLY_IN_HDF5 = {"ker126/quiet_own_accuracy.py"}


def test_all_forms_of_a_model_say_the_same(models):
    for program in models:
        for model in program["models"]:
            first = found_in(model["files"].get(".keras", os.devnull))
            live = model["live"]
            assert not isinstance(live, str), (program["program"], live)
            own = [
                (code, layer or "")
                for code, layer in live
                if code not in FRESH and code != "KER000"
            ]
            name = Path(program["program"]).relative_to(ROOT).as_posix()
            if "KER000" not in {code for code, _ in live} and ".keras" in model["files"]:
                if not {code for code, _ in {*first} ^ {*own}} <= {"KER119", "KER601", "KER607"}:
                    raise AssertionError((name, first, own))
            if ".h5" in model["files"] and name not in ONLY_IN_HDF5:
                assert found_in(model["files"][".h5"]) == first, name
            if ".json" in model["files"]:
                # JSON does not have what the model was compiled with, or not all of it.
                assert {*found_in(model["files"][".json"])} <= {*first}, name
