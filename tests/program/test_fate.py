"""Rules about head, loss and labels are silent about models that only predict, and no others."""

from __future__ import annotations

import textwrap

import pytest

import kerlint
from kerlint.diagnostics import Severity

HEAD = """\
import keras
import numpy as np
from keras import Input, Model, Sequential, layers

def generator():
    return Sequential([Input((10,)), layers.Dense(30, "relu"), layers.Dense(20, "tanh")])

def discriminator():
    return Sequential([Input((20,)), layers.Dense(30, "relu"), layers.Dense(1, "sigmoid")])

x, noise = np.random.rand(64, 20), np.random.randn(64, 10)
"""


def found(text: str) -> list[str]:
    text = HEAD + textwrap.dedent(text)
    told = kerlint.lint_source(text, select=["KER1"])
    return [each.code for each in told if each.severity is not Severity.INFO]


TANH = ["KER105"]
JOINED = [
    "both = Sequential([g, d])",
    "both = Sequential()\nboth.add(g)\nboth.add(d)",
    "both = Sequential()\nfor part in (g, d):\n    both.add(part)",
    "z = Input((10,))\nboth = Model(z, d(g(z)))",
    "both = Model(g.input, d(g.output))",
    "both = Model(inputs=g.inputs, outputs=d(g.outputs[0]))",
    "both = Sequential(g.layers + d.layers)",
    "both = Sequential()\nfor layer in g.layers + [d]:\n    both.add(layer)",
    "def join(first, second):\n    z = Input((10,))\n    return Model(z, second(first(z)))\n"
    "both = join(g, d)",
    "z = Input((10,))\nimage = g(z)\nboth = Model(z, [d(image), image])",
]
LOSSES = "both.compile('adam', {losses})"


@pytest.mark.parametrize("join", JOINED)
def test_a_part_of_a_model_that_is_trained(join):
    losses = "['binary_crossentropy', 'mse']" if "[d(image)" in join else "'binary_crossentropy'"
    text = (
        "g, d = generator(), discriminator()\n"
        'g.compile("sgd", "binary_crossentropy")\n'
        'd.compile("sgd", "binary_crossentropy")\n'
        f"{join}\n{LOSSES.format(losses=losses)}\n"
        "for step in range(100):\n"
        "    d.train_on_batch(np.concatenate([x, g.predict(noise)]), np.array([1, 0] * 64))\n"
        "    both.train_on_batch(noise, np.ones(64))\n"
        'g.save("generator.keras")\n'
    )
    assert found(text) == []


def test_a_part_that_is_trained_by_itself():
    text = """\
        g, d = generator(), discriminator()
        d = Sequential([Input((20,)), layers.Dense(30, "relu"), layers.Dense(1, "tanh")])
        d.compile("sgd", "binary_crossentropy")
        both = Sequential([g, d])
        both.compile("sgd", "mse")
        for step in range(100):
            d.train_on_batch(x, np.ones(64))
            both.train_on_batch(noise, np.ones(64))
        """
    assert found(text) == TANH


def test_parts_that_a_class_keeps():
    text = """\
        class GAN:
            def __init__(self):
                self.d = discriminator()
                self.d.compile("adam", "binary_crossentropy", metrics=["accuracy"])
                self.g = generator()
                self.g.compile("adam", "binary_crossentropy")
                z = Input((10,))
                self.d.trainable = False
                self.both = Model(z, self.d(self.g(z)))
                self.both.compile("adam", "binary_crossentropy")

            def train(self):
                self.d.train_on_batch(x, np.ones((64, 1)))
                self.both.train_on_batch(noise, np.ones((64, 1)))

            def sample(self):
                return self.g.predict(noise)
        """
    assert found(text) == []
    assert found(textwrap.dedent(text) + "GAN().train()\n") == []


PREDICTOR = """\
cut = Sequential([Input((20,)), layers.Dense(16, "tanh")])
{before}
cut.compile("sgd", "binary_crossentropy")
{after}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('cut.load_weights("half.weights.h5")', "features = cut.predict(x)"),
        ("", "cut.set_weights(stored)\nfeatures = cut.predict(x)"),
        ("cut.layers[0].set_weights(stored)", "print(cut.predict(x)[0])"),
        ("", "cut.predict_on_batch(x)"),
        ("", "for batch in np.split(x, 4):\n    print(cut.predict(batch).shape)"),
        ("", "cut.summary()\nkeras.utils.plot_model(cut)\nout = cut.predict(x)"),
        ('cut.load_weights("half.weights.h5")', "def route(data):\n    return cut.predict(data)"),
        ('cut.load_weights("w.weights.h5")', "class Api:\n    def get(self, row):\n"
                                               "        return cut.predict(row)[0]"),
        ("", "scores = cut(x)"),
    ],
)  # fmt: skip
def test_a_model_that_only_predicts(before, after):
    assert found(PREDICTOR.format(before=before, after=after)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "cut.summary()"),
        ('cut.load_weights("half.weights.h5")', ""),
        ("", "cut.fit(x, np.ones(64))\ncut.predict(x)"),
        ("", "cut.predict(x)\ncut.evaluate(x, np.ones(64))"),
        ("", "for step in range(9):\n    cut.train_on_batch(x, np.ones(64))\ncut.predict(x)"),
        ("", "cut.predict(x)\ncut.save('cut.keras')"),
        ("", "cut.predict(x)\nimport train\ntrain.run(cut)"),
        ("", "cut.predict(x)\nfrom train import run\nrun([cut])"),
        ("", "def train(labels):\n    cut.fit(x, labels)\ncut.predict(x)"),
        ("", "def step(labels):\n    loop(cut, labels)\ncut.predict(x)"),
    ],
)
def test_a_model_that_is_or_may_be_trained(before, after):
    assert found(PREDICTOR.format(before=before, after=after)) == TANH


def test_a_model_that_a_function_returns():
    text = """\
        def build():
            model = Sequential([Input((10,)), layers.Dense(20, "tanh")])
            model.compile("adam", "binary_crossentropy")
            model.predict(noise)
            {last}
        """
    assert found(text.format(last="return model")) == TANH
    assert found(text.format(last="return {'model': model}")) == TANH
    assert found(text.format(last="return model.predict(noise)")) == []


def test_the_encoder_of_an_autoencoder():
    text = """\
        pixels = Input((20,))
        code = layers.Dense(4, "relu")(pixels)
        whole = Model(pixels, layers.Dense(20, "sigmoid")(code))
        encoder = Model(pixels, code)
        encoder.compile("adam", "binary_crossentropy")
        whole.compile("adam", "{loss}")
        whole.fit(x, x)
        points = encoder.predict(x)
        """
    assert found(text.format(loss="binary_crossentropy")) == []


def test_a_new_head_on_old_layers_is_judged():
    text = """\
        old = discriminator()
        old.compile("adam", "binary_crossentropy")
        old.fit(x, np.ones(64))
        new = Model(old.input, layers.Dense(1, "tanh")(old.layers[-2].output))
        new.compile("adam", "binary_crossentropy")
        """
    assert found(text) == TANH


def test_a_generator_that_is_only_built():
    text = """\
        def build_{name}():
            model = Sequential([Input((10,)), layers.Dense(30, "relu"), layers.Dense(20, "tanh")])
            model.compile("adam", "binary_crossentropy")
            return model
        """
    assert found(text.format(name="generator")) == []
    assert found(text.format(name="model")) == TANH
    trained = textwrap.dedent(text.format(name="generator")) + "build_generator().fit(noise, x)\n"
    assert found(trained) == TANH


def test_a_class_that_answers_with_trained_weights():
    text = """\
        class Scorer:
            def __init__(self, path):
                self.net = Sequential([Input((20,)), layers.Dense(1, "tanh")])
                self.net.compile("adam", "binary_crossentropy")
                {load}

            def score(self, rows):
                return self.net.predict(rows)
        """
    assert found(text.format(load="self.net.load_weights(path)")) == []
    assert found(text.format(load="pass")) == TANH
    more = "    def learn(self, rows, labels):\n        self.net.fit(rows, labels)\n"
    whole = textwrap.dedent(text.format(load="self.net.load_weights(path)")) + more
    assert found(whole) == TANH
    assert found(whole + 'scorer = Scorer("net.weights.h5")\nscorer.score(x)\n') == TANH


def test_a_network_and_the_copy_that_follows_it():
    text = """\
        class Agent:
            def __init__(self):
                self.online, self.target = self.build(), self.build()
                self.target.set_weights(self.online.get_weights())

            def build(self):
                net = Sequential([Input((20,)), layers.Dense(2, "tanh")])
                net.compile("adam", "categorical_crossentropy")
                return net

            def learn(self, states, values):
                best = self.target.predict(states)
                {learn}
        """
    assert found(text.format(learn="self.online.fit(states, values)")) == TANH


def test_a_model_that_is_tried_before_it_is_compiled():
    text = PREDICTOR.format(before="scores = cut(x)\ncut.predict(x)", after="")
    assert found(text) == TANH


def test_models_over_one_growing_stack() -> None:
    """Each model but the last is a part of a longer one that is compiled as well."""
    text = """
    x = h = Input((10,))
    for _ in range(60):
        h = layers.Dense(4, "tanh")(h)
        Model(x, h).compile(loss="binary_crossentropy")
    """
    assert found(text) == TANH
