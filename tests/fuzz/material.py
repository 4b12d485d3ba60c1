"""Words, signs and lines that mutations put into programs, settings and command lines."""

# ruff: noqa: E501

from __future__ import annotations

KEYWORDS = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "match",
    "case",
    "type",
    "_",
    "print",
    "exec",
]

NUMBERS = (
    "0", "-1", "1", "2", "1.0", "-0.0", "1e308", "1e999", "1j", "10**10**10", "2**63", "9" * 400,
    "0x7fffffffffffffff", "0b1", "0o17", "1_000", "0777", "1_", "99999999999999999999", "True",
    "None", "float('nan')", "-float('inf')", "1 << 10**9",
)  # fmt: skip

STRINGS = (
    "''", "'softmax'", "'" + "a" * 10_000 + "'", "'\\0'", "'\x00'", "'\x0c'", "'\x1b[31m'", "'ä'",
    "'\u202e'", "'\ud7ff'", "'\U0001f600'", "'\\ud800'", "'\u2028'", "b'\\xff'", "f'{'", "f'{0}'",
    "rb'\\'", "'''", '"""', "'", '"', "'\\N{BULLET}'", "'%s' % 1", "'{}'", "'mse' 'mae'", "u'x'",
    "'TF_USE_LEGACY_KERAS'", "'a\\\nb'",
)  # fmt: skip

MARKS = (
    "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "==", ":=", "->", "@", "*", "**", "\\",
    "\\\n", "\n", "\r", "\r\n", "\t", " ", "\x0c", "\x00", "\x1a", "\ufeff", "\u00a0", "\u3000",
    "\u2028", "\x85", "#", "!", "?", "$", "`", "~", "%", "%%", "...", "'", '"', '"""', "'''", "\udcff",
    "\udc80\udcff", "é", "名", "𝔫", "if", "else:", "lambda", "\n\n\n", "<<<<<<< HEAD\n", "{{ name }}",
)  # fmt: skip

# A file with one of these is not read at all.
REFUSING = ("\x00", "\udcff", "\udc80\udcff")

COMMENTS = (
    "# noqa", "# noqa: KER101", "#noqa:KER101,KER102", "# NOQA : E501 KER", "# kerlint: ignore",
    "# kerlint: ignore[KER101]", "# kerlint: ignore[", "# kerlint: ignore[]", "# kerlint:ignore[,]",
    "# kerlint: ignore[ALL]", "# kerlint: ignore[KER1, KER9999, nonsense]", "# kerlint: ignore-file",
    "# kerlint: ignore-file[KER101]", "# type: ignore # noqa: KER101", "# fmt: off", "# kerlint",
    "# coding: latin-1", "# -*- coding: utf-16 -*-", "# coding: nonsense", "# \x00", "# \x0c noqa",
    "# noqa" * 300, "# kerlint: ignore[" + "KER101," * 500 + "]", "# type: " + "[" * 300,
    "#" + " a.b: c" * 300, "# kerlint: ignore[softmax-on-one-unit]", "#!/usr/bin/env python2",
    '"""# noqa"""', "'# kerlint: ignore'",
)  # fmt: skip

TARGETS = ("3", "2", "tf_keras", "3.8", "3.0", "2.9", "2.15.1")

JSON_VALUES = (
    None, True, False, 0, -1, 1e308, 10**30, "", "a", "code", "python", "\0", "\ud800", "a\r\nb", [], {},
    [None], [[]], ["a\n", 1], {"a": {}}, {"cell_type": "code"}, {"cell_type": "code", "source": "import keras"},
    {"cell_type": "code", "source": ["import keras\n", None]}, {"language": 3}, "R", "julia",
)  # fmt: skip

KEYS = (
    "select", "extend-select", "ignore", "extend-ignore", "per-file-ignores", "extend-per-file-ignores",
    "exclude", "extend-exclude", "respect-gitignore", "target-keras", "backend", "fail-on",
    "output-format", "max-file-size", "severity", "cache-dir", "nonsense", "",
)  # fmt: skip

PATTERNS = (
    "*", "**", "/", "!", "\\", "a/\\", "\\!", "!!", "[", "[]", "[!", "[a-", "[z-a]", "[^", "***", "**/**/**",
    "a**b", "/**", "**/", "!*", "!input.py", "input.py", "*.py", " ", "\\ ", "#", "\\#", "{a,b}", "?", "[[:alpha:]]",
    "./input.py", "../*", "a\0b", "ä", "\udcff", "/" * 300, "*a" * 20, "[" * 200, "\x1b", "~", "$HOME", "input.py/",
    "/input.py", "(?P<a>", "+", "|", "\\Z", "\\x", "!\\", "\r", "a\t", "**/*/**/*/**/*/**/x",
)  # fmt: skip

VALUES = (
    '"ALL"', '["ALL"]', '["KER101"]', "[]", "{}", '""', "1", "-1", "1.5", "true", "nan", "1979-05-27", "[1]",
    '[["a"]]', '{ "*" = ["KER1"] }', '{ "" = [] }', '{ "!" = ["ALL"] }', '{ KER101 = "info" }', '{ x = 1 }',
    '"3"', '"2"', '"3.99"', '"tf_keras"', '"jax"', '"json"', '"json:out.json,full"', '":"', '"/dev/null"',
    '"0"', '"9e99"', '"1 MB"', '"' + "9" * 400 + ' GB"', '["\\u0000"]', '["!"]', '["\\\\"]', '["["]', '["a/\\\\"]',
    '"' + "a" * 10_000 + '"', "[" * 500 + "]" * 500, "{ a = " * 100 + "1" + " }" * 100, "'''", '"""', "0x", "inf",
    '["KER"]', '["ker101", "nonsense", "KER9999"]', '["softmax-on-one-unit"]', '"error"', '"\\uD800"', '"~no"',
)  # fmt: skip

OPTIONS = (
    "--select", "--ignore", "--extend-select", "--extend-ignore", "--per-file-ignores", "--exclude",
    "--extend-exclude", "--target-keras", "--backend", "--fail-on", "--output-format", "--max-file-size",
    "--severity", "--jobs", "--stdin-filename", "--config", "--baseline", "--color", "--statistics",
    "--show-settings", "--show-files", "--isolated", "--quiet", "--exit-zero", "--no-cache", "--verbose", "--help",
    "--version", "--show-unknown", "--force-exclude", "--nonsense", "-", "--", "input.py", ".", "rules", "explain",
    "KER101", "--output-file", "--no-fold",
)  # fmt: skip

WORDS = (
    "", "ALL", "KER101", "ker1", "nonsense", "3", "2", "3.8", "jax", "error", "info", "json", "sarif", "junit",
    "github", "gitlab", "full", "concise", "grouped", "json-lines", "json:out.json,full", ":", ",", "=", "a=b",
    "*.py:KER1", "1", "0", "-1", "1e9", "9" * 30, "1 MB", "input.py", "missing.py", "\x1b[31m", "ä", "\udcff", "a" * 5_000,
    "always", "[", "!", "\\", "/dev/null", "KER101=info", "KER101=", "kerlint.toml",
)  # fmt: skip

# Lines that are wrong by themselves, each in a way that people and tools produce.
ODD_LINES = (
    "zq_1 = = 1\n", "zq_1 = ??\n", "print zq_1\n", "    zq_1 = 1\n", "\tzq_1 = 1\n", "if zq_1:\n",
    "for zq_1 in zq_2:\n", "def zq_1(:\n", "def zq_1():\n", "class zq_1\n", "else:\n", "elif zq_1:\n",
    "except zq_1:\n", "finally:\n", "try:\n    zq_1 = 1\n", ">>> zq_1 = 1\n", "... zq_2\n",
    "!ls zq_1\n", "%zq_1\n", "zq_1?\n", "<<<<<<< HEAD\n", "=======\n", ">>>>>>> zq_1\n",
    "{{ zq_1 }}\n", "{% if zq_1 %}\n", "zq_1 = 0777\n", "zq_1 = 1_\n", "zq_1 = 'a' b\n", "zq_1 zq_2\n",
    "zq_1 = $a\n", "zq_1 = a`b`\n", "zq_1 = (1, 2))\n", "zq_1 = ]\n", "zq_1 = ur'a'\n", "zq_1 <> zq_2\n",
    "exec 'zq_1'\n", "zq_1 = lambda (a, b): a\n", "def zq_1((a, b)): pass\n", "async zq_1\n",
    "zq_1 = yield\n", "return zq_1\n", "break\n", "nonlocal zq_1\n", "f(**zq_1, *zq_2)\n", "f(a=1, a=1)\n",
    "zq_1 = f'{a b}'\n", "zq_1 = f'{}'\n", "zq_1 = '\\N{no such name}'\n", "zq_1 = b'ä'\n", "zq_1 = “a”\n",
    "zq_1 = 1\u00a0+ 2\n", "zq_1 = 5 − 3\n", "zq_1 = 0xZ\n", "with zq_1:\n", "@zq_1\n", "match zq_1:\n",
    "match zq_1:\n    case 1:\n", "zq_1 = (a for a in b, 1)\n", "del zq_1()\n", "zq_1() = 1\n", "1 = zq_1\n",
    "zq_1: int: str = 1\n", "from . import\n", "import zq_1.\n", "from zq_1 import a b\n", "* = zq_1\n",
    "    if zq_1:\n  zq_2\n", "if zq_1:\n\tzq_2 = 1\n        zq_3 = 1\n", "zq_1 = 1;;\n", "pass pass\n",
    "zq_1 = {1: 2, 3}\n", "zq_1 = not\n", "zq_1 = a if b\n", "zq_1 = [a for]\n", "global zq_1, \n",
    "\x0czq_1 = 1\n", "zq_1 = 1 \\ \n", "None = zq_1\n", "True += 1\n", "zq_1 = *a\n", "(zq_1 := 1) = 2\n",
)  # fmt: skip

# Values of one kind where another is expected.
OTHER_KINDS = ("[]", "{}", "()", "None", "lambda: 0", "...", "[1, [2]]", "{1: 'a'}", "x", "x.y(z)[0]",
              "(yield)", "*a", "**a", "a=1", "not 1", "1 if a else 'b'", "[a for a in b]", "f'{a}'")  # fmt: skip
