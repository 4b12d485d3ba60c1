"""What an experiment says of a finding: confirmed, refuted or unproven, with the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONFIRMED = "confirmed"
REFUTED = "refuted"
UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` is one of the three above.

    ``evidence`` is one plain sentence, then the numbers on a line of their own; or the reason why
    nothing was tried.

    ``experiment`` is the name of the one that decided, empty when none was tried.
    """

    word: str
    evidence: str
    experiment: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was measured on one model.

    ``shows``: whether the defect is there; None when the numbers lie between the thresholds or
    could not be had. ``text`` are the numbers; ``plain`` is what they mean, as a clause without a
    capital letter and a full stop: ``the answers differ``.
    """

    shows: bool | None
    text: str
    plain: str = ""


def compared(baseline: Observation, twin: Observation | None) -> Verdict:
    """Judge the program as written against the program with its repairs."""
    if baseline.shows is False:
        return Verdict(REFUTED, evidence(baseline.plain, baseline.text))
    if baseline.shows is None:
        return Verdict(UNPROVEN, baseline.text)
    if twin is None:
        plain = baseline.plain and f"{baseline.plain}, but there is no repaired model to compare"
        return Verdict(UNPROVEN, evidence(plain, f"{baseline.text}; no repaired model"))
    if twin.shows is False:
        plain = baseline.plain and f"{baseline.plain}; repaired, {twin.plain}"
        return Verdict(CONFIRMED, evidence(plain, f"{baseline.text}; repaired: {twin.text}"))
    plain = baseline.plain and f"{baseline.plain}, but the repaired model is not clearly better"
    return Verdict(UNPROVEN, evidence(plain, f"{baseline.text}; repaired as well: {twin.text}"))


def evidence(plain: str, numbers: str, start: str = "Built and tried") -> str:
    """One plain sentence, then the numbers."""
    return f"{start}: {plain}.\n{numbers}" if plain else numbers


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict of several experiments: one that confirms outweighs others that refute."""
    found = list(verdicts)
    for word in (CONFIRMED, REFUTED):
        for verdict in found:
            if verdict.word == word:
                return verdict
    return found[0] if found else Verdict(UNPROVEN, "there is no experiment for this rule")


def from_json(data: Mapping[str, object]) -> Verdict | None:
    """A verdict as it was stored or sent; None when it is nothing of the kind."""
    word, evidence = data.get("verdict"), data.get("evidence")
    if word in (CONFIRMED, REFUTED, UNPROVEN) and isinstance(evidence, str):
        return Verdict(str(word), evidence, str(data.get("experiment", "")))
    return None


def in_a_line(error: BaseException, length: int = 200) -> str:
    """What an error says on one line, without the colours that Keras gives its messages."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())
    return text if len(text) <= length else text[: length - 3] + "..."


def as_json(verdict: Verdict) -> dict[str, str]:
    """A verdict as it is stored and sent."""
    return {
        "verdict": verdict.word,
        "evidence": verdict.evidence,
        "experiment": verdict.experiment,
    }
