"""The program that a configuration is written as."""

from __future__ import annotations

import ast

import pytest
from written import called, functional, layer, sequential, source, tensor

from kerlint.saved.architecture import Architecture, NotReadable
from kerlint.saved.text import write


def text_of(model, **more):
    written = write(Architecture(model, model.get("compile_config") or {}, **more))
    ast.parse(written.text)
    lines = written.text.splitlines()
    for row, name in written.layers.items():
        assert name.rpartition("/")[2] in lines[row - 1], (row, name)
    return written.text


def line(text, start):
    return next(each.strip() for each in text.splitlines() if each.strip().startswith(start))


def first(kind, **config):
    """The line of the first layer of a stack."""
    return line(text_of(sequential(layer(kind, "a", **config))), f"layers.{kind}(")


def keras_object(kind, family, **config):
    module = f"keras.{family}"
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


LAYERS = [
    (
        ("Dense", {"units": 4, "activation": "linear", "use_bias": True}),
        'layers.Dense(4, name="a"),',
    ),
    (
        ("Dense", {"units": 4, "activation": "relu", "use_bias": False}),
        'layers.Dense(4, activation="relu", use_bias=False, name="a"),',
    ),
    (
        ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same"}),
        'layers.Conv2D(8, (3, 3), padding="same", name="a"),',
    ),
    (
        ("Conv1D", {"filters": 8, "kernel_size": [3], "strides": [2]}),
        'layers.Conv1D(8, (3,), strides=(2,), name="a"),',
    ),
    (("Activation", {"activation": "linear"}), 'layers.Activation("linear", name="a"),'),
    (("Dropout", {"rate": 0.30000001192092896}), 'layers.Dropout(0.3, name="a"),'),
    (("Dense", {"units": 2, "trainable": False}), 'layers.Dense(2, trainable=False, name="a"),'),
    (
        (
            "Dense",
            {
                "units": 2,
                "kernel_initializer": keras_object("GlorotUniform", "initializers", seed=None),
                "kernel_regularizer": keras_object("L2", "regularizers", l2=0.009999999776482582),
            },
        ),
        'layers.Dense(2, kernel_regularizer="l2", name="a"),',
    ),
    (
        (
            "Dense",
            {
                "units": 2,
                "kernel_initializer": {
                    "class_name": "VarianceScaling",
                    "config": {"scale": 2.0, "mode": "fan_in", "distribution": "truncated_normal"},
                },
                "bias_regularizer": keras_object("L2", "regularizers", l2=0.5),
            },
        ),
        'layers.Dense(2, kernel_initializer="he_normal", '
        'bias_regularizer=keras.regularizers.L2(l2=0.5), name="a"),',
    ),
    (
        (
            "TimeDistributed",
            {"layer": layer("Dense", "inner", units=3), "dtype": {"class_name": "DTypePolicy"}},
        ),
        'layers.TimeDistributed(layers.Dense(3, name="inner"), name="a"),',
    ),
    (
        (
            "Bidirectional",
            {
                "layer": layer("LSTM", "forward", units=3),
                "backward_layer": layer("LSTM", "backward", units=3, go_backwards=True),
                "merge_mode": "concat",
            },
        ),
        'layers.Bidirectional(layers.LSTM(3, name="forward"), name="a"),',
    ),
]


@pytest.mark.parametrize(("made", "expected"), LAYERS, ids=range(len(LAYERS)))
def test_layers(made, expected):
    kind, config = made
    assert first(kind, **config) == expected


def test_objects_of_the_user_are_not_known():
    own = {"module": "mine", "class_name": "Dense", "config": {"name": "own", "units": 3}}
    registered = {"class_name": "Mine>Dense", "config": {"name": "other"}}
    model = sequential(
        own,
        {**own, "module": None, "registered_name": "Dense"},
        registered,
        layer("Dense", "a", units=1, activation={"class_name": "function", "config": "mine"}),
        loss="my_loss",
        metrics=["accuracy", {"class_name": "My>Metric", "config": {"name": "m"}}],
    )
    text = text_of(model)
    assert "from not_in_the_file import Dense, Dense_2, Metric, mine, my_loss" in text
    assert "layers.Dense(1, activation=mine" in text
    assert "loss=my_loss," in text


def test_a_graph():
    model = functional(
        [
            source("a", 4),
            source("b", 4),
            {
                **called(layer("Dense", "shared", units=3), tensor("a")),
                "inbound_nodes": [
                    {"args": [tensor("a")], "kwargs": {}},
                    {"args": [tensor("b")], "kwargs": {"training": None}},
                ],
            },
            called(layer("Add", "sum"), [tensor("shared"), tensor("shared", 1)]),
            called(layer("LSTM", "lstm", units=2, return_state=True), tensor("sum")),
            called(
                layer("LSTM", "next", units=2),
                tensor("sum"),
                initial_state=[tensor("lstm", 0, 1), tensor("lstm", 0, 2)],
            ),
        ],
        {"a": ["a", 0, 0], "b": ["b", 0, 0]},
        [["next", 0, 0], ["lstm", 0, 0]],
    )
    assert text_of(model).splitlines()[4:] == [
        'a = keras.Input((4,), name="a")',
        'b = keras.Input((4,), name="b")',
        'shared_layer = layers.Dense(3, name="shared")',
        "shared = shared_layer(a)",
        "shared_2 = shared_layer(b)",
        'sum = layers.Add(name="sum")([shared, shared_2])',
        'lstm = layers.LSTM(2, return_state=True, name="lstm")(sum)',
        'next = layers.LSTM(2, name="next")(sum, initial_state=[lstm[1], lstm[2]])',
        'model = keras.Model({"a": a, "b": b}, [next, lstm[0]], name="functional")',
    ]


def operation(kind, name, *args, module="keras.src.ops.numpy", **config):
    entry = {
        "module": module,
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": kind,
    }
    return called(entry, *args)


def test_operations():
    part = {"class_name": "__slice__", "config": {"start": None, "stop": 3, "step": None}}
    model = functional(
        [
            source("x", 4),
            operation("Multiply", "m", tensor("x"), 2),
            operation("GetItem", "g", tensor("m"), [part, 0]),
            operation("Mean", "mean", tensor("m"), axis=-1, keepdims=True),
            operation("Own", "own", tensor("mean")),
            operation("Add", "out", tensor("own"), tensor("g")),
        ],
        ["x", 0, 0],
        ["out", 0, 0],
    )
    assert text_of(model).splitlines()[5:-1] == [
        'x_2 = keras.Input((4,), name="x")',
        "m = x_2 * 2",
        "g = m[:3, 0]",
        "mean = ops.mean(m, axis=-1, keepdims=True)",
        "own = Own(mean)",
        "out = own + g",
    ]


def test_keras_2():
    """As `model.to_json()` of Keras 2.2 wrote it."""
    model = {
        "class_name": "Model",
        "keras_version": "2.2.4",
        "config": {
            "name": "model_1",
            "layers": [
                {
                    "class_name": "InputLayer",
                    "config": {"batch_input_shape": [None, 8], "dtype": "float32", "name": "in"},
                    "inbound_nodes": [],
                    "name": "in",
                },
                {
                    "class_name": "Sequential",
                    "config": [
                        {
                            "class_name": "Activation",
                            "config": {
                                "name": "first",
                                "batch_input_shape": [None, 8],
                                "activation": "relu",
                            },
                        }
                    ],
                    "inbound_nodes": [[["in", 0, 0, {}]]],
                    "name": "inner",
                },
                {
                    "class_name": "Activation",
                    "config": {"name": "out", "activation": "softmax"},
                    "inbound_nodes": [[["inner", 1, 0, {}]]],
                    "name": "out",
                },
            ],
            "input_layers": [["in", 0, 0]],
            "output_layers": [["out", 0, 0]],
        },
    }
    assert [each for each in text_of(model).splitlines()[4:] if each.strip()] == [
        'layer_in = keras.Input((8,), name="in")',
        "inner = keras.Sequential(",
        "    [",
        "        keras.Input((8,)),",
        '        layers.Activation("relu", name="first"),',
        "    ],",
        '    name="inner",',
        ")",
        "inner_2 = inner(layer_in)",
        'out = layers.Activation("softmax", name="out")(inner_2)',
        'model = keras.Model(layer_in, out, name="model_1")',
    ]


def test_compile():
    model = sequential(
        layer("Dense", "a", units=1),
        optimizer=keras_object(
            "Adam", "optimizers", learning_rate=0.009999999776482582, beta_1=0.9, name="adam"
        ),
        loss=keras_object("Huber", "losses", delta=2.0, reduction="sum_over_batch_size"),
        loss_weights=None,
        metrics=["mae"],
    )
    assert text_of(model).splitlines()[-5:] == [
        "model.compile(",
        "    optimizer=keras.optimizers.Adam(learning_rate=0.01),",
        "    loss=keras.losses.Huber(delta=2.0),",
        '    metrics=["mae"],',
        ")",
    ]


def test_rates_that_training_has_lowered():
    rate = keras_object("Adam", "optimizers", learning_rate=1e-7)
    model = sequential(layer("Dense", "a", units=1), optimizer=rate, loss="mse")
    text = text_of(model)
    assert 'optimizer="adam",' in text
    assert text.endswith(")  # learning rate when it was saved: 1e-07\n")
    assert "learning_rate=1e-07" in text_of(model, trained=False)


def test_mixed_precision():
    policy = {"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}
    model = sequential(
        layer("Dense", "a", units=8, dtype=policy),
        layer("Dense", "b", units=8, dtype=policy),
        layer("Dense", "c", units=1, dtype="float32"),
    )
    text = text_of(model)
    assert 'set_global_policy("mixed_float16")' in text
    assert line(text, "layers.Dense(1") == 'layers.Dense(1, dtype="float32", name="c"),'


def test_what_is_not_a_model():
    with pytest.raises(NotReadable, match="class 'Mine'") as error:
        write(Architecture({"class_name": "App>Mine", "config": {"units": 3}}))
    assert error.value.valid
