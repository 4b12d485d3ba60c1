"""What a run costs before it has anything to do, compared with importing libcst and typer.

    python tests/benchmarks/startup.py [ROUNDS]

Whole processes, with all that they start, are measured in turn by the processor time that they use,
so that what else the machine does matters little. The ratios are what the design allows.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

TOP = Path(__file__).parents[2]
ROUNDS = 15
SMALL = """\
from keras import layers, Sequential

model = Sequential([layers.Dense(16, activation="relu"), layers.Dense(1, activation="softmax")])
model.compile(loss="mse")
"""
PLAIN = "import os\n\nprint(os.getcwd())\n"
BASE = "import libcst, typer"
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    if sys.platform == "linux":  # elsewhere the parsing process is not counted if it ends last
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        lint = ["-m", "kerlint", "--isolated"]
        cold = [*lint, "--no-cache"]
        Path(folder, "small.py").write_text(SMALL)
        Path(folder, "plain.py").write_text(PLAIN)
        cache = ["--cache-dir", os.path.join(folder, "cache")]
        commands = {
            "python -c 'import libcst, typer'": (["-c", BASE], None),
            "one small file, cold": ([*cold, "small.py"], 1.4),
            "a file without Keras": ([*cold, "plain.py"], 0.35),
            "a warm tree, all fixtures": ([*lint, *cache, str(TOP / "fixtures")], 0.7),
            "kerlint --help": ([*lint, "--help"], None),
            "kerlint rules": (["-m", "kerlint", "rules"], None),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, (arguments, _) in commands.items():
                spent = processor_time([sys.executable, *arguments], folder)
                if number:  # the first time fills the caches
                    times[name].append(spent)
    base = next(iter(times.values()))
    print(f"{'':34}{'least':>8}{'median':>8}{'ratio':>8}{'goal':>8}")
    for name, spent in times.items():
        goal = commands[name][1]
        ratio = median(spent) / median(base)
        row = f"{name:34}{min(spent):8.3f}{median(spent):8.3f}{ratio:8.2f}"
        print(row + (f"{goal:8.2f}" if goal else ""))


def processor_time(command: list[str], folder: str) -> float:
    """The user and system time in seconds of a command and of everything that it has started."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody who uses it compiles it every time
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
