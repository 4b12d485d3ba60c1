"""Code that changes what is known: after it kerlint says nothing that CPython would contradict.

Each program ends in a layer. ``# expect: KER101`` says that its unit count must be known to be one
at the end; a program without that must be quiet, because Python computes another number there or
never gets so far. Quiet programs and loud ones come in pairs that differ in what the code may do.
"""

from __future__ import annotations

import re

import pytest

import kerlint

HEAD = """\
import sys
import keras
from keras import Sequential, layers
"""
MODEL = 'model = Sequential([keras.Input((4,)), layers.Dense(units, activation="softmax")])'
LOUD = f"{MODEL}  # expect: KER101\n"
QUIET = f"{MODEL}\n"


def check(program: str, path: str = "program.py") -> None:
    """Compare the findings of a program with those written beside its lines."""
    text = HEAD + program
    wanted = [
        (row, code)
        for row, line in enumerate(text.splitlines(), 1)
        for code in re.findall(r"KER\d{3}", line.partition("# expect:")[2])
    ]
    found = [
        (item.span.start.row, item.code)
        for item in kerlint.lint_source(text, filename=path)
        if item.code == "KER101" or item.code.startswith("KER00")
    ]
    assert sorted(found) == wanted, text


def programs(text: str) -> list[str]:
    """The programs between lines of dashes; QUIET and LOUD stand for the layer."""
    made = [part.strip("\n") + "\n" for part in re.split(r"^---$", text, flags=re.MULTILINE)]
    return [part.replace("LOUD\n", LOUD).replace("QUIET\n", QUIET) for part in made]


# -- what is not reached --------------------------------------------------------------------------

LEFT = """
units = 1
sys.exit("use train.py")
QUIET
---
import os
units = 1
os._exit(1)
QUIET
---
from sys import exit as leave
units = 1
leave()
QUIET
---
units = 1
quit()
QUIET
---
units = 1
raise SystemExit
QUIET
---
def usage():
    print("usage: ...")
    sys.exit(2)
units = 1
usage()
QUIET
---
def fail(text):
    raise ValueError(text)
units = 1
if units < 2:
    fail("too few classes")
QUIET
---
class Settings:
    def __init__(self, units):
        if units < 2:
            raise ValueError(units)
        self.units = units
units = Settings(1).units
QUIET
---
units = 10
if "-f" in sys.argv:
    units = 1
    sys.exit("not yet")
QUIET
---
def stop():
    units = 1
    sys.exit()
units = 10
if "-f" in sys.argv:
    units = 1
    stop()
QUIET
---
import argparse
parser = argparse.ArgumentParser()
units = 10
if "-f" in sys.argv:
    units = 1
    parser.error("not yet")
QUIET
---
def build(units):
    assert units > 1, units
    return Sequential([keras.Input((4,)), layers.Dense(units, activation="softmax")])
build(1)
---
def classes(kind):
    if kind == "many":
        return 10
    raise ValueError(kind)
units = 1
try:
    units = classes("many")
except ValueError:
    units = 2
QUIET
---
import pytest
units = 1
pytest.skip("needs a GPU", allow_module_level=True)
QUIET
---
for units in (1,):
    sys.exit()
QUIET
---
with open("log.txt", "w") as file:
    units = 1
    raise RuntimeError("stop")
QUIET
---
units = 1
done = sys.exit() if units == 1 else None
QUIET
"""

REACHED = """
model = Sequential([keras.Input((4,)), layers.Dense(3)])
sys.exit()
units = 1
LOUD
---
def usage():
    print("usage: ...")
    sys.exit(2)
units = 1
if len(sys.argv) < 2:
    usage()
LOUD
---
def usage():
    print("usage: ...")
    if "-q" not in sys.argv:
        sys.exit(2)
units = 1
usage()
LOUD
---
class Reader:
    def fail(self):
        raise ValueError("empty")
    def read(self, text):
        if not text:
            self.fail()
        return 1
units = Reader().read(sys.argv[1])
LOUD
---
def usage():
    sys.exit(2)
units = 1
try:
    usage()
except SystemExit:
    pass
LOUD
---
class Base:
    def units(self):
        raise NotImplementedError
    def build(self):
        self.units()
        units = 1
        return Sequential([
            keras.Input((4,)),
            layers.Dense(units, activation="softmax"),  # expect: KER101
        ])
---
def later():
    sys.exit(1)
units = 1
LOUD
---
def numbers():
    yield 1
    raise StopIteration
for number in numbers():
    print(number)
units = 1
LOUD
---
def close():
    sys.exit()
def build(units=1):
    return Sequential([
        keras.Input((4,)),
        layers.Dense(units, activation="softmax"),  # expect: KER101
    ])
build()
close()
---
import argparse
parser = argparse.ArgumentParser()
units = 1
if "-f" in sys.argv:
    parser.error("not yet")
LOUD
---
units = 1
for line in sys.stdin:
    if line == "stop":
        raise ValueError(line)
LOUD
---
units = 1
assert units == 1
LOUD
"""


@pytest.mark.parametrize("program", programs(LEFT))
def test_what_follows_an_exit_or_a_raise_is_not_reached(program: str) -> None:
    check(program)


@pytest.mark.parametrize("program", programs(REACHED))
def test_what_may_be_reached_is_read(program: str) -> None:
    check(program)


TRIED = """
units = 10
try:
    raise ImportError("no GPU")
except ImportError:
    pass
else:
    units = 1
QUIET
---
units = 1
try:
    raise ValueError
except ValueError:
    units = 10
QUIET
---
def need(name):
    raise KeyError(name)
units = 1
try:
    need("classes")
except LookupError:
    units = 10
QUIET
---
units = 1
try:
    sys.exit()
except Exception:
    pass
QUIET
---
units = 1
try:
    raise ValueError
except KeyError:
    pass
QUIET
---
units = 10
try:
    units = 1
    raise ValueError
except KeyError:
    pass
except (OSError, ValueError):
    units = 5
finally:
    print("done")
QUIET
---
class Empty(Exception):
    pass
units = 1
try:
    raise Empty("no rows")
except Empty as empty:
    units = 10
QUIET
"""

TRIED_LOUD = """
units = 10
try:
    import numpy
except ImportError:
    units = 3
else:
    units = 1
LOUD
---
units = 10
try:
    raise ValueError
except ValueError:
    units = 1
LOUD
---
units = 1
try:
    print("start")
except Exception:
    units = 10
LOUD
---
units = 1
try:
    sys.exit()
except:
    pass
LOUD
---
units = 10
try:
    raise OSError
except KeyError:
    units = 5
except Exception:
    units = 1
LOUD
"""


@pytest.mark.parametrize("program", programs(TRIED) + programs(TRIED_LOUD))
def test_a_try_goes_on_in_the_handler_that_catches(program: str) -> None:
    check(program)
