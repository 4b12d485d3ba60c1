"""Facts about training that seven experiments measure: each is asked of the installed Keras."""

from __future__ import annotations

import pytest
from planting import planted_job

from kerlint.execute.jobs import Job
from kerlint.execute.spec import Made, ModelTrial
from kerlint.program import claims
from kerlint.program.changes import DropArg, InsertAfter, Remove, SetArg, SetOptimizer
from kerlint.program.values import NOWHERE, Fact, Object

HEAD = "import keras\nfrom keras import layers, regularizers\n"
CLASSES = '"sparse_categorical_crossentropy"'


def stack(*layers: str, shape: str = "(6,)", loss: str = '"mse"', optimizer: str = '"adam"') -> str:
    added = "".join(f"model.add(layers.{layer})\n" for layer in layers)
    return (
        f"{HEAD}model = keras.Sequential([keras.Input({shape})])\n{added}"
        f"model.compile(loss={loss}, optimizer={optimizer})\n"
    )


def graph(*lines: str, shape: str = "(6,)", loss: str = '"mse"') -> str:
    return "\n".join(
        [
            f"{HEAD}given = x = keras.Input({shape})",
            *lines,
            "model = keras.Model(given, x)",
            f'model.compile(loss={loss}, optimizer="adam")\n',
        ]
    )


# -- bias before BatchNorm ------------------------------------------------------------------------

NORM = "BatchNormalization()"

CALLED_IN_INFERENCE = f"""{HEAD}
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(8)
        self.norm = layers.BatchNormalization()
        self.last = layers.Dense(1)

    def call(self, x):
        return self.last(self.norm(self.first(x), training=False))


model = Own()
model.build((None, 4))
model.compile(loss="mse", optimizer="sgd")
"""


def no_bias(layers):
    return [SetArg(layers[0].id, "use_bias", False)]


@pytest.mark.parametrize(
    "text",
    [
        stack("Dense(16)", NORM, "ReLU()", "Dense(3)"),
        stack("Conv2D(8, 3)", NORM, "ReLU()", "Flatten()", "Dense(3)", shape="(16, 16, 3)"),
        # The kernel's own gradient is small here: rounding leaves .001 of it.
        stack(
            "Conv2D(8, 3)",
            NORM,
            "ReLU()",
            "GlobalAveragePooling2D()",
            "Dense(3)",
            shape="(28, 28, 1)",
        ),
        stack("Conv2D(8, 3)", "MaxPooling2D()", NORM, "Flatten()", "Dense(3)", shape="(16, 16, 3)"),
        stack("Dense(16)", NORM, "Dropout(0.5)", "Dense(3)"),
        # A functional model passes its own ``training`` on.
        graph(
            "x = layers.Dense(8)(x)",
            "x = layers.BatchNormalization()(x, training=False)",
            "x = layers.Dense(1)(x)",
        ),
    ],
    ids=["dense", "conv", "averaged", "pooled", "dropout behind", "functional training=False"],
)
def test_a_bias_before_batchnorm_does_nothing(planted, text):
    verdict = planted(text, claims.BIAS_BEFORE_NORM, 0, no_bias)
    assert verdict.word == "confirmed", verdict.evidence
    assert "has no bias" in verdict.evidence


@pytest.mark.parametrize(
    "text",
    [
        stack("Dense(16)", "ReLU()", NORM, "Dense(3)"),
        stack('Dense(16, activation="relu")', NORM, "Dense(3)"),
        stack("Dense(16)", "BatchNormalization(trainable=False)", "ReLU()", "Dense(3)"),
        CALLED_IN_INFERENCE,
        stack("Dense(16)", "LayerNormalization()", "ReLU()", "Dense(3)"),
        stack("Dense(16)", "Dropout(0.5)", NORM, "Dense(3)"),
        graph(
            "shared = layers.Dense(6)",
            "x = layers.add([layers.BatchNormalization()(shared(x)), shared(x)])",
            "x = layers.Dense(3)(x)",
        ),
        graph(
            "x = layers.Dense(6)(x)",
            "x = layers.add([layers.BatchNormalization()(x), x])",
            "x = layers.Dense(3)(x)",
        ),
    ],
    ids=[
        "relu",
        "activation",
        "frozen",
        "inference",
        "LayerNorm",
        "dropout",
        "shared",
        "two paths",
    ],
)
def test_a_bias_that_batchnorm_does_not_cancel_is_useful(planted, text):
    verdict = planted(text, claims.BIAS_BEFORE_NORM, 0, no_bias)
    assert verdict.word == "refuted", verdict.evidence


def test_where_nothing_is_learned_a_bias_proves_nothing(planted):
    text = stack("Dense(8)", 'BatchNormalization(gamma_initializer="zeros")', "ReLU()", "Dense(1)")
    verdict = planted(text, claims.BIAS_BEFORE_NORM, 0, no_bias)
    assert verdict.word == "unproven"
    assert "receives a gradient" in verdict.evidence


# -- train/eval mode ------------------------------------------------------------------------------


def without(place):
    return lambda layers: [Remove(layers[place].id)]


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        (('Dense(9, "relu")', 'Dense(3, activation="softmax")', "Dropout(0.5)"), CLASSES),
        (('Dense(9, "relu")', "Dense(1)", "Dropout(0.5)"), '"mse"'),
        (('Dense(9, "relu")', "Dense(1)", "Dropout(0.1)"), '"mse"'),
        (("Dense(9)", NORM, "Dense(1)", "Dropout(0.5)"), '"mse"'),
    ],
    ids=["softmax", "number", "small rate", "other differences"],
)
def test_dropout_behind_the_output_layer_takes_predictions_away(planted, layers, loss):
    place = len(layers) - 1
    verdict = planted(stack(*layers, loss=loss), claims.TRAIN_EVAL_MODE, place, without(place))
    assert verdict.word == "confirmed", verdict.evidence
    assert "repaired: 0% of the outputs are 0 in training only" in verdict.evidence


@pytest.mark.parametrize(
    "layers",
    [
        ('Dense(9, "relu")', "Dropout(0.5)", 'Dense(3, activation="softmax")'),
        # Probabilities of dropped logits are probabilities.
        ("Dense(3)", "Dropout(0.5)", "Softmax()"),
        # Monte Carlo dropout lies inside.
        ("Dense(9)", "Dropout(0.5)", 'Dense(9, "relu")', 'Dense(3, activation="softmax")'),
    ],
    ids=["hidden", "logits", "ensemble"],
)
def test_dropout_elsewhere_takes_no_prediction_away(planted, layers):
    verdict = planted(stack(*layers, loss=CLASSES), claims.TRAIN_EVAL_MODE, 1, without(1))
    assert verdict.word == "refuted", verdict.evidence


def test_dropped_logits_under_from_logits_may_be_meant(planted):
    loss = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
    verdict = planted(
        stack("Dense(3)", "Dropout(0.5)", loss=loss), claims.TRAIN_EVAL_MODE, 1, without(1)
    )
    assert verdict.word == "unproven"
    assert "they are logits" in verdict.evidence


@pytest.mark.parametrize(
    ("dropout", "word"),
    [
        ("Dropout(0.5)", "confirmed"),
        ("Dropout(0.2)", "confirmed"),
        ("Dropout(0.1)", "refuted"),
        ("Dropout(0.05)", "refuted"),
    ],
)
def test_dropout_before_batchnorm_shifts_the_variance(planted, dropout, word):
    text = stack('Dense(16, "relu")', dropout, NORM, "Dense(3)")
    verdict = planted(text, claims.TRAIN_EVAL_MODE, 1, without(1))
    assert verdict.word == word, verdict.evidence


@pytest.mark.parametrize(("rate", "word"), [(0.5, "confirmed"), (0.1, "refuted")])
def test_spatial_dropout_shifts_it_as_much(planted, rate, word):
    text = stack(
        'Conv2D(8, 3, activation="relu")',
        f"SpatialDropout2D({rate})",
        NORM,
        "Flatten()",
        "Dense(3)",
        shape="(12, 12, 3)",
    )
    verdict = planted(text, claims.TRAIN_EVAL_MODE, 1, without(1))
    assert verdict.word == word, verdict.evidence


def test_dropout_moved_behind_batchnorm_is_a_repair(planted):
    def swapped(layers):
        dropout = InsertAfter(layers[2].id, "keras.layers.Dropout", {"rate": 0.5})
        return [Remove(layers[1].id), dropout]

    text = stack('Dense(16, "relu")', "Dropout(0.5)", NORM, "Dense(3)")
    verdict = planted(text, claims.TRAIN_EVAL_MODE, 1, swapped)
    assert verdict.word == "confirmed", verdict.evidence


def called(*layers: str) -> Job:
    return planted_job(stack(*layers), claims.CALL_MODE)


def test_a_call_without_training_leaves_dropout_off(prover):
    verdict = prover.verdict(called("Dense(16)", NORM, "Dropout(0.5)", "Dense(3)"))
    assert verdict.word == "confirmed", verdict.evidence
    assert "differ by 0 of the outputs' spread and 0 of 2 averages move" in verdict.evidence
    assert "2 of 2 averages move" in verdict.evidence
    for layers in (("Dense(16)",), ("Dense(16)", "BatchNormalization(trainable=False)")):
        verdict = prover.verdict(called(*layers, "Dense(3)"))
        assert verdict.word == "refuted", verdict.evidence


# -- update ratio ---------------------------------------------------------------------------------

CLASSIFIER = ('Dense(32, "relu")', 'Dense(32, "relu")', 'Dense(3, activation="softmax")')


def optimizer(name="Adam", **args):
    facts = {key: Fact(value, NOWHERE) for key, value in args.items()}
    return lambda layers: [SetOptimizer(0, Object(f"keras.optimizers.{name}", facts, NOWHERE))]


def rated(made: str) -> str:
    return stack(*CLASSIFIER, loss=CLASSES, optimizer=made)


@pytest.mark.parametrize(
    ("made", "repair"),
    [
        ("keras.optimizers.Adam(1.0)", optimizer()),
        ("keras.optimizers.Adam(learning_rate=1)", optimizer("Adam", learning_rate=1e-3)),
        ("keras.optimizers.legacy.Adam(lr=1.0, decay=1e-6)", optimizer()),
        ("keras.optimizers.Adam(1e-6)", optimizer()),
        ("keras.optimizers.SGD(10.0)", optimizer("SGD", learning_rate=0.01)),
        ("keras.optimizers.RMSprop(0.1)", optimizer("RMSprop")),
        ('"adadelta"', optimizer("Adadelta", learning_rate=1.0)),
        (
            "keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(1.0, 100, 0.9))",
            optimizer(),
        ),
    ],
    ids=["Adam", "whole", "legacy", "tiny", "SGD", "RMSprop", "Adadelta", "schedule"],
)
def test_a_step_may_be_too_long_or_too_short(planted, made, repair):
    verdict = planted(rated(made), claims.UPDATE_RATIO, None, repair)
    assert verdict.word == "confirmed", verdict.evidence


WARM_UP = (
    "keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.0, 1000, "
    "warmup_target=1e-3, warmup_steps=1000))"
)


@pytest.mark.parametrize(
    "made",
    [
        '"adam"',
        "keras.optimizers.Adam(0.01)",
        "keras.optimizers.SGD(0.1)",
        "keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True)",
        "keras.optimizers.Adadelta(1.0)",
        '"adagrad"',
        WARM_UP,
    ],
)
def test_a_step_of_a_usual_length_is_refuted(planted, made):
    verdict = planted(rated(made), claims.UPDATE_RATIO, None, optimizer())
    assert verdict.word == "refuted", verdict.evidence


def test_a_small_model_takes_a_high_rate(planted):
    text = stack("Dense(1)", optimizer="keras.optimizers.Adam(0.01)")
    verdict = planted(text, claims.UPDATE_RATIO, None, optimizer())
    assert verdict.word == "refuted", verdict.evidence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (rated("keras.optimizers.Adam(0.1)"), "0.45 of their length"),
        (rated("mine"), "the optimizer is not known"),
        (rated('"ftrl"'), "Ftrl"),
        (
            stack("Dense(8)", 'Dense(1, kernel_initializer="zeros")'),
            "receives a gradient",
        ),
    ],
    ids=["between", "unknown", "Ftrl", "zero head"],
)
def test_what_a_step_cannot_tell(planted, text, reason):
    verdict = planted(text, claims.UPDATE_RATIO, None, optimizer())
    assert verdict.word == "unproven", verdict.evidence
    assert reason in verdict.evidence


def test_a_description_has_the_optimizer_of_its_compile_call():
    def described(made: str) -> object:
        trial = planted_job(
            rated(made), claims.UPDATE_RATIO, None, optimizer("SGD", learning_rate=0.5)
        ).trial
        assert isinstance(trial, ModelTrial)
        assert trial.repaired is not None
        rate = (("learning_rate", 0.5),)
        assert trial.repaired.optimizer == Made("keras.optimizers.SGD", rate)
        return trial.baseline.optimizer

    assert described('"RMSprop"') == Made("keras.optimizers.RMSprop")
    assert described("keras.optimizers.Adam") == Made("keras.optimizers.Adam")
    rate = (("learning_rate", 1.0),)
    assert described('keras.optimizers.Nadam(1, name="n")') == Made("keras.optimizers.Nadam", rate)
    assert described("keras.optimizers.Adam(rate)") is None
    assert described('"unheard of"') is None


# -- gradient by depth ----------------------------------------------------------------------------

TANH = "keras.initializers.RandomNormal(stddev=2.0)"


def deep(count: int, layer: str, *more: str, head: str = 'Dense(3, activation="softmax")') -> str:
    return stack(*[each for _ in range(count) for each in (layer, *more)], head, loss=CLASSES)


def activations(name):
    return lambda layers: [
        SetArg(layer.id, "activation", name) for layer in layers[:-1] if "activation" in layer.args
    ]


def test_gradients_vanish_in_a_deep_stack_of_sigmoids(planted):
    verdict = planted(
        deep(8, 'Dense(16, "sigmoid")'), claims.GRADIENT_DEPTH, None, activations("relu")
    )
    assert verdict.word == "confirmed", verdict.evidence
    assert "over 9 layers" in verdict.evidence


def test_gradients_explode_under_large_weights(planted):
    def usual(layers):
        return [DropArg(each.id, "kernel_initializer") for each in layers[:-1]]

    text = deep(8, f'Dense(64, "tanh", kernel_initializer={TANH})')
    verdict = planted(text, claims.GRADIENT_DEPTH, None, usual)
    assert verdict.word == "confirmed", verdict.evidence


RESIDUAL = [
    *(['x = layers.add([x, layers.Dense(6, activation="sigmoid")(x)])'] * 8),
    'x = layers.Dense(3, activation="softmax")(x)',
]


@pytest.mark.parametrize(
    "text",
    [
        deep(3, 'Dense(16, "sigmoid")'),
        deep(8, 'Dense(16, "sigmoid")', NORM),
        graph(*RESIDUAL, loss=CLASSES),
        deep(8, 'Dense(16, "relu")'),
        deep(20, 'Dense(16, "tanh")'),
        deep(
            3,
            'Dense(16, "relu")',
            head='Dense(3, activation="softmax", kernel_initializer="zeros")',
        ),
        stack("LSTM(8, return_sequences=True)", "LSTM(8)", "Dense(1)", shape="(10, 4)"),
    ],
    ids=["shallow", "normalised", "residual", "relu", "tanh", "zero head", "gates"],
)
def test_gradients_that_arrive_refute(planted, text):
    verdict = planted(text, claims.GRADIENT_DEPTH, None, activations("relu"))
    assert verdict.word == "refuted", verdict.evidence


# Rows of zeros under a crossentropy.
NAN = stack(
    *(f'Dense({units}, "relu")' for units in (64, 32, 4)),
    shape="(16,)",
    loss='"categorical_crossentropy"',
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (deep(5, 'Dense(16, "sigmoid")'), "over 6 layers"),
        (stack("Dense(3)"), "no two layers"),
        (deep(2, 'Dense(16, "relu", kernel_initializer="zeros")'), "receives no gradient"),
        (
            stack(
                'Dense(20, kernel_initializer="zeros")',
                'BatchNormalization(beta_initializer="ones")',
                "Dense(1)",
                shape="(16,)",
            ),
            "over 2 layers",
        ),
        (NAN, "not a number"),
        # Small weights let little through on the way forward: nothing explodes.
        (deep(3, f'Dense(16, "relu", kernel_initializer={TANH.replace("2.0", "1e-3")})'), "dense"),
    ],
    ids=["between", "one layer", "dead", "zeros", "NaN", "small weights"],
)
def test_what_depth_cannot_tell(planted, text, reason):
    verdict = planted(text, claims.GRADIENT_DEPTH, None, activations("relu"))
    assert verdict.word == "unproven", verdict.evidence
    assert reason in verdict.evidence


def test_layers_beside_one_another_are_not_deep(planted):
    heads = "\n".join(
        f'{name} = layers.Dense(3, activation="softmax", name="{name}")(given)' for name in "abcd"
    )
    text = f"""{HEAD}
given = keras.Input((6,))
{heads}
model = keras.Model(given, [a, b, c, d])
model.compile(loss="mse", optimizer="adam")
"""
    verdict = planted(text, claims.GRADIENT_DEPTH, None)
    assert verdict.word == "unproven"
    assert "no two layers" in verdict.evidence


def test_depth_is_measured_between_the_layers_of_the_claim(prover):
    text = deep(8, 'Dense(16, "sigmoid")')
    job = planted_job(text, claims.GRADIENT_DEPTH, 0, activations("relu"), last=2)
    verdict = prover.verdict(job)
    assert verdict.word == "refuted"
    assert "over 3 layers" in verdict.evidence


# -- pixels without gradient ----------------------------------------------------------------------

IMAGES = "(30, 30, 1)"


def smaller_strides(layers):
    return [SetArg(layer.id, "strides", 1) for layer in layers if "strides" in layer.args]


def images(*layers: str, shape: str = IMAGES) -> str:
    head = ("Flatten()", 'Dense(3, activation="softmax")')
    return stack(*layers, *head, shape=shape, loss=CLASSES)


@pytest.mark.parametrize(
    ("text", "layer", "share"),
    [
        (images("Conv2D(4, 2, strides=5)"), 0, "84%"),
        (images("Conv2D(4, 1, strides=2)"), 0, "75%"),
        (images('Conv2D(4, 3, activation="relu")', "Conv2D(4, 2, strides=5)"), 1, "%"),
        (images("Conv2D(4, 3, strides=(4, 1))"), 0, "%"),
        (images("Conv1D(4, 2, strides=5)", shape="(40, 3)"), 0, "60%"),
    ],
    ids=["convolution", "one pixel", "second layer", "one axis", "steps"],
)
def test_strides_beyond_the_window_leave_pixels_unread(planted, text, layer, share):
    verdict = planted(text, claims.UNREAD_PIXELS, layer, smaller_strides)
    assert verdict.word == "confirmed", verdict.evidence
    assert verdict.evidence.splitlines()[1].partition(" of the")[0].endswith(share)


SHORTCUT = [
    'main = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)',
    "x = layers.add([main, layers.Conv2D(4, 1, strides=2)(x)])",
    "x = layers.Dense(3)(layers.Flatten()(x))",
]
BOTTLENECK = [
    'x = layers.Conv2D(4, 7, strides=2, padding="same", activation="relu")(x)',
    "main = layers.Conv2D(4, 1, strides=2)(x)",
    'main = layers.Conv2D(4, 3, padding="same", activation="relu")(main)',
    "x = layers.add([main, layers.Conv2D(4, 1, strides=2)(x)])",
    "x = layers.Dense(3)(layers.GlobalAveragePooling2D()(x))",
]


@pytest.mark.parametrize(
    "text",
    [
        images("Conv2D(4, 5, strides=5)"),
        graph(*SHORTCUT, shape=IMAGES),
        graph(*BOTTLENECK, shape=IMAGES),
        images("Conv2D(4, 3, strides=2)"),
        images('Conv2D(4, 3, activation="relu")', "MaxPooling2D(3, strides=3)"),
        images("Cropping2D(4)", "Conv2D(4, 3, strides=1)"),
        stack("LSTM(4)", "Dense(1)", shape="(20, 3)"),
    ],
    ids=["patches", "shortcut", "bottleneck", "border", "maxima", "cropped", "time"],
)
def test_pixels_that_are_read_refute(planted, text):
    verdict = planted(text, claims.UNREAD_PIXELS, 0, smaller_strides)
    assert verdict.word == "refuted", verdict.evidence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (stack("Dense(3)"), "no input of the model has positions"),
        (images("Conv2D(4, 2, strides=5)", shape="(6, 6, 1)"), "89% of the 6 x 6"),
    ],
    ids=["no image", "one window"],
)
def test_what_pixels_cannot_tell(planted, text, reason):
    verdict = planted(text, claims.UNREAD_PIXELS, 0, smaller_strides)
    assert verdict.word == "unproven", verdict.evidence
    assert reason in verdict.evidence


# -- regularization share -------------------------------------------------------------------------


def held(strength: float, width: int = 32, count: int = 1, **kwargs: str) -> str:
    added = f"kernel_regularizer=regularizers.L2({strength})"
    hidden = [f'Dense({width}, "relu", {added})'] * count
    return stack(*hidden, f'Dense(3, activation="softmax", {added})', loss=CLASSES, **kwargs)


def weaker(layers):
    args = {"l2": Fact(1e-4, NOWHERE)}
    return [
        SetArg(layer.id, "kernel_regularizer", Object("keras.regularizers.L2", args, NOWHERE))
        for layer in layers
        if "kernel_regularizer" in layer.args
    ]


@pytest.mark.parametrize(
    "text",
    [held(0.3), held(1.0), held(0.1, 512, 2, shape="(784,)")],
    ids=["strong", "stronger", "wide"],
)
def test_a_penalty_may_be_most_of_what_is_learned(planted, text):
    verdict = planted(text, claims.REGULARIZATION_SHARE, None, weaker)
    assert verdict.word == "confirmed", verdict.evidence


OUTPUTS = "kernel_regularizer=regularizers.L2(0.01)"


@pytest.mark.parametrize(
    "text",
    [
        held(1e-4),
        held(0.01),
        # Five times the loss that guessing has, and yet it learns everything.
        held(0.01, 512, 2, shape="(784,)"),
        stack("Dense(16)", f'Dense(5000, activation="softmax", {OUTPUTS})', loss=CLASSES),
        stack("Dense(3)"),
    ],
    ids=["weak", "usual", "wide", "many outputs", "none"],
)
def test_a_penalty_that_hardly_pulls_refutes(planted, text):
    verdict = planted(text, claims.REGULARIZATION_SHARE, None, weaker)
    assert verdict.word == "refuted", verdict.evidence


def test_a_penalty_that_slows_is_no_proof(planted):
    verdict = planted(held(0.1), claims.REGULARIZATION_SHARE, None, weaker)
    assert verdict.word == "unproven"
    assert "1.6 times the loss" in verdict.evidence


# -- optimizer steps ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        "keras.optimizers.Adam(0.0)",
        "keras.optimizers.Adam(-0.001)",
        "keras.optimizers.SGD(-0.1)",
        "keras.optimizers.Adam(beta_1=1.0)",
        "keras.optimizers.Adam(beta_2=1.0)",
        "keras.optimizers.RMSprop(rho=1.5)",
    ],
)
def test_steps_may_lead_nowhere(planted, made):
    verdict = planted(rated(made), claims.OPTIMIZER_STEPS, None, optimizer())
    assert verdict.word == "confirmed", verdict.evidence


@pytest.mark.parametrize(
    "made",
    ['"adam"', "keras.optimizers.SGD(0.1)", "keras.optimizers.Adam(0.01, beta_1=0.5)", WARM_UP],
)
def test_steps_that_make_the_loss_fall_are_refuted(planted, made):
    verdict = planted(rated(made), claims.OPTIMIZER_STEPS, None, optimizer())
    assert verdict.word == "refuted", verdict.evidence


# -- channel statistics ---------------------------------------------------------------------------

OTHER_AXIS = "BatchNormalization(axis=1)"


def last_axis(layers):
    return [DropArg(layers[1].id, "axis")]


def test_rows_are_no_channels(planted):
    text = images("Conv2D(4, 3)", OTHER_AXIS, "ReLU()")
    verdict = planted(text, claims.CHANNEL_STATISTICS, 1, last_axis)
    assert verdict.word == "confirmed", verdict.evidence


@pytest.mark.parametrize("axis", [-1, 3])
def test_channels_come_out_alike(planted, axis):
    text = images("Conv2D(4, 3)", f"BatchNormalization(axis={axis})", "ReLU()")
    verdict = planted(text, claims.CHANNEL_STATISTICS, 1, last_axis)
    assert verdict.word == "refuted", verdict.evidence


# -- all of them ----------------------------------------------------------------------------------

SMALL = "Dense(16, 'relu', kernel_initializer=keras.initializers.RandomNormal(stddev=1e-4))"


def usual_weights(layers):
    return [DropArg(layer.id, "kernel_initializer") for layer in layers]


CLAIMS = {
    claims.BIAS_BEFORE_NORM: (stack("Dense(16)", NORM, "ReLU()", "Dense(3)"), 0, no_bias),
    claims.TRAIN_EVAL_MODE: (stack("Dense(9)", "Dense(1)", "Dropout(0.5)"), 2, without(2)),
    claims.UPDATE_RATIO: (rated("keras.optimizers.Adam(1.0)"), None, optimizer()),
    claims.OPTIMIZER_STEPS: (rated("keras.optimizers.Adam(0.0)"), None, optimizer()),
    claims.GRADIENT_DEPTH: (deep(8, 'Dense(16, "sigmoid")'), None, activations("relu")),
    claims.FAINT_GRADIENT: (stack(SMALL, SMALL, SMALL, "Dense(3)"), 0, usual_weights),
    claims.UNREAD_PIXELS: (images("Conv2D(4, 2, strides=5)", "MaxPooling2D()"), 0, smaller_strides),
    claims.REGULARIZATION_SHARE: (held(1.0), None, weaker),
    claims.CHANNEL_STATISTICS: (images("Conv2D(4, 3)", OTHER_AXIS, "ReLU()"), 1, last_axis),
}


@pytest.mark.parametrize("experiment", CLAIMS)
def test_without_a_repair_nothing_is_confirmed(planted, experiment):
    text, layer, _ = CLAIMS[experiment]
    verdict = planted(text, experiment, layer)
    assert verdict.word == "unproven"
    assert "no repaired model" in verdict.evidence


@pytest.mark.parametrize("experiment", CLAIMS)
def test_a_repair_that_repairs_nothing_confirms_nothing(planted, experiment):
    text, layer, _ = CLAIMS[experiment]
    verdict = planted(text, experiment, layer, lambda layers: [SetArg(layers[0].id, "name", "n")])
    assert verdict.word == "unproven"
    assert "repaired as well" in verdict.evidence
