"""Whatever lies where kerlint looks for a file: one line about it, and all else is checked."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parents[2])
CONCISE = ("--output-format", "concise")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links as on Unix")


@pytest.fixture
def command(project, softmax):
    """Run a shell command in which $K is kerlint; a.py has one finding. Nothing may hang."""
    (project / "a.py").write_text(softmax)

    def run(text):
        env = {**os.environ, "PYTHONPATH": HERE, "PYTHONSAFEPATH": "1"}
        env["K"] = f"{sys.executable} -m kerlint"
        done = subprocess.run(["sh", "-c", text], capture_output=True, env=env, timeout=600)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


def found(done):
    """Whether the finding in a.py was reported, and what else was said."""
    code, out, err = done
    lines = [x for x in out.splitlines() if not x.startswith(("Found ", "Run ", "Checked "))]
    assert any(x.startswith("a.py:1:11: error: KER101") for x in lines), (out, err)
    assert "Traceback" not in err
    return code, [x for x in lines if not x.startswith("a.py")], err.splitlines()


def odd(kind, path):
    """Make something that is not a regular file."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "nothing":
        path.symlink_to("nowhere")


# The first could make it wait for ever, and the second is an error; all others are like these.
KINDS = (
    "pipe",
    "folder",
    *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("loop", "device", "nothing")),
)


@pytest.mark.parametrize("kind", KINDS)
def test_gitignore(command, project, kind):
    (project / ".git").mkdir()
    odd(kind, project / ".gitignore")
    code, others, err = found(command("$K --output-format concise"))
    assert (code, others) == (1, [])
    assert len(err) == (kind != "nothing")  # to git as well, that is none at all
    assert all(x.startswith("kerlint: warning: ") and ".gitignore: could not" in x for x in err)


def test_bad_patterns_in_a_gitignore(command, project, softmax):
    (project / ".git").mkdir()
    for name in ("b.py", "c.py"):
        (project / name).write_text(softmax)
    patterns = ("!", "\\", "a/\\", "[z-a]", "*a*b*c*d*e*f*g*h*")
    (project / ".gitignore").write_text("\n".join(("b.py", "", *patterns, "c.py", "")))
    code, others, err = found(command("$K --output-format concise"))
    assert (code, others) == (1, [])
    for line, row, pattern in zip(err, range(3, 8), patterns, strict=True):
        start = f"kerlint: warning: {project}/.gitignore:{row}: pattern {pattern!r} "
        assert line.startswith(start)
    assert found(command("$K -q --output-format concise"))[2] == []


@pytest.mark.parametrize(
    "data", [b"\0\0\n", b"\xff\xfeb\0\n", b"\xef\xbb\xbfb.py\r\n", b"b.py\x0c"]
)
def test_bytes_in_a_gitignore(command, project, data):
    (project / ".git").mkdir()
    (project / ".gitignore").write_bytes(data)
    assert found(command("$K --output-format concise")) == (1, [], [])


def test_a_name_that_is_not_utf8_in_a_gitignore(command, project, softmax):
    (project / ".git").mkdir()
    Path(os.fsdecode(b"\xe9.py")).write_text(softmax)
    (project / ".gitignore").write_bytes(b"\xe9.py\n")
    assert found(command("$K --output-format concise")) == (1, [], [])


def test_a_bad_pattern_in_a_config_file(command, project, softmax):
    (project / "b.py").write_text(softmax)
    (project / "kerlint.toml").write_text(
        'extend-exclude = [\n  "b.py",\n  "!",\n]\n[per-file-ignores]\n"a/\\\\" = ["KER1"]\n'
    )
    code, others, err = found(command("$K --output-format concise"))
    assert (code, others) == (1, [])
    config = project / "kerlint.toml"
    assert err == [
        f"kerlint: warning: {config}:3: extend-exclude: pattern '!' is not valid, so it is ignored",
        f"kerlint: warning: {config}:6: per-file-ignores: pattern 'a/\\\\' is not valid, "
        "so it is ignored",
    ]


def test_a_bad_pattern_on_the_command_line(command):
    code, _, err = found(command("$K --output-format concise --extend-exclude '!'"))
    assert (code, len(err)) == (1, 1)
    assert "--extend-exclude: pattern '!' is not valid" in err[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_config_file_that_is_named(command, project, kind):
    odd(kind, project / "c.toml")
    code, out, err = command("$K --config c.toml")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("kerlint: c.toml: ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["pyproject.toml", "kerlint.toml"])
def test_a_config_file_that_is_not_one(command, project, kind, name):
    odd(kind, project / name)
    assert found(command("$K --output-format concise")) == (1, [], [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("select = " + "[" * 100_000, "too deeply nested"),
        ("select = " + "{a=" * 100_000, "too deeply nested"),
        ("#" * 10_000_001, "larger than 10,000,000 bytes"),
    ],
)
def test_toml(command, project, text, reason):
    (project / "kerlint.toml").write_text(text)
    code, out, err = command("$K")
    assert (code, out, err) == (2, "", f"kerlint: {project}/kerlint.toml: {reason}\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_cache_file(command, project, kind):
    run = "$K --output-format concise --cache-dir cache"
    first = command(run)
    (file,) = (project / "cache").rglob("*.json")
    file.unlink()
    odd(kind, file)
    assert command(run) == first
    assert command(run) == first


@pytest.mark.parametrize("kind", KINDS)
def test_a_cache_folder(command, project, kind):
    odd(kind, project / "cache")
    assert found(command("$K --output-format concise --cache-dir cache a.py")) == (1, [], [])


def test_a_cache_with_other_types_anywhere(kerlint, project, softmax, monkeypatch):
    """Each value in the cache is replaced by each of other types; the result is what it was."""
    (project / "units.py").write_text("N = 1\n")
    (project / "a.py").write_text(
        f"from units import N\nimport keras\n{softmax}model.compile(loss='mse')\n"
    )
    for name in ("a.py", "units.py"):
        os.utime(project / name, (0, 0))
    cache = project / "cache"
    first = kerlint("--cache-dir", cache, "--output-format", "json", "a.py")
    assert "KER101" in first.out
    (file,) = cache.rglob("*.json")
    stored = json.loads(file.read_text())
    # One is enough to see whether the entry is used; then nothing is parsed, and all is quick.
    monkeypatch.setattr("kerlint.run.check_file.diagnose", lambda *_, **__: 1 / 0)
    monkeypatch.setattr("kerlint.processes.workers.can_fork", lambda: False)
    assert kerlint("--cache-dir", cache, "--output-format", "json", "a.py") == first
    tried = 0
    for way in list(ways_to(stored)):
        for other in (None, True, 0, -1, 1.5, "x", [], {}, ["x"], {"x": 1}):
            changed = copy.deepcopy(stored)
            replaced = put(changed, way, other)
            if type(replaced) is type(other):
                continue
            file.write_text(json.dumps(changed))
            done = kerlint("--cache-dir", cache, "--output-format", "json", "a.py")
            assert done.err == "", (way, other)
            assert json.loads(done.out)
            # Either the entry is as good as before, or it is not used; what may be missing in it
            # may also be there.
            assert done == first or "ZeroDivisionError" in done.out or replaced is None, (
                way,
                other,
            )
            tried += 1
    assert tried > 200


def ways_to(value, way=()):
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*way, key)
            yield from ways_to(each, (*way, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield (*way, index)
            yield from ways_to(each, (*way, index))


def put(value, way, other):
    for step in way[:-1]:
        value = value[step]
    before, value[way[-1]] = value[way[-1]], other
    return before


def test_a_cache_that_is_not_json(command, project):
    run = "$K --output-format concise --cache-dir cache"
    first = command(run)
    (file,) = (project / "cache").rglob("*.json")
    for data in (b"", b"\xff", b"[" * 200_000, b'{"key": 1', b"\0" * 100):
        file.write_bytes(data)
        assert command(run) == first, data


def test_standard_input(command):
    assert command("$K - <&-") == (
        2,
        "",
        "kerlint: standard input is closed, so there is nothing to check\n",
    )
    # Without end, and nothing in it is about Keras.
    assert command("$K -q - < /dev/zero") == (0, "", "")
    code, out, err = command("yes 'import keras' | $K -q --output-format concise -")
    assert (code, out.count("\n"), err) == (1, 1, "")
    assert "KER000 could not be read" in out


def test_closed_streams(command):
    assert command("$K a.py >&-") == (1, "", "")
    assert command("$K a.py <&- >&- 2>&-") == (1, "", "")
    assert command("$K --show-files . <&- >&- 2>&-") == (0, "", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux")
def test_a_full_disk(command):
    assert command("$K a.py > /dev/full") == (
        2,
        "",
        "kerlint: cannot write: No space left on device\n",
    )
    assert command("$K a.py -o /dev/full") == (
        2,
        "",
        "kerlint: /dev/full: No space left on device\n",
    )
    code, others, _ = found(command("$K -q --output-format concise nowhere.py a.py 2> /dev/full"))
    assert (code, others) == (2, [])


def test_a_reader_that_goes(command, project, softmax):
    (project / "b.py").write_text(softmax * 500)
    code, out, err = command("$K -q --no-fold --output-format concise b.py | head -1")
    assert (code, out.count("\n"), err) == (0, 1, "")


STEERING = "x\n\x1b[31m\x07\u202e.py"


def test_names_that_would_steer_the_terminal(command, project, softmax):
    (project / "a.py").unlink()
    (project / STEERING).write_text(softmax)
    shown = "x␊␛[31m␇\ufffd.py"
    assert command("$K --show-files")[1] == f"{project}/{shown}\n"
    assert command("$K -q --output-format concise")[1].startswith(f"{shown}:1:11: error: KER101")
    assert json.loads(command("$K --output-format json")[1])[0]["filename"].endswith(STEERING)
    code, out, err = command("$K \"$(printf 'no\\n\\033[31m')\"")
    assert (code, out, err) == (2, err and "", "kerlint: no␊␛[31m: no such file or folder\n")


def test_a_name_that_begins_with_a_dash(command, project):
    (project / "a.py").rename(project / "-x.py")
    code, out, _ = command("$K -q --output-format concise -- -x.py")
    assert (code, out.split(" ")[0]) == (1, "-x.py:1:11:")


@pytest.mark.parametrize("kind", KINDS)
def test_something_called_x_py(command, project, kind):
    odd(kind, project / "x.py")
    code, others, err = found(command("$K -q --output-format concise"))
    assert (code, err) == (1, [])
    assert len(others) == (kind != "folder")
    assert all(x.startswith("x.py:1:1: error: KER000 could not be read: ") for x in others)


def test_a_folder_that_is_gone(command):
    done = command("mkdir gone && cd gone && rmdir ../gone && $K")
    assert done == (2, "", "kerlint: the current folder does not exist any more\n")


def test_no_home(command):
    text = "unset HOME XDG_CACHE_HOME; $K -q --output-format concise --cache-dir cache"
    assert found(command(text)) == (1, [], [])


def test_a_very_deep_folder(command, project, softmax):
    folders = "d/" * 1500
    subprocess.run(["mkdir", "-p", folders], check=True)
    code, out, err = command(f"cp a.py {folders}b.py; $K -q --output-format concise {folders}b.py")
    subprocess.run(["rm", "-r", "d"], check=True)  # Python's own way recurses too deep
    assert (code, out.count("KER101"), err) == (1, 1, "")


def test_a_file_that_grows(kerlint, project, softmax, monkeypatch):
    """No more is read than may be, whatever the size was when it was looked at."""
    (project / "a.py").write_text("import keras\n" + "#" * 3000)
    stat = os.stat

    class Small:
        def __init__(self, real):
            self._real = real

        def __getattr__(self, name):
            return 10 if name == "st_size" else getattr(self._real, name)

    monkeypatch.setattr(
        "kerlint.sources.read.os.stat", lambda path, **more: Small(stat(path, **more))
    )
    done = kerlint("-q", *CONCISE, "--max-file-size", "2000", "--no-cache", "a.py")
    assert "KER000 could not be read: it has 2,001 bytes" in done.out


def test_stamps_from_the_future(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    os.utime(project / "a.py", (2**33, 2**33))
    assert kerlint("-q") == kerlint("-q")
