"""Which paths patterns name: .gitignore files, ``exclude`` and ``per-file-ignores``."""

from __future__ import annotations

import functools
import os
import re
import warnings
from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from kerlint.files import read_file
from kerlint.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PLAIN_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Patterns:
    """File patterns, read like those of a ``.gitignore`` in the folder ``base``."""

    base: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GitignoreStack:
    """The .gitignore of one folder, and those of the folders above it."""

    base: str
    spec: GitIgnoreSpec
    above: GitignoreStack | None = None


def below(path: str, base: str) -> str | None:
    """``path`` seen from the folder ``base``, with ``/``; None when it is not in there."""
    prefix = base if base.endswith(os.sep) else base + os.sep
    if not path.startswith(prefix):
        return None
    relative = path[len(prefix) :]
    return relative if os.sep == "/" else relative.replace(os.sep, "/")


def is_ignored(path: str, is_folder: bool, ignores: GitignoreStack | None) -> bool:
    """Whether git would ignore ``path``; of two files with an opinion, the deeper one wins."""
    while ignores is not None:
        relative = below(path, ignores.base)
        if relative is not None:
            include = ignores.spec.check_file(relative + "/" if is_folder else relative).include
            if include is not None:
                return include
        ignores = ignores.above
    return False


def with_gitignore(
    folder: str,
    above: GitignoreStack | None,
    names: Container[str] | None = None,
    warn: Callable[[str], None] = lambda problem: None,
) -> GitignoreStack | None:
    """``above``, and the .gitignore of ``folder`` when it has one.

    ``names`` are those of the folder's entries, when they are known already. ``warn`` is called
    with what is wrong with the file or a line of it; the other lines hold.
    """
    if names is not None and ".gitignore" not in names and ".git" not in names:
        return above
    lines: list[str] = []
    # git's order: what the .gitignore says beats what the repository's private list says.
    for name in (os.path.join(".git", "info", "exclude"), ".gitignore"):
        path = os.path.join(folder, name)
        try:
            data = read_file(path, _MAX_GITIGNORE)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            warn(f"{path}: could not be read: {getattr(error, 'strerror', None) or error}")
            continue
        # Names of files are decoded in the same way, whatever their encoding.
        text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        rows = {
            row: line.removesuffix("\r")
            for row, line in enumerate(text.split("\n"), 1)
            if line.strip() and not line.startswith("#")
        }
        if problem_of_patterns(tuple(rows.values())):
            for row, line in tuple(rows.items()):
                problem = problem_of_patterns((line,))
                if problem:
                    warn(f"{path}:{row}: {problem}")
                    del rows[row]
        lines += rows.values()
    return GitignoreStack(folder, _spec(tuple(lines)), above) if lines else above


_MAX_GITIGNORE = 1_000_000


def problem_of_patterns(patterns: tuple[str, ...]) -> str:
    """Return why one of ``patterns`` cannot be used, or an empty text when all can."""
    globs = tuple(pattern for pattern in patterns if not _PLAIN_NAME.fullmatch(pattern))
    for pattern in globs:
        stars = [_RUN_OF_STARS.sub("*", part).count("*") for part in pattern.split("/")]
        # Each star may try all that follows it: ten would take years on a long name.
        if max(stars) > _STARS_IN_A_NAME or sum(stars) > _STARS_IN_A_PATTERN:
            return f"pattern {pattern!r} has too many wildcards, so it is ignored"
    try:
        if globs:
            _spec(globs)
    except (ValueError, re.error, OverflowError, RecursionError):
        return f"pattern {globs[0]!r} is not valid, so it is ignored"
    return ""


_RUN_OF_STARS = re.compile(r"\*+")
_STARS_IN_A_NAME = 4
_STARS_IN_A_PATTERN = 8


def ignores_above(
    folder: str, warn: Callable[[str], None] = lambda problem: None
) -> GitignoreStack | None:
    """The .gitignore files of the folders above ``folder``, up to the top of its repository.

    Nothing outside a repository, and nothing when they ignore ``folder`` itself: whoever names a
    folder wants it linted.
    """
    chain = [folder]
    while not os.path.lexists(os.path.join(chain[-1], ".git")):
        parent = os.path.dirname(chain[-1])
        if parent == chain[-1]:
            return None
        chain.append(parent)
    ignores = None
    for each in reversed(chain[1:]):
        ignores = with_gitignore(each, ignores, warn=warn)
    return None if is_ignored(folder, True, ignores) else ignores


def matches(path: str, is_folder: bool, patterns: Patterns, top: str | None = None) -> bool:
    """Whether ``patterns`` name ``path`` or a folder that it lies in.

    Folders from ``top`` upward do not count: whoever names a folder wants it linted, even when
    it is called ``build``.
    """
    relative = below(path, patterns.base) or os.path.basename(path)
    names, globs = _compiled(patterns.lines)
    inner = below(path, top) if top is not None else None
    if not names.isdisjoint((inner or relative).split("/")):
        return True
    if globs is None or (top is not None and _named_by_globs(top, patterns)):
        return False
    return bool(globs.check_file(relative + "/" if is_folder else relative).include)


@functools.lru_cache(maxsize=256)
def _named_by_globs(folder: str, patterns: Patterns) -> bool:
    relative = below(folder, patterns.base)
    _, globs = _compiled(patterns.lines)
    return bool(relative and globs and globs.check_file(relative + "/").include)


@functools.lru_cache(maxsize=256)
def _compiled(lines: tuple[str, ...]) -> tuple[frozenset[str], GitIgnoreSpec | None]:
    """Plain names apart: a set finds them at once, and most runs need no pathspec at all."""
    if any(line.startswith("!") for line in lines):
        return frozenset(), _spec(lines)
    names = frozenset(line for line in lines if _PLAIN_NAME.fullmatch(line))
    globs = tuple(line for line in lines if line not in names)
    return names, _spec(globs) if globs else None


@functools.lru_cache(maxsize=256)
def _spec(lines: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        # Python means to read `[[:alpha:]]` in another way one day.
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(lines)
