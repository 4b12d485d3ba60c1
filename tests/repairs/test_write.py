"""Files are replaced whole: whenever it is interrupted, a file is old or new."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import pytest

from kerlint.repairs import write

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX modes and links")
OLD, NEW = b"old\r\n", b"new\n" * 100_000


def test_content_is_replaced(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(OLD)
    write.replace(str(path), NEW)
    assert path.read_bytes() == NEW
    assert os.listdir(tmp_path) == ["a.py"]


@POSIX
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o660, 0o200])
def test_mode_stays(tmp_path, mode):
    path = tmp_path / "a.py"
    path.write_bytes(OLD)
    path.chmod(mode)
    write.replace(str(path), NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@POSIX
def test_owner_stays(tmp_path):
    if os.getuid() != 0:
        pytest.skip("only the superuser may give files away")
    path = tmp_path / "a.py"
    path.write_bytes(OLD)
    os.chown(path, 12345, 23456)
    path.chmod(0o4755)
    write.replace(str(path), NEW)
    status = path.stat()
    assert (status.st_uid, status.st_gid) == (12345, 23456)
    assert stat.S_IMODE(status.st_mode) == 0o4755


@POSIX
def test_links_stay_links(tmp_path):
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "target.py"
    target.write_bytes(OLD)
    (tmp_path / "between.py").symlink_to("far/target.py")
    (tmp_path / "link.py").symlink_to("between.py")
    write.replace(str(tmp_path / "link.py"), NEW)
    assert target.read_bytes() == NEW
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "between.py").is_symlink()
    assert os.listdir(tmp_path / "far") == ["target.py"]


def reason(path, data=NEW, **options):
    with pytest.raises(OSError) as caught:  # noqa: PT011
        write.replace(str(path), data, **options)
    assert caught.value.strerror
    assert "\n" not in caught.value.strerror
    return caught.value.strerror


@POSIX
def test_what_cannot_be_written(tmp_path):
    path = tmp_path / "a.py"
    assert reason(path) == "No such file or directory"
    path.symlink_to("a.py")
    assert "symbolic links" in reason(path)
    path.unlink()
    path.write_bytes(OLD)
    path.chmod(0o444)
    assert reason(path) == "the file is read-only"
    assert path.read_bytes() == OLD
    assert reason(tmp_path) == "it is not a regular file"
    os.mkfifo(tmp_path / "pipe")
    assert reason(tmp_path / "pipe") == "it is not a regular file"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "pipe"]


@POSIX
def test_folder_that_takes_no_file(tmp_path, monkeypatch):
    path = tmp_path / "a.py"
    path.write_bytes(OLD)

    def mkstemp(**_):
        raise PermissionError(13, "Permission denied")  # as for anybody but the superuser

    monkeypatch.setattr("tempfile.mkstemp", mkstemp)
    assert reason(path) == "no file can be written to its folder: Permission denied"
    assert path.read_bytes() == OLD


def test_a_file_that_was_changed_stays(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(OLD)
    assert reason(path, before=b"older") == "it was changed in the meantime"
    assert reason(path, before=OLD[:-1]) == "it was changed in the meantime"
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["a.py"]
    write.replace(str(path), NEW, before=OLD)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_nothing_is_left_behind(tmp_path, monkeypatch, step, error):
    path = tmp_path / "a.py"
    path.write_bytes(OLD)

    def fails(*_):
        raise error

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(type(error)):
        write.replace(str(path), NEW)
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["a.py"]


# Counts the lines of Python that run, and kills the process before one of them.
KILLED = """
import os, signal, sys
from kerlint.repairs import write
path, new, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
lines = 0
def trace(frame, event, argument):
    global lines
    if event == "line":
        lines += 1
        if lines == last:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace
data = open(new, "rb").read()
sys.settrace(trace)
write.replace(path, data)
sys.settrace(None)
print(lines)
"""


@POSIX
def test_killed_at_any_moment_the_file_is_old_or_new(tmp_path):
    path, new = tmp_path / "a.py", tmp_path / "new"
    new.write_bytes(NEW)
    path.write_bytes(OLD)

    def run(last):
        words = [sys.executable, "-c", KILLED, str(path), str(new), str(last)]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    total = int(run(0).stdout)
    own = range(1, total + 1)
    seen = set()
    for last in [*own][:: max(total // 60, 1)] + [*own][-40:]:
        path.write_bytes(OLD)
        assert run(last).returncode == -signal.SIGKILL
        assert path.read_bytes() in (OLD, NEW)
        seen.add(path.read_bytes())
    assert seen == {OLD, NEW}
