"""What CONTRIBUTING names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    ".github/CONTRIBUTING.md",
    ".github/CHANGELOG.md",
    ".github/EDITORS.md",
    ".github/CI.md",
)


@pytest.mark.parametrize("page", PAGES)
def test_paths_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for path in re.findall(r"\b(?:kerlint|tests|fixtures)/[\w./<>-]*", text):
        if "<" not in path and "path" not in path:
            assert (ROOT / path.rstrip(".")).exists(), path


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", text):
        heading = anchor.replace("-", "[- ]")
        assert re.search(rf"^#+ {heading}$", text, re.MULTILINE | re.IGNORECASE), anchor
