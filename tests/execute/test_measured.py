"""What experiments keep to be drawn: what they measured, and only if a report wants it."""

from __future__ import annotations

import math

import pytest
from planting import planted_job

from kerlint.execute.prove import Prover
from kerlint.execute.spec import Answer, Request
from kerlint.execute.wire import decode, encode
from kerlint.measured import MOST_UNITS, NO_GRADIENT, Measured
from kerlint.program import claims
from kerlint.program.changes import SetArg

pytestmark = pytest.mark.tensorflow

MODEL = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,))])
{layers}
model.compile(loss="{loss}", optimizer={optimizer})
"""


def model(*layers: str, loss: str = "mse", optimizer: str = '"adam"') -> str:
    added = "\n".join(f"model.add(layers.{layer})" for layer in layers)
    return MODEL.format(layers=added, loss=loss, optimizer=optimizer)


@pytest.fixture
def measured(prover):
    """What is measured for a claim about a model that the test makes up."""

    def run(text: str, *args: object, **kwargs: object) -> tuple[Answer, Measured]:
        job = planted_job(text, *args, **kwargs)
        answer = prover.worker.ask(Request(job.trial, 60.0, measure=True))
        assert answer.measured is not None, answer.evidence
        return answer, answer.measured

    return run


ZEROS = model('Dense(8, activation="relu", kernel_initializer="zeros")', "Dense(1)")


def random_kernel(layers):
    return [SetArg(layers[0].id, "kernel_initializer", "glorot_uniform")]


def test_units_and_their_gradients(measured):
    answer, found = measured(ZEROS, claims.GRADIENT_SYMMETRY, 0, random_kernel)
    assert answer.word == "confirmed"
    assert found.experiment == "gradient_symmetry"
    assert not found.part
    first, last = found.written.units
    assert (first.layer, first.units, first.distinct, first.without) == ("dense", 8, 0, 8)
    assert first.classes == (NO_GRADIENT,) * 8
    assert last.classes == (0,)
    first, _ = found.repaired.units
    assert first.distinct + first.without == 8
    # The evidence has the same numbers.
    assert (
        f"{first.distinct} of 8 units of dense receive a gradient of their own" in answer.evidence
    )
    assert f"in {found.written.units[0].steps} steps" in answer.evidence
    # The training that shows what the defect costs.
    for curve in (found.written.losses, found.repaired.losses):
        assert curve.loss == "mean_squared_error"
        assert curve.trained == 300
        assert len(curve.steps) == len(curve.losses) <= 60
        assert (curve.steps[0], curve.steps[-1]) == (0, 299)
    assert found.repaired.losses.losses[-1] < found.written.losses.losses[-1]
    assert found.written.outputs is None


def test_units_that_receive_the_same(measured):
    text = model('Dense(6, kernel_initializer="ones")', 'Dense(1, kernel_initializer="ones")')
    answer, found = measured(text, claims.GRADIENT_SYMMETRY, 0)
    assert "all 6 units of dense receive the same gradient" in answer.evidence
    assert found.written.units[0].classes == (0,) * 6
    assert found.written.units[0].distinct == 1
    assert found.repaired is None


def test_wide_layers_stay_small(measured):
    text = model("Dense(600)", "Dense(1)")
    _, found = measured(text, claims.GRADIENT_SYMMETRY, 0)
    [wide, _] = found.written.units
    assert (wide.units, wide.distinct) == (600, 600)
    assert len(wide.classes) == MOST_UNITS
    assert len(encode(found)) < 5_000


def test_recurrent_layers_count_units_and_not_gates(measured):
    text = MODEL.replace("(4,)", "(5, 4)").format(
        layers="model.add(layers.Bidirectional(layers.LSTM(3)))\nmodel.add(layers.Dense(1))",
        loss="mse",
        optimizer='"adam"',
    )
    _, found = measured(text, claims.GRADIENT_SYMMETRY, 1)
    assert [(each.units, each.distinct) for each in found.written.units] == [(3, 3), (3, 3), (1, 1)]


def test_the_end_of_a_model_is_told_to_be_a_part(measured):
    """Where the model is dear, and its end is enough to decide."""
    layers = ("Conv2D(4, 3)", "Flatten()", "Dense(1)")
    _, found = measured(model(*layers).replace("(4,)", "(9, 9, 1)"), claims.ZERO_GRADIENT, None)
    assert found.part
    assert [each.kind for each in found.written.layers] == ["InputLayer", "Dense"]


def test_outputs_have_the_same_bins(measured):
    def linear(layers):
        return [SetArg(layers[-1].id, "activation", "linear")]

    answer, found = measured(
        model('Dense(3, activation="relu")', 'Dense(1, activation="softmax")'),
        claims.CONSTANT_OUTPUT,
        None,
        linear,
    )
    assert answer.word == "confirmed"
    written, repaired = found.written.outputs, found.repaired.outputs
    assert (written.lowest, written.highest) == (repaired.lowest, repaired.highest)
    assert sum(written.counts) == sum(repaired.counts) == 256
    assert sum(map(bool, written.counts)) == 1
    assert sum(map(bool, repaired.counts)) > 5
    assert written.least == pytest.approx(1.0)
    assert all(each.without == each.units for each in found.written.units)
    assert all(each.without < each.units for each in found.repaired.units)


def test_outputs_that_are_far_apart_have_bins_of_their_own(measured):
    def linear(layers):
        return [SetArg(layers[-1].id, "activation", "linear")]

    text = model('Dense(1, activation="softmax", kernel_initializer="small")').replace(
        '"small"', "keras.initializers.RandomNormal(0, 1e-3)"
    )
    _, found = measured(text, claims.CONSTANT_OUTPUT, None, linear)
    written, repaired = found.written.outputs, found.repaired.outputs
    assert (written.lowest, written.highest) == pytest.approx((0.5, 1.5))
    assert (repaired.lowest, repaired.highest) == (repaired.least, repaired.greatest)
    assert sum(map(bool, repaired.counts)) > 8


def test_layers_and_parameters(measured):
    _, found = measured(ZEROS, claims.GRADIENT_SYMMETRY, 0)
    assert [(e.kind, e.shapes, e.parameters) for e in found.written.layers] == [
        ("InputLayer", ((None, 4),), 0),
        ("Dense", ((None, 8),), 40),
        ("Dense", ((None, 1),), 9),
    ]
    assert found.written.parameters == 49


def test_a_loss_that_is_no_number_ends_the_curve(measured):
    text = model("Dense(3)", optimizer="keras.optimizers.Adam(beta_1=1.0)")
    answer, found = measured(text, claims.OPTIMIZER_STEPS, None)
    assert "not a number" in answer.evidence
    losses = found.written.losses.losses
    assert math.isnan(losses[-1])
    assert all(map(math.isfinite, losses[:-1]))
    assert decode(encode(found), Measured).written.losses.steps == found.written.losses.steps


def test_the_length_of_gradients_by_layer(measured):
    layers = ['Dense(8, activation="sigmoid")'] * 10
    answer, found = measured(model(*layers, "Dense(1)"), claims.GRADIENT_DEPTH, None)
    lengths = [each.length for each in found.written.lengths]
    assert len(lengths) == 11
    assert lengths[0] < 1e-4 * lengths[-1]
    assert found.written.units == ()
    assert "all but vanishes" in answer.evidence


def test_labels_that_are_repaired_are_the_repaired_model(measured):
    text = model('Dense(1, activation="sigmoid")', loss="binary_crossentropy")
    answer, found = measured(text, claims.LOSS_SIGN, None, targets=(1.0, 2.0))
    assert "below 0" in answer.evidence
    assert min(found.written.losses.losses) < 0 < min(found.repaired.losses.losses)


def test_what_is_assumed_is_told(measured):
    _, found = measured(model("Dense(3)").replace("(4,)", "(width,)"), claims.OVERFIT, None)
    assert found.written.assumed == ("width = 6",)


def test_nothing_is_kept_unless_it_is_wanted(prover):
    job = planted_job(ZEROS, claims.GRADIENT_SYMMETRY, 0, random_kernel)
    plain = prover.worker.ask(Request(job.trial, 60.0))
    assert plain.measured is None
    wanted = prover.worker.ask(Request(job.trial, 60.0, measure=True))
    assert (wanted.word, wanted.evidence) == (plain.word, plain.evidence)


def test_kept_verdicts_serve_both_kinds_of_runs(tmp_path, monkeypatch):
    """A verdict without measurements does not serve a report that draws them."""
    asked = []

    def answer(self, request):
        asked.append(request.measure)
        found = Measured("overfit", None, None) if request.measure else None
        return Answer("refuted", "not so", "overfit", 0, measured=found)

    monkeypatch.setattr("kerlint.execute.process.Worker.ask", answer)
    job = planted_job(ZEROS, claims.GRADIENT_SYMMETRY, 0)

    def measured_in_a_run(measure: bool) -> bool:
        with Prover(folder=str(tmp_path), measure=measure) as prover:
            return prover.verdict(job).measured is not None

    assert [measured_in_a_run(measure) for measure in (False, False, True, True, False)] == [
        *(False, False, True, True, False)
    ]
    assert asked == [False, True]


def test_a_verdict_stands_if_drawing_fails(monkeypatch):
    from kerlint.execute import measuring, worker

    def fail(*args):
        raise RuntimeError("no picture")

    monkeypatch.setattr(measuring, "measured", fail)
    job = planted_job(ZEROS, claims.GRADIENT_SYMMETRY, 0)
    answer = worker.attempt(job.trial, 60.0, measure=True)
    assert answer.level == 0
    assert answer.measured is None


def test_the_steps_of_the_program_s_own_optimizer(measured):
    text = model("Dense(3)", optimizer="keras.optimizers.SGD(-0.1)")
    _, found = measured(text, claims.OPTIMIZER_STEPS, None)
    curve = found.written.losses
    assert curve.trained == 21
    assert curve.losses[-1] > curve.losses[0]
