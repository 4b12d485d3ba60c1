"""Cache, processes and prefilter save time and change nothing."""

from __future__ import annotations

from pathlib import Path

from kerlint import prefilter
from kerlint.catalogue.codes import catalogue

FIXTURES = str(Path(__file__).parents[2] / "fixtures")
JSON = ("--output-format", "json", "--isolated", FIXTURES)


def test_all_fixtures_with_each_on_and_off(kerlint, tmp_path, monkeypatch):
    cache = ("--cache-dir", tmp_path / "cache")
    plain = kerlint(*JSON, "--no-cache", "-j", "1")
    assert plain.code == 1
    assert plain.out.count('"code"') > 200
    assert kerlint(*JSON, *cache, "-j", "2") == plain
    assert kerlint(*JSON, *cache, "-j", "1") == plain, "with a warm cache"
    parsed = []
    everything = frozenset(entry.code for entry in catalogue())
    look = prefilter.Look(keras=True, imports=False, possible=everything)
    monkeypatch.setattr(prefilter.Prefilter, "look_at", lambda *_: parsed.append(None) or look)
    assert kerlint(*JSON, "--no-cache", "-j", "2") == plain
    assert len(parsed) > 100, "the prefilter was asked"
