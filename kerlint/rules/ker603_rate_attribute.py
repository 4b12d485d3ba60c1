"""KER603: the learning rate is set under a name that the optimizer does not read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import RenameAttribute
from kerlint.program.model import GIVEN_TO_ASSIGN, Assignment
from kerlint.program.values import Object, Unknown, shown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import releases_at, releases_in

_RATE = "learning_rate"
_OWNERS = ("model.optimizer", "optimizer")


class RateAttribute(Rule):
    """`optimizer.lr = 0.01` has no effect in Keras 3: the learning rate stays as it is.

    The attribute is called `learning_rate`. Python accepts an assignment to any name, so `lr` or a
    misspelt name becomes a new attribute that nothing reads, and there is no error. Only reading
    `optimizer.lr` raises one, as in `optimizer.lr.assign(0.01)`. Keras 2 had both names.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.optimizer.lr = 0.0001
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.optimizer.learning_rate = 0.0001
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.lr = 0.0001  # an attribute of the model, for the program's own use
        model.optimizer.learning_rate.assign(0.0001)

    People say: "optimizer.lr has no effect", "learning rate does not change", "'Adam' object has no
    attribute 'lr'".

    When kerlint stays silent:
        - The owner is not known to be an optimizer of Keras, nor named like one.
        - The code may run with Keras 2, or asks whether the attribute exists.
    """

    code = "KER603"
    severity = Severity.ERROR
    required_bytes = (b".lr", b"learn", b"rate", b'"lr"', b"'lr'")
    unsafe_because = "the learning rate then changes, which it did not before"
    untestable = "an attribute that Keras does not know has no effect"

    def check(self, assignment: Assignment, view: View) -> Iterator[Finding]:
        name = assignment.name
        if assignment.guarded or not (name == "lr" or _is_slip(name)):
            return
        owner = assignment.owner
        if isinstance(owner, Object):
            symbol = keras_api.symbol(owner.name)
            if symbol is None or symbol.kind != "optimizer" or ".legacy." in owner.name:
                return
            path = view.called.get(owner.site, "")
        elif isinstance(owner, Unknown):
            text = shown(owner.symbol)
            if not text.endswith(_OWNERS) or text.endswith("self.optimizer"):
                return
            path = ""
        else:
            return
        packages = view.packages or _imported(view)
        releases = releases_at(path, view.target) if path else releases_in(packages, view.target)
        if not packages or not all(release.startswith("3") for release in releases):
            return
        rewrite = (RenameAttribute(assignment.origin.site, _RATE),)
        given = assignment.value.value
        if isinstance(given, Unknown) and given.reason == GIVEN_TO_ASSIGN:
            yield Finding(
                assignment.origin.site,
                f"an optimizer has no `{name}`, so this raises an error",
                label="no such attribute",
                help="write `learning_rate`",
                origin=assignment.origin,
                rewrite=rewrite,
                fix=Applicability.SAFE,
            )
            return
        yield Finding(
            assignment.origin.site,
            f"setting `{name}` has no effect: the learning rate stays as it is",
            label="nothing reads this attribute",
            help="set `learning_rate`",
            origin=assignment.origin,
            rewrite=rewrite,
        )


def _imported(view: View) -> frozenset[str]:
    """The Keras that a method can reach whose code names nothing of it."""
    roots = {"keras": "keras", "tensorflow": "tensorflow.keras", "tf_keras": "tf_keras"}
    return frozenset(roots[use.path] for use in view.program.uses if use.path in roots)


def _is_slip(name: str) -> bool:
    if name == _RATE or abs(len(name) - len(_RATE)) > 2:
        return False
    return difflib.SequenceMatcher(None, name.lower(), _RATE).ratio() >= 0.85
