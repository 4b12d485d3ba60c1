"""What an experiment says of a finding: confirmed, refuted or unproven, with the evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass

CONFIRMED = "confirmed"
REFUTED = "refuted"
UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` is one of the three above.

    ``evidence`` is one plain sentence, then the numbers on a line of their own; or the reason why
    nothing was tried. ``shown``: the program as it is written has the defect.
    """

    word: str
    evidence: str
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What was measured on one model.

    ``defect_present`` is None when the numbers lie between the thresholds or could not be had.
    ``text`` are the numbers; ``plain`` is what they mean, as a clause without a
    capital letter and a full stop: ``the answers differ``.
    """

    defect_present: bool | None
    text: str
    plain: str = ""


def compared(baseline: Observation, repaired: Observation | None) -> Verdict:
    """Judge the program as written against the program with its repairs."""
    if baseline.defect_present is False:
        return Verdict(REFUTED, evidence(baseline.plain, baseline.text))
    if baseline.defect_present is None:
        return Verdict(UNPROVEN, baseline.text)
    if repaired is None:
        plain = baseline.plain and f"{baseline.plain}, but there is no repaired model to compare"
        return Verdict(UNPROVEN, evidence(plain, f"{baseline.text}; no repaired model"), True)
    if repaired.defect_present is False:
        plain = baseline.plain and f"{baseline.plain}; repaired, {repaired.plain}"
        text = f"{baseline.text}; repaired: {repaired.text}"
        return Verdict(CONFIRMED, evidence(plain, text), True)
    plain = baseline.plain and f"{baseline.plain}, but the repaired model is not clearly better"
    text = f"{baseline.text}; repaired as well: {repaired.text}"
    return Verdict(UNPROVEN, evidence(plain, text), True)


def evidence(plain: str, numbers: str, start: str = "Built and tried") -> str:
    """One plain sentence, then the numbers."""
    return f"{start}: {plain}.\n{numbers}" if plain else numbers


def in_a_line(error: BaseException, length: int = 200) -> str:
    """What an error says on one line, without the colours that Keras gives its messages."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())
    text = "".join(c if c.isprintable() else "?" for c in text)
    text = re.sub(r"<(\w+) name=\w+, built=\w+>", r"<\1>", text)  # Keras numbers its layers
    return text if len(text) <= length else text[: length - 3] + "..."
