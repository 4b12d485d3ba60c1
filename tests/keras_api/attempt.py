"""Runs expressions with one Keras as ``k`` and prints what each of them does.

Run by ``test_tf_keras`` in a process of its own, with the package as its argument; the expressions
come as JSON lists, one on each line of the standard input.
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
    print(json.dumps(k.__version__), file=output, flush=True)
    for line in sys.stdin:
        result = []
        for text in json.loads(line):
            try:
                exec(text, dict(names))
                result.append("")
            except Exception as error:
                result.append(f"{type(error).__name__}: {error}")
        print(json.dumps(result), file=output, flush=True)


if __name__ == "__main__":
    main()
