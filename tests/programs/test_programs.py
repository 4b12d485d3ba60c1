"""Programs in the form that people write: right ones that look wrong, and wrong ones beside them.

The first line of a program says what kerlint has to do with it: ``# silent: KER101: reason`` names
codes that must not be reported, ``# loud: KER101@7: reason`` codes with the lines on which they
must be (``KER101@3:7`` for line 7 of cell 3). ``# options: ...`` in the second line are further
arguments. A folder with several files is a project, and all of its files are checked. A finding of
severity info counts only when the options ask for its code.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from kerlint.command.cli import main

# One process for each would take longer than the programs.
pytestmark = pytest.mark.usefixtures("in_this_process")

HERE = Path(__file__).parent
_FIRST = re.compile(r"#\s*(silent|loud):\s*((?:KER\d{3}(?:@\d+(?::\d+)?)?\s*)+):")


@dataclass(frozen=True)
class Program:
    path: Path
    codes: tuple[str, ...]
    options: tuple[str, ...]

    @property
    def checked(self) -> Path:
        """The program, or the whole project that it belongs to."""
        return self.path if self.path.parent.parent.parent == HERE else self.path.parent


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        text = "".join(cells[0]["source"])
    return [*text.splitlines(), "", ""]


def programs(sort: str) -> list[Program]:
    found = []
    for path in sorted(HERE.joinpath(sort).rglob("*")):
        if path.suffix not in (".py", ".ipynb"):
            continue
        first, second, *_ = _lines(path)
        match = _FIRST.match(first)
        if match is not None and match[1] == sort:
            options = re.match(r"#\s*options:\s*(.*)", second)
            given = shlex.split(options[1]) if options is not None else []
            found.append(Program(path, tuple(match[2].split()), tuple(given)))
    assert found
    return found


def reported(program: Program, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, str]]:
    """File name, code and place of each finding that is shown by default or was asked for."""
    always = ("--isolated", "--no-cache", "--exit-zero", "--output-format", "json")
    main([*always, *program.options, str(program.checked)])
    options = " ".join(program.options)
    return [
        (
            Path(finding["filename"]).name,
            finding["code"],
            (f"{finding['cell']}:" if finding["cell"] else "") + f"{finding['location']['row']}",
        )
        for finding in json.loads(capsys.readouterr().out)
        if finding["severity"] != "info" or finding["code"] in options
    ]


def _name(program: Program) -> str:
    return str(program.path.relative_to(HERE))


@pytest.mark.parametrize("program", programs("silent"), ids=_name)
def test_a_right_program(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    assert [found for found in reported(program, capsys) if found[1] in program.codes] == []


@pytest.mark.parametrize("program", programs("loud"), ids=_name)
def test_a_wrong_program(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    found = {f"{code}@{place}" for name, code, place in reported(program, capsys)}
    assert set(program.codes) <= found
