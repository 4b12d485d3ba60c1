"""A description with averages in place of maxima: the gradient of a maximum is full of holes."""

from __future__ import annotations

import copy
from typing import Any


def averaging(description: dict[str, Any]) -> dict[str, Any]:
    """The description with each maximum over a window, or over everything, as an average."""
    made = copy.deepcopy(description)
    for layer in made["layers"].values():
        if ".GlobalMaxPool" in layer["class"]:
            layer["class"] = layer["class"].replace("MaxPool", "AveragePool")
        elif ".MaxPool" in layer["class"]:
            layer["class"] = layer["class"].replace("MaxPool", "AveragePool")
            layer["args"].setdefault("pool_size", 2)  # an average has no default
    return made
