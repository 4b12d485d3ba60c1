"""KER733: a dataset or array is changed, and the result is thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import AssignResult
from kerlint.program.model import Discarded
from kerlint.rules.base import Finding, Rule, View

_CALLS = ("dataset", "array", "function")


class ResultThrownAway(Rule):
    """`ds.batch(32)` on a line of its own does nothing, because the result is not assigned.

    The methods of `tf.data` return a new dataset and leave the old one as it is. So do `reshape`
    and `astype` of an array, and functions such as `to_categorical` and `keras.random.shuffle`.
    Without an assignment the model is trained on data that is not batched, shuffled, scaled or
    reshaped.

    Bad:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        dataset = tf.data.Dataset.from_tensor_slices((x, y))
        dataset.batch(16)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(dataset)
    Good:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        dataset = tf.data.Dataset.from_tensor_slices((x, y))
        dataset = dataset.batch(16)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(dataset)
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        x.sort(axis=0)  # these change the array itself
        x.resize((64, 8))
        np.clip(x, 0.1, 0.9, out=x)
        np.random.shuffle(x)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(x.reshape(-1, 8), y)

    People say: "tf.data batch has no effect", "reshape does not change the shape", "cannot reshape,
    shape is still the same".

    When kerlint stays silent:
        - The result is assigned, returned, passed on or used in any other way.
        - It is the last expression of a notebook cell, which shows its value. The same goes for
          scripts that are divided into cells.
        - The object is not known to be a `tf.data` dataset or an array.
        - The call has `out=` or `inplace=`.
    """

    code = "KER733"
    severity = Severity.ERROR
    required_bytes = tuple(
        word.encode()
        for word in (
            *(".batch(", ".cache(", ".map(", ".repeat(", "shuffle(", ".prefetch(", ".take("),
            *(".skip(", ".filter(", "reshape(", ".astype(", "to_categorical(", "expand_dims("),
            *("transpose(", "squeeze(", "flatten(", "one_hot(", "pad_sequences(", ".cast("),
            *("permutation(", ".flip(", ".roll(", ".sort("),
        )
    )
    unsafe_because = "the program then goes on with the result"
    untestable = "the call itself is right, and only its result is missing"

    def check(self, each: Discarded, view: View) -> Iterator[Finding]:
        if each.of not in _CALLS or each.guarded:
            return
        call = f"`{each.name}(...)`" if each.of == "function" else f"`.{each.name}(...)`"
        what = "a new dataset" if each.of == "dataset" else "a new array"
        yield Finding(
            each.origin.site,
            f"{call} has no effect here: it returns {what}, which is thrown away",
            label="the result is lost",
            help="assign the result, such as `dataset = dataset.batch(...)`"
            if each.of == "dataset"
            else "assign the result",
            shown_at_end=True,
            origin=each.origin,
            rewrite=(AssignResult(each.origin.site, each.of == "function"),),
        )
