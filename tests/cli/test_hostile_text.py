"""Text that nests too deep or repeats too much costs its own statement, not the file or the run."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent
Reports = dict[str, tuple[str, list[str]]]
BEFORE = "from keras.layers import Dense\n"
AFTER = 'd = Dense(1, activation="softmax")\n'
MEMORY = 1 << 30  # bytes of address space
SECONDS = 600  # for a busy machine; all take about ten


def lines_of(
    folder: Path, texts: dict[str, str], stack: int = 8 << 20
) -> tuple[int, dict[str, list[str]]]:
    """Exit code and report of a run on files, in a process with little memory and stack."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))

    for name, text in texts.items():
        (folder / name).write_text(text, newline="")
    command = [sys.executable, "-m", "kerlint", "--isolated", "--no-cache", "--jobs", "1", *texts]
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
    found: dict[str, list[str]] = {name: [] for name in texts}
    for line in done.stdout.splitlines():
        found[line.partition(":")[0]].append(line)
    return done.returncode, found


def all_at_once(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> Reports:
    """The report of each text by its kind: one process reads them all, one after another."""
    names = {kind: f"{number}.py" for number, kind in enumerate(texts)}
    named = {names[kind]: BEFORE + text + AFTER for kind, text in texts.items()}
    code, found = lines_of(tmp_path_factory.mktemp("hostile"), named)
    assert code == 1
    return {kind: (name, found[name]) for kind, name in names.items()}


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


@pytest.fixture(scope="module")
def too_deep(tmp_path_factory) -> Reports:
    return all_at_once(tmp_path_factory, {kind: text for kind, (text, _, _) in TOO_DEEP.items()})


@pytest.mark.parametrize("kind", TOO_DEEP)
def test_what_is_too_deep_is_set_aside_alone(kind, too_deep):
    text, row, column = TOO_DEEP[kind]
    name, (first, second) = too_deep[kind]
    assert first.startswith(f"{name}:{row + 1}:{column}: ")
    assert "KER000" in first
    assert second.startswith(f"{name}:{text.count(chr(10)) + 2}:5: error: KER101 ")


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


@pytest.fixture(scope="module")
def flat(tmp_path_factory) -> Reports:
    return all_at_once(tmp_path_factory, FLAT)


@pytest.mark.parametrize("kind", FLAT)
def test_what_is_only_long_is_read(kind, flat):
    name, (line,) = flat[kind]
    assert line.startswith(f"{name}:{FLAT[kind].count(chr(10)) + 2}:5: error: KER101 ")


def test_what_is_allowed_fits_on_a_small_stack(tmp_path):
    text = "x = " + "not " * 299 + "y\n" + "z = a" + ".b()" * 150 + "\n" + blocks("if a:", 60)
    code, found = lines_of(tmp_path, {"a.py": BEFORE + text + AFTER}, stack=2 << 20)
    assert code == 1
    assert [line.split()[2] for line in found["a.py"]] == ["KER101"]


def test_many_suppressions_that_are_not_used(tmp_path):
    text = BEFORE + "x = 0  # noqa: KER101\n" * 5_000 + AFTER
    code, found = lines_of(tmp_path, {"a.py": text})
    assert code == 1
    assert len(found["a.py"]) == 5_001
    assert " KER101 " in found["a.py"][-1]


def test_broken_indentation_is_one_line(tmp_path):
    text = "".join(f"{i % 7 * ' '}x = 0\n" for i in range(10_000))
    _, found = lines_of(tmp_path, {"a.py": BEFORE + text + AFTER})
    (line,) = found["a.py"]
    assert line.startswith("a.py:3:1: error: KER000 ")
