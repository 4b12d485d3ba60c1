"""Texts that name an object of Keras, and what was meant by those that Keras does not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability
from kerlint.program.model import Program
from kerlint.program.values import Entries, Fact, Items, Site
from kerlint.rules.base import View

# Words that people use for something that has another name in Keras, by kind.
_MEANT: dict[str, dict[str, str]] = {
    "loss": {
        "cce": "categorical_crossentropy",
        "scce": "sparse_categorical_crossentropy",
        "cross_entropy": "categorical_crossentropy",
        "log_loss": "binary_crossentropy",
        "logloss": "binary_crossentropy",
        "nll": "categorical_crossentropy",
        "rmse": "mean_squared_error",
        "root_mean_squared_error": "mean_squared_error",
        "l1": "mean_absolute_error",
        "l2": "mean_squared_error",
        "cosine": "cosine_similarity",
        "cosine_proximity": "cosine_similarity",
    },
    "metric": {
        "rmse": "root_mean_squared_error",
        "f1": "f1_score",
        "fscore": "f1_score",
        "fmeasure": "f1_score",
        "fbeta_score": "f_beta_score",
        "r2": "r2_score",
        "kld": "kl_divergence",
        "kullback_leibler_divergence": "kl_divergence",
        "cosine": "cosine_similarity",
        "cosine_proximity": "cosine_similarity",
        "matthews_correlation": "accuracy",
        "cce": "categorical_crossentropy",
    },
    "optimizer": {"adam_w": "adamw", "momentum": "sgd", "gradient_descent": "sgd"},
    "activation": {
        "none": "linear",
        "identity": "linear",
        "logistic": "sigmoid",
        "lrelu": "leaky_relu",
        "prelu": "leaky_relu",
        "logsoftmax": "log_softmax",
    },
}


# ``compile`` chooses one of three losses by the shapes.
_ANY_CROSSENTROPY = ("ce", "crossentropy")


_LAYERS_FOR_ACTIVATIONS = frozenset(
    {"ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU"}
    | {"leaky_relu", "log_softmax", "relu6", "silu"}
)


def known(kind: str, text: str, releases: tuple[str, ...]) -> bool:
    """Whether one of the releases knows the text, or the program may have registered it."""
    if ">" in text:  # ``package>name``, registered
        return True
    if kind == "loss" and text.lower() in _ANY_CROSSENTROPY:
        return True
    if not all(release.startswith("3") for release in releases):
        # Keras 2 looks among all that its modules have imported.
        if kind == "metric" or (kind == "activation" and text in _LAYERS_FOR_ACTIVATIONS):
            return True
    return any(keras_api.resolve_string(kind, text, release) is not None for release in releases)


def meant(kind: str, text: str, release: str) -> str | None:
    """What the text was probably meant to be."""
    accepted = keras_api.strings_for(kind, release)
    if kind == "metric":
        accepted = (*accepted, "accuracy")
    plain = "_".join(text.lower().replace("-", " ").replace(".", " ").split())
    for word in (plain, plain.rpartition("_losses_")[2], plain.replace("cross_ent", "crossent")):
        word = _MEANT.get(kind, {}).get(word, word)
        if word in accepted:
            return word
    lower = {word.replace("_", ""): word for word in accepted if word.islower()}
    if plain.replace("_", "") in lower:
        return lower[plain.replace("_", "")]
    close = difflib.get_close_matches(plain, [w for w in accepted if w.islower()], 1, 0.7)
    return close[0] if close else None


GUESSED = "another name may have been meant"

# What Keras has is only near to what these mean.
_ONLY_NEAR = frozenset(
    {
        ("activation", "prelu"),
        ("loss", "cross_entropy"),
        ("loss", "log_loss"),
        ("loss", "logloss"),
        ("loss", "nll"),
        ("loss", "rmse"),
        ("loss", "root_mean_squared_error"),
        ("metric", "matthews_correlation"),
        ("optimizer", "momentum"),
    }
)


def named(text: str) -> str:
    """How a message says a text: one that is no name is not shown."""
    return f"named `{text}`" if text.isprintable() and len(text) <= 60 else "of this name"


def certainty(kind: str, text: str, close: str | None) -> Applicability:
    """How sure it is that one text was meant by another."""
    if close is None:
        return Applicability.DISPLAY
    plain = "".join(letter for letter in text.lower() if letter.isalnum())
    if plain == close.replace("_", "").lower():
        return Applicability.SAFE
    word = "_".join(text.lower().replace("-", " ").replace(".", " ").split())
    return Applicability.DISPLAY if (kind, word) in _ONLY_NEAR else Applicability.UNSAFE


def texts(fact: Fact) -> Iterator[Fact]:
    """The texts in an argument of compile: alone, in a list, or by the name of an output."""
    value = fact.value
    if isinstance(value, str):
        yield fact
    elif isinstance(value, Items):
        for item in value.items:
            yield from texts(item)
    elif isinstance(value, Entries):
        for item in value.entries.values():
            yield from texts(item)


_REGISTERING = (
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "register_keras_serializable",
)


def may_be_registered(program: Program, close: str | None) -> bool:
    """Whether a text may be the name of an object of the user's own.

    ``close``: the name of Keras that it is much like. Files that are imported can register names,
    but hardly such ones.
    """
    if close is None and program.imports_code:
        return True
    return any(
        use.path.endswith(_REGISTERING) or "register" in use.path.rpartition(".")[2]
        for use in program.uses
    )


def guarded_at(site: Site, view: View) -> bool:
    """Whether the author has thought of another Keras where something is called."""
    return any(call.guarded for call in view.calls_at.get(site, ()))
