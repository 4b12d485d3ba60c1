"""A Keras callback that checks the model before its first epoch.

Keras is not imported before a callback is made. By then the program has imported it, or is about
to, and the callback is one of the library that is there: Keras, tf_keras, or both.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

from kerlint.config.settings import SettingsError, layer
from kerlint.diagnostics import Diagnostic, Severity
from kerlint.findings import Findings
from kerlint.shown import how_many, named, printable

_LIBRARIES = ("keras", "tf_keras")
# The frames between a callback and the program that calls fit().
_BETWEEN = ("kerlint", "keras", "tf_keras", "tensorflow", "contextlib")

_OF_MODEL = ("model", "_model")  # where the two libraries keep the model
_UNREADABLE = "KER000"


class GuardError(Exception):
    """A model was not trained, because of its ``findings``."""

    def __init__(self, message: str, findings: Iterable[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.findings = Findings(findings)

    def __reduce__(self) -> tuple[type[GuardError], tuple[str, Findings]]:
        return type(self), (str(self), self.findings)


class GuardWarning(UserWarning):
    """What ``Guard`` has found in a model, or why it could not check it."""


class Guard:
    """A Keras callback that checks the model before it is trained.

    ``model.fit(x, y, callbacks=[kerlint.Guard()])`` warns of what ``kerlint.lint_model`` finds.
    With ``action="raise"``, findings that are at least as severe as ``fail_on`` raise
    ``GuardError``, and the model is not trained. ``x`` and ``y`` are samples of the data, which
    Keras does not show to callbacks; they and ``execute`` are as in ``lint_model``. ``settings``
    are the keys of ``[tool.kerlint]`` with underscores, for example ``ignore=["KER301"]``.

    ``findings`` are those of the last check. A failure of kerlint itself is a warning, and the
    model is trained.

    Raises ``kerlint.SettingsError`` for unknown settings and invalid values, and ``ImportError``
    without Keras.
    """

    findings: Findings
    model: Any  # of the callback of Keras

    def __new__(cls, *_: object, **__: object) -> Guard:
        kind: Any = cls
        made: Guard = object.__new__(_as_callback(kind, _callbacks()))
        return made

    def __init__(
        self,
        *,
        action: str = "warn",
        fail_on: str | Severity = "warning",
        x: object = None,
        y: object = None,
        execute: bool = False,
        **settings: object,
    ) -> None:
        super().__init__()
        if action not in ("warn", "raise"):
            raise SettingsError([f'action must be "warn" or "raise", not {action!r}'])
        if not isinstance(fail_on, Severity):
            try:
                fail_on = Severity.parse(fail_on)
            except (AttributeError, ValueError):
                problem = f'fail_on must be "error", "warning" or "info", not {fail_on!r}'
                raise SettingsError([problem]) from None
        self._least = fail_on
        raw = {key.replace("_", "-"): value for key, value in settings.items()}
        layer(raw, os.curdir, "settings: ")  # what is wrong is said now, not in training
        self.findings = Findings()
        self._action = action
        self._asked = {"x": x, "y": y, "execute": execute, **settings}
        self._told: list[tuple[str, str]] = []

    def __reduce__(self) -> tuple[Callable[[type], Guard], tuple[type], dict[str, Any]]:
        """How it is copied, as tuners do: without the model."""
        state = {**self.__dict__, **{key: None for key in _OF_MODEL if key in self.__dict__}}
        return _blank, (_as_written(type(self)),), state

    def on_train_begin(self, logs: object = None) -> None:
        """Check the model; called by Keras."""
        import kerlint

        try:
            self.findings = kerlint.lint_model(self.model, **self._asked)  # type: ignore[arg-type]
            found = [each for each in self.findings if each.verdict != "refuted"]
            failing = [
                each for each in found if each.severity >= self._least and each.code != _UNREADABLE
            ]
            # An info is not worth a warning, unless it was asked for.
            shown = [each for each in found if each.severity > Severity.INFO or each in failing]
            stops = self._action == "raise" and bool(failing)
            text = _report(shown, ", so it was not trained" if stops else "")
        except Exception as error:  # whatever is wrong with kerlint, the model is to be trained
            if os.environ.get("KERLINT_DEBUG"):
                raise
            problem = " ".join(f"{type(error).__name__}: {error}".split())
            _warn(f"kerlint could not check this model: {problem}")
            return
        if stops:
            raise GuardError(text, self.findings)
        # Without names, which Keras numbers: a loop that makes models makes the same mistake.
        told = [(each.code, each.message) for each in shown]
        if shown and told != self._told:
            _warn(text)
        self._told = told


def _blank(kind: Any) -> Guard:
    made: Guard = kind.__new__(kind)
    return made


def _callbacks() -> tuple[type, ...]:
    """The class of callbacks of each library that is imported."""
    loaded = [sys.modules[name] for name in _LIBRARIES if name in sys.modules]
    found = [kind for module in loaded if (kind := _callback_of(module)) is not None]
    if not found:
        legacy = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
        name = "tf_keras" if legacy else "keras"
        try:
            kind = _callback_of(import_module(name))
        except ImportError as error:
            raise ImportError(f"kerlint.Guard needs Keras: {error}") from None
        found = [kind] if kind is not None else []
    return tuple(dict.fromkeys(found))


def _callback_of(module: object) -> type | None:
    kind = getattr(getattr(module, "callbacks", None), "Callback", None)
    return kind if isinstance(kind, type) else None


@lru_cache(maxsize=32)
def _as_callback(cls: Any, parents: tuple[type, ...]) -> Any:
    """``cls`` as a subclass of the callbacks of Keras."""
    missing = tuple(each for each in parents if not issubclass(cls, each))
    if not missing:
        return cls
    names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    return type(cls.__name__, (cls, *missing), {**names, "_written": cls})


def _as_written(cls: type) -> Any:
    """The class that the program knows, of the one that ``_as_callback`` has made."""
    return cls.__dict__.get("_written", cls)


def _report(findings: list[Diagnostic], consequence: str) -> str:
    """What was found, with a line or two for each finding."""
    lines = [f"kerlint found {how_many(findings)} in this model{consequence}:"]
    for each in findings:
        where = f" {named(each.layer)}" if each.layer else ""
        verdict = "" if each.verdict is None else f" [{each.verdict}]"
        lines.append(f"  {each.severity} {each.code}{where}: {printable(each.message)}{verdict}")
        if each.help:
            lines.append(f"      help: {' '.join(printable(each.help).split())}")
    return "\n".join(lines)


def _warn(text: str) -> None:
    """Warn at the line of the program that trains the model."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] not in _BETWEEN:
            break
        frame = frame.f_back
    warnings.warn_explicit(text, GuardWarning, frame.f_code.co_filename, frame.f_lineno)
