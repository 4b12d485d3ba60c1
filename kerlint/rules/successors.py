"""What Keras no longer has, and what to write instead: asked by the rules about names."""

from __future__ import annotations

import functools

from kerlint import keras_api
from kerlint.keras_api.facts import SUCCESSORS

# Private code (KER009), and other packages of their own era.
_ELSEWHERE = (
    "keras.api",
    "keras.protobuf",  # generated files that are there and that no name leads to
    "keras.src",
    "tensorflow.compat.v1",
    "tensorflow.keras.protobuf",
    "tensorflow.python",
    "tf_keras.protobuf",
)


def advice(path: str, release: str, *, imported: bool = False) -> str:
    """What to write instead of a class or function that is gone."""
    short = path.rpartition(".")[2]
    known = successor(path, release)
    if known:
        return known
    new = keras_api.replacement(path, release)
    if new is None:
        return f"remove `{short}`; Keras has no replacement"
    located = keras_api.symbol(new)
    if located is not None and located.kind == "module":
        return f"use `{new}` instead of `{short}`"
    return f"use `{new}` instead of `{short}`" if imported else f"write `{new}`"


def successor(path: str, release: str) -> str:
    """What the facts say of a path that has no one-to-one replacement."""
    located = keras_api.locate(path)
    plain = "keras" + path.partition("keras")[2]
    for name in (plain, located.name if located is not None else None):
        if name is not None:
            for wanted, text in SUCCESSORS.get(name, ()):
                if wanted == (
                    "2" if keras_api.nearest_release(release) == keras_api.LEGACY else "3"
                ):
                    return text
    return ""


def kept_for_old_code(path: str, release: str) -> str | None:
    """The path of what ``keras.preprocessing`` has lost and ``tensorflow.keras`` still has."""
    if not path.startswith("keras.preprocessing.") or not release.startswith("3"):
        return None
    new = f"tensorflow.{path}"
    found = keras_api.exists(new, release) and not keras_api.exists(path, release)
    return new if found else None


NEEDS_TENSORFLOW = "it needs TensorFlow, which keeps it for old code only"


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


def is_merge_function(path: str) -> bool:
    """Whether a path may be that of the function ``merge`` of Keras 1."""
    return path in _BOTH


@functools.cache
def removed_name(path: str, release: str) -> str | None:
    """The first part of a path that is a class or function some release had and this one lacks."""
    if path.startswith(_ELSEWHERE):
        return None
    gone = keras_api.missing_prefix(path, release)
    located = keras_api.locate(gone) if gone is not None else None
    if located is None or located.private or located.name is None:
        return None
    owner = keras_api.symbol(gone.rpartition(".")[0]) if gone is not None else None
    if owner is not None and owner.is_class:
        return None  # a method: KER004
    return None if removed_module(path, release, member=True) is not None else gone


def called_only(path: str, release: str) -> bool:
    """Whether Keras 3 still has a name, and raises when it is called."""
    parts = path.split(".")
    return (
        release.startswith("3")
        and parts[-3:-1] == ["optimizers", "legacy"]
        and parts[-1] != "Optimizer"
        and keras_api.exists(path, release)
    )
