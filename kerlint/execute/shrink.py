"""Smaller descriptions: what does not fit, or takes too long, in a size that leaves the claim be.

Widths and images shrink, depth and outputs never. The shrinking is said in the evidence.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

# From here on a model is shrunk before it is tried: it would take longer than it needs to.
LARGE_PARAMETERS = 1_000_000
LARGE_PIXELS = 64
WIDTH, PIXELS, VOCABULARY = 64, 32, 1_000


def shrunk(description: dict[str, Any], level: int) -> dict[str, Any]:
    """The description with smaller widths (level 1 and 2), and smaller images (level 2).

    Depth, and the width of the output layers, stay as they are.
    """
    made = copy.deepcopy(description)
    notes: list[str] = []
    kept = _heads(made)
    widths = set()
    for key, layer in made["layers"].items():
        args = layer.get("args", {})
        for name in ("units", "filters", "output_dim", "key_dim"):
            if key not in kept and number(args.get(name)) > WIDTH:
                widths.add(number(args[name]))
                args[name] = WIDTH
        if layer["class"].endswith(".Embedding") and number(args.get("input_dim")) > VOCABULARY:
            notes.append(f"{VOCABULARY:,} words instead of {number(args['input_dim']):,}")
            args["input_dim"] = VOCABULARY
    if widths:
        notes.append(f"{WIDTH} units instead of {', '.join(str(w) for w in sorted(widths))}")
    for size in made["inputs"]:
        if size.get("kind") == "tokens":
            size["high"] = min(size["high"], VOCABULARY)
        shape = size["shape"]
        if level >= 2 and len(shape) > 1:
            axes = range(len(shape) - 1) if size.get("kind") != "tokens" else range(len(shape))
            if any(shape[axis] > PIXELS for axis in axes):
                before = " x ".join(str(s) for s in shape)
                for axis in axes:
                    shape[axis] = min(shape[axis], PIXELS)
                notes.append(f"inputs of {' x '.join(map(str, shape))} instead of {before}")
    made["notes"] = [*made.get("notes", ()), *notes]
    return made


def is_large(description: dict[str, Any]) -> bool:
    """Whether it is worth shrinking before trying: by what the text alone tells."""
    widths = 1
    last = max((math.prod(i["shape"]) for i in description["inputs"]), default=1)
    for layer in description["layers"].values():
        args = layer.get("args", {})
        width = number(args.get("units"), args.get("filters"), default=0)
        if width:
            widths += width * min(last, 4096)
            last = width
        if layer["class"].startswith("keras.applications."):
            return True
        if layer["class"].endswith(".Embedding"):
            widths += number(args.get("input_dim")) * number(args.get("output_dim"))
            last = number(args.get("output_dim"))
    pixels = any(
        len(size["shape"]) > 1 and max(size["shape"][:-1]) > LARGE_PIXELS
        for size in description["inputs"]
    )
    return widths > LARGE_PARAMETERS or pixels


def _heads(description: dict[str, Any]) -> set[str]:
    """Layers that make the outputs, or stand between them and the last layer with weights."""
    makers = {node["output"]: node for node in description["nodes"]}
    found: set[str] = set()
    for output in description["outputs"]:
        name: str | None = output
        while name is not None:
            node = makers.get(name.partition(".")[0])
            if node is None:
                break
            key = str(node["layer"])
            found.update([key, *wrapped(key, description)])
            args = description["layers"][key].get("args", {})
            if "units" in args or "filters" in args or len(node["inputs"]) != 1:
                break
            name = node["inputs"][0]
    return found


def wrapped(key: str, description: dict[str, Any]) -> Iterator[str]:
    """The keys of the layers inside a wrapper."""
    inner = description["layers"][key].get("wrapped")
    while inner is not None:
        yield str(inner)
        inner = description["layers"][str(inner)].get("wrapped")


def number(*values: Any, default: int = 1) -> int:
    """The first of the values that is a number; ``default`` when none is."""
    for value in values:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return int(value)
    return default
