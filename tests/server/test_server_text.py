"""Edits of open texts, and the edits that turn one text into another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls.lsp.server")

from client import applied
from lsprotocol import types as lsp

from kerlint.server.text import Text

TEXTS = st.text(alphabet="ab (\n\r\f\u2028é𝒳", max_size=40)


@given(TEXTS, TEXTS)
def test_edits_make_the_other_text(old: str, new: str) -> None:
    edits = Text(old).edits_to(new)
    assert applied(old, edits) == new
    if old == new:
        assert edits == []


@given(TEXTS, TEXTS, st.data())
def test_an_edit_of_the_client_is_made_where_it_says(
    old: str, new: str, data: st.DataObject
) -> None:
    def position() -> lsp.Position:
        return lsp.Position(data.draw(st.integers(0, 6)), data.draw(st.integers(0, 9)))

    start, end = position(), position()
    if (end.line, end.character) < (start.line, start.character):
        start, end = end, start
    text = Text(old)
    change = lsp.TextDocumentContentChangePartial(lsp.Range(start, end), new)
    made = text.edited([change]).content
    first, last = text.place(start), text.place(end)
    clipped = lsp.Range(text.position(first), text.position(last))
    assert made == applied(old, [lsp.TextEdit(clipped, new)])
    assert Text(made).edited([lsp.TextDocumentContentChangeWholeDocument(old)]).content == old
