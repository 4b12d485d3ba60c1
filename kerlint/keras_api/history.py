"""What became of old arguments and methods: facts written by hand, because no data holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kerlint.keras_api.facts import ARGUMENTS, DROPPED, METHODS, RENAMES
from kerlint.keras_api.names import canonical_name, releases_of
from kerlint.keras_api.signatures import signature
from kerlint.keras_api.store import LATEST
from kerlint.keras_api.symbols import symbol
from kerlint.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Rename:
    """A new name for an argument.

    ``name`` is None when the argument was dropped with nothing in its place. ``one_to_one``: the
    same value under the new name means the same. ``values`` maps old words to new ones where only
    the words changed (``dim_ordering="tf"``); a value that is not in it stays as it is when
    ``one_to_one``, and has no equal otherwise. ``note`` says what else there is to do.
    """

    name: str | None
    one_to_one: bool
    values: Mapping[object, object] = field(default_factory=dict, hash=False)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """A method that is gone: the releases that had it, and what to write instead."""

    name: str
    releases: tuple[str, ...]
    replacement: str
    note: str = ""


def renamed_argument(name: str, argument: str, release: str = LATEST) -> Rename | None:
    """Return what an argument of a class, function or method is called in ``release``.

    None when it is not an old name: it is in the signature, or no release took it.
    """
    known = canonical_name(name)
    if known is None:
        return None
    today = signature(known, release)
    if today is not None and argument in today.named:
        return None
    for key in _lookup_keys(known):
        found = ARGUMENTS.get((key, argument))
        if found is not None:
            new, values, note = found
            if new is None or today is None or new in today.named:
                return Rename(new, not note, values, note)
    general = RENAMES.get(argument)
    if general is not None and today is not None and general[0] in today.named:
        return Rename(general[0], not general[2], general[1], general[2])
    for key in _lookup_keys(known):
        if (key, argument) in DROPPED:
            return Rename(None, False, {}, DROPPED[key, argument])
    return None


def _lookup_keys(name: str) -> list[str]:
    """Return the name, its bases, and its kind: from the special to the general."""
    keys = [name]
    described = symbol(name)
    if described is not None:
        return [*keys, *described.bases, described.kind]
    owner, _, method = name.rpartition(".")
    described = symbol(owner)
    if described is not None:
        keys += [f"{base}.{method}" for base in described.bases]
    return keys


def removed_method(name: str) -> Removed | None:
    """Return what became of a method: "keras.Model.fit_generator", "keras.Sequential.to_yaml".

    What only ``Sequential`` had (``predict_classes``) is told for ``Model`` too: whoever calls it
    there means the same.
    """
    known = canonical_name(name) or name
    owner, _, method = known.rpartition(".")
    described = symbol(owner)
    if described is None or not described.is_class:
        return None
    owners = [owner, *described.bases]
    if owner == "keras.Model":
        owners.append("keras.Sequential")
    for base in owners:
        found = METHODS.get(f"{base}.{method}")
        if found is not None:
            return Removed(known, releases_of(f"{base}.{method}"), *found)
    return None
