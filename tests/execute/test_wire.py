"""What travels between kerlint and its worker: typed, the same after the journey, or refused."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planting import planted_job

from kerlint.execute import spec
from kerlint.execute.spec import (
    Answer,
    CallTrial,
    InputSpec,
    LayerCall,
    LayerSpec,
    Made,
    ModelSpec,
    ModelTrial,
    Named,
    ObjectiveSpec,
    OtherLayer,
    Ready,
    Request,
    Several,
    StandInCall,
    Tensors,
)
from kerlint.execute.wire import Malformed, decode, encode
from kerlint.program import claims

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=9),
)
NAMES = st.text(max_size=9)
ARGUMENTS = st.recursive(
    st.one_of(PLAIN, st.builds(Named, NAMES), st.builds(OtherLayer, st.integers(0, 9))),
    lambda inner: st.one_of(
        st.builds(Several, st.lists(inner, max_size=3).map(tuple), st.booleans()),
        st.builds(Made, NAMES, st.lists(st.tuples(NAMES, inner), max_size=2).map(tuple)),
    ),
    max_leaves=6,
)
LAYERS = st.builds(
    LayerSpec,
    st.integers(0, 9),
    NAMES,
    st.lists(st.tuples(NAMES, ARGUMENTS), max_size=3).map(tuple),
    st.none() | st.integers(0, 9),
)


@given(st.lists(LAYERS, max_size=3).map(tuple), st.floats(0, 100))
def test_a_request_arrives_as_it_was_sent(layers, seconds):
    model = ModelSpec(
        layers,
        (
            LayerCall(1, ("a",), ("b",), (("y", Tensors(("b",), listed=True)), ("z", 1))),
            StandInCall(2, "b", (3, 4), "c"),
        ),
        (InputSpec("a", (3,), 10),),
        ("c",),
        (ObjectiveSpec(),),
    )
    sent = Request(ModelTrial(("overfit",), model, None, 0, 1), seconds)
    assert decode(encode(sent), Request) == sent


@given(NAMES, PLAIN)
def test_a_call_arrives_as_it_was_sent(callee, value):
    sent = CallTrial(("existence",), callee, "a", None, value)
    found = decode(encode(sent), ModelTrial, CallTrial)
    assert found == sent
    assert type(found.value) is type(value)


def test_a_whole_number_stays_one():
    for value in (1, 1.0, True):
        found = decode(encode(CallTrial((), "c", value=value)), CallTrial).value
        assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"is": "Answer"}',
        '{"is": "Ready", "trouble": "", "more": 1}',
        '{"is": "Ready", "trouble": 1}',
        '{"is": "Ready", "trouble": null}',
        '{"is": "Request", "trouble": ""}',
        '{"verdict": "confirmed", "evidence": "e"}',
    ],
)
def test_what_does_not_fit_is_refused(text):
    with pytest.raises(Malformed):
        decode(text, Ready, Answer)


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)))
def test_any_other_json_is_refused(data):
    with pytest.raises(Malformed):
        decode(json.dumps(data), Request, Answer, Ready)


def test_what_travels_has_types():
    """No ``Any``, no ``object``, no dictionary in any field."""
    for kind in vars(spec).values():
        if dataclasses.is_dataclass(kind):
            assert kind.__dataclass_params__.frozen
            assert hasattr(kind, "__slots__")
            words = {word for f in dataclasses.fields(kind) for word in re.findall(r"\w+", f.type)}
            assert not words & {"Any", "object", "dict", "list", "Mapping"}


def test_the_trial_of_a_job():
    text = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((6,)), layers.Dense(4), layers.Dense(1)])
model.compile(loss="mse", optimizer="adam")
"""
    job = planted_job(text, claims.SUPERPOSITION, 0, None, last=1)
    trial = job.trial
    assert isinstance(trial, ModelTrial)
    first, last = trial.baseline.layers
    assert (trial.layer, trial.last) == (first.id, last.id)
    assert trial.repaired is None
    job = planted_job(text, claims.LOSS_SIGN, None, None, targets=(0.0, 255.0))
    trial = job.trial
    assert isinstance(trial, ModelTrial)
    assert (trial.lowest, trial.highest) == (0.0, 255.0)


def test_a_claim_that_an_experiment_cannot_take_is_an_error():
    text = "import keras\nmodel = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4)])\n"
    with pytest.raises(TypeError, match="gradient symmetry cannot test a ModelClaim"):
        planted_job(text, claims.GRADIENT_SYMMETRY, None, None)
