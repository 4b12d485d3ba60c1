"""Which Keras a call reaches: by its own import, by that of its object's class, by the file."""

from __future__ import annotations

from pathlib import Path

import pytest

import kerlint

CODES = ["KER001", "KER003", "KER004", "KER005", "KER011"]


def said(text: str, **settings: object) -> list[tuple[int, str]]:
    found = kerlint.lint_source(text, select=CODES, **settings)
    return [(finding.span.start.row, finding.code) for finding in found]


MIXED = """\
import {model_of} as one
import {other} as another
model = one.Sequential([one.layers.Dense(3)])
model.compile(losses="mse")
model.fit(x, y, nb_epoch=3)
model.fit(x, y, workers=2)
model.predict_classes(x)
"""
SINCE_KERAS_2 = [(4, "KER011"), (5, "KER003"), (7, "KER004")]


@pytest.mark.parametrize(
    ("model_of", "other", "expected"),
    [
        # The class of the model decides, whatever else the file imports.
        ("keras", "tf_keras", [*SINCE_KERAS_2, (6, "KER003")]),
        ("tensorflow.keras", "tensorflow.python.keras", [*SINCE_KERAS_2, (6, "KER003")]),
        ("tf_keras", "keras", SINCE_KERAS_2),
        # Keras of its own era: nothing is known of it.
        ("tensorflow.python.keras", "tensorflow.keras", []),
        ("tensorflow.compat.v1.keras", "keras", []),
    ],
)
def test_the_class_of_the_object_decides(model_of: str, other: str, expected: list) -> None:
    assert said(MIXED.format(model_of=model_of, other=other)) == sorted(expected)


UNKNOWN = """\
{imports}
def train(model, x, y):
    {layer}(3)
    model.fit_generator(x)
    model.predict_classes(x)
"""


@pytest.mark.parametrize(
    ("imports", "layer", "expected"),
    [
        ("import keras", "keras.layers.Dense", [4, 5]),
        ("import tensorflow as tf", "tf.keras.layers.Dense", [4, 5]),
        # tf_keras still has fit_generator.
        ("import tf_keras", "tf_keras.layers.Dense", [5]),
        ("import tensorflow as tf; import tf_keras as keras", "keras.layers.Dense", [5]),
        # The model may come from either: what both lack is certain.
        ("import keras; import tf_keras", "keras.layers.Dense", [5]),
        ("from tensorflow.python.keras import backend; import keras", "keras.layers.Dense", []),
    ],
)
def test_an_object_of_unknown_class(imports: str, layer: str, expected: list) -> None:
    text = UNKNOWN.format(imports=imports, layer=layer)
    assert said(text) == [(row, "KER004") for row in expected]


def test_what_no_keras_takes_is_wrong_wherever_it_comes_from() -> None:
    text = (
        "from tensorflow.python.keras import backend\nfrom keras.layers import Dense\n"
        "Dense(3, activaton='relu')\n"
    )
    assert said(text) == [(3, "KER011")]


@pytest.mark.parametrize("target", ["3", "2"])
def test_tf_keras_is_tf_keras_for_every_target(target: str) -> None:
    text = (
        "import tf_keras\ntf_keras.layers.Dense(3, init='zeros')\n"
        "tf_keras.optimizers.Adam(lr=0.1)\ntf_keras.optimizers.Adam(decay=0.1)\n"
        "tf_keras.utils.np_utils\n"
    )
    assert said(text, target_keras=target) == [(2, "KER003"), (4, "KER003"), (5, "KER001")]


def test_releases_that_were_only_read_are_judged_by_what_never_was() -> None:
    text = "from keras.layers import Dense\nDense(3, init='zeros')\nDense(3, unit=4)\n"
    assert said(text, target_keras="2.8") == [(3, "KER011")]


def test_the_package_is_named_as_the_code_imports_it() -> None:
    for line, name in (
        ("import keras", "keras"),
        ("import tf_keras", "tf_keras"),
        ("import tensorflow as tf", "tf.keras"),
    ):
        text = f"{line}\n{name}.optimizers.SGD(0.1, decay=0.5)\n"
        (finding,) = kerlint.lint_source(text, select=CODES)
        assert f"`{name}.optimizers.schedules.InverseTimeDecay" in finding.help


# -- star imports ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ``keras.layers`` of Keras 1 and 2 also bound K, np and the like.
        ("import keras.backend as K\nfrom keras.layers import *\nK.clear_session()\n", []),
        ("from keras.layers import *\nimport keras.backend as K\nK.clear_session()\n", []),
        ("from keras.layers import *\nK.clear_session()\n", [(2, "KER001")]),
        ("from mine import Dense\nfrom keras.layers import *\nDense(unit=3)\n", [(3, "KER011")]),
        ("from keras.layers import *\nfrom mine import Dense\nDense(unit=3)\n", []),
        # What only an old release bound is taken from nobody, and bound where nobody else did.
        ("from mine import Merge\nfrom keras.layers import *\nMerge(anything=3)\n", []),
        ("from keras.layers import *\nMaxPooling2D(border_mode='same')\n", [(2, "KER003")]),
    ],
)
def test_star_imports(text: str, expected: list) -> None:
    assert said(text) == expected


def test_what_a_star_import_binds_depends_on_the_target() -> None:
    text = (
        "from mine import ThresholdedReLU\nfrom tensorflow.keras.layers import *\n"
        "ThresholdedReLU(anything=1)\n"
    )
    assert said(text) == []
    assert said(text, target_keras="2") == [(3, "KER011")]


SWITCH = 'import os\n\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n'
ONLY_KERAS_2 = """\
from tensorflow.keras import layers

layers.Dense(4, weights=[kernel, bias])
"""


@pytest.mark.parametrize(
    ("files", "is_keras_2"),
    [
        ({"backend.py": SWITCH, "net.py": "import backend\n" + ONLY_KERAS_2}, True),
        ({"backend.py": SWITCH, "net.py": "from backend import os\n" + ONLY_KERAS_2}, True),
        ({"lib/__init__.py": SWITCH, "lib/net.py": ONLY_KERAS_2}, True),
        ({"lib/__init__.py": "", "lib/up.py": SWITCH, "lib/net.py": ONLY_KERAS_2}, False),
        ({"lib/up.py": SWITCH, "net.py": "from lib import up\n" + ONLY_KERAS_2}, True),
        (
            {
                "backend.py": SWITCH.replace("os.", "# os."),
                "net.py": "import backend\n" + ONLY_KERAS_2,
            },
            False,
        ),
        (
            {
                "backend.py": SWITCH.replace('"1"', '"0"'),
                "net.py": "import backend\n" + ONLY_KERAS_2,
            },
            False,
        ),
        ({"backend.py": SWITCH, "net.py": ONLY_KERAS_2}, False),
    ],
)
def test_a_file_that_is_executed_first_can_ask_for_keras_2(
    files: dict[str, str], is_keras_2: bool, tmp_path: Path
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (net,) = (tmp_path / name for name in files if name.endswith("net.py"))
    codes = [finding.code for finding in kerlint.lint_paths([net], select=["KER003"])]
    assert codes == ([] if is_keras_2 else ["KER003"])
