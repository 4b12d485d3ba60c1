"""Saved models as Keras writes them, made without Keras."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any


def layer(kind: str, name: str, /, **config: Any) -> dict[str, Any]:
    """A layer as Keras 3 serializes it."""
    config = {"name": name, "trainable": True, **config}
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": config,
        "registered_name": None,
    }


def tensor(name: str, node: int = 0, index: int = 0) -> dict[str, Any]:
    history = [name, node, index]
    return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}


def called(entry: dict[str, Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """A layer of a functional model with its one call."""
    nodes = [{"args": list(args), "kwargs": kwargs}]
    return {**entry, "name": entry["config"]["name"], "inbound_nodes": nodes}


def source(name: str, *sizes: int | None) -> dict[str, Any]:
    entry = layer("InputLayer", name, batch_shape=[None, *sizes], dtype="float32")
    return {**entry, "name": name, "inbound_nodes": []}


def functional(layers: list[Any], inputs: Any, outputs: Any, **compiled: Any) -> dict[str, Any]:
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "functional",
            "trainable": True,
            "layers": layers,
            "input_layers": inputs,
            "output_layers": outputs,
        },
        "registered_name": "Functional",
        "compile_config": compiled,
    }


def sequential(*layers: Any, **compiled: Any) -> dict[str, Any]:
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "trainable": True, "layers": list(layers)},
        "registered_name": None,
        "compile_config": compiled,
    }


def softmax_on_one_unit() -> dict[str, Any]:
    return sequential(
        layer("InputLayer", "input", batch_shape=[None, 8]),
        layer("Dense", "hidden", units=4, activation="relu"),
        layer("Dense", "answer", units=1, activation="softmax"),
        optimizer="adam",
        loss="binary_crossentropy",
    )


def archive(config: Any, name: str = "config.json") -> bytes:
    """A ``.keras`` archive; ``config`` is what JSON has, or bytes."""
    data = config if isinstance(config, bytes) else json.dumps(config).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", "{}")
        file.writestr(name, data)
    return out.getvalue()
