"""Opens the data files, each at its first use."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Final

# Keras releases in the data, oldest first. "2" is the Keras 2 that lives on as tf_keras.
RELEASES: Final = (
    *("1.2", "2.2", "2.3", "2.6", "2.8", "2.10", "2.12", "2"),
    *("3.0", "3.3", "3.5", "3.7", "3.8", "3.10", "3.12", "3.15"),
)
LATEST: Final = RELEASES[-1]
LEGACY: Final = "2"
# Releases that were imported and tried out; of the others only the text was read.
TRIED: Final = frozenset(r for r in RELEASES if r == LEGACY or r.startswith("3."))
_LEGACY_NAME: Final = "tf_keras 2.21"  # what was installed when the data were measured

_FOLDER = Path(__file__).parent / "data"


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Return the content of one data file."""
    result: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return result


def version_name(release: str) -> str:
    """What a release is called in a sentence: "Keras 3.15", "tf_keras 2.21"."""
    return _LEGACY_NAME if nearest_release(release) == LEGACY else f"Keras {release}"


@functools.cache
def nearest_release(release: str) -> str:
    """Return the release of the data that speaks for ``release``.

    That is itself, or else the nearest older one of the same major version: "3.9" is answered by
    "3.8", "3.20" and "3" by the latest, "2.15" and "2" by the Keras 2 that is still maintained.
    Raises ``ValueError`` for what is no Keras version.
    """
    if release in RELEASES:
        return release
    major, _, minor = release.partition(".")
    minor = minor.partition(".")[0]
    if not major.isdigit() or (minor and not minor.isdigit()):
        raise ValueError(f"not a Keras version: {release!r} (such as 3, 3.8 or 2)")
    if major == "1":
        return "1.2"
    if major == "2":
        if not minor or int(minor) > 12:
            return LEGACY
        known = [r for r in RELEASES if r.startswith("2.") and int(r[2:]) <= int(minor)]
        return known[-1] if known else "2.2"
    if int(major) < 1:
        return RELEASES[0]
    if major != "3" or not minor:
        return LATEST
    known = [r for r in RELEASES if r.startswith("3.") and int(r[2:]) <= int(minor)]
    return known[-1] if known else "3.0"
