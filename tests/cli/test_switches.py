"""Cache, processes and prefilter save time and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint import prefilter
from kerlint.catalogue.codes import catalogue

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize("folders", ["ker1[01]*", pytest.param("*", marks=pytest.mark.slow)])
def test_fixtures_with_each_on_and_off(kerlint, tmp_path, monkeypatch, folders):
    given = ("--output-format", "json", "--isolated", *sorted(FIXTURES.glob(folders)))
    cache = ("--cache-dir", tmp_path / "cache")
    plain = kerlint(*given, "--no-cache", "-j", "1")
    assert plain.code == 1
    assert plain.out.count('"code"') > 60
    assert kerlint(*given, *cache, "-j", "2") == plain
    assert kerlint(*given, *cache, "-j", "1") == plain, "with a warm cache"
    parsed = []
    everything = frozenset(entry.code for entry in catalogue())
    look = prefilter.Look(keras=True, imports=False, possible=everything)
    monkeypatch.setattr(prefilter.Prefilter, "look_at", lambda *_: parsed.append(None) or look)
    assert kerlint(*given, "--no-cache", "-j", "2") == plain
    assert len(parsed) > 30, "the prefilter was asked"
