"""Names that Keras has moved, methods that are gone, and misspelled texts: the fixed programs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kerlint.catalogue.codes import catalogue
from kerlint.config.settings import combine
from kerlint.diagnostics import Applicability
from kerlint.repairs.apply import edited
from kerlint.run.engine import from_keywords, lint_source
from kerlint.sources.source import Source
from tests.examples import snippets, whole

CODES = ("KER001", "KER002", "KER004", "KER008", "KER009", "KER014", "KER309")
SETTINGS = combine("/", [from_keywords({"select": list(CODES)})])
FIXTURES = Path(__file__).parents[2] / "fixtures"


def findings(text):
    source = Source("program.py", text)
    return lint_source(source, text.encode(), SETTINGS).diagnostics


def fixed(text, least=Applicability.UNSAFE):
    """The program with all fixes applied, one after the other."""
    for _ in range(60):
        found = [each for each in findings(text) if each.fix and each.fix.applicability >= least]
        if not found:
            return text
        before = text
        text = edited("program.py", text.encode(), found[0].fix.edits).decode()
        assert text != before
        ast.parse(text)
    raise AssertionError(f"fixes without an end:\n{text}")


IMPORTS = {
    "module": (
        "from keras.layers.core import Dense\nlayer = Dense(3)\n",
        "from keras.layers import Dense\nlayer = Dense(3)\n",
    ),
    "comment and parentheses stay": (
        "from keras.layers.core import (\n    Dense,  # wide\n    Dropout as Drop,\n)  # old\n",
        "from keras.layers import (\n    Dense,  # wide\n    Dropout as Drop,\n)  # old\n",
    ),
    "backslash stays": (
        "from keras.layers.core import Dense, \\\n    Dropout\n",
        "from keras.layers import Dense, \\\n    Dropout\n",
    ),
    "semicolons": (
        "import os; from keras.layers.core import Dense; import sys\n",
        "import os; from keras.layers import Dense; import sys\n",
    ),
    "merged with one that is there, in order": (
        "from keras.layers import Conv2D, LSTM\nfrom keras.layers.core import Dense, Activation\n",
        "from keras.layers import Activation, Conv2D, Dense, LSTM\n",
    ),
    "merged without order": (
        "from keras.layers import Flatten, Conv2D\n"
        "from keras.layers.core import Dense, Activation\n",
        "from keras.layers import Flatten, Conv2D, Dense, Activation\n",
    ),
    "merged with one in several lines": (
        "from keras.layers import (\n    Conv2D,\n    LSTM,\n)\n"
        "from keras.layers.core import Dense\n",
        "from keras.layers import (\n    Conv2D,\n    Dense,\n    LSTM,\n)\n",
    ),
    "no name twice": (
        "from keras.layers import Dense\nfrom keras.layers.core import Dense, Dropout\n",
        "from keras.layers import Dense, Dropout\n",
    ),
    "several become one": (
        "from keras.layers.core import Dense, Flatten\n"
        "from keras.layers.convolutional import Conv2D\n"
        "from keras.models import Sequential\n"
        "from keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import BatchNormalization, Conv2D, Dense, Flatten\n"
        "from keras.models import Sequential\n",
    ),
    "code between": (
        "from keras.layers import Dense\nprint(1)\nfrom keras.layers.core import Dropout\n",
        "from keras.layers import Dense\nprint(1)\nfrom keras.layers import Dropout\n",
    ),
    "several homes": (
        "from keras.engine.topology import Layer, InputSpec\n"
        "from keras.engine.training import Model\n",
        "from keras.layers import Layer, InputSpec\nfrom keras import Model\n",
    ),
    "in a function": (
        "def labels(y):\n    from keras.utils.np_utils import to_categorical\n\n"
        "    return to_categorical(y)\n\n\nlabels([0, 1])\n",
        "def labels(y):\n    from keras.utils import to_categorical\n\n"
        "    return to_categorical(y)\n\n\nlabels([0, 1])\n",
    ),
    "functions of a module": (
        "from keras.utils import np_utils\nlabels = np_utils.to_categorical([0, 1])\n",
        "from keras.utils import to_categorical\nlabels = to_categorical([0, 1])\n",
    ),
    "a function whose name is taken": (
        "from keras.utils import np_utils\n\n\ndef to_categorical(y):\n"
        "    return np_utils.to_categorical(y, 3)\n",
        "from keras import utils\n\n\ndef to_categorical(y):\n"
        "    return utils.to_categorical(y, 3)\n",
    ),
    "a module with an alias": (
        "from keras.utils import np_utils as U, plot_model\nlabels = U.to_categorical([0, 1])\n",
        "from keras.utils import plot_model\nfrom keras import utils as U\n"
        "labels = U.to_categorical([0, 1])\n",
    ),
    "a module of another name": (
        "from keras import objectives\nloss = objectives.mean_squared_error\n",
        "from keras import losses\nloss = losses.mean_squared_error\n",
    ),
    "import as": (
        "import keras.utils.np_utils as U\nlabels = U.to_categorical([0, 1])\n",
        "import keras.utils as U\nlabels = U.to_categorical([0, 1])\n",
    ),
    "import of a whole path": (
        "import keras.layers.core\nlayer = keras.layers.core.Dense(3)\n",
        "import keras.layers\nlayer = keras.layers.Dense(3)\n",
    ),
    "a class with its uses": (
        "from keras.layers import CuDNNLSTM, Dense\nlayers = [CuDNNLSTM(3), Dense(2)]\n",
        "from keras.layers import Dense, LSTM\nlayers = [LSTM(3), Dense(2)]\n",
    ),
    "a class that is imported already": (
        "from keras.layers import LSTM, CuDNNLSTM\nlayers = [CuDNNLSTM(3), LSTM(2)]\n",
        "from keras.layers import LSTM\nlayers = [LSTM(3), LSTM(2)]\n",
    ),
    "a class with an alias": (
        "from keras.layers import CuDNNLSTM as Recurrent\nlayer = Recurrent(3)\n",
        "from keras.layers import LSTM as Recurrent\nlayer = Recurrent(3)\n",
    ),
    "a class with the alias that it has today": (
        "from keras.layers import CuDNNLSTM as LSTM, Dense\nlayers = [LSTM(3), Dense(2)]\n",
        "from keras.layers import LSTM, Dense\nlayers = [LSTM(3), Dense(2)]\n",
    ),
    "classes before functions": (
        "from keras.layers import Dense, Input, add\nfrom keras.layers.core import Flatten\n",
        "from keras.layers import Dense, Flatten, Input, add\n",
    ),
    "the import that leads there stays": (
        "import tensorflow as tf\nfrom tensorflow import keras\n"
        "a = tf.keras.optimizers.legacy.Adam(0.1)\nb = keras.layers.Dense(3)\n",
        "import tensorflow as tf\nfrom tensorflow import keras\n"
        "a = tf.keras.optimizers.Adam(0.1)\nb = keras.layers.Dense(3)\n",
    ),
    "an attribute": (
        "from keras import layers\nlayer = layers.CuDNNGRU(3)\n",
        "from keras import layers\nlayer = layers.GRU(3)\n",
    ),
    "functions of the backend": (
        "from keras import backend as K\n\n\ndef loss(y, p):\n"
        "    return K.sqrt(K.mean(K.square(y - p)))\n",
        "from keras import backend as K, ops\n\n\ndef loss(y, p):\n"
        "    return ops.sqrt(ops.mean(ops.square(y - p)))\n",
    ),
    "functions of the backend where keras has a name": (
        "import keras\nimport keras.backend as K\n\n\ndef loss(y, p):\n    return K.mean(y - p)\n",
        "import keras\nimport keras.backend as K\n\n\ndef loss(y, p):\n"
        "    return keras.ops.mean(y - p)\n",
    ),
    "the package stays": (
        "from tensorflow.keras.layers.experimental import preprocessing\n"
        "flip = preprocessing.RandomFlip()\n",
        "from tensorflow.keras import layers\nflip = layers.RandomFlip()\n",
    ),
    "the whole path is used as well": (
        "import tensorflow as tf\n"
        "from tensorflow.keras.layers.experimental import preprocessing\n"
        "flips = preprocessing.RandomFlip(), "
        "tf.keras.layers.experimental.preprocessing.RandomFlip()\n",
        "import tensorflow as tf\n"
        "from tensorflow.keras import layers\n"
        "flips = layers.RandomFlip(), tf.keras.layers.RandomFlip()\n",
    ),
    "what only tensorflow.keras still has": (
        "from keras.preprocessing.image import ImageDataGenerator, load_img\n"
        "batches = ImageDataGenerator(rescale=1 / 255)\n",
        "from keras.preprocessing.image import load_img\n"
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n"
        "batches = ImageDataGenerator(rescale=1 / 255)\n",
    ),
    "the same below a module": (
        "from keras.preprocessing import image\nbatches = image.ImageDataGenerator()\n",
        "from keras.preprocessing import image\n"
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n"
        "batches = ImageDataGenerator()\n",
    ),
    "the picture of a model": (
        "from keras.utils.visualize_util import plot\n\n\ndef draw(model):\n"
        "    plot(model, show_shapes=True)\n",
        "from keras.utils import plot_model\n\n\ndef draw(model):\n"
        "    plot_model(model, show_shapes=True)\n",
    ),
    "merge": (
        "from keras.layers import Dense, Input, merge\na, b = Input((3,)), Input((3,))\n"
        "c = merge([a, b], mode='concat', concat_axis=1)\nd = merge([a, b], 'mul', name='d')\n"
        "e = merge([a, b])\n",
        "from keras.layers import Dense, Input, concatenate, multiply, add\n"
        "a, b = Input((3,)), Input((3,))\n"
        "c = concatenate([a, b], axis=1)\nd = multiply([a, b], name='d')\n"
        "e = add([a, b])\n",
    ),
    "merge as a module": (
        "from keras.layers import merge\nlayer = merge.Concatenate()\n",
        "from keras.layers import Concatenate\nlayer = Concatenate()\n",
    ),
    "reductions": (
        "import keras\nfrom keras.losses import MeanSquaredError, Reduction\n"
        "a = MeanSquaredError(reduction=Reduction.NONE)\n"
        "b = MeanSquaredError(reduction=keras.losses.Reduction.AUTO)\n",
        "import keras\nfrom keras.losses import MeanSquaredError\n"
        'a = MeanSquaredError(reduction="none")\n'
        'b = MeanSquaredError(reduction="sum_over_batch_size")\n',
    ),
    "cells repeat their imports": (
        "from keras.utils import np_utils\ny = np_utils.to_categorical([1])\n"
        "from keras.utils import np_utils, plot_model\nz = np_utils.to_categorical([1])\n",
        "from keras.utils import to_categorical\ny = to_categorical([1])\n"
        "from keras.utils import plot_model, to_categorical\nz = to_categorical([1])\n",
    ),
    "the order of axes": (
        "from keras import backend as K\nfirst = K.image_dim_ordering() == 'th'\n"
        'K.set_image_dim_ordering("tf")\n',
        "from keras import backend as K\nfirst = K.image_data_format() == 'channels_first'\n"
        'K.set_image_data_format("channels_last")\n',
    ),
    "variables": (
        "from keras import backend as K\n\nv = K.variable(1.0)\nK.set_value(v, 2.0)\n"
        "K.update_add(v, 1.0)\n\n\ndef slower(model):\n"
        "    K.set_value(model.optimizer.lr, 0.1)\n",
        'from keras import Variable, backend as K\n\nv = Variable(1.0, dtype="float32")\n'
        "v.assign(2.0)\nv.assign_add(1.0)\n\n\ndef slower(model):\n"
        "    model.optimizer.learning_rate.assign(0.1)\n",
    ),
    "private": (
        "from tensorflow.python.keras import layers\n"
        "from tensorflow.python.keras.models import Sequential\n"
        "model = Sequential([layers.Dense(3)])\n",
        "from tensorflow.keras import layers\nfrom tensorflow.keras.models import Sequential\n"
        "model = Sequential([layers.Dense(3)])\n",
    ),
    "private package": (
        "from tensorflow.python import keras\nlayer = keras.layers.Dense(3)\n",
        "from tensorflow import keras\nlayer = keras.layers.Dense(3)\n",
    ),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_moved(name):
    before, after = IMPORTS[name]
    assert fixed(before) == after
    left = [each for each in findings(after) if each.code != "KER004"]
    assert not left, left


LEFT_ALONE = {
    "star": "from keras.layers.core import *\n",
    "on guard": (
        "try:\n    from keras.utils import np_utils\nexcept ImportError:\n    np_utils = None\n"
    ),
    "another meaning": (
        "from keras.layers import CuDNNLSTM\n\n\ndef build(LSTM):\n    return LSTM(CuDNNLSTM(3))\n"
    ),
    "the module is handed on": "from keras.utils import np_utils\nprint(dir(np_utils))\n",
    "no successor for one of them": "from keras.layers.core import Dense, Merge\n",
    "a function that is gone for good": (
        "from keras.utils import np_utils\nlabels = np_utils.probas_to_classes([0.2])\n"
    ),
    "exported": ('from keras.layers import CuDNNLSTM\n\n__all__ = ["CuDNNLSTM"]\n'),
    "samples are no batches": (
        "from keras.models import Sequential\nmodel = Sequential()\n"
        "model.fit_generator(iter([]), samples_per_epoch=100, nb_epoch=2)\n"
    ),
    "nor where they have no name": (
        "from keras.models import Sequential\nmodel = Sequential()\nnb_samples = 100\n"
        "print(model.predict_generator(iter([]), nb_samples))\n"
    ),
    "a mode that is a function": (
        "from keras.layers import Input, merge\na = Input((3,))\n"
        "b = merge([a, a], mode=lambda pair: pair[0], output_shape=(3,))\n"
    ),
    "which head": (
        "from keras.models import load_model\nmodel = load_model('a.keras')\n"
        "print(model.predict_classes([[1.0]]))\n"
    ),
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_left_alone(name):
    before = LEFT_ALONE[name]
    assert fixed(before) == before


START = """\
import keras
import numpy as np
from keras import layers

x = np.zeros((4, 8))
one = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
three = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
one.compile(optimizer="sgd", loss="binary_crossentropy")


def batches():
    while True:
        yield np.zeros((4, 8)), np.zeros((4, 1))


"""

METHODS = {
    "one unit": (
        "c = one.predict_classes(x)\n",
        'c = (one.predict(x) > 0.5).astype("int32")\n',
    ),
    "several units": (
        "c = three.predict_classes(x, batch_size=2)[0]\n",
        "c = three.predict(x, batch_size=2).argmax(axis=-1)[0]\n",
    ),
    "probabilities": ("p = one.predict_proba(x, 2)\n", "p = one.predict(x, 2)\n"),
    "by keyword": (
        "one.fit_generator(\n    generator=batches(),  # endless\n    steps_per_epoch=2,\n"
        "    epochs=1,\n    workers=4,\n    use_multiprocessing=False,\n)\n",
        "one.fit(\n    x=batches(),  # endless\n    steps_per_epoch=2,\n    epochs=1,\n)\n",
    ),
    "by position": (
        "one.fit_generator(batches(), 2, 1, validation_data=batches(), validation_steps=1)\n",
        "one.fit(batches(), steps_per_epoch=2, epochs=1, validation_data=batches(), "
        "validation_steps=1)\n",
    ),
    "evaluation": (
        "one.evaluate_generator(batches(), 3)\n",
        "one.evaluate(batches(), steps=3)\n",
    ),
    "prediction": (
        "one.predict_generator(batches(), steps=3, max_queue_size=2)\n",
        "one.predict(batches(), steps=3)\n",
    ),
    "a line of its own": ("one._make_predict_function()\nprint(x)\n", "print(x)\n"),
    "the rate": (
        "rate = one.optimizer.lr\n",
        "rate = one.optimizer.learning_rate\n",
    ),
    "the ends": (
        "m = keras.Model(one.input, one.output)\n",
        "m = keras.Model(one.inputs[0], one.outputs[0])\n",
    ),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    before, after = METHODS[name]
    assert fixed(START + before) == START + after
    assert not findings(START + after)


TEXTS = {
    "activation": (
        "l = layers.Dense(3, activation='ReLU')\n",
        "l = layers.Dense(3, activation='relu')\n",
        "safe",
    ),
    "misspelled": (
        'l = layers.Dense(3, activation="sofmax")\n',
        'l = layers.Dense(3, activation="softmax")\n',
        "unsafe",
    ),
    "in a variable": (
        'KIND = "Tanh"\nl = layers.Dense(3, activation=KIND)\n',
        'KIND = "tanh"\nl = layers.Dense(3, activation=KIND)\n',
        "safe",
    ),
    "loss": (
        'three.compile("adam", "catagorical_crossentropy")\n',
        'three.compile("adam", "categorical_crossentropy")\n',
        "unsafe",
    ),
    "only near": ('one.compile("adam", "rmse")\n', 'one.compile("adam", "rmse")\n', "display"),
    "used for something else": (
        'KIND = "Tanh"\nl = layers.Dense(3, activation=KIND, name=KIND)\n',
        'KIND = "Tanh"\nl = layers.Dense(3, activation=KIND, name=KIND)\n',
        "",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name):
    before, after, label = TEXTS[name]
    (found,) = findings(START + before)
    assert (found.fix.applicability.label if found.fix else "") == label
    assert fixed(START + before) == START + after


def test_what_is_unsafe_says_why():
    for before, _ in (*IMPORTS.values(), *((START + a, b) for a, b in METHODS.values())):
        for each in findings(before):
            if each.fix and each.fix.applicability is not Applicability.SAFE:
                assert each.fix.why


BACKEND = """
arange(4)
arange(1, 9, 2)
arange(4, dtype="float32")
argmax(x)
argmax(x, 1)
argmin(x, axis=0)
bias_add(x, x[0, 0])
bias_add(x, bias=x[0, 0])
binary_crossentropy(p, q)
categorical_crossentropy(p, q)
sparse_categorical_crossentropy(n, q[0, :3])
cast_to_floatx(n)
clip(x, 0.2, 0.5)
clip(x, min_value=0.2, max_value=0.5)
concatenate([t, t])
concatenate([t, t], axis=1)
constant(3)
constant([1, 2], dtype="int32")
cumprod(x)
cumsum(x, axis=1)
dot(t, u)
dtype(t)
elu(t, 0.5)
eval(t)
eye(3)
expand_dims(x)
expand_dims(x, 1)
flatten(x)
gather(x, n)
map_fn(lambda row: row + row, x)
get_value(v)
int_shape(v)
l2_normalize(x, axis=-1)
ndim(t)
one_hot(n, 4)
one_hot(indices=n, num_classes=4)
ones((2, 3))
ones_like(x)
permute_dimensions(x, (0, 2, 1))
permute_dimensions(x, pattern=(2, 1, 0))
relu(t)
repeat_elements(t, 2, axis=1)
reverse(x, 1)
reverse(x, axes=[0, 2])
shape(x)
softmax(t)
softmax(t, axis=1)
stop_gradient(t)
tile(x, [1, 2, 1])
tile(x, n=[2, 1, 1])
variable(x)
variable(3, name="three")
zeros((2, 3), dtype="int32")
zeros_like(x)
""".strip().splitlines()

VALUES = """
n = np.array([2, 0, 1])
x = np.linspace(-1.0, 1.0, 60, dtype="float32").reshape(3, 4, 5)
"""


@pytest.mark.tensorflow
@pytest.mark.parametrize("call", BACKEND)
def test_functions_of_the_backend(call):
    """What is written instead gives what Keras 2 gave."""
    import keras
    import tf_keras

    made = "t = make(x)\nu = make(x[0].T)\nv = variable(x)\n"
    made += "p = make(x * 0.0 + 0.2)\nq = make((x + 2.0) / 4.0)\n"
    head = "import numpy as np\nfrom keras import backend as K\n"
    text = fixed(f"{head}{VALUES}{made}result = K.{call}\n")
    assert f"K.{call}" not in text
    now = {"make": keras.ops.convert_to_tensor, "variable": keras.Variable}
    exec(text, now)
    old = tf_keras.backend
    then = {"make": old.constant, "variable": old.variable, "K": old}
    exec(f"import numpy as np\n{VALUES}{made}result = K.{call}\n", then)
    _same(then["result"], now["result"])


SYMBOLIC = """
abs(x)
add(x, x)
argmax(x)
argmax(x, axis=1)
cast(x, tf.int32)
cast(x, dtype="float16")
clip_by_value(x, 0.1, 0.5)
concat([x, x], axis=-1)
concat([x, x], 1, name="both")
expand_dims(x, axis=1)
gather(x, [0, 2], axis=1)
image.resize(tf.expand_dims(x, -1), (8, 8))
math.ceil(x)
math.l2_normalize(x, axis=-1)
math.log(x)
math.reduce_std(x, axis=1)
math.reduce_variance(x, axis=[1, 2])
math.reduce_logsumexp(x, axis=1)
matmul(x, tf.transpose(x, perm=[0, 2, 1]))
maximum(x, 0.3)
multiply(x, x)
nn.relu(x)
nn.softmax(x)
nn.softmax(x, axis=1)
one_hot(tf.cast(x, "int32"), depth=3)
ones_like(x)
pad(x, [[0, 0], [1, 1], [2, 0]])
pow(x, 2.0)
reduce_max(x, axis=[1, 2])
reduce_mean(x, axis=-1, keepdims=True)
reduce_prod(x, 1)
reduce_sum(x, axis=(1, 2))
reshape(x, [-1, 20])
reshape(x, shape=(-1, 5, 4))
round(x)
split(x, 2, axis=1)[0]
sqrt(x)
square(x)
squeeze(tf.expand_dims(x, 1), axis=1)
stack([x, x], axis=1)
tensordot(x, tf.ones((5, 2)), axes=1)
tile(x, [1, 2, 1])
tile(x, multiples=[1, 1, 2])
transpose(x, perm=[0, 2, 1])
transpose(x, [0, 2, 1])
where(tf.greater(x, 0.2), x, tf.zeros_like(x))
keras.backend.expand_dims(x)
keras.backend.sum(x, axis=1)
""".strip().splitlines()


@pytest.mark.tensorflow
@pytest.mark.parametrize("call", SYMBOLIC)
def test_functions_of_tensorflow(call):
    """What is written instead takes symbolic tensors, and gives what the function gives."""
    import keras
    import numpy as np
    import tensorflow as tf

    head = "import keras\nimport tensorflow as tf\n\nx = keras.Input((4, 5), batch_size=3)\n"
    text = fixed(f"{head}result = tf.{call}\n")
    assert f"tf.{call}" not in text
    now = {}
    exec(text, now)
    x = np.linspace(0.01, 1.0, 60, dtype="float32").reshape(3, 4, 5)
    there = {"tf": tf, "x": tf.constant(x)}
    _same(eval(f"tf.{call}", there), keras.Model(now["x"], now["result"])(x))


def _same(old, new):
    import numpy as np

    if isinstance(old, str) or old is None:
        assert old == new
        return
    old, new = np.asarray(old), np.asarray(new)
    assert old.shape == new.shape
    assert old.dtype.kind == new.dtype.kind
    np.testing.assert_allclose(new, old, rtol=1e-5, atol=1e-6)


PROGRAMS = sorted(
    path
    for path in FIXTURES.rglob("*.py")
    if any(f"expect: {code}" in path.read_text(encoding="utf-8") for code in CODES)
)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixtures(path):
    """A fix removes its finding and brings no other one of these rules."""
    text = path.read_text(encoding="utf-8")
    before = findings(text)
    seen = Counter(each.code for each in before)
    for each in before:
        if each.fix is None:
            continue
        after = edited("program.py", text.encode(), each.fix.edits).decode()
        ast.parse(after)
        now = Counter(found.code for found in findings(after))
        assert now[each.code] < seen[each.code], each
        assert now - seen == Counter(), each
    last = fixed(text, Applicability.SAFE)
    assert fixed(last, Applicability.SAFE) == last


BAD = [
    (entry.code, whole(snippets(entry.text, "Bad")))
    for entry in catalogue()
    if entry.code in CODES and snippets(entry.text, "Bad")
]


@pytest.mark.slow
def test_fixed_examples_run():
    """The wrong programs of the pages run in the installed Keras once they are fixed."""
    programs = [text for text in (fixed(text) for _, text in BAD) if not findings(text)]
    programs += [after for _, after in IMPORTS.values()]
    programs += [START + after for _, after in METHODS.values()]
    script = "\n".join(
        f"exec(compile({text!r}, 'program {number}', 'exec'), {{'__name__': 'program'}})"
        for number, text in enumerate(programs)
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
    )
    assert done.returncode == 0, done.stderr[-2000:]
