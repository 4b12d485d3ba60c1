"""Files that cannot have findings are not parsed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kerlint import prefilter
from kerlint.config.settings import combine, layer
from kerlint.run.check_file import diagnose
from kerlint.sources.source import Source


def settings(**raw):
    return combine("/", [layer({k.replace("_", "-"): v for k, v in raw.items()}, "/", "")])


def possible(data, settings, path="<string>"):
    return prefilter.Prefilter().look_at(str(path), data, settings).possible


@pytest.mark.parametrize(
    "text",
    [
        b"import keras\n",
        b"from tensorflow import keras as k\n",
        b"import tensorflow as tf\n",
        b"model.add(Dense(1, activation='softmax'))\n",
        b"m = Sequential()\n",
        b"model.compile(loss='mse')\n",
        b"x = to_categorical(y)\n",
    ],
)
def test_keras(text):
    assert prefilter.names_keras(text)


@pytest.mark.parametrize(
    "text", [b"", b"import os\n", b"from torch import nn\nnn.Linear(1, 1)\n", b"re.compile('x')\n"]
)
def test_no_keras(text):
    assert not prefilter.names_keras(text)
    assert not possible(text, settings(select=["ALL"]))


def test_rule_by_rule():
    text = b"model.add(Dense(1, activation='softmax'))\n"
    assert possible(text, settings(select=["KER101"]))
    assert not possible(text.replace(b"softmax", b"relu"), settings(select=["KER101"]))
    assert not possible(text, settings(select=[]))


def test_own_codes_need_no_parsing():
    text = b"import keras\n"
    assert not possible(text, settings(select=["KER000", "KER013"]))


FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.py")), ids=lambda path: path.name)
def test_the_gate_hides_no_finding(path):
    """What is found without the prefilter comes through it, when that one rule is asked for too."""
    data = path.read_bytes()
    source = Source(str(path), data.decode())
    for finding in diagnose(source, settings(select=["ALL"])).diagnostics:
        if finding.code != "KER000":
            assert possible(data, settings(select=[finding.code])), finding


NET = """\
from keras import Sequential, layers

def build(units=1, activation="softmax"):
    return Sequential([layers.Dense(4), layers.Dense(units, activation=activation)])
"""


@pytest.fixture
def package(project):
    """Files that import one another; only one of them names Keras."""
    files = {
        "app/__init__.py": "",
        "app/nets/__init__.py": "",
        "app/nets/small.py": NET,
        "app/nets/shared.py": "def scaled(values):\n    return [value / 2 for value in values]\n",
        "app/between.py": "from .nets import (  # one of them\n    small as smallest,\n)\n",
        "app/options.py": "ACTIVATION = 'tanh'\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    return project / "app"


REACHING = [
    "from app.nets.small import build",
    "from .nets.small import build",
    "from.nets.small import build",
    "from .nets import small",
    "from .nets \\\n    import \\\n    small as net",
    "from .nets import (\n    shared,\n    small,\n)",
    "import app.nets.small",
    "import os, app.nets.small as net",
    "import app\n\nnet = app.nets.small.build()",
    "import app as it\n\nnet = it . nets.small.build()",
    "from . import nets as those\n\nnet = those.small.build()",
    "from .between import smallest",
    "try:\n    from fast import build\nexcept ImportError: from .between import smallest",
    "# taken from there\nimport app.between",
    "'how to: from x import ('\nfrom .between import smallest",
    "def later():\n\tfrom .between import *",
]


@pytest.mark.parametrize("line", REACHING)
def test_what_another_file_names_counts(package, line):
    path = package / "main.py"
    path.write_text(line + "\n")
    assert {"KER101", "KER003"} <= possible(path.read_bytes(), settings(), path)


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from .nets import shared",
        "from .nets.shared import scaled",
        "import app.nets.shared as small",
        "from . import options",
        "from .missing import build",
        "from ..nets.small import build",
        "import small",
    ],
)
def test_what_is_not_imported_does_not_count(package, line):
    path = package / "main.py"
    path.write_text(line + "\n")
    assert not possible(path.read_bytes(), settings(select=["ALL"]), path)


def test_words_of_a_file_without_keras_count_where_it_is_imported(package):
    path = package / "main.py"
    path.write_text("import keras\nfrom .options import ACTIVATION\n")
    only = settings(select=["KER113"])  # about outputs of a limited range
    assert not possible(b"import keras\n", only, path)
    assert possible(path.read_bytes(), only, path) == {"KER113"}


def test_the_wrong_use_of_a_model_that_another_file_builds(package, kerlint):
    (package / "main.py").write_text(
        "from .between import smallest\n\nnet = smallest.build(3, 'tanh')\n"
        "net.compile('adam', loss='mse', metrics=['accuracy'])\n"
    )
    found = kerlint("--no-cache", "--output-format", "concise", "app/main.py")
    assert found.code == 1
    assert "main.py:4:42: warning: KER126" in found.out


def test_the_cache_forgets_a_file_when_what_it_imports_begins_to_use_keras(
    package, kerlint, tmp_path
):
    for path in [*package.rglob("*.py"), package / "main.py"]:
        if path.name == "main.py":
            path.write_text(
                "from .between import smallest\n\nnet = smallest.build()\n"
                "net.compile('adam', loss='mse', metrics=['accuracy'])\n"
            )
        if path.name == "small.py":
            path.write_text("def build():\n    return Other()\n")
        os.utime(path, (1e9, 1e9))  # old enough for its time stamp to be trusted
    command = ("--cache-dir", tmp_path / "cache", "app")
    assert kerlint(*command).code == 0
    assert kerlint(*command).code == 0
    (package / "nets" / "small.py").write_text(NET)
    os.utime(package / "nets" / "small.py", (1e9 + 5, 1e9 + 5))
    found = kerlint(*command)
    assert "KER126" in found.out
    assert found == kerlint("--no-cache", "app")
