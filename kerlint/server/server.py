"""The language server itself: what the protocol asks, and who answers it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, BinaryIO

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter

from kerlint import __version__
from kerlint.config.settings import CONFIG_NAMES, Settings
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Outcome
from kerlint.processes.workers import Lost
from kerlint.run.engine import broke_down, usable_cores
from kerlint.server import shown
from kerlint.server.actions import FIX_ALL, FIX_ALL_COMMAND, Actions, asks_for
from kerlint.server.documents import Document, File, Notebook, Part, Snapshot, path_of, uri_of
from kerlint.server.hover import hints, hover
from kerlint.server.lanes import Lanes
from kerlint.server.preferences import Preferences, preferences, unwrapped
from kerlint.server.text import Text
from kerlint.server.work import Check, Checked, FixAll, Given

SECTION = "kerlint"
_MOST_PROCESSES = 2
_MOST_TRIES = 20


_OWN = (
    lsp.TEXT_DOCUMENT_DID_OPEN,
    lsp.TEXT_DOCUMENT_DID_CHANGE,
    lsp.TEXT_DOCUMENT_DID_CLOSE,
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
)


class _Protocol(LanguageServerProtocol):
    """The protocol without the documents of pygls: theirs break lines where Python does not."""

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()  # type: ignore[no-untyped-call]
        for method in _OWN:
            self.fm.builtin_features.pop(method, None)

    @property
    def shut_down(self) -> bool:
        return self._shutdown


@dataclass(slots=True)
class _Known:
    """The last result for a document, and of which of its generations it is."""

    snapshot: Snapshot
    checked: Checked
    layers: bool


class Server(LanguageServer):
    """Documents, settings and results, and the tasks that keep them up to date."""

    protocol: _Protocol

    def __init__(self) -> None:
        super().__init__(
            "kerlint",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental,
            notebook_document_sync=lsp.NotebookDocumentSyncOptions(
                notebook_selector=[
                    lsp.NotebookDocumentFilterWithCells(
                        cells=[lsp.NotebookCellLanguage(language="python")]
                    )
                ],
                save=True,
            ),
            protocol_cls=_Protocol,
            converter_factory=default_converter,
            max_workers=2,
        )
        self.documents: dict[str, Document] = {}
        self._notebook_of: dict[str, Notebook] = {}
        self._known: dict[str, _Known] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lanes = Lanes(min(usable_cores(), _MOST_PROCESSES))
        self._preferences = Preferences()
        self._of_folders: dict[str, Preferences] = {}
        self._initial: object = None
        self._told: set[str] = set()
        self._good: dict[str, tuple[Preferences, Settings]] = {}
        self.folders: list[str] = []
        self.pulled = False
        """The client asks for diagnostics and does not take them otherwise: most take them."""
        self.actions = Actions(self._lanes)

    # -- the life of the server -------------------------------------------------------------------

    def begin(self, params: lsp.InitializeParams) -> None:
        """Note what the client has said of itself, and start a process while it gets ready."""
        self._initial = params.initialization_options
        self._preferences = preferences(self._initial)
        found = [folder.uri for folder in params.workspace_folders or ()]
        if not found and params.root_uri:
            found = [params.root_uri]
        self.folders = [path_of(uri) for uri in found]
        self.actions.capabilities = params.capabilities
        text = params.capabilities.text_document
        self.pulled = bool(text and text.diagnostic and not text.publish_diagnostics)
        if self.pulled:
            _answer_pulls(self)
        self.spawn(self._lanes.start())

    async def ready(self) -> None:
        """Ask to be told of changes, and for the settings."""
        registrations = []
        workspace = self.client_capabilities.workspace
        watching = workspace and workspace.did_change_watched_files
        if watching and watching.dynamic_registration:
            globs = [f"**/{name}" for name in CONFIG_NAMES] + ["**/*.py"]
            watchers = [lsp.FileSystemWatcher(glob_pattern=glob) for glob in globs]
            registrations.append(
                lsp.Registration(
                    "kerlint-files",
                    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    lsp.DidChangeWatchedFilesRegistrationOptions(watchers),
                )
            )
        configuring = workspace and workspace.did_change_configuration
        if configuring and configuring.dynamic_registration:
            registrations.append(
                lsp.Registration(
                    "kerlint-settings",
                    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION,
                    lsp.DidChangeConfigurationRegistrationOptions(section=SECTION),
                )
            )
        if registrations:
            with contextlib.suppress(Exception):
                await self.client_register_capability_async(lsp.RegistrationParams(registrations))
        await self.ask_for_settings()

    async def end(self) -> None:
        """End all processes."""
        for task in (*self._running.values(), *self._tasks):
            if task is not asyncio.current_task():
                task.cancel()
        await self._lanes.close()

    def spawn(self, job: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something without waiting for it."""
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what goes wrong in the server; a pop-up would come with every key that is hit."""
        if hasattr(self, "protocol") and self.protocol.writer is not None:
            self.log(f"kerlint server: {error}".splitlines()[0], lsp.MessageType.Error)

    def log(self, message: str, kind: lsp.MessageType = lsp.MessageType.Info) -> None:
        """Write a line to the log of the client."""
        self.window_log_message(lsp.LogMessageParams(kind, message))

    def tell_once(self, problems: Iterable[str]) -> None:
        """Show what is wrong with the settings, each problem once."""
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                self.log(problem, lsp.MessageType.Warning)
                self.window_show_message(
                    lsp.ShowMessageParams(lsp.MessageType.Warning, f"kerlint: {problem}")
                )

    # -- settings ---------------------------------------------------------------------------------

    async def ask_for_settings(self) -> None:
        """Get the settings from the client, for each folder; those it began with stay below."""
        workspace = self.client_capabilities.workspace
        if not (workspace and workspace.configuration):
            return
        scopes = [None, *map(uri_of, self.folders)]
        items = [lsp.ConfigurationItem(scope_uri=scope, section=SECTION) for scope in scopes]
        try:
            answers = await self.workspace_configuration_async(lsp.ConfigurationParams(items))
        except Exception as error:
            self.log(f"the settings could not be read: {error}", lsp.MessageType.Warning)
            return
        first, *others = answers or [None]
        self._use(
            preferences(_merged(self._initial, first)),
            {
                folder: preferences(_merged(self._initial, answer))
                for folder, answer in zip(self.folders, others)
            },
        )

    def configure(self, settings: object) -> None:
        """Use settings that the client has sent."""
        self._use(preferences(_merged(self._initial, settings)))

    def _use(self, found: Preferences, of_folders: dict[str, Preferences] | None = None) -> None:
        """Check everything again with these settings, if they are others."""
        before = self._preferences, self._of_folders
        self._preferences, self._of_folders = found, of_folders or {}
        if before == (self._preferences, self._of_folders):
            return
        self.check_all()
        if before[0].inlay_hints != found.inlay_hints:
            workspace = self.client_capabilities.workspace
            if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
                self.spawn(_quietly(self.workspace_inlay_hint_refresh_async(None)))

    def preferences_of(self, document: Document) -> Preferences:
        folder = self._folder_of(document.path)
        found = self._of_folders.get(folder, self._preferences)
        self.tell_once(found.problems)
        return found

    def _given(self, document: Document) -> Given:
        """What a worker process needs of the settings for a document."""
        preferences = self.preferences_of(document)
        before, last = self._good.get(document.uri, (None, None))
        given = preferences.given(self._folder_of(document.path))
        return replace(given, last=last if before == preferences else None)

    def _folder_of(self, path: str) -> str:
        """The deepest folder of the workspace that a file is in, or else its own folder."""
        inside = [folder for folder in self.folders if path.startswith(os.path.join(folder, ""))]
        if inside:
            return max(inside, key=len)
        if os.path.isabs(path):
            return os.path.dirname(path)
        return self.folders[0] if self.folders else os.getcwd()

    # -- documents --------------------------------------------------------------------------------

    @property
    def encoding(self) -> str:
        return str(self.workspace.position_encoding or "utf-16")

    def open_file(self, item: lsp.TextDocumentItem) -> None:
        if item.uri in self._notebook_of or item.uri.startswith("vscode-notebook-cell:"):
            return
        path = path_of(item.uri)
        if not _is_python(str(item.language_id), path):
            return
        text = Text(item.text, self.encoding)
        self._put(File(item.uri, path, text=text, version=item.version))

    def _put(self, document: Document) -> None:
        self.documents[document.uri] = document
        self.schedule(document, at_once=True)

    def close(self, uri: str) -> None:
        """Forget a document, and what was shown of it."""
        document = self.documents.pop(uri, None)
        if document is None:
            return
        self._known.pop(uri, None)
        self._good.pop(uri, None)
        running = self._running.pop(uri, None)
        if running is not None:
            running.cancel()
        for each in document.uris():
            self._notebook_of.pop(each, None)
            self._publish(each, None, [])

    def open_notebook(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        given = params.notebook_document
        path = path_of(given.uri)
        if not path.lower().endswith(".ipynb"):
            path += ".ipynb"
        notebook = Notebook(given.uri, path, metadata=_plain(given.metadata))
        for item in params.cell_text_documents:
            notebook.put(item, self.encoding)
        notebook.arrange(0, 0, list(given.cells))
        self._put(notebook)
        self._note_cells(notebook)

    def change_notebook(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        notebook = self.documents.get(params.notebook_document.uri)
        if not isinstance(notebook, Notebook):
            return
        change = params.change
        if change.metadata is not None:
            notebook.metadata = _plain(change.metadata)
        cells = change.cells
        if cells is not None and cells.structure is not None:
            structure = cells.structure
            for item in structure.did_open or ():
                notebook.put(item, self.encoding)
            array = structure.array
            notebook.arrange(array.start, array.delete_count, list(array.cells or ()))
            for gone in structure.did_close or ():
                notebook.texts.pop(gone.uri, None)
                self._notebook_of.pop(gone.uri, None)
                self._publish(gone.uri, None, [])
        for text in (cells.text_content or ()) if cells is not None else ():
            uri = text.document.uri
            if uri in notebook.texts:
                notebook.texts[uri] = notebook.texts[uri].edited(text.changes)
                notebook.versions[uri] = text.document.version
        self._note_cells(notebook)
        notebook.touch()
        self.schedule(notebook)

    def _note_cells(self, notebook: Notebook) -> None:
        self._notebook_of.update(dict.fromkeys(notebook.uris(), notebook))

    def change_file(self, params: lsp.DidChangeTextDocumentParams) -> None:
        document = self.documents.get(params.text_document.uri)
        if not isinstance(document, File):
            return
        document.text = document.text.edited(params.content_changes)
        document.version = params.text_document.version
        document.touch()
        self.schedule(document)

    def saved(self, uri: str) -> None:
        """A document was saved: it is checked if only that counts, and so are its importers."""
        document = self.documents.get(uri)
        if document is None:
            return
        if not self.preferences_of(document).on_type:
            document.touch()
            self.schedule(document, at_once=True)
        self._check_importers({document.path})

    def _check_importers(self, paths: set[str]) -> None:
        """Check the documents again whose findings depend on these files."""
        for document in self.documents.values():
            known = self._known.get(document.uri)
            if known is not None and not paths.isdisjoint(known.checked.outcome.dependencies):
                document.touch()
                self.schedule(document, saved=True)

    def files_changed(self, events: Iterable[lsp.FileEvent]) -> None:
        """Files that may be imported have changed, or config files, or there are others now."""
        events = list(events)
        paths = {path_of(event.uri) for event in events}
        if all(event.type is lsp.FileChangeType.Changed for event in events) and not any(
            os.path.basename(path) in CONFIG_NAMES for path in paths
        ):
            self._check_importers(paths)
        else:
            self.check_all()

    def check_all(self) -> None:
        """Settings or other files have changed: nothing that was found is sure any more."""
        for document in self.documents.values():
            document.touch()
            self.schedule(document, saved=True)
        workspace = self.client_capabilities.workspace
        if self.pulled and workspace and workspace.diagnostics:
            self.spawn(_quietly(self.workspace_diagnostic_refresh_async(None)))

    def document_of(self, uri: str) -> Document | None:
        """The open document with a URI, or the notebook with this cell."""
        return self.documents.get(uri) or self._notebook_of.get(uri)

    # -- checking ---------------------------------------------------------------------------------

    def schedule(self, document: Document, *, at_once: bool = False, saved: bool = False) -> None:
        """Check a document when nothing has changed in it for a moment."""
        running = self._running.pop(document.uri, None)
        if running is not None:
            running.cancel()
        given = self.preferences_of(document)
        if not (given.on_type or at_once or saved):
            return
        delay = 0.0 if at_once else given.debounce
        task = asyncio.get_running_loop().create_task(self._refresh(document, delay))
        self._running[document.uri] = task

    async def _refresh(self, document: Document, delay: float) -> None:
        """Check a document and show what is found, unless it changes in the meantime."""
        if delay:
            await asyncio.sleep(delay)
        known = await self.known(document)
        if known is not None and self.documents.get(document.uri) is document:
            self._show(document, known)

    async def known(
        self, document: Document, *, layers: bool = False, urgent: bool = False
    ) -> _Known | None:
        """What is known of a document as it is now; None when it has changed since it was asked."""
        given = self.preferences_of(document)
        layers = layers or given.inlay_hints
        known = self._known.get(document.uri)
        if (
            known is not None
            and known.snapshot.generation == document.generation
            and (known.layers or not layers)
        ):
            return known
        snapshot = document.snapshot()
        if not given.enable:
            known = _Known(snapshot, Checked(Outcome(document.path), excluded=True), True)
        else:
            work = Check(snapshot.path, snapshot.data, self._given(document), layers)
            answer = await self._lanes.ask(work, urgent=urgent)
            if isinstance(answer, Lost):
                self.log(
                    f"{document.path}: the check was given up: {answer.reason}",
                    lsp.MessageType.Error,
                )
                answer = Checked(broke_down(document.path, answer.reason))
            assert isinstance(answer, Checked)
            if answer.outcome.failed:
                self._log_failure(answer.outcome)
            self.tell_once(answer.problems)
            if answer.settings is not None:
                self._good[document.uri] = given, answer.settings
            known = _Known(snapshot, answer, layers)
        if (
            snapshot.generation != document.generation
            or self.documents.get(document.uri) is not document  # it was closed
        ):
            return None
        self._known[document.uri] = known
        return known

    def _log_failure(self, outcome: Outcome) -> None:
        for finding in outcome.diagnostics:
            self.log(f"{outcome.path}: {finding.message}", lsp.MessageType.Error)

    def _show(self, document: Document, known: _Known) -> None:
        found = shown.by_document(known.snapshot, known.checked.outcome.diagnostics)
        for part in known.snapshot.parts:
            self._publish(part.uri, part.version, found[part.uri])

    def _publish(self, uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
        if self.pulled:
            return
        text = self.client_capabilities.text_document
        able = text.publish_diagnostics if text is not None else None
        if able is not None and not able.related_information:
            for each in found:
                each.related_information = None
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    # -- what a person asks for -------------------------------------------------------------------

    async def at(self, uri: str, *, layers: bool = False) -> tuple[Document, _Known, Part] | None:
        """What is known of a document as it is now, and its part with the URI."""
        document = self.document_of(uri)
        if document is None:
            return None
        known = await self.known(document, layers=layers, urgent=True)
        if known is None:
            return None
        part = known.snapshot.named(uri)
        return None if part is None else (document, known, part)

    async def report(self, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        """The findings of a document, for a client that asks for them."""
        uri = params.text_document.uri
        found = await self.at(uri)
        for _ in range(_MOST_TRIES):
            if found is not None or self.document_of(uri) is None:
                break
            await asyncio.sleep(self._preferences.debounce)  # it is being edited
            found = await self.at(uri)
        if found is None:
            return lsp.RelatedFullDocumentDiagnosticReport(items=[])
        _, known, _ = found
        result = str(known.snapshot.generation)
        if params.previous_result_id == result:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(result)
        items = shown.by_document(known.snapshot, known.checked.outcome.diagnostics)
        return lsp.RelatedFullDocumentDiagnosticReport(items[uri], result_id=result)

    async def code_actions(
        self, params: lsp.CodeActionParams
    ) -> list[lsp.CodeAction | lsp.Command]:
        uri, only = params.text_document.uri, params.context.only
        found = await self.at(uri)
        if found is None:
            return []
        document, known, part = found
        given = self.preferences_of(document)
        start, end = part.text.place(params.range.start), part.text.place(params.range.end)
        findings = known.checked.outcome.diagnostics
        here = [
            finding
            for finding in findings
            if finding.span.cell == part.cell
            and finding.span.start <= end
            and start <= max(finding.span.end, finding.span.start)
        ]
        made: list[lsp.CodeAction | lsp.Command] = []
        if here and asks_for(only, lsp.CodeActionKind.QuickFix):
            made += await self.actions.of_findings(known.snapshot, here, unsafe=given.unsafe_fixes)
        if asks_for(only, FIX_ALL) and any(shown.fixable(f, unsafe=False) for f in findings):
            action = self.actions.fix_all(document.uri)
            if only and not self.actions.resolves:
                action.command = None
                action.edit = await self.fix_all(document)
                if action.edit is None:
                    return made
            made.append(action)
        return made

    async def fix_all(self, document: Document) -> lsp.WorkspaceEdit | None:
        """The edit that applies all safe fixes of a document."""
        snapshot = document.snapshot()
        work = FixAll(snapshot.path, snapshot.data, self._given(document))
        answer = await self._lanes.ask(work, urgent=True)
        if isinstance(answer, Lost):
            self.log(f"{document.path}: was not fixed: {answer.reason}", lsp.MessageType.Error)
            return None
        assert not isinstance(answer, Checked)
        (data,) = answer.fixed
        return None if data is None else self.actions.edit(snapshot, data)

    async def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        uri = params.text_document.uri
        document = self.document_of(uri)
        if document is None or not self.preferences_of(document).hover:
            return None
        found = await self.at(uri, layers=True)
        if found is None:
            return None
        _, known, part = found
        text = self.client_capabilities.text_document
        able = text.hover if text is not None else None
        formats = able.content_format if able is not None else None
        outcome = known.checked.outcome
        return hover(
            part,
            part.text.place(params.position),
            outcome.diagnostics,
            outcome.layers,
            markdown=formats is None or lsp.MarkupKind.Markdown in formats,
        )

    async def inlay_hints(self, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        document = self.document_of(params.text_document.uri)
        if document is None or not self.preferences_of(document).inlay_hints:
            return []
        found = await self.at(params.text_document.uri, layers=True)
        if found is None:
            return []
        _, known, part = found
        first, last = params.range.start.line + 1, params.range.end.line + 1
        return list(hints(part, known.checked.outcome.layers, first, last))


async def _quietly(request: Awaitable[object]) -> None:
    """Ask the client for something that does not matter if it fails."""
    with contextlib.suppress(Exception):
        await request


def _merged(initial: object, later: object) -> object:
    """The settings that a client began with, and over them those it has sent later."""
    return {**unwrapped(initial), **unwrapped(later)}


def _plain(metadata: Any) -> dict[str, Any]:
    return dict(metadata) if isinstance(metadata, dict) else {}


def _is_python(language: str, path: str) -> bool:
    if path.lower().endswith(".ipynb"):
        return False  # its JSON, as text
    return language.lower().startswith("python") or path.lower().endswith((".py", ".pyw"))


def _answer_pulls(server: Server) -> None:
    options = lsp.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier="kerlint"
    )

    @server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def _diagnostic(params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        return await server.report(params)


# --- the features --------------------------------------------------------------------------------


def made() -> Server:
    """A server that answers all that it can."""
    server = Server()
    feature = server.feature

    @feature(lsp.INITIALIZE)
    def _initialize(params: lsp.InitializeParams) -> None:
        server.begin(params)

    @feature(lsp.INITIALIZED)
    async def _initialized(params: lsp.InitializedParams) -> None:
        await server.ready()

    @feature(lsp.SHUTDOWN)
    async def _shutdown(params: None) -> None:
        await server.end()

    @feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        server.open_file(params.text_document)

    @feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def _did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        server.change_file(params)

    @feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def _did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)

    @feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def _did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @feature(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def _notebook_did_open(params: lsp.DidOpenNotebookDocumentParams) -> None:
        server.open_notebook(params)

    @feature(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def _notebook_did_change(params: lsp.DidChangeNotebookDocumentParams) -> None:
        server.change_notebook(params)

    @feature(lsp.NOTEBOOK_DOCUMENT_DID_SAVE)
    def _notebook_did_save(params: lsp.DidSaveNotebookDocumentParams) -> None:
        server.saved(params.notebook_document.uri)

    @feature(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def _notebook_did_close(params: lsp.DidCloseNotebookDocumentParams) -> None:
        server.close(params.notebook_document.uri)

    @feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def _did_change_configuration(params: lsp.DidChangeConfigurationParams) -> None:
        workspace = server.client_capabilities.workspace
        if not params.settings and workspace and workspace.configuration:
            await server.ask_for_settings()
        else:
            server.configure(params.settings)

    @feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _did_change_watched_files(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.files_changed(params.changes)

    @feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def _did_change_folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        gone = {path_of(folder.uri) for folder in params.event.removed}
        new = [path_of(folder.uri) for folder in params.event.added]
        server.folders = [folder for folder in server.folders if folder not in gone] + new
        await server.ask_for_settings()
        server.check_all()

    kinds = [lsp.CodeActionKind.QuickFix, FIX_ALL]
    options = lsp.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)

    @feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    async def _code_action(
        params: lsp.CodeActionParams,
    ) -> list[lsp.CodeAction | lsp.Command]:
        return await server.code_actions(params)

    @feature(lsp.CODE_ACTION_RESOLVE)
    async def _resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        document = server.document_of(uri) if isinstance(uri, str) else None
        if document is not None and action.edit is None:
            action.edit = await server.fix_all(document)
        return action

    @server.command(FIX_ALL_COMMAND)
    async def _fix_all(uri: str) -> None:
        document = server.document_of(uri)
        edit = None if document is None else await server.fix_all(document)
        if edit is not None:
            label = "Apply all safe fixes of kerlint"
            await server.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, label))

    @feature(lsp.TEXT_DOCUMENT_HOVER)
    async def _hover(params: lsp.HoverParams) -> lsp.Hover | None:
        return await server.hover(params)

    @feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def _inlay_hint(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        return await server.inlay_hints(params)

    return server


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Talk to a client until it says goodbye or hangs up. Returns the exit code."""
    gc.enable()
    server = made()
    server.start_io(stdin, stdout)
    return 0 if server.protocol.shut_down else 1


def main() -> int:
    """Serve over standard input and output, to which nothing else may write."""
    stdin = os.fdopen(os.dup(0), "rb")
    stdout = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return serve(stdin, stdout)
