"""What can be done about findings: fixes, all safe fixes at once, and comments that suppress."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from kerlint.catalogue.codes import FRONT_END
from kerlint.diagnostics import Applicability, Diagnostic
from kerlint.reports.report import how_to_fix
from kerlint.server import shown
from kerlint.server.documents import Snapshot
from kerlint.server.lanes import Lanes
from kerlint.server.work import Contents, Repair

FIX_ALL = "source.fixAll.kerlint"
FIX_ALL_COMMAND = "kerlint.fixAll"


def asks_for(only: Sequence[lsp.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether a client wants actions of this kind: it names kinds, or what they begin with."""
    wanted = [str(getattr(each, "value", each)) for each in only or ()]
    return not wanted or any(kind == each or kind.startswith(f"{each}.") for each in wanted)


class Actions:
    """Makes code actions in the way that the client can take them."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.capabilities = lsp.ClientCapabilities()

    @property
    def resolves(self) -> bool:
        """Whether the client asks for the edit of an action when it is chosen."""
        text = self.capabilities.text_document
        support = text.code_action.resolve_support if text and text.code_action else None
        return support is not None and "edit" in support.properties

    def fix_all(self, uri: str) -> lsp.CodeAction:
        """The action that applies all safe fixes; its edit is made when it is chosen."""
        title = "Apply all safe fixes of kerlint"
        command = lsp.Command(title, FIX_ALL_COMMAND, arguments=[uri])
        return lsp.CodeAction(
            title,
            kind=FIX_ALL,
            data={"uri": uri},
            command=None if self.resolves else command,
        )

    async def of_findings(
        self, snapshot: Snapshot, findings: Sequence[Diagnostic], *, unsafe: bool
    ) -> list[lsp.CodeAction]:
        """A fix for each finding that has one, and then a way to suppress each."""
        work = Repair(snapshot.path, snapshot.data, tuple(findings))
        answer = await self._lanes.ask(work, urgent=True)
        if not isinstance(answer, Contents):
            return []
        fixes, ignores = [], []
        suppressed = set()
        for finding, fixed, ignored in zip(findings, answer.fixed, answer.ignored):
            part = snapshot.part(finding.span.cell)
            if part is None:
                continue
            about = [shown.diagnostic(finding, snapshot, part)]
            if fixed is not None and finding.fix and shown.fixable(finding, unsafe=unsafe):
                safe = finding.fix.applicability is Applicability.SAFE
                fixes.append(
                    lsp.CodeAction(
                        f"{how_to_fix(finding.fix)} [{finding.code}]",
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=about,
                        is_preferred=safe or None,
                        edit=self.edit(snapshot, fixed),
                    )
                )
            key = finding.code, finding.span.cell, finding.span.start.row
            if ignored is not None and finding.code not in FRONT_END and key not in suppressed:
                suppressed.add(key)
                ignores.append(
                    lsp.CodeAction(
                        f"Ignore {finding.code} on this line",
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=about,
                        edit=self.edit(snapshot, ignored),
                    )
                )
        return [*fixes, *ignores]

    def edit(self, snapshot: Snapshot, data: bytes) -> lsp.WorkspaceEdit:
        """The edit that makes ``data`` of a snapshot, and of nothing newer."""
        changed = snapshot.changed(data)
        workspace = self.capabilities.workspace
        able = workspace.workspace_edit if workspace is not None else None
        if not (able and able.document_changes):
            return lsp.WorkspaceEdit(changes=changed)
        return lsp.WorkspaceEdit(
            document_changes=[
                lsp.TextDocumentEdit(
                    lsp.OptionalVersionedTextDocumentIdentifier(part.uri, part.version),
                    list(changed[part.uri]),
                )
                for part in snapshot.parts
                if part.uri in changed
            ]
        )
