"""Safe fixes are safe: Keras does the same after them, or does what it refused before."""

# ruff: noqa: E501 (a line for each pair of calls is easier to read)

from __future__ import annotations

import textwrap

import pytest

import kerlint
from kerlint.diagnostics import Applicability
from kerlint.repairs.apply import edited

HEAD = """\
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
x = np.random.rand(32, 8).astype("float32")
y = (x.sum(axis=1) > 4).astype("int32")
"""
MODEL = """\
model = keras.Sequential([keras.Input((8,)), {layer}, layers.Dense(1, activation="sigmoid")])
model.compile({compiled})
history = model.fit(x, y, epochs=2, batch_size=8, verbose=0)
result = history.history["loss"]
"""
PLAIN = {"layer": 'layers.Dense(4, activation="relu")', "compiled": '"sgd", "binary_crossentropy"'}


def with_layer(code):
    return HEAD + MODEL.format(**{**PLAIN, "layer": code})


def with_compiled(code):
    return HEAD + MODEL.format(**{**PLAIN, "compiled": code})


def then(code):
    return HEAD + MODEL.format(**PLAIN) + code + "\n"


def images(code):
    return HEAD + (
        f"model = keras.Sequential([keras.Input((9, 9, 2)), {code}])\n"
        "result = model.predict(np.ones((1, 9, 9, 2)), verbose=0).shape\n"
    )


def repaired(code, text):
    """The text with the safe fixes of all findings of a rule."""
    findings = kerlint.lint_source(text, select=[code])
    fixes = [each.fix for each in findings if each.fix is not None]
    assert fixes
    assert all(fix.applicability is Applicability.SAFE for fix in fixes)
    edits = dict.fromkeys(edit for fix in fixes for edit in fix.edits)
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    return edited("a.py", text.encode(), ordered).decode()


def run(text):
    scope = {}
    exec(compile(text, "a.py", "exec"), scope)
    return scope["result"]


RAISED = [
    # code, program, what the repaired program gives (None: whatever it is)
    ("KER003", with_layer('layers.Dense(output_dim=4, init="normal", activation="relu")')),
    ("KER003", with_layer('layers.Dense(4, W_regularizer="l2", b_constraint="non_neg", bias=True)')),
    ("KER003", with_layer("layers.Dropout(p=0.5)")),
    ("KER003", with_compiled('keras.optimizers.SGD(lr=0.1, momentum=0.9), "mse"')),
    ("KER003", with_compiled('keras.optimizers.SGD(lr=1), "mse"')),
    ("KER003", with_compiled('keras.optimizers.SGD(**{"lr": 0.1}), "mse"')),
    ("KER003", with_compiled('keras.optimizers.Nadam(schedule_decay=0.004), "mse"')),
    ("KER003", with_compiled('"sgd", "mse", sample_weight_mode=None')),
    ("KER003", then("result = model.fit(x, y, nb_epoch=2, workers=1, verbose=0).history['loss']")),
    ("KER003", images('layers.Conv2D(3, 3, 3, border_mode="same")')),
    ("KER003", images('layers.Conv2D(3, nb_row=3, nb_col=5, subsample=(2, 2), dim_ordering="tf")')),
    ("KER003", images("layers.BatchNormalization(mode=0)")),
    ("KER003", HEAD + "result = keras.Sequential([layers.LSTM(2, batch_input_shape=(4, 5, 6), stateful=True)]).output_shape\n"),
    ("KER012", HEAD + "result = keras.Input(10).shape\n"),
    ("KER012", HEAD + "result = keras.Input(shape=(10)).shape\n"),
    ("KER012", HEAD + "result = len(keras.Sequential(layers.Dense(3), layers.Dense(1)).layers)\n"),
    ("KER012", HEAD + "result = layers.Reshape(2, 4)(keras.Input((8,))).shape\n"),
    ("KER012", HEAD + "result = layers.Dropout(0.5)(keras.Input((3,)), True).shape\n"),
    ("KER012", with_compiled('"sgd", "mse", ["mae"]')),
    ("KER139", with_compiled('"sgd", "mse", metrics="mae"')),
    ("KER406", with_layer('layers.Dropout("0.5")')),
    ("KER508", HEAD + "result = layers.Conv3D(2, 3, 3, 3)(keras.Input((8, 8, 8, 1))).shape\n"),
    ("KER520", HEAD + "model = keras.Sequential()\nmodel.add(layers.Conv2D(2, 3, input_shape=(None, 9, 9, 2)))\nresult = model.output_shape\n"),
    ("KER522", then("result = model.predict(x[3], verbose=0).shape")),
    ("KER608", with_compiled('keras.optimizers.SGD(1), "mse"')),
    ("KER608", with_compiled('keras.optimizers.SGD("0.1"), "mse"')),
    ("KER706", then('result = model.fit(x, y, epochs="2", verbose=0).epoch')),
    ("KER706", then("result = model.fit(x, y, batch_size=8.0, verbose=0).epoch")),
    ("KER708", then("result = model.fit(x, y, steps_per_epoch=2.0, verbose=0).epoch")),
    ("KER710", then("result = model.fit(x, y, class_weight=[1.0, 2.0], verbose=0).epoch")),
    ("KER728", then("result = model.predict([[0.5] * 8], verbose=0).shape")),
    ("KER006", HEAD + MODEL.format(**{**PLAIN, "compiled": '"sgd", "mse", metrics=["accuracy"]'}) + 'result = history.history["acc"]\n'),
    ("KER006", HEAD + MODEL.format(**{**PLAIN, "compiled": '"sgd", "mse", metrics=["mae"]'}) + 'result = history.history["mean_absolute_error"]\n'),
    ("KER012", HEAD + "class Block(layers.Layer):\n    def call(self, x, training, mask=None):\n        return x\n\nresult = Block()(keras.Input((3,)), True, None).shape\n"),
    ("KER801", HEAD + MODEL.format(**{**PLAIN, "compiled": '"sgd", "mse", metrics=["accuracy"]'}) + 'result = model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping("acc")], verbose=0).epoch\n'),
    ("KER906", then("model = model.fit(x, y, verbose=0)\nresult = model.predict(x, verbose=0).shape").replace("history = model", "done = model").replace("= history.", "= done.")),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("code", "text"), RAISED)
def test_what_raised_works(code, text):
    with pytest.raises(Exception):  # noqa: B017, PT011 (each of its own kind)
        run(text)
    run(repaired(code, text))


SAME = [
    ("KER005", with_compiled('keras.optimizers.SGD(0.1, decay=0.0), "mse"')),
    ("KER005", HEAD + MODEL.format(layer="layers.Embedding(10, 4, input_length=8), layers.Flatten()", compiled='"sgd", "mse"')),
    ("KER005", then("result = keras.callbacks.ReduceLROnPlateau(epsilon=1e-4).min_delta")),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("code", "text"), SAME)
def test_the_same_comes_of_it(code, text):
    new = repaired(code, text)
    assert new != text
    assert run(new) == run(text)


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), [("normal", "random_normal"), ("uniform", "random_uniform"), ("zero", "zeros"), ("one", "ones")])  # fmt: skip
def test_old_words_for_initializers(old, new):
    import keras

    made = keras.initializers.get(old), keras.initializers.get(new)
    assert made[0].get_config() == made[1].get_config()
    assert type(made[0]) is type(made[1])


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "decay"), [(0.1, 0.5), (0.01, 1e-6), (0.05, 1e-2)])
def test_the_schedule_has_the_curve_of_decay(rate, decay):
    """Before Keras 2.11 the rate of step ``t``, from 0, was ``rate / (1 + decay * t)``."""
    import keras
    import numpy as np

    schedule = keras.optimizers.schedules.InverseTimeDecay(rate, decay_steps=1, decay_rate=decay)
    optimizer = keras.optimizers.SGD(schedule)
    weight = keras.Variable(np.zeros(()), dtype="float32")
    optimizer.build([weight])
    expected = 0.0
    for step in range(20):
        optimizer.apply([np.float32(1.0)], [weight])
        expected -= rate / (1 + decay * step)
        np.testing.assert_allclose(float(weight.value), expected, rtol=1e-5)


@pytest.mark.slow
def test_generators_give_tuples():
    text = HEAD + textwrap.dedent("""\
        a, b = keras.Input((8,)), keras.Input((8,))
        model = keras.Model([a, b], layers.Dense(1)(layers.Add()([a, b])))
        model.compile("sgd", "mse")


        def batches():
            while True:
                yield [x, x], y


        result = model.fit(batches(), steps_per_epoch=2, verbose=0).epoch
        """)
    with pytest.raises(TypeError):
        run(text)
    run(repaired("KER729", text))
