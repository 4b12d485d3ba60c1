"""Programs of Keras 2, one for each way in which Keras 3 refuses them: raised there, told here."""

from __future__ import annotations

import os
import re
import warnings

import pytest

import kerlint

keras = pytest.importorskip("keras", minversion="3.15")
pytest.importorskip("tensorflow")

pytestmark = pytest.mark.tensorflow

START = """\
import keras
import numpy as np
import tensorflow as tf
from keras import layers
x, y = np.ones((8, 4)), np.ones((8, 1))
def build(**given):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "relu"), layers.Dense(1)])
    if given:
        model.compile(**given)
    return model
"""

# A program, the code that tells, and a part of the help: what to write instead.
ROWS = [
    # modules
    ("from keras.utils import np_utils", "KER001", "keras.utils"),
    ("from keras.layers.core import Dense", "KER001", "keras.layers"),
    ("from keras.layers.convolutional import Conv2D", "KER001", "keras.layers"),
    ("from keras.layers.advanced_activations import LeakyReLU", "KER001", "keras.layers"),
    ("from keras.layers.wrappers import TimeDistributed", "KER001", "keras.layers"),
    ("from keras.engine.topology import Layer", "KER001", "keras.layers"),
    ("from keras.utils.vis_utils import plot_model", "KER001", "keras.utils"),
    ("from keras.utils.generic_utils import Progbar", "KER001", "keras.utils"),
    ("from keras.layers.experimental.preprocessing import Rescaling", "KER001", "keras.layers"),
    ("from keras.preprocessing.text import Tokenizer", "KER001", "TextVectorization"),
    ("from keras.preprocessing.image import ImageDataGenerator", "KER002", "image_dataset"),
    ("from keras.wrappers.scikit_learn import KerasClassifier", "KER001", "SKLearnClassifier"),
    ("from keras.optimizers import adam_v2", "KER001", "optimizers"),
    ("import keras.experimental", "KER001", ""),
    ("from keras.mixed_precision import experimental", "KER001", "set_global_policy"),
    # names
    ("keras.optimizers.legacy.Adam(0.1)", "KER002", "keras.optimizers.Adam"),
    ("from keras.layers import CuDNNLSTM", "KER002", "keras.layers.LSTM"),
    ("layers.CuDNNGRU(3)", "KER002", "keras.layers.GRU"),
    ("layers.ThresholdedReLU(1.0)", "KER002", "keras.ops.where"),
    ("layers.LocallyConnected1D(3, 2)", "KER002", "layer of your own"),
    ("layers.experimental.SyncBatchNormalization()", "KER001", "synchronized=True"),
    ("layers.DenseFeatures([])", "KER002", "FeatureSpace"),
    ("layers.AbstractRNNCell()", "KER002", "keras.layers.Layer"),
    ("layers.MaxoutDense(3)", "KER002", "of your own"),
    ("layers.TimeDistributedDense(3)", "KER002", "TimeDistributed"),
    ("from keras.layers import Merge", "KER002", "Concatenate"),
    ("keras.losses.Reduction.SUM", "KER002", "sum_over_batch_size"),
    ("keras.losses.kullback_leibler_divergence", "KER002", "kl_divergence"),
    ("keras.losses.logcosh", "KER002", "log_cosh"),
    ("keras.losses.cosine_proximity", "KER002", "cosine_similarity"),
    ("keras.constraints.maxnorm(3)", "KER002", "MaxNorm"),
    ("keras.initializers.normal", "KER002", "RandomNormal"),
    ("keras.backend.mean(x)", "KER002", "keras.ops.mean"),
    ("keras.backend.dot(x, y)", "KER002", "keras.ops.dot"),
    ("keras.backend.variable(1.0)", "KER002", "keras.Variable"),
    ("keras.backend.function([], [])", "KER002", "keras.Model"),
    ("keras.backend.get_value(1.0)", "KER002", "convert_to_numpy"),
    ("keras.backend.set_value(x, 1.0)", "KER002", "assign()"),
    ("keras.backend.learning_phase()", "KER002", "training="),
    ("keras.backend.gradients(x, y)", "KER002", "GradientTape"),
    ("keras.backend.int_shape(x)", "KER002", "shape"),
    ("keras.backend.get_session()", "KER002", "sessions"),
    ("keras.models.model_from_yaml('')", "KER002", "model_from_json"),
    ("keras.utils.multi_gpu_model(build(), 2)", "KER002", "MirroredStrategy"),
    ("tf.keras.backend.mean(keras.Input((3,)))", "KER008", "keras.ops.mean"),
    # methods and attributes
    ("build(loss='mse').fit_generator(iter([]))", "KER004", "fit()"),
    ("build(loss='mse').evaluate_generator(iter([]))", "KER004", "evaluate()"),
    ("build().predict_generator(iter([]))", "KER004", "predict()"),
    ("build().predict_classes(x)", "KER004", "predict(x)"),
    ("build().predict_proba(x)", "KER004", "predict()"),
    ("build().reset_states()", "KER004", "reset_state"),
    ("build().to_yaml()", "KER004", "to_json"),
    ("build().total_loss", "KER004", "train_step"),
    ("build().targets", "KER004", "train_step"),
    ("build().uses_learning_phase", "KER004", "training="),
    ("build().stateful", "KER004", "recurrent"),
    ("build()._make_predict_function()", "KER004", "remove"),
    ("build().add_metric(1.0)", "KER004", "metrics"),
    ("layers.Dense(3).updates", "KER004", "remove"),
    ("d = layers.Dense(3)\nd(keras.Input((4,)))\nd.output_shape", "KER004", "output.shape"),
    ("d = layers.Dense(3)\nd(keras.Input((4,)))\nd.input_shape", "KER004", "input.shape"),
    ("keras.optimizers.SGD(0.1).lr", "KER004", "learning_rate"),
    ("keras.optimizers.SGD(0.1).get_updates(0.0, [])", "KER004", "GradientTape"),
    ("keras.optimizers.SGD(0.1).get_gradients(0.0, [])", "KER004", "GradientTape"),
    ("keras.optimizers.SGD(0.1).minimize(lambda: 0.0, [])", "KER004", "apply_gradients"),
    # arguments
    ("build(loss='mse', sample_weight_mode='temporal')", "KER003", "remove"),
    ("build(loss='mse', target_tensors=[])", "KER003", "fit()"),
    ("build(loss='mse', experimental_run_tf_function=False)", "KER003", "remove"),
    ("build(loss='mse', class_mode='binary')", "KER003", ""),
    ("build(loss='mse').fit(x, y, nb_epoch=1)", "KER003", "epochs=1"),
    ("build(loss='mse').fit(x, y, workers=2)", "KER003", "PyDataset"),
    ("build(loss='mse').fit(x, y, show_accuracy=True)", "KER003", ""),
    ("build(loss='mse').evaluate(x, y, workers=2)", "KER003", "PyDataset"),
    ("build().predict(x, max_queue_size=3)", "KER003", "PyDataset"),
    ("i = keras.Input((4,))\nkeras.Model(input=i, output=layers.Dense(1)(i))", "KER003", "inputs="),
    ("layers.Dense(output_dim=3)", "KER003", "units=3"),
    ("layers.Dense(3, init='zeros')", "KER003", "kernel_initializer="),
    ("layers.Dense(3, W_regularizer=None)", "KER003", "kernel_regularizer="),
    ("layers.Conv2D(3, 3, border_mode='same')", "KER003", "padding="),
    ("layers.Conv2D(3, 3, subsample=(2, 2))", "KER003", "strides="),
    ("layers.Conv2D(3, 3, dim_ordering='tf')", "KER003", "data_format="),
    ("layers.Dropout(p=0.5)", "KER003", "rate="),
    ("layers.Reshape(dims=(2, 2))", "KER003", "target_shape="),
    ("layers.LSTM(3, dropout_W=0.1)", "KER003", "dropout="),
    ("layers.Embedding(9, 2, dropout=0.1)", "KER003", ""),
    ("layers.BatchNormalization(mode=1)", "KER003", ""),
    ("layers.Dense(3, batch_input_shape=(2, 4))", "KER003", "batch_shape"),
    ("keras.Input(batch_input_shape=(2, 4))", "KER003", "batch_shape="),
    ("layers.BatchNormalization(fused=True)", "KER003", "remove"),
    ("layers.BatchNormalization(virtual_batch_size=2)", "KER003", ""),
    ("layers.LSTM(3, time_major=True)", "KER003", ""),
    ("layers.Dense(3, weights=[])", "KER003", "set_weights"),
    ("keras.optimizers.Adam(lr=0.1)", "KER003", "learning_rate=0.1"),
    ("keras.optimizers.Nadam(schedule_decay=0.1)", "KER003", ""),
    ("keras.callbacks.ModelCheckpoint('m.keras', period=2)", "KER003", "save_freq"),
    ("keras.callbacks.TensorBoard(write_grads=True)", "KER003", ""),
    ("keras.Input(10)", "KER012", "(10,)"),
    ("keras.Input(shape=(10))", "KER012", "(10,)"),
    ("layers.Dense(64, 32)", "KER012", "Dense(32)"),
    ("layers.LSTM(2, 150)", "KER012", "LSTM(150)"),
    ("m = build()\nm.compile('sgd', 'mse', ['mae'])\nm.fit(x, y)", "KER012", "metrics="),
    (
        "class Own(layers.Layer):\n    def build(self, shape):\n        self.add_weight('w', [3])\n"
        "    def call(self, x):\n        return x\nOwn()(keras.Input((3,)))",
        "KER012",
        "name=",
    ),
    # files
    ("build().save('folder')", "KER007", "folder.keras"),
    ("build().save_weights('weights.h5')", "KER007", "weights.weights.h5"),
    ("build().save_weights('weights.ckpt')", "KER007", "weights.weights.h5"),
    ("build().load_weights('weights.ckpt')", "KER007", ".weights.h5"),
    ("keras.models.load_model('folder')", "KER007", "TFSMLayer"),
    ("keras.callbacks.ModelCheckpoint('best.hdf5')", "KER007", "best.keras"),
    # names of losses and metrics
    ("build(loss='mse', metrics='mae')", "KER139", "['mae']"),
    ("build(optimizer='adm', loss='mse')", "KER014", "adam"),
    ("build(loss='cosine_proximity').fit(x, y)", "KER014", "cosine_similarity"),
    ("build(loss='mse', metrics=['rmse']).fit(x, y)", "KER014", "root_mean_squared_error"),
    ("layers.Dense(3, activation='ReLU')", "KER309", "relu"),
    (
        "h = build(loss='mse', metrics=['accuracy']).fit(x, y, verbose=0)\nh.history['acc']",
        "KER006",
        "accuracy",
    ),
    # tensors
    ("tf.reduce_mean(keras.Input((3,)))", "KER008", "keras.ops.mean"),
    ("tf.concat([keras.Input((3,)), keras.Input((3,))], 1)", "KER008", "keras.ops.concatenate"),
    (
        "i = keras.Input((3,))\nkeras.Model(i, layers.Dense(1)(i)).add_loss(1.0)",
        "KER004",
        "self.add_loss()",
    ),
]

# Keras 3 accepts these, and does something else.
SILENT = [
    ("keras.optimizers.Adam(decay=1e-3)", "KER005", "schedule"),
    ("keras.callbacks.ReduceLROnPlateau(epsilon=1e-3)", "KER005", "min_delta"),
    ("keras.optimizers.SGD(0.01, 0.9, 0.0, True)", "KER012", "nesterov=True"),
    ("keras.optimizers.RMSprop(0.001, 0.9, 1e-8)", "KER012", "epsilon=1e-08"),
    ("m = build()\nm.layers.pop()", "KER925", "model.pop()"),
]


def run(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(START + text, "program.py", "exec"), {})


@pytest.mark.parametrize(("text", "code", "help"), [*ROWS, *SILENT], ids=lambda part: part[:50])
def test_a_program_of_keras_2_is_told(text: str, code: str, help: str) -> None:
    found = [each for each in kerlint.lint_source(START + text) if each.code == code]
    assert found, f"nothing of {code}"
    if help:
        told = " ".join(each.help or "" for each in found)
        assert help.replace("['mae']", '["mae"]') in told


@pytest.mark.parametrize(("text", "code", "help"), ROWS, ids=lambda part: part[:50])
def test_the_installed_keras_refuses_it(text: str, code: str, help: str, tmp_path) -> None:
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        with pytest.raises(Exception):  # noqa: B017, PT011
            run(text)
    finally:
        os.chdir(before)


@pytest.mark.parametrize(("text", "code", "help"), SILENT, ids=lambda part: part[:50])
def test_the_installed_keras_accepts_it(text: str, code: str, help: str) -> None:
    run(text)


@pytest.mark.parametrize(("text", "code", "help"), [*ROWS, *SILENT], ids=lambda part: part[:50])
def test_what_keras_2_accepts_is_not_told_to_it(
    text: str, code: str, help: str, tmp_path, monkeypatch
) -> None:
    pytest.importorskip("tf_keras")
    monkeypatch.chdir(tmp_path)
    old = re.sub(r"\b(import|from) keras\b", r"\1 tf_keras", START + text)
    old = old.replace("import tf_keras\n", "import tf_keras\nimport tf_keras as keras\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(old, "program.py", "exec"), {})
    except Exception:
        return
    for program, settings in ((START + text, {"target_keras": "2"}), (old, {})):
        found = [each.code for each in kerlint.lint_source(program, **settings)]
        assert code not in found
