"""KER924: a method is named, but not called."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Rewrite
from kerlint.program.model import Discarded
from kerlint.rules.base import Finding, Rule, View


class MethodNotCalled(Rule):
    """`model.compile` without parentheses does nothing.

    The line is valid Python: it looks the method up and forgets it again. The error, if there is
    one, comes later, such as "You must call `compile()` before calling `fit()`".

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        train = model.fit  # called later, under another name
        model.layers
        model.compile(optimizer="adam", loss="mse")

    People say: "You must call `compile()` before using the model".

    When kerlint stays silent:
        - The method is assigned, passed on or called.
        - It is the last expression of a notebook cell, which shows its value, unless the model is
          trained later and never compiled.
        - The object is not known to be a model, unless the method is `compile` or `fit`.
    """

    code = "KER924"
    severity = Severity.ERROR
    required_bytes = (b".compile", b".fit", b".add", b".build", b".evaluate", b".load_weights")
    fix = Applicability.SAFE
    untestable = "a method that is not called does nothing"

    def check(self, each: Discarded, view: View) -> Iterator[Finding]:
        if each.of not in ("model", "unknown") or each.guarded:
            return
        yield Finding(
            each.origin.site,
            f"this line does nothing: `{each.name}` is not called",
            label="no parentheses",
            help=f"write `{each.name}(...)`",
            shown_at_end=not _is_missed(each, view),
            origin=each.origin,
            rewrite=(Rewrite(each.origin.site, (each.origin.site, "()")),)
            if each.name == "summary"
            else (),
        )


def _is_missed(each: Discarded, view: View) -> bool:
    """Whether a model is trained or measured that is compiled nowhere."""
    if each.model is None or each.name != "compile":
        return False
    return any(
        fit.model == each.model and fit.compiled is None and fit.method in ("fit", "evaluate")
        for fit in view.program.fits
    )
