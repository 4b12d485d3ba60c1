"""Paths as named by the user → the files to lint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from kerlint.config.settings import Settings
from kerlint.lazy_dataclass import dataclass
from kerlint.sources.matching import (
    GitignoreStack,
    ignores_above,
    is_ignored,
    matches,
    with_gitignore,
)
from kerlint.sources.read import READERS, is_model
from kerlint.sources.source import Unreadable


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to lint: its absolute path, and the settings of its folder."""

    path: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Missing:
    """A path, as it was named, at which there is nothing."""

    path: str


def find(
    paths: Iterable[str],
    settings_for: Callable[[str], Settings],
    *,
    force_exclude: bool = False,
    warn: Callable[[str], None] = lambda problem: None,
    entered: Callable[[str], None] = lambda folder: None,
) -> Iterator[SourceFile | Unreadable | Missing]:
    """Yield each file once: named ones, and those in named folders that are not excluded.

    A named file is linted whatever it is called, unless ``force_exclude`` and a pattern excludes
    it. The order is that of ``paths``, within a folder by name. ``warn`` is called with what is
    wrong with a .gitignore, ``entered`` with each folder in which files are looked for.
    """
    seen: set[str] = set()
    for named in paths:
        path = os.path.abspath(named)
        if not os.path.lexists(path):
            yield Missing(named)
            continue
        is_folder = os.path.isdir(path)
        settings = settings_for(path if is_folder else os.path.dirname(path))
        if force_exclude and is_excluded(path, is_folder, settings):
            continue
        items: Iterator[SourceFile | Unreadable] = iter([SourceFile(path, settings)])
        if is_folder:
            items = _walk(path, settings_for, warn, entered)
        if is_folder and (is_model(path) or os.path.isfile(os.path.join(path, "saved_model.pb"))):
            items = iter([*items] or [_not_a_file(path)])
        for item in items:
            if item.path not in seen:
                seen.add(item.path)
                yield item


def _not_a_file(path: str) -> Unreadable:
    """A folder without code that somebody takes for a model."""
    if os.path.isfile(os.path.join(path, "saved_model.pb")):
        reason = "it is a SavedModel of TensorFlow; save the model as .keras to have it checked"
        return Unreadable(path, f"cannot be checked: {reason}", valid=True)
    return Unreadable(path, "could not be read: it is a folder, and not a saved model")


def is_excluded(path: str, is_folder: bool, settings: Settings, top: str | None = None) -> bool:
    """Whether a pattern names ``path``, or a folder above it that lies below ``top``."""
    return any(matches(path, is_folder, patterns, top) for patterns in settings.exclude)


def _walk(
    top: str,
    settings_for: Callable[[str], Settings],
    warn: Callable[[str], None],
    entered: Callable[[str], None],
) -> Iterator[SourceFile | Unreadable]:
    """The files below ``top``. Links to folders are not followed, so there are no loops."""
    suffixes = tuple(READERS)
    above = ignores_above(top, warn) if settings_for(top).respect_gitignore else None
    waiting: list[tuple[str, GitignoreStack | None]] = [(top, above)]
    while waiting:
        folder, ignores = waiting.pop()
        entered(folder)
        settings = settings_for(folder)
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(folder, f"could not be read: {error.strerror or error}")
            continue
        if settings.respect_gitignore:
            ignores = with_gitignore(folder, ignores, {entry.name for entry in entries}, warn)
        folders: list[tuple[str, GitignoreStack | None]] = []
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not entry.name.lower().endswith(suffixes):
                continue
            if is_excluded(entry.path, is_folder, settings, top):
                continue
            if settings.respect_gitignore and is_ignored(entry.path, is_folder, ignores):
                continue
            if is_folder:
                folders.append((entry.path, ignores))
            elif not (entry.is_symlink() and _leads_nowhere_on_purpose(entry)):
                yield SourceFile(entry.path, settings)
        waiting += reversed(folders)


def _leads_nowhere_on_purpose(link: os.DirEntry[str]) -> bool:
    """Links to folders, and the dangling ``.#name`` with which Emacs locks a file."""
    return os.path.isdir(link.path) or link.name.startswith(".#")
