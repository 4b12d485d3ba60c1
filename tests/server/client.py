"""A client of the language server over stdio, for tests and for the benchmark."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Union

import attrs
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter

SECONDS = 60.0
COMMAND = [sys.executable, "-m", "kerlint", "server"]
ROOT = Path(__file__).resolve().parents[2]


def _converter() -> Any:
    """That of pygls, which cannot read servers for notebooks and actions with commands."""
    converter = default_converter()
    for kind in (lsp.NotebookDocumentFilterWithCells, lsp.NotebookDocumentFilterWithNotebook):
        hint = attrs.fields(attrs.resolve_types(kind, lsp.ALL_TYPES_MAP, {})).notebook.type
        converter.register_structure_hook(hint, lambda given, _: given)
    converter.register_structure_hook(
        Union[lsp.Command, lsp.CodeAction],  # noqa: UP007  # X | Y is another type
        lambda given, _: converter.structure(
            given, lsp.Command if isinstance(given.get("command"), str) else lsp.CodeAction
        ),
    )
    return converter


class Client(LanguageClient):
    """Keeps what the server says, and waits for it."""

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        super().__init__("tests", "1", converter_factory=_converter)
        self.published: dict[str, lsp.PublishDiagnosticsParams] = {}
        self.history: list[lsp.PublishDiagnosticsParams] = []
        self.logged: list[str] = []
        self.shown: list[str] = []
        self.registered: list[str] = []
        self.settings = settings
        self.refreshed = 0
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self._news = asyncio.Event()

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _published(params: lsp.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.history.append(params)
            self._news.set()

        @self.feature(lsp.WINDOW_LOG_MESSAGE)
        def _logged(params: lsp.LogMessageParams) -> None:
            self.logged.append(params.message)
            self._news.set()

        @self.feature(lsp.WINDOW_SHOW_MESSAGE)
        def _shown(params: lsp.ShowMessageParams) -> None:
            self.shown.append(params.message)
            self._news.set()

        @self.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def _registered(params: lsp.RegistrationParams) -> None:
            self.registered += [each.method for each in params.registrations]

        @self.feature(lsp.WORKSPACE_CONFIGURATION)
        def _configuration(params: lsp.ConfigurationParams) -> list[Any]:
            return [self.settings for _ in params.items]

        @self.feature(lsp.WORKSPACE_APPLY_EDIT)
        def _apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
            self.apply(params.edit)
            return lsp.ApplyWorkspaceEditResult(applied=True)

        @self.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
        def _refreshed(params: None) -> None:
            self.refreshed += 1

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._server is not None
        return self._server

    async def until(self, test: Callable[[], object], seconds: float = SECONDS) -> None:
        """Wait until something holds, which only the server can bring about."""
        end = asyncio.get_running_loop().time() + seconds
        while not test():
            left = end - asyncio.get_running_loop().time()
            assert left > 0, f"nothing came; the log: {self.logged}"
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(left, 0.5))
            except asyncio.TimeoutError:
                continue

    # -- documents --------------------------------------------------------------------------------

    def open(self, uri: str, text: str, language: str = "python") -> None:
        self.texts[uri], self.versions[uri] = text, 1
        item = lsp.TextDocumentItem(uri, language, 1, text)
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, uri: str, *changes: lsp.TextDocumentContentChangeEvent) -> int:
        self.versions[uri] += 1
        for change in changes:
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                edit = lsp.TextEdit(change.range, change.text)
                self.texts[uri] = applied(self.texts[uri], [edit])
            else:
                self.texts[uri] = change.text
        document = lsp.VersionedTextDocumentIdentifier(version=self.versions[uri], uri=uri)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(document, list(changes)))
        return self.versions[uri]

    def replace(self, uri: str, text: str) -> int:
        """Send a whole new text."""
        return self.change(uri, lsp.TextDocumentContentChangeWholeDocument(text))

    async def diagnostics(self, uri: str) -> list[lsp.Diagnostic]:
        """What is published for the present version of a document."""
        wanted = self.versions[uri]

        def there() -> bool:
            found = self.published.get(uri)
            return found is not None and found.version == wanted

        await self.until(there)
        return list(self.published[uri].diagnostics)

    async def codes(self, uri: str) -> list[str]:
        return [str(each.code) for each in await self.diagnostics(uri)]

    def apply(self, edit: lsp.WorkspaceEdit) -> None:
        """Do what an editor does with an edit, and tell the server."""
        for uri, edits in edits_of(edit).items():
            new = applied(self.texts[uri], edits)
            self.replace(uri, new)

    async def actions(
        self, uri: str, where: lsp.Range, only: list[str] | None = None
    ) -> list[lsp.CodeAction]:
        params = lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(uri),
            where,
            lsp.CodeActionContext(diagnostics=[], only=only),
        )
        found = await self.text_document_code_action_async(params)
        return [each for each in found or () if isinstance(each, lsp.CodeAction)]

    async def hover(self, uri: str, line: int, character: int) -> str:
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(line, character))
        found = await self.text_document_hover_async(params)
        if found is None:
            return ""
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value


def capabilities(**changes: Any) -> lsp.ClientCapabilities:
    """Those of a client that can do nearly everything."""
    edit = lsp.WorkspaceEditClientCapabilities(document_changes=changes.get("versions", True))
    return lsp.ClientCapabilities(
        general=lsp.GeneralClientCapabilities(position_encodings=changes.get("encodings")),
        notebook_document=lsp.NotebookDocumentClientCapabilities(
            synchronization=lsp.NotebookDocumentSyncClientCapabilities()
        ),
        text_document=lsp.TextDocumentClientCapabilities(
            publish_diagnostics=None
            if "diagnostic" in changes
            else lsp.PublishDiagnosticsClientCapabilities(
                related_information=changes.get("related", True)
            ),
            diagnostic=changes.get("diagnostic"),
            hover=lsp.HoverClientCapabilities(
                content_format=changes.get("formats", [lsp.MarkupKind.Markdown])
            ),
            code_action=lsp.CodeActionClientCapabilities(
                resolve_support=lsp.ClientCodeActionResolveOptions(["edit"])
                if changes.get("resolve", True)
                else None
            ),
        ),
        workspace=lsp.WorkspaceClientCapabilities(
            apply_edit=True,
            workspace_edit=edit,
            configuration=changes.get("configuration", False),
            inlay_hint=lsp.InlayHintWorkspaceClientCapabilities(refresh_support=True),
            did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(
                dynamic_registration=True
            ),
            did_change_configuration=lsp.DidChangeConfigurationClientCapabilities(
                dynamic_registration=True
            ),
        ),
    )


@asynccontextmanager
async def server(
    *folders: Path,
    command: list[str] | None = None,
    options: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    **changes: Any,
) -> AsyncIterator[Client]:
    """A client that is connected to a server of its own, which it ends in order."""
    client = Client(settings)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    program, *words = command or COMMAND
    await client.start_io(program, *words, env=environment, cwd=str(folders[0]))
    drained = asyncio.ensure_future(_drained(client))
    given = {"debounce": 0, **(options or {})}
    roots = [lsp.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
    client.initialized_result = await client.initialize_async(  # type: ignore[attr-defined]
        lsp.InitializeParams(
            capabilities=capabilities(**changes),
            process_id=os.getpid(),
            root_uri=folders[0].as_uri(),
            workspace_folders=roots,
            initialization_options=given,
        )
    )
    client.initialized(lsp.InitializedParams())
    try:
        yield client
    finally:
        if client.process.returncode is None:
            await client.shutdown_async(None)
            client.exit(None)
        await asyncio.wait_for(client.stop(), SECONDS)
        await drained
    assert client.process.returncode == 0


async def _drained(client: Client) -> None:
    """Read what the server writes to stderr, so that it never has to wait."""
    assert client.process.stderr is not None
    while line := await client.process.stderr.readline():
        client.logged.append("stderr: " + line.decode("utf-8", "replace").rstrip())


# --- edits ---------------------------------------------------------------------------------------


def edits_of(edit: lsp.WorkspaceEdit) -> dict[str, list[lsp.TextEdit]]:
    found: dict[str, list[lsp.TextEdit]] = {}
    for uri, edits in (edit.changes or {}).items():
        found.setdefault(uri, []).extend(edits)
    for each in edit.document_changes or ():
        assert isinstance(each, lsp.TextDocumentEdit)
        for change in each.edits:
            assert isinstance(change, lsp.TextEdit)
            found.setdefault(each.text_document.uri, []).append(change)
    return found


def applied(text: str, edits: Iterable[lsp.TextEdit]) -> str:
    """The text after the edits, with columns in UTF-16; written apart from the server's."""
    units = text.encode("utf-16-le")
    starts = [0]
    at = 0
    while at < len(units):
        unit = units[at : at + 2]
        at += 2
        if unit == b"\r\0" and units[at : at + 2] == b"\n\0":
            at += 2
        if unit in (b"\r\0", b"\n\0"):
            starts.append(at)

    def offset(position: lsp.Position) -> int:
        if position.line >= len(starts):
            return len(units)
        end = starts[position.line + 1] if position.line + 1 < len(starts) else len(units)
        while end > starts[position.line] and units[end - 2 : end] in (b"\r\0", b"\n\0"):
            end -= 2
        return min(starts[position.line] + 2 * position.character, end)

    placed = sorted(
        ((offset(e.range.start), offset(e.range.end), i, e.new_text) for i, e in enumerate(edits)),
        reverse=True,
    )
    for start, end, _, new in placed:
        units = units[:start] + new.encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def whole() -> lsp.Range:
    return lsp.Range(lsp.Position(0, 0), lsp.Position(1_000_000, 0))


def at(line: int, character: int, end: int | None = None) -> lsp.Range:
    return lsp.Range(
        lsp.Position(line, character), lsp.Position(line, character if end is None else end)
    )
