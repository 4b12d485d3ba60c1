"""KER009: an import of code that Keras keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Move
from kerlint.program.model import ApiReference
from kerlint.rules.base import Finding, Rule, View

_PRIVATE = ("keras.src", "keras.api", "keras._tf_keras", "tensorflow.python.keras")


class PrivatePath(Rule):
    """The code imports ``tensorflow.python.keras`` or ``keras.src``, which are not public.

    ``tensorflow.python.keras`` is an old copy of Keras, whose layers do not fit into models of
    ``tensorflow.keras``. ``keras.src`` changes from one release to the next without notice. Nearly
    everything in them has a public name.

    Bad:
        from tensorflow.python.keras.layers import Dense

        layer = Dense(3)
    Good:
        from tensorflow.keras.layers import Dense

        layer = Dense(3)
    Tempting:
        # These are public, unlike keras.src.
        import keras
        import tensorflow as tf

        layer = tf.keras.layers.Dense(3)
        tensor = keras.ops.ones((2, 3))

    People say: "tensorflow.python.keras vs tensorflow.keras", "The added layer must be an instance
    of class Layer. Found: <tensorflow.python.keras.layers.core.Dense object>".

    When kerlint stays silent:
        - The import is inside ``try: ... except ImportError``, or depends on the version of Keras.
    """

    code = "KER009"
    severity = Severity.WARNING
    required_bytes = (
        b"keras.src",
        b"keras.api",
        b"_tf_keras",
        b"python.keras",
        b"python import keras",
    )
    untestable = "private code may still work"
    unsafe_because = "the private modules are another copy of Keras"

    def concerns(self, name: str) -> bool:
        return _is_private(name)

    def check(self, use: ApiReference, view: View) -> Iterator[Finding]:
        if not use.imported or use.guarded:
            return
        if _is_private(use.path.rpartition(".")[0]) and _is_taken(use, view):
            return  # told at the module that it is taken from
        root = next(path for path in _PRIVATE if use.path.startswith(path))
        names = [other.path for other in _taken(use, view)]
        yield Finding(
            use.site,
            f"`{root}` is not public, and may change or break with any release",
            label="private",
            help=_help(use.path, names),
            rewrite=(Move(use.site, use.path, keras_api.LATEST),),
            fix=Applicability.SAFE if root == "keras.src" else None,
        )


def _taken(use: ApiReference, view: View) -> Iterator[ApiReference]:
    """The names after ``import``, for the module after ``from``."""
    for other in view.program.uses[view.order[use] + 1 :]:
        if not other.imported or other.path.rpartition(".")[0] != use.path:
            return
        if _is_taken(other, view):
            yield other


def _is_taken(use: ApiReference, view: View) -> bool:
    """Whether a path is that of a name after ``import``, and not of the module after ``from``."""
    owner, place = use.path.rpartition(".")[0], view.order[use]
    after = view.program.uses[place + 1 : place + 3]
    if after and _is_from(use, after[0]) and not (len(after) > 1 and _is_from(*after)):
        return False
    for index in range(place - 1, -1, -1):
        other = view.program.uses[index]
        if other.imported and other.path == owner:
            return True
        if not other.imported or other.path.rpartition(".")[0] != owner:
            return False
    return False


def _is_from(module: ApiReference, use: ApiReference) -> bool:
    return use.imported and use.path.rpartition(".")[0] == module.path


@lru_cache(maxsize=4096)
def _is_private(path: str) -> bool:
    return any(path == root or path.startswith(f"{root}.") for root in _PRIVATE)


def _help(path: str, names: list[str]) -> str:
    """The public names of what is imported, where there are any."""
    package = "tensorflow.keras" if path.startswith("tensorflow") else "keras"
    found = [keras_api.replacement(name) for name in names or [path]]
    public = [name for name in found if name is not None]
    if len(public) == len(found) and len(public) <= 3:
        return "use " + ", ".join(f"`{name}`" for name in public)
    return f"import public names from `{package}`"
