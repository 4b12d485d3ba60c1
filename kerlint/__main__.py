"""``python -m kerlint`` and the command ``kerlint``."""

import os
import sys

# `python -m` imports these two before it looks at the current folder. Nothing else may be imported
# until that is off the module path, and `from __future__` is an import, too.


def _leave_current_folder() -> None:
    """Take what ``python -m`` has put first on the module path away again.

    The current folder holds the code to check, which is never run: a ``json.py`` in it would hide
    Python's. A folder that was put on the path on purpose, by ``PYTHONPATH``, stays there.
    """
    # With -P or -I, Python does not add the current folder. sys.flags.safe_path is new in 3.11.
    if getattr(sys.flags, "safe_path", False) or sys.flags.isolated:
        return
    try:
        here = os.getcwd()
    except OSError:  # a folder that is gone was not put there either
        return
    if sys.path[:1] not in ([here], [""]):
        return
    sys.path.pop(0)
    if os.path.dirname(os.path.dirname(os.path.abspath(__file__))) == here:
        # A checkout, or a folder with all that kerlint needs, but for what is installed elsewhere.
        sys.path.append(here)


if __name__ == "__main__" and __spec__ is not None:
    _leave_current_folder()

import gc  # noqa: E402
from typing import NoReturn  # noqa: E402

from kerlint.processes import interrupts  # noqa: E402


def run() -> NoReturn:
    """Run the command line and exit with its code. Signals are quiet from the first import on."""
    interrupts.end_at_once()
    # What is imported stays, so there is nothing to collect until files are parsed.
    gc.disable()
    try:
        from kerlint.command.cli import main

        code = main()
    except KeyboardInterrupt as error:
        code = interrupts.code_of(error)
    # Nothing is left to be done, and to take down all modules in order takes Python 20 ms.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # closed, or lost already
            continue
    os._exit(code)


if __name__ == "__main__":
    run()
