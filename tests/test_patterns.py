"""No regular expression backtracks over unbounded input."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A quadratic pattern takes four seconds for one of these, a linear one milliseconds. The process
# ends itself after so much processor time on one text, whatever else the machine does.
LENGTH = 50_000
SECONDS = 2

PROGRAM = """
import importlib, inspect, pkgutil, re, signal, sys
import kerlint
from kerlint.sources import ipython

length, part, parts, seconds = map(int, sys.argv[1:])
found = {}
matched = {"_PROMPTS", "_NUMBERED_PROMPT"}  # by a function that is given the pattern
for module in pkgutil.walk_packages(kerlint.__path__, "kerlint."):
    if ".execute" in module.name or ".generate" in module.name or "__main__" in module.name:
        continue
    module = importlib.import_module(module.name)
    source = inspect.getsource(module)
    for name, value in vars(module).items():
        for pattern in value.values() if isinstance(value, dict) else [value]:
            if isinstance(pattern, re.Pattern):
                # Tried as it is used: one that is only matched at a place is not searched for.
                anchored = re.search(rf"\\b{name}\\.(?:match|fullmatch)\\(", source)
                searched = re.search(rf"\\b{name}\\.(?:search|find|sub|split)", source)
                found[pattern] = (
                    f"{module.__name__}.{name}",
                    bool(searched or not anchored) and name not in matched,
                )
assert len(found) > 40
pieces = [
    " ", "a", ".", "#", "'", '"', "(", "[", "{", "\\\\", "\\n", "a.", "a,", "a, ", "a = ", "1",
    "=", ":", "# ", "#a: b ", "#a:b[", "# noqa ", "# noqa: E1 ", "# kerlint: ignore[", "%", "?",
    "a[", "['", "f'{a}", 'f"{', "'''", '\"\"\"', "\\t", "import a ", "for a, ", "def ", "* ", "-",
    ": a", "; a[", "\\\\\\n", "\\r", "{a", "}", "A1, ", "`", "TF_USE_LEGACY_KERAS", "KER1 ",
]
starts = ["", "# noqa: ", "%run ", "TF_USE_LEGACY_KERAS"]
ends = ["!", "x", "", "\\n"]
ordered = sorted(found.items(), key=lambda pair: pair[1])
for number, (pattern, (name, searched)) in enumerate(ordered):
    if number % parts != part:
        continue
    # Help is looked for at the end of a statement only.
    size = ipython._LONGEST_NAME if pattern is ipython._HELP else length
    for piece in pieces:
        for start, end in zip(starts, ends):
            text = start + piece * (size // len(piece)) + end
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
            print(name, repr(piece), repr(start), repr(end), flush=True)
            if isinstance(pattern.pattern, bytes):
                text = text.encode()
            pattern.match(text)
            pattern.fullmatch(text)
            for _ in pattern.finditer(text) if searched else ():
                pass
print("done")
"""


PARTS = 8  # of which one is enough to see that the test itself works


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, PARTS))]
)
def test_no_pattern_backtracks(part):
    command = [sys.executable, "-c", PROGRAM, str(LENGTH), str(part), str(PARTS), str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # Else its last line is the pattern that takes for ever.
    assert done.stdout.splitlines()[-1:] == ["done"], done.stderr
