"""The language server as an editor sees it: a real process, asked over stdio by a real client."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls.lsp.server")

from client import COMMAND, ROOT, Client, applied, at, edits_of, server, whole
from lsprotocol import types as lsp

PROGRAM = """\
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="relu")])
model.add(layers.Dense(1, activation="softmax"))
model.compile(optimizer=keras.optimizers.Adam(lr=0.1), loss="mse")
"""
SOFTMAX, LR = "KER101", "KER003"


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 300))


def place(text: str, word: str, nth: int = 0) -> lsp.Range:
    """Where a word is in a text."""
    index = -1
    for _ in range(nth + 1):
        index = text.index(word, index + 1)
    before = text[:index].split("\n")
    return at(len(before) - 1, len(before[-1]))


def test_open_type_fix_fix_all_and_ignore(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with server(tmp_path) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, PROGRAM)
            found = {str(each.code): each for each in await client.diagnostics(uri)}
            assert set(found) == {SOFTMAX, LR}
            softmax = found[SOFTMAX]
            assert softmax.source == "kerlint"
            assert softmax.severity is lsp.DiagnosticSeverity.Error
            assert softmax.message.startswith("softmax over a single unit")
            assert "\nHelp: use" in softmax.message
            line = PROGRAM.split("\n")[4]
            start, end = softmax.range.start, softmax.range.end
            assert line[start.character : end.character] == 'layers.Dense(1, activation="softmax")'
            # Typing a fix by hand makes the finding go away, also through a broken state.
            where = place(PROGRAM, '"softmax"').start
            end = lsp.Position(where.line, where.character + len('"softmax"'))
            client.change(uri, lsp.TextDocumentContentChangePartial(lsp.Range(where, end), '"sigm'))
            assert "KER000" in await client.codes(uri)
            end = lsp.Position(where.line, where.character + len('"sigm'))
            client.change(uri, lsp.TextDocumentContentChangePartial(lsp.Range(end, end), 'oid"'))
            assert await client.codes(uri) == [LR]
            # The safe fix, chosen in the lightbulb.
            client.replace(uri, PROGRAM)
            await client.diagnostics(uri)
            actions = await client.actions(uri, place(PROGRAM, "lr=0.1"), only=["quickfix"])
            (fix, ignore) = actions
            assert "learning_rate" in fix.title
            assert "unsafe" not in fix.title
            assert fix.is_preferred
            assert fix.diagnostics is not None
            assert [str(each.code) for each in fix.diagnostics] == [LR]
            assert fix.edit is not None
            client.apply(fix.edit)
            assert client.texts[uri] == PROGRAM.replace("lr=", "learning_rate=")
            assert await client.codes(uri) == [SOFTMAX]
            # An unsafe one says so, and is not preferred.
            text = client.texts[uri]
            fix, ignore = await client.actions(uri, place(text, "layers.Dense(1"))
            assert "unsafe" in fix.title
            assert not fix.is_preferred
            # A comment that suppresses the finding.
            assert ignore.title == "Ignore KER101 on this line"
            assert ignore.edit is not None
            client.apply(ignore.edit)
            assert '"softmax"))  # kerlint: ignore[KER101]\n' in client.texts[uri]
            assert await client.codes(uri) == []
            # All safe fixes at once, as on saving.
            client.replace(uri, PROGRAM)
            (all_,) = await client.actions(uri, whole(), only=["source.fixAll"])
            assert all_.kind == "source.fixAll.kerlint"
            assert all_.edit is None
            resolved = await client.code_action_resolve_async(all_)
            assert resolved.edit is not None
            client.apply(resolved.edit)
            assert client.texts[uri] == PROGRAM.replace("lr=", "learning_rate=")
            assert await client.actions(uri, whole(), only=["source.fixAll"]) == []
            assert await client.actions(uri, whole(), only=["source.organizeImports"]) == []
            # A closed document has no findings.
            client.text_document_did_close(
                lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
            )
            await client.until(lambda: not client.published[uri].diagnostics)

    run(scenario)


def test_a_client_that_can_do_little(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with server(
            tmp_path, resolve=False, versions=False, related=False, formats=[]
        ) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, PROGRAM)
            found = await client.diagnostics(uri)
            assert all(each.related_information is None for each in found)
            (all_,) = await client.actions(uri, whole(), only=["source.fixAll.kerlint"])
            assert all_.edit is not None
            assert all_.edit.changes
            assert "KER101 softmax-on-one-unit (error" in await client.hover(uri, 4, 12)
            # Without a wish for certain kinds it is a command, which sends the edit back.
            *_, all_ = await client.actions(uri, whole())
            assert all_.command is not None
            await client.workspace_execute_command_async(
                lsp.ExecuteCommandParams(all_.command.command, all_.command.arguments)
            )
            assert "learning_rate=0.1" in client.texts[uri]

    run(scenario)


def test_hover_shows_layers_and_rules(tmp_path: Path) -> None:
    text = textwrap.dedent(
        """\
        import keras
        from keras import layers

        def block(x, units):
            x = layers.Dense(units)(x)
            return layers.ReLU()(x)

        inputs = keras.Input((8,))
        x = block(inputs, 16)
        x = block(x, 32)
        x = Mystery()(x)
        model = keras.Model(inputs, layers.Dense(1)(x))  # kerlint: ignore[KER101]
        """
    )

    async def scenario() -> None:
        async with server(tmp_path) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, text)
            told = await client.hover(uri, 4, 12)
            assert told == (
                "**Dense**: 2 evaluations\n\n"
                "- output `(None, 16)`, 144 parameters\n"
                "- output `(None, 32)`, 544 parameters"
            )
            assert await client.hover(uri, 4, 27) == told  # the call of the layer
            assert (await client.hover(uri, 11, 32)).startswith("**Dense**: output")
            line = text.split("\n")[11]
            told = await client.hover(uri, 11, line.index("KER101") + 2)
            assert "**KER101 softmax-on-one-unit** (error, on by default)" in told
            assert "```python" in told
            assert await client.hover(uri, 0, 3) == ""
            assert await client.hover(uri, 2, 0) == ""

    run(scenario)


def test_inlay_hints_are_off_until_they_are_asked_for(tmp_path: Path) -> None:
    text = textwrap.dedent(
        """\
        from keras import Sequential, layers
        model = Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3),
            layers.Flatten(),
            layers.Dense(10),
        ])
        for units in (3, 4):
            model.add(layers.Dense(units))
        """
    )

    async def scenario() -> None:
        async with server(tmp_path) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, text)

            async def hints() -> dict[tuple[int, int], str]:
                params = lsp.InlayHintParams(lsp.TextDocumentIdentifier(uri), whole())
                found = await client.text_document_inlay_hint_async(params)
                return {
                    (each.position.line, each.position.character): str(each.label)
                    for each in found or ()
                }

            assert await hints() == {}
            client.workspace_did_change_configuration(
                lsp.DidChangeConfigurationParams({"kerlint": {"inlayHints": True}})
            )
            await client.until(lambda: client.refreshed)
            assert await hints() == {
                (3, 23): "(None, 26, 26, 8)",
                (4, 20): "(None, 5408)",
                (5, 20): "(None, 10)",
                (8, 34): "(None, 3) … (None, 4)",
            }

    run(scenario)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_counted_as_the_client_counts(tmp_path: Path, encoding: str) -> None:
    text = 'import keras\ns = "𝒳é"; keras.optimizers.Adam(lr=1e-3)\n\f\nx = 1\n'
    line = text.split("\n")[1]

    def units(characters: str) -> int:
        code = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        return len(characters.encode(code)) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

    async def scenario() -> None:
        async with server(tmp_path, encodings=[encoding]) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, text)
            (found,) = await client.diagnostics(uri)
            start = units(line[: line.index("lr")])
            assert found.range.start == lsp.Position(1, start)
            # An edit after all that: a form feed is no line end for anybody but pygls.
            here = lsp.Position(1, start)
            client.change(
                uri,
                lsp.TextDocumentContentChangePartial(
                    lsp.Range(here, lsp.Position(1, start + 2)), "learning_rate"
                ),
                lsp.TextDocumentContentChangePartial(at(3, 0, 5), "keras.optimizers.Adam(lr=1)"),
            )
            (found,) = await client.diagnostics(uri)
            assert found.range.start == lsp.Position(3, 22)

    run(scenario)


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    text = PROGRAM.replace("\n", "\r\n")

    async def scenario() -> None:
        async with server(tmp_path) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, text)
            await client.diagnostics(uri)
            for title in ("learning_rate", "Ignore"):
                actions = await client.actions(uri, place(PROGRAM, "lr=0.1"))
                (action,) = [each for each in actions if title in each.title]
                assert action.edit is not None
                new = applied(text, edits_of(action.edit)[uri])
                assert new.count("\r\n") == new.count("\n") == text.count("\n")
                assert title.lower() in new

    run(scenario)


def test_a_client_that_asks_for_diagnostics(tmp_path: Path) -> None:
    able = lsp.DiagnosticClientCapabilities()

    async def scenario() -> None:
        async with server(tmp_path, diagnostic=able) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, PROGRAM)
            document = lsp.TextDocumentIdentifier(uri)
            found = await client.text_document_diagnostic_async(
                lsp.DocumentDiagnosticParams(document)
            )
            assert isinstance(found, lsp.RelatedFullDocumentDiagnosticReport)
            assert sorted(str(each.code) for each in found.items) == [LR, SOFTMAX]
            again = await client.text_document_diagnostic_async(
                lsp.DocumentDiagnosticParams(document, previous_result_id=found.result_id)
            )
            assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)
            client.replace(uri, "")
            found = await client.text_document_diagnostic_async(
                lsp.DocumentDiagnosticParams(document, previous_result_id=found.result_id)
            )
            assert isinstance(found, lsp.RelatedFullDocumentDiagnosticReport)
            assert not found.items
            assert not client.history

    run(scenario)


# --- notebooks -----------------------------------------------------------------------------------

CELLS = [
    ("markdown", "# A net"),
    ("code", "%pip install keras\nimport keras\nfrom keras import layers"),
    ("code", 'model = keras.Sequential([layers.Dense(1, activation="softmax")])'),
    ("code", "%%time\nmodel.compile(keras.optimizers.Adam(lr=0.1), loss='mse')"),
]


def notebook(client: Client, uri: str, cells: list[tuple[str, str]]) -> list[str]:
    documents, items = [], []
    for index, (kind, text) in enumerate(cells):
        cell = f"vscode-notebook-cell:{uri}#W{index}"
        client.texts[cell], client.versions[cell] = text, 1
        number = lsp.NotebookCellKind.Code if kind == "code" else lsp.NotebookCellKind.Markup
        documents.append(lsp.NotebookCell(number, cell))
        if kind == "code":
            items.append(lsp.TextDocumentItem(cell, "python", 1, text))
    client.notebook_document_did_open(
        lsp.DidOpenNotebookDocumentParams(
            lsp.NotebookDocument(uri, "jupyter-notebook", 1, documents), items
        )
    )
    return [each.document for each in documents]


def test_notebooks(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with server(tmp_path) as client:
            uri = (tmp_path / "net.ipynb").as_uri()
            _, first, second, third = notebook(client, uri, CELLS)
            (found,) = await client.diagnostics(second)
            assert found.code == SOFTMAX
            assert found.range.start == lsp.Position(0, 26)
            places = [each.location.uri for each in found.related_information or ()]
            assert places == [third]
            (found,) = await client.diagnostics(third)
            assert found.code == LR
            assert found.range.start == place(CELLS[3][1], "lr").start
            assert await client.codes(first) == []
            # Fixes and comments are edits of the cell.
            fix, ignore = await client.actions(third, found.range, only=["quickfix"])
            assert fix.edit is not None
            assert ignore.edit is not None
            assert list(edits_of(fix.edit)) == list(edits_of(ignore.edit)) == [third]
            new = applied(CELLS[3][1], edits_of(ignore.edit)[third])
            assert new.endswith("  # kerlint: ignore[KER003]")
            assert "**Dense**" in await client.hover(second, 0, 30)
            # A cell is added in between, which shadows the name, and one is edited.
            cell = f"vscode-notebook-cell:{uri}#new"
            text = "layers.Dense(1, activation='softmax')(keras.Input((3,)))"
            identifier = lsp.VersionedNotebookDocumentIdentifier(2, uri)
            client.notebook_document_did_change(
                lsp.DidChangeNotebookDocumentParams(
                    identifier,
                    lsp.NotebookDocumentChangeEvent(
                        cells=lsp.NotebookDocumentCellChanges(
                            structure=lsp.NotebookDocumentCellChangeStructure(
                                lsp.NotebookCellArrayChange(
                                    2, 0, [lsp.NotebookCell(lsp.NotebookCellKind.Code, cell)]
                                ),
                                did_open=[lsp.TextDocumentItem(cell, "python", 1, text)],
                            ),
                            text_content=[
                                lsp.NotebookDocumentCellContentChanges(
                                    lsp.VersionedTextDocumentIdentifier(version=2, uri=third),
                                    [lsp.TextDocumentContentChangePartial(at(0, 0, 6), "")],
                                )
                            ],
                        )
                    ),
                )
            )
            client.versions[cell], client.versions[third] = 1, 2
            assert SOFTMAX in await client.codes(cell)
            (found,) = await client.diagnostics(third)
            assert found.range.start.line == 1
            # A cell is deleted.
            client.notebook_document_did_change(
                lsp.DidChangeNotebookDocumentParams(
                    lsp.VersionedNotebookDocumentIdentifier(3, uri),
                    lsp.NotebookDocumentChangeEvent(
                        cells=lsp.NotebookDocumentCellChanges(
                            structure=lsp.NotebookDocumentCellChangeStructure(
                                lsp.NotebookCellArrayChange(2, 1),
                                did_close=[lsp.TextDocumentIdentifier(cell)],
                            )
                        )
                    ),
                )
            )
            await client.until(lambda: not client.published[cell].diagnostics)
            client.notebook_document_did_close(
                lsp.DidCloseNotebookDocumentParams(
                    lsp.NotebookDocumentIdentifier(uri),
                    [lsp.TextDocumentIdentifier(each) for each in (first, second, third)],
                )
            )
            await client.until(lambda: not client.published[third].diagnostics)

    run(scenario)


# --- settings ------------------------------------------------------------------------------------


def test_settings_of_the_editor_and_of_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "skipped").mkdir(parents=True)
    config = one / "pyproject.toml"
    config.write_text('[tool.kerlint]\nignore = ["KER003"]\nextend-exclude = ["skipped"]\n')

    async def scenario() -> None:
        async with server(one, two) as client:
            first, second = (one / "a.py").as_uri(), (two / "a.py").as_uri()
            excluded = (one / "skipped" / "a.py").as_uri()
            for uri in (first, second, excluded):
                client.open(uri, PROGRAM)
            assert await client.codes(first) == [SOFTMAX]
            assert sorted(await client.codes(second)) == [LR, SOFTMAX]
            assert await client.codes(excluded) == []
            assert "workspace/didChangeWatchedFiles" in client.registered

            def changed() -> None:
                uris = [lsp.FileEvent(config.as_uri(), lsp.FileChangeType.Changed)]
                client.published.clear()
                client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(uris))

            config.write_text('[tool.kerlint]\nignore = ["KER101"]\n')
            changed()
            assert await client.codes(first) == [LR]
            # While a config file is wrong, the last good settings stay, and one line says so.
            config.write_text('[tool.kerlint]\nignore = ["KER101"\n')
            changed()
            assert await client.codes(first) == [LR]
            await client.until(lambda: client.shown)
            assert "not valid TOML" in client.shown[0]
            assert len(client.shown) == 1
            config.unlink()

            def configure(**settings: Any) -> None:
                client.published.clear()
                params = lsp.DidChangeConfigurationParams({"kerlint": settings})
                client.workspace_did_change_configuration(params)

            configure(select=["KER0"])
            assert await client.codes(first) == [LR]
            configure(targetKeras="2")
            assert await client.codes(first) == [SOFTMAX]
            configure(enable=False)
            assert await client.codes(first) == []
            configure(selekt=["KER0"], debounce="soon")
            assert sorted(await client.codes(first)) == [LR, SOFTMAX]
            await client.until(lambda: len(client.shown) == 3)
            told = "\n".join(client.shown)
            assert "unknown key 'selekt'; did you mean 'select'?" in told
            assert "debounce must be a number of milliseconds" in told
            # Only when it is saved.
            configure(run="onSave")
            await client.codes(first)
            client.replace(first, PROGRAM.replace("lr", "learning_rate"))
            await asyncio.sleep(0.3)
            assert client.published[first].version != client.versions[first]
            client.text_document_did_save(
                lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(first))
            )
            assert await client.codes(first) == [SOFTMAX]

    run(scenario)


def test_settings_that_the_server_asks_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with server(tmp_path, settings={"ignore": [SOFTMAX]}, configuration=True) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, PROGRAM)
            await client.until(
                lambda: (
                    [each.code for each in client.published[uri].diagnostics] == [LR]
                    if uri in client.published
                    else False
                )
            )
            client.settings = {"ignore": [LR]}
            client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None))
            await client.until(
                lambda: [each.code for each in client.published[uri].diagnostics] == [SOFTMAX]
            )
            client.settings = None  # what was set is set no more
            client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None))
            await client.until(lambda: len(client.published[uri].diagnostics) == 2)

    run(scenario)


def test_files_that_import_each_other(tmp_path: Path) -> None:
    sizes = tmp_path / "sizes.py"
    sizes.write_text("UNITS = 1\n")
    text = PROGRAM.replace("Dense(1", "Dense(UNITS").replace("lr=", "learning_rate=")
    text = "from sizes import UNITS\n" + text.replace("=0.1", "=0.001")
    (tmp_path / "net.py").write_text(text)

    async def scenario() -> None:
        async with server(tmp_path) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, text)
            client.open(sizes.as_uri(), sizes.read_text())
            assert await client.codes(uri) == [SOFTMAX]
            sizes.write_text("UNITS = 3\n")
            client.published.clear()
            client.text_document_did_save(
                lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(sizes.as_uri()))
            )
            assert SOFTMAX not in await client.codes(uri)
            sizes.write_text("UNITS = 1\n")
            client.published.clear()
            event = lsp.FileEvent(sizes.as_uri(), lsp.FileChangeType.Changed)
            client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
            assert await client.codes(uri) == [SOFTMAX]
            assert sizes.as_uri() not in client.published

    run(scenario)


def test_documents_that_are_not_files(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with server(tmp_path) as client:
            client.open("untitled:Untitled-1", PROGRAM)
            assert sorted(await client.codes("untitled:Untitled-1")) == [LR, SOFTMAX]
            client.open("untitled:notes", PROGRAM, language="markdown")
            latin = (tmp_path / "latin.py").as_uri()
            client.open(latin, "# coding: latin-1\nö = 'ä'; " + PROGRAM.replace("\n", "\nö = 1\n"))
            assert sorted(await client.codes(latin)) == [LR, SOFTMAX]
            assert "untitled:notes" not in client.published

    run(scenario)


# --- trouble -------------------------------------------------------------------------------------

PATCHED = """\
import sys
from kerlint.server import lanes
lanes.RUN = {patch!r} + lanes.RUN
lanes.GRACE_SECONDS = 0.1
exec({server!r})
from kerlint.server.server import main
sys.exit(main())
"""
BREAKS = """
import os, time
from kerlint.rules.ker101_softmax_on_one_unit import SoftmaxOnOneUnit
before = SoftmaxOnOneUnit.check
def check(self, layer, view):
    name = layer.arg("name")
    word = name.value if name is not None else ""
    if word == "raises":
        raise ZeroDivisionError("a rule that is wrong")
    if word == "crashes":
        os.abort()
    if word == "hangs":
        time.sleep(1000)
    yield from before(self, layer, view)
check.__annotations__ = before.__annotations__
SoftmaxOnOneUnit.check = check
"""


NO_FORK = """
from kerlint.processes import workers
workers.can_fork = lambda: False
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a crash has another name elsewhere")
@pytest.mark.parametrize(
    "how",
    ["", pytest.param(NO_FORK, marks=pytest.mark.slow)],
    ids=["forked", "as on Windows"],
)
def test_a_rule_that_raises_a_crash_and_a_hang(tmp_path: Path, how: str) -> None:
    script = tmp_path / "patched.py"
    script.write_text(PATCHED.format(patch=how + BREAKS, server=how))

    async def scenario() -> None:
        async with server(tmp_path, command=[sys.executable, str(script)]) as client:
            uri, other = (tmp_path / "net.py").as_uri(), (tmp_path / "other.py").as_uri()
            client.open(uri, PROGRAM)
            client.open(other, PROGRAM)
            assert sorted(await client.codes(uri)) == [LR, SOFTMAX]

            def named(name: str) -> str:
                return PROGRAM.replace("Dense(1", f"Dense(1, name={name!r}")

            client.replace(uri, named("raises"))
            (found,) = await client.diagnostics(uri)
            assert found.code == "KER000"
            assert "kerlint failed on this file: ZeroDivisionError: a rule that is" in found.message
            assert any("ZeroDivisionError" in line for line in client.logged)
            client.replace(uri, named("crashes"))
            (found,) = await client.diagnostics(uri)
            assert "its process crashed (SIGABRT)" in found.message
            await client.until(lambda: any("given up" in line for line in client.logged))
            assert sorted(await client.codes(other)) == [LR, SOFTMAX]
            # A newer edit ends what hangs, and others are checked in the meantime.
            client.replace(uri, named("hangs"))
            await asyncio.sleep(0.5)
            client.replace(other, named("right"))
            assert sorted(await client.codes(other)) == [LR, SOFTMAX]
            client.replace(uri, named("good"))
            assert sorted(await client.codes(uri)) == [LR, SOFTMAX]

    run(scenario)


def children(pid: int) -> list[int]:
    """All processes that a process has started, and those that they have."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,ppid=", "-e"], capture_output=True, text=True, check=True
    ).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, wanted = [], [pid]
    while wanted:
        parent = wanted.pop()
        new = [child for child, its in pairs if its == parent]
        found += new
        wanted += new
    return found


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at processes in /proc")
@pytest.mark.parametrize("how", ["shutdown", "hang up", "kill"])
def test_no_process_is_left(tmp_path: Path, how: str) -> None:
    async def scenario() -> None:
        client = Client()
        left: list[int] = []
        try:
            async with server(tmp_path) as client:
                uri = (tmp_path / "net.py").as_uri()
                client.open(uri, PROGRAM)
                await client.diagnostics(uri)
                left = children(client.process.pid)
                assert len(left) >= 2
                if how == "hang up":
                    assert client.process.stdin is not None
                    client.process.stdin.close()
                    assert await client.process.wait() == 1  # nobody has said goodbye
                elif how == "kill":
                    client.process.kill()
                    await client.process.wait()
        except AssertionError:
            assert how != "shutdown"
        for _ in range(100):
            if not any(map(alive, left)):
                break
            await asyncio.sleep(0.1)
        assert not [pid for pid in left if alive(pid)]

    run(scenario)


@pytest.mark.slow
def test_a_thousand_edits(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with server(tmp_path, options={"debounce": 5}) as client:
            uri = (tmp_path / "net.py").as_uri()
            client.open(uri, PROGRAM)
            await client.diagnostics(uri)
            written = '\nbad = layers.Dense(1, activation="softmax")  # 𝒳\n'
            client.change(uri, lsp.TextDocumentContentChangePartial(whole(), PROGRAM))
            for index in range(1000):
                step = index % (2 * len(written))
                lines = client.texts[uri].split("\n")
                end = lsp.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)
                if step < len(written):
                    change = lsp.TextDocumentContentChangePartial(
                        lsp.Range(end, end), written[step]
                    )
                else:
                    text = client.texts[uri]
                    last = len(text[-1].encode("utf-16-le")) // 2
                    start = (
                        lsp.Position(end.line - 1, 1_000_000)
                        if text[-1] == "\n"
                        else lsp.Position(end.line, end.character - last)
                    )
                    change = lsp.TextDocumentContentChangePartial(lsp.Range(start, end), "")
                client.change(uri, change)
                if index % 50 == 0:
                    await client.diagnostics(uri)
                else:
                    await asyncio.sleep(0.003)
            ours = client.texts[uri]
            found = await client.diagnostics(uri)
            versions = [each.version for each in client.history if each.uri == uri]
            assert versions == sorted(versions)
            other = (tmp_path / "same.py").as_uri()
            client.open(other, ours)
            assert list(map(essence, await client.diagnostics(other))) == list(map(essence, found))
            assert not [line for line in client.logged if "rror" in line]

    run(scenario)


def essence(found: lsp.Diagnostic) -> tuple[Any, ...]:
    """What a finding says, in whichever document."""
    related = [(each.location.range, each.message) for each in found.related_information or ()]
    return (
        found.code,
        found.range,
        found.severity,
        found.message,
        related,
        (found.data or {}).get("fix", {}).get("message"),
    )


def test_without_pygls(tmp_path: Path) -> None:
    (tmp_path / "pygls").mkdir()
    (tmp_path / "pygls" / "__init__.py").write_text("raise ImportError('not there')\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        COMMAND, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "kerlint: the server needs pygls 2: pip install 'kerlint[server]'\n"
