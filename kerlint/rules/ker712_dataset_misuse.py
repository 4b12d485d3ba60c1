"""KER712: datasets and generators given to ``fit`` in a form that it does not take."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Rewrite
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.program.values import External, Fact, Object, Unknown, Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import given

DATASET = "tensorflow.data.Dataset"
ITERATOR = "an iterator over a dataset"
_METHODS = frozenset({"fit", "evaluate", "predict"})


class DatasetMisuse(Rule):
    """A dataset or generator is passed to the model in a form that does not work.

    - A `tf.data.Dataset` or a generator contains the labels. Passing `y` as well raises an error.
    - `fit` expects batches. A dataset without `batch` gives one sample after the other, whose shape
      does not match the model; `batch_size=` is not used for datasets.
    - A dataset with `repeat()` never ends. Without `steps_per_epoch` the first epoch does not,
      either.
    - `zip`, `map` and `iter` make iterators, which Keras 3 does not accept. A generator expression,
      or a function with `yield`, works.

    Bad:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(60, 4), np.random.rand(60)
        data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(60)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(data, epochs=3)
    Good:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(60, 4), np.random.rand(60)
        data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(60).batch(16)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(data, epochs=3)
    Tempting:
        # Cut into batches before: each element has an axis for the samples.
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(6, 10, 4), np.random.rand(6, 10)
        data = tf.data.Dataset.from_tensor_slices((x, y)).repeat()
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(data, epochs=3, steps_per_epoch=6)

    People say: "Unrecognized data type", "`y` should not be passed", "the first epoch never ends",
    "expected axis -1 of input shape to have value 4, but received input with shape (4,)".

    When kerlint stays silent:
        - The code does not show what the dataset is made from, or a function that kerlint cannot
          follow may have changed it.
        - Elements without `batch` have a samples axis of their own.
    """

    code = "KER712"
    severity = Severity.ERROR
    required_bytes = (b"Dataset", b"flow", b"zip(", b"map(", b"iter(", b"_iterator(", b"tfds")
    unsafe_because = "the size of the batches is that of Keras"
    untestable = "the dataset is not in the model that kerlint builds"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method not in _METHODS or fit.partial:
            return
        data = fit.drawn_from or fit.args.get("x")
        what = _iterator(data.value) if data is not None else None
        if data is not None and what is not None and view.target.is_keras_3:
            yield Finding(
                data.site,
                f"`{fit.method}` does not accept {what}",
                label=what,
                help="pass the dataset itself, or a generator expression: "
                "`((x, y) for x, y in zip(a, b))`",
                related=(Note(fit.origin.site, "used here"),),
                origin=fit.origin,
            )
        if fit.dataset is not None:
            yield from _dataset(fit, fit.dataset, view)
        validation = fit.args.get("validation_data")
        if fit.method != "fit" or validation is None or not isinstance(validation.value, Object):
            return
        endless = validation.value.args.get("endless")
        if endless is not None and not _written(fit, "validation_steps"):
            yield _endless(fit, "validation_data", endless, "validation", "validation_steps")


def _dataset(fit: Fit, value: Object, view: View) -> Iterator[Finding]:
    labels = _labels(fit)
    if labels is not None:
        yield Finding(
            fit.origin.site,
            f"`{fit.method}` raises an error: `x` is a dataset, which contains the labels",
            label="labels next to a dataset",
            help="make the labels part of the dataset, and do not pass `y`",
            related=(Note(fit.place("x"), "a dataset"),),
            origin=fit.origin,
        )
    endless = value.args.get("endless")
    steps = "steps_per_epoch" if fit.method == "fit" else "steps"
    if endless is not None and not _written(fit, steps):
        what = "the first epoch" if fit.method == "fit" else f"`{fit.method}`"
        yield _endless(fit, "x", endless, what, steps)
    batched = value.args.get("batched")
    if batched is None or batched.value is not False or not _one_sample_each(fit, value, view):
        return
    size, place = fit.args.get("batch_size"), fit.place("x")
    yield Finding(
        fit.place("x"),
        "this dataset has no batches, so the model is given single samples",
        label="never batched",
        help="add `.batch(32)` to the dataset"
        + (": `batch_size` is not used for datasets" if size is not None else ""),
        related=(Note(size.site, "not used"),) if size is not None else (),
        origin=fit.origin,
        rewrite=(Rewrite(place, (place, ".batch(32)")),) if place != fit.origin.site else (),
    )


def _endless(fit: Fit, name: str, endless: Fact, what: str, steps: str) -> Finding:
    return Finding(
        fit.place(name),
        f"{what} never ends, because the dataset is repeated without an end",
        label="repeated without an end",
        help=f"pass `{steps}`, or remove `repeat()`: `fit` starts again at each epoch by itself",
        related=(Note(endless.site, "repeated without an end"),),
        origin=fit.origin,
    )


def _labels(fit: Fit) -> Fact | None:
    """The labels that are passed next to a dataset, not those inside it."""
    labels = given(fit, "y")
    if labels is None:
        return None
    # Those inside are noted at the place of the dataset.
    data = fit.args.get("x") or fit.args.get("generator")
    return labels if data is None or labels.site != data.site else None


def _written(fit: Fit, name: str) -> bool:
    fact = fit.args.get(name)
    return fact is not None and fact.value is not None


def _one_sample_each(fit: Fit, value: Object, view: View) -> bool:
    """Whether the elements have the rank of one sample, as the model knows it."""
    data = value.args.get("x")
    model = view.program.models[fit.model]
    if data is None or not isinstance(data.value, Array) or len(model.inputs) != 1:
        return False
    shape = view.program.tensors[model.inputs[0]].shape
    rank = data.value.rank
    if rank is None or isinstance(shape, Unknown):
        return False
    return len(shape) == rank


def _iterator(value: Value) -> str | None:
    """What Keras does not accept, in words."""
    if isinstance(value, Unknown) and value.reason == ITERATOR:
        return ITERATOR
    if isinstance(value, External) and value.path.startswith("builtins."):
        word = value.path.rpartition(".")[2]
        return "an iterator" if word == "iter" else f"{_ARTICLES.get(word, 'a')} {word} object"
    return None


_ARTICLES = {"enumerate": "an"}
