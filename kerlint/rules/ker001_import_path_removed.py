"""KER001: a module that Keras no longer has."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.model import Use
from kerlint.rules.base import CallClaim, Finding, Rule, View

# What to do where no path is simply spelled otherwise today.
ADVICE = {
    "keras.backend.tensorflow_backend": "Keras 3 has no sessions: drop this",
    "keras.callbacks.callbacks": "import from keras.callbacks",
    "keras.engine": "what was public there is in keras and keras.layers today",
    "keras.estimator": "estimators are gone: train the model with fit()",
    "keras.layers.core": "import from keras.layers",
    "keras.layers.merge": "import from keras.layers",
    "keras.metrics.metrics": "import from keras.metrics",
    "keras.mixed_precision.experimental": "call keras.mixed_precision.set_global_policy()",
    "keras.preprocessing.text": (
        "use a keras.layers.TextVectorization layer; tensorflow.keras.preprocessing.text is still "
        "there for old code"
    ),
    "keras.utils.visualize_util": "call keras.utils.plot_model()",
    "keras.wrappers.scikit_learn": (
        "use keras.wrappers.SKLearnClassifier or SKLearnRegressor, or the package scikeras"
    ),
}

# Not for this rule: private code (KER009), other packages of their own era.
_ELSEWHERE = ("keras.api", "keras.src", "tensorflow.compat.v1", "tensorflow.python", "tf_keras")


class ImportPathRemoved(Rule):
    """The path leads through a module that Keras no longer has.

    Keras 2.13 made its inner modules private and Keras 3 left them behind. What they held is
    mostly still there under the public name: ``keras.layers.core.Dense`` is
    ``keras.layers.Dense``, ``keras.utils.np_utils.to_categorical`` is
    ``keras.utils.to_categorical``. The import raises ``ModuleNotFoundError``.

    An import inside ``try: ... except ImportError`` is left alone, and so is what
    ``tensorflow.keras`` still carries for old code (``tensorflow.keras.preprocessing.text``).

    Bad:
        from keras.layers.core import Dense
        from keras.utils import np_utils

        labels = np_utils.to_categorical([0, 1, 2])
        layer = Dense(3, activation="softmax")
    Good:
        from keras.layers import Dense
        from keras.utils import to_categorical

        labels = to_categorical([0, 1, 2])
        layer = Dense(3, activation="softmax")

    People say: "ModuleNotFoundError: No module named 'keras.layers.core'", "cannot import name
    'np_utils' from 'keras.utils'", "No module named 'keras.engine'".
    """

    code = "KER001"
    severity = Severity.ERROR
    words = (b"keras", b"np_utils")
    experiment = "existence"

    def check(self, use: Use, view: View) -> Iterator[Finding]:
        release = view.target.release
        if not view.target.is_keras_3 or use.guarded:
            return
        if removed_module(use.path, release, member=True) is None:
            return
        imported = [other for other in view.program.uses if other.imported]
        names = [other.path for other in imported if other.path.startswith(use.path + ".")]
        gone = removed_module(use.path, release, member=bool(names))
        if gone is None:
            return
        if use.imported:
            # ``from keras.layers.core import Dense`` names the module, then the name in it.
            owner = use.path.rpartition(".")[0]
            told = removed_module(owner, release, member=True) is not None
            if told and any(other.path == owner for other in imported):
                return
        elif any(_within(other.path, gone) for other in imported):
            return  # told where it is imported, or the author was on guard there
        yield Finding(
            use.site,
            f"{gone} is gone from {_keras(gone, release)}",
            label=f"no module {gone}",
            help=self._help(use.path, gone, names, release),
            claim=claim(gone),
        )

    def _help(self, path: str, gone: str, names: list[str], release: str) -> str:
        news = [keras_api.replacement(name, release) for name in names]
        if names and all(news):
            homes = {new.rpartition(".")[0] for new in news if new is not None}
            same = all(
                new is not None and new.rpartition(".")[2] == name.rpartition(".")[2]
                for name, new in zip(names, news)
            )
            if len(homes) == 1 and same:
                return f"import from {homes.pop()}"
            return ", ".join(f"{name.rpartition('.')[2]} is {n}" for name, n in zip(names, news))
        spelled = keras_api.replacement(path, release)
        if spelled is not None and path != gone:
            return f"write {spelled}"
        located = keras_api.locate(gone)
        plain = "keras" + gone.partition("keras")[2] if located is not None else gone
        for module in (plain, "keras" + path.partition("keras")[2]):
            if module in ADVICE:
                return ADVICE[module]
        spelled = keras_api.replacement(gone, release)
        return f"use {spelled}" if spelled is not None else "nothing takes its place"


@functools.cache
def removed_module(path: str, release: str, *, member: bool = False) -> str | None:
    """The first part of a path that is a module some release had and this one lacks.

    ``member``: the code takes something out of the path, so a name that was a function and a
    module at different times is the module.
    """
    if path.startswith(_ELSEWHERE):
        return None
    gone = keras_api.missing_prefix(path, release)
    if gone is None or gone == "tensorflow.contrib":
        return gone
    located = keras_api.locate(gone)
    if located is None or located.private or located.name is None:
        return None
    if gone.startswith("tensorflow.keras.") and keras_api.exists(gone[11:], release):
        return None  # tensorflow.keras finds every module of keras when it is imported
    found = keras_api.symbol(located.name)
    if found is not None and (found.kind == "module" or gone in _BOTH and (member or gone != path)):
        return gone
    return None  # a class or function that is gone: KER002


# Keras 1 had a function ``keras.layers.merge``, Keras 2 a module of that name.
_BOTH = ("keras.layers.merge", "tensorflow.keras.layers.merge")


def _within(path: str, module: str) -> bool:
    return path == module or path.startswith(module + ".")


def _keras(path: str, release: str) -> str:
    return "TensorFlow 2" if path == "tensorflow.contrib" else f"Keras {release}"


def claim(path: str) -> CallClaim:
    """The claim that Keras has nothing at a path."""
    return CallClaim(path)
