"""What plain Python computes, as the reader takes it: each case was read wrongly once."""

from __future__ import annotations

import copy

import pytest

from kerlint.reading import read
from kerlint.reading.interpreter.conversion import NotKnown, concrete
from kerlint.reading.paths.execution import ModuleExecution
from kerlint.sources.source import Source

UNKNOWN = object()


def value_of(text: str) -> object:
    """What the reader takes ``v`` to be on the first way through a program."""
    reading = read(Source("a.py", text))
    assert reading.parsed.tree is not None
    run = ModuleExecution(reading.parsed.tree, reading.sites, reading.project).base
    assert run.module is not None
    fact = run.module.names.get("v")
    try:
        return concrete(run, fact) if fact is not None else UNKNOWN
    except NotKnown:
        return UNKNOWN


# Known exactly. CPython says what ``v`` is.
KNOWN = {
    "text that is not a number": (
        "def number(text):\n    try:\n        n = int(text)\n    except ValueError:\n"
        "        return -1\n    else:\n        return n\nv = (number('7'), number('many'))"
    ),
    "data class, positional": (
        "from dataclasses import dataclass, field\n@dataclass\nclass Size:\n    height: int\n"
        "    width: int = 8\n    tags: list = field(default_factory=list)\n"
        "s = Size(3, tags=[1])\nv = (s.height, s.width, s.tags)"
    ),
    "data class, inherited and keyword only": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    n: int = 1\n"
        "@dataclasses.dataclass(kw_only=True)\nclass B(A):\n    m: int = 2\n"
        "    def __post_init__(self):\n        self.n = self.n * 10\n"
        "b = dataclasses.replace(B(4, m=5), m=6)\nv = (b.n, b.m)"
    ),
    "data class, frozen": (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    n: int\n"
        "    def __post_init__(self):\n        object.__setattr__(self, 'm', self.n + 1)\n"
        "v = A(1).m"
    ),
    "lists of a factory are not shared": (
        "from dataclasses import dataclass, field\n@dataclass\nclass A:\n"
        "    x: list = field(default_factory=list)\na, b = A(), A()\na.x.append(1)\nv = b.x"
    ),
    "named tuple": (
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int = 2\n"
        "    def sum(self):\n        return self.x + self.y\n"
        "p = P(1)._replace(y=5)\nx, y = p\nv = (p.sum(), x, y, p[1], p.x, len(p))"
    ),
    "enumeration": (
        "from enum import Enum\nclass C(Enum):\n    RED = 1\n    ROUGE = 1\n    BLUE = 2\n"
        "v = (C.RED.value, C.RED == 1, C.RED is C.ROUGE, C(2).name, C.RED in [C.BLUE])"
    ),
    "decorator": (
        "import functools\ndef twice(f):\n    @functools.wraps(f)\n    def g(*a, **k):\n"
        "        return f(*a, **k) * 2\n    return g\n@twice\ndef f(n, m=1):\n    return n + m\n"
        "v = f(3, m=4)"
    ),
    "decorator with arguments": (
        "def times(n):\n    def outer(f):\n        return lambda x: f(x) * n\n    return outer\n"
        "@times(3)\ndef f(x):\n    return x + 1\nv = f(1)"
    ),
    "diamond": (
        "class A:\n    def f(s):\n        return ['A']\nclass B(A):\n    def f(s):\n"
        "        return ['B'] + super().f()\nclass C(A):\n    def f(s):\n"
        "        return ['C'] + super().f()\nclass D(B, C):\n    pass\nv = D().f()"
    ),
    "n = n + 1": "n = 0\nfor w in 'abcdefgh':\n    n = n + 1\nv = n",
    "found in the middle": "v = 0\nfor i in range(9):\n    if i == 5:\n        v = i",
    "left in the middle": "for v in range(40):\n    if v * v > 50:\n        break",
    "sorted in place": "x = [2, 9, 4]\nx.sort(key=lambda n: -n)\nx.reverse()\nv = x",
    "deleted": "x = list(range(6))\ndel x[1:3], x[-1]\nd = {'a': 1, 'b': 2}\ndel d['a']\nv = x, d",
    "sets": "s = {1, 1.0, True, 2} | set([5])\ns.discard(5)\nv = len(s), 1 in s, s <= {1, 2, 3}",
    "shallow copy": (
        "import copy\nx = [[1], 2]\ny = copy.copy(x)\ny[0].append(3)\ny[1] = 4\nv = x"
    ),
    "kept by two names": "x = y = [1]\nx += [2]\nx *= 2\nd = e = {}\nd |= {'k': x}\nv = y, e",
    "iterators are used up": "z = zip('ab', [1, 2])\nv = list(z), list(z)",
    "views are alive": "d = {'a': 1}\nk = d.keys()\nd['b'] = 2\nv = 'b' in d",
    "generator": (
        "def g(n):\n    for i in range(n):\n        yield i * i\nv = list(g(4)), sum(g(3))"
    ),
    "walrus": "v = [n for x in [1, 2] if (n := x + 1)], n",
    "f-strings": "n = 7\nv = f'{n:03d}|{n!r:>4}|{{n}}\\t{\"x\"!r}'",
    "printed tuples": "v = str((1, 2)), '%s' % ([1],), repr('x')",
    "raised for certain": (
        "class Mine(ValueError):\n    pass\ntry:\n    v = 1\n    raise Mine('x')\n"
        "except KeyError:\n    v = 2\nexcept ValueError:\n    v = [v, 3]\nelse:\n    v = 4"
    ),
    "nothing can raise": "v = 1\ntry:\n    v = 2\nexcept Exception:\n    v = 3\nelse:\n    v += 10",
    "return in finally": (
        "def f():\n    try:\n        return 1\n    finally:\n        return 2\nv = f()"
    ),
    "match": (
        "def f(x):\n    match x:\n        case [a, *rest] if a > 5:\n            return rest\n"
        "        case {'k': n, **more}:\n            return n, more\n        case (1 | 2) as n:\n"
        "            return n\n        case _:\n            return None\n"
        "v = f([9, 8]), f([1]), f({'k': 3, 'z': 4}), f(2)"
    ),
    "class attributes": (
        "class A:\n    kept = []\n    n = 1\n    def add(s):\n"
        "        s.kept.append(s.n)\n        s.n += 1\n"
        "a, b = A(), A()\na.add()\na.add()\nv = b.kept, b.n, a.n"
    ),
    "default that is kept": (
        "def f(x, seen=[]):\n    seen.append(x)\n    return seen\nf(1)\nv = f(2)"
    ),
    "late binding": "fs = [lambda: i for i in range(3)]\nv = [f() for f in fs]",
    "getattr with a default": "class A:\n    n = 1\nv = getattr(A(), 'm', 5), getattr(A(), 'n', 5)",
    "True is 1": "d = {True: 'a'}\nd[1] = 'b'\nv = d, 1 in [True], True in {1}",
    "extremes with a key": "v = max(['aaa', 'b'], key=len), min([3, -5], key=abs, default=0)",
    "slices that are set": "x = [1, 2, 3, 4]\nx[1:3] = [9]\nx[::-1]\nv = x[::-1]",
    "operands of other kinds": "v = [1] == (1,), (1, 2) < (1, 3), [] == []",
}


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN.keys())
def test_known(text: str) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    exec(text, names)
    found = value_of(text)
    assert found is not UNKNOWN
    assert (found, repr(found)) == (names["v"], repr(names["v"]))


# What CPython makes of ``v`` depends on what the reader cannot see, or does not compute.
LOST = {
    "filled behind a continue": (
        "x = []\nfor line in open('f'):\n    if line == '':\n        continue\n"
        "    x.append(line)\nv = len(x)"
    ),
    "filled under a condition": (
        "d = {}\nfor line in open('f'):\n    if line in keep:\n        d[line] = len(d)\nv = len(d)"
    ),
    "filled by a helper": (
        "seen = set()\ndef note(w):\n    if w.isalpha():\n        seen.add(w)\n"
        "for w in open('f'):\n    note(w)\nv = len(seen)"
    ),
    "filled by a method": (
        "class Box:\n    def __init__(s):\n        s.kept = []\n    def take(s, w):\n"
        "        if w.ok:\n            s.kept.append(w)\nbox = Box()\nfor w in stream:\n"
        "    box.take(w)\nv = len(box.kept)"
    ),
    "filled by another name": (
        "rows = []\nmine = rows\nfor w in stream:\n    mine.append(w)\nv = len(rows)"
    ),
    "filled in the loop's own list": (
        "rows = [[], []]\nfor w in stream:\n    for row in rows:\n"
        "        row.append(w)\nv = len(rows[0])"
    ),
    "changed, or not": "n = 1\nfor w in stream:\n    n = 10\nv = n",
    "carried from turn to turn": "n = 1\nfor w in stream:\n    m = n\n    n = n * 2\nv = m",
    "a while whose end is not known": "n = 1\nwhile more():\n    n = n + 1\nv = n",
    "the way it was left": (
        "def f():\n    for w in stream:\n        return 1\n    return 2\nv = f()"
    ),
    "asked in each turn": (
        "n = 0\nfor w in ['a', 'b', 'c']:\n    if check(w):\n        n = n + 1\nv = n"
    ),
    "a body that may stop": (
        "n = 1\ntry:\n    n = 2\n    work()\n    n = 3\nexcept OSError:\n    pass\nv = n"
    ),
    "a handler that may run": "try:\n    n = 2\n    work()\nexcept OSError:\n    n = 7\nv = n",
    "a return that may not be": (
        "def f():\n    try:\n        work()\n        return 1\n"
        "    except OSError:\n        return 2\nv = f()"
    ),
    "suppressed": (
        "from contextlib import suppress\nn = 1\nwith suppress(OSError):\n"
        "    work()\n    n = 2\nv = n"
    ),
    "after an exit": (
        "x = []\ndef f():\n    try:\n        work()\n    except OSError:\n"
        "        return\n    x.append(1)\n"
        "f()\nv = len(x)"
    ),
    "a decorator that is not read": (
        "from lib import timed\n@timed\ndef f():\n    return 1\nv = f()"
    ),
    "a base that is not read": (
        "from pydantic import BaseModel\nclass C(BaseModel):\n    n: int = 1\nv = C(n=5).n"
    ),
    "sets have no order": "v = list({'b', 'a'})[0]",
    "numbers that are enumerated": (
        "from enum import IntEnum\nclass C(IntEnum):\n    A = 1\nv = C.A"
    ),
    "a sum that raises": (
        "x = []\ntry:\n    n = (x and 1) + 0\nexcept TypeError:\n    n = 5\nv = n"
    ),
    "a case whose guard is not known": (
        "y = 1\nmatch thing:\n    case [y] if y > 3:\n        pass\nv = y"
    ),
    "put in by a handler": (
        "d = {}\ntry:\n    work()\nexcept OSError:\n    d.setdefault('k', 1)\nv = 'k' in d"
    ),
    "shuffled": "import random\nx = [1, 2, 3]\nrandom.shuffle(x)\nv = x[0]",
    "anything or True": "v = something or True",
    "the next of two": "v = next(zip(known, [1, 2]))",
    "an object that another name may lead to": (
        "class Box:\n    def __init__(s):\n        s.n = 2\nbox, other = Box(), None\n"
        "for w in stream:\n    other = box\nother.n = 7\nv = box.n"
    ),
    "an object with such a name, changed by a method": (
        "class Box:\n    def __init__(s):\n        s.n = 2\n    def grow(s):\n        s.n += 1\n"
        "box = Box()\nlast = None\nfor w in stream:\n    last = box\nlast.grow()\nv = box.n"
    ),
    "a condition of a helper, asked in each turn": (
        "kept = []\ndef keep(items, n):\n    if n > 2:\n        items.append(n)\n"
        "for w in {1, 2}:\n    keep(kept, w + check())\nv = len(kept)"
    ),
    "a condition of a comprehension, asked in each turn": (
        "v = [1 if check(n) else 2 for n in range(3)][0]"
    ),
    "an entry that another handler would have made": (
        "d = {'a': 1}\nn = 0\ntry:\n    work()\nexcept ValueError:\n    d['b'] = 2\n"
        "except OSError:\n    m = len(d)\nv = m"
    ),
    "a loop left where nothing was raised": (
        "n = 0\nwhile n < 3:\n    n = n + 1\n    try:\n        work()\n"
        "    except OSError:\n        pass\n    else:\n        break\nv = n"
    ),
    "a function left where nothing was raised": (
        "def f():\n    try:\n        work()\n    except OSError:\n        pass\n"
        "    else:\n        return 1\n    return 2\nv = f()"
    ),
    "an else that a handler may have passed by": (
        "n = 1\nfor w in [0]:\n    try:\n        work()\n    except OSError:\n        break\n"
        "else:\n    n = 2\nv = n"
    ),
    "placed after what is not known": "def f(*a):\n    return a[0]\nv = f(*rest, 5)",
}


@pytest.mark.parametrize("text", LOST.values(), ids=LOST.keys())
def test_lost(text: str) -> None:
    assert value_of(text) is UNKNOWN


def test_copies_of_a_list_of_lists() -> None:
    text = "import copy\nx = [[1]]\ny = copy.deepcopy(x)\ny[0].append(2)\nv = x + y"
    assert value_of(text) == [*[[1]], *copy.deepcopy([[1, 2]])]


def test_a_name_that_is_bound_again_is_asked_again() -> None:
    text = (
        "from lib import get\nf = get('a')\nn = 1 if f else 2\nf = get('b')\n"
        "m = 1 if f else 2\nv = n, m\n"
    )
    reading = read(Source("a.py", text))
    assert reading.parsed.tree is not None
    file = ModuleExecution(reading.parsed.tree, reading.sites, reading.project)
    assert len(file.base.outcomes) == 2


def test_the_same_name_is_asked_once() -> None:
    text = "from lib import DEBUG\nn = 1 if DEBUG else 2\nm = 1 if DEBUG else 2\n"
    reading = read(Source("a.py", text))
    assert reading.parsed.tree is not None
    file = ModuleExecution(reading.parsed.tree, reading.sites, reading.project)
    assert len(file.base.outcomes) == 1


def test_long_tables_of_numbers_leave_room_for_the_rest() -> None:
    text = "t = [[i * j / 7 for j in range(200)] for i in range(250)]\nw = len(t)\nv = 5\n"
    assert value_of(text) == 5
