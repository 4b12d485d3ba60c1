"""How long kerlint takes for a tree, against only parsing the files that it has to parse.

    python tests/benchmarks/parsing.py PATH [PATH ...]

Both are whole processes on one core, cache off: one runs ``kerlint --jobs 1`` over the paths, the
other calls ``libcst.parse_module`` on the text of every file that passes kerlint's gate (the code
of notebooks as kerlint reads it). They run in turn; processor seconds of the best of seven runs
are compared, so that other work on the machine counts as little as possible. Both find their
modules compiled, as installed packages are.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import suppress

ROUNDS = 7

PARSE = """
import gc, pickle, sys
import libcst
gc.disable()
with open(sys.argv[1], "rb") as file:
    for text in pickle.load(file):
        try:
            libcst.parse_module(text)
        except Exception:
            pass
"""


def texts(paths: list[str]) -> list[str]:
    """The texts of the files that kerlint would parse."""
    from kerlint import prefilter
    from kerlint.config.settings import combine
    from kerlint.sources.find import SourceFile, find
    from kerlint.sources.read import read_bytes, to_source
    from kerlint.sources.source import Source

    settings = combine(os.getcwd(), [])
    found: list[str] = []
    for item in find(paths, lambda path: settings, force_exclude=False):
        if not isinstance(item, SourceFile):
            continue
        data = read_bytes(item.path, settings.max_file_size, prefilter.names_keras)
        source = to_source(item.path, data) if isinstance(data, bytes) else None
        if (
            isinstance(source, Source)
            and prefilter.Prefilter().look_at(source.path, source.text.encode(), settings).possible
        ):
            found.append(source.text)
    return found


def seconds(command: list[str]) -> float:
    """Processor seconds, user and system, of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Where this is set, a checkout would be compiled anew at each start.
    compiled = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    quiet = subprocess.DEVNULL
    subprocess.run(command, stdout=quiet, stderr=quiet, check=False, env=compiled)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def adopt() -> None:
    """Become the parent of processes that others leave behind.

    ``kerlint`` does not wait for its workers, whose seconds would not be counted.
    """
    if sys.platform == "linux":
        adopting = 36  # PR_SET_CHILD_SUBREAPER, see prctl(2)
        ctypes.CDLL(None).prctl(adopting, 1, 0, 0, 0)


def main(paths: list[str]) -> None:
    import pickle

    adopt()
    found = texts(paths)
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(found, file)
        file.flush()
        lint = [sys.executable, "-m", "kerlint", "--no-cache", "--isolated", "--exit-zero"]
        pairs = [
            (
                seconds([sys.executable, "-c", PARSE, file.name]),
                seconds([*lint, "--jobs", "1", *paths]),
            )
            for _ in range(ROUNDS)
        ]
    parse, whole = (min(column) for column in zip(*pairs))
    size = sum(map(len, found)) / 1e6
    print(f"{len(found)} files to parse, {size:.1f} MB")
    print(f"parsing alone {parse:.2f} s, kerlint {whole:.2f} s, ratio {whole / parse:.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
