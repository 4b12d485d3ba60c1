"""Deep and long constructs of every kind of node of the grammar, and values that grow.

All of them use names of their own, so that what they do cannot concern the program around them.
"""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

DEPTHS = (10, 100, 1_000, 20_000)
WEIGHTS = (4, 4, 2, 1)
MAX_CHARACTERS = 900_000  # a larger file is not read at all


@dataclass(frozen=True, slots=True)
class Construct:
    """``before``, ``opening`` and ``closing`` as often as wished around ``core``, ``after``.

    ``{i}`` stands for the number of the repetition. With ``indent``, ``opening`` is the header of
    a block, ``core`` its innermost statement, and ``closing`` the header of a second block after
    the first. ``since`` is the first Python with the syntax.
    """

    name: str
    opening: str
    closing: str = ""
    core: str = "zq"
    before: str = "zq_1 = "
    after: str = ""
    indent: bool = False
    since: tuple[int, int] = (3, 10)

    def text(self, times: int) -> str:
        if self.indent:
            return self._blocks(times)
        size = max(len(self.opening) + len(self.closing), 1)
        times = min(times, MAX_CHARACTERS // size)
        opening = _repeated(self.opening, range(times))
        closing = _repeated(self.closing, range(times - 1, -1, -1))
        return f"{self.before}{opening}{self.core}{closing}{self.after}\n"

    def _blocks(self, times: int) -> str:
        times = min(times, 900)  # indentation grows with the square
        last = self.opening.rpartition("\n")[2]
        step = len(last) - len(last.lstrip()) + last.endswith(":")
        lines = [self.before] if self.before else []
        for depth in range(times):
            lines += [f"{' ' * depth * step}{line}" for line in self.opening.split("\n")]
        lines.append(f"{' ' * times * step}{self.core}")
        if self.closing:
            for depth in range(times - 1, -1, -1):
                lines += [f"{' ' * depth * step}{line}" for line in self.closing.split("\n")]
                lines.append(f"{' ' * depth * step} pass")
        return "\n".join(lines) + self.after + "\n"


def _repeated(text: str, numbers: range) -> str:
    if "{i}" not in text:
        return text * len(numbers)
    return "".join(text.replace("{i}", str(number)) for number in numbers)


def _nested(name: str, opening: str, closing: str = "", core: str = "zq") -> Construct:
    return Construct(name, opening, closing, core)


def _long(
    name: str, before: str, opening: str, after: str = "", *, since: tuple[int, int] = (3, 10)
) -> Construct:
    return Construct(name, opening, "", "", before, after, since=since)


def _blocks(name: str, opening: str, closing: str = "", before: str = "") -> Construct:
    return Construct(name, opening, closing, "pass", before, indent=True)


CONSTRUCTS = (
    # -- expressions inside expressions
    _nested("parentheses", "(", ")"),
    _nested("list", "[", "]"),
    _nested("tuple", "(zq, ", ")"),
    _nested("set", "{", "}"),
    _nested("dict value", "{0: ", "}"),
    _nested("dict key", "{", ": 0}"),
    _nested("dict of dict", "{**", "}"),
    _nested("starred", "[*", "]"),
    _nested("call", "zq(", ")"),
    _nested("keyword", "zq(a=", ")"),
    _nested("starred argument", "zq(*", ")"),
    _nested("keywords of a dict", "zq(**", ")"),
    _nested("called method", "zq.a(", ").b"),
    _nested("subscript", "zq[", "]"),
    _nested("slice", "zq[0:", ":2]"),
    _nested("slices", "zq[..., ", ", :]"),
    _nested("lambda", "lambda: "),
    _nested("lambda in parentheses", "(lambda: ", ")"),
    _nested("lambda with parameters", "lambda a{i}, /, *b{i}, c=1, **d: "),
    _nested("default of a lambda", "lambda a=", ": 0"),
    _nested("called lambda", "(lambda: ", ")()"),
    _nested("not", "not "),
    _nested("minus", "-"),
    _nested("plus", "+"),
    _nested("invert", "~"),
    _nested("conditional", "zq if zq else "),
    _nested("condition of a conditional", "(zq if ", " else 0)"),
    _nested("left of a conditional", "(", " if zq else 0)"),
    _nested("and in parentheses", "zq and (", ")"),
    _nested("or in parentheses", "(", ") or zq"),
    _nested("power", "zq ** "),
    _nested("sum to the right", "zq + (", ")"),
    _nested("sum to the left", "(", ") - zq"),
    _nested("compare in parentheses", "zq < (", ")"),
    _nested("list comprehension", "[zq for zq in ", "]"),
    _nested("element of a comprehension", "[", " for zq in zq]"),
    _nested("set comprehension", "{zq for zq in ", "}"),
    _nested("dict comprehension", "{0: zq for zq in ", "}"),
    _nested("generator", "list(zq for zq in ", ")"),
    _nested("condition of a comprehension", "[zq for zq in zq if ", "]"),
    _nested("named expression", "(zq_n := ", ")"),
    _nested("formatted string", "f'{", "}'", "zq"),
    _nested("format specification", "f'{zq:{", "}}'", "zq"),
    _nested("expression in a formatted string", 'f"{zq!r:>{zq}}" + (', ")"),
    Construct("await", "(await ", ")", "zq", "async def zq_1():\n    return "),
    Construct("yield", "(yield ", ")", "zq", "def zq_1():\n    zq_2 = "),
    Construct("yield from", "(yield from ", ")", "zq", "def zq_1():\n    return "),
    Construct(
        "async comprehension", "[zq async for zq in ", "]", "zq", "async def zq_1():\n    return "
    ),
    # -- long expressions
    _long("sum", "zq_1 = zq", " + zq"),
    _long("matrix product", "zq_1 = zq", " @ zq"),
    _long("products and quotients", "zq_1 = zq", " * zq / 2 // 3 % 4"),
    _long("bits", "zq_1 = zq", " & zq | 1 ^ 2 << 1 >> 1"),
    _long("sum of numbers", "zq_1 = 1", " + 1"),
    _long("product of numbers", "zq_1 = 9", " * 9"),
    _long("power of numbers", "zq_1 = 2", " ** 2"),
    _long("sum of strings", "zq_1 = 'a'", " + 'a'"),
    _long("sum of lists", "zq_1 = [1]", " + [1]"),
    _long("and", "zq_1 = zq", " and zq"),
    _long("or", "zq_1 = zq", " or zq"),
    _long("comparison", "zq_1 = 1", " < zq <= zq > 1 >= zq == 0 != zq"),
    _long("comparison with words", "zq_1 = 1", " in zq not in zq is None is not zq"),
    _long("attribute", "zq_1 = zq", ".b"),
    _long("calls", "zq_1 = zq", "(0)"),
    _long("method calls", "zq_1 = zq", ".b(0)"),
    _long("subscripts", "zq_1 = zq", "[0]"),
    _long("adjacent strings", "zq_1 = 's'", " 's'"),
    _long("adjacent bytes", "zq_1 = ", "b's' "),
    _long("adjacent formatted strings", "zq_1 = ", "f'{zq}s' "),
    _long("list items", "zq_1 = [", "0, ", "]"),
    _long("list of names", "zq_1 = [", "zq, ", "]"),
    _long("tuple items", "zq_1 = ", "0, ", "0"),
    _long("set items", "zq_1 = {", "{i}, ", "}"),
    _long("dict items", "zq_1 = {", "{i}: 0, ", "}"),
    _long("dicts in a dict", "zq_1 = {", "**zq, ", "}"),
    _long("arguments", "zq_1 = zq(", "0, ", ")"),
    _long("starred arguments", "zq_1 = zq(", "*zq, ", ")"),
    _long("keyword arguments", "zq_1 = zq(", "a{i}=0, ", ")"),
    _long("subscript items", "zq_1 = zq[", "0, ", "]"),
    _long("parts of a formatted string", "zq_1 = f'", "{zq}a{{", "'"),
    _long("loops of a comprehension", "zq_1 = [0", " for zq in zq", "]"),
    _long("conditions of a comprehension", "zq_1 = [0 for zq in zq", " if zq", "]"),
    _long("parameters of a lambda", "zq_1 = lambda ", "a{i}, ", "a: 0"),
    _long("conditionals", "zq_1 = ", "0 if zq else ", "1"),
    _long("digits", "zq_1 = ", "9"),
    _long("digits of a fraction", "zq_1 = 0.", "9"),
    _long("digits of an exponent", "zq_1 = 1e", "9"),
    _long("hexadecimal digits", "zq_1 = 0x", "f"),
    _long("imaginary digits", "zq_1 = ", "9", "j"),
    _long("name", "zq_1 = zq", "a"),
    _long("string", "zq_1 = 'a", "a", "'"),
    _long("string of lines", "zq_1 = '''", "a\n", "'''"),
    _long("string of escapes", "zq_1 = '", "\\x00\\N{BULLET}", "'"),
    # -- statements
    _long("statements on a line", "zq_1 = 0", "; zq_1 = 0"),
    _long("expressions on a line", "zq", "; zq"),
    _long("statements", "", "zq_1 = {i}\n"),
    _long("assignments", "", "zq_{i} = zq\n"),
    _long("chained assignment", "", "zq_1 = ", "0"),
    _long("augmented assignments", "zq_1 = 1\n", "zq_1 += 1; zq_1 *= 2; zq_1 //= 3\n"),
    _long(
        "all augmented assignments",
        "zq_1 = zq\n",
        "zq_1 -= 1; zq_1 /= 1; zq_1 %= 1; zq_1 **= 1; zq_1 @= zq\n",
    ),
    _long(
        "augmented bits", "zq_1 = 1\n", "zq_1 &= 1; zq_1 |= 1; zq_1 ^= 1; zq_1 <<= 1; zq_1 >>= 1\n"
    ),
    _long("annotations", "", "zq_{i}: zq\n"),
    _long("annotated assignments", "", "zq_1: zq = 0\n"),
    _long("targets", "", "zq_{i}, ", "*zq_1 = zq"),
    Construct("target lists", "[", "]", "zq_1", "", " = zq"),
    Construct("target tuples", "(", ",)", "zq_1", "", " = zq"),
    Construct("target of a loop", "(", ",)", "zq_1", "for ", " in zq: pass"),
    Construct("target of with", "(", ",)", "zq_1", "with zq as ", ": pass"),
    Construct("annotation", "zq[", "]", "zq", "zq_1: ", " = 0"),
    Construct("returned annotation", "zq[", "]", "zq", "def zq_1() -> ", ": pass"),
    Construct("annotated parameter", "zq[", "]", "zq", "def zq_1(a: ", "): pass"),
    Construct("decorator", "zq(", ")", "zq", "@", "\ndef zq_1(): pass"),
    Construct("deleted", "(", ")", "zq_1", "zq_1 = 0; del ", ""),
    _long("deletions", "", "zq_1 = 0; del zq_1\n"),
    _long("deleted names", "del zq.a", ", zq.a{i}"),
    _long("decorators", "", "@zq\n", "def zq_1(): pass"),
    _long("class decorators", "", "@zq\n", "class zq_1: pass"),
    _long("parameters", "def zq_1(", "a{i}, ", "): pass"),
    _long("parameters with defaults", "def zq_1(a, /, ", "a{i}: int = 0, ", "*b, c=1, **d): pass"),
    _long("keyword-only parameters", "def zq_1(*, ", "a{i}, ", "): pass"),
    _long("base classes", "class zq_1(", "zq, ", "): pass"),
    _long("keywords of a class", "class zq_1(", "a{i}=zq, ", "): pass"),
    _long("elif", "if zq: pass\n", "elif zq: pass\n"),
    _long("elif with a value", "if zq: zq_1 = 1\n", "elif zq == {i}: zq_1 = {i}\n"),
    _long("elif with a call", "if zq: zq.a()\n", "elif zq.b({i}): zq.c({i})\n", "else: zq.d()"),
    _long("if", "", "if zq: zq_1 = {i}\n"),
    _long("if of other names", "", "if zq_{i}: zq_1 = {i}\n"),
    _long("if and else", "", "if zq_{i}: zq_1 = {i}\nelse: zq_2 = {i}\n"),
    _long("loops", "", "for zq_1 in zq: zq_2 = {i}\n"),
    _long("loops with a known range", "zq_1 = 0\n", "for zq_2 in range(3): zq_1 += zq_2\n"),
    _long("while", "", "while zq: break\nelse: pass\n"),
    _long("try", "", "try: zq\nexcept zq: pass\nelse: pass\nfinally: pass\n"),
    _long("except", "try: zq\n", "except zq as a{i}: pass\n"),
    _long("except group", "try: zq\n", "except* zq: pass\n", since=(3, 11)),
    _long("with", "", "with zq: pass\n"),
    _long("items of with", "with zq as a", ", zq as a{i}", ": pass"),
    _long("functions", "", "def zq_{i}(): return {i}\n"),
    _long(
        "functions that call the one before",
        "def zq_0(): return 0\n",
        "def zq_{i}1(): return zq_{i}()\n",
    ),
    _long(
        "async functions",
        "",
        "async def zq_{i}():\n    async with zq: await zq\n    async for a in zq: pass\n",
    ),
    _long("generators", "", "def zq_{i}(): yield {i}\n"),
    _long("classes", "", "class zq_{i}: a = {i}\n"),
    _long("methods", "class zq_1:\n", "    def a{i}(self): return self.b\n", "    pass"),
    _long(
        "attributes of self",
        "class zq_1:\n  def __init__(self):\n",
        "    self.a{i} = {i}\n",
        "    pass",
    ),
    _long("imports", "", "import zq_{i}.a as zq_1\n"),
    _long("imported modules", "import zq_1", ", zq_{i}"),
    _long("imported names", "from zq_1 import a", ", a as zq_{i}"),
    _long("parts of an imported name", "import zq_1", ".a"),
    _long("dots of an import", "from ", ".", " import zq_1"),
    _long("star imports of nothing", "", "from zq_{i} import zq_1\n"),
    _long("global", "def zq_1():\n", "    global zq_{i}\n", "    pass"),
    _long("names of global", "def zq_1():\n    global zq_2", ", zq_{i}"),
    _long("nonlocal", "def zq_1():\n  a = 0\n  def zq_2():\n", "    nonlocal a\n", "    pass"),
    _long("return", "def zq_1():\n", "    return zq\n"),
    _long("raise", "def zq_1():\n", "    if zq: raise zq from zq\n"),
    _long("assert", "def zq_1():\n", "    assert zq, zq\n"),
    _long("pass", "", "pass\n"),
    _long("break and continue", "for zq_1 in zq:\n", "    if zq: break\n    if zq: continue\n"),
    _long("ellipses", "", "...\n"),
    _long("constants", "", "1; 'a'; b'a'; None; True; 1.5; 2j; ...\n"),
    # -- blocks in blocks
    _blocks("block of if", "if zq:"),
    _blocks("block of if with a name of its own", "if zq:\n zq_1 = 1", "else:"),
    _blocks("block of else", "if zq:\n pass\nelse:"),
    _blocks("block of for", "for zq_1 in zq:", "else:"),
    _blocks("block of while", "while zq:", "else:"),
    _blocks("block of with", "with zq as zq_1:"),
    _blocks("block of try", "try:", "except zq:"),
    _blocks("block of finally", "try:", "finally:"),
    _blocks("block of except", "try:\n pass\nexcept zq:"),
    _blocks("function in a function", "def zq_1():"),
    _blocks("class in a class", "class zq_1:"),
    _blocks("method in a class", "class zq_1:\n a = 1\n\n def b(self): pass"),
    _blocks("async function in a function", "async def zq_1():"),
    _blocks("async with", "async with zq:", before="async def zq_1():\n pass"),
    _blocks("async for", "async for zq_1 in zq:", before="async def zq_1():\n pass"),
    _blocks("match in a match", "match zq:\n case 0: pass\n case _:"),
    # -- patterns
    Construct("pattern of a list", "[", "]", "_", "match zq:\n  case ", ": pass"),
    Construct("pattern of a tuple", "(0, ", ")", "_", "match zq:\n  case ", ": pass"),
    Construct("pattern of a dict", "{0: ", "}", "_", "match zq:\n  case ", ": pass"),
    Construct("pattern of a class", "zq(", ")", "_", "match zq:\n  case ", ": pass"),
    Construct("pattern of an attribute", "zq(a=", ")", "_", "match zq:\n  case ", ": pass"),
    Construct("pattern in parentheses", "(", " as a{i})", "0", "match zq:\n  case ", ": pass"),
    _long("alternatives", "match zq:\n  case 0", " | {i}", ": pass"),
    _long("alternatives of strings", "match zq:\n  case None | True | 'a'", " | 'a{i}'", ": pass"),
    _long("items of a pattern", "match zq:\n  case [*a", ", 0", "]: pass"),
    _long("keys of a pattern", "match zq:\n  case {", "{i}: _, ", "**a}: pass"),
    _long("names in a pattern", "match zq:\n  case zq", ".a", ": pass"),
    _long("cases", "match zq:\n", "  case {i}: zq_1 = {i}\n"),
    _long("cases with a guard", "match zq:\n", "  case a if zq: pass\n"),
    # -- layout
    _long("comments", "", "# a\n"),
    _long("suppressions", "", "# noqa: E501\n"),
    _long("suppressions behind statements", "", "zq_1 = 0  # noqa\n"),
    _long("own suppressions", "", "zq_1 = 0  # kerlint: ignore[KER101]\n"),
    _long("comment", "#", " #"),
    _long("comment that nearly suppresses", "#", " # kerlint : ignore["),
    _long("empty lines", "", "\n"),
    _long("blanks", "zq_1 =", " ", "0"),
    _long("tabs", "zq_1 =", "\t", "0"),
    _long("continued lines", "zq_1 = \\\n", "0 + \\\n", "0"),
    _long("blank continued lines", "zq_1 = ", "\\\n", "0"),
    _long("lines in brackets", "zq_1 = [\n", "  0,\n", "]"),
    _long("words near a setting", "zq_1 = 'KERAS_LEGACY", " ", "'"),
    _long("non-ASCII name", "zq_1 = zq", "ä"),
    # -- what only newer Pythons know
    _long("type aliases", "", "type zq_{i} = zq\n", since=(3, 12)),
    _long("type parameters", "def zq_1[", "T{i}: int, ", "*Ts, **P](): pass", since=(3, 12)),
    Construct("type alias", "zq[", "]", "zq", "type zq_1[T] = ", "", since=(3, 12)),
    Construct("template string", "t'{", "}'", since=(3, 14)),
    _long("parts of a template string", "zq_1 = t'a", "{zq!r:>1}a", "'", since=(3, 14)),
    # -- wide
    _long("wide characters", "zq_1 = '", "\U0001f600", "'"),
)
# Python would compute for hours, or run out of memory; ``{n}`` is how often a loop runs.
TURNS = (3, 20, 100, 5_000, 10**9)
GROWING = (
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1 += zq_1\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1 = zq_1 + zq_1\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1 = zq_1 * 2\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1.extend(zq_1)\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1 = [*zq_1, *zq_1]\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1 = [zq_1, zq_1]\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1[len(zq_1):] = zq_1\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1.append(zq_1)\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1 = [zq_3 for zq_3 in zq_1 for zq_4 in range(9)]\n",
    "zq_1 = [1]\nfor zq_2 in range({n}):\n    zq_1.insert(0, list(zq_1))\n",
    "zq_1 = (1,)\nfor zq_2 in range({n}):\n    zq_1 = zq_1 + zq_1\n",
    "zq_1 = (1,)\nfor zq_2 in range({n}):\n    zq_1 = (zq_1, zq_1)\n",
    "zq_1 = {1}\nfor zq_2 in range({n}):\n    zq_1 = zq_1 | {zq_2, str(zq_1)}\n",
    "zq_1 = {}\nfor zq_2 in range({n}):\n    zq_1[zq_2] = dict(zq_1)\n",
    "zq_1 = {}\nfor zq_2 in range({n}):\n    zq_1 = {**zq_1, zq_2: zq_1}\n",
    "zq_1 = {}\nfor zq_2 in range({n}):\n    zq_1.update({str(zq_2): [zq_1] * 2})\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 += zq_1\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = f'{zq_1}{zq_1}'\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = '%s%s' % (zq_1, zq_1)\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = '{0}{0}'.format(zq_1)\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = zq_1.replace('a', 'aa')\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = zq_1.join([zq_1] * 9)\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = repr(zq_1)\n",
    "zq_1 = 'a'\nfor zq_2 in range({n}):\n    zq_1 = ','.join(list(zq_1))\n",
    "zq_1 = b'a'\nfor zq_2 in range({n}):\n    zq_1 += zq_1\n",
    "zq_1 = 2\nfor zq_2 in range({n}):\n    zq_1 = zq_1 ** 2\n",
    "zq_1 = 2\nfor zq_2 in range({n}):\n    zq_1 = zq_1 * zq_1\n",
    "zq_1 = 0\nwhile zq_1 < {n}:\n    zq_1 += 1\n",
    "zq_1 = 0\nwhile zq_1 != {n}:\n    zq_1 -= 1\n    if zq_1 < -99: break\n",
    "zq_1 = []\nwhile len(zq_1) < {n}:\n    zq_1.append(len(zq_1))\n",
    "zq_1 = 10 ** 10 ** 10\nzq_2 = str(zq_1)\n",
    "zq_1 = 'a' * {n}\nzq_2 = zq_1 * {n}\n",
    "zq_1 = [0] * {n}\nzq_2 = zq_1 * {n}\n",
    "zq_1 = ((0,) * 9,) * {n}\nzq_2 = sum(zq_1, ())\n",
    "zq_1 = 'a'.ljust({n})\nzq_2 = '%{n}d' % 1\nzq_3 = f'{1:{n}}'\nzq_4 = 'a'.zfill({n})\n",
    "zq_1 = [[0 for zq_2 in range({n})] for zq_3 in range({n})]\n",
    "zq_1 = {zq_2: list(range(zq_2)) for zq_2 in range({n})}\n",
    "zq_1 = list(zip(range({n}), range({n})))\nzq_2 = dict(enumerate(zq_1))\n",
    "zq_1 = tuple(map(str, range({n})))\nzq_2 = max(zq_1)\n",
    "zq_1 = 'a'.split('a' * {n})\nzq_2 = 'ab'.replace('', 'x' * {n})\n",
    "def zq_1(a=[]):\n    a += a or [1]\n    return a\nfor zq_2 in range({n}):\n    zq_1()\n",
    "import functools as zq_f\nzq_1 = zq_f.partial(zq)\nfor zq_2 in range({n}):\n    zq_1 = zq_f.partial(zq_1, zq_2, a=zq_1)\n",
    "import keras as zq_k\nzq_1 = zq_k.Sequential()\nfor zq_2 in range({n}):\n    zq_1.add(zq_k.layers.Dense(zq_2))\n",
    "import keras as zq_k\nzq_1 = zq_k.Input((4,))\nfor zq_2 in range({n}):\n    zq_1 = zq_k.layers.concatenate([zq_1, zq_1])\n",
    "import keras as zq_k\nzq_1 = zq_k.Input((4,))\nfor zq_2 in range({n}):\n    zq_1 = zq_k.layers.Dense(2 ** zq_2)(zq_1)\nzq_3 = zq_k.Model(zq_1, zq_1)\n",
    "import keras as zq_k\nzq_1 = zq_k.Sequential()\nfor zq_2 in range({n}):\n    zq_1 = zq_k.Sequential([zq_1, zq_1])\n",
    "import keras as zq_k\nfor zq_1 in range({n}):\n    for zq_2 in range({n}):\n        for zq_3 in range({n}):\n            zq_4 = zq_k.layers.Dense(zq_1 * zq_2 * zq_3)\n",
)
# These end in an exception, for some numbers at least, so that what follows is never run.
RAISING = (
    "zq_1 = 2\nfor zq_2 in range({n}):\n    zq_1 = zq_1 << zq_1\n",
    "zq_1 = 2.5\nfor zq_2 in range({n}):\n    zq_1 = zq_1 * zq_1 - zq_1 / 3\n",
    "zq_1 = 1 << {n} << {n}\nzq_2 = -zq_1\n",
    "zq_1 = list(range({n}))\nzq_2 = sorted(zq_1)\nzq_3 = sum(range({n}))\n",
    "zq_1 = bytes({n})\nzq_2 = bytearray({n})\n",
    "zq_1 = int('9' * {n})\nzq_2 = float('9' * {n})\n",
    "zq_1 = round(1e308 * 10)\nzq_2 = int(float('nan'))\nzq_3 = divmod({n}, 0)\n",
    "def zq_1(a): return zq_1(a)\nzq_2 = zq_1({n})\n",
    "def zq_1(a): return zq_1(a + 1) + zq_1(a + 2)\nzq_2 = zq_1({n})\n",
    "def zq_1(a): return zq_2(a + 1)\ndef zq_2(a): return zq_1(a + 1)\nzq_3 = zq_1({n})\n",
    "def zq_1(a): return zq_1([a, a])\nzq_2 = zq_1({n})\n",
    "def zq_1(*a, **b): return zq_1(*a, *a, **b)\nzq_2 = zq_1({n})\n",
    "def zq_1(a):\n    yield from zq_1(a)\nzq_2 = list(zq_1({n}))\n",
    "zq_1 = lambda a: zq_1(lambda: a)\nzq_2 = zq_1({n})\n",
    "class zq_1(zq_1): pass\nclass zq_2:\n    def __init__(self):\n        self.a = zq_2()\nzq_3 = zq_2()\n",
    "class zq_1:\n    @property\n    def a(self): return self.a\nzq_2 = zq_1().a\n",
    "class zq_1:\n    def __getattr__(self, a): return getattr(self, a)\nzq_2 = zq_1().b\n",
    "class zq_1:\n    def __call__(self, a): return self(self(a))\nzq_2 = zq_1()({n})\n",
    "class zq_1:\n    a = []\n    def b(self):\n        self.a = self.a + self.a + [1]\n        return self.b()\nzq_2 = zq_1().b()\n",
    "zq_1 = {}\nzq_1['a'] = zq_1\nfor zq_2 in range({n}):\n    zq_1 = zq_1['a']\n",
    "import numpy as zq_n\nzq_1 = zq_n.zeros(({n}, {n}, {n}))\nfor zq_2 in range({n}):\n    zq_1 = zq_n.concatenate([zq_1, zq_1])\n",
    "import numpy as zq_n\nzq_1 = zq_n.array([0])\nfor zq_2 in range({n}):\n    zq_1 = zq_n.stack([zq_1, zq_1])\n",
    "import numpy as zq_n\nzq_1 = zq_n.arange({n}).reshape(-1, 0)\nzq_2 = zq_n.repeat(zq_1, {n})[:, None, ..., ::-1]\n",
    "import numpy as zq_n\nzq_1 = zq_n.random.rand({n}, 0, -1)\nzq_2 = zq_1[{n}][None] * zq_1.T @ zq_1\n",
    "import keras as zq_k\nzq_1 = zq_k.Input(({n}, {n}, {n}))\nzq_2 = zq_k.layers.Conv2D({n}, -{n}, strides={n})(zq_1)\nzq_3 = zq_k.layers.Flatten()(zq_2)\nzq_4 = zq_k.Model(zq_1, zq_3)\n",
    "import keras as zq_k\nzq_1 = zq_k.Sequential([zq_k.layers.Dense(4, input_shape=({n},))] * {n})\nzq_1.compile(loss='mse')\n",
    "import keras as zq_k\nzq_1 = zq_k.Sequential()\nzq_1.add(zq_1)\nzq_1.build((None, {n}))\nzq_1.compile(loss='mse')\n",
    "import keras as zq_k\ndef zq_1(a, n):\n    return a if n == 0 else zq_1(zq_k.layers.Dense(n)(a), n - 1)\nzq_2 = zq_1(zq_k.Input((4,)), {n})\n",
)
