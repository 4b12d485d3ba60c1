"""The README as a list of marked snippets, and what it takes to follow it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
# A mark, which is not shown, and the fenced block below it.
_SNIPPET = re.compile(r"^<!-- (?P<mark>.+) -->\n```(?P<kind>\w*)\n(?P<text>(?s:.*?))^```$", re.M)
_FENCE = re.compile(r"^```\w*\n(?s:.*?)^```$", re.M)
NOT_COPIED = (
    *(".git", ".venv", "build", "dist", "*.egg-info", "__pycache__"),
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
)
# Rewrites what the README copies, in place of the comparison.
UPDATE = bool(os.environ.get("KERLINT_UPDATE_README"))


@dataclass(frozen=True)
class Snippet:
    mark: str
    kind: str
    text: str


@dataclass(frozen=True)
class Readme:
    text: str
    snippets: tuple[Snippet, ...]

    def marked(self, mark: str) -> list[str]:
        return [each.text for each in self.snippets if each.mark == mark]

    def one(self, mark: str) -> str:
        (text,) = self.marked(mark)
        return text

    @property
    def number_of_fences(self) -> int:
        return len(_FENCE.findall(self.text))


@pytest.fixture
def readme() -> Readme:
    text = README.read_text(encoding="utf-8")
    found = (Snippet(m["mark"], m["kind"], m["text"]) for m in _SNIPPET.finditer(text))
    return Readme(text, tuple(found))


@pytest.fixture
def same_in_readme() -> Callable[[str, str], None]:
    """Compare a part of the README with what it should be, or write it when that was asked for."""

    def check(shown: str, wanted: str, comparable: Callable[[str], str] = str) -> None:
        if comparable(shown) == comparable(wanted):
            return
        if UPDATE:
            text = README.read_text(encoding="utf-8")
            assert text.count(shown) == 1
            README.write_text(text.replace(shown, wanted), encoding="utf-8")
            return
        assert comparable(shown) == comparable(wanted), (
            "KERLINT_UPDATE_README=1 pytest tests/readme copies it into the README"
        )

    return check


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files of this checkout. Do not change it."""
    folder = tmp_path_factory.mktemp("checkout") / "kerlint"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return folder


@pytest.fixture(scope="session")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip what has to install packages where there is no index to install them from."""
    folder = tmp_path_factory.mktemp("index")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-qq", "-d", str(folder)]
    done = subprocess.run([*command, "pathspec"], capture_output=True, timeout=600, check=False)
    if done.returncode:
        pytest.skip("no package index")
