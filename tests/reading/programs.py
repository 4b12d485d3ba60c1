"""Random programs of plain Python, for holding the reader against CPython.

Each name keeps one kind of value throughout (``a`` is a number, ``xs`` a list of numbers), so that
nearly all programs run to their end; loops are bounded by the way they are written. ``unread`` and
``unread_list`` stand for code that the reader cannot see: what they return is a choice of the run.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import strategies as st

NUMBERS = ("a", "b", "c")
LISTS = ("xs", "ys", "zs")
DICTS = ("d", "e")
SETS = ("s", "t")
TEXTS = ("p", "q")
TUPLES = ("u", "w")
OBJECTS = ("one", "two")

IMPORTS = {
    "copy": "import copy",
    "suppress": "from contextlib import suppress",
    "dataclass": "from dataclasses import dataclass, field, replace",
    "Enum": "from enum import Enum",
    "reduce": "from functools import reduce",
    "wraps": "from functools import wraps",
    "NamedTuple": "from typing import NamedTuple",
    "unread": "from elsewhere import unread",
    "unread_list": "from elsewhere import unread_list",
}

HEAD = """\
a, b, c = 1, 2, 3
xs, ys, zs = [1, 2], [3], []
d, e = {"k": 1}, {"m": 2, "n": 3}
s, t = {1, 2}, {3}
p, q = "ab", "Xy"
u, w = (1, 2), (3, 4)
"""


class Writer:
    """Writes one program; ``below(n)`` chooses a number from 0 to n - 1."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self.below = below
        self.open = below(3) == 0  # whether it asks code that the reader cannot see
        self.unbounded_loops = 0  # whether a break may stand here
        self.function = False
        self.numbers = list(NUMBERS)
        self.lists = list(LISTS)
        self.helpers: list[str] = []  # functions of a number that return one
        self.changers: list[str] = []  # functions of a list and a number that may change the list
        self.fresh = 0

    def pick(self, options):
        return options[self.below(len(options))]

    def name(self, stem: str) -> str:
        self.fresh += 1
        return f"{stem}{self.fresh}"

    # -- expressions ------------------------------------------------------------------------------

    def number(self, depth: int = 2) -> str:
        if depth == 0 or self.below(3) == 0:
            return self.pick([*self.numbers, "0", "1", "2", "-1", "7", "True"])
        n, m = self.number, self.listing
        choice = self.below(24)
        if choice < 6:
            symbol = self.pick(["+", "-", "*", "+", "-", "|"])
            return f"({n(depth - 1)} {symbol} {n(depth - 1)})"
        if choice == 6:
            return f"({n(depth - 1)} {self.pick(['//', '%'])} {self.pick(['2', '3', '-3'])})"
        if choice == 7:
            return f"len({self.pick([*self.lists, *DICTS, *SETS, *TEXTS, *TUPLES])})"
        if choice == 8:
            return f"sum({m(depth - 1)})"
        if choice == 9:
            how = self.pick(["", ", key=lambda z: -z", ", key=abs"])
            return f"{self.pick(['max', 'min'])}({m(depth - 1)}, default=5{how})"
        if choice == 10:
            return f"{self.pick(DICTS)}.get({self.key()}, {n(0)})"
        if choice == 11:
            return f"({n(depth - 1)} if {self.condition(depth - 1)} else {n(depth - 1)})"
        if choice == 12:
            name = self.pick(self.lists)
            index = self.pick([f"{n(0)} % len({name})", "0", "-1"])
            return f"({name}[{index}] if {name} else 4)"
        if choice == 13 and self.helpers:
            return f"{self.pick(self.helpers)}({n(depth - 1)})"
        if choice == 14:
            return self.pick(
                [
                    "Base.shared",
                    "one.n",
                    "two.n",
                    "one.double()",
                    f"two.plus({n(0)})",
                    "one.size",
                    "rec.n",
                    "rec.m",
                    "len(rec.items)",
                    "pt.x",
                    "pt.total()",
                    "Kind.RED.value",
                    "two.kind()",
                ]
            )
        if choice == 15:
            return f"abs({n(depth - 1)})"
        if choice == 16:
            return f"{self.pick(TUPLES)}[{self.pick(['0', '1', '-1'])}]"
        if choice == 17:
            return f"{self.text(1)}.{self.pick(['count', 'find'])}({self.text(0)})"
        if choice == 18:
            return f"sorted({self.pick(SETS)} | {{9}})[0]"
        if choice == 19:
            return f"next(iter({m(depth - 1)}), {n(0)})"
        if choice == 20:
            return f"reduce(lambda i, j: i - j, {m(depth - 1)}, {n(0)})"
        if choice == 21:
            return f"sum(z * {n(0)} for z in {m(depth - 1)} if {self.condition(0, 'z')})"
        if choice == 22:
            return f"({self.condition(depth - 1)}) + 0"
        return f"(lambda z, y={n(0)}: z + y)({n(depth - 1)})"

    def key(self) -> str:
        return self.pick(['"k"', '"m"', '"n"', '"z"', "1", "True", f'f"k{{{self.number(0)}}}"'])

    def condition(self, depth: int = 2, extra: str = "") -> str:
        choice = self.below(14)
        n = self.number
        left = extra or n(min(depth, 1))
        if choice < 4:
            return f"{left} {self.pick(['<', '>', '==', '!=', '>='])} {n(0)}"
        if choice == 4:
            return f"{n(0)} <= {left} < {n(0)}"
        if choice == 5:
            return f"{left} {self.pick(['in', 'not in'])} {self.pick([*self.lists, *SETS])}"
        if choice == 6 and depth:
            return f"not {self.condition(depth - 1, extra)}"
        if choice == 7 and depth:
            word = self.pick(["and", "or"])
            return f"({self.condition(depth - 1, extra)} {word} {self.condition(depth - 1)})"
        if choice == 8:
            return f"{self.key()} in {self.pick(DICTS)}"
        if choice == 9:
            return self.pick(["xs", "zs", "d", "s", "p", "xs == ys", "xs is ys", "u < w", "d == e"])
        if choice == 10:
            return self.pick(["one is two", "one == two", "Kind.RED is Kind.BLUE", "s <= t"])
        if choice == 11 and self.open:
            return f"unread({left})"
        if choice == 12:
            return f"{self.pick(['any', 'all'])}(z > {n(0)} for z in {self.pick(self.lists)})"
        return f"isinstance({left}, {self.pick(['int', 'bool', '(int, str)', 'list'])})"

    def listing(self, depth: int = 2) -> str:
        if depth == 0 or self.below(4) == 0:
            return self.pick(self.lists)
        n, m = self.number, self.listing
        choice = self.below(18)
        if choice < 3:
            return "[" + ", ".join(n(1) for _ in range(self.below(4))) + "]"
        if choice == 3:
            parts = [self.pick(["", "0", "1", "-1", "2"]) for _ in range(2)]
            return f"{m(depth - 1)}[{parts[0]}:{parts[1]}:{self.pick(['1', '-1', '2'])}]"
        if choice == 4:
            return f"[{n(1)} for z in {m(depth - 1)} if {self.condition(0, 'z')}]"
        if choice == 5:
            how = self.pick(["", ", reverse=True", ", key=lambda z: -z", ", key=lambda z: z % 2"])
            return f"sorted({self.pick([m(depth - 1), *SETS])}{how})"
        if choice == 6:
            return f"({m(depth - 1)} + {m(depth - 1)})[:6]"
        if choice == 7:
            return f"({m(depth - 1)}[:3] * {self.pick(['2', '0', 'True', '-1'])})"
        if choice == 8:
            return f"list({self.pick(['d', 'e'])}.values())"
        if choice == 9:
            return f"list(map(lambda z: z + {n(0)}, {m(depth - 1)}))"
        if choice == 10:
            return f"list(filter(lambda z: {self.condition(0, 'z')}, {m(depth - 1)}))"
        if choice == 11:
            return f"list(reversed({m(depth - 1)}))"
        if choice == 12:
            return f"[i + j for i, j in {self.pick(['zip', 'pairs'])}({m(depth - 1)}, {m(0)})]"
        if choice == 13:
            return f"[i * j for i, j in enumerate({m(depth - 1)}, {n(0)})]"
        if choice == 14:
            return f"{self.pick(['list', 'copy.copy', 'copy.deepcopy'])}({m(depth - 1)})"
        if choice == 15:
            return f"list(range({self.pick(['0', '1'])}, {self.pick(['3', '5'])}, 2))"
        if choice == 16:
            return f"list(steps({self.pick(['2', '3', 'len(zs) % 4'])}))"
        return f"[*{m(depth - 1)}, *{self.pick([*self.lists, *TUPLES])}]"

    def mapping(self) -> str:
        choice = self.below(8)
        pairs = ", ".join(f"{self.key()}: {self.number(1)}" for _ in range(self.below(3)))
        if choice < 2:
            return f"{{{pairs}}}"
        if choice == 2:
            return f"{{**{self.pick(DICTS)}, {pairs}}}" if pairs else f"{{**{self.pick(DICTS)}}}"
        if choice == 3:
            return f"{{z: {self.number(1)} for z in {self.text(1)}}}"
        if choice == 4:
            return f"{self.pick(DICTS)} | {self.pick(DICTS)}"
        if choice == 5:
            return f"dict(zip({self.text(0)}, {self.listing(1)}))"
        if choice == 6:
            return f"dict({self.pick(DICTS)}, k={self.number(0)})"
        return self.pick([*DICTS, "dict(d)", "e.copy()", "copy.copy(d)"])

    def setting(self) -> str:
        choice = self.below(6)
        if choice == 0:
            return f"{{{self.number(1)}, {self.number(0)}, {self.number(0)}}}"
        if choice == 1:
            return f"set({self.listing(1)})"
        if choice == 2:
            return f"{{z % 3 for z in {self.listing(1)}}}"
        if choice == 3:
            return f"({self.pick(SETS)} {self.pick(['|', '&', '-', '^'])} {self.pick(SETS)})"
        if choice == 4:
            return f"frozenset({self.listing(1)}) | {self.pick(SETS)} | set()"
        return self.pick([*SETS, "set(s)", "t.copy()", "set()"])

    def text(self, depth: int = 2) -> str:
        if depth == 0 or self.below(3) == 0:
            return self.pick([*TEXTS, '"a"', '"k"', '"x-y"', '"\\n{}"'])
        inner = self.text(depth - 1)
        choice = self.below(9)
        if choice == 0:
            return f"({inner} + {self.text(depth - 1)})[:8]"
        if choice == 1:
            return f"{inner}.{self.pick(['upper', 'lower', 'title', 'strip', 'swapcase'])}()"
        if choice == 2:
            return f"{inner}[{self.pick(['::-1', '1:', ':-1', '::2'])}]"
        if choice == 3:
            spec = self.pick(["", ":>4", ":03d", "!r"])
            return f'f"{{{{{{{self.number(0)}{spec}}}\\t{{{self.pick(TEXTS)}!r}}"[:9]'
        if choice == 4:
            return f'"-".join(str(z) for z in {self.listing(0)}[:3])'
        if choice == 5:
            return f'"%s/%d" % ({self.pick(TEXTS)}, {self.number(0)})'
        if choice == 6:
            return f"str({self.pick([*self.lists, *TUPLES, 'd', *self.numbers])})[:9]"
        if choice == 7:
            return f'{inner}.replace("a", {self.text(0)})[:8]'
        return f'"{{}}={{!r}}".format({self.number(0)}, {self.pick(TEXTS)})'

    def tuple(self) -> str:
        return self.pick(
            [
                f"({self.number(1)}, {self.number(1)})",
                f"divmod({self.number(1)}, 3)",
                f"tuple(sorted([{self.number(1)}, {self.number(0)}]))",
                "u",
                "w[::-1]",
                "(pt.x, pt.y)",
            ]
        )

    # -- statements -------------------------------------------------------------------------------

    def block(self, depth: int, least: int = 1) -> list[str]:
        lines: list[str] = []
        for _ in range(least + self.below(3)):
            lines += self.statement(depth)
        return lines

    def inside(self, depth: int) -> list[str]:
        return [f"    {line}" for line in self.block(depth)]

    def statement(self, depth: int) -> list[str]:
        choice = self.below(30)
        if depth and choice < 4:
            return self.branch(depth)
        if depth and choice < 8:
            return self.loop(depth)
        if depth and choice < 11:
            return self.attempt(depth)
        if depth and choice == 11:
            return self.matching(depth)
        if depth and choice == 12:
            error = self.pick(["ValueError", "LookupError", "Exception"])
            return [
                f"with suppress({error}):",
                *self.inside(depth - 1),
                *(f"    {line}" for line in self.danger()),
            ]
        if choice == 13 and self.unbounded_loops:
            word = self.pick(["break", "continue"])
            return [f"if {self.condition(1)}:", f"    {word}"]
        if choice == 14 and self.function:
            return [f"if {self.condition(1)}:", f"    return {self.number(1)}"]
        if choice < 18:
            return [self.change()]
        if choice == 18 and self.changers:
            return [f"{self.pick(self.changers)}({self.pick(self.lists)}, {self.number(1)})"]
        if choice == 19:
            return self.on_objects()
        if choice == 20:
            names = self.pick([("a", "b"), ("b", "c"), ("xs", "ys"), ("d", "e"), ("s", "t")])
            if names[0] in self.numbers or names[0] not in NUMBERS:
                return [f"{names[0]}, {names[1]} = {names[1]}, {names[0]}"]
        if choice == 21:
            number = self.pick(self.numbers)
            return [
                f"{number}, *{self.pick(self.lists)} = [{self.number(0)}, *{self.listing(1)}]",
            ]
        return [self.assign()]

    def assign(self) -> str:
        choice = self.below(16)
        if choice == 0:
            walrus = f"({self.pick(self.numbers)} := {self.number(1)})"
            return f"{self.pick(self.numbers)} = {walrus} + {self.number(0)}"
        if choice < 6:
            return f"{self.pick(self.numbers)} = {self.number()}"
        if choice < 8:
            symbol = self.pick(["+=", "-=", "*=", "|="])
            return f"{self.pick(self.numbers)} {symbol} {self.number(1)}"
        if choice < 11:
            return f"{self.pick(self.lists)} = {self.listing()}"
        if choice == 11:
            return f"{self.pick(DICTS)} = {self.mapping()}"
        if choice == 12:
            return f"{self.pick(SETS)} = {self.setting()}"
        if choice == 13:
            return f"{self.pick(TUPLES)} = {self.tuple()}"
        if choice == 14:
            return f"{self.pick(TEXTS)} = {self.text()}"
        return f"{self.pick(self.lists)} = {self.pick(self.lists)} = {self.listing(1)}"

    def change(self) -> str:
        m, n = self.pick(self.lists), self.number(1)
        d, s = self.pick(DICTS), self.pick(SETS)
        return self.pick(
            [
                f"{m}.append({n})",
                f"{m}.append({n})",
                f"{m}.insert({self.pick(['0', '1', '-1', '9'])}, {n})",
                f"{m}.extend({self.listing(1)}[:3])",
                f"{m} += [{n}]",
                f"{m} *= 2 if len({m}) < 4 else 1",
                f"{m}.sort({self.pick(['', 'reverse=True', 'key=abs'])})",
                f"{m}.reverse()",
                f"{m}.clear()",
                f"{m}[:1] = [{n}, {n}]",
                f"del {m}[{self.pick([':1', '-1:', '::2'])}]",
                f"{self.pick(self.numbers)} = {m}.pop() if {m} else {n}",
                f"{d}[{self.key()}] = {n}",
                f"{d}[{self.key()}] = {d}.get({self.key()}, 0) + {n}",
                f"{d}.update({self.mapping()})",
                f"{d}.pop({self.key()}, None)",
                f"{self.pick(self.numbers)} = {d}.setdefault({self.key()}, {n})",
                f"{d} |= {self.mapping()}",
                f"{s}.add({n})",
                f"{s}.discard({n})",
                f"{s} |= {{{n}}}",
                f"{s} -= {{{n}}}",
                f"nest[0].append({n})",
                f"nest[1]['k'] = {n}",
                f"nest = copy.{self.pick(['copy', 'deepcopy'])}(nest)",
                "nest = [nest[0], dict(nest[1])]",
            ]
        )

    def on_objects(self) -> list[str]:
        n = self.number(1)
        return [
            self.pick(
                [
                    f"{self.pick(OBJECTS)}.n = {n}",
                    f"{self.pick(OBJECTS)}.n += {n}",
                    f"one = {self.pick(['Base', 'Derived'])}({n})",
                    "two = one",
                    f"{self.pick(OBJECTS)}.keep({n})",
                    f"Base.shared = {n}",
                    f"rec = Record({n}, m={n})",
                    f"rec = replace(rec, n={n})",
                    f"rec.items.append({n})",
                    f"rec.n = {n}",
                    f"pt = Point({n}, y={n})",
                    f"pt = pt._replace(x={n})",
                    "two = Derived(one.n)",
                ]
            )
        ]

    def branch(self, depth: int) -> list[str]:
        lines = [f"if {self.condition()}:", *self.inside(depth - 1)]
        if self.below(3) == 0:
            lines += [f"elif {self.condition(1)}:", *self.inside(depth - 1)]
        if self.below(2):
            lines += ["else:", *self.inside(depth - 1)]
        return lines

    def loop(self, depth: int) -> list[str]:
        choice = self.below(8)
        before: list[str] = []
        if choice == 0:
            count = self.name("count")
            before = [f"{count} = 0"]
            head = [
                f"while {count} < {self.pick(['2', '4', 'len(xs) % 5'])}:",
                f"    {count} {self.pick(['+= 1', f'= {count} + 1'])}",
            ]
        elif choice == 1:
            head = [f"for i, z in enumerate({self.listing(1)}[:4]):"]
        elif choice == 2:
            head = [f"for k, z in list({self.pick(DICTS)}.items()):"]
        elif choice == 3 and self.open:
            head = [f"for z in unread_list({self.number(0)}):"]
        elif choice == 4:
            head = [f"for z in {self.pick(SETS)} | {{5}}:"]
        elif choice == 5:
            head = [f"for z in range({self.pick(['1', '3', '5', '300'])}):"]
        else:
            head = [f"for z in {self.listing(1)}[:5]:"]
        own = "z" if choice and choice != 4 else None
        numbers, self.numbers = self.numbers, [*self.numbers, own] if own else self.numbers
        self.unbounded_loops += 1
        lines = [*before, *head, *self.inside(min(depth - 1, 0 if "300" in head[0] else 9))]
        self.unbounded_loops -= 1
        self.numbers = numbers
        if self.below(4) == 0:
            loops, self.unbounded_loops = self.unbounded_loops, 0
            lines += ["else:", *self.inside(0)]
            self.unbounded_loops = loops
        return lines

    def danger(self) -> list[str]:
        return [
            self.pick(
                [
                    "raise ValueError",
                    'raise KeyError("k")',
                    f"{self.pick(self.numbers)} = {self.pick(self.lists)}[{self.pick('0129')}]",
                    f"{self.pick(self.numbers)} = {self.pick(DICTS)}[{self.key()}]",
                    f"{self.pick(self.numbers)} = {self.number(0)} // {self.number(0)}",
                    f"{self.pick(self.lists)}.remove({self.number(0)})",
                    f"{self.pick(self.numbers)} = int({self.text(0)})",
                    f"{self.pick(self.numbers)} = fails({self.number(1)})",
                    f"del {self.pick(DICTS)}[{self.key()}]",
                    f"{self.pick(self.numbers)}, b = {self.listing(1)}",
                    f"assert {self.condition(0)}",
                    "raise Odd",
                ]
            )
        ]

    def attempt(self, depth: int) -> list[str]:
        lines = ["try:", *self.inside(depth - 1)]
        if self.below(4):
            lines += [f"    {line}" for line in self.danger()]
        if self.below(2):
            lines += self.inside(0)
        kinds = ["ValueError", "(KeyError, IndexError)", "Odd", "ZeroDivisionError"]
        for kind in kinds[: self.below(3)]:
            lines += [f"except {kind}:", *self.inside(depth - 1)]
        lines += ["except Exception:", *self.inside(depth - 1)]
        if self.below(3) == 0:
            lines += ["else:", *self.inside(depth - 1)]
        if self.below(3) == 0:
            loops, self.unbounded_loops = self.unbounded_loops, 0
            lines += ["finally:", *self.inside(0)]
            self.unbounded_loops = loops
        return lines

    def matching(self, depth: int) -> list[str]:
        subject = self.pick([self.number(1), self.listing(1), "d", "u", "p", "Kind.RED"])
        lines = [f"match {subject}:"]
        patterns = ["1", "0 | 2", "[]", "[y, *_]", "(y, x)", '{"k": y}', '"ab"', "True", "Kind.RED"]
        for _ in range(1 + self.below(3)):
            guard = f" if {self.condition(0)}" if self.below(3) == 0 else ""
            lines.append(f"    case {self.pick(patterns)}{guard}:")
            lines += [f"    {line}" for line in self.inside(depth - 1)]
        if self.below(2):
            lines.append(f"    case y{self.pick(['', f' if {self.condition(0)}'])}:")
            lines += [f"    {line}" for line in self.inside(0)]
        return lines

    # -- definitions ------------------------------------------------------------------------------

    def definitions(self) -> list[tuple[str, list[str]]]:
        """Functions, classes and objects, each with a pattern of the words that need it."""
        return [
            ("Odd|fails", ["class Odd(Exception):", "    pass"]),
            (
                "fails",
                [
                    "def fails(n):",
                    "    if n > 1:",
                    f"        raise {self.pick(['ValueError', 'Odd', 'IndexError(n)'])}",
                    "    return n",
                ],
            ),
            (
                "steps",
                [
                    "def steps(n):",
                    "    for i in range(n):",
                    f"        yield i {self.pick(['+', '*'])} {self.pick(['2', 'n'])}",
                ],
            ),
            (
                "pairs",
                [
                    "def pairs(one, other):",
                    f"    return {self.pick(['zip(one, other)', '[(i, i) for i in one]'])}",
                ],
            ),
            (
                "@added",
                [
                    "def added(f):",
                    f"    {self.pick(['@wraps(f)', 'n = 1'])}",
                    "    def inner(*given):",
                    "        return f(*given) + 10",
                    "    return inner",
                ],
            ),
            (
                "one|two|Base|Derived",
                [
                    "class Base:",
                    f"    shared = {self.pick(['1', '2'])}",
                    "    kept = []",
                    "    def __init__(self, n=2):",
                    f"        self.n = n{self.pick(['', ' + self.shared', ' * 2'])}",
                    "    def double(self):",
                    f"        return self.n * {self.pick(['2', 'self.shared', 'len(self.kept)'])}",
                    "    def plus(self, n):",
                    "        self.n += n",
                    "        return self.n",
                    "    def keep(self, n):",
                    f"        {self.pick(['self.kept.append(n)', 'self.kept = [*self.kept, n]'])}",
                    "    @property",
                    "    def size(self):",
                    "        return len(self.kept) + self.n",
                    "    @classmethod",
                    "    def kind(cls):",
                    "        return cls.shared",
                    "class Derived(Base):",
                    f"    {self.pick(['pass', 'shared = 5', 'kept = [1]'])}",
                    "    def double(self):",
                    "        return super().double() + 1",
                    "one = Base()",
                    "two = Derived(3)",
                ],
            ),
            (
                "rec|Record",
                [
                    self.pick(["@dataclass", "@dataclass(order=True)", "@dataclass()"]),
                    "class Record:",
                    "    n: int = 1",
                    f"    m: int = {self.pick(['2', 'field(default=4)'])}",
                    "    items: list = field(default_factory=list)",
                    "    def __post_init__(self):",
                    f"        {self.pick(['self.items.append(self.m)', 'self.m = self.n'])}",
                    "rec = Record()",
                ],
            ),
            (
                "pt|Point",
                [
                    "class Point(NamedTuple):",
                    "    x: int",
                    "    y: int = 0",
                    "    def total(self):",
                    "        return self.x + self.y",
                    "pt = Point(1)",
                ],
            ),
            (
                "Kind",
                ["class Kind(Enum):", "    RED = 1", f"    BLUE = {self.pick(['2', '1'])}"],
            ),
            ("nest", ["nest = [[1], {}]"]),
        ]

    def helper(self) -> list[str]:
        name = self.name("f")
        kept = self.numbers, self.lists, self.helpers
        self.numbers, self.lists, self.helpers = ["n", "i", "a"], ["xs", "own"], []
        self.function = True
        more = self.pick(["", ", own=[]", ", own=(1,)"])
        lines = [
            *(["@added"] if self.below(5) == 0 else []),
            f"def {name}(n{more}):",
            # A name that a function binds is its own unless it is declared; so most are declared.
            "    global a, b, c, xs, ys, zs, d, e, s, t, p, q, u, w, one, two, rec, pt, nest",
            "    i = 1",
            *([] if more == ", own=[]" else ["    own = []"]),
            *self.inside(2),
            f"    return {self.number(1)}",
        ]
        self.numbers, self.lists, self.helpers = kept[0], kept[1], [*kept[2], name]
        self.function = False
        return lines

    def changer(self) -> list[str]:
        name = self.name("g")
        self.changers.append(name)
        return [
            f"def {name}(items, n):",
            f"    if n > {self.pick(['0', '2'])}:",
            f"        items.{self.pick(['append(n)', 'insert(0, n)', 'clear()', 'sort()'])}",
            f"    {self.pick(['return len(items)', 'items += [n]', 'items = items + [n]'])}",
        ]


def program(below: Callable[[int], int], depth: int = 3) -> str:
    """The text of a program."""
    writer = Writer(below)
    functions: list[str] = []
    for _ in range(below(3)):
        functions += writer.helper()
    for _ in range(below(2)):
        functions += writer.changer()
    lines: list[str] = []
    for _ in range(2 + below(8)):
        lines += writer.statement(depth)
        if below(3) == 0:
            lines.append(f"{writer.name('v')} = {writer.number()}")
    text = "\n".join([*functions, *lines])
    for words, definition in reversed(writer.definitions()):
        if re.search(rf"{words}\b", text):
            text = "\n".join([*definition, text])
    imports = [line for word, line in IMPORTS.items() if re.search(rf"\b{word}\b", text)]
    return "\n".join([*imports, HEAD + text, ""])


@st.composite
def programs(draw) -> str:
    """Texts of programs, chosen by Hypothesis."""
    return program(lambda end: draw(st.integers(0, end - 1)))
