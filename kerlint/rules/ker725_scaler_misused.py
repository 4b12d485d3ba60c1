"""KER725: a scaler whose result is lost, or that is fitted to the test data again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import AssignResult, RenameMethod
from kerlint.program.data import Array
from kerlint.program.model import Fit, Program, Scaling
from kerlint.program.values import Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING


class ScalerMisused(Rule):
    """The scaled data are lost, or the test data are scaled differently from the training data.

    `scaler.fit_transform(x)` returns a new array and does not change `x`. Without an
    assignment, or when the result gets another name that is not used, the model is trained
    on data that are not scaled.

    `scaler.fit_transform(x_test)` measures the test data and scales them by their own mean
    and range. The same value then means one thing in training and another in the test, and
    the results on test data are wrong. Fit the scaler to the training data once, and use
    `transform` for everything else.

    The same goes for `PCA`, the vectorizers of scikit-learn and the `Tokenizer` of Keras: fitted to
    the test data again, they give columns or numbers of words that the model has never seen.

    Bad:
        from sklearn.datasets import load_breast_cancer
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        x, y = load_breast_cancer(return_X_y=True)
        x_train, x_test, y_train, y_test = train_test_split(x, y)
        scaler = StandardScaler()
        x_train = scaler.fit_transform(x_train)
        x_test = scaler.fit_transform(x_test)
        model = keras.Sequential([keras.Input((30,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x_train, y_train, validation_data=(x_test, y_test))
    Good:
        from sklearn.datasets import load_breast_cancer
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        x, y = load_breast_cancer(return_X_y=True)
        x_train, x_test, y_train, y_test = train_test_split(x, y)
        scaler = StandardScaler()
        x_train = scaler.fit_transform(x_train)
        x_test = scaler.transform(x_test)
        model = keras.Sequential([keras.Input((30,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x_train, y_train, validation_data=(x_test, y_test))
    Tempting:
        import numpy as np

        class StandardScaler:  # not that of scikit-learn: this one works in place
            def fit_transform(self, x):
                x -= x.mean(axis=0)
                x /= x.std(axis=0)

        x = np.sin(np.arange(512.0)).reshape(64, 8)
        y = np.cos(np.arange(64.0))
        StandardScaler().fit_transform(x)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "good validation accuracy but bad predictions", "StandardScaler has no effect",
        "fit_transform on test data", "fit_on_texts on train and test"

    When kerlint stays silent:
        - The same scaler transforms the data once more, and that result is kept.
        - The scaler works in place (`copy=False`), or the model normalizes its input.
        - The names of the data do not tell training data from test data, such as `x_train`
          and `x_test`, or they are other quantities, such as `x_train` and `y_test`.
    """

    code = "KER725"
    severity = Severity.WARNING
    required_bytes = (b"Scaler", b"Transformer", b"PCA", b"Vectorizer", b"Tokenizer", b"SVD")
    unsafe_because = "the data then have other values"
    untestable = "the bug is in the data, and the experiments make their own"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        unscaled = _trained_without(program, view)
        for index, scaling in enumerate(program.scalings):
            if _scales(scaling) and _is_lost(scaling, program.scalings[index + 1 :]):
                yield Finding(
                    scaling.origin.site,
                    f"the result of `{scaling.method}` is discarded, so the data stay unscaled",
                    label="returns a new array",
                    help=f"assign the result to `{scaling.named}`",
                    origin=scaling.origin,
                    rewrite=(AssignResult(scaling.origin.site, argument=True),),
                )
            elif unscaled is not None and unscaled[0] == index:
                _, fit, x = unscaled
                yield Finding(
                    fit.origin.site,
                    f"the model is trained on data that are not scaled: `{scaling.kept_as}` is "
                    "not used",
                    label=f"not trained on `{scaling.kept_as}`",
                    help=f"use `{scaling.kept_as}` where the data are split, or in `fit`",
                    related=(
                        Note(x.site, "these data are not scaled"),
                        Note(scaling.origin.site, f"`{scaling.kept_as}` is made here"),
                    ),
                    origin=fit.origin,
                )
            elif (first := _fitted_before(scaling, program.scalings[:index])) is not None:
                same = first.scaler is scaling.scaler
                what, use, message = _words_for(scaling, first)
                yield Finding(
                    scaling.origin.site,
                    message,
                    label=f"fits the {what} again" if same else f"a {what} of its own",
                    help=f"use {use} of the {what} that was fitted to the training data",
                    related=(Note(first.origin.site, "fitted to the training data here"),),
                    origin=scaling.origin,
                    rewrite=(RenameMethod(scaling.origin.site, "transform"),)
                    if same and scaling.method == "fit_transform"
                    else (),
                )


def _scales(scaling: Scaling) -> bool:
    """Whether the columns stay what they are, and only have other values."""
    word = scaling.scaler.name.rpartition(".")[2]
    return word.endswith(("Scaler", "Transformer")) and word != "TfidfTransformer"


def _words_for(scaling: Scaling, first: Scaling) -> tuple[str, str, str]:
    """What is fitted, the method to use instead, and what is wrong."""
    if _scales(scaling):
        message = f"`{scaling.named}` is scaled by its own range, not by that of `{first.named}`"
        return "scaler", "`transform`", message
    word = scaling.scaler.name.rpartition(".")[2]
    if word == "Tokenizer":
        message = f"the words of `{scaling.named}` get other numbers than those of `{first.named}`"
        return word, "`texts_to_sequences`", message
    message = f"the columns of `{scaling.named}` mean something else than those of `{first.named}`"
    return f"`{word}`", "`transform`", message


def _is_lost(scaling: Scaling, later: tuple[Scaling, ...]) -> bool:
    """Whether the scaled data are not used, nor made again."""
    if not scaling.discarded or scaling.method == "fit" or not scaling.whole or not scaling.named:
        return False  # the result for a few samples is only looked at
    if "copy" in scaling.scaler.args or scaling.scaler.partial or "0" in scaling.scaler.args:
        return False
    return not any(
        other.scaler is scaling.scaler
        and other.named == scaling.named
        and other.method != "fit"
        and not other.discarded
        for other in later
    )


def _trained_without(program: Program, view: View) -> tuple[int, Fit, Array] | None:
    """The first scaler whose result gets a name of its own, while all models get the data before.

    With the number of the scaler are a call of ``fit`` and its data.
    """
    fits = [fit for fit in program.fits if fit.method in FITTING]
    if not fits or not program.scalings:
        return None
    for index, scaling in enumerate(program.scalings):
        if scaling.method == "fit" or scaling.kept_as in ("", scaling.named):
            continue
        if not _scales(scaling):
            continue
        if all(_is_raw(fit, scaling.data.value, view) for fit in fits):
            x = fits[-1].args["x"].value
            assert isinstance(x, Array)
            return index, fits[-1], x
    return None


def _is_raw(fit: Fit, before: Value, view: View) -> bool:
    """Whether a model is trained on the very data that a scaler was given."""
    fact = fit.args.get("x")
    if fact is None or not isinstance(fact.value, Array) or not isinstance(before, Array):
        return False
    x = fact.value
    columns = x.shape[1:] if x.shape else ()
    if not x.origin or _table(x) != _table(before) or before.rank != 2:
        return False
    if before.shape is None or before.shape[1:] != columns or not isinstance(columns[0], int):
        return False
    layers = (view.program.layers[index] for index in view.layers_in(fit.model))
    return not any(layer.kind.endswith(("Normalization", "Rescaling")) for layer in layers)


def _table(array: Array) -> str:
    return array.origin.removesuffix(", shuffled")


def _fitted_before(scaling: Scaling, earlier: tuple[Scaling, ...]) -> Scaling | None:
    """The fit to the training data that goes with a fit to test data."""
    kept_from, part = _parts_of(scaling.named)
    if scaling.method not in ("fit", "fit_transform") or part != "test":
        return None
    for other in reversed(earlier):
        stem, role = _parts_of(other.named)
        if other.method == "transform" or stem != kept_from or role == "test":
            continue
        if other.scaler is scaling.scaler:
            return other if _scales(scaling) or _is_used(other, earlier) else None
        if role == "train" and other.scaler.name == scaling.scaler.name:
            return other
    return None


def _is_used(fitted: Scaling, earlier: tuple[Scaling, ...]) -> bool:
    """Whether the training data were transformed before something else is fitted."""
    return fitted.method == "fit_transform" or any(
        other.scaler is fitted.scaler
        and other.method == "transform"
        and other.named == fitted.named
        for other in earlier
    )


_ROLE = re.compile(
    r"(?:^|_)([xy]?)(train(?:ing)?|te?st(?:ing)?|val(?:id(?:ation)?)?)(?=_|\d|$)", re.IGNORECASE
)


def _parts_of(name: str) -> tuple[str, str]:
    """A name without the word for the part of the data, and that word: ``("x", "test")``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    found = _ROLE.search(spaced)
    if found is None:
        return spaced.lower().strip("_"), ""
    stem = f"{spaced[: found.start()]}_{found[1]}_{spaced[found.end() :]}"
    role = "train" if found[2].lower().startswith("tr") else "test"
    return re.sub("_+", "_", stem).lower().strip("_"), role
