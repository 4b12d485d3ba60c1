"""Runs programs for Keras 1 and 2 on tf_keras, and programs for Keras 3 on Keras, for comparison.

tf_keras is Keras 2.16 or later. What programs need of the releases before it is put on top of it:
modules that have moved, arguments that were renamed, and methods that are gone.

``python -m tests.repairs.old_keras (old|new) PROGRAM...`` runs each program in a folder of its own,
and prints a line of JSON for each: the models that it leaves in its variables, with their numbers
of parameters and output shapes, or the error that stopped it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import json
import os
import re
import sys
import tempfile
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

# -- arguments of Keras 1 -------------------------------------------------------------------------

_RENAMED = {
    "output_dim": "units",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "bias": "use_bias",
    "p": "rate",
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "pool_length": "pool_size",
    "stride": "strides",
    "atrous_rate": "dilation_rate",
}
_FORMATS = {"tf": "channels_last", "th": "channels_first"}
_LAYERS = [
    "Dense",
    "Dropout",
    "Embedding",
    "LSTM",
    "GRU",
    "SimpleRNN",
    "Conv1D",
    "Conv2D",
    "SeparableConv2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "AveragePooling2D",
    "ZeroPadding2D",
    "UpSampling2D",
    "BatchNormalization",
    "LeakyReLU",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "SpatialDropout1D",
    "SpatialDropout2D",
]
_OLD_LAYERS = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "SeparableConvolution2D": "SeparableConv2D",
}


def _of_keras_1(name: str, layer: Any) -> Any:
    """A subclass of a layer that takes what it took in Keras 1 too."""
    taken = inspect.signature(layer.__init__).parameters

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        names = dict(_RENAMED)
        if name == "Embedding":
            names |= {"output_dim": "output_dim", "init": "embeddings_initializer"}
            if kwargs.pop("dropout", 0):
                raise NotImplementedError("dropout of an embedding")
        for old, new in names.items():
            if old in kwargs and old not in taken:
                kwargs[new] = kwargs.pop(old)
        if "dim_ordering" in kwargs:
            kwargs["data_format"] = _FORMATS[kwargs.pop("dim_ordering")]
        for old in ("consume_less", "mode"):
            kwargs.pop(old, None)
        if name.endswith("Conv2D"):
            if "nb_row" in kwargs:
                kwargs["kernel_size"] = (kwargs.pop("nb_row"), kwargs.pop("nb_col"))
            if len(args) >= 3 and isinstance(args[1], int) and isinstance(args[2], int):
                args = (args[0], (args[1], args[2]), *args[3:])
        layer.__init__(self, *args, **kwargs)

    return type(layer.__name__, (layer,), {"__init__": init, "__module__": __name__})


def _merge(inputs: Any, mode: str = "sum", concat_axis: int = -1, **kwargs: Any) -> Any:
    from tf_keras import layers

    kinds = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum"}
    name = {"name": kwargs["name"]} if kwargs.get("name") else {}
    if mode == "concat":
        return layers.Concatenate(axis=concat_axis, **name)(inputs)
    if mode in ("dot", "cos"):
        axes = kwargs.get("dot_axes", -1)
        return layers.Dot(axes=axes, normalize=mode == "cos", **name)(inputs)
    return getattr(layers, kinds[mode])(**name)(inputs)


# -- methods and arguments of models --------------------------------------------------------------


_OWN: dict[str, Callable[..., Any]] = {}


def _old_methods(model: Any, acc: bool) -> None:
    """Give the models of tf_keras what they could do before. ``acc``: metrics are logged so."""
    import numpy as np

    for name in ("fit", "compile"):
        _OWN.setdefault(name, getattr(model, name))
    fit, compiled = _OWN["fit"], _OWN["compile"]

    def compile_(self: Any, *args: Any, **kwargs: Any) -> None:
        if acc and isinstance(kwargs.get("metrics"), list):
            short = {"accuracy": "acc"}
            kwargs["metrics"] = [
                short.get(each, each) if isinstance(each, str) else each
                for each in kwargs["metrics"]
            ]
        compiled(self, *args, **kwargs)

    def fit_(self: Any, *args: Any, **kwargs: Any) -> Any:
        if "nb_epoch" in kwargs:
            kwargs["epochs"] = kwargs.pop("nb_epoch")
        kwargs.pop("show_accuracy", None)
        return fit(self, *args, **kwargs)

    def fit_generator(self: Any, generator: Any, *args: Any, **kwargs: Any) -> Any:
        size = getattr(generator, "batch_size", 16)
        for old, new in (
            ("samples_per_epoch", "steps_per_epoch"),
            ("nb_val_samples", "validation_steps"),
        ):
            if old in kwargs:
                kwargs[new] = max(1, kwargs.pop(old) // size)
        if len(args) > 1:  # samples_per_epoch, nb_epoch
            kwargs |= {"steps_per_epoch": max(1, args[0] // size), "epochs": args[1]}
            args = ()
        return fit_(self, generator, *args, **kwargs)

    def predict_classes(self: Any, *args: Any, **kwargs: Any) -> Any:
        scores = self.predict(*args, **kwargs)
        if scores.shape[-1] > 1:
            return np.argmax(scores, axis=-1)
        return (scores > 0.5).astype("int32")

    model.compile = compile_
    model.fit = fit_
    model.fit_generator = fit_generator
    model.evaluate_generator = lambda self, data, steps=None, **rest: self.evaluate(
        data, steps=steps
    )
    model.predict_generator = lambda self, data, steps=None, **rest: self.predict(data, steps=steps)
    model.predict_proba = lambda self, *args, **kwargs: self.predict(*args, **kwargs)
    model.predict_classes = predict_classes


def _old_optimizer(optimizer: Any) -> Any:
    def made(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("epsilon", 0) is None:
            kwargs.pop("epsilon")
        return optimizer(*args, **kwargs)

    return made


# -- modules --------------------------------------------------------------------------------------

_MODULES = {
    "layers": "core convolutional convolutional_recurrent pooling recurrent embeddings merge noise "
    "normalization advanced_activations wrappers local",
    "utils": "np_utils generic_utils vis_utils visualize_util data_utils layer_utils io_utils "
    "training_utils",
    "engine": "topology training base_layer",
    "preprocessing": "image sequence text",
    "applications": "vgg16 vgg19 resnet50 inception_v3 xception mobilenet densenet",
    "datasets": "mnist cifar10 imdb reuters boston_housing fashion_mnist cifar100",
    "wrappers": "scikit_learn",
}


def _module(name: str, *sources: Any, **more: Any) -> types.ModuleType:
    found = types.ModuleType(name)
    for source in sources:
        found.__dict__.update(
            {key: value for key, value in vars(source).items() if not key.startswith("__")}
        )
    found.__dict__.update(more)
    found.__path__ = []  # type: ignore[attr-defined]
    sys.modules[name] = found
    parent, _, own = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], own, found)
    return found


def install(*, of_tensorflow: bool = False) -> None:
    """Make tf_keras answer to ``keras``, or to ``tensorflow.keras``."""
    import tensorflow
    import tf_keras

    name = "tensorflow.keras" if of_tensorflow else "keras"
    _old_methods(tf_keras.Model, acc=not of_tensorflow)
    for old in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[old]
    top = _module(name, tf_keras)
    if of_tensorflow:
        tensorflow.keras = top
    layers = {each: _of_keras_1(each, getattr(tf_keras.layers, each)) for each in _LAYERS}
    layers |= {old: layers[new] for old, new in _OLD_LAYERS.items()}
    layers |= {
        "merge": _merge,
        "AtrousConvolution2D": layers["Conv2D"],
        "Deconvolution2D": tf_keras.layers.Conv2DTranspose,
        "TimeDistributedDense": lambda *a, **k: tf_keras.layers.TimeDistributed(
            layers["Dense"](*a, **{key: k[key] for key in k if key != "input_shape"}),
            **{key: k[key] for key in k if key == "input_shape"},
        ),
        "CuDNNLSTM": tf_keras.layers.LSTM,
        "CuDNNGRU": tf_keras.layers.GRU,
    }

    def made(*args: Any, **kwargs: Any) -> Any:
        for old, new in (("input", "inputs"), ("output", "outputs")):
            if old in kwargs:
                kwargs[new] = kwargs.pop(old)
        return tf_keras.Model(*args, **kwargs)

    def to_categorical(y: Any, *args: Any, **kwargs: Any) -> Any:
        if "nb_classes" in kwargs:
            kwargs["num_classes"] = kwargs.pop("nb_classes")
        return tf_keras.utils.to_categorical(y, *args, **kwargs)

    backend = tf_keras.backend
    own = {
        "layers": (tf_keras.layers, layers),
        "models": (tf_keras.models, {"Model": made, "Sequential": tf_keras.Sequential}),
        "optimizers": (
            tf_keras.optimizers,
            {
                each: _old_optimizer(getattr(tf_keras.optimizers.legacy, each))
                for each in ("SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam")
            },
        ),
        "backend": (
            backend,
            {
                "set_image_dim_ordering": lambda order: backend.set_image_data_format(
                    _FORMATS[order]
                ),
                "image_dim_ordering": lambda: {new: old for old, new in _FORMATS.items()}[
                    backend.image_data_format()
                ],
                "tf": tensorflow.compat.v1,
            },
        ),
        "utils": (tf_keras.utils, {"to_categorical": to_categorical}),
        "engine": (tf_keras.layers, {"Model": made, "Layer": tf_keras.layers.Layer}),
        "preprocessing": (tf_keras.preprocessing, {}),
        "applications": (tf_keras.applications, {}),
        "datasets": (tf_keras.datasets, {}),
        "wrappers": (tf_keras, {}),
    }
    for part in (
        "callbacks",
        "losses",
        "metrics",
        "regularizers",
        "initializers",
        "constraints",
        "activations",
    ):
        own[part] = (getattr(tf_keras, part), {})
    own["regularizers"][1].update(
        activity_l1=tf_keras.regularizers.l1, l1l2=tf_keras.regularizers.l1_l2
    )
    own["constraints"][1]["maxnorm"] = tf_keras.constraints.max_norm
    own["utils"][1]["plot"] = tf_keras.utils.plot_model
    own["losses"][1]["mean_squared_error"] = tf_keras.losses.mean_squared_error
    for part, (source, more) in own.items():
        made_module = _module(f"{name}.{part}", source, **more)
        for sub in _MODULES.get(part, "").split():
            sources = [made_module]
            with contextlib.suppress(ImportError):
                sources.append(importlib.import_module(f"tf_keras.{part}.{sub}"))
            _module(f"{name}.{part}.{sub}", *sources, **more)
            if sub in more:  # a function of the same name
                setattr(made_module, sub, more[sub])
    _module(f"{name}.objectives", tf_keras.losses)
    if of_tensorflow:
        _module(f"{name}.layers.experimental", preprocessing=tf_keras.layers)
        _module(f"{name}.layers.experimental.preprocessing", tf_keras.layers)
    top.Model = made  # type: ignore[attr-defined]


# -- running --------------------------------------------------------------------------------------


def _fact(model: Any) -> list[Any]:
    try:
        count: int | None = int(model.count_params())
    except ValueError:  # it was never built
        count = None
    try:
        shape: Any = model.output_shape
    except (AttributeError, RuntimeError, ValueError):
        shape = None
    return [count, json.loads(json.dumps(shape))]


def run(path: Path, model: Any) -> dict[str, Any]:
    """Run one program in a new folder, and say which models there are in the end."""
    found: dict[str, Any] = {"program": path.name}
    text = path.read_text(encoding="utf-8")
    compiled: list[Any] = []
    # Where it is defined: a model that is loaded is not compiled if a subclass has its own.
    owner = next(each for each in model.__mro__ if "compile" in vars(each))
    compile_ = owner.compile

    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        if not any(self is each for each in compiled):
            compiled.append(self)
        compile_(self, *args, **kwargs)

    owner.compile = noted
    before = os.getcwd()
    variables: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, str(path), "exec", dont_inherit=True), variables)
        except BaseException as error:
            frames = [
                frame
                for frame in traceback.extract_tb(error.__traceback__)
                if frame.filename == str(path)
            ]
            line = frames[-1].lineno if frames else None
            found["error"] = f"line {line}: {type(error).__name__}: {error}"[:500]
        finally:
            os.chdir(before)
            owner.compile = compile_
    found["models"] = {
        name: _fact(value) for name, value in variables.items() if isinstance(value, model)
    }
    found["compiled"] = [_fact(each) for each in compiled]
    return found


def _without_scipy() -> None:
    """Images are flipped without scipy, but the generator of images wants to see it."""
    if importlib.util.find_spec("scipy") is None:
        for name in ("scipy", "scipy.linalg", "scipy.ndimage"):
            _module(name)


def main(which: str, programs: list[str]) -> None:
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    _without_scipy()
    if which == "old":
        import tf_keras as keras
    else:
        import keras
    of_tensorflow: bool | None = None
    for program in programs:
        path = Path(program).resolve()
        if which == "old":
            text = path.read_text(encoding="utf-8")
            wanted = bool(re.search(r"\btensorflow\.keras\b|\btf\.keras\b", text))
            if of_tensorflow is not wanted:
                install(of_tensorflow=wanted)
                of_tensorflow = wanted
        keras.utils.set_random_seed(1)
        keras.backend.set_image_data_format("channels_last")
        print(json.dumps(run(path, keras.Model)), flush=True)
        keras.backend.clear_session()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
