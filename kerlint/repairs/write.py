"""New content of a file, in one step: whoever looks finds it old or new, never half."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile

from kerlint.processes import interrupts


def replace(path: str, data: bytes, *, before: bytes | None = None) -> None:
    """Make ``data`` the content of a file that exists; its mode and owner stay.

    Of a symbolic link the target is changed. ``before`` is what the file is known to hold: if
    somebody has changed it since, it stays as it is. Raises ``OSError`` with a reason in words. The
    new content is in a second file until it is complete, so nothing is lost at any moment. Other
    hard links to the file keep the old content.
    """
    target = os.path.realpath(path, strict=True)
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", path)
    # The superuser may write to any file, but does not mean it any more than others do.
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", path)
    folder, name = os.path.split(target)
    new = ""
    try:
        # Whoever is interrupted in here would not know what to remove.
        with interrupts.held_back():
            handle, new = _second_file(folder, name, path)
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            _take_over(file.fileno(), new, status)
            os.fsync(file.fileno())
        if before is not None:
            with open(target, "rb") as file:
                if file.read(len(before) + 1) != before:
                    raise OSError(errno.EBUSY, "it was changed in the meantime", path)
        os.replace(new, target)
    except BaseException:
        if new:
            with contextlib.suppress(OSError):
                os.unlink(new)
        raise
    _settle(folder)


def _second_file(folder: str, name: str, path: str) -> tuple[int, str]:
    try:
        return tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".new", dir=folder)
    except OSError as error:
        reason = f"no file can be written to its folder: {error.strerror or error}"
        raise OSError(error.errno, reason, path) from None


def _take_over(handle: int, path: str, status: os.stat_result) -> None:
    """Give a file the mode of another, and its owner as far as that is allowed."""
    if hasattr(os, "fchown"):
        now = os.fstat(handle)
        if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid):
            with contextlib.suppress(OSError):
                os.fchown(handle, status.st_uid, status.st_gid)
    os.chmod(path, stat.S_IMODE(status.st_mode))  # after the owner, which takes bits away


def _settle(folder: str) -> None:
    """Have the new name of a file survive a power cut, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
