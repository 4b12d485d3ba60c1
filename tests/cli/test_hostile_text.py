"""Text that nests too deep or repeats too much costs its own statement, not the file or the run."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent
BEFORE = "from keras.layers import Dense\n"
AFTER = 'd = Dense(1, activation="softmax")\n'
MEMORY = 1 << 30  # bytes of address space
SECONDS = 600  # for a busy machine; each takes about one


def lines_of(folder: Path, name: str, text: str, stack: int = 8 << 20) -> tuple[int, list[str]]:
    """Exit code and report of a run on one file, in a process with little memory and stack."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))

    (folder / name).write_text(text, newline="")
    command = [sys.executable, "-m", "kerlint", "--isolated", "--no-cache", "--jobs", "1", name]
    options = ["--extend-select", "KER000", "--output-format", "concise", "--quiet"]
    done = subprocess.run(
        [*command, *options],
        cwd=folder,
        env={"PYTHONPATH": str(HERE), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=limit,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def blocks(header: str, depth: int) -> str:
    return "".join(f"{i * ' '}{header}\n" for i in range(depth)) + depth * " " + "pass\n"


# Each is set aside as a whole; with the row (of those that the text takes) and the column.
TOO_DEEP = {
    "lambdas": ("x = " + "lambda: " * 3500 + "0\n", 1, 1),
    "lambdas with defaults": ("x = " + "lambda a=" * 900 + "0" + ": 0" * 900 + "\n", 1, 1),
    "not": ("x = " + "not " * 15_000 + "y\n", 1, 1),
    "signs": ("x = " + "-~" * 9_000 + "y\n", 1, 1),
    "powers": ("x = 2" + " ** 2" * 4_000 + "\n", 1, 1),
    "and": ("x = a" + " and a" * 9_000 + "\n", 1, 1),
    "attributes": ("x = a" + ".b" * 6_000 + "\n", 1, 1),
    "calls": ("x = f" + "()" * 6_000 + "\n", 1, 1),
    "subscripts": ("x = a" + "[0]" * 6_000 + "\n", 1, 1),
    "conditional expressions": ("x = " + "1 if y else " * 2_500 + "0\n", 1, 1),
    "strings": ("x = " + "'a' " * 6_000 + "\n", 1, 1),
    "strings on lines": ("x = (\n" + "    'a'\n" * 6_000 + ")\n", 1, 1),
    "brackets": ("x = " + "[" * 3_000 + "]" * 3_000 + "\n", 1, 1),
    "brackets on lines": ("x = " + "f(\n" * 3_000 + ")" * 3_000 + "\n", 1, 1),
    "assignment expressions": ("x = " + "(a := " * 900 + "0" + ")" * 900 + "\n", 1, 1),
    "await": ("async def f():\n    x = " + "await " * 9_000 + "y\n", 2, 5),
    "yield": ("def f():\n    x = " + "(yield " * 900 + "0" + ")" * 900 + "\n", 2, 5),
    "comprehension": ("x = [0" + " for a in b" * 4_000 + "]\n", 1, 1),
    "f-string": ("x = f'" + "{a:" * 3_000 + "}" * 3_000 + "'\n", 1, 1),
    "brackets in an f-string": ('x = f"{' + "(" * 900 + ")" * 900 + '}"\n', 1, 1),
    "continued lines": ("x = 0" + " + \\\n0" * 5_000 + "\n", 1, 1),
    "imported module": ("import a" + ".b" * 5_000 + "\n", 1, 1),
    "annotation": ("x: " + "a[" * 900 + "b" + "]" * 900 + " = 0\n", 1, 1),
    "decorator": ("@a" + "()" * 5_000 + "\ndef f(): pass\n", 1, 1),
    "pattern": ("match x:\n  case " + "[" * 900 + "]" * 900 + ":\n    pass\n", 2, 3),
    "alternatives": ("match x:\n  case 0" + " | 0" * 5_000 + ":\n    pass\n", 2, 3),
    "condition": ("if " + "not " * 9_000 + "a:\n    x = 0\nelse:\n    x = 1\n", 1, 1),
    "body on the row": ("if a: x = " + "not " * 9_000 + "a\nelse: x = 1\n", 1, 1),
    "elif": ("if a: pass\n" + "elif a: pass\n" * 9_000 + "else: pass\n", 1, 1),
    "elif in a loop": ("for a in b:\n if a: pass\n" + " elif a: pass\n" * 2_000, 2, 2),
    "if": (blocks("if a:", 400), 1, 1),
    "loops in a method": ("class A:\n def f(self):\n" + "".join(
        "  " + line for line in blocks("for a in b:", 300).splitlines(True)), 3, 3),
    "def": (blocks("def f():", 300), 1, 1),
    "list": ("x = [" + "0, " * 200_000 + "]\n", 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOO_DEEP)
def test_what_is_too_deep_is_set_aside_alone(kind, tmp_path):
    text, row, column = TOO_DEEP[kind]
    code, lines = lines_of(tmp_path, "a.py", BEFORE + text + AFTER)
    assert code == 1
    first, second = lines
    assert first.startswith(f"a.py:{row + 1}:{column}: ")
    assert "KER000" in first
    assert second.startswith(f"a.py:{text.count(chr(10)) + 2}:5: error: KER101 ")


# All of it is read: there is much of it, but it does not nest.
FLAT = {
    "targets": "x = " * 3_000 + "0\n",
    "comparisons": "x = a" + " < a" * 3_000 + "\n",
    "with": "with a" + ", a" * 3_000 + ": pass\n",
    "decorators": "@a\n" * 3_000 + "def f(): pass\n",
    "statements on a row": "x = 0; " * 5_000 + "\n",
    "negative numbers": "x = [" + "-1, " * 3_000 + "]\n",
    "lambdas in a list": "x = [" + "lambda a: a, " * 1_000 + "]\n",
    "noqa": "x = 0  # noqa\n" * 5_000,
    "blank lines": "\n" * 100_000,
    "form feeds": "\f\n" * 50_000,
    "backslashes": "x = 0 + " + "\\\n" * 200_000 + "1\n",
    "a string": "x = '" + "\\\\" * 300_000 + "'\n",
    "a comment": "#" * 500_000 + "\n",
    "blanks after the name of a switch": "x = 'TF_USE_LEGACY_KERAS" + " " * 300_000 + "'\n",
}


@pytest.mark.parametrize("kind", FLAT)
def test_what_is_only_long_is_read(kind, tmp_path):
    text = FLAT[kind]
    code, lines = lines_of(tmp_path, "a.py", BEFORE + text + AFTER)
    assert code == 1
    (line,) = lines
    assert line.startswith(f"a.py:{text.count(chr(10)) + 2}:5: error: KER101 ")


def test_what_is_allowed_fits_on_a_small_stack(tmp_path):
    text = "x = " + "not " * 299 + "y\n" + "z = a" + ".b()" * 150 + "\n" + blocks("if a:", 60)
    code, lines = lines_of(tmp_path, "a.py", BEFORE + text + AFTER, stack=2 << 20)
    assert code == 1
    assert [line.split()[2] for line in lines] == ["KER101"]


def test_many_suppressions_that_are_not_used(tmp_path):
    code, lines = lines_of(tmp_path, "a.py", BEFORE + "x = 0  # noqa: KER101\n" * 5_000 + AFTER)
    assert code == 1
    assert len(lines) == 5_001
    assert " KER101 " in lines[-1]


def test_broken_indentation_is_one_line(tmp_path):
    text = "".join(f"{i % 7 * ' '}x = 0\n" for i in range(10_000))
    _, lines = lines_of(tmp_path, "a.py", BEFORE + text + AFTER)
    (line,) = lines
    assert line.startswith("a.py:3:1: error: KER000 ")
