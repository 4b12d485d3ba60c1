"""Where a value is written: programs before and after, and what is left to people."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kerlint.config.settings import combine
from kerlint.diagnostics import Applicability
from kerlint.repairs.apply import edited
from kerlint.run.engine import from_keywords, lint_source
from kerlint.sources.source import Source

SETTINGS = combine("/", [from_keywords({"extend_select": ["KER112", "KER138", "KER402"]})])
HEAD = "import keras\nfrom keras import layers\n\n"


def fixes(body, code):
    text = HEAD + dedent(body).strip() + "\n"
    found = lint_source(Source("program.py", text), text.encode(), SETTINGS).diagnostics
    return text, [each.fix for each in found if each.code == code]


def fixed(body, code):
    """The program with the first fix of a rule, and what that fix says it does."""
    text, found = fixes(body, code)
    assert found, "no finding"
    assert found[0] is not None, "no fix"
    done = edited("program.py", text.encode(), found[0].edits).decode()
    return done.removeprefix(HEAD).strip(), found[0].message


def lines(text):
    return dedent(text).strip()


TAIL = """
model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), last])
model.compile("adam", "binary_crossentropy")
"""


def one_unit(before, after):
    """A softmax over one unit that becomes a sigmoid."""
    return before + TAIL, after + TAIL


PLACES = {
    "argument": one_unit(
        'last = layers.Dense(1, activation="softmax")',
        'last = layers.Dense(1, activation="sigmoid")',
    ),
    "by position, in the quotes that are there": one_unit(
        "last = layers.Dense(1, 'softmax')", "last = layers.Dense(1, 'sigmoid')"
    ),
    "constant": one_unit(
        'ACT = "softmax"\nlast = layers.Dense(1, activation=ACT)',
        'ACT = "sigmoid"\nlast = layers.Dense(1, activation=ACT)',
    ),
    "constant with an annotation": one_unit(
        'ACT: str = "softmax"\nlast = layers.Dense(1, activation=ACT)',
        'ACT: str = "sigmoid"\nlast = layers.Dense(1, activation=ACT)',
    ),
    "conditional expression": one_unit(
        'n = 1\nlast = layers.Dense(n, activation="softmax" if n < 2 else "relu")',
        'n = 1\nlast = layers.Dense(n, activation="sigmoid" if n < 2 else "relu")',
    ),
    "dictionary": one_unit(
        'config = {"units": 1, "act": "softmax"}\n'
        'last = layers.Dense(config["units"], activation=config["act"])',
        'config = {"units": 1, "act": "sigmoid"}\n'
        'last = layers.Dense(config["units"], activation=config["act"])',
    ),
    "two stars": one_unit(
        'config = dict(units=1, activation="softmax")\nlast = layers.Dense(**config)',
        'config = dict(units=1, activation="sigmoid")\nlast = layers.Dense(**config)',
    ),
    "attribute of a class": one_unit(
        'class Config:\n    ACT = "softmax"\n\n\nlast = layers.Dense(1, activation=Config.ACT)',
        'class Config:\n    ACT = "sigmoid"\n\n\nlast = layers.Dense(1, activation=Config.ACT)',
    ),
    "default of a parameter": one_unit(
        'def head(act="softmax"):\n    return layers.Dense(1, activation=act)\n\n\nlast = head()',
        'def head(act="sigmoid"):\n    return layers.Dense(1, activation=act)\n\n\nlast = head()',
    ),
    "argument of the caller": one_unit(
        "def head(act):\n    return layers.Dense(1, activation=act)\n\n\n"
        'last = head("softmax")\nother = head(act="sigmoid")',
        "def head(act):\n    return layers.Dense(1, activation=act)\n\n\n"
        'last = head("sigmoid")\nother = head(act="sigmoid")',
    ),
    "through two functions": one_unit(
        "def head(act):\n    return layers.Dense(1, activation=act)\n\n\n"
        'def outer(kind="softmax"):\n    return head(act=kind)\n\n\nlast = outer()',
        "def head(act):\n    return layers.Dense(1, activation=act)\n\n\n"
        'def outer(kind="sigmoid"):\n    return head(act=kind)\n\n\nlast = outer()',
    ),
    "function of TensorFlow": one_unit(
        "import tensorflow as tf\n\nlast = layers.Dense(1, activation=tf.nn.softmax)",
        "import tensorflow as tf\n\nlast = layers.Dense(1, activation=tf.nn.sigmoid)",
    ),
    "function of Keras": one_unit(
        "last = layers.Dense(1, activation=keras.activations.softmax)",
        "last = layers.Dense(1, activation=keras.activations.sigmoid)",
    ),
    "one name in two functions": one_unit(
        'def hidden():\n    act = "softmax"\n    print(act)\n\n\n'
        'def head():\n    act = "softmax"\n    return layers.Dense(1, activation=act)\n\n\n'
        "last = head()",
        'def hidden():\n    act = "softmax"\n    print(act)\n\n\n'
        'def head():\n    act = "sigmoid"\n    return layers.Dense(1, activation=act)\n\n\n'
        "last = head()",
    ),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_the_value_is_changed_where_it_is_written(before, after):
    assert fixed(before, "KER101")[0] == lines(after)


def test_a_constant_at_several_places_that_are_all_wrong():
    before = """
        ACT = "softmax"
        x = keras.Input((4,))
        a = keras.Model(x, layers.Dense(1, activation=ACT)(x))
        a.compile("adam", "binary_crossentropy")
        b = keras.Model(x, layers.Dense(1, activation=ACT)(x))
        b.compile("adam", "binary_crossentropy")
    """
    after, said = fixed(before, "KER101")
    assert after == lines(before).replace('"softmax"', '"sigmoid"')
    assert said == 'Set `ACT = "sigmoid"`'
    first, second = fixes(before, "KER101")[1]
    assert first.edits == second.edits


REFUSED = {
    "loop over sizes": """
        model = keras.Sequential([keras.Input((4,))])
        for size in (8, 4, 1):
            model.add(layers.Dense(size, activation="softmax"))
        model.compile("adam", "binary_crossentropy")
    """,
    "helper that is called twice": """
        def network(units):
            x = keras.Input((4,))
            return keras.Model(x, layers.Dense(units, activation="softmax")(x))

        network(1).compile("adam", "binary_crossentropy")
        network(3).compile("adam", "categorical_crossentropy")
    """,
    "constant that is used for something else": """
        ACT = "softmax"
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation=ACT)])
        model.compile("adam", "binary_crossentropy")
        print(ACT)
    """,
    "constant of a layer that is right": """
        ACT = "softmax"
        x = keras.Input((4,))
        a = keras.Model(x, layers.Dense(1, activation=ACT)(x))
        a.compile("adam", "binary_crossentropy")
        b = keras.Model(x, layers.Dense(3, activation=ACT)(x))
        b.compile("adam", "categorical_crossentropy")
    """,
    "parameter that is used for something else": """
        def head(act):
            print(act)
            return layers.Dense(1, activation=act)

        model = keras.Sequential([keras.Input((4,)), head("softmax")])
        model.compile("adam", "binary_crossentropy")
    """,
    "dictionary that goes somewhere": """
        config = {"act": "softmax"}
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation=config["act"])])
        model.compile("adam", "binary_crossentropy")
        print(config)
    """,
    "a branch where nothing is added": """
        import sys

        loss = "sparse_categorical_crossentropy"
        if len(sys.argv) > 1:
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(10)])
        model.compile("adam", loss)
    """,
    "another branch": """
        import sys

        if len(sys.argv) > 1:
            units, loss = 1, "binary_crossentropy"
        else:
            units, loss = 10, "sparse_categorical_crossentropy"
        model = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation="softmax")])
        model.compile("adam", loss)
    """,
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_else_would_change_is_left_to_people(body):
    found = [*fixes(body, "KER101")[1], *fixes(body, "KER103")[1]]
    assert found
    assert set(found) == {None}


def test_a_shared_layer_is_not_taken_out():
    body = """
        act = layers.Activation("linear")
        x = keras.Input((4,))
        model = keras.Model(x, layers.Add()([act(layers.Dense(3)(x)), act(layers.Dense(3)(x))]))
        model.compile("adam", "mse")
    """
    found = fixes(body, "KER112")[1]
    assert found
    assert set(found) == {None}


LOSSES = {
    "name": ('"categorical_crossentropy"', '"sparse_categorical_crossentropy"'),
    "class": (
        "keras.losses.CategoricalCrossentropy()",
        "keras.losses.SparseCategoricalCrossentropy()",
    ),
    "function": (
        "keras.losses.categorical_crossentropy",
        "keras.losses.sparse_categorical_crossentropy",
    ),
    "arguments": (
        'keras.losses.CategoricalCrossentropy(name="loss")',
        'keras.losses.SparseCategoricalCrossentropy(name="loss")',
    ),
}
CLASSES = """
import numpy as np

x, y = np.zeros((60, 4)), np.random.randint(0, 3, 60)
LOSS = {loss}
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", loss=LOSS)
model.fit(x, y)
"""


@pytest.mark.parametrize("inline", [True, False], ids=["in the call", "in a variable"])
@pytest.mark.parametrize(("before", "after"), LOSSES.values(), ids=LOSSES)
def test_losses(before, after, inline):
    text, wanted = CLASSES.format(loss=before), CLASSES.format(loss=after)
    if inline:
        text, wanted = (
            each.replace(f"LOSS = {loss}\n", "").replace("loss=LOSS", f"loss={loss}")
            for each, loss in ((text, before), (wanted, after))
        )
    assert fixed(text, "KER131")[0] == lines(wanted)


OUTPUTS = """
x = keras.Input((8,))
a, b = layers.Dense(1, name="a")(x), layers.Dense(3, activation="softmax", name="b")(x)
model = keras.Model(x, [a, b])
model.compile("adam", loss={losses}, metrics={metrics})
model.fit(load(), [one(), keras.utils.to_categorical(two(), 3)])
"""


@pytest.mark.parametrize(
    ("losses", "metrics", "after"),
    [
        ('["mse", "categorical_crossentropy"]', '[["accuracy"], []]', '[["mae"], []]'),
        (
            '{"a": "mse", "b": "categorical_crossentropy"}',
            '{"a": ["accuracy"], "b": ["accuracy"]}',
            '{"a": ["mae"], "b": ["accuracy"]}',
        ),
        (
            'dict(a="mse", b="categorical_crossentropy")',
            '{"a": "accuracy", "b": "accuracy"}',
            '{"a": ["mae"], "b": "accuracy"}',
        ),
    ],
)
def test_metrics_of_several_outputs(losses, metrics, after):
    before = OUTPUTS.format(losses=losses, metrics=metrics)
    wanted = OUTPUTS.format(losses=losses, metrics=after)
    assert fixed(before, "KER126")[0] == lines(wanted)


SIMILAR = """
x = keras.Input((8,))
a, b = layers.Dense(1, name="a")(x), layers.Dense(2, name="b")(x)
model = keras.Model(x, [a, b])
losses = {losses}
model.compile("adam", loss=losses)
"""


@pytest.mark.parametrize(
    ("losses", "after"),
    [
        ('["cosine_similarity", "mae"]', '["mse", "mae"]'),
        ('{"a": "cosine_similarity", "b": "mae"}', '{"a": "mse", "b": "mae"}'),
        ('dict(b="mae", a="cosine_similarity")', 'dict(b="mae", a="mse")'),
        (
            "[keras.losses.CosineSimilarity(), keras.losses.Huber()]",
            "[keras.losses.MeanSquaredError(), keras.losses.Huber()]",
        ),
    ],
)
def test_losses_of_several_outputs(losses, after):
    before = SIMILAR.replace("{losses}", losses)
    assert fixed(before, "KER120")[0] == lines(SIMILAR.replace("{losses}", after))


OPTIMIZED = """
def compiled(model, optimizer):
    model.compile(optimizer=optimizer, loss="mse")


RATE = 50.0
model = keras.Sequential([keras.Input((40,)), layers.Dense(80, "relu"), layers.Dense(80, "relu")])
"""


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (
            'model.compile("adadelta", "mse")',
            'model.compile(keras.optimizers.Adadelta(learning_rate=1.0), "mse")',
            "KER602",
        ),
        (
            "compiled(model, keras.optimizers.Adam(50.0))",
            "compiled(model, keras.optimizers.Adam(0.001))",
            "KER601",
        ),
        (
            'model.compile(keras.optimizers.Adam(learning_rate=-0.1), "mse")',
            'model.compile(keras.optimizers.Adam(learning_rate=0.1), "mse")',
            "KER607",
        ),
        (
            'optimizer = keras.optimizers.Adam(beta_1=1.0)\nmodel.compile(optimizer, "mse")',
            'optimizer = keras.optimizers.Adam(beta_1=0.9)\nmodel.compile(optimizer, "mse")',
            "KER605",
        ),
    ],
)
def test_optimizers(before, after, code):
    assert fixed(OPTIMIZED + before, code)[0] == lines(OPTIMIZED + after)


def test_a_learning_rate_in_a_variable():
    before = OPTIMIZED + 'model.compile(keras.optimizers.Adam(RATE), "mse")'
    after, said = fixed(before, "KER601")
    assert after == lines(before.replace("RATE = 50.0", "RATE = 0.001"))
    assert said == "Set `RATE = 0.001`"


def test_the_loss_of_a_training_loop():
    before = """
        import tensorflow as tf

        loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)
        optimizer = keras.optimizers.Adam()
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        for x, y in load():
            with tf.GradientTape() as tape:
                loss = loss_fn(y, model(x))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    """
    after, said = fixed(before, "KER109")
    assert after == lines(before).replace("from_logits=True", "")
    assert said == "Set `BinaryCrossentropy()`"


def test_layers_trade_places():
    before = """
        def block(x):
            x = layers.Dense(8, activation="relu")(x)
            x = layers.Dropout(0.5)(x)
            return layers.BatchNormalization()(x)

        x = keras.Input((4,))
        model = keras.Model(x, layers.Dense(1)(block(x)))
        model.compile("adam", "mse")
    """
    after, said = fixed(before, "KER402")
    assert after == lines(before).replace("Dropout(0.5)", "?").replace(
        "BatchNormalization()", "Dropout(0.5)"
    ).replace("?", "BatchNormalization()")
    assert said == "Move `Dropout` after `BatchNormalization`"


LAYOUTS = {
    "a line of its own": (
        'layers.Dense(\n    1,\n    activation="softmax",\n    name="y",\n)',
        'layers.Dense(\n    1,\n    activation="sigmoid",\n    name="y",\n)',
    ),
    "a comment": (
        'layers.Dense(1,  # one\n    activation="softmax")',
        'layers.Dense(1,  # one\n    activation="sigmoid")',
    ),
}


@pytest.mark.parametrize(("before", "after"), LAYOUTS.values(), ids=LAYOUTS)
def test_layout(before, after):
    body, wanted = one_unit(f"last = {before}", f"last = {after}")
    assert fixed(body, "KER101")[0] == lines(wanted)


DROPPED = {
    "the last of a line": (
        'model.compile("adam", "mse", metrics=["mse"])',
        'model.compile("adam", "mse")',
    ),
    "the last line": (
        'model.compile(\n    "adam",\n    loss="mse",  # of prices\n    metrics=["mse"])',
        'model.compile(\n    "adam",\n    loss="mse"  # of prices\n    )',
    ),
    "with a comma after it": (
        'model.compile(\n    "adam",\n    loss="mse",  # of prices\n    metrics=["mse"],  # too\n)',
        'model.compile(\n    "adam",\n    loss="mse",  # of prices\n)',
    ),
    "the first one": (
        'model.compile(metrics=["mse"], optimizer="adam", loss="mse")',
        'model.compile(optimizer="adam", loss="mse")',
    ),
    "an item of a list": (
        'model.compile("adam", "mse", metrics=["mae", "mse"])',
        'model.compile("adam", "mse", metrics=["mae"])',
    ),
}


@pytest.mark.parametrize(("before", "after"), DROPPED.values(), ids=DROPPED)
def test_what_is_dropped(before, after):
    model = "model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
    assert fixed(model + before, "KER138")[0] == lines(model + after)


def test_arguments_that_are_dropped_one_after_the_other():
    model = "model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
    before = "model.fit_generator(data, epochs=2,\n    workers=1, use_multiprocessing=False,\n"
    for last in ("    max_queue_size=10)\n", "    max_queue_size=10,\n)\n"):
        text, _ = fixed(model + before + last, "KER004")
        assert text == lines(model + "model.fit(data, epochs=2" + last.partition("10")[2])


def test_applicability():
    certain = fixes('last = layers.Dense(1, activation="softmax")' + TAIL, "KER101")[1][0]
    assert (certain.applicability, certain.why) == (
        Applicability.UNSAFE,
        "the model then predicts other values",
    )
    either = fixes('last = layers.Dense(1, activation="softmax")', "KER101")[1][0]
    assert either.applicability is Applicability.DISPLAY
