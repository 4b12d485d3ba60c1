"""No text of the user's gets into what is run as anything but a string."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerlint.config.settings import resolver
from kerlint.execute.builder import Claimed, function
from kerlint.execute.proof import proof, saved
from kerlint.execute.prove import Prover
from kerlint.execute.spec import (
    CallTrial,
    InputSpec,
    LayerCall,
    LayerSpec,
    Made,
    MeasureSpec,
    ModelSpec,
    ModelTrial,
    ObjectiveSpec,
    OperationCall,
    Several,
    TargetSpec,
    Tensors,
)
from kerlint.run import engine

CALLS = ast.parse("__import__('os').system('touch smuggled')", mode="eval").body
# Each tries to get out of a string, a docstring, a comment, or a list of arguments.
ESCAPES = [
    "\"); __import__('os').system('touch smuggled') #",
    "'); __import__('os').system('touch smuggled') #",
    '"""\n__import__(\'os\').system(\'touch smuggled\')\n"""',
    "'''\n__import__('os').system('touch smuggled')\n'''",
    "\\\"\"\"\n__import__('os').system('touch smuggled') #",
    "\n__import__('os').system('touch smuggled')\n",
    "\r__import__('os').system('touch smuggled')\r",
    "x\x00\u2028\x85\x0c__import__('os').system('touch smuggled')",
    "# -*- coding: utf-7 -*-\n+AF8-",
    "{__import__('os').system('touch smuggled')}",
    "%s{0}\\N{BULLET}\\x22\\",
    "\ud800\udfff",
]


def model(text: str) -> ModelSpec:
    """A model with a text of the user's wherever one can be."""
    strings = Several((text, Several((text,), is_tuple=True)))
    return ModelSpec(
        layers=(
            LayerSpec(1, "keras.layers.Dense", (("units", 3), ("activation", text))),
            LayerSpec(
                2,
                "keras.layers.Dense",
                (
                    ("units", 1),
                    ("kernel_regularizer", Made("keras.regularizers.L2", (("l2", text),))),
                ),
            ),
        ),
        calls=(
            LayerCall(1, ("input_1",), ("x1",), (("mode", text), ("more", strings))),
            OperationCall(
                3, "keras.ops.einsum", (text, Tensors(("x1",))), ("x2",), (("key", text),)
            ),
            LayerCall(2, ("x2",), ("x3",)),
        ),
        inputs=(InputSpec("input_1", (4,)),),
        outputs=("x3",),
        objectives=(
            ObjectiveSpec(
                MeasureSpec(text, "keras.losses.BinaryCrossentropy", ((text, text),)),
                (MeasureSpec(text, None),),
                TargetSpec(encoding=text),
            ),
        ),
        optimizer=Made("keras.optimizers.Adam", (("learning_rate", text),)),
        assumed=(f"{text} = 6",),
    )


def shape_of(tree: ast.AST) -> str:
    """A tree with its strings left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def written(text: str) -> str:
    trial = ModelTrial(("constant_output",), model(text), model(text), 0, 2, 2)
    made = proof(trial, "constant_output", 0).text
    return saved(made, f"KER101 a-rule: {text}", f"confirmed: {text}")


PLAIN = shape_of(ast.parse(written("plain")))


@pytest.mark.parametrize("text", ESCAPES)
def test_a_string_stays_a_string(text):
    found = written(text)
    found.encode("utf-8")
    assert shape_of(ast.parse(found)) == PLAIN


@settings(max_examples=50)
@given(st.text(st.characters(), max_size=40))
def test_any_string_stays_a_string(text):
    tree = ast.parse(written(text).encode("utf-8"))
    strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    assert text in strings
    docstring = ast.get_docstring(tree, clean=False) or ""
    assert docstring.startswith(f"KER101 a-rule: {text}\n\nconfirmed: {text}\n\n")
    assert shape_of(tree) == PLAIN


@settings(max_examples=50)
@given(st.text(max_size=20), st.text(max_size=20))
def test_the_parts_of_a_call_stay_strings(callee, name):
    trial = CallTrial(("existence",), callee, name, name, callee)
    plain = replace(trial, callee="a", keyword="b", renamed="b", value="a")
    texts = [proof(each, "existence", 0).text for each in (trial, plain)]
    if name and callee:
        assert shape_of(ast.parse(texts[0])) == shape_of(ast.parse(texts[1]))


@pytest.mark.parametrize("text", ESCAPES)
def test_a_text_is_never_the_name_of_an_argument(text):
    for spec in (
        replace(model("x"), layers=(LayerSpec(1, "keras.layers.Dense", ((text, 1),)),)),
        replace(model("x"), optimizer=Made("keras.optimizers.Adam", ((text, 1),))),
        replace(model("x"), calls=(LayerCall(1, ("input_1",), ("x3",), ((text, 1),)),)),
    ):
        with pytest.raises((ValueError, KeyError)):
            function("as_written", "A model.", spec, Claimed())


# -- what is not written by the generator is not run ----------------------------------------------

FORBIDDEN = [
    "def f():\n    return __import__('os')\n",
    "def f():\n    return keras.utils.get_file('a', 'http://x')\n",
    "def f():\n    return keras.src.backend\n",
    "def f():\n    return keras.layers.Dense.__init__\n",
    "def f():\n    return keras.saving.load_model('a')\n",
    "def f():\n    return keras.layers.Lambda(lambda x: x)\n",
    "def f():\n    import os\n    return os\n",
    "import os\n",
    "def f(x=print()):\n    return x\n",
    "@keras.Input\ndef f():\n    return 1\n",
    "def f():\n    keras.Input((3,))\n",
    "def f():\n    keras = 3\n    return keras\n",
    "def f():\n    ModelUnderTest = 3\n    return ModelUnderTest\n",
    "def f():\n    x = keras.Input((3,))\n    return x.shape\n",
    "def f():\n    return [x for x in (1, 2)]\n",
    "def f():\n    return f'{1}'\n",
    "def f():\n    return keras.Model(**{'a': 1})\n",
    "def f():\n    return keras.Model(*[1])\n",
    "def f():\n    return unknown\n",
    "def f():\n    for x in [1]:\n        pass\n",
    "print(1)\n",
]


@pytest.mark.tensorflow
@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_a_model_may_not_contain(text):
    from kerlint.execute import allowed

    with pytest.raises((allowed.Forbidden, allowed.Refused)):
        allowed.check(text)


@pytest.mark.tensorflow
def test_what_a_model_may_contain():
    from kerlint.execute import allowed

    allowed.check(function("as_written", "A model.", model("anything"), Claimed(0, 2, 2)))


# -- whole programs -------------------------------------------------------------------------------

PROGRAM = """\
import keras
from keras import layers, regularizers
evil = {text}
model = keras.Sequential(name=evil)
model.add(keras.Input((4,), name=evil))
model.add(layers.Dense({arguments}, name=evil))
model.add(layers.Dense(1, activation="softmax", name=evil))
model.compile(loss={loss}, optimizer={optimizer}, metrics=[evil])
"""
WAYS = {
    "activation": ("8, activation=evil", '"mse"', '"adam"'),
    "a name in a dictionary": ("8, **{evil: 1}", '"mse"', '"adam"'),
    "a name of a regularizer": (
        "8, kernel_regularizer=regularizers.L2(**{evil: 1})",
        '"mse"',
        '"adam"',
    ),
    "loss": ('8, activation="relu"', "evil", '"adam"'),
    "optimizer": ('8, activation="relu"', '"mse"', "evil"),
    "an argument of the loss": (
        '8, activation="relu"',
        "keras.losses.MeanSquaredError(reduction=evil)",
        '"adam"',
    ),
    "an unknown size": ("unknown[TEXT]", '"mse"', '"adam"'),
}


# All but this one start TensorFlow again, for the proof that they save.
OFTEN = "an argument of the loss"


@pytest.mark.parametrize(
    "way",
    [pytest.param(way, marks=[] if way == OFTEN else pytest.mark.slow) for way in WAYS],
)
def test_programs(tmp_path: Path, prover: Prover, way: str, monkeypatch: pytest.MonkeyPatch):
    arguments, loss, optimizer = WAYS[way]
    monkeypatch.chdir(tmp_path)
    for number, text in enumerate(ESCAPES[:6]):
        program = PROGRAM.format(
            text=ascii(text),
            arguments=arguments.replace("TEXT", ascii(text)),
            loss=loss,
            optimizer=optimizer,
        )
        (tmp_path / f"{number} '; import os; #.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(prover, "_proofs", str(tmp_path / "proofs"))
    settings_for = resolver(engine.from_keywords({"select": ["KER101"]}), isolated=True)
    run = engine.lint_paths([str(tmp_path)], settings_for, jobs=1, use_cache=False, prover=prover)
    assert sum(len(outcome.diagnostics) for outcome in run.outcomes) == 6
    assert not (tmp_path / "smuggled").exists()
    proofs = sorted((tmp_path / "proofs").glob("*.py"))
    # Where the whole model is refused its end is tried, as long as its loss can be made.
    assert bool(proofs) == (way != "an argument of the loss")
    for path in proofs[:1]:
        subprocess.run([sys.executable, "-I", str(path)], check=True, cwd=tmp_path)
    for path in proofs:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [n for n in ast.walk(tree) if ast.dump(n) == ast.dump(CALLS)]
    assert not (tmp_path / "smuggled").exists()
