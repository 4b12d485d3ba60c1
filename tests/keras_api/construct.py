"""Imports Keras, once for all tests: what it shows, and what it does with old arguments.

Run by ``test_against_keras`` in a process of its own; prints one JSON object.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def constructions(keras: Any) -> dict[str, Callable[[], Any]]:
    layers, optimizers, callbacks = keras.layers, keras.optimizers, keras.callbacks
    entry = keras.Input(shape=(4,))
    end = layers.Dense(2)(entry)
    return {
        "keras.layers.Dense init": lambda: layers.Dense(2, init="uniform"),
        "keras.layers.Dense output_dim": lambda: layers.Dense(units=2, output_dim=2),
        "keras.layers.Dense W_regularizer": lambda: layers.Dense(2, W_regularizer=None),
        "keras.layers.Dense input_shape": lambda: layers.Dense(2, input_shape=(4,)),
        "keras.layers.Dense input_dim": lambda: layers.Dense(2, input_dim=4),
        "keras.layers.Dense batch_input_shape": lambda: layers.Dense(2, batch_input_shape=(1, 4)),
        "keras.layers.Dense weights": lambda: layers.Dense(2, weights=None),
        "keras.layers.Dense name": lambda: layers.Dense(2, name="probe"),
        "keras.layers.Dense dtype": lambda: layers.Dense(2, dtype="float16"),
        "keras.layers.Dropout p": lambda: layers.Dropout(rate=0.5, p=0.5),
        "keras.layers.Conv2D border_mode": lambda: layers.Conv2D(2, 3, border_mode="same"),
        "keras.layers.Conv2D dim_ordering": lambda: layers.Conv2D(2, 3, dim_ordering="tf"),
        "keras.layers.LSTM time_major": lambda: layers.LSTM(2, time_major=False),
        "keras.layers.LSTM implementation": lambda: layers.LSTM(2, implementation=1),
        "keras.layers.LSTM zero_output_for_mask": lambda: layers.LSTM(2, zero_output_for_mask=True),
        "keras.layers.RandomFlip bounding_box_format": lambda: layers.RandomFlip(
            bounding_box_format="xyxy"
        ),
        "keras.layers.LSTM input_length": lambda: layers.LSTM(2, input_length=3),
        "keras.layers.Embedding input_length": lambda: layers.Embedding(3, 2, input_length=4),
        "keras.layers.Embedding weights": lambda: layers.Embedding(3, 2, weights=None),
        "keras.layers.Embedding dropout": lambda: layers.Embedding(3, 2, dropout=0.1),
        "keras.layers.LeakyReLU alpha": lambda: layers.LeakyReLU(alpha=0.1),
        "keras.layers.BatchNormalization fused": lambda: layers.BatchNormalization(fused=True),
        "keras.layers.BatchNormalization mode": lambda: layers.BatchNormalization(mode=0),
        "keras.layers.concatenate name": lambda: layers.concatenate([entry, entry], name="probe"),
        "keras.layers.InputLayer batch_input_shape": lambda: layers.InputLayer(
            batch_input_shape=(2, 4)
        ),
        "keras.layers.InputLayer input_shape": lambda: layers.InputLayer(input_shape=(4,)),
        "keras.Input batch_input_shape": lambda: keras.Input(batch_input_shape=(2, 4)),
        "keras.Model input": lambda: keras.Model(input=entry, outputs=end),
        "keras.Model output": lambda: keras.Model(inputs=entry, output=end),
        "keras.Sequential input_shape": lambda: keras.Sequential(input_shape=(4,)),
        "keras.optimizers.Adam lr": lambda: optimizers.Adam(lr=0.01),
        "keras.optimizers.Adam decay": lambda: optimizers.Adam(decay=0.01),
        "keras.optimizers.SGD decay": lambda: optimizers.SGD(decay=0.01),
        "keras.callbacks.ReduceLROnPlateau epsilon": lambda: callbacks.ReduceLROnPlateau(
            epsilon=0.1
        ),
        "keras.callbacks.ModelCheckpoint period": lambda: callbacks.ModelCheckpoint(
            "probe.keras", period=1
        ),
        "keras.callbacks.EarlyStopping nonsense": lambda: callbacks.EarlyStopping(nonsense=1),
        "keras.regularizers.L2 l": lambda: keras.regularizers.l2(l=0.1),
        "keras.Model.compile class_mode": lambda: keras.Sequential().compile(class_mode="binary"),
        "keras.Model.fit nb_epoch": lambda: keras.Sequential().fit(
            [1],
            [1],
            nb_epoch=1,  # kerlint: ignore[KER728] `nb_epoch` is refused first
        ),
        "keras.Sequential.evaluate workers": lambda: compiled(keras).evaluate(
            [[1.0]],
            workers=2,  # kerlint: ignore[KER728] `workers` is refused first
        ),
        "keras.Sequential.save nonsense": lambda: compiled(keras).save("x.keras", nonsense=2),
        "keras.layers.Layer.add_metric call": lambda: layers.Dense(2).add_metric(1),
    }


def compiled(keras: Any) -> Any:
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    return model


def try_out(make: Callable[[], Any]) -> list[str]:
    heard: list[str] = []
    log = logging.Handler(logging.WARNING)
    log.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    loggers = [logging.getLogger(), logging.getLogger("absl")]
    for logger in loggers:
        logger.addHandler(log)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            make()
    except Exception as error:
        return ["raises", type(error).__name__]
    finally:
        for logger in loggers:
            logger.removeHandler(log)
    heard += [str(warning.message) for warning in caught]
    return ["warns", heard[0]] if heard else ["silent", ""]


def main() -> None:
    output, sys.stdout = sys.stdout, sys.stderr
    from kerlint.keras_api.generate.observe import observe

    observed = observe("keras")
    import keras

    tried = {name: try_out(make) for name, make in constructions(keras).items()}
    plateau = keras.callbacks.ReduceLROnPlateau(epsilon=0.5)
    facts = {
        "version": keras.__version__,
        "plateau_min_delta": plateau.min_delta,
        "layer_batch_shape": keras.layers.InputLayer(batch_input_shape=(2, 4)).batch_shape,
    }
    json.dump({"observed": observed, "tried": tried, "facts": facts}, output)


if __name__ == "__main__":
    main()
