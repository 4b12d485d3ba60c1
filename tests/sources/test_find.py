"""Paths as named → files to lint."""

from __future__ import annotations

import os

import pytest

from kerlint.config.settings import layer, resolver
from kerlint.sources.find import Missing, SourceFile, find
from kerlint.sources.source import Unreadable


@pytest.fixture
def files(project):
    """A function that lists what is found, relative to the project."""

    def listed(*paths, force_exclude=False, **raw):
        given = layer({key.replace("_", "-"): value for key, value in raw.items()}, os.getcwd(), "")
        found = find(paths or ["."], resolver(given), force_exclude=force_exclude)
        return [
            os.path.relpath(item.path, project) for item in found if isinstance(item, SourceFile)
        ]

    return listed


def make(project, *paths):
    for path in paths:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).touch()


def test_python_files_in_order(project, files):
    make(project, "b.py", "a.py", "z/c.py", "d/e.py", "d/f.pyw", "d/g.txt", "h.PY", "i.pyc")
    assert files() == ["a.py", "b.py", "h.PY", "d/e.py", "d/f.pyw", "z/c.py"]


def test_each_file_once(project, files):
    make(project, "d/a.py", "d/b.py")
    assert files("d/b.py", "d", "./d/../d/a.py", "d/b.py") == ["d/b.py", "d/a.py"]


def test_named_files_of_any_kind(project, files):
    make(project, "script", "a.txt", "build/b.py")
    assert files("script", "a.txt", "build/b.py") == ["script", "a.txt", "build/b.py"]


def test_nothing_there(project):
    found = list(find(["nowhere", "no/where.py"], resolver(layer({}, os.getcwd(), ""))))
    assert found == [Missing("nowhere"), Missing("no/where.py")]


def test_default_excludes(project, files):
    make(
        project,
        "a.py",
        ".venv/b.py",
        "venv/c.py",
        "x/build/d.py",
        "node_modules/e.py",
        "x/.ipynb_checkpoints/f.py",
        "lib/site-packages/g.py",
        "builder/h.py",
    )
    assert files() == ["a.py", "builder/h.py"]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["old"], ["a.py", "src/gen/b.py", "src/gen.py"]),
        (["src/gen"], ["a.py", "old/c.py", "src/gen.py"]),
        (["gen.py"], ["a.py", "old/c.py", "src/gen/b.py"]),
        (["/a.py"], ["old/c.py", "src/gen.py", "src/gen/b.py"]),
        (["*.py", "!a.py"], ["a.py"]),
        (["src/**"], ["a.py", "old/c.py"]),
    ],
)
def test_extend_exclude(project, files, patterns, left):
    make(project, "a.py", "old/c.py", "src/gen/b.py", "src/gen.py", "venv/d.py")
    assert sorted(files(extend_exclude=patterns)) == sorted(left)


def test_exclude_replaces_the_default(project, files):
    make(project, "a.py", "build/b.py", "old/c.py")
    assert files(exclude=["old"]) == ["a.py", "build/b.py"]


def test_patterns_of_a_configuration_start_where_it_lies(project, files):
    make(project, "inner/gen/a.py", "gen/b.py")
    (project / "inner" / "kerlint.toml").write_text('extend-exclude = ["/gen"]\n')
    assert files() == ["gen/b.py"]


@pytest.mark.parametrize("pattern", ["build", "/build", "bui*", "build/**"])
def test_whoever_names_an_excluded_folder_means_it(project, files, pattern):
    make(project, "build/a.py", "build/deep/b.py", "build/venv/c.py")
    assert files(extend_exclude=[pattern]) == []
    assert files("build", extend_exclude=[pattern]) == ["build/a.py", "build/deep/b.py"]
    assert files("build", extend_exclude=[pattern], force_exclude=True) == []


def test_force_exclude(project, files):
    make(project, "a.py", "venv/deep/b.py", "old/c.py")
    named = ["a.py", "venv/deep/b.py", "old/c.py"]
    assert files(*named) == named
    assert files(*named, force_exclude=True, extend_exclude=["old"]) == ["a.py"]


class TestGitignore:
    def test_of_every_level(self, project, files):
        make(project, "a.py", "out/b.py", "src/tmp.py", "src/keep.py", "src/deep/x.py", "x.py")
        (project / ".gitignore").write_text("/out/\ntmp.py\nx.py\n")
        (project / "src" / ".gitignore").write_text("# words\n\nkeep.py\n!x.py\n")
        assert files() == ["a.py", "src/deep/x.py"]

    def test_above_the_named_folder(self, project, files):
        (project / ".git").mkdir()
        make(project, "src/a.py", "src/tmp.py", "src/gen/b.py")
        (project / ".gitignore").write_text("tmp.py\nsrc/gen\n")
        assert files("src") == ["src/a.py"]

    def test_not_above_the_repository(self, project, files):
        (project / ".gitignore").write_text("*.py\n")
        make(project, "inner/a.py")
        (project / "inner" / ".git").mkdir()
        assert files("inner") == ["inner/a.py"]

    def test_whoever_names_an_ignored_folder_means_it(self, project, files):
        (project / ".git").mkdir()
        make(project, "out/a.py")
        (project / ".gitignore").write_text("out/\n")
        assert files("out") == ["out/a.py"]
        assert files() == []

    def test_private_list_of_the_repository(self, project, files):
        make(project, "a.py", "mine.py", ".git/info/exclude")
        (project / ".git" / "info" / "exclude").write_text("mine.py\n")
        assert files() == ["a.py"]

    def test_can_be_turned_off(self, project, files):
        (project / ".gitignore").write_text("*.py\n")
        make(project, "a.py")
        assert files() == []
        assert files(respect_gitignore=False) == ["a.py"]

    def test_that_is_no_text(self, project, files):
        (project / ".gitignore").write_bytes(b"\xff\xfe\n[\nb.py\n\0\n")
        make(project, "a.py", "b.py")
        assert files() == ["a.py"]


class TestLinks:
    def test_to_files(self, project, files):
        make(project, "real/a.py")
        (project / "link.py").symlink_to("real/a.py")
        assert files() == ["link.py", "real/a.py"]

    def test_to_folders_are_not_followed(self, project, files):
        make(project, "real/a.py")
        (project / "real" / "loop").symlink_to("..")
        (project / "folder.py").symlink_to("real")
        assert files() == ["real/a.py"]
        assert files("folder.py") == ["folder.py/a.py"]

    def test_locks_of_emacs(self, project, files):
        (project / ".#a.py").symlink_to("me@host.1234:5678")
        assert files() == []


def test_a_folder_with_the_suffix_of_a_file(project, files):
    make(project, "x.py/a.py")
    assert files() == ["x.py/a.py"]
    assert files("x.py") == ["x.py/a.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(project):
    make(project, "closed/a.py", "open.py")
    (project / "closed").chmod(0)
    try:
        found = list(find(["."], resolver(layer({}, os.getcwd(), ""))))
    finally:
        (project / "closed").chmod(0o700)
    assert [type(item) for item in found] == [SourceFile, Unreadable]
