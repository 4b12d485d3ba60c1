"""Settings as a TOML text that kerlint would read, for ``--show-settings``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator

from kerlint.config.settings import PerFileIgnore, Settings
from kerlint.diagnostics import Applicability


def as_toml(path: str, settings: Settings) -> Iterator[str]:
    """Yield the lines of a ``kerlint.toml`` with the ``settings`` that apply to ``path``.

    Rule selections are shown by what they come to: ``select`` lists all rules that are on.
    """
    from kerlint.catalogue.codes import catalogue

    yield f"# The settings for {_one_line(path)}"
    yield f"# Config file: {_one_line(settings.config or 'none')}"
    yield f"# Project folder: {_one_line(settings.root)}"
    on = [e.code for e in catalogue() if settings.turns_on(e)]
    yield from _list("select", [(None, on)])
    yield from _list("exclude", ((each.base, each.lines) for each in settings.exclude))
    yield f"preview = {str(settings.preview).lower()}"
    yield f"respect-gitignore = {str(settings.respect_gitignore).lower()}"
    yield f"target-keras = {_string(settings.target_keras)}"
    if settings.backend is not None:
        yield f"backend = {_string(settings.backend)}"
    yield f"fix = {str(settings.fix).lower()}"
    yield f"fix-only = {str(settings.fix_only).lower()}"
    if settings.unsafe_fixes is not None:
        yield f"unsafe-fixes = {str(settings.unsafe_fixes).lower()}"
    yield from _fixes(settings)
    yield f"fail-on = {_string(settings.fail_on.label)}"
    yield f"output-format = {_string(settings.output_format)}"
    yield f"max-file-size = {settings.max_file_size}"
    if settings.baseline is not None:
        yield f"baseline = {_string(settings.baseline)}"
    if settings.cache_dir is not None:
        yield f"cache-dir = {_string(settings.cache_dir)}"
    if settings.per_file_ignores:
        yield ""
        yield "[per-file-ignores]"
        yield from _per_file(settings.per_file_ignores)
    if settings.aliases:
        yield ""
        yield "[aliases]"
        for name, target in settings.aliases:
            yield f"{_string(name)} = {_string(target)}"
    if settings.severities:
        yield ""
        yield "[severity]"
        for selector, severity in dict(settings.severities).items():
            yield f"{_string(selector)} = {_string(severity.label)}"


def _fixes(settings: Settings) -> Iterator[str]:
    """Which fixes may be applied, by what the lists come to; nothing when all may."""
    from kerlint.catalogue.codes import catalogue

    if not settings.fix_selections:
        return
    fixable = [e.code for e in catalogue() if settings.fixes(e.code, e.name)]
    yield from _list("fixable", [(None, fixable)])
    for key, is_now in (
        ("extend-safe-fixes", Applicability.SAFE),
        ("extend-unsafe-fixes", Applicability.UNSAFE),
    ):
        codes = [
            entry.code
            for entry in catalogue()
            if all(
                settings.applicability(entry.code, entry.name, usual) is is_now
                for usual in (Applicability.SAFE, Applicability.UNSAFE)
            )
        ]
        yield from _list(key, [(None, codes)])


def _list(key: str, groups: Iterable[tuple[str | None, Iterable[str]]]) -> Iterator[str]:
    """A list, each group with the folder to which its patterns are relative."""
    yield f"{key} = ["
    for base, words in groups:
        if base is not None:
            yield f"    # relative to {_one_line(base)}"
        yield from (f"    {_string(word)}," for word in words)
    yield "]"


def _per_file(ignores: Iterable[PerFileIgnore]) -> Iterator[str]:
    # A key may be there once only, and two sources may name the same pattern.
    rules: dict[str, list[str]] = {}
    bases: dict[str, list[str]] = {}
    for each in ignores:
        rules.setdefault(each.pattern, []).extend(each.ignore)
        bases.setdefault(each.pattern, []).append(each.base)
    for pattern, ignored in rules.items():
        folders = ", ".join(_one_line(base) for base in dict.fromkeys(bases[pattern]))
        listed = ", ".join(_string(rule) for rule in dict.fromkeys(ignored))
        yield f"{_string(pattern)} = [{listed}]  # relative to {folders}"


def _string(text: str) -> str:
    """``text`` as a basic string of TOML, which escapes as JSON does, DEL and surrogates apart."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(path: str) -> str:
    """``path`` in a comment, where TOML allows no control characters."""
    shown = os.fspath(path).encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "?" for c in shown)
