"""KER703: the validation data are the training data."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.program.values import Fact, Items, Object, Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, place_of, same_data


class ValidationOnTrainingData(Rule):
    """The model is validated on the data that it is trained on.

    `val_loss` and `val_accuracy` are there to show how the model does on data that it has
    not seen. Measured on the training data they repeat the training results: they look good
    however badly the model overfits, and early stopping on `val_loss` never stops.

    The same happens when two generators or datasets read one folder, or when the subsets "training"
    and "validation" are drawn with different seeds: each seed makes a split of its own.

    Bad:
        import numpy as np

        table = np.loadtxt("table.csv", delimiter=",")
        x, y = table[:, :8], table[:, 8]
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, epochs=20, validation_data=(x, y))
    Good:
        import numpy as np

        table = np.loadtxt("table.csv", delimiter=",")
        x, y = table[:, :8], table[:, 8]
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x[200:], y[200:], epochs=20, validation_data=(x[:200], y[:200]))
    Tempting:
        import numpy as np

        x = np.sin(np.arange(512.0)).reshape(64, 8)
        x_train, x_test = x[16:], x[:16]
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="relu")])
        model.add(layers.Dense(8))
        model.compile(optimizer="adam", loss="mse")
        # An autoencoder: the data are their own targets.
        model.fit(x_train, x_train, epochs=2, validation_data=(x_test, x_test))

    People say:
        "validation accuracy is the same as training accuracy", "val_acc is 1.0 but the test
        accuracy is low", "good validation accuracy, bad predictions"

    When kerlint stays silent:
        - The two are different arrays, or kerlint cannot see that they are the same.
        - The data are random numbers or a short list in the code: nothing can be learned
          from how a model does on new data of that kind.
    """

    code = "KER703"
    severity = Severity.WARNING
    required_bytes = (b"validation_data",)
    untestable = "that both are the same data is certain from the text"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        validation = fit.args.get("validation_data")
        if fit.method not in FITTING or validation is None:
            return
        if not (_same_arrays(fit, validation) or _same_dataset(fit, validation)):
            yield from _same_files(fit, validation, view)
            return
        place = place_of(fit, "validation_data", view)
        x = fit.args.get("x")
        related = () if x is None or x.site in (place, validation.site) else _trained_on(x)
        yield Finding(
            place,
            "the model is validated on its training data, so `val_loss` cannot show overfitting",
            label="the data that the model is trained on",
            help="validate on other data, for example with `validation_split=0.2`",
            related=related,
            origin=fit.origin,
        )


def _trained_on(x: Fact) -> tuple[Note, ...]:
    return (Note(x.site, "the training data come from here"),)


def _same_arrays(fit: Fit, validation: Fact) -> bool:
    pair, x, y = validation.value, fit.args.get("x"), fit.args.get("y")
    if not isinstance(pair, Items) or x is None or y is None or len(pair.items) not in (2, 3):
        return False
    if not same_data(pair.items[1].value, y.value):
        return False
    # A generator of changed images has the labels of the images that it changes.
    if fit.dataset is None and not same_data(pair.items[0].value, x.value):
        return False
    return not any(_made_up(fact) for fact in (x, y))


def _same_dataset(fit: Fit, validation: Fact) -> bool:
    """Whether one dataset or generator is given as both."""
    if fit.dataset is not None:
        return same_data(fit.dataset, validation.value) and not _made_up(fit.args.get("x"))
    x = fit.args.get("x") or fit.args.get("generator")
    if x is None or "y" in fit.args or isinstance(x.value, (Items, Array)):
        return False
    return same_data(x.value, validation.value)


def _same_files(fit: Fit, validation: Fact, view: View) -> Iterator[Finding]:
    """Two datasets of one folder that have files in common."""
    one, two = fit.dataset, validation.value
    if one is None or not isinstance(two, Object) or not _have_files(one, two):
        return
    (folder, part), (other, part_of_other) = _files(one), _files(two)
    if folder != other:
        return
    seeds = [each.args["seed"].value if "seed" in each.args else None for each in (one, two)]
    if part != part_of_other:
        apart = seeds[0] == seeds[1] or None in seeds
        if apart or one.args["made"].value == "flow_from_directory":
            return  # a part of each class, in the order of the names
        message = (
            "the validation data has images of the training: the two subsets are drawn with "
            "different seeds"
        )
        help = "use the same `seed` for both subsets"
    elif not part:
        message = "the model is validated on its training data: both are read from the same folder"
        help = (
            "read the validation data from another folder, or use `validation_split` and `subset`"
        )
    else:
        return
    yield Finding(
        place_of(fit, "validation_data", view),
        message,
        label="has files that the model is trained on",
        help=help,
        related=(Note(one.site, "the training data"), Note(two.site, "the validation data")),
        origin=fit.origin,
    )


def _have_files(*datasets: Object) -> bool:
    return all("folder" in each.args and "made" in each.args for each in datasets)


def _files(dataset: Object) -> tuple[Value, Value]:
    """The folder of a dataset, and which part of it."""
    return dataset.args["folder"].value, dataset.args["subset"].value


def _made_up(fact: Fact | None) -> bool:
    """Whether data are random, or a few samples that are written down: a small demonstration."""
    if fact is None or not isinstance(fact.value, Array):
        return False
    data = fact.value
    rows = data.shape[0] if data.shape else None
    few = isinstance(rows, int) and rows <= _FEW
    constant = data.lowest is not None and data.lowest == data.highest
    return data.origin.startswith("numpy.random") or constant or (few and _is_written(data))


def _is_written(data: Array) -> bool:
    return data.origin.startswith("a list")


_FEW = 64  # samples
