"""Runs expressions with one Keras as ``k`` and prints what each of them does.

Run by ``test_tf_keras`` in a process of its own, with the package as its argument; the expressions
come as a JSON list on the standard input.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def main() -> None:
    output, sys.stdout = sys.stdout, sys.stderr
    k = importlib.import_module(sys.argv[1])
    import numpy as np

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")

    def model(units: int = 1) -> object:
        made = k.Sequential([k.Input(shape=(3,)), k.layers.Dense(units)])
        made.compile(loss="mse")
        return made

    names = {"k": k, "np": np, "model": model, "x": np.zeros((2, 3)), "y": np.zeros((2, 1))}
    result = []
    for text in json.load(sys.stdin):
        try:
            exec(text, dict(names))
            result.append("")
        except Exception as error:
            result.append(f"{type(error).__name__}: {error}")
    json.dump({"version": k.__version__, "errors": result}, output)


if __name__ == "__main__":
    main()
