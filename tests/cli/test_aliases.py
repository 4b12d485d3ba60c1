"""The setting ``aliases``: a project's own names for names of Keras."""

from __future__ import annotations

import pytest

import kerlint as package
from kerlint import prefilter
from kerlint.config.settings import SettingsError, combine, layer, resolver
from kerlint.config.show import as_toml

DENSE = {"mylib.Dense": "keras.layers.Dense"}
TAIL = "model.compile('adam', 'mse')\n"


def codes(text, aliases, **settings):
    return [f.code for f in package.lint_source(text, aliases=aliases, **settings)]


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("from mylib import Dense\nD = Dense\n", DENSE),
        ("from mylib import Dense as D\n", DENSE),
        ("import mylib\nD = mylib.Dense\n", DENSE),
        ("import mylib as m\nD = m.Dense\n", DENSE),
        ("from mylib import *\nD = Dense\n", DENSE),
        ("import mylib\nD = getattr(mylib, 'Dense')\n", DENSE),
        (
            "from mylib.deep import layers\nD = layers.Dense\n",
            {"mylib.deep.layers": "keras.layers"},
        ),
        ("import mylib.layers as l\nD = l.Dense\n", {"mylib.layers": "keras.layers"}),
        ("import mylib.layers\nD = mylib.layers.Dense\n", {"mylib.layers": "keras.layers"}),
        ("from mylib.layers import *\nD = Dense\n", {"mylib.layers": "keras.layers"}),
        ("from mylib.compat import keras\nD = keras.layers.Dense\n", {"mylib.compat": "keras"}),
        ("from mylib import keras\nD = keras.layers.Dense\n", {"mylib.keras": "tensorflow.keras"}),
        ("from a import Full as D\n", {"a.Full": "b.Full", "b.Full": "keras.layers.Dense"}),
    ],
)
def test_imports(text, aliases):
    if "compat" in text:
        aliases = {"mylib.compat.keras": "keras"}
    text = f"{text}from keras import Sequential\nm = Sequential([D(1, activation='softmax')])\n"
    assert codes(text, aliases) == ["KER101"]
    assert codes(text.replace("D(1", "D(2"), aliases) == []
    assert "KER101" not in codes(text, {})


def test_losses_metrics_optimizers_and_models():
    aliases = {
        "mylib.Net": "keras.Sequential",
        "mylib.logits": "keras.layers.Dense",
        "mylib.xent": "keras.losses.SparseCategoricalCrossentropy",
        "mylib.right": "keras.metrics.BinaryAccuracy",
        "mylib.Optimizer": "keras.optimizers.Adam",
    }
    text = """\
from mylib import Net, logits, xent, right, Optimizer
model = Net()
model.add(logits(10))
model.compile(Optimizer(100.0), loss=xent(), metrics=[right()])
"""
    found = codes(text, aliases)
    assert "KER103" in found
    assert "KER601" in found


def test_api_rules_are_silent_about_an_alias():
    text = """\
from mylib import Dense, layers, old
from keras import Sequential
Sequential([Dense(4, scale=2, input_dim=3, W_regularizer=None), layers.Own(3), old(2, 3)])
layers.Own
"""
    aliases = {**DENSE, "mylib.layers": "keras.layers", "mylib.old": "keras.layers.CuDNNGRU"}
    assert codes(text, aliases, select=["KER0"]) == []
    plain = text.replace("from mylib", "from keras.layers").replace("layers, old", "CuDNNGRU")
    assert {"KER002", "KER011"} <= set(codes(plain, {}, select=["KER0"]))


def test_api_rules_are_silent_about_methods():
    """The class that the alias names may have methods of its own, and so may those that derive."""
    text = """\
from mylib import Model, Adam

class Net(Model):
    def __init__(self):
        super().__init__(kind="x")

for model in (Net(), Model(inputs=1, outputs=2, kind=3)):
    model.compile(optimizer=Adam(lr=0.1), loss="mse", extra=2)
    model.fit([1], [2], nb_epoch=3, foo=2)
    model.predict_classes([1])
optimizer = Adam(0.1)
optimizer.lr
"""
    aliases = {"mylib.Model": "keras.Model", "mylib.Adam": "keras.optimizers.Adam"}
    assert codes(text, aliases, select=["KER0"]) == []
    plain = "from keras import Model\nfrom keras.optimizers import Adam\n"
    found = codes(text.replace("from mylib import Model, Adam\n", plain), {}, select=["KER0"])
    assert {"KER003", "KER004", "KER011"} <= set(found)


def test_an_argument_of_the_wrapper_may_do_anything():
    """``units`` is 1, but what the layer's activation is, the other argument may say."""
    text = "from keras import Sequential\nfrom mylib import Dense\n"
    text += (
        "model = Sequential([Dense(4), Dense(1{})])\nmodel.compile('adam', 'binary_crossentropy')\n"
    )
    assert "KER103" in codes(text.format(""), DENSE)
    assert "KER103" not in codes(text.format(", squash=True"), DENSE)


@pytest.fixture
def wrapped(project):
    """A package whose own ``Dense`` kerlint could not see through."""
    (project / "kerlint.toml").write_text('[aliases]\n"mylib.Dense" = "keras.layers.Dense"\n')
    (project / "mylib").mkdir()
    (project / "mylib" / "__init__.py").write_text(
        "from .core import *\nfrom keras import Sequential\n"
    )
    (project / "mylib" / "core.py").write_text("def Dense(*args):\n    return make(*args)\n")
    return project


@pytest.mark.parametrize(
    "text",
    [
        "from mylib import Dense, Sequential\nm = Sequential([Dense(1, 'softmax')])\n",
        "import mylib\nm = mylib.Sequential([mylib.Dense(1, 'softmax')])\n",
        "from mylib import *\nm = Sequential([Dense(1, 'softmax')])\n",
        "import mylib as my\nm = my.Sequential()\nm.add(my.Dense(1, 'softmax'))\n",
    ],
)
def test_a_file_of_the_project_does_not_win(wrapped, text):
    (wrapped / "train.py").write_text(text)
    found = package.lint_paths([wrapped / "train.py"])
    assert [f.code for f in found] == ["KER101"]


@pytest.mark.parametrize("dots", [".", ".core", "mylib"])
def test_relative_imports(wrapped, dots):
    """The package need not be named in its own files; other modules of it have no aliases."""
    file = wrapped / "mylib" / "nets.py"
    file.write_text(
        f"import keras\nfrom {dots} import Dense as D\nm = keras.Sequential([D(1, 'softmax')])\n"
    )
    found = [f.code for f in package.lint_paths([file])]
    assert found == (["KER101"] if dots != ".core" else [])


def test_through_another_file(wrapped):
    (wrapped / "parts.py").write_text("from mylib import Dense as Last\n" + "# long\n" * 3000)
    (wrapped / "train.py").write_text(
        "import keras\nfrom parts import Last\nm = keras.Sequential([Last(1, 'softmax')])\n"
    )
    assert [f.code for f in package.lint_paths([wrapped / "train.py"])] == ["KER101"]


def test_the_prefilter_lets_through_what_uses_an_alias():
    """The file has no word of Keras, nor the word without which the rule cannot fire."""
    text = "import mylib\nm = mylib.Net([mylib.Out(1), mylib.Share()])\n"
    aliases = {
        "mylib.Net": "keras.Sequential",
        "mylib.Out": "keras.layers.Dense",
        "mylib.Share": "keras.layers.Softmax",
    }
    assert not prefilter.names_keras(text.encode())
    assert "KER101" in codes(text, aliases)
    made = combine("/", [layer({"aliases": aliases, "select": ["KER101"]}, "/", "")])
    possible = prefilter.Prefilter(made.aliases).look_at("<string>", text.encode(), made).possible
    assert possible == {"KER101"}
    assert not prefilter.Prefilter(made.aliases).look_at("<string>", b"import os\n", made).keras


def test_the_cache_knows_the_aliases(wrapped, kerlint):
    (wrapped / "train.py").write_text(
        "import keras\nfrom mylib import Dense\nm = keras.Sequential([Dense(1, 'softmax')])\n"
    )
    assert kerlint("train.py", "--output-format", "concise").code == 1
    (wrapped / "kerlint.toml").write_text("")
    assert kerlint("train.py", "--output-format", "concise").code == 0


def test_shown_as_toml(wrapped):
    settings = resolver(layer({}, str(wrapped), ""))(str(wrapped))
    shown = "\n".join(as_toml("x", settings))
    assert '[aliases]\n"mylib.Dense" = "keras.layers.Dense"' in shown


@pytest.mark.parametrize(
    ("aliases", "problem"),
    [
        ([], 'must be a table such as { "mylib.Dense" = "keras.layers.Dense" }'),
        ({"a.b": 3}, 'must be a table such as { "mylib.Dense" = "keras.layers.Dense" }'),
        (
            {"a b": "keras.layers.Dense"},
            "has 'a b', which is not a dotted name such as 'mylib.Dense'",
        ),
        ({"": "keras.layers.Dense"}, "has '', which is not a dotted name such as 'mylib.Dense'"),
        ({"a.b": "keras.layers."}, "has 'keras.layers.' for 'a.b', which is not a dotted name"),
        ({"keras.x": "keras.layers.Dense"}, "has 'keras.x', which is a name of Keras already"),
        (
            {"a.b": "keras.layers.Dens"},
            "has 'keras.layers.Dens' for 'a.b', but Keras has no such public name; did you mean "
            "'keras.layers.Dense'?",
        ),
        (
            {"a.b": "Dense"},
            "has 'Dense' for 'a.b', but this is not a name of Keras; did you mean "
            "'keras.layers.Dense'?",
        ),
        (
            {"a.b": "keras.src.layers.Dense"},
            "has 'keras.src.layers.Dense' for 'a.b', but this is private in Keras; did you mean "
            "'keras.layers.Dense'?",
        ),
        (
            {"a.b": "keras.Model.fit"},
            "has 'keras.Model.fit' for 'a.b', but Keras has no such public name; did you mean "
            "'keras.Model'?",
        ),
        (
            {"a.b": "torch.nn.Linear"},
            "has 'torch.nn.Linear' for 'a.b', but this is not a name of Keras",
        ),
        ({"a.b": "c.d", "c.d": "a.b"}, "go round in a circle: a.b -> c.d -> a.b"),
        ({"a.b": "a.b"}, "go round in a circle: a.b -> a.b"),
        ({"x.y": "a.b", "a.b": "c.d", "c.d": "a.b"}, "go round in a circle: a.b -> c.d -> a.b"),
    ],
)
def test_mistakes(aliases, problem):
    with pytest.raises(SettingsError) as error:
        package.lint_source("", aliases=aliases)
    assert error.value.problems == (f"settings: aliases {problem}",)
