"""KER905: ``layer.trainble = False``, an attribute that nothing reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import RenameAttribute
from kerlint.program.model import Assignment
from kerlint.program.values import LayerRef, ModelRef, Unknown
from kerlint.rules.base import Finding, Rule, View

# What programs set on layers and models, and Keras reads.
_ATTRIBUTES = ("trainable", "stop_training")
# Attributes of Keras and of other libraries that look like them.
_OTHERS = frozenset(
    {"trainable_variables", "trainable_weights", "non_trainable", "trainables", "trained"}
    | {"untrainable", "stop_train", "is_trainable", "_trainable"}
)


class AttributeMisspelt(Rule):
    """An attribute of a layer or model is misspelt, so setting it has no effect.

    Python creates the attribute ``trainble`` without an error, and ``trainable`` remains True. The
    layer that was meant to be frozen is trained.

    Bad:
        import keras
        from keras import layers

        base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        base.trainble = False
        model = keras.Sequential([base, layers.Dense(1)])
        model.compile("adam", "mse")
    Good:
        import keras
        from keras import layers

        base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        base.trainable = False
        model = keras.Sequential([base, layers.Dense(1)])
        model.compile("adam", "mse")
    Tempting:
        # An attribute of the program's own.
        import keras
        from keras import layers

        base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        base.trained_on = "imagenet"
        base.trainable = False

    People say: "frozen layers are still training", "layer.trainable = False has no effect".

    When kerlint stays silent:
        - The name is not close to ``trainable`` or ``stop_training``.
        - The class is one of your own, and sets the attribute itself.
    """

    code = "KER905"
    severity = Severity.ERROR
    required_bytes = (b"train", b"Train", b"trian", b"tain", b"stop_")
    unsafe_because = "the attribute then has an effect, which it had not before"
    untestable = "the attribute is not part of the model"

    def check(self, assignment: Assignment, view: View) -> Iterator[Finding]:
        if not isinstance(assignment.owner, (LayerRef, ModelRef, Unknown)):
            return
        name = assignment.name
        meant = next((word for word in _ATTRIBUTES if _is_slip(name, word)), None)
        if meant is None or not isinstance(assignment.value.value, bool):
            return
        yield Finding(
            assignment.origin.site,
            f"`{name}` is not an attribute that Keras reads, so `{meant}` keeps its value",
            label="misspelt",
            help=f"write `{meant}`",
            origin=assignment.origin,
            rewrite=(RenameAttribute(assignment.origin.site, meant),),
        )


def _is_slip(name: str, word: str) -> bool:
    if name == word or name in _OTHERS or abs(len(name) - len(word)) > 2:
        return False
    if name.lower() == word or name.replace("_", "") == word.replace("_", ""):
        return True
    return difflib.SequenceMatcher(None, name.lower(), word).ratio() >= 0.85
