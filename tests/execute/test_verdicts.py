"""What verdicts rest on: the mechanism is measured, and has to reach what the program trains."""

from __future__ import annotations

import pytest

from kerlint.diagnostics import Diagnostic
from kerlint.run.backend import backend_of

HEAD = "import keras\nimport numpy as np\nfrom keras import layers\n"


def only(found: list[Diagnostic], code: str) -> Diagnostic:
    matching = [finding for finding in found if finding.code == code]
    assert len(matching) == 1, found
    return matching[0]


# -- what the worker can build --------------------------------------------------------------------


def test_channels_first_on_a_cpu(prove):
    text = f"""{HEAD}
inputs = keras.Input((2, 20, 16))
x = layers.Conv2D(4, 3, strides=2, data_format="channels_first", kernel_initializer="zeros")(inputs)
x = layers.ReLU()(x)
x = layers.Conv2DTranspose(3, 2, strides=2, data_format="channels_first")(x)
model = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(x)))
model.compile("adam", "mse")
"""
    found = only(prove(text), "KER202")
    assert found.verdict == "confirmed", found.evidence
    assert "conv2d" in found.evidence


@pytest.mark.parametrize(
    "encoding",
    [
        "layers.CategoryEncoding(num_tokens=7, output_mode='one_hot')(given)",
        "layers.Flatten()(keras.ops.one_hot(given, 7))",
    ],
)
def test_inputs_of_whole_numbers_get_whole_numbers(prove, encoding):
    text = f"""{HEAD}
given = keras.Input((1,), dtype="int64")
x = layers.Dense(8, activation="relu", kernel_initializer="zeros")({encoding})
model = keras.Model(given, layers.Dense(1)(x))
model.compile("adam", "mse")
"""
    found = only(prove(text), "KER202")
    assert found.verdict == "confirmed", found.evidence


def test_nan_is_called_nan(prove):
    text = f"""{HEAD}
start = keras.initializers.Constant(float("nan"))
model = keras.Sequential([keras.Input((3,)), layers.Dense(6, kernel_initializer=start)])
model.add(layers.Dense(6, activation="relu", kernel_initializer="zeros"))
model.add(layers.Dense(1))
model.compile("adam", "mae")
"""
    found = only(prove(text), "KER202")
    assert found.verdict == "unproven"
    assert "NaN" in found.evidence


# -- the end of a model alone ---------------------------------------------------------------------


def test_what_comes_before_the_head_need_not_be_known(prove):
    text = f"""{HEAD}
given = keras.Input((30,))
x = layers.Lambda(lambda t: t * 2)(given)
x = layers.Dense(10)(x)
answer = layers.Activation("softmax")(layers.Dense(1)(x))
model = keras.Model(given, answer)
model.compile("adam", "mse")
"""
    found = only(prove(text), "KER101")
    assert found.verdict == "confirmed", found.evidence


def test_a_claim_about_the_body_needs_the_body(prove):
    text = f"""{HEAD}
given = keras.Input((30,))
x = layers.Lambda(lambda t: t * 2)(given)
x = layers.Dense(10, activation="relu", kernel_initializer="zeros")(x)
model = keras.Model(given, layers.Dense(1)(x))
model.compile("adam", "mse")
"""
    found = only(prove(text), "KER202")
    assert (found.verdict, "Lambda" in found.evidence) == ("unproven", True)


@pytest.mark.parametrize(
    "before",
    [
        "layers.Lambda(lambda t: t * 2)(given)",
        "keras.applications.vgg16.preprocess_input(given)",
        "Scale()(given)",
    ],
)
def test_a_chain_is_tried_without_what_comes_before_it(prove, before):
    text = f"""{HEAD}
class Scale(layers.Layer):
    def call(self, x):
        return x * 3

given = keras.Input((30,))
x = layers.Dense(40)({before})
x = layers.Dense(40)(x)
model = keras.Model(given, layers.Dense(3, activation="softmax")(layers.ReLU()(x)))
model.compile("adam", "sparse_categorical_crossentropy")
"""
    found = only(prove(text), "KER301")
    assert found.verdict == "confirmed", found.evidence


@pytest.mark.slow
def test_what_a_reshape_relies_on_is_not_shrunk(prove):
    text = f"""{HEAD}
given = keras.Input((3000,))
x = layers.Dense(16 * 16 * 8, activation="relu", kernel_initializer="zeros")(given)
x = layers.Reshape((16, 16, 8))(layers.LeakyReLU()(x))
model = keras.Model(given, layers.Dense(1)(layers.Flatten()(layers.Conv2D(4, 3)(x))))
model.compile("adam", "mse")
"""
    found = only(prove(text), "KER202")
    assert found.verdict == "confirmed", found.evidence


@pytest.mark.parametrize("rows", ["rows, columns, 4", "rows * columns, 4", "rows, 4"])
def test_a_reshape_to_a_size_that_is_not_known(prove, rows):
    text = f"""{HEAD}
def make(rows, columns):
    given = keras.Input((rows * columns * 4,))
    x = layers.Dense(24, activation="relu", kernel_initializer="zeros")(given)
    x = layers.Reshape(({rows}))(layers.Dense(rows * columns * 4)(x))
    model = keras.Model(given, layers.Dense(1)(layers.Flatten()(x)))
    model.compile("adam", "mse")
    return model
"""
    found = only(prove(text), "KER202")
    assert found.verdict == "confirmed", found.evidence


def test_outputs_made_on_one_line_are_tried_once(prove):
    text = f"""{HEAD}
given = keras.Input((5,))
shared = layers.Dense(12, activation="tanh")(given)
model = keras.Model(given, [layers.Dense(1, activation="softmax")(shared) for _ in range(60)])
model.compile("adam", "mse")
"""
    found = only(prove(text), "KER101")
    assert found.verdict == "confirmed"
    assert "uses of this line" not in found.evidence


# -- what is assumed ------------------------------------------------------------------------------

ACCURACY = """
model = keras.Sequential([keras.Input((4,)), layers.Dense(12, activation="relu")])
model.add(layers.Dense({units}))
model.compile("adam", "mae", metrics=["acc"])
model.fit(np.load("features.npy"), {targets})
"""


@pytest.mark.parametrize(("units", "words"), [(1, "0 and 1"), (4, "one-hot")])
def test_accuracy_of_unknown_targets_is_unproven(prove, units, words):
    text = HEAD + ACCURACY.format(units=units, targets='np.load("targets.npy")')
    found = only(prove(text), "KER126")
    assert found.verdict == "unproven"
    assert "holds if" in found.evidence
    assert words in found.evidence


def test_accuracy_of_known_numbers_is_confirmed(prove):
    text = HEAD + ACCURACY.format(units=1, targets="np.linspace(-3, 8, 90)")
    assert only(prove(text), "KER126").verdict == "confirmed"


WEIGHTED = """
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
labels = np.array([-1, 0, 1, 1, -1, 0])
model.fit(np.ones((6, 4)), labels{given})
"""


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ("", "confirmed"),
        (", sample_weight=(labels >= 0).astype(float)", "unproven"),
        (", class_weight={-1: 0.0, 0: 1.0, 1: 2.0}", "unproven"),
        (", class_weight={-1: 1.0, 0: 1.0, 1: 2.0}", "confirmed"),
    ],
)
def test_labels_of_samples_that_count(prove, given, verdict):
    found = only(prove(HEAD + WEIGHTED.format(given=given)), "KER133")
    assert found.verdict == verdict, found.evidence
    assert verdict == "confirmed" or "weight of 0" in found.evidence


@pytest.mark.parametrize(
    ("module", "verdict"), [("project.training", "unproven"), ("wandb.keras", "confirmed")]
)
def test_callbacks_that_were_not_read(prove, module, verdict):
    text = f"""{HEAD}
from {module} import Progress
model = keras.Sequential([keras.Input((3,))])
model.add(layers.Dense(6, activation="relu", kernel_initializer="zeros"))
model.add(layers.Dense(1))
model.compile("adam", "mae")
model.fit(np.ones((9, 3)), np.ones(9), callbacks=[keras.callbacks.CSVLogger("a"), Progress()])
"""
    found = only(prove(text), "KER202")
    assert found.verdict == verdict, found.evidence


@pytest.mark.parametrize(
    "setting",
    [
        'keras.config.set_floatx("float16")',
        'keras.backend.set_floatx("float16")',
        'keras.mixed_precision.set_global_policy("float16")',
    ],
)
def test_another_precision_is_said(prove, setting):
    model = 'model = keras.Sequential([keras.Input((6,)), layers.Dense(1, "softmax")])'
    found = only(prove(f"{HEAD}{setting}\n{model}\n"), "KER101")
    assert "float32 instead of float16" in (found.evidence or "")


# -- backends -------------------------------------------------------------------------------------

RECOVERED = """
import keras
from keras import layers
model = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
model.compile("sgd", keras.losses.BinaryCrossentropy())
"""


def test_what_tensorflow_alone_does_is_unproven_elsewhere(prove):
    assert only(prove(RECOVERED), "KER107").verdict == "confirmed"
    assert only(prove(RECOVERED, backend="tensorflow"), "KER107").verdict == "confirmed"
    found = only(prove(RECOVERED, backend="torch"), "KER107")
    assert (found.verdict, "PyTorch" in found.evidence) == ("unproven", True)
    text = f'import os\nos.environ.setdefault("KERAS_BACKEND", "jax")\n{RECOVERED}'
    assert only(prove(text), "KER107").verdict == "unproven"


def test_other_claims_hold_on_any_backend(prove):
    text = f'{HEAD}model = keras.Sequential([keras.Input((6,)), layers.Dense(1, "softmax")])\n'
    assert only(prove(f'{text}model.compile("sgd", "mse")', backend="jax"), "KER101").verdict == (
        "confirmed"
    )


@pytest.mark.parametrize(
    ("text", "backend"),
    [
        ("", ""),
        ("os.environ['KERAS_BACKEND'] = 'jax'", "jax"),
        ('os.environ.update({"KERAS_BACKEND": "torch"})', "torch"),
        ('os.putenv("KERAS_BACKEND", "tensorflow")', "tensorflow"),
        ("%env KERAS_BACKEND=jax", "jax"),
        ('keras.config.set_backend("jax")', "jax"),
        ('# os.environ["KERAS_BACKEND"] = "jax"', ""),
        ('x = 1  # or "KERAS_BACKEND" = "jax"', ""),
        ('print(os.environ["KERAS_BACKEND"])', ""),
        ('if a:\n    E["KERAS_BACKEND"] = "tensorflow"\nE["KERAS_BACKEND"] = "jax"', "jax"),
    ],
)
def test_the_backend_of_a_text(text, backend):
    assert backend_of(text) == backend


# -- repairs that work ----------------------------------------------------------------------------

DIGITS = """
from sklearn.datasets import load_digits
pixels, digits = load_digits(return_X_y=True)
model = keras.Sequential([keras.Input((64,)), layers.Dense(16, activation="relu")])
"""


def test_one_unit_becomes_a_unit_for_each_known_class(prove):
    text = f"""{HEAD}{DIGITS}
model.add(layers.Dense(1, activation="softmax"))
model.compile("adam", "mse")
model.fit(pixels, digits)
"""
    found = only(prove(text), "KER101")
    assert found.verdict == "confirmed", found.evidence
    assert "10 units" in found.help
    assert "sparse_categorical_crossentropy" in found.help


def test_labels_of_a_crossentropy_are_repaired_in_the_labels(prove):
    text = f"""{HEAD}
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(np.ones((4, 4)), np.array([-1, 1, 1, -1]))
"""
    found = only(prove(text), "KER133")
    assert found.verdict == "confirmed"
    assert "repaired: with targets 0 and 1" in found.evidence


def test_a_recurrent_head_gets_a_layer_after_it(prove):
    text = f"""{HEAD}
model = keras.Sequential([keras.Input((9, 2)), layers.GRU(1)])
model.compile("adam", "mse")
model.fit(np.ones((50, 9, 2)), np.linspace(20, 90, 50))
"""
    assert only(prove(text), "KER113").verdict == "confirmed"


# -- experiments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "labels", "loss"),
    [
        ('Dense(10, activation="softmax")', "keras.utils.to_categorical(digits)", "mse"),
        ('Dense(10, activation="sigmoid")', "keras.utils.to_categorical(digits)", "mae"),
        ('Dense(1, activation="sigmoid")', "(digits > 4).astype(int)", "mae"),
    ],
)
def test_a_regression_loss_stalls_where_the_answers_are_most_wrong(prove, head, labels, loss):
    text = f"""{HEAD}{DIGITS}
model.add(layers.{head})
model.compile("adam", "{loss}")
model.fit(pixels, {labels})
"""
    found = only(prove(text), "KER115")
    assert found.verdict == "confirmed", found.evidence


def test_a_regression_loss_pulls_back_what_is_right(prove):
    text = f"""{HEAD}{DIGITS}
model.add(layers.Dense(10))
model.compile("adam", "mse")
model.fit(pixels, keras.utils.to_categorical(digits))
"""
    found = only(prove(text), "KER115")
    assert found.verdict == "confirmed", found.evidence
    assert "pulls back answers that are certain and right" in found.evidence


def test_class_numbers_as_amounts_meet_in_the_middle(prove):
    text = f"""{HEAD}{DIGITS}
model.add(layers.Dense(1))
model.compile("adam", "mse")
model.fit(pixels, digits)
"""
    found = only(prove(text), "KER116")
    assert found.verdict == "confirmed", found.evidence
    assert "the model answers 1, which none of them is" in found.evidence


@pytest.mark.parametrize(
    "metric",
    ["'accuracy'", "keras.metrics.Precision()", "keras.metrics.AUC()", "'binary_accuracy'"],
)
def test_thresholds_of_probabilities_misjudge_logits(prove, metric):
    text = f"""{HEAD}
model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), metrics=[{metric}])
"""
    found = only(prove(text), "KER123")
    assert found.verdict == "confirmed", found.evidence


def test_the_consequence_is_in_the_sentence(prove):
    text = f"""{HEAD}
from sklearn.datasets import make_multilabel_classification
x, y = make_multilabel_classification(n_samples=90, n_features=12, n_classes=4)
model = keras.Sequential([keras.Input((12,)), layers.Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y)
"""
    found = only(prove(text), "KER108")
    sentence = found.evidence.partition("\n")[0]
    assert found.verdict == "confirmed"
    assert "% of 16 samples are right after" in sentence
    assert "repaired, 100% of 16 samples are right" in sentence
