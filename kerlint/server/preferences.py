"""What an editor can set: the keys of a config file, and a few that are for editors only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from kerlint.config.settings import KEYS, did_you_mean
from kerlint.lazy_dataclass import dataclass
from kerlint.server.work import Given

_OWN = (
    "config",
    "debounce",
    "enable",
    "hover",
    "inlay-hints",
    "isolated",
    "run",
    "unsafe-fixes",
)
_RUNS = ("on-type", "on-save")
_MAX_DEBOUNCE = 10_000


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings of an editor for one folder, or for all.

    ``debounce``: seconds without an edit after which a text is checked. ``on_type``: texts are
    checked while they are edited, and not only when they are saved. ``unsafe_fixes``: unsafe fixes
    are offered. ``values`` are those for ``kerlint.config.settings``. ``problems`` are wrong
    settings.
    """

    enable: bool = True
    on_type: bool = True
    debounce: float = 0.1
    hover: bool = True
    inlay_hints: bool = False
    unsafe_fixes: bool = True
    config: str | None = None
    isolated: bool = False
    values: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def given(self, base: str) -> Given:
        """What the worker processes need of them, for a file of the project in ``base``."""
        config = self.config and os.path.join(base, os.path.expanduser(self.config))
        return Given(base, self.values, config or None, self.isolated)


def preferences(raw: object) -> Preferences:
    """Read the settings that a client has sent, in whichever of the usual wrappings."""
    table = unwrapped(raw)
    values: dict[str, object] = {}
    own: dict[str, Any] = {}
    problems = []
    for written, value in table.items():
        key = _kebab(str(written))
        if value is None:
            continue  # how editors send what is not set
        try:
            if key in _OWN:
                own.update(_own(key, value))
            elif key in KEYS:
                KEYS[key].parse(value)
                values[key] = value
            else:
                guess = did_you_mean(key, (*KEYS, *_OWN))
                problems.append(f"editor settings: unknown key {written!r}{guess}")
        except ValueError as error:
            problems.append(f"editor settings: {written} {error}")
    return Preferences(**own, values=values, problems=tuple(problems))


def _own(key: str, value: object) -> dict[str, Any]:
    """The field of ``Preferences`` for a key of editors; raises ``ValueError``."""
    if key == "config":
        if not isinstance(value, str):
            raise ValueError("must be a path")
        return {"config": value or None}
    if key == "run":
        run = _kebab(value) if isinstance(value, str) else ""
        if run not in _RUNS:
            raise ValueError(f'must be "onType" or "onSave", not {value!r}')
        return {"on_type": run == "on-type"}
    if key == "debounce":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"must be a number of milliseconds, not {value!r}")
        return {"debounce": min(max(value, 0), _MAX_DEBOUNCE) / 1000}
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return {key.replace("-", "_"): value}


def unwrapped(raw: object) -> Mapping[str, object]:
    """The settings themselves: clients send them plain, or below ``settings`` or ``kerlint``."""
    table = raw
    for _ in range(3):
        if not isinstance(table, Mapping):
            return {}
        inner = next((table[key] for key in ("kerlint", "settings") if key in table), None)
        if inner is None:
            return table
        table = inner
    return table if isinstance(table, Mapping) else {}


def _kebab(name: str) -> str:
    """``targetKeras``, ``target_keras`` and ``target-keras`` are the same key."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()
