"""A second run gives what the first one gave, and only what is still true."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

import kerlint.run.cache
import kerlint.run.check_file
from kerlint.reports import formats
from kerlint.run.check_file import Diagnosis

LONG_AGO = time.time_ns() - 3600 * 10**9


@pytest.fixture
def parsed(monkeypatch, in_this_process):
    """The names of the files that were diagnosed, in this process."""
    names = []
    diagnose = kerlint.run.check_file.diagnose

    def counting(source, settings, **options):
        names.append(os.path.basename(source.path))
        return diagnose(source, settings, **options)

    monkeypatch.setattr("kerlint.run.check_file.diagnose", counting)
    return names


def write(path: Path, text: str, changed: int = LONG_AGO) -> None:
    path.write_text(text)
    os.utime(path, ns=(changed, changed))


def caches(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def test_unchanged_files_are_not_read_again(kerlint, project, softmax, parsed):
    write(project / "a.py", softmax)
    first = kerlint()
    again = kerlint()
    assert parsed == ["a.py"]
    assert again == first
    assert "^^^^" in again.out


def test_every_format_is_the_same_from_the_cache(kerlint, project, softmax, parsed):
    write(project / "a.py", f"{softmax}model.compile(loss='mse')\n")
    for name in formats():
        fresh = kerlint("--no-cache", "--output-format", name)
        kerlint("--output-format", name)
        count = len(parsed)
        assert kerlint("--output-format", name) == fresh
        assert len(parsed) == count


def test_changed_file(kerlint, project, softmax, sigmoid):
    write(project / "a.py", softmax)
    assert kerlint().code == 1
    write(project / "a.py", sigmoid, LONG_AGO + 10**9)
    assert kerlint().code == 0


def test_same_size_and_time_but_just_written(kerlint, project, softmax, sigmoid):
    now = time.time_ns()
    write(project / "a.py", softmax, now)
    assert kerlint().code == 1
    write(project / "a.py", sigmoid, now)
    assert len(softmax) == len(sigmoid)
    assert kerlint().code == 0


def test_touched_but_not_changed(kerlint, project, softmax, parsed):
    write(project / "a.py", softmax)
    kerlint()
    write(project / "a.py", softmax, LONG_AGO + 10**9)
    assert kerlint().code == 1
    assert parsed == ["a.py"]


@pytest.mark.parametrize(
    "arguments",
    [("--ignore", "KER101"), ("--target-keras", "2"), ("--per-file-ignores", "a.py:KER101")],
)
def test_changed_settings(kerlint, project, softmax, parsed, arguments):
    write(project / "a.py", softmax + "# another file, model.compile, relu, lr\n")
    assert kerlint().code == 1
    fresh = kerlint("--no-cache", *arguments)
    assert kerlint(*arguments) == fresh
    assert kerlint().code == 1


def test_settings_that_change_no_finding_share_the_cache(kerlint, project, softmax, parsed):
    write(project / "a.py", softmax)
    kerlint()
    kerlint("--output-format", "json", "--fail-on", "error", "--quiet")
    assert parsed == ["a.py"]


@pytest.mark.parametrize("bad", [b"", b"\xff\0", b"[]", b'{"key": 1}', b"{", b"[" * 100_000])
def test_corrupt_cache(kerlint, project, softmax, parsed, bad, tmp_path):
    write(project / "a.py", softmax)
    first = kerlint("--cache-dir", tmp_path / "cache")
    (file,) = caches(tmp_path / "cache")
    file.write_bytes(bad)
    assert kerlint("--cache-dir", tmp_path / "cache") == first
    assert kerlint("--cache-dir", tmp_path / "cache") == first
    assert parsed == ["a.py", "a.py"]


@pytest.mark.parametrize("entry", [None, 1, {}, {"stamp": [1]}, {"findings": [1]}, {"needs": 3}])
def test_corrupt_entry(kerlint, project, softmax, entry, tmp_path):
    write(project / "a.py", softmax)
    first = kerlint("--cache-dir", tmp_path / "cache")
    (file,) = caches(tmp_path / "cache")
    content = json.loads(file.read_text())
    (path,) = content["files"]
    content["files"][path] = (
        {**content["files"][path], **entry} if isinstance(entry, dict) else entry
    )
    file.write_text(json.dumps(content))
    assert kerlint("--cache-dir", tmp_path / "cache") == first


def test_other_version(kerlint, project, softmax, parsed, monkeypatch):
    write(project / "a.py", softmax)
    kerlint()
    monkeypatch.setattr("kerlint.run.cache._sources_of_kerlint", lambda: "other")
    kerlint()
    assert parsed == ["a.py", "a.py"]


def test_no_cache(kerlint, project, softmax, parsed, tmp_path):
    write(project / "a.py", softmax)
    kerlint("--no-cache", "--cache-dir", tmp_path / "cache")
    kerlint("--no-cache", "--cache-dir", tmp_path / "cache")
    assert parsed == ["a.py", "a.py"]
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_cannot_be_written(kerlint, project, softmax):
    write(project / "a.py", softmax)
    (project / "file").touch()
    done = kerlint("--cache-dir", "file")
    assert (done.code, done.err) == (1, "")


def test_dependencies(kerlint, project, softmax, monkeypatch, in_this_process):
    """The findings of a.py rest on units.py: they hold as long as that does."""
    names = []

    def diagnose(source, settings, **options):
        names.append(os.path.basename(source.path))
        needed = (str(project / "units.py"), str(project / "nowhere.py"))
        return Diagnosis(diagnostics=(), models=(), dependencies=needed)

    monkeypatch.setattr("kerlint.run.check_file.diagnose", diagnose)
    write(project / "units.py", "N = 1\n")
    write(project / "a.py", softmax)
    kerlint()
    kerlint()
    assert names == ["a.py"]
    write(project / "units.py", "N = 1\n", LONG_AGO + 10**9)
    kerlint()
    assert names == ["a.py"], "touched, but not changed"
    write(project / "units.py", "N = 2\n")
    os.utime(project / "units.py")
    kerlint()
    assert names == ["a.py", "a.py"]
    (project / "nowhere.py").write_text("here now\n")
    kerlint()
    assert names == ["a.py", "a.py", "a.py"]


def test_only_gone_files_are_forgotten(kerlint, project, softmax, parsed, tmp_path):
    for name in ("a.py", "b.py", "c.py"):
        write(project / name, softmax)
    cache = ("--cache-dir", tmp_path / "cache")
    kerlint(*cache)
    (project / "b.py").unlink()
    write(project / "a.py", softmax * 2)
    kerlint("a.py", *cache)
    (file,) = caches(tmp_path / "cache")
    assert sorted(os.path.basename(p) for p in json.loads(file.read_text())["files"]) == [
        "a.py",
        "c.py",
    ]
    assert not list((tmp_path / "cache").rglob("*.new"))


def test_runs_at_the_same_time(kerlint_process, project, softmax, tmp_path):
    for number in range(20):
        write(project / f"f{number}.py", softmax * (number + 1))
    outputs = []

    def run():
        outputs.append(kerlint_process("--cache-dir", tmp_path / "cache", "-q"))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({done.out for done in outputs}) == 1
    assert {(done.code, done.err) for done in outputs} == {(1, "")}
    (file,) = caches(tmp_path / "cache")
    assert len(json.loads(file.read_text())["files"]) == 20
