"""Code that changes what is known: after it kerlint says nothing that CPython would contradict.

Each program ends in a layer. ``# expect: KER101`` says that its unit count must be known to be one
at the end; a program without that must be quiet, because Python computes another number there or
never gets so far. Quiet programs and loud ones come in pairs that differ in what the code may do.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import kerlint
from kerlint.reading.interpreter import effects

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
model = Sequential([keras.Input((4,)), layers.Dense(3)])
sys.exit()
units = 1
QUIET
---
units = 1
done = sys.exit() if units == 1 else None
QUIET
"""

REACHED = """
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
    size = 2
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


# -- code that was not read is given something ----------------------------------------------------

CHANGED = """
from mylib import adjust
config = {"units": 1}
adjust(config)
units = config["units"]
QUIET
---
import mylib
sizes = [64, 1]
mylib.tools.adjust(sizes)
units = sizes[1]
QUIET
---
import mylib
config = {"head": {"units": 1}}
same = config["head"]
mylib.adjust(config)
units = same["units"]
QUIET
---
import mylib
class Config:
    def __init__(self):
        self.units = 1
config = Config()
mylib.adjust(settings=config)
units = config.units
QUIET
---
import mylib
class Config:
    units = 1
mylib.adjust(Config)
units = Config.units
QUIET
---
import mylib
config = {"units": 10}
watcher = mylib.Watcher(config)
config["units"] = 1
watcher.refresh()
units = config["units"]
QUIET
---
from mylib import adjust
def prepare(config):
    adjust(config)
config = {"units": 1}
prepare(config)
units = config["units"]
QUIET
---
import mylib
config = {"units": 1}
mylib.adjust([3, (config, "x")])
units = config["units"]
QUIET
---
import mylib
units = 1
def set_units(number):
    global units
    units = number
mylib.ask(set_units)
QUIET
---
import mylib
sizes = [1]
mylib.ask(lambda number: sizes.insert(0, number))
units = sizes[0]
QUIET
---
import threading
sizes = {"units": 1}
def read():
    table = sizes
    table["units"] = int(input())
thread = threading.Thread(target=read)
thread.start()
units = sizes["units"]
QUIET
---
from mylib import tools
class Net:
    def __init__(self):
        self.units = 1
        tools.register(self.resize)
        self.model = Sequential([
            keras.Input((4,)), layers.Dense(self.units, activation="softmax")])
    def resize(self, units):
        self.units = units
net = Net()
---
from mylib import Base
class Net(Base):
    def __init__(self):
        super().__init__()
        self.units = 1
        self.configure()
        self.model = Sequential([
            keras.Input((4,)), layers.Dense(self.units, activation="softmax")])
net = Net()
---
from mylib import app
units = 1
@app.route("/units")
def change(number=3):
    global units
    units = number
app.run()
QUIET
---
from mylib import app
config = {"units": 1}
@app.on("change")
def change(number):
    update(number)
def update(number):
    config["units"] = number
config["units"] = 1
app.run()
units = config["units"]
QUIET
---
import click
@click.command()
@click.option("--units", default=10)
def main(units=1):
    QUIET
---
import hydra
settings = {"units": 1}
@hydra.main()
def main(config):
    settings.update(config)
    train()
def train():
    return layers.Dense(settings["units"], activation="softmax")
main()
---
import keras
sizes = [1]
class Grow(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        sizes.insert(0, epoch + 2)
first = Sequential([keras.Input((4,)), layers.Dense(3)])
first.compile("sgd", "mse")
first.fit([[1.0] * 4], [[1.0] * 3], callbacks=[Grow()])
units = sizes[0]
QUIET
---
import keras
sizes = [1]
grow = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: sizes.insert(0, 5))
first = Sequential([keras.Input((4,)), layers.Dense(3)])
first.compile("sgd", "mse")
first.fit([[1.0] * 4], [[1.0] * 3], callbacks=[grow])
units = sizes[0]
QUIET
---
import random
sizes = [10, 1]
random.shuffle(sizes)
units = sizes[1]
QUIET
---
import numpy as np
sizes = [{"units": 10}, {"units": 1}]
np.random.default_rng(0).shuffle(sizes)
units = sizes[1]["units"]
QUIET
---
import heapq
sizes = [3, 2, 1]
heapq.heapify(sizes)
units = sizes[2]
QUIET
---
import mylib
sizes = [1]
list(filter(mylib.Grow(sizes), [1, 2]))
units = sizes[0]
QUIET
---
sizes = [1]
def grow(number):
    sizes[0] = number + 10
    return True
list(filter(grow, [1, 2]))
units = sizes[0]
QUIET
---
sizes = [1]
def longest(number):
    sizes.insert(0, number)
    return number
max([4, 5], key=longest)
units = sizes[0]
QUIET
---
import mylib
def prepare(config, change=mylib.adjust):
    change(config)
    return config["units"]
units = prepare({"units": 1})
QUIET
---
import settings
import mylib
mylib.adjust(settings)
units = settings.units
QUIET
"""

UNCHANGED = """
import json
import logging
import matplotlib.pyplot as plt
import numpy as np
log = logging.getLogger(__name__)
config = {"units": 1}
print(config)
log.info(config)
json.dump(config, open("config.json", "w"))
plt.plot(config)
figure, axes = plt.subplots()
axes.bar(config, config)
np.save("config.npy", config)
writer.writerow(config)
units = config["units"]
LOUD
---
import mylib
units = 1
shape = (4, 1)
text = "relu"
mylib.adjust(units, shape, text)
units = shape[1]
LOUD
---
import mylib
config = {"units": 1}
mylib.adjust(**config)
units = config["units"]
LOUD
---
import mylib
config = {"units": 10}
mylib.adjust(config)
config = {"units": 1}
units = config["units"]
LOUD
---
import mylib
config = {"units": 1}
mylib.adjust(config["units"])
mylib.adjust(dict(config))
mylib.adjust(config.copy())
units = config["units"]
LOUD
---
import mylib
units = 1
def show():
    units = 3
    print(units)
mylib.ask(show)
LOUD
---
import mylib
config = {"units": 1}
def show():
    text = str(config) + config.get("name", "")
    print(config["units"], len(config), text)
mylib.ask(show)
units = config["units"]
LOUD
---
import tensorflow as tf
config = {"units": 1}
@tf.function
def show(x):
    print(config)
    return x
units = config["units"]
LOUD
---
import random
sizes = [1, 1]
random.shuffle(sizes)
units = len(sizes[:1])
LOUD
---
import mylib
sizes = [3, 4]
rest = mylib.adjust(sizes)
units = 1
LOUD
---
import threading
class Net:
    def __init__(self):
        self.units = 1
        self.steps = 0
        threading.Thread(target=self.count).start()
        self.model = Sequential([
            keras.Input((4,)),
            layers.Dense(self.units, activation="softmax"),  # expect: KER101
        ])
    def count(self):
        self.steps += 1
net = Net()
---
import pandas as pd
rows = [{"units": 1}]
table = pd.DataFrame(rows)
table.plot(rows)
units = rows[0]["units"]
LOUD
---
from mylib import app
@app.route("/build")
def build(units):
    return Sequential([
        keras.Input((4,)),
        layers.Dense(1, activation="softmax"),  # expect: KER101
    ])
"""


@pytest.mark.parametrize("program", programs(CHANGED))
def test_what_code_that_was_not_read_may_change_is_unknown(program: str) -> None:
    check(program)


@pytest.mark.parametrize("program", programs(UNCHANGED))
def test_what_it_cannot_change_stays_known(program: str) -> None:
    check(program)


# -- names and attributes that are bound in other ways --------------------------------------------

REBOUND = """
import keras
keras.layers.Dense = lambda units, **rest: keras.layers.Flatten()
units = 1
QUIET
---
import tensorflow as tf
setattr(tf.keras.layers, "Dense", print)
units = 1
QUIET
---
import os
setattr(layers, os.environ["LAYER"], print)
units = 1
QUIET
---
keras.layers.__dict__["Dense"] = print
units = 1
QUIET
---
vars(layers)["Dense"] = print
units = 1
QUIET
---
def patch():
    layers.Dense = print
patch()
units = 1
QUIET
---
class Patch:
    def __init__(self, module):
        module.Dense = print
Patch(keras.layers)
units = 1
QUIET
---
keras.layers.Dense.__init__ = lambda self, *rest, **named: None
units = 1
QUIET
---
from unittest.mock import patch
units = 1
with patch("keras.layers.Dense"):
    QUIET
---
from unittest import mock
units = 1
@mock.patch.object(keras.layers, "Dense")
def test_one(fake):
    QUIET
test_one()
---
def test_one(monkeypatch):
    monkeypatch.setattr(layers, "Dense", print)
    units = 1
    QUIET
---
def test_one(monkeypatch):
    monkeypatch.setattr("keras.layers.Dense", print)
    units = 1
    QUIET
---
from unittest.mock import MagicMock
keras.layers = MagicMock()
model = Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
---
keras.layers.Dense = print
from keras.layers import Dense
model = Sequential([keras.Input((4,)), Dense(1, activation="softmax")])
---
units = 1
globals()["units"] = 10
QUIET
---
import os
units = 1
for word in os.environ:
    globals()[word] = 10
QUIET
---
import mylib
units = 1
globals().update(mylib.settings())
QUIET
---
import mylib
config = {"units": 1}
units = config["units"]
vars().update(config, **mylib.settings())
QUIET
---
units = 1
setattr(sys.modules[__name__], "units", 10)
QUIET
---
import __main__
units = 1
__main__.units = 10
QUIET
---
units = 1
exec(open("settings.py").read())
QUIET
---
import mylib
units = 1
mylib.adjust(globals())
QUIET
---
units = 1
from mylib import *
QUIET
---
config = {"units": 1}
from mylib.settings import *
units = config["units"]
QUIET
---
from .settings import *
units = 1
from .more import *
QUIET
---
e = 1
from math import *
model = Sequential([keras.Input((4,)), layers.Dense(e, activation="softmax")])
---
class Config:
    units = 1
setattr(Config, "units", 10)
units = Config.units
QUIET
---
keras.layers.LegacyLSTM = keras.layers.LSTM
model = Sequential([keras.Input((4, 3)), keras.layers.LegacyLSTM(3)])
---
import numpy as np
def predict_classes(self, x):
    return self.predict(x).argmax(-1)
keras.Model.predict_classes = predict_classes
model = Sequential([keras.Input((4,)), layers.Dense(3)])
model.compile("sgd", "mse")
model.predict_classes(np.zeros((2, 4)))
"""

STILL_BOUND = """
import keras
Dense = keras.layers.Dense
keras.layers.Dense = print
model = Sequential([
    keras.Input((4,)),
    Dense(1, activation="softmax"),  # expect: KER101
])
---
keras.layers.Flatten = print
units = 1
LOUD
---
keras.layers.Dense.note = "mine"
units = 1
LOUD
---
from unittest.mock import patch
with patch("keras.layers.Dense"):
    print("faked")
units = 1
LOUD
---
from unittest import mock
@mock.patch("keras.layers.Dense")
def test_one(fake):
    print(fake)
test_one()
units = 1
LOUD
---
keras.layers.Dense = keras.layers.Dense
units = 1
LOUD
---
units = 10
globals()["units"] = 1
LOUD
---
units = 1
print(globals())
print(globals().get("units"))
LOUD
---
units = 1
globals()["other"] = 10
LOUD
---
from mylib import *
units = 1
LOUD
---
import mylib.settings
units = 1
LOUD
---
from numpy import *
units = 1
from math import *
LOUD
---
units = 1
names = {}
exec("units = 10", names)
LOUD
---
def build():
    return 1
from mylib import *
units = build()
LOUD
---
import keras
keras.Model.describe = lambda self: print("mine")
units = 1
LOUD
"""


@pytest.mark.parametrize("program", programs(REBOUND))
def test_what_is_bound_in_another_way_is_found_there(program: str) -> None:
    check(program)


@pytest.mark.parametrize("program", programs(STILL_BOUND))
def test_what_is_bound_elsewhere_changes_nothing_here(program: str) -> None:
    check(program)


# -- context managers -----------------------------------------------------------------------------

MANAGED = """
config = {"units": 1}
class Larger:
    def __enter__(self):
        config["units"] = 10
    def __exit__(self, *error):
        config["units"] = 1
with Larger():
    units = config["units"]
QUIET
---
from contextlib import contextmanager
config = {"units": 1}
@contextmanager
def larger(number):
    before = config["units"]
    config["units"] = number
    yield
    config["units"] = before
with larger(10):
    units = config["units"]
QUIET
---
import contextlib
@contextlib.contextmanager
def numbers():
    yield 10
units = 1
with numbers() as units:
    pass
QUIET
---
class Reset:
    def __init__(self, net):
        self.net = net
    def __enter__(self):
        return self.net
    def __exit__(self, *error):
        self.net["units"] = 10
net = {}
with Reset(net) as same:
    same["units"] = 1
units = net["units"]
QUIET
---
from unittest.mock import patch
config = {"units": 10}
with patch.dict(config, units=1):
    config["units"] = 1
units = config["units"]
QUIET
---
from mylib import Scope
config = {"units": 10}
with Scope(config) as scope, open("log.txt") as log:
    config["units"] = 1
units = config["units"]
QUIET
---
from mylib import Base
class Scope(Base):
    def __init__(self):
        self.units = 1
scope = Scope()
with scope:
    units = scope.units
QUIET
---
class Quiet:
    def __enter__(self):
        return self
    def __exit__(self, *error):
        return True
units = 10
with Quiet():
    raise ValueError
    units = 1
QUIET
---
class Loud:
    def __enter__(self):
        return self
    def __exit__(self, *error):
        return False
units = 1
with Loud():
    raise ValueError
QUIET
---
from contextlib import contextmanager
@contextmanager
def loud():
    try:
        yield
    finally:
        print("done")
units = 1
with loud():
    raise ValueError
QUIET
---
from contextlib import contextmanager
class Net:
    units = 10
    @contextmanager
    def small(self):
        self.units = 1
        yield self
        self.units = 10
net = Net()
with net.small() as small, open("log.txt"):
    print(small.units)
units = net.units
QUIET
"""

MANAGED_LOUD = """
config = {"units": 10}
class Smaller:
    def __enter__(self):
        config["units"] = 1
    def __exit__(self, *error):
        config["units"] = 10
with Smaller():
    units = config["units"]
LOUD
---
from contextlib import contextmanager
config = {"units": 10}
@contextmanager
def smaller(number):
    config["units"] = number
    yield number
    config["units"] = 10
def build():
    with smaller(1) as number:
        return config["units"]
units = build()
LOUD
---
from contextlib import contextmanager
@contextmanager
def quiet():
    try:
        yield
    except ValueError:
        pass
units = 1
with quiet():
    raise ValueError
LOUD
---
class Quiet:
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return True
units = 1
with Quiet():
    raise ValueError
LOUD
---
import tensorflow as tf
config = {"units": 1}
with tf.device("/cpu:0"), open("log.txt", "w") as log:
    log.write(str(config))
    units = config["units"]
LOUD
---
import contextlib
@contextlib.contextmanager
def timed(name):
    print(name)
    yield
    print("done")
for number in (3, 1):
    with timed("first"):
        with timed("second"), timed("third"):
            units = number
LOUD
---
import contextlib
units = 1
with contextlib.suppress(ValueError):
    raise ValueError
LOUD
---
import pytest
def fail():
    raise ValueError
units = 1
with pytest.raises(ValueError):
    fail()
LOUD
"""


@pytest.mark.parametrize("program", programs(MANAGED) + programs(MANAGED_LOUD))
def test_context_managers_are_followed(program: str) -> None:
    check(program)


# -- other files of the project -------------------------------------------------------------------

FILES = {
    "constants.py": "UNITS = 1\nwidths = [64, 1]\n__all__ = ['UNITS']\n",
    "updated.py": "CONFIG = {'units': 1}\nCONFIG.update(units=10)\nprint(CONFIG)\n",
    "printed.py": "CONFIG = {'units': 1}\nprint(CONFIG)\nlog = open('l')\nlog.write(str(CONFIG))\n",
    "looped.py": "UNITS = 1\nfor number in (3, 10):\n    UNITS = number\n",
    "counted.py": "UNITS = 1\nUNITS += 9\n",
    "handed.py": "import mylib\nCONFIG = {'units': 1}\nmylib.adjust(CONFIG)\n",
    "starred.py": "from mylib import *\nWIDTH = 3\n",
    "patching.py": "import keras\nkeras.layers.Dense = print\nDONE = True\n",
    "changing.py": "def change(config):\n    config['units'] = 10\n",
    "leaving.py": "import sys\ndef leave(text):\n    print(text)\n    sys.exit(1)\n",
    "ending.py": "import sys\nUNITS = 1\ntry:\n    import gpu\nexcept ImportError:\n    pass\n",
    "managing.py": (
        "import contextlib\nSTATE = {'units': 1}\n@contextlib.contextmanager\ndef larger():\n"
        "    STATE['units'] = 10\n    yield\n    STATE['units'] = 1\n"
    ),
}

ACROSS = """
from updated import CONFIG
units = CONFIG["units"]
QUIET
---
from looped import UNITS as units
QUIET
---
import counted
units = counted.UNITS
QUIET
---
from handed import CONFIG
units = CONFIG["units"]
QUIET
---
units = 1
from starred import *
QUIET
---
from patching import DONE
print(DONE)
units = 1
QUIET
---
from changing import change
config = {"units": 1}
change(config)
units = config["units"]
QUIET
---
from leaving import leave
units = 1
leave("not here")
QUIET
---
import managing
with managing.larger():
    units = managing.STATE["units"]
QUIET
---
import constants
constants.UNITS = 10
units = constants.UNITS
QUIET
---
import constants
vars(constants)["UNITS"] = 10
units = constants.UNITS
QUIET
---
import constants
setattr(constants, "UNITS", 10)
units = constants.UNITS
QUIET
"""

ACROSS_LOUD = """
from constants import *
units = UNITS
LOUD
---
units = 1
widths = 1
from constants import *
units = widths
LOUD
---
from printed import CONFIG
units = CONFIG["units"]
LOUD
---
from leaving import leave
units = 1
if len(sys.argv) < 2:
    leave("not here")
LOUD
---
from ending import UNITS as units
LOUD
---
import managing
with managing.larger():
    print("larger")
units = managing.STATE["units"]
LOUD
"""


@pytest.mark.parametrize("program", programs(ACROSS) + programs(ACROSS_LOUD))
def test_other_files_of_the_project(program: str, tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").touch()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    path = tmp_path / "program.py"
    path.write_text(HEAD + program)
    check(program, str(path))


# -- functions that somebody else calls -----------------------------------------------------------

IDLE = """
units = 1
def set_units(number):
    global units
    units = number
def build():
    QUIET
---
config = {"units": 1}
def configure(**settings):
    config.update(settings)
class Net:
    def build(self):
        return layers.Dense(config["units"], activation="softmax")
---
class Config:
    units = 1
config = Config()
def configure(number):
    config.units = number
def build():
    return layers.Dense(config.units, activation="softmax")
---
from mylib import app
config = {"units": 1}
@app.route("/set")
def change(number):
    config["units"] = number
@app.route("/build")
def build():
    return layers.Dense(config["units"], activation="softmax")
---
from mylib import app
@app.route("/build")
def build(units=1, activation="softmax"):
    return layers.Dense(units, activation=activation)
---
class Net:
    sizes = [1]
    def grow(self, number):
        Net.sizes[0] = number
def build():
    return layers.Dense(Net.sizes[0], activation="softmax")
"""

IDLE_LOUD = """
units = 1
def show():
    print(units)
def build():
    LOUD
---
config = {"units": 1}
def show(text):
    print(config, text)
    return config.get("units")
def build():
    units = config["units"]
    LOUD
---
units = 10
def reset():
    global units
    units = 1
    LOUD
---
config = {"units": 1}
def configure(config):
    config["units"] = 10
def build():
    units = config["units"]
    LOUD
---
config = {"units": 1}
def configure(number):
    config["units"] = number
configure(1)
def build():
    units = config["units"]
    LOUD
---
units = 1
def measure():
    units = 10
    return units
def build():
    units = 1
    LOUD
"""


@pytest.mark.parametrize("program", programs(IDLE) + programs(IDLE_LOUD))
def test_functions_that_nobody_in_the_file_calls_may_have_been_called(program: str) -> None:
    check(program)


# -- the same in other forms ----------------------------------------------------------------------

OTHER_FORMS = """
import mylib
sizes = [1]
def change():
    sizes[0] = 10
mylib.run({"start": change})
units = sizes[0]
QUIET
---
import mylib
sizes = [1]
class Base:
    def change(self):
        sizes[0] = 10
class Handler(Base):
    pass
mylib.run(Handler())
units = sizes[0]
QUIET
---
from mylib import Base
sizes = [1]
class Handler(Base):
    def change(self):
        sizes[0] = 10
handler = Handler()
handler.start()
units = sizes[0]
QUIET
---
import mylib
config = {"units": 1}
mylib.ask(config.update)
units = config["units"]
QUIET
---
from mylib import Base
class Net(Base):
    def __init__(self, config):
        super().__init__(config)
        self.head = layers.Dense(config["units"], activation="softmax")
Net({"units": 1})
---
import mylib
units = 1
mylib.adjust(sys.modules[__name__])
QUIET
---
units = 1
get_ipython().run_line_magic("run", "settings.py")
QUIET
---
import importlib
found = importlib.import_module("keras.layers")
found.Dense = print
units = 1
QUIET
---
import unittest
from unittest import mock
class TestNet(unittest.TestCase):
    def setUp(self):
        mock.patch("keras.layers.Dense").start()
    def test_it(self):
        units = 1
        QUIET
---
sys.modules["keras.layers"] = object()
from keras.layers import Dense
model = Sequential([keras.Input((4,)), Dense(1, activation="softmax")])
---
units = 1
while True:
    print("use train.py")
    sys.exit()
QUIET
---
import functools
import mylib
sizes = [1]
change = functools.partial(mylib.adjust, sizes)
change()
units = sizes[0]
QUIET
---
import asyncio
config = {"units": 1}
async def change():
    config["units"] = 10
asyncio.run(change())
units = config["units"]
QUIET
---
def outer():
    import mylib
    units = 1
    def change(number):
        nonlocal units
        units = number
    mylib.ask(change)
    QUIET
outer()
"""

OTHER_FORMS_LOUD = """
import importlib
found = importlib.import_module("keras.layers")
model = Sequential([
    keras.Input((4,)),
    found.Dense(1, activation="softmax"),  # expect: KER101
])
---
import mylib
config = {"units": 1}
mylib.ask(config.get)
units = config["units"]
LOUD
---
class Base:
    def __init__(self, config):
        self.config = config
class Net(Base):
    def __init__(self, config):
        super().__init__(config)
        self.head = layers.Dense(config["units"], activation="softmax")  # expect: KER101
Net({"units": 1})
---
import unittest
class TestNet(unittest.TestCase):
    def setUp(self):
        self.units = 1
    def test_it(self):
        units = self.units
        LOUD
---
units = 1
while True:
    try:
        number = int(input())
        break
    except ValueError:
        print("again")
LOUD
---
import numpy as np
load = np.load
np.load = lambda *given, **named: load(*given, allow_pickle=True, **named)
units = 1
LOUD
---
from mylib import *
from keras.layers import *
units = 1
model = Sequential([
    Input((4,)),
    Dense(units, activation="softmax"),  # expect: KER101
])
"""


@pytest.mark.parametrize("program", programs(OTHER_FORMS) + programs(OTHER_FORMS_LOUD))
def test_the_same_in_other_forms(program: str) -> None:
    check(program)


def test_what_is_given_away_last_is_forgotten_too() -> None:
    lines = [f"rest{number} = [{number}]\nmylib.keep(rest{number})\n" for number in range(100)]
    end = "sizes = [1]\nmylib.adjust(sizes)\nunits = sizes[0]\n"
    check("import mylib\n" + "".join(lines) + end + QUIET)


@pytest.mark.parametrize("library", ["numpy", "math", "random", "time"])
def test_a_star_import_takes_names_that_the_library_has(library: str) -> None:
    module = importlib.import_module(library)
    assert [word for word in effects._WORDS[library] if not hasattr(module, word)] == []
