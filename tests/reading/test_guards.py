"""Uses of Keras whose author expects them to fail are not reported; others are."""

from __future__ import annotations

import textwrap

import pytest

import kerlint

HEAD = """\
import contextlib, functools, inspect, sys, unittest
from distutils.version import LooseVersion

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from packaging import version

model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
x, y = np.zeros((8, 4)), np.zeros(8)
"""


def found(text: str) -> list[tuple[str, str]]:
    text = HEAD + textwrap.dedent(text)
    lines = text.splitlines()
    return [
        (each.code, lines[each.span.start.row - 1].strip())
        for each in kerlint.lint_source(text, select=["KER0", "KER1"])
    ]


QUIET_TESTS = """\
hasattr(keras.utils, "np_utils")
hasattr(keras.utils, "np_utils") and sys.argv
sys.argv and hasattr(keras.utils, "np_utils")
getattr(keras.utils, "np_utils", None)
getattr(keras.utils, "np_utils", None) is not None
"np_utils" in dir(keras.utils)
"np_utils" in keras.utils.__dict__
"np_utils" in vars(keras.utils)
not not hasattr(keras.utils, "np_utils")
keras.__version__ < "2.4"
tf.__version__.startswith("1.")
int(tf.__version__[0]) < 2
int(tf.__version__.split(".")[0]) == 1
tuple(map(int, keras.__version__.split(".")[:2])) < (2, 4)
LooseVersion(keras.__version__) < LooseVersion("2.4")
version.parse(tf.__version__) < version.parse("2.4")
version.Version(keras.__version__).major < 3
keras.version() < "3"
tf.version.VERSION < "2"
KERAS_VERSION < "2.4"
IS_KERAS2
"""


@pytest.mark.parametrize("test", QUIET_TESTS.splitlines())
@pytest.mark.parametrize(
    "shape",
    [
        "if {test}:\n    keras.utils.np_utils.to_categorical(y)",
        "if not ({test}):\n    pass\nelse:\n    keras.utils.np_utils.to_categorical(y)",
        "while {test}:\n    keras.utils.np_utils.to_categorical(y)\n    break",
        "one = ({test}) and keras.utils.np_utils.to_categorical(y)",
        "one = not ({test}) or keras.utils.np_utils.to_categorical(y)",
        "one = keras.utils.np_utils.to_categorical(y) if {test} else None",
        "if ({test}) and keras.utils.np_utils.to_categorical(y) is not None:\n    pass",
        "flag = {test}\nif flag:\n    keras.utils.np_utils.to_categorical(y)",
        "flag = {test}\nif sys.argv and not flag:\n    pass\n"
        "else:\n    keras.utils.np_utils.to_categorical(y)",
        "def old():\n    return {test}\nif old():\n    keras.utils.np_utils.to_categorical(y)",
        "made = [keras.utils.np_utils.to_categorical(y) for _ in y if {test}]",
    ],
)
def test_a_condition_that_asks_for_the_release(test, shape):
    assert found(shape.format(test=test)) == []


@pytest.mark.parametrize(
    "test",
    [
        "sys.argv",
        "hasattr(sys, 'ps1')",
        'hasattr(sys.argv, "lr")',
        'getattr(sys, "frozen", False)',
        "sys.version_info >= (3,)",
        "np.__version__ < '2'",
        '"np" in sys.modules',
        "len(y) > 3",
    ],
)
@pytest.mark.parametrize(
    "shape",
    [
        "if {test}:\n    keras.utils.np_utils.to_categorical(y)  # here",
        "one = {test} and keras.utils.np_utils.to_categorical(y)  # here",
        "while {test}:\n    keras.utils.np_utils.to_categorical(y)  # here\n    break",
        "def run():\n    if not {test}:\n        return\n"
        "    keras.utils.np_utils.to_categorical(y)  # here\nrun()",
    ],
)
def test_a_condition_that_asks_for_something_else(test, shape):
    told = found(shape.format(test=test))
    assert [code for code, _ in told] == ["KER001"]
    assert "# here" in told[0][1]


@pytest.mark.parametrize(
    "text",
    [
        'if not hasattr(model, "predict_classes"):\n        return\n    model.predict_classes(x)',
        'if not hasattr(model, "predict_classes"):\n        raise AttributeError\n'
        "    model.predict_classes(x)",
        'if not getattr(model, "predict_classes", None):\n        return None\n'
        "    model.predict_classes(x)",
        'for each in range(3):\n        if not hasattr(model, "predict_classes"):\n'
        "            continue\n        model.predict_classes(x)",
        'assert hasattr(model, "predict_classes")\n    model.predict_classes(x)',
        'hasattr(model, "predict_classes") and model.predict_classes(x)',
        'classes = getattr(model, "predict_classes", None)\n    if classes:\n        classes(x)',
        'while hasattr(model, "predict_classes"):\n        return model.predict_classes(x)',
        'if keras.__version__ >= "3":\n        return model.predict(x)\n'
        "    return model.predict_classes(x)",
        'if tf.__version__[0] == "2":\n        return model.predict(x)\n'
        "    return model.predict_classes(x)",
        'if keras.__version__ >= "3":\n        raise RuntimeError("this needs Keras 2")\n'
        "    model.predict_classes(x)",
    ],
)
def test_leaving_early(text):
    assert found(f"def run():\n    {text}\nrun()\n") == []


def test_leaving_the_file_early():
    assert found('if not hasattr(model, "fit_generator"):\n    raise SystemExit\n') == []
    text = """\
        if not hasattr(model, "fit_generator"):
            sys.exit("too new")
        model.fit_generator(iter([]))
        model.predict_classes(x)
        """
    assert found(text) == [("KER004", "model.predict_classes(x)")]


@pytest.mark.parametrize(
    "text",
    [
        # At least that release: a newer one has passed as well.
        'if tf.__version__ < "2.0":\n        raise RuntimeError("too old")',
        'assert tf.__version__ >= "2.0"',
        'if tf.__version__.startswith("1."):\n        raise RuntimeError("too old")',
        'if not hasattr(model, "fit_generator"):\n        return',
        "if not x.any():\n        return",
        'if not hasattr(model, "predict_classes"):\n        print("old")',
    ],
)
def test_a_guard_of_something_else_before(text):
    text = f"def run():\n    {text}\n    model.predict_classes(x)\nrun()\n"
    assert found(text) == [("KER004", "model.predict_classes(x)")]


@pytest.mark.parametrize(
    "text",
    [
        'keras.optimizers.Adam(**({"lr": 0.1} if keras.__version__ < "2.3" else {}))',
        'given = {}\nif keras.__version__ < "2.3":\n    given["lr"] = 0.1\n'
        'else:\n    given["learning_rate"] = 0.1\nkeras.optimizers.Adam(**given)',
        'name = "lr" if tf.__version__ < "2" else "learning_rate"\n'
        "keras.optimizers.Adam(**{name: 0.1})",
        'match keras.__version__.split(".")[0]:\n    case "2":\n'
        "        keras.optimizers.Adam(lr=0.1)\n    case _:\n        pass",
        'if all(hasattr(model, name) for name in ("fit_generator", "predict_classes")):\n'
        "    model.predict_classes(x)",
        'if (old := getattr(model, "predict_classes", None)) is not None:\n    old(x)',
    ],
)
def test_what_a_release_decides_elsewhere(text):
    assert found(text) == []


def test_what_something_else_decides():
    text = (
        'given = {}\nif len(sys.argv) > 1:\n    given["lr"] = 0.1\nkeras.optimizers.Adam(**given)'
    )
    assert [code for code, _ in found(text)] == ["KER003"]


# -- try ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "handler",
    [
        "except TypeError:\n    pass",
        "except (TypeError, KeyError) as error:\n    print(error)",
        "except Exception as error:\n    print('as expected:', error)",
        "except:\n    optimizer = keras.optimizers.Adam(learning_rate=0.1)",
        "except Exception:\n    optimizer = keras.optimizers.Adam(learning_rate=0.1)",
        "except errors:\n    pass",
        "except:\n    older(keras)",
        "except Exception:\n    optimizer = model.optimizer.from_config({})",
        "except ValueError:\n    pass\nexcept OSError:\n    raise",
    ],
)
def test_a_handler_that_expects_the_failure(handler):
    text = "errors = (TypeError, ValueError)\n"
    text += f"try:\n    optimizer = keras.optimizers.Adam(lr=0.1)\n{handler}\n"
    assert found(text) == []


@pytest.mark.parametrize(
    "handler",
    [
        "except:\n        continue",
        "except Exception:\n        pass",
        "except Exception as error:\n        print(error)",
        "except:\n        print('failed')\n        failed.append(turn)",
        "except KeyboardInterrupt:\n        break",
        "except:\n        log.close()\n        time.sleep(3)",
        "except Exception:\n        losses = None\n        continue",
        "except (OSError, RuntimeError):\n        failed.append(turn)",
        "except ValueError:\n        pass",  # a missing method is an AttributeError
        "except AttributeError:\n        raise",
        "finally:\n        print('done')",
    ],
)
def test_a_handler_that_lets_a_loop_go_on(handler):
    text = (
        "failed = []\nfor turn in range(400):\n    try:\n"
        "        classes = model.predict_classes(x)\n        total = classes.sum()\n"
        f"    {handler}\n"
    )
    assert found(text) == [("KER004", "classes = model.predict_classes(x)")]


@pytest.mark.parametrize(
    ("name", "handler"),
    [
        ("import keras.layers.core", "except ImportError:\n    pass"),
        ("from keras.utils import np_utils", "except ModuleNotFoundError:\n    np_utils = None"),
        ("from keras.utils import np_utils", "except:\n    pass"),
        ("old = keras.utils.np_utils", "except AttributeError:\n    old = keras.utils"),
    ],
)
def test_a_name_that_may_be_missing(name, handler):
    assert found(f"try:\n    {name}\n{handler}\n") == []


def test_what_a_try_has_shown_to_exist():
    text = (
        "try:\n    model.fit_generator\nexcept {}:\n    pass\nelse:\n    model.fit_generator(x)\n"
    )
    assert found(text.format("AttributeError")) == []
    assert found(text.format("KeyError")) == [("KER004", "model.fit_generator(x)")]


def test_a_name_that_may_not_be_missing():
    text = "try:\n    old = keras.utils.np_utils\nexcept KeyError:\n    old = None\n"
    assert found(text) == [("KER001", "old = keras.utils.np_utils")]


# -- blocks that are meant to fail ----------------------------------------------------------------

CASE = """\
from pytest import raises
from pytest import raises as fails

class Layers(unittest.TestCase):
    def test(self):
        {opening}
            layers.Dense(3, foo=1)
"""


@pytest.mark.parametrize(
    "opening",
    [
        "with pytest.raises(ValueError):",
        "with pytest.raises((TypeError, ValueError), match='foo'):",
        "with raises(ValueError) as caught:",
        "with fails(expected_exception=ValueError):",
        "with self.assertRaises(ValueError):",
        "with self.assertRaisesRegex(ValueError, 'foo'):",
        "with self.assertWarns(UserWarning):",
        "with pytest.warns(UserWarning):",
        "with pytest.deprecated_call():",
        "with np.testing.assert_raises(ValueError):",
        "with self.subTest(), self.assertRaises(ValueError):",
        "with contextlib.suppress(ValueError):",
        "with contextlib.suppress(KeyError, TypeError):",
        "expected = pytest.raises(ValueError)\n        with expected:",
        "with contextlib.ExitStack() as stack:\n"
        "            stack.enter_context(pytest.raises(ValueError))",
        "with contextlib.ExitStack() as stack:\n"
        "            stack.enter_context(contextlib.suppress(ValueError))",
    ],
)
def test_a_block_that_is_meant_to_fail(opening):
    assert found(CASE.format(opening=opening)) == []


@pytest.mark.parametrize(
    "opening",
    [
        "with self.subTest():",
        "with open('log') as log:",
        "with contextlib.suppress(FileNotFoundError):",
        "with contextlib.ExitStack() as stack:\n            stack.enter_context(open(__file__))",
        "with contextlib.ExitStack() as stack:\n            with stack:\n"
        "                stack.enter_context(pytest.raises(ValueError))",
        "if self.raises:",
    ],
)
def test_a_block_that_is_not(opening):
    assert found(CASE.format(opening=opening)) == [("KER011", "layers.Dense(3, foo=1)")]


@pytest.mark.parametrize(
    "call",
    [
        "self.assertRaises(ValueError, layers.Dense, 3, foo=1)",
        "self.assertRaises(ValueError, lambda: layers.Dense(3, foo=1))",
        "pytest.raises(TypeError, functools.partial(layers.Dense, 3, foo=1))",
        "self.assertRaises(ValueError, model.add, layers.Dense(1, activation='softmax'))",
    ],
)
def test_a_call_that_is_meant_to_fail(call):
    assert found(f"class T(unittest.TestCase):\n    def test(self):\n        {call}\n") == []


@pytest.mark.parametrize("mark", ["unittest.expectedFailure", "pytest.mark.xfail(strict=True)"])
def test_a_test_that_is_marked_as_failing(mark):
    body = "def test_it():\n    layers.Dense(3, foo=1)\n"
    assert found(f"@{mark}\n{body}") == []
    assert found(f"@pytest.mark.slow\n{body}") == [("KER011", "layers.Dense(3, foo=1)")]


@pytest.mark.parametrize(
    ("mark", "codes"),
    [
        ('@pytest.mark.skipif(keras.__version__ >= "3", reason="old")', []),
        ('@unittest.skipUnless(tf.__version__.startswith("1."), "old")', []),
        ('@unittest.skipUnless(hasattr(keras.optimizers, "legacy"), "old")', []),
        ('@pytest.mark.xfail(keras.__version__ >= "3", reason="old")', []),
        ('@pytest.mark.xfail(sys.platform == "win32", reason="paths")', ["KER003"]),
        ('@unittest.skipIf(sys.platform == "win32", "paths")', ["KER003"]),
        ("@pytest.mark.parametrize('size', [1, 2])", ["KER003"]),
    ],
)
@pytest.mark.parametrize("of_class", [True, False])
def test_a_test_that_is_skipped(mark, codes, of_class):
    text = "def test_it(self):\n    keras.optimizers.Adam(lr=0.1)\n"
    if of_class:
        text = "class T(unittest.TestCase):\n" + textwrap.indent(text, "    ")
    assert [code for code, _ in found(f"{mark}\n{text}")] == codes


def test_a_test_that_skips_itself():
    text = "def test_it():\n    if {}:\n        pytest.skip('old')\n"
    text += "    keras.optimizers.Adam(lr=0.1)\n"
    assert found(text.format('keras.__version__ >= "3"')) == []
    assert found(text.format('sys.platform == "win32"')) != []


def test_what_is_built_in_a_failing_block_is_never_trained():
    build = """\
        one = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="softmax")])
        one.compile("adam", "binary_crossentropie")
        """
    assert found("with pytest.raises(ValueError):\n" + textwrap.indent(build, "    ")) == []
    told = found(build)
    assert [code for code, _ in told] == ["KER101", "KER014"]


def test_a_failing_block_changes_no_model():
    text = """\
        growing = keras.Sequential([keras.Input((4,)), layers.Dense(5)])
        with pytest.raises(ValueError):
            growing.add(layers.Dense(3, activation="softmax"))
        growing.compile("adam", "sparse_categorical_crossentropy")  # here
        growing.fit(x, y)
        """
    told = found(text)
    assert [code for code, _ in told] == ["KER103"]


def test_labels_that_are_meant_not_to_fit():
    one_hot = "model.fit(x, keras.utils.to_categorical(y, 3))"
    assert [code for code, _ in found(one_hot)] == ["KER130"]
    assert found(f"with pytest.raises(ValueError):\n    {one_hot}") == []
    assert found(f"try:\n    {one_hot}\nexcept ValueError as error:\n    print(error)") == []
    told = found(f"try:\n    {one_hot}\nexcept KeyboardInterrupt:\n    pass")
    assert [code for code, _ in told] == ["KER130"]
