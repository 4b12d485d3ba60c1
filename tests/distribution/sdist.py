"""Builds the source distribution with all that a checkout has: tests and fixtures too.

A MANIFEST.in would do the same, at the top level, where only what concerns users is wanted.
pyproject.toml names this class.
"""

from __future__ import annotations

from pathlib import Path

from setuptools.command.sdist import sdist

EVERYTHING_IN = ("tests", "fixtures", ".ci", ".github")
FILES = (
    *(".gitignore", ".pre-commit-hooks.yaml"),
    *("kerlint/ARCHITECTURE.md", "kerlint/rules/README.md"),
)
NOT_SOURCE = ("__pycache__", ".ipynb_checkpoints")


class Sdist(sdist):
    """The ``sdist`` of setuptools, with more files."""

    def make_distribution(self) -> None:
        for folder in EVERYTHING_IN:
            self.filelist.extend(
                str(path)
                for path in sorted(Path(folder).rglob("*"))
                if path.is_file() and not set(path.parts) & set(NOT_SOURCE)
            )
        self.filelist.extend(FILES)
        self.filelist.sort()
        self.filelist.remove_duplicates()
        super().make_distribution()
