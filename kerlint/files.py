"""Files other than source code: reading them safely, and deleting kerlint's own old ones."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time

_KEEP_SECONDS = 30 * 24 * 3600


def read_file(path: str | os.PathLike[str], most: int) -> bytes:
    """Return the content of a regular file of at most ``most`` bytes.

    Raises ``OSError`` for what else there may be: reading a pipe could wait for ever, and reading a
    device could go on for ever.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):  # to open a device or a pipe may do something
        raise _not_regular(path)
    # What it was when it was looked at, it need not be now.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _not_regular(path)
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes", os.fspath(path))
    return data


def _not_regular(path: str | os.PathLike[str]) -> OSError:
    return OSError(errno.EINVAL, "not a regular file", os.fspath(path))


def forget_old(*folders: str) -> None:
    """Remove caches and verdicts that were not used for a month."""
    limit = time.time() - _KEEP_SECONDS
    for folder in folders:
        with os.scandir(folder) as scan:
            for entry in scan:
                with contextlib.suppress(OSError):
                    if not entry.name.endswith((".json", ".new")):
                        continue
                    if entry.stat(follow_symlinks=False).st_mtime < limit:
                        os.unlink(entry.path)
