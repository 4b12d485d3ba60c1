"""Places are found again after any edits, as long as nothing was changed there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kerlint.diagnostics import Edit, Span
from kerlint.repairs.apply import edited
from kerlint.repairs.moves import Moves
from kerlint.repairs.text import Places

TEXTS = st.lists(st.text("ab \t", max_size=6), min_size=1, max_size=8).map("\n".join)
CONTENTS = st.text("xy\n", max_size=5)


@st.composite
def texts_with_edits(draw):
    """A text, edits of it that are apart, and the offset of a character that they leave alone."""
    text = draw(TEXTS)
    marks = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    places = Places(text)
    edits = [
        Edit(Span(places.position(start), places.position(end)), draw(CONTENTS))
        for start, end in zip(marks[::2], marks[1::2])
    ]
    touched = {
        offset
        for start, end in zip(marks[::2], marks[1::2])
        for offset in range(start, max(end, start + 1))
    }
    free = [offset for offset in range(len(text)) if offset not in touched and offset not in marks]
    return text, edits, draw(st.sampled_from(free)) if free else None


@given(texts_with_edits())
def test_a_character_that_is_left_alone(case):
    text, edits, offset = case
    if offset is None:
        return
    # Marked by a letter that is nowhere else.
    before = text[:offset] + "Q" + text[offset + 1 :]
    if text[offset] == "\n":
        return
    after = edited("a.py", before.encode(), edits).decode()
    first, last = Moves(edits).interval(None, Places(before).position(offset))
    place = Places(after).position(after.index("Q"))
    assert first == last == place
