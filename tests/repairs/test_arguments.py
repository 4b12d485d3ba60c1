"""Fixes of arguments, values and single statements: what is written before and after."""

# ruff: noqa: E501 (a line for each pair of calls is easier to read)

from __future__ import annotations

import textwrap

import pytest

import kerlint
from kerlint.diagnostics import Applicability
from kerlint.repairs.apply import edited

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE

HEAD = """\
import keras
import numpy as np
from keras import layers

"""
MODEL = """\
x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
"""
COMPILED = MODEL + 'model.compile("adam", "binary_crossentropy", metrics=["accuracy"])\n'


def fixed(code, text):
    """The text with the fix of the first finding that has one, and that fix."""
    findings = [each for each in kerlint.lint_source(text, select=[code]) if each.code == code]
    assert findings
    fix = next((each.fix for each in findings if each.fix is not None), None)
    if fix is None:
        return text, None
    text = edited("a.py", text.encode(), fix.edits).decode()
    return text, fix


def check(code, before, after, applicability, head=HEAD):
    before, after = head + textwrap.dedent(before), textwrap.dedent(after)
    if not after.startswith("import numpy"):
        after = head + after
    text, fix = fixed(code, before)
    assert text == after
    assert fix is not None
    assert fix.applicability is applicability
    assert applicability is SAFE or fix.why


ONE_LINE = [
    # code, before, after, applicability
    ("KER003", 'layers.Dense(4, init="normal")', 'layers.Dense(4, kernel_initializer="random_normal")', SAFE),
    ("KER003", "layers.Dense(4, init='glorot_uniform')", "layers.Dense(4, kernel_initializer='glorot_uniform')", SAFE),
    ("KER003", "layers.Dense(output_dim=4)", "layers.Dense(units=4)", SAFE),
    ("KER003", "layers.Dropout(p=0.25)", "layers.Dropout(rate=0.25)", SAFE),
    ("KER003", 'layers.Conv2D(8, (3, 3), border_mode="same", subsample=(2, 2))', 'layers.Conv2D(8, (3, 3), padding="same", subsample=(2, 2))', SAFE),
    ("KER003", 'layers.Conv2D(8, 3, 3, border_mode="same")', 'layers.Conv2D(8, (3, 3), padding="same")', SAFE),
    ("KER003", 'keras.callbacks.ModelCheckpoint("a.keras", period=1)', """keras.callbacks.ModelCheckpoint("a.keras", save_freq="epoch")""", SAFE),
    ("KER003", 'keras.callbacks.ModelCheckpoint("a.keras", period=5)', 'keras.callbacks.ModelCheckpoint("a.keras")', UNSAFE),
    ("KER003", "layers.Conv2D(8, nb_row=3, nb_col=5)", "layers.Conv2D(8, kernel_size=(3, 5))", SAFE),
    ("KER003", 'layers.Conv2D(8, 3, dim_ordering="tf")', 'layers.Conv2D(8, 3, data_format="channels_last")', SAFE),
    ("KER003", 'layers.Conv2D(8, 3, dim_ordering="th")', 'layers.Conv2D(8, 3, data_format="channels_first")', UNSAFE),
    ("KER003", "layers.BatchNormalization(mode=0, axis=1)", "layers.BatchNormalization(axis=1)", SAFE),
    ("KER003", "keras.optimizers.SGD(lr=0.1, momentum=0.9)", "keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)", SAFE),
    ("KER003", "keras.optimizers.SGD(lr=1)", "keras.optimizers.SGD(learning_rate=1.0)", SAFE),
    ("KER003", "keras.optimizers.Nadam(schedule_decay=0.004)", "keras.optimizers.Nadam()", SAFE),
    ("KER003", 'keras.optimizers.Adam(**{"lr": 0.1})', 'keras.optimizers.Adam(**{"learning_rate": 0.1})', SAFE),
    ("KER003", "keras.optimizers.Adam(**dict(lr=0.1))", "keras.optimizers.Adam(**dict(learning_rate=0.1))", SAFE),
    ("KER003", 'layers.SeparableConv2D(8, 3, kernel_initializer="zeros")', 'layers.SeparableConv2D(8, 3, depthwise_initializer="zeros", pointwise_initializer="zeros")', UNSAFE),
    ("KER003", "keras.Sequential([layers.LSTM(8, batch_input_shape=(4, 5, 6))])", "keras.Sequential([keras.Input(batch_shape=(4, 5, 6)), layers.LSTM(8)])", SAFE),
    ("KER003", 'keras.utils.to_categorical([0, 1], dtype="int32")', 'keras.utils.to_categorical([0, 1]).astype("int32")', UNSAFE),
    ("KER005", "keras.optimizers.SGD(0.1, decay=0.0)", "keras.optimizers.SGD(0.1)", SAFE),
    ("KER005", "keras.optimizers.SGD(0.1, decay=1e-4)", "keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-4))", UNSAFE),
    ("KER005", "keras.optimizers.SGD(decay=1e-4)", "keras.optimizers.SGD(learning_rate=keras.optimizers.schedules.InverseTimeDecay(0.01, decay_steps=1, decay_rate=1e-4))", UNSAFE),
    ("KER005", "layers.Embedding(10, 4, input_length=5)", "layers.Embedding(10, 4)", SAFE),
    ("KER005", "keras.callbacks.ReduceLROnPlateau(epsilon=0.01)", "keras.callbacks.ReduceLROnPlateau(min_delta=0.01)", UNSAFE),
    ("KER011", "layers.Dense(unit=64)", "layers.Dense(units=64)", UNSAFE),
    ("KER012", "layers.Dense(64, 32)", "layers.Dense(32)", UNSAFE),
    ("KER012", "layers.Reshape(28, 28)", "layers.Reshape((28, 28))", SAFE),
    ("KER012", "keras.Input(10)", "keras.Input((10,))", SAFE),
    ("KER012", "keras.Input(shape=(10))", "keras.Input(shape=(10,))", SAFE),
    ("KER012", "keras.Sequential(layers.Dense(3), layers.Dense(1))", "keras.Sequential([layers.Dense(3), layers.Dense(1)])", SAFE),
    ("KER012", "layers.Dropout(0.5)(keras.Input((3,)), True)", "layers.Dropout(0.5)(keras.Input((3,)), training=True)", SAFE),
    ("KER404", "layers.Dropout(50)", "layers.Dropout(0.5)", UNSAFE),
    ("KER406", 'layers.Dropout("0.5")', "layers.Dropout(0.5)", SAFE),
    ("KER409", "layers.Dense(4, kernel_regularizer=0.01)", "layers.Dense(4, kernel_regularizer=keras.regularizers.L2(0.01))", UNSAFE),
    ("KER508", "layers.Convolution2D(8, 2, 2)", "layers.Convolution2D(8, (2, 2))", UNSAFE),
    ("KER508", "layers.Conv3D(8, 3, 3, 3)", "layers.Conv3D(8, (3, 3, 3))", SAFE),
    ("KER608", "keras.optimizers.SGD(1)", "keras.optimizers.SGD(1.0)", SAFE),
    ("KER608", 'keras.optimizers.Adam("0.01")', "keras.optimizers.Adam(0.01)", SAFE),
    ("KER803", 'keras.callbacks.EarlyStopping("val_loss", mode="max")', 'keras.callbacks.EarlyStopping("val_loss", mode="min")', UNSAFE),
    ("KER808", "keras.callbacks.ReduceLROnPlateau(factor=10)", "keras.callbacks.ReduceLROnPlateau(factor=0.1)", UNSAFE),
    ("KER808", "keras.callbacks.EarlyStopping(mode='maximum')", "keras.callbacks.EarlyStopping(mode='max')", UNSAFE),
]  # fmt: skip


@pytest.mark.parametrize(("code", "before", "after", "applicability"), ONE_LINE)
def test_one_call(code, before, after, applicability):
    check(code, before + "\n", after + "\n", applicability)


TRAINED = [
    ("KER003", "model.fit(x, y, nb_epoch=3)", "model.fit(x, y, epochs=3)", SAFE),
    ("KER003", "model.fit(x, y, workers=1)", "model.fit(x, y)", SAFE),
    ("KER003", "model.fit(x, y, workers=4)", "model.fit(x, y)", UNSAFE),
    ("KER006", 'print(model.fit(x, y).history["acc"])', 'print(model.fit(x, y).history["accuracy"])', SAFE),
    ("KER007", 'model.save_weights("w.h5")', 'model.save_weights("w.weights.h5")', UNSAFE),
    ("KER522", "model.predict(x[0])", "model.predict(x[:1])", SAFE),
    ("KER522", "model.predict(x[7])", "model.predict(x[7:8])", SAFE),
    ("KER603", "model.optimizer.lr = 0.01", "model.optimizer.learning_rate = 0.01", UNSAFE),
    ("KER705", "model.fit(x, y, validation_split=20)", "model.fit(x, y, validation_split=0.2)", UNSAFE),
    ("KER706", 'model.fit(x, y, epochs="10")', "model.fit(x, y, epochs=10)", SAFE),
    ("KER706", "model.fit(x, y, batch_size=len(x) / 4)", "model.fit(x, y, batch_size=len(x) // 4)", SAFE),
    ("KER708", "model.fit(x, y, steps_per_epoch=len(x) / 8)", "model.fit(x, y, steps_per_epoch=len(x) // 8)", SAFE),
    ("KER708", "model.fit(x, y, steps_per_epoch=2.0)", "model.fit(x, y, steps_per_epoch=2)", SAFE),
    ("KER710", "model.fit(x, y, class_weight=[1.0, 5.0])", "model.fit(x, y, class_weight=dict(enumerate([1.0, 5.0])))", SAFE),
    ("KER728", "model.predict([[0.5] * 8])", "model.predict(np.array([[0.5] * 8]))", SAFE),
    ("KER733", "x.astype('float32')", "x = x.astype('float32')", UNSAFE),
    ("KER801", 'model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping("acc")])', 'model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping("accuracy")])', SAFE),
    ("KER801", 'model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping("acc", mode="max")])', 'model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping("accuracy", mode="max")])', UNSAFE),
    ("KER806", 'model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint("{epoch}-{acc:.2f}.keras")])', 'model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint("{epoch}-{accuracy:.2f}.keras")])', SAFE),
    ("KER905", "model.trainble = False", "model.trainable = False", UNSAFE),
]  # fmt: skip


@pytest.mark.parametrize(("code", "before", "after", "applicability"), TRAINED)
def test_of_a_model(code, before, after, applicability):
    check(code, COMPILED + before + "\n", COMPILED + after + "\n", applicability)


COMPILING = [
    ("KER012", 'model.compile("adam", "mse", ["mae"])', 'model.compile("adam", "mse", metrics=["mae"])', SAFE),
    ("KER139", 'model.compile("adam", "mse", metrics="mae")', 'model.compile("adam", "mse", metrics=["mae"])', SAFE),
]  # fmt: skip


@pytest.mark.parametrize(("code", "before", "after", "applicability"), COMPILING)
def test_of_compile(code, before, after, applicability):
    check(code, MODEL + before + "\n", MODEL + after + "\n", applicability)


def test_a_value_that_a_variable_has():
    check("KER003", "rate = 0.1\nkeras.optimizers.SGD(lr=rate)\n",
          "rate = 0.1\nkeras.optimizers.SGD(learning_rate=rate)\n", SAFE)  # fmt: skip
    check("KER406", 'rate = "0.5"\nlayers.Dropout(rate)\n',
          "rate = 0.5\nlayers.Dropout(rate)\n", SAFE)  # fmt: skip
    check("KER405", "keep_prob = 0.8\nlayers.Dropout(keep_prob)\n",
          "keep_prob = 0.8\nlayers.Dropout(1 - keep_prob)\n", UNSAFE)  # fmt: skip


def test_a_dictionary_that_feeds_one_call():
    check(
        "KER003",
        'settings = {"lr": 0.1, "momentum": 0.9}\nkeras.optimizers.SGD(**settings)\n',
        'settings = {"learning_rate": 0.1, "momentum": 0.9}\nkeras.optimizers.SGD(**settings)\n',
        SAFE,
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        # The value or the dictionary is used for something else, too.
        ("KER003", "s = {'lr': 0.1}\nprint(s)\nkeras.optimizers.SGD(**s)\n"),
        ("KER003", "init = 'normal'\nprint(init)\nlayers.Dense(4, init=init)\n"),
        ("KER406", "rate = '0.5'\nprint(rate)\nlayers.Dropout(rate)\n"),
        # One of several metrics or callees is right.
        ("KER139", MODEL + "def build(m):\n    model.compile('adam', 'mse', metrics=m)\n\n"
                   "build('mae')\nbuild(['mae'])\n"),
        # Two meanings are possible.
        ("KER011", "layers.Dense(4, initializer='zeros')\n"),
        ("KER012", "layers.Dense(64, 0.5)\n"),
        ("KER404", "layers.Dropout(1.5)\n"),
        ("KER705", COMPILED + "model.fit(x, y, validation_split=1)\n"),
        ("KER513", "layers_of = [layers.Dense(8, name='a')] * 3\nkeras.Sequential(layers_of)\n"),
        # Something else reads the file, or reads the learning rate.
        ("KER007", COMPILED + "model.save_weights('w.h5')\nprint(open('w.h5'))\n"),
        ("KER007", COMPILED + "model.load_weights('saved_model_dir')\n"),
        ("KER005", COMPILED + "o = keras.optimizers.SGD(0.1, decay=1e-4)\n"
                   "keras.callbacks.ReduceLROnPlateau()\n"),
        # The result is used, or bound in the code around.
        ("KER906", COMPILED + "model = model.fit(x, y)\nprint(model.history)\nmodel.predict(x)\n"),
        ("KER733", MODEL + "def scale():\n    x.astype('float32')\n\nscale()\n"),
    ],
)  # fmt: skip
def test_no_fix(code, text):
    assert fixed(code, HEAD + text)[1] is None


def test_a_file_with_its_readers():
    check(
        "KER007",
        COMPILED + "model.save('digits')\nkeras.models.load_model('digits')\n",
        COMPILED + "model.save('digits.keras')\nkeras.models.load_model('digits.keras')\n",
        UNSAFE,
    )
    check(
        "KER007",
        COMPILED + "PATH = 'w.h5'\nmodel.save_weights(PATH)\nmodel.load_weights(PATH)\n",
        COMPILED + "PATH = 'w.weights.h5'\nmodel.save_weights(PATH)\nmodel.load_weights(PATH)\n",
        UNSAFE,
    )


def test_a_file_in_a_folder():
    head = "import os\n\n" + COMPILED
    check(
        "KER007",
        head + "model.save_weights(os.path.join('out', 'w.h5'))\n",
        head + "model.save_weights(os.path.join('out', 'w.weights.h5'))\n",
        UNSAFE,
    )


def test_the_input_of_a_model_in_steps():
    check(
        "KER003",
        """\
        def build(rows):
            model = keras.Sequential()
            model.add(layers.LSTM(8, batch_input_shape=(rows, 5, 6), stateful=True))
            return model
        """,
        """\
        def build(rows):
            model = keras.Sequential()
            model.add(keras.Input(batch_shape=(rows, 5, 6)))
            model.add(layers.LSTM(8, stateful=True))
            return model
        """,
        SAFE,
    )


def test_flags_of_layers_of_ones_own():
    text = """\
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(4)

    def call(self, x, training, mask=None):
        return self.dense(x)


outputs = Block()(keras.Input((3,)), {flags})
"""
    check("KER012", text.replace("{flags}", "True"), text.replace("{flags}", "training=True"), SAFE)
    check(
        "KER012",
        text.replace("{flags}", "False, None"),
        text.replace("{flags}", "training=False, mask=None"),
        SAFE,
    )


def test_the_last_of_several_lines():
    check(
        "KER005",
        """\
        layers.Embedding(10, 4,
                         input_length=5)
        layers.Embedding(
            10,
            4,
            input_length=5,
        )
        """,
        """\
        layers.Embedding(10, 4)
        layers.Embedding(
            10,
            4,
            input_length=5,
        )
        """,
        SAFE,
    )


def test_swapped_parameters():
    text = """\
def loss({names}):
    return -keras.ops.sum(y_true * keras.ops.log(y_pred))


model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
model.compile("sgd", loss)
"""
    check(
        "KER910",
        text.replace("{names}", "y_pred, y_true"),
        text.replace("{names}", "y_true, y_pred"),
        UNSAFE,
    )
    called = text.replace("{names}", "y_pred, y_true") + "print(loss(1.0, 2.0))\n"
    assert fixed("KER910", HEAD + called)[1] is None


def test_numbers_of_samples():
    text = """\
from keras.preprocessing.image import ImageDataGenerator

SIZE = 16
images = ImageDataGenerator().flow(x, y, batch_size=SIZE)
model.{after}
"""
    check(
        "KER004",
        COMPILED + text.replace("{after}", "fit_generator(images, samples_per_epoch=len(x))"),
        COMPILED + text.replace("{after}", "fit(images, steps_per_epoch=len(x) // SIZE)"),
        UNSAFE,
    )
    check(
        "KER004",
        COMPILED + text.replace("{after}", "fit_generator(images, samples_per_epoch=20 * 16)"),
        COMPILED + text.replace("{after}", "fit(images, steps_per_epoch=(20 * 16) // SIZE)"),
        UNSAFE,
    )


def test_the_result_of_fit():
    check(
        "KER906",
        COMPILED + "model = model.fit(x, y)\nmodel.predict(x)\n",
        COMPILED + "history = model.fit(x, y)\nmodel.predict(x)\n",
        SAFE,
    )
    check(
        "KER906",
        MODEL + "model = model.compile('adam', 'mse')\nmodel.fit(x, y)\n",
        MODEL + "model.compile('adam', 'mse')\nmodel.fit(x, y)\n",
        SAFE,
    )


def test_a_list_from_a_generator():
    text = """\
a, b = keras.Input((4,)), keras.Input((4,))
model = keras.Model([a, b], layers.Dense(1)(layers.Add()([a, b])))
model.compile("sgd", "mse")


def batches():
    while True:
        yield {pair}, np.zeros((2, 1))


model.fit(batches(), steps_per_epoch=2)
"""
    pair = "np.zeros((2, 4)), np.zeros((2, 4))"
    check("KER729", text.replace("{pair}", f"[{pair}]"), text.replace("{pair}", f"({pair})"), SAFE)


def test_numpy_is_imported_where_it_is_not():
    head = "import keras\nfrom keras import layers\n\n"
    text = """\
model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
model.compile("sgd", "mse")
print(model.predict({data}))
"""
    check(
        "KER728",
        text.replace("{data}", "[[1.0, 2.0]]"),
        "import numpy as np\n" + head + text.replace("{data}", "np.array([[1.0, 2.0]])"),
        SAFE,
        head,
    )


def test_layers_of_their_own():
    check(
        "KER513",
        "keras.Sequential([keras.Input((8,))] + [layers.Dense(8)] * 3)\n",
        "keras.Sequential([keras.Input((8,))] + [layers.Dense(8) for _ in range(3)])\n",
        UNSAFE,
    )


def test_the_batch_axis():
    check(
        "KER520",
        "model = keras.Sequential()\n"
        "model.add(layers.Conv2D(16, 3, input_shape=(None, 32, 32, 3)))\n",
        "model = keras.Sequential()\nmodel.add(layers.Conv2D(16, 3, input_shape=(32, 32, 3)))\n",
        SAFE,
    )


def test_arguments_with_a_line_of_their_own():
    check(
        "KER003",
        """\
        layers.Conv2D(
            8,
            3,  # rows
            3,  # columns
            border_mode='same',  # as large as before
        )
        """,
        """\
        layers.Conv2D(
            8,
            (3,  # rows
            3),  # columns
            padding='same',  # as large as before
        )
        """,
        SAFE,
    )
