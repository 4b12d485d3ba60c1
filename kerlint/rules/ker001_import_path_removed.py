"""KER001: a module that Keras no longer has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Move
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import ApiReference
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import in_package, releases_at
from kerlint.rules.successors import NEEDS_TENSORFLOW, advice, removed_module, successor


class ImportPathRemoved(Rule):
    """A module that Keras no longer has is imported or used.

    The import raises ``ModuleNotFoundError`` or ``ImportError``. Keras 2.13 made its inner modules
    private and Keras 3 removed them. Most of their contents still exist under public names:
    ``keras.layers.core.Dense`` is ``keras.layers.Dense``, and
    ``keras.utils.np_utils.to_categorical`` is ``keras.utils.to_categorical``.

    tf_keras is Keras 2 as a package of its own. Code for it (``import tf_keras``,
    ``TF_USE_LEGACY_KERAS=1`` or ``--target-keras 2``) is checked against tf_keras 2.21, which also
    lacks most of the old modules.

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
    Tempting:
        # Keras still has these old modules.
        from keras.applications.vgg16 import preprocess_input
        from keras.preprocessing.image import img_to_array
        from keras.preprocessing.sequence import pad_sequences

    People say: "ModuleNotFoundError: No module named 'keras.layers.core'", "cannot import name
    'np_utils' from 'keras.utils'", "No module named 'keras.engine'".

    When kerlint stays silent:
        - The import is inside ``try: ... except ImportError``, or depends on the version of Keras.
        - ``tensorflow.keras`` still has the module for old code, such as
          ``tensorflow.keras.preprocessing.text``.
        - No release of Keras ever had the module.
    """

    code = "KER001"
    severity = Severity.ERROR
    required_bytes = (b"keras", b"np_utils")
    experiments = (EXISTENCE,)
    fix = Applicability.SAFE

    def concerns(self, name: str) -> bool:
        return keras_api.locate(name) is not None

    def check(self, use: ApiReference, view: View) -> Iterator[Finding]:
        if use.guarded:
            return
        releases = releases_at(use.path, view.target)
        if not releases or not all(_lacks(use.path, release) for release in releases):
            return
        release = releases[0]
        imported = [other for other in view.program.uses if other.imported]
        names = _taken_from(use, view) if use.imported else []
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
        version = (
            "TensorFlow 2" if gone == "tensorflow.contrib" else keras_api.version_name(release)
        )
        yield Finding(
            use.site,
            f"`{gone}` does not exist in {version}",
            label="no such module",
            help=in_package(_help(use.path, gone, names, release), use.path),
            claim=claim(use, view, gone),
            rewrite=(Move(use.site, use.path, release),),
            fix=Applicability.UNSAFE if _doubt(gone) else None,
            unsafe_because=_doubt(gone),
        )


def _taken_from(use: ApiReference, view: View) -> list[str]:
    """The names that one ``from`` statement takes out of the module that it names."""
    names: list[str] = []
    start = view.order[use] + 1
    for other in view.program.uses[start : start + 100]:
        if names and other.path.startswith(names[-1] + "."):
            return names[:-1]  # that was the module of the next statement
        if not other.imported or other.path.rpartition(".")[0] != use.path:
            break
        names.append(other.path)
    return names


@lru_cache(maxsize=4096)
def _lacks(path: str, release: str) -> bool:
    if keras_api.nearest_release(release) not in keras_api.TRIED:
        return False
    return removed_module(path, release, member=True) is not None


def _help(path: str, gone: str, names: list[str], release: str) -> str:
    """What to write instead of a module, or of the names that are taken out of it."""
    if names:
        return "; ".join(dict.fromkeys(_of_names(names, release)))
    if path != gone:
        return advice(path, release)
    known = successor(gone, release)
    if known:
        return known
    spelled = keras_api.replacement(gone, release)
    if spelled is None:
        return "remove it; Keras has no replacement"
    last = spelled.rpartition(".")[2]
    if gone.rpartition(".")[2] in _SHORT:  # ``from keras.layers import K``
        return f"import it with `from {spelled.rpartition('.')[0]} import {last} as K`"
    return f"use `{spelled}`"


_SHORT = frozenset({"K"})


def _of_names(names: list[str], release: str) -> Iterator[str]:
    """One phrase for all names that have one home, then one for each of the others."""
    homes: dict[str, list[str]] = {}
    others: list[str] = []
    for name in names:
        new = keras_api.replacement(name, release)
        home, short = (new or "").rpartition(".")[0], name.rpartition(".")[2]
        if home and keras_api.exists(f"{home}.{short}", release):
            homes.setdefault(home, []).append(short)
        else:
            others.append(name)
    for home, found in homes.items():
        if len(homes) == 1 and not others:
            yield f"import from `{home}`"
        else:
            yield f"import {', '.join(f'`{name}`' for name in found)} from `{home}`"
    for name in others:
        yield advice(name, release, imported=True)


def _doubt(gone: str) -> str:
    """Why what is there today might not be what was meant; empty where it is."""
    if gone.endswith("keras.utils.visualize_util"):
        return "the picture shows other details"
    if gone.endswith("keras.dtensor"):
        return "optimizers no longer take a mesh"
    return NEEDS_TENSORFLOW if gone.startswith("keras.preprocessing.") else ""


def _within(path: str, module: str) -> bool:
    return path == module or path.startswith(module + ".")


def claim(use: ApiReference, view: View, path: str = "") -> ExistenceClaim:
    """The claim that Keras has nothing at a path, by default at the whole path that is named."""
    release = next(iter(releases_at(use.path, view.target)), keras_api.LATEST)
    return ExistenceClaim(path or use.path, release=release)
