"""What a finding claims of a program, and the experiments that can test it: plain data, no Keras.

A rule names its experiments by these objects and makes one of these claims. The experiment itself
is the file of the same name in ``execute/experiments/``, which runs in another process.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from kerlint.keras_api import LATEST
from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelClaim:
    """Something about one output of a model.

    ``model`` is an index into the program (None for a layer of no model that was read), ``output``
    the place of the output in the model, ``compiled`` the index of the compile call.
    """

    model: int | None
    output: int = 0
    compiled: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerClaim(ModelClaim):
    """Something about one layer of a model."""

    layer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainClaim(LayerClaim):
    """Something about everything from one layer to another, ``last``."""

    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeClaim(ModelClaim):
    """Something about an output whose targets lie between two numbers."""

    lowest: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRangeClaim(ModelClaim):
    """Something about a model whose inputs are spread between two numbers."""

    lowest: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallModeClaim(ModelClaim):
    """That a training loop calls the model without ``training=True``."""


LabelError: TypeAlias = Literal["shape", "range"]
"""What Keras complains about: the shape of the labels, or a class number without an output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBatchClaim(ModelClaim):
    """That Keras raises an error about the labels on the first batch."""

    raises: LabelError


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationClaim(ModelClaim):
    """That a loss or metric of the program gets labels with an axis less than the predictions."""

    role: Role


Role: TypeAlias = Literal["loss", "metric"]
"""What is given labels and predictions: a subclass of ``Loss``, or a metric that is a function."""

Setting: TypeAlias = Literal["", "sequential", "functional", "as written"]
"""How a call has to be tried: on a kind of model, or with its arguments placed as in the code."""


@dataclass(frozen=True, slots=True)
class ExistenceClaim:
    """That Keras does not take a call: the one claim that is tried on the call as it is written.

    ``callee`` is canonical (``keras.optimizers.Adam``, ``keras.Model.fit``, or a path that is
    gone), ``keyword`` the argument in question (None: the callee itself), ``renamed`` what replaces
    it today. ``ignored``: the argument is taken, and does nothing. ``refused``: it is taken,
    but not with this value. ``numpy``: the value is of an integer type of NumPy. ``setting``: how
    it has to be tried, where it works otherwise. ``release``: the Keras that the call reaches.
    """

    callee: str
    keyword: str | None = None
    renamed: str | None = None
    value: Value = None
    ignored: bool = False
    refused: bool = False
    numpy: bool = False
    setting: Setting = ""
    release: str = LATEST


Claim: TypeAlias = ModelClaim | ExistenceClaim
"""Any claim; those about models have types of their own for what they are about."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment by the name of its file, and the type of the claims that it can test.

    ``backend``: that on which Keras does what is measured; empty for any. ``of_head``: what comes
    before the last layer with a kernel does not matter. ``else_head``: that end shows it as well,
    where the whole model cannot be built. ``of_layer``: the layer of the claim is all that matters.
    ``weighs_samples``: samples with a weight of 0 would not show what is measured. ``alone``: the
    two models differ in nothing but the repair of the finding, because other repairs would change
    what is measured.
    """

    name: str
    takes: type[ModelClaim] | type[ExistenceClaim]
    backend: str = ""
    of_head: bool = False
    else_head: bool = False
    of_layer: bool = False
    weighs_samples: bool = False
    alone: bool = False

    def __str__(self) -> str:
        return self.name.replace("_", " ")


BIAS_BEFORE_NORM = Experiment("bias_before_norm", LayerClaim)
CALL_MODE = Experiment("call_mode", CallModeClaim)
CHANNEL_STATISTICS = Experiment("channel_statistics", LayerClaim)
CLASS_IN_THE_MIDDLE = Experiment("class_in_the_middle", ModelClaim, of_head=True)
CONFIDENT_GRADIENT = Experiment("confident_gradient", ModelClaim, of_head=True)
CONSTANT_OUTPUT = Experiment("constant_output", ModelClaim, of_head=True)
EXISTENCE = Experiment("existence", ExistenceClaim)
FAINT_GRADIENT = Experiment("faint_gradient", LayerClaim)
FIRST_BATCH = Experiment("first_batch", FirstBatchClaim, of_head=True)
GRADIENT_DEPTH = Experiment("gradient_depth", ModelClaim)
GRADIENT_SYMMETRY = Experiment("gradient_symmetry", LayerClaim)
INPUT_SCALE = Experiment("input_scale", InputRangeClaim, alone=True)
LABELS_CUT = Experiment("labels_cut", ModelClaim, of_head=True, weighs_samples=True)
LOSS_AT_START = Experiment("loss_at_start", ModelClaim, of_head=True)
LOSS_CONSISTENCY = Experiment("loss_consistency", ModelClaim, backend="tensorflow", of_head=True)
LOSS_SIGN = Experiment("loss_sign", ModelClaim, of_head=True, weighs_samples=True)
METRIC_INSENSITIVITY = Experiment("metric_insensitivity", ModelClaim, of_head=True)
OPTIMIZER_STEPS = Experiment("optimizer_steps", ModelClaim)
OUTPUT_RANGE = Experiment("output_range", ModelClaim, of_head=True)
OUTPUT_SHAPE = Experiment("output_shape", ModelClaim)
OVERFIT = Experiment("overfit", ModelClaim, of_head=True)
REGULARIZATION_SHARE = Experiment("regularization_share", ModelClaim)
RIGHT_ANSWERS = Experiment("right_answers", ModelClaim, of_head=True)
SAME_MODEL = Experiment("same_model", ModelClaim)
SINGLE_SAMPLE = Experiment("single_sample", LayerClaim)
SUPERPOSITION = Experiment("superposition", ChainClaim)
TRAIN_EVAL_MODE = Experiment("train_eval_mode", ModelClaim)
TRAINING_TRIAL = Experiment("training_trial", ModelClaim, of_head=True)
UNREAD_PIXELS = Experiment("unread_pixels", LayerClaim, of_layer=True)
UPDATE_RATIO = Experiment("update_ratio", ModelClaim, else_head=True)
ZERO_GRADIENT = Experiment("zero_gradient", ModelClaim, of_head=True)

EXPERIMENTS = {each.name: each for each in list(globals().values()) if isinstance(each, Experiment)}
