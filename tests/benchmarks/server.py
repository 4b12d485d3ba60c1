"""How long the language server takes from an edit to its diagnostics.

    python tests/benchmarks/server.py [FILE]

A client types into a program of some 300 lines with several models, or into FILE: letters that
become lines, whole lines that are deleted and pasted, and what is broken in between. The server
waits for nothing before it checks (no debounce), and the client waits for the diagnostics of each
edit before it makes the next one. Wall time is what a person sees; it counts only on a machine that
does nothing else. Processor time is that of the server and its processes.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "server")]

from client import Client, server  # noqa: E402
from lsprotocol import types as lsp  # noqa: E402

PROGRAM = HERE / "typical_program.txt"
LINES = (
    "x = layers.Dense(256, activation='gelu', name=f'block_{1}')(x)",
    'model.add(layers.Conv2D(64, (3, 3), padding="same"))',
    "metrics = {'accuracy': [m for m in history.history['accuracy']]}",
    "def scheduler(epoch, rate=1e-3):",
)
EDITS = 300
LIMIT = 150.0


def edits(text: str) -> Iterator[tuple[lsp.Range, str]]:
    """What a person types, one edit after the other; ``text`` is the program at the start."""
    draw = random.Random(1)
    lines = text.split("\n")
    code = [
        row
        for row, line in enumerate(lines)
        if line.startswith("    ") and not line.startswith("     ") and line.endswith(")")
    ]
    while True:
        row = draw.choice(code)
        start = lsp.Position(row, 0)
        # A new line, letter by letter.
        yield lsp.Range(start, start), "\n"
        typed = "    " + draw.choice(LINES)
        for column in range(4, len(typed)):
            first = 0 if column == 4 else column
            here = lsp.Position(row, first)
            yield lsp.Range(here, here), typed[first : column + 1]
        # It is taken back, and so is a line of the program for a moment.
        yield lsp.Range(start, lsp.Position(row + 1, 0)), ""
        yield lsp.Range(start, lsp.Position(row + 1, 0)), ""
        yield lsp.Range(start, start), lines[row] + "\n"


def processor_seconds(pid: int) -> float:
    """What a process and all that it has started have used."""
    ticks = 0
    for each in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found


async def measured(text: str, count: int) -> tuple[list[float], float, int]:
    """Milliseconds for each edit, processor time for one of them, and how many were broken."""
    took, broken = [], 0
    with tempfile.TemporaryDirectory() as folder:
        async with server(Path(folder)) as client:
            uri = (Path(folder) / "program.py").as_uri()
            client.open(uri, text)
            await client.diagnostics(uri)
            waiting = edits(text)
            for _ in range(20):
                await _edited(client, uri, *next(waiting))
            begin = processor_seconds(client.process.pid)
            for _ in range(count):
                took.append(await _edited(client, uri, *next(waiting)))
                broken += any(each.code == "KER000" for each in await client.diagnostics(uri))
            used = (processor_seconds(client.process.pid) - begin) / count * 1000
    return took, used, broken


async def _edited(client: Client, uri: str, where: lsp.Range, content: str) -> float:
    begin = time.perf_counter()
    client.change(uri, lsp.TextDocumentContentChangePartial(where, content))
    await client.diagnostics(uri)
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PROGRAM
    text = path.read_text(encoding="utf-8")
    took, used, broken = asyncio.run(measured(text, EDITS))
    cuts = statistics.quantiles(took, n=20)
    print(f"{path.name}: {text.count(chr(10))} lines, {len(took)} edits, {broken} of them broken")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"from edit to diagnostics: median {statistics.median(took):.0f} ms, "
        f"95th percentile {cuts[-1]:.0f} ms (limit {LIMIT:.0f}), most {max(took):.0f} ms"
    )
    print(f"processor time: {used:.0f} ms for each edit")


if __name__ == "__main__":
    main()
