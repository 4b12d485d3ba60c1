"""kerlint finds nothing in its own checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_own_checkout(kerlint, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    files = kerlint("--show-files").out.splitlines()
    assert str(ROOT / "kerlint" / "run" / "suppressions.py") in files
    assert str(ROOT / "tests" / "conftest.py") in files
    assert not any(Path(file).is_relative_to(ROOT / "fixtures") for file in files)
    done = kerlint("--jobs", "1", "--no-cache", "--output-format", "concise", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_its_fixtures_are_checked_when_they_are_named(kerlint, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    assert kerlint("fixtures/digits.py").code == 1
    assert kerlint("--force-exclude", "fixtures/digits.py").code == 0
