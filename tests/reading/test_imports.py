"""Functions and constants of neighbouring files are followed, and a change in one is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerlint.command.cli import main

NETS = """
from tensorflow.keras import Sequential, layers
from .settings import ACTIVATION, UNITS as SIZE

def build(units=SIZE, activation=ACTIVATION):
    model = Sequential()
    model.add(layers.Dense(16, activation="relu", input_shape=(4,)))
    model.add(layers.Dense(units, activation=activation))
    return model
"""

MAIN = """
import package.nets
from package import nets as made
from package.nets import build
from tensorflow import keras

first = build()
first.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
second = made.build(3)
second.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
head = keras.layers.Dense(package.nets.SIZE, activation="softmax")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "settings.py").write_text("UNITS = 1\nACTIVATION = 'linear'\n")
    (package / "nets.py").write_text(NETS)
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


def rows(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[int, str]]:
    main(["--output-format", "json", "--exit-zero", *options, str(path)])
    found = json.loads(capsys.readouterr().out)
    return [(finding["location"]["row"], finding["code"]) for finding in found]


def test_models_built_in_another_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(project / "main.py", capsys, "--no-cache")
    assert found == [(8, "KER126"), (10, "KER126"), (11, "KER101")]


def test_what_is_wrong_in_the_other_file_stays_there(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = project / "package" / "settings.py"
    settings.write_text("UNITS = 1\nACTIVATION = 'softmax'\n")
    assert (8, "KER101") in rows(project / "package" / "nets.py", capsys, "--no-cache")
    assert (7, "KER101") not in rows(project / "main.py", capsys, "--no-cache")


def test_the_cache_knows_what_a_file_rests_on(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = ["--cache-dir", str(tmp_path_factory.mktemp("cache"))]
    before = rows(project / "main.py", capsys, *cache)
    assert (11, "KER101") in before
    (project / "package" / "settings.py").write_text("UNITS = 10\nACTIVATION = 'linear'\n")
    after = rows(project / "main.py", capsys, *cache)
    assert (11, "KER101") not in after


def test_files_that_import_one_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text("from b import *\nfrom b import size\nimport keras\n")
    text = "from a import keras as k\nfrom a import *\nimport keras\nsize = 1\n"
    text += "keras.layers.Dense(size, activation='softmax')\n"
    (tmp_path / "b.py").write_text(text)
    assert rows(tmp_path / "b.py", capsys, "--no-cache") == [(5, "KER101")]


def test_a_package_that_imports_its_own_modules(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "package" / "__init__.py").write_text("from . import nets\nfrom . import gone\n")
    code = "from package import nets, gone\n" + MAIN.partition("\n\n")[2].partition("head")[0]
    code = code.replace("build()", "nets.build()").replace("made", "nets")
    code += "gone.build()\nlast = keras.layers.Dense(1, activation='softmax')\n"
    path = project / "main.py"
    path.write_text("from tensorflow import keras\n" + code)
    assert rows(path, capsys, "--no-cache") == [(4, "KER126"), (6, "KER126"), (8, "KER101")]


def test_a_name_that_two_files_import_from_each_other(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "package" / "one.py").write_text("from .two import size\n")
    (project / "package" / "two.py").write_text("from .one import size\n")
    path = project / "main.py"
    code = "from tensorflow import keras\nfrom package.one import size\n"
    code += "keras.layers.Dense(size)\nkeras.layers.Dense(1, activation='softmax')\n"
    path.write_text(code)
    assert rows(path, capsys, "--no-cache") == [(4, "KER101")]
    main(["--no-cache", "--exit-zero", str(path)])
    assert "could not be read" not in capsys.readouterr().out


def test_a_star_import_of_something_unknown_may_bind_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        "from keras.layers import Dense\n"
        "units, activation = 1, 'softmax'\n"
        "from somewhere import *\n"
        "Dense(units, activation=activation)\n"
    )
    assert rows(path, capsys, "--no-cache") == []


@pytest.mark.parametrize(
    "text",
    [
        "from package import nets\n\nmodel = nets.build()\n",
        "from package import nets as made\n\nmodel = made.build()\n",
        "from package.nets import build\n\nmodel = build()\n",
    ],
)
def test_a_folder_without_an_init_file_is_a_package(
    text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "package/__init__.py").unlink()
    end = 'model.compile(loss="mse", metrics=["accuracy"])\nmodel.fit(x, [[0.5], [1.5]])\n'
    (project / "main.py").write_text(text + end)
    found = rows(project / "main.py", capsys, "--select", "KER126")
    assert found == [(4, "KER126")]
